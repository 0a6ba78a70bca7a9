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

// No abort signal after the call has returned: creating it costs more than the rest of the policy.
const IN_TIME = { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false };

/**
 * Failures that are retried and count for the circuit breaker. Not counted: a `Problem`, which is an answer; a failure
 * of the caller's stream; and a `RangeError`, which is a bug in the caller and must not open the circuit for others.
 */
const isServiceFailure = handleWhen(
  (error) => !(error instanceof Problem || error instanceof SourceFailure || error instanceof RangeError),
);

/**
 * Adds timeout, retry, circuit breaker and bulkhead to a driver, and registers it with health. Every implementation of
 * an external service is wrapped here; modules never retry or probe themselves.
 */
export function supervise<Port extends Methods<Port>>(
  driver: Driver<Port>,
  policy: Policy,
  components: Component[],
): Port {
  const tally = createTally(policy.breakAfter);
  const breaker = circuitBreaker(isServiceFailure, { halfOpenAfter: policy.breakMs, breaker: tally });
  const places = () => bulkhead(policy.concurrency, policy.waiting ?? policy.concurrency * 10);
  const untimed = wrap(places(), breaker);
  const feeding = wrap(places(), breaker); // separate, so that slow senders do not block other calls
  const backoff = new ExponentialBackoff({ initialDelay: policy.backoffMs });
  const again = retry(isServiceFailure, { maxAttempts: policy.attempts - 1, backoff });
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
    // Replaces the source, at the index that the driver declares.
    const watched = args.with(position, watch.source as never);
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
      if (signal.aborted) discard(streamOf(opened, field)); // the call has timed out meanwhile
      return opened;
    });
    const stream = streamOf(answer, field);
    return stream ? { ...(answer as object), [field]: watchAnswer(stream, policy.idleMs, count) } : answer;
  }

  /** Counts streams that fail after their call has succeeded; a later successful call does not reset that count. */
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
      // The stream itself has reported the error to its reader.
    }
  }

  const names = Object.keys(driver.port) as (keyof Port)[];
  return Object.fromEntries(names.map((name) => [name, guard(name)])) as unknown as Port; // same keys, same functions
}

/** Opens the circuit after so many failures in a row; calls and streams are counted separately. */
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
