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
import type { Driver, Methods, Policy } from './port.ts';
import { discard, hold, SourceFailure, watchAnswer, watchSource } from './streams.ts';

export const defaultPolicy: Policy = {
  timeoutMs: 15_000,
  idleMs: 15_000,
  attempts: 3,
  backoffMs: 100,
  breakAfter: 5,
  breakMs: 5000,
  concurrency: 20,
};

// Whoever has answered needs no signal any more, and to make one out costs more than the rest of the policy.
const IN_TIME = { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false };

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
  const places = () => bulkhead(policy.concurrency, policy.waiting ?? policy.concurrency * 10);
  const untimed = wrap(places(), breaker);
  const feeding = wrap(places(), breaker); // slow senders take no places from calls that end by themselves
  const backoff = new ExponentialBackoff({ initialDelay: policy.backoffMs });
  const again = retry(isTrouble, { maxAttempts: policy.attempts - 1, backoff });
  const timeoutOf = (name: keyof Port) => driver.allowedMs?.[name] ?? policy.timeoutMs;
  components.push({ name: driver.name, isRequired: false, probe: () => driver.probe() });

  function guard(name: keyof Port) {
    const position = driver.consumes?.[name];
    if (position !== undefined) return (...args: never[]) => consume(name, position, args);
    const once = wrap(untimed, timeout(timeoutOf(name), IN_TIME));
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
