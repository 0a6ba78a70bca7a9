import { sql, type Transaction } from 'kysely';
import { system } from '#kernel/access.ts';
import { toFailureText } from '#kernel/redaction/failure-text.ts';
import type { Pool } from '#platform/database/pool.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Part, Units } from '#platform/database/unit.ts';
import { idsOf, tokensOf, type ClaimedWork } from './claim.ts';
import type { WorkResult } from './port.ts';

const BACKOFF_BASE_MS = 1000;
const BACKOFF_MAX_MS = 5 * 60_000;

/** Another holder has the item: nothing of this one's result is written. */
export class LeaseLost extends Error {
  constructor(id: string) {
    super(`the lease on work item ${id} was lost to another process; its result is not written`);
    this.name = 'LeaseLost';
  }
}

/** An item whose handler has succeeded, and its result. */
export interface FinishedWork {
  readonly item: ClaimedWork;
  readonly result: WorkResult;
}

/**
 * Whether it may share a transaction. Not with a key, whose next item must be released at once, and not when postponed.
 */
export function isShareable({ item, result }: FinishedWork): boolean {
  return item.key === null && result.retryInMs === undefined;
}

/**
 * Like `complete`, for several items in one transaction: all that are still held, or none. Answers the ids that were
 * held. Each `write` sees what the earlier ones have written; results with the same `writeAll` are one call.
 */
export async function completeTogether(units: Units, finished: readonly FinishedWork[]): Promise<ReadonlySet<string>> {
  const byId = new Map(finished.map((each) => [each.item.id, each]));
  let held = new Set<string>();
  await units.writeTogether(async (tx) => {
    const items = finished.map(({ item }) => item);
    const { rows } = await sql<{ id: string }>`
      delete from platform.work w using unnest(${idsOf(items)}::uuid[], ${tokensOf(items)}::bigint[]) h (id, token)
      where w.id = h.id and w.token = h.token returning w.id`.execute(tx);
    held = new Set(rows.map(({ id }) => id));
    return toParts(
      tx,
      [...byId.values()].filter(({ item }) => held.has(item.id)),
    );
  });
  return held;
}

function toParts(tx: Transaction<never>, finished: readonly FinishedWork[]): Part[] {
  const byWrite = Map.groupBy(finished, ({ result }) => result.joint?.writeAll ?? result.write);
  return [...byWrite.values()].map((group) => ({
    actors: group.map(({ item }) => authorOf(item)),
    async work(units) {
      const each = group.map(({ result }, index) => ({ ...result, unit: units[index] as AnyUnit }));
      const writeAll = each[0]?.joint?.writeAll;
      // Each part was made for its own `writeAll`.
      const parts = each.map(({ unit, joint }) => ({ unit, part: joint?.part as never }));
      if (writeAll) return await writeAll(tx, parts);
      for (const { write, unit } of each) await write(unit);
    },
  }));
}

/** Commits the result of a handler together with the deletion of its item, or with its next due time. */
export async function complete(units: Units, item: ClaimedWork, result: WorkResult): Promise<void> {
  await units.write(authorOf(item), async (unit: AnyUnit) => {
    const { tx } = unit;
    const releasing = result.retryInMs === undefined ? remove(tx, item) : postpone(tx, item, result);
    // Sent together with the first statement of the result. What a holder without the lease writes is rolled back.
    const [released, written] = await Promise.allSettled([releasing, result.write(unit)]);
    if (released.status === 'rejected') throw released.reason;
    if (!released.value) throw new LeaseLost(item.id);
    if (written.status === 'rejected') throw written.reason;
    if (item.key !== null && result.retryInMs === undefined) await unparkNext(tx, item.key);
  });
}

/** Records a failed attempt: the item is retried with exponential backoff and jitter, or is failed for good. */
export async function storeFailure(pool: Pool, item: ClaimedWork, error: unknown, maxAttempts: number): Promise<void> {
  const limit = Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** (item.attempt - 1));
  const pauseMs = item.attempt >= maxAttempts ? null : limit * (0.5 + Math.random() / 2);
  await pool.query(
    `update platform.work set owner = null, token = token + 1, error = $3,
       failures = platform.with_failure(failures, attempt, $3),
       due_at = case when $4::float8 is null then 'infinity' else now() + make_interval(secs => $4::float8 / 1000) end
     where id = $1 and token = $2`,
    [item.id, item.token, toFailureText(error), pauseMs],
  );
}

function authorOf({ queue, origin }: ClaimedWork) {
  const [module = ''] = queue.split('.');
  return system(module, origin);
}

async function remove(tx: Transaction<never>, { id, token }: ClaimedWork): Promise<boolean> {
  const { numAffectedRows } = await sql`delete from platform.work where id = ${id} and token = ${token}`.execute(tx);
  return numAffectedRows === 1n;
}

/**
 * Changes the token. So if PostgreSQL crashed and lost this claim, a second holder with the same token has now lost the
 * lease.
 */
async function postpone(
  tx: Transaction<never>,
  { id, token }: ClaimedWork,
  { retryInMs = 0, isUntried }: Pick<WorkResult, 'retryInMs' | 'isUntried'>,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update platform.work set owner = null, token = token + 1, due_at = now() + make_interval(secs => ${retryInMs / 1000}),
      attempt = case when ${isUntried ?? false}::boolean then attempt - 1 else 0 end,
      error = case when ${isUntried ?? false}::boolean then error end
    where id = ${id} and token = ${token}`.execute(tx);
  return numAffectedRows === 1n;
}

/** Releases the oldest parked item of the key. */
export async function unparkNext(tx: Transaction<never>, key: string): Promise<void> {
  await sql`
    update platform.work set parked = false
    where id = (select id from platform.work where key = ${key} and parked order by pos limit 1)`.execute(tx);
}
