import { Readable } from 'node:stream';
import {
  bulkhead,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
  type IBreaker,
  type IPolicy,
} from 'cockatiel';
import { Problem } from '#kernel/problem.ts';
import type { Component } from '#platform/health/port.ts';
import { discard, hold, SourceFailure, watchAnswer, watchSource } from './streams.ts';

/** A record of async functions. Ports are such records, so that one function can wrap them all. */
type Methods<Port> = { [K in keyof Port]: (...args: never[]) => Promise<unknown> };

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
  /** Calls under way at once, and as many that read a stream; more of each wait, up to ten times as many. */
  readonly concurrency: number;
}

export const defaultPolicy: Policy = {
  timeoutMs: 15_000,
  idleMs: 15_000,
  attempts: 3,
  backoffMs: 100,
  breakAfter: 5,
  breakMs: 5000,
  concurrency: 20,
};

/**
 * What is worth a retry and counts for the breaker. A `Problem` is an answer, the caller's own stream is not the
 * service, and a `RangeError` says that the call itself was wrong: our bug must not cut others off.
 */
const isTrouble = handleWhen(
  (error) => !(error instanceof Problem || error instanceof SourceFailure || error instanceof RangeError),
);

/**
 * Puts time-out, retry, circuit breaker and bulkhead around a driver and lets health ask it. Every
 * implementation of an outside service passes through here; no module retries or probes on its own.
 */
export function supervise<Port extends Methods<Port>>(
  driver: Driver<Port>,
  policy: Policy,
  components: Component[],
): Port {
  const tally = createTally(policy.breakAfter);
  const breaker = circuitBreaker(isTrouble, { halfOpenAfter: policy.breakMs, breaker: tally });
  const places = () => bulkhead(policy.concurrency, policy.concurrency * 10);
  const untimed = wrap(places(), breaker);
  const feeding = wrap(places(), breaker); // slow senders take no places from calls that end by themselves
  const backoff = new ExponentialBackoff({ initialDelay: policy.backoffMs });
  const again = retry(isTrouble, { maxAttempts: policy.attempts - 1, backoff });
  const timeoutOf = (name: keyof Port) => driver.allowedMs?.[name] ?? policy.timeoutMs;
  components.push({ name: driver.name, isRequired: false, probe: () => driver.probe() });

  function guard(name: keyof Port) {
    const position = driver.consumes?.[name];
    if (position !== undefined) return (...args: never[]) => consume(name, position, args);
    const once = wrap(untimed, timeout(timeoutOf(name), TimeoutStrategy.Aggressive));
    const guarded = driver.idempotent.includes(name) ? wrap(again, once) : once;
    const field = driver.produces?.[name];
    if (field !== undefined) return (...args: never[]) => produce(name, field, guarded, args);
    return (...args: never[]) => guarded.execute(() => driver.port[name](...args));
  }

  async function consume(name: keyof Port, position: number, args: never[]): Promise<unknown> {
    const watch = watchSource(args[position] ?? missing(name), { timeoutMs: timeoutOf(name), idleMs: policy.idleMs });
    const watched = args.with(position, watch.source as never); // stands in for the source, as the driver declared
    try {
      return await feeding.execute(() => watch.during(() => driver.port[name](...watched)));
    } catch (error) {
      throw error instanceof SourceFailure ? error.cause : error;
    }
  }

  async function produce(name: keyof Port, field: string, guarded: IPolicy, args: never[]): Promise<unknown> {
    const answer = await guarded.execute(async ({ signal }) => {
      const opened = await driver.port[name](...args);
      hold(streamOf(opened, field));
      if (signal.aborted) discard(streamOf(opened, field)); // given up meanwhile: nobody will read it
      return opened;
    });
    const stream = streamOf(answer, field);
    return stream ? { ...(answer as object), [field]: watchAnswer(stream, policy.idleMs, count) } : answer;
  }

  /** A stream that failed after its method had answered: opening the next one well must not make up for it. */
  function count(failure: Error | null): void {
    tally.streamEnded(failure);
    if (failure) void countFailure(failure);
  }

  async function countFailure(failure: Error): Promise<void> {
    try {
      await breaker.execute(async () => {
        throw failure;
      });
    } catch {
      // The reader was told by the stream itself.
    }
  }

  const names = Object.keys(driver.port) as (keyof Port)[];
  return Object.fromEntries(names.map((name) => [name, guard(name)])) as unknown as Port; // same keys, same functions
}

/** Opens the circuit after so many failures in a row, of calls or of streams; each is counted by itself. */
function createTally(breakAfter: number): IBreaker & { streamEnded(error: Error | null): void } {
  let calls = 0;
  let streams = 0;
  return {
    state: null,
    success: () => void (calls = 0),
    failure: () => ++calls >= breakAfter || streams >= breakAfter,
    streamEnded: (error) => void (streams = error ? streams + 1 : 0),
  };
}

function streamOf(answer: unknown, field: string): Readable | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const { [field]: stream } = answer as Record<string, unknown>;
  return stream instanceof Readable ? stream : null;
}

function missing(name: PropertyKey): never {
  throw new Error(`${String(name)} was called without a source`);
}
