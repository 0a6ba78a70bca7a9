import { setTimeout as sleep } from 'node:timers/promises';
import { orThrow, Problem } from '#kernel/problem.ts';

const MIN_MS = 25; // several times what counting and recording a failure takes

/**
 * The result of `work`; a refusal takes at least `MIN_MS`. A failure at a known address is counted and recorded, one at
 * an unknown address is not: the response time must not show the difference.
 */
export async function orThrowInConstantTime<R>(work: () => Promise<R | Problem>): Promise<R> {
  const startedAt = performance.now();
  const outcome = await work();
  if (outcome instanceof Problem) await waitUntilMin(startedAt);
  return orThrow(outcome);
}

/** The same for work that never refuses. It hides the time of steps that are done only for a known address. */
export async function inConstantTime<R>(work: () => Promise<R>): Promise<R> {
  const startedAt = performance.now();
  const outcome = await work();
  await waitUntilMin(startedAt);
  return outcome;
}

async function waitUntilMin(startedAt: number): Promise<void> {
  await sleep(Math.max(0, MIN_MS - (performance.now() - startedAt)));
}
