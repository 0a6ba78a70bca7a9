import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { Cause } from '#kernel/access.ts';
import { defineQueue, type Queue } from '#kernel/work.ts';
import type { Unit } from '#platform/database/port.ts';

/** One claimed item, held under a lease that the platform renews while the handler runs. */
export interface Work {
  readonly id: string;
  readonly ref: string;
  /** The fencing token: each claim of the item has another. */
  readonly token: number;
  /** From 1. A process that died while it held the item has used an attempt. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** What caused it, for `system(module, origin)`. */
  readonly origin: Cause;
}

export type Holding = Pick<Work, 'id' | 'token'>;

/**
 * The items that no other holder has claimed meanwhile. For handlers with an effect outside the database: a process
 * that was frozen for longer than its lease does not notice that another one holds the item now.
 */
export async function stillHeld<H extends Holding>(db: QueryExecutorProvider, items: readonly H[]): Promise<H[]> {
  const { rows } = await heldItems(items).execute(db);
  const held = new Set(rows.map(({ id, token }) => `${id} ${token}`));
  return items.filter(({ id, token }) => held.has(`${id} ${token}`));
}

/** The same for a part of a statement: `id`, `token` and `ref` of those items. */
export function heldItems(items: readonly Holding[]): RawBuilder<Holding & Pick<Work, 'ref'>> {
  return sql`
    select w.id, w.token, w.ref from platform.work w
    join unnest(${items.map(({ id }) => id)}::uuid[], ${items.map(({ token }) => token)}::bigint[]) h (id, token)
      on h.id = w.id and h.token = w.token`;
}

/**
 * Lets the item at the head of a key end now where it waits for another attempt, and is one of `refs`: what these were for is
 * over, and those behind it need not wait. One that is held stays as it is.
 */
export async function endBackoff(db: QueryExecutorProvider, key: string, refs: readonly string[]): Promise<void> {
  await sql`
    update platform.work set due_at = now()
    where key = ${key} and ref = any(${refs}::text[]) and not parked and owner is null and due_at > now()
      and due_at < 'infinity'`.execute(db);
}

/** When the first item of these queues became due that could begin now; for a part of a statement. Null when none is. */
export function oldestDue(queues: readonly Queue[]): RawBuilder<string | null> {
  return sql`(
    select min(d.due_at) from unnest(${queues.map(({ name }) => name)}::text[]) q (queue)
    cross join unnest(array[0, 1, 2]::smallint[]) l (lane)
    cross join lateral (
      select due_at from platform.work w
      where w.queue = q.queue and w.lane = l.lane and not w.parked and w.due_at <= now() order by w.due_at limit 1) d)`;
}

/** Runs in the transaction that completes the item: a holder that lost its lease writes nothing. */
export type UnitBody<Tables = never> = (unit: Unit<Tables>) => Promise<void>;

/** What a handler answers: the item is completed, or with `retryInMs` postponed. Either way `write` commits with it. */
export interface WorkResult<Tables = never> {
  readonly write: UnitBody<Tables>;
  readonly retryInMs?: number;
  /** Nothing was tried before it was postponed: its attempts and its last error stay, which a success else clears. */
  readonly isUntried?: true;
  /** Replaces `write` when several items with the same function are completed in one transaction; see `jointly`. */
  readonly joint?: { readonly writeAll: WriteAll<Tables, never>; readonly part: unknown };
}

/**
 * Writes the results of several items at once. Their units share the transaction `tx`; each has its own item's actor.
 */
export type WriteAll<Tables, Part> = (
  tx: Unit<Tables>['tx'],
  all: readonly { readonly unit: Unit<Tables>; readonly part: Part }[],
) => Promise<void>;

/**
 * Results for frequent work: items that are completed in one transaction are written by one call, with fewer
 * statements.
 */
export function jointly<Tables, Part>(writeAll: WriteAll<Tables, Part>): (part: Part) => WorkResult<Tables> {
  return (part) => ({
    write: (unit) => writeAll(unit.tx, [{ unit, part }]),
    joint: { writeAll, part },
  });
}

export interface Worker {
  readonly queue: Queue;
  /** Attempts that end in an error before the item is failed and waits for an operator. */
  readonly maxAttempts: number;
  /** After this time without a renewal the item can be claimed again; it is renewed every third of it. */
  readonly leaseMs: number;
  /**
   * For handlers that mostly wait for other services: the queue has its own slots, as many as the process has, and up
   * to `burst` more while items end quickly. So it never delays other queues. Default: it shares the slots of the
   * process.
   */
  readonly slots?: { readonly burst: number };
  /** Each item is the begin of a trace, instead of a part of that of its cause: for work that comes again for ever. */
  readonly beginsTrace?: true;
  /** Runs outside any transaction. An error is retried with backoff; `signal` aborts when the lease is lost. */
  handle(work: Work, signal: AbortSignal): Promise<WorkResult>;
  /**
   * What is written when the attempts are used, or the process died in each of them. An error is tried again until it
   * succeeds. Without it, the item is failed and waits for an operator.
   */
  giveUp?(work: Work, signal: AbortSignal): Promise<WorkResult>;
}

/**
 * One item for the next run of each recurring job. `drain` leaves it out, since these jobs always become due again.
 */
export const dutyQueue = defineQueue('platform.job');

/**
 * A recurring job of a module. It runs once per interval, on one of the nodes: the scheduler makes a job of it that can be
 * watched, paused and run at once.
 */
export interface Job {
  /** `module.thing`. */
  readonly name: string;
  readonly description: string;
  readonly everySeconds: number;
  run(signal: AbortSignal): Promise<WorkResult>;
}

/** A task that one process at a time does for all; the implementation ensures that. Waking it twice is harmless. */
export interface Leader {
  /** There may be something to do. Does nothing before `start`. */
  wake(): void;
  start(): void;
  /** Takes nothing new; finishes what is left if that is quick. */
  stop(): Promise<void>;
  /** Resolves when everything is done. For tests and commands. */
  drain(): Promise<void>;
}

/** A worker typed with its module's tables. */
export function worker<Tables>(
  definition: Omit<Worker, 'handle' | 'giveUp'> & {
    handle(work: Work, signal: AbortSignal): Promise<WorkResult<Tables>>;
    giveUp?(work: Work, signal: AbortSignal): Promise<WorkResult<Tables>>;
  },
): Worker {
  // One pool serves every module; `Tables` only narrows what a query may name.
  return definition as unknown as Worker;
}

/** A job typed with its module's tables. */
export function job<Tables>(
  definition: Omit<Job, 'run'> & { run(signal: AbortSignal): Promise<WorkResult<Tables>> },
): Job {
  return definition as unknown as Job; // as for `worker`
}

/** An attempt that failed, at a work item or at handling an event. It is logged, and mostly tried again. */
export interface FailedAttempt {
  /** Names the queue and the item, or the consumer and the event. */
  readonly at: string;
  readonly error: unknown;
}

export type OnFailedAttempt = (failed: FailedAttempt) => void;
