import {
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import type { Component } from '#platform/health/port.ts';

/** A record of async functions. Ports are such records, so that one function can wrap them all. */
type Methods<Port> = { [K in keyof Port]: (...args: never[]) => Promise<unknown> };

/** One implementation of a port, before the platform has put its guard around it. */
export interface Driver<Port> {
  readonly name: string;
  readonly port: Port;
  /** Methods that may safely run twice. Only these are retried. */
  readonly idempotent: readonly (keyof Port)[];
  /** Rejects when the backing service cannot be used. */
  probe(): Promise<void>;
}

export interface Policy {
  /** For one attempt; the call is given up, whatever it does. */
  readonly timeoutMs: number;
  /** Of an idempotent method, the first included. */
  readonly attempts: number;
  /** Before the second attempt; doubles with jitter. */
  readonly backoffMs: number;
  /** Failures in a row after which calls are refused at once, and for how long before one is let through. */
  readonly breakAfter: number;
  readonly breakMs: number;
  /** Calls under way at once; more wait, up to ten times as many. */
  readonly concurrency: number;
}

export const defaultPolicy: Policy = {
  timeoutMs: 15_000,
  attempts: 3,
  backoffMs: 100,
  breakAfter: 5,
  breakMs: 5000,
  concurrency: 20,
};

/**
 * Puts time-out, retry, circuit breaker and bulkhead around a driver and lets health ask it. Every
 * implementation of an outside service passes through here; no module retries or probes on its own.
 */
export function supervise<Port extends Methods<Port>>(
  driver: Driver<Port>,
  policy: Policy,
  components: Component[],
): Port {
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: policy.breakMs,
    breaker: new ConsecutiveBreaker(policy.breakAfter),
  });
  const once = wrap(
    bulkhead(policy.concurrency, policy.concurrency * 10),
    breaker,
    timeout(policy.timeoutMs, TimeoutStrategy.Aggressive),
  );
  const backoff = new ExponentialBackoff({ initialDelay: policy.backoffMs });
  const repeated = wrap(retry(handleAll, { maxAttempts: policy.attempts - 1, backoff }), once);
  components.push({ name: driver.name, isRequired: false, probe: () => driver.probe() });

  function guard(name: keyof Port) {
    const guarded = driver.idempotent.includes(name) ? repeated : once;
    return (...args: never[]) => guarded.execute(() => driver.port[name](...args));
  }

  const names = Object.keys(driver.port) as (keyof Port)[];
  return Object.fromEntries(names.map((name) => [name, guard(name)])) as unknown as Port; // same keys, same functions
}
