import { system, type Actor } from '#kernel/access.ts';
import type { JobHandler } from '#platform/jobs/port.ts';
import { stillHeld, type Work } from '#platform/work/port.ts';
import type { SkipReason } from '../contract.ts';
import type { HandlerRegistry } from '../handlers/registry.ts';
import type { SchedulerNeeds } from '../needs.ts';
import { beginRuns, readRunnable, roomFor, type BegunRow, type RunnableRow } from './queries.ts';

/** What an item of the run queue leads to. */
export type Begun =
  | ({ readonly kind: 'begun'; readonly handler: JobHandler | undefined; readonly actor: Actor } & RunnableRow &
      BegunRow)
  /** Its process died in the last attempt that it had. */
  | ({ readonly kind: 'usedUp' } & RunnableRow)
  /** The owner of the job may not run it any more, or the job was stopped before the run began. */
  | ({ readonly kind: 'leftOut'; readonly reason: SkipReason } & RunnableRow)
  /** As many runs of the type as may run at once have begun. */
  | { readonly kind: 'full' }
  /** It was cancelled, or has ended. */
  | { readonly kind: 'over' };

type Needs = Pick<SchedulerNeeds, 'db' | 'permissionsOf' | 'nodeId'> & { readonly registry: HandlerRegistry };

interface Asked {
  readonly work: Work;
  readonly resolve: (begun: Begun) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Records `running` before a handler is called, so that a crash can be seen. Items that are claimed together begin in one
 * transaction.
 */
export function createBeginning({ db, permissionsOf, nodeId, registry }: Needs) {
  let asked: Asked[] = [];

  function begin(work: Work): Promise<Begun> {
    const { promise, resolve, reject } = Promise.withResolvers<Begun>();
    if (asked.length === 0) setImmediate(beginAll);
    asked.push({ work, resolve, reject });
    return promise;
  }

  function beginAll(): void {
    const all = asked;
    asked = [];
    void decide(all).catch((error: unknown) => all.forEach(({ reject }) => reject(error)));
  }

  async function decide(all: readonly Asked[]): Promise<void> {
    const rows = await readRunnable(
      db.read,
      all.map(({ work }) => work.ref),
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    const actors = new Map(await Promise.all(rows.map(async (row) => [row.id, await actorOf(row)] as const)));
    const reasons = new Map(rows.map((row) => [row.id, findReason(row, actors.get(row.id))]));
    const mayRun = rows.filter((row) => reasons.get(row.id) === null && !isUsedUp(row));
    const begun = await record(all, mayRun);
    for (const { work, resolve } of all) {
      const row = byId.get(work.ref);
      const actor = actors.get(work.ref);
      const reason = reasons.get(work.ref);
      if (!row || !actor) resolve({ kind: 'over' });
      else if (reason) resolve({ kind: 'leftOut', reason, ...row });
      else if (isUsedUp(row)) resolve({ kind: 'usedUp', ...row });
      else resolve(toBegun(row, actor, begun.get(row.id)));
    }
  }

  function toBegun(row: RunnableRow, actor: Actor, begun: BegunRow | 'full' | undefined): Begun {
    if (begun === undefined) return { kind: 'over' };
    if (begun === 'full') return { kind: 'full' };
    return { kind: 'begun', ...row, ...begun, actor, handler: registry.find(row.type) };
  }

  async function record(all: readonly Asked[], rows: readonly RunnableRow[]): Promise<Map<string, BegunRow | 'full'>> {
    if (rows.length === 0) return new Map();
    return db.write(system('scheduler'), async ({ tx }) => {
      // A process that was frozen for longer than its lease must not begin what another one holds.
      const held = new Set(
        (
          await stillHeld(
            tx,
            all.map(({ work }) => work),
          )
        ).map(({ ref }) => ref),
      );
      const open = rows.filter(({ id }) => held.has(id));
      const found = new Map<string, BegunRow | 'full'>();
      const [ids, full] = await withinLimits(tx, open);
      for (const id of full) found.set(id, 'full');
      if (ids.length > 0) for (const row of await beginRuns(tx, ids, nodeId)) found.set(row.id, row);
      return found;
    });
  }

  /** Ids of the runs that may begin, and of those of types that have no room. */
  async function withinLimits(
    tx: Parameters<typeof beginRuns>[0],
    rows: readonly RunnableRow[],
  ): Promise<[string[], string[]]> {
    const [ids, full]: [string[], string[]] = [[], []];
    const byType = [...Map.groupBy(rows, ({ type }) => type)].toSorted(([a], [b]) => (a < b ? -1 : 1));
    for (const [type, ofType] of byType) {
      const own = ofType.map(({ id }) => id);
      const most = registry.find(type)?.maxConcurrent;
      const room = most === undefined ? own.length : await roomFor(tx, type, most, own);
      ids.push(...own.slice(0, room));
      full.push(...own.slice(room));
    }
    return [ids, full];
  }

  /** A run acts as the owner of its job, with the permissions of this moment. */
  async function actorOf({ ownerId }: RunnableRow): Promise<Actor> {
    const own = system('scheduler');
    if (ownerId === null) return own;
    const permissions = await permissionsOf({ type: 'user', id: ownerId, sessionId: null });
    return { ...own, type: 'user', id: ownerId, permissions };
  }

  function findReason(row: RunnableRow, actor: Actor | undefined): SkipReason | null {
    const isStopped = row.jobStatus === 'paused' || row.jobStatus === 'quarantined';
    // What has begun goes on, and so does what somebody has asked for.
    const isPlanned = row.status === 'scheduled' && row.triggeredBy !== 'manual' && row.triggeredBy !== 'replay';
    if (isStopped && isPlanned) return row.jobStatus === 'paused' ? 'paused' : 'quarantined';
    return isAllowed(row, actor) ? null : 'owner';
  }

  /** Nobody owns the duties of the program. A type that this program does not know fails later, with a reason. */
  function isAllowed({ type, ownerId }: RunnableRow, actor: Actor | undefined): boolean {
    const permission = registry.find(type)?.permission;
    return (
      ownerId === null ||
      (actor?.permissions.size !== 0 && (permission === undefined || actor?.permissions.has(permission.code) === true))
    );
  }

  return { begin };
}

/** A failed attempt dead-letters its run itself; here the process ended, and nobody could. */
function isUsedUp({ status, attempt, maxAttempts }: RunnableRow): boolean {
  return status === 'running' && attempt >= maxAttempts;
}
