import { nowhere, system, type Actor, type Cause } from '#kernel/access.ts';
import type { JobHandler } from '#platform/jobs/port.ts';
import type { Work } from '#platform/work/port.ts';
import type { SkipReason } from '../contract.ts';
import type { HandlerRegistry } from '../handlers/registry.ts';
import type { SchedulerNeeds } from '../needs.ts';
import type { SchedulerWriter } from '../tables.ts';
import { beginRuns, listTypes, lockSerialJobs, roomFor, toRunId, type RunnableRow } from './queries.ts';

/** What an item of the run queue leads to. */
export type Begun =
  | ({
      readonly kind: 'begun';
      readonly handler: JobHandler | undefined;
      readonly actor: Actor;
      readonly fencingToken: number;
    } & Omit<RunnableRow, 'fencingToken'>)
  /** Its process died in the last attempt that it had. */
  | ({ readonly kind: 'usedUp' } & RunnableRow)
  /** The owner of the job may not run it any more, or the job was stopped before the run began. */
  | ({ readonly kind: 'leftOut'; readonly reason: SkipReason } & RunnableRow)
  /** Its place is taken by another run: of its type, its job or its concurrency key. */
  | { readonly kind: 'full'; readonly place: string }
  /** It was cancelled, or has ended. */
  | { readonly kind: 'over' };

type Needs = Pick<SchedulerNeeds, 'db' | 'permissionsOf' | 'nodeId'> & { readonly registry: HandlerRegistry };

type PermissionsOfOwners = ReadonlyMap<string, Actor['permissions']>;

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
    const { rows, full } = await db.write(system('scheduler'), async ({ tx }) => {
      const works = all.map(({ work }) => work);
      const busy = registry.hasLimits() ? await findFull(tx, works) : new Map<string, string>();
      const free = works.filter(({ ref }) => !busy.has(toRunId(ref)));
      if (free.length === 0) return { rows: [], full: busy };
      // Sent together: the second one sees what those have committed who held the locks.
      const [, begunRows] = await Promise.all([lockSerialJobs(tx, free), beginRuns(tx, free, nodeId)]);
      return { rows: begunRows, full: busy };
    });
    const permissions = await permissionsOfOwners(rows);
    const originOf = (item: string) => all.find(({ work }) => work.ref === item)?.work.origin ?? nowhere;
    const begun = new Map(rows.map((row) => [row.item, toBegun(row, permissions, originOf(row.item))]));
    for (const { work, resolve } of all) {
      const type = full.get(toRunId(work.ref));
      if (type !== undefined) resolve({ kind: 'full', place: ofType(type) });
      else resolve(begun.get(work.ref) ?? { kind: 'over' });
    }
  }

  function toBegun(row: RunnableRow, permissions: PermissionsOfOwners, cause: Cause): Begun {
    const { status, jobStatus, attempt, maxAttempts, begunAttempt, fencingToken } = row;
    if (begunAttempt === null || fencingToken === null) {
      if (row.isReady) return { kind: 'full', place: ofJob(row) };
      // A failed attempt dead-letters its run itself; here the process ended, and nobody could.
      if (status === 'running' && attempt >= maxAttempts) return { kind: 'usedUp', ...row };
      return { kind: 'leftOut', reason: jobStatus === 'paused' ? 'paused' : 'quarantined', ...row };
    }
    const actor = actorOf(row, permissions, cause);
    if (!isAllowed(row, actor)) return { kind: 'leftOut', reason: 'owner', ...row };
    return { kind: 'begun', ...row, attempt: begunAttempt, fencingToken, actor, handler: registry.find(row.type) };
  }

  /** Ids of the runs of types that have no room, with their types. */
  async function findFull(tx: SchedulerWriter, works: readonly Work[]): Promise<Map<string, string>> {
    const rows = await listTypes(
      tx,
      works.map(({ ref }) => toRunId(ref)),
    );
    const full = new Map<string, string>();
    const byType = [...Map.groupBy(rows, ({ type }) => type)].toSorted(([a], [b]) => (a < b ? -1 : 1));
    for (const [type, rowsOfType] of byType) {
      const own = rowsOfType.map(({ id }) => id);
      const most = registry.find(type)?.maxConcurrent;
      if (most === undefined) continue;
      for (const id of own.slice(await roomFor(tx, type, most, own))) full.set(id, type);
    }
    return full;
  }

  /** The permissions that the owners of the jobs have at this moment. */
  async function permissionsOfOwners(rows: readonly RunnableRow[]): Promise<PermissionsOfOwners> {
    const ids = new Set(rows.map(({ ownerId }) => ownerId).filter((id) => id !== null));
    const found = [...ids].map(async (id) => [id, await permissionsOf({ type: 'user', id, sessionId: null })] as const);
    return new Map(await Promise.all(found));
  }

  /** A run acts as the owner of its job. */
  function actorOf({ ownerId }: RunnableRow, permissions: PermissionsOfOwners, cause: Cause): Actor {
    const own = system('scheduler', cause);
    if (ownerId === null) return own;
    return { ...own, type: 'user', id: ownerId, permissions: permissions.get(ownerId) ?? new Set<string>() };
  }

  /** Nobody owns the duties of the program. A type that this program does not know fails later, with a reason. */
  function isAllowed({ type, ownerId }: RunnableRow, actor: Actor): boolean {
    const permission = registry.find(type)?.permission;
    return (
      ownerId === null ||
      (actor.permissions.size !== 0 && (permission === undefined || actor.permissions.has(permission.code)))
    );
  }

  return { begin };
}

/** Names of what runs wait for: the places that a run takes when it begins. */
export function placesOf(row: RunnableRow): string[] {
  return [ofType(row.type), ofJob(row)];
}

function ofType(type: string): string {
  return `type ${type}`;
}

function ofJob({ jobId, ownerId, type, concurrencyKey }: RunnableRow): string {
  return concurrencyKey === null ? `job ${jobId}` : `key ${ownerId} ${type} ${concurrencyKey}`;
}
