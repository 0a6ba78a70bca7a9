import { setTimeout as sleep } from 'node:timers/promises';
import { orThrow, Problem } from '#kernel/problem.ts';

const REFUSAL_MS = 25; // several times what counting and recording a failure takes

/**
 * The outcome; a refusal takes at least that long. A failure at a known address is counted and recorded, one at an unknown
 * address is not, and the difference must not show in the time of the answer.
 */
export async function orThrowInTime<R>(work: () => Promise<R | Problem>): Promise<R> {
  const startedAt = performance.now();
  const outcome = await work();
  if (outcome instanceof Problem) await sleep(Math.max(0, REFUSAL_MS - (performance.now() - startedAt)));
  return orThrow(outcome);
}
