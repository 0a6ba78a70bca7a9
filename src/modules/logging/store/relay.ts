import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import { loggingErrors } from '../contract.ts';
import type { LoggingNeeds, LoggingUnit } from '../needs.ts';
import type { Archive } from './archive.ts';
import { toArchived, toTombstone } from './archive-table.ts';
import { EVENT_COLUMNS, type FoundEvent } from './queries.ts';
import { fromLevelNumber, type SignedEvent } from './rows.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const OPEN_MS = MINUTE_MS; // a minute is closed when it has been over for so long: then no event waits to be stored in it
const BATCH = 5000;
const BATCH_BYTES = 32 * 1024 * 1024;
const LOOK_MS = 100;
const ENDS_MS = 20_000; // for which the transactions of a minute may still run; then it is closed by the next run
const CLOSINGS = 100; // of this process that are remembered
const RUN_MS = 50_000; // what is left waits for the next run

export interface RelayNeeds extends Pick<LoggingNeeds, 'db' | 'now'> {
  readonly archive: Archive;
}

/**
 * Copies events to ClickHouse. Nothing is read there from `relayedTo` on, and nothing in PostgreSQL before it; the mark
 * moves in PostgreSQL after the insert. So a relay that ends between the two inserts the same rows again, which replace
 * those from before. No event is received before `closedTo` any more: see `refuseClosed`.
 */
export function createRelay({ db, archive, now }: RelayNeeds) {
  /** Each with the number of the first transaction that sees it. */
  const closings: { readonly closedTo: string; readonly next: string }[] = [];

  /** All events that were received before are in ClickHouse; null while none are. */
  async function mark(): Promise<string | null> {
    const row = await db.read.selectFrom('logging.relay').select('relayedTo').executeTakeFirstOrThrow();
    return row.relayedTo;
  }

  async function run(signal: AbortSignal) {
    const untilMs = performance.now() + RUN_MS;
    await archive.prepare();
    await beginAnew();
    const closedTo = await close();
    let from = closedTo && (await begin(closedTo));
    for (
      let spanMs = MINUTE_MS;
      from !== null && closedTo !== null && from < closedTo && performance.now() < untilMs && !signal.aborted;
    ) {
      const to = later(from, Math.min(spanMs, Date.parse(closedTo) - Date.parse(from)));
      const edge = await findEdge(from, to);
      await copy(from, edge ?? to);
      if (!(await move(from, edge ?? to))) break; // another process has done it
      spanMs = edge === null ? Math.min(spanMs * 2, DAY_MS) : Math.max(1, Date.parse(edge) - Date.parse(from));
      from = edge ?? to;
    }
    if (from !== null) await summarise(from);
    return { write: async () => {} };
  }

  /**
   * So that what is received from now on is found without what has moved. Only the owner of the index may do it; elsewhere
   * autovacuum does, later.
   */
  async function summarise(at: string): Promise<void> {
    const day = at.slice(0, 10).replaceAll('-', '');
    await sql`select brin_summarize_new_values(i.indexrelid) from pg_index i
      join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam and a.amname = 'brin'
      where i.indrelid = to_regclass(${`logging.event_${day}`})`
      .execute(db.read)
      .catch(() => {});
  }

  /**
   * Closes the minutes that are over, and waits for the transactions that may not have seen it: each of them had its number
   * before. While one of them does not end, what earlier runs have closed is answered, as far as theirs have; null when none.
   */
  async function close(): Promise<string | null> {
    const { ahead, next } = await readClock();
    const over = Math.floor((now().getTime() - ahead - OPEN_MS) / MINUTE_MS) * MINUTE_MS;
    const closedTo = await db.write(system('logging'), async ({ tx }) => {
      const { rows } = await sql<{ closedTo: string }>`update logging.relay
        set closed_to = greatest(closed_to, ${new Date(over).toISOString()}::timestamptz) returning closed_to`.execute(
        tx,
      );
      return rows[0]?.closedTo ?? null;
    });
    if (closedTo !== null) closings.push({ closedTo, next: (await readClock()).next });
    closings.splice(0, closings.length - CLOSINGS);
    for (let waitedMs = 0; waitedMs < ENDS_MS; waitedMs += LOOK_MS) {
      if (await isOver(closings.at(-1)?.next ?? next)) return closings.at(-1)?.closedTo ?? null;
      await sleep(LOOK_MS);
    }
    for (const closing of closings.toReversed()) if (await isOver(closing.next)) return closing.closedTo;
    return null;
  }

  /** How far the clock of this process is ahead of the database's, and the number of the next transaction. */
  async function readClock() {
    const { rows } = await sql<{ nowMs: number; next: string }>`
      select (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms,
        pg_snapshot_xmax(pg_current_snapshot())::text as next`.execute(db.read);
    const [{ nowMs, next } = { nowMs: Date.now(), next: '0' }] = rows;
    return { ahead: Math.max(0, Date.now() - nowMs), next };
  }

  async function isOver(next: string): Promise<boolean> {
    const { rows } = await sql<{ haveEnded: boolean }>`
      select pg_snapshot_xmin(pg_current_snapshot()) >= ${next}::xid8 as have_ended`.execute(db.read);
    return rows[0]?.haveEnded ?? false;
  }

  /** ClickHouse was wiped or replaced: all that PostgreSQL still has is copied again. */
  async function beginAnew(): Promise<void> {
    if ((await mark()) === null || !(await archive.isEmpty())) return;
    await db.write(system('logging'), ({ tx }) => tx.updateTable('logging.relay').set({ relayedTo: null }).execute());
  }

  /** The first time from the first event on. */
  async function begin(closedTo: string): Promise<string> {
    const known = await mark();
    if (known !== null) return known;
    await sql`update logging.relay set relayed_to = least(${closedTo}::timestamptz,
        (select date_trunc('minute', min(received_at)) from logging.event)) where relayed_to is null`.execute(db.read);
    return (await mark()) ?? closedTo;
  }

  /** Where a batch must end that would be too large otherwise. The events of a millisecond are never parted. */
  async function findEdge(from: string, to: string): Promise<string | null> {
    const { rows } = await sql<{ edge: string }>`
      select greatest(received_at, first + interval '1 ms') as edge from (
        select e.received_at, min(e.received_at) over w as first, row_number() over w as place,
          sum(octet_length(e.message) + octet_length(e.payload::text)) over w as bytes
        from logging.event e where e.received_at >= ${from}::timestamptz and e.received_at < ${to}::timestamptz
        window w as (order by e.received_at rows unbounded preceding)) counted
      where place > ${BATCH}::int or bytes > ${BATCH_BYTES}::int order by received_at limit 1`.execute(db.read);
    const edge = rows[0]?.edge ?? null;
    return edge !== null && edge < to ? edge : null;
  }

  async function copy(from: string, to: string): Promise<void> {
    const { rows } = await sql<FoundEvent & { deletedAt: string | null }>`
      select ${EVENT_COLUMNS}, e.deleted_at from logging.event e
      where e.received_at >= ${from}::timestamptz and e.received_at < ${to}::timestamptz`.execute(db.read);
    if (rows.length === 0) return;
    await archive.insert(
      rows.map(({ deletedAt, ...row }) =>
        deletedAt === null ? toArchived({ ...row, level: fromLevelNumber(row.level) }) : toTombstone(row),
      ),
    );
  }

  async function move(from: string, to: string): Promise<boolean> {
    const { numUpdatedRows } = await db.write(system('logging'), ({ tx }) =>
      tx.updateTable('logging.relay').set({ relayedTo: to }).where('relayedTo', '=', from).executeTakeFirst(),
    );
    return numUpdatedRows > 0n;
  }

  /**
   * Part of the unit that stores events, after they were written. Only a process that stood still for a minute, or whose clock
   * is late, has events of a time that is closed. @throws `logging.ingest_away`
   */
  async function refuseClosed({ tx }: LoggingUnit, events: readonly Pick<SignedEvent, 'receivedAt'>[]): Promise<void> {
    const { closedTo } = await tx.selectFrom('logging.relay').select('closedTo').executeTakeFirstOrThrow();
    if (closedTo === null || events.every(({ receivedAt }) => receivedAt >= closedTo)) return;
    const cause = new Error(`events were received before ${closedTo}: this process stood still, or its clock is late`);
    throw Object.assign(loggingErrors.ingestAway({ retryAfterSeconds: 1 }), { cause });
  }

  return { mark, run, refuseClosed };
}

export type Relay = ReturnType<typeof createRelay>;

function later(instant: string, ms: number): string {
  return new Date(Date.parse(instant) + ms).toISOString();
}
