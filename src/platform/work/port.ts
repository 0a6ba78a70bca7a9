import type { Origin } from '#kernel/access.ts';
import type { Queue } from '#kernel/work.ts';
import type { Unit } from '#platform/database/port.ts';

/** One claimed item, held under a lease that the platform renews while the handler runs. */
export interface Work {
  readonly id: string;
  readonly ref: string;
  /** From 1; a process that died while it held the item has used an attempt. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Where the cause came from, for `system(module, origin)`. */
  readonly origin: Origin;
}

/** Runs in one transaction with the settling of the item: a holder that lost its lease writes nothing. */
export type UnitBody<Tables = never> = (unit: Unit<Tables>) => Promise<void>;

/** Done; or not yet, and to be tried again after a while. Either way `write` commits with it. */
export type Settlement<Tables = never> = { readonly write: UnitBody<Tables>; readonly retryInMs?: number };

export interface Worker {
  readonly queue: Queue;
  /** Attempts that end in an error before the item is failed and waits for an operator. */
  readonly maxAttempts: number;
  /** How long a silent holder is believed; renewed at a third of it. */
  readonly leaseMs: number;
  /** Runs outside any transaction. An error is retried with backoff; `signal` aborts when the lease is lost. */
  handle(work: Work, signal: AbortSignal): Promise<Settlement>;
  /**
   * What is written when the attempts are used, or the process died in each of them. An error is tried again until it
   * succeeds. Without it, the item is failed and waits for an operator.
   */
  giveUp?(work: Work, signal: AbortSignal): Promise<Settlement>;
}

/** A recurring duty of a module. Runs once per interval over all nodes. */
export interface Job {
  /** `module.thing`. */
  readonly name: string;
  readonly description: string;
  readonly everySeconds: number;
  run(signal: AbortSignal): Promise<Settlement>;
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
    handle(work: Work, signal: AbortSignal): Promise<Settlement<Tables>>;
    giveUp?(work: Work, signal: AbortSignal): Promise<Settlement<Tables>>;
  },
): Worker {
  // One pool serves every module; `Tables` only narrows what a query may name.
  return definition as unknown as Worker;
}

/** A job typed with its module's tables. */
export function job<Tables>(
  definition: Omit<Job, 'run'> & { run(signal: AbortSignal): Promise<Settlement<Tables>> },
): Job {
  return definition as unknown as Job; // as for `worker`
}
