import { setTimeout as sleep } from 'node:timers/promises';
import { orThrow, Problem } from '#kernel/problem.ts';

const LEAST_MS = 25; // several times what counting and recording a failure takes

/**
 * The outcome; a refusal takes at least that long. A failure at a known address is counted and recorded, one at an unknown
 * address is not, and the difference must not show in the time of the answer.
 */
export async function orThrowInTime<R>(work: () => Promise<R | Problem>): Promise<R> {
  const startedAt = performance.now();
  const outcome = await work();
  if (outcome instanceof Problem) await fill(startedAt);
  return orThrow(outcome);
}

/** The same for what always succeeds: what it sets off, which an unknown address does not, must not show in the next. */
export async function inEvenTime<R>(work: () => Promise<R>): Promise<R> {
  const startedAt = performance.now();
  const outcome = await work();
  await fill(startedAt);
  return outcome;
}

async function fill(startedAt: number): Promise<void> {
  await sleep(Math.max(0, LEAST_MS - (performance.now() - startedAt)));
}
