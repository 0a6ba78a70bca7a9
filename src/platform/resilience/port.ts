import { isBrokenCircuitError, isBulkheadRejectedError, isIsolatedCircuitError } from 'cockatiel';

/** A record of async functions. Ports are such records, so that one function can wrap them all. */
export type Methods<Port> = { [K in keyof Port]: (...args: never[]) => Promise<unknown> };

/** One implementation of a port, before the platform has put its guard around it. */
export interface Driver<Port> {
  readonly name: string;
  readonly port: Port;
  /** Methods that may safely run twice. Only these are retried. */
  readonly idempotent: readonly (keyof Port)[];
  /**
   * Methods that read a stream, and which of their arguments it is. They are never retried; their time-out is
   * for the start, for each silence and for the end, not for the whole. A call that is refused leaves its source
   * untouched; one that began leaves it ended.
   */
  readonly consumes?: { readonly [Method in keyof Port]?: number };
  /**
   * Methods whose answer, when not null, carries a `Readable`, and under which name. Opening it is a call like
   * others; then silence fails the stream, and its failures count for the breaker.
   */
  readonly produces?: { readonly [Method in keyof Port]?: string };
  /** Methods that may rightly take longer than the policy's time-out, and how long in milliseconds. */
  readonly allowedMs?: { readonly [Method in keyof Port]?: number };
  /** Rejects when the backing service cannot be used. */
  probe(): Promise<void>;
}

export interface Policy {
  /** For one attempt; the call is given up, whatever it does. */
  readonly timeoutMs: number;
  /** Silence within a stream. */
  readonly idleMs: number;
  /** Of an idempotent method, the first included. */
  readonly attempts: number;
  /** Before the second attempt; doubles with jitter. */
  readonly backoffMs: number;
  /** Failures in a row after which calls are refused at once, and for how long before one is let through. */
  readonly breakAfter: number;
  readonly breakMs: number;
  /** Calls under way at once, and as many that read a stream; more of each wait, and waiting is not timed. */
  readonly concurrency: number;
  /** How many more of each wait; what comes then is refused. Default: ten times as many. */
  readonly waiting?: number;
}

/** Puts time-out, retry, circuit breaker and bulkhead around a driver, and lets health ask it. */
export type Supervise = <Port extends Methods<Port>>(driver: Driver<Port>, policy: Partial<Policy>) => Port;

/** True when the guard refused the call before it began: the circuit is open, or too many wait already. */
export function isRefusedUnsent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return isBrokenCircuitError(error) || isIsolatedCircuitError(error) || isBulkheadRejectedError(error);
}
