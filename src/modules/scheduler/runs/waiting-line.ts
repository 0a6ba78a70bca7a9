import { createLru } from '#kernel/limits/lru.ts';

/** At least and at most so long until a run whose place is taken looks again: a tenth of the time for which it is taken. */
const LOOK_MS = { least: 500, most: 10_000 };
/** Runs that wait for one place look one after the other, so many milliseconds apart. */
const APART_MS = 50;
const MAX_LINES = 10_000;

interface Line {
  /** Since when its place is taken. */
  readonly since: number;
  /** When the last of those that wait looks again. */
  last: number;
}

/**
 * When runs of this process whose place is taken look again. Those that wait for the same place take turns: each stands at the
 * end of its line again, so the oldest are served first, and a long line costs no more than a short one.
 */
export function createWaitingLine(now: () => number = Date.now) {
  const lines = createLru<Line>(MAX_LINES);

  /** Answers after how many milliseconds; a part is random, since other processes have lines of their own. */
  function wait(place: string): number {
    const at = now();
    const known = lines.get(place);
    // Another process may have begun the others, and nobody waits any more.
    const line = known && known.last > at - LOOK_MS.most ? known : { since: at, last: 0 };
    const own = Math.min(LOOK_MS.most, Math.max(LOOK_MS.least, (at - line.since) / 10)) * (1 + Math.random() / 2);
    line.last = Math.max(at + own, line.last + APART_MS);
    lines.set(place, line);
    return line.last - at;
  }

  /** The place is free: those that come now wait the least. */
  function leave(place: string): void {
    lines.delete(place);
  }

  return { wait, leave };
}
