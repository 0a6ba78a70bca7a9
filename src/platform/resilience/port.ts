import { isBrokenCircuitError, isBulkheadRejectedError, isIsolatedCircuitError } from 'cockatiel';

/** A record of async functions. Ports are such records, so that one function can wrap them all. */
export type Methods<Port> = { [K in keyof Port]: (...args: never[]) => Promise<unknown> };

/** One implementation of a port, before `supervise` wraps it. */
export interface Driver<Port> {
  readonly name: string;
  readonly port: Port;
  /** Methods that may safely run twice. Only these are retried. */
  readonly idempotent: readonly (keyof Port)[];
  /**
   * Methods that read a stream, and the index of that argument. They are never retried; their timeout limits the start,
   * each pause and the end, not the whole call. A refused call leaves its source untouched; a call that has begun
   * always ends it.
   */
  readonly consumes?: { readonly [Method in keyof Port]?: number };
  /**
   * Methods whose answer, when not null, has a `Readable`, and the name of its property. Opening it is a call like
   * others; afterwards a pause that is too long fails the stream, and its failures count for the circuit breaker.
   */
  readonly produces?: { readonly [Method in keyof Port]?: string };
  /** Methods that may take longer than the policy's timeout, and their timeouts in milliseconds. */
  readonly allowedMs?: { readonly [Method in keyof Port]?: number };
  /** Rejects when the backing service cannot be used. */
  probe(): Promise<void>;
}

export interface Policy {
  /** Timeout of one attempt. */
  readonly timeoutMs: number;
  /** Longest pause within a stream. */
  readonly idleMs: number;
  /** Attempts of an idempotent method, with the first one. */
  readonly attempts: number;
  /** Pause before the second attempt; doubles with each, with jitter. */
  readonly backoffMs: number;
  /** After so many failures in a row the circuit opens: calls are refused for `breakMs`, then one is tried. */
  readonly breakAfter: number;
  readonly breakMs: number;
  /** Calls under way at once, and as many that read a stream. Further calls wait; the timeout begins after the wait. */
  readonly concurrency: number;
  /** How many calls of each kind may wait; further ones are refused. Default: ten times `concurrency`. */
  readonly waiting?: number;
}

/** Adds timeout, retry, circuit breaker and bulkhead to a driver, and registers it with health. */
export type Supervise = <Port extends Methods<Port>>(driver: Driver<Port>, policy: Partial<Policy>) => Port;

/** True when the call was refused before it began: the circuit is open, or too many calls wait. */
export function isRefusedUnsent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return isBrokenCircuitError(error) || isIsolatedCircuitError(error) || isBulkheadRejectedError(error);
}
