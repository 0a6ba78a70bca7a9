import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const SAMPLE_MS = 500;

/**
 * Decides from the mean delay of the event loop in one sample after another: overloaded after two in a row above
 * `maxDelayMs`. One long task, such as the start's own, is over when it is noticed, and refuses nobody.
 */
export function createOverloadRule(maxDelayMs: number) {
  let lateInARow = 0;

  return {
    /** Takes in the mean delay of one sample, in milliseconds. */
    add(delayMs: number): void {
      lateInARow = delayMs > maxDelayMs ? lateInARow + 1 : 0;
    },
    isOverloaded: (): boolean => lateInARow > 1,
  };
}

/** Measures the event loop of this process until `stop`; a `maxDelayMs` of 0 measures nothing. */
export function watchEventLoop(maxDelayMs: number) {
  if (maxDelayMs === 0) return { isOverloaded: () => false, stop: () => {} };
  const rule = createOverloadRule(maxDelayMs);
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let sampledMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    // `reset` drops the last tick too. If every turn of the loop takes longer than a sample, each sample has one tick and
    // no delay: then the delay is the time since the last sample.
    rule.add(Number.isNaN(delays.mean) ? nowMs - sampledMs : delays.mean / 1e6 - RESOLUTION_MS);
    sampledMs = nowMs;
    delays.reset();
  }, SAMPLE_MS).unref();

  return {
    isOverloaded: rule.isOverloaded,
    stop(): void {
      clearInterval(timer);
      delays.disable();
    },
  };
}
