import { sql, type QueryExecutorProvider } from 'kysely';
import type { Origin } from '#kernel/access.ts';
import type { Queue } from '#kernel/work.ts';
import type { Unit } from '#platform/database/port.ts';

/** One claimed item, held under a lease that the platform renews while the handler runs. */
export interface Work {
  readonly id: string;
  readonly ref: string;
  /** Fences the holder: whoever claims the item after it has another. */
  readonly token: number;
  /** From 1; a process that died while it held the item has used an attempt. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Where the cause came from, for `system(module, origin)`. */
  readonly origin: Origin;
}

export type Holding = Pick<Work, 'id' | 'token'>;

/**
 * Those that nobody else has claimed meanwhile: for what has an effect outside before its item is settled, as a holder
 * that was frozen for longer than its lease does not know of the next.
 */
export async function stillHeld<H extends Holding>(db: QueryExecutorProvider, items: readonly H[]): Promise<H[]> {
  const { rows } = await sql<Holding>`
    select w.id, w.token from platform.work w
    join unnest(${items.map(({ id }) => id)}::uuid[], ${items.map(({ token }) => token)}::bigint[]) h (id, token)
      on h.id = w.id and h.token = w.token`.execute(db);
  const held = new Set(rows.map(({ id, token }) => `${id} ${token}`));
  return items.filter(({ id, token }) => held.has(`${id} ${token}`));
}

/** Runs in one transaction with the settling of the item: a holder that lost its lease writes nothing. */
export type UnitBody<Tables = never> = (unit: Unit<Tables>) => Promise<void>;

/** Done; or not yet, and to be tried again after a while. Either way `write` commits with it. */
export interface WorkResult<Tables = never> {
  readonly write: UnitBody<Tables>;
  readonly retryInMs?: number;
  /** In place of `write` where several with the same function settle together; see `jointly`. */
  readonly joint?: { readonly writeAll: WriteAll<Tables, never>; readonly part: unknown };
}

/** Writes what several items have come to. Their units share the transaction `tx`; each speaks for its own item. */
export type WriteAll<Tables, Part> = (
  tx: Unit<Tables>['tx'],
  all: readonly { readonly unit: Unit<Tables>; readonly part: Part }[],
) => Promise<void>;

/** Settlements for work of which there is much: those that are settled together take one call, and so fewer statements. */
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
  /** How long a silent holder is believed; renewed at a third of it. */
  readonly leaseMs: number;
  /**
   * For what mostly waits for others: the queue has hands of its own, as many as the process has, and up to `burst` more
   * while items end quickly. However slow they are, they hold no other queue up. Default: shares those of the process.
   */
  readonly slots?: { readonly burst: number };
  /** Runs outside any transaction. An error is retried with backoff; `signal` aborts when the lease is lost. */
  handle(work: Work, signal: AbortSignal): Promise<WorkResult>;
  /**
   * What is written when the attempts are used, or the process died in each of them. An error is tried again until it
   * succeeds. Without it, the item is failed and waits for an operator.
   */
  giveUp?(work: Work, signal: AbortSignal): Promise<WorkResult>;
}

/** A recurring duty of a module. Runs once per interval over all nodes. */
export interface Job {
  /** `module.thing`. */
  readonly name: string;
  readonly description: string;
  readonly everySeconds: number;
  run(signal: AbortSignal): Promise<WorkResult>;
}

/** What one process at a time does for all. Whoever runs it sees to that itself; being woken twice is no harm. */
export interface Leader {
  /** There may be something to do. Nothing happens before `start`. */
  wake(): void;
  start(): void;
  /** Does what is left where that is quick, and takes nothing new. */
  stop(): Promise<void>;
  /** Resolves when nothing is left to do. For tests and commands. */
  drain(): Promise<void>;
}

/** A worker typed with its module's tables; the platform hands it units over the same database. */
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
