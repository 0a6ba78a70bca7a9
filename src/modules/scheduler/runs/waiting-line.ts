import { createLru } from '#kernel/limits/lru.ts';

/** At least and at most so long until a run whose place is taken looks again: a tenth of the time for which it is taken. */
const LOOK_MS = { least: 500, most: 10_000 };
/** For each that waits for the same place, so much longer: together they look twenty times a second. */
const EACH_MS = 50;
const MAX_LINES = 10_000;

interface Line {
  /** Since when its place is taken. */
  since: number;
  /** Those that wait. */
  readonly ids: Set<string>;
  /** When the last of them looks again, at the latest. */
  until: number;
}

/**
 * When runs of this process whose place is taken look again. Those that wait for the same place take turns, so none is served
 * worse for its age, and a long line costs no more than a short one.
 */
export function createWaitingLine(now: () => number = Date.now) {
  const lines = createLru<Line>(MAX_LINES);

  /** Answers after how many milliseconds; a part is random, so that they do not look all at once. */
  function wait(place: string, id: string): number {
    const at = now();
    const known = lines.get(place);
    // Another process may have begun the others, and nobody waits any more.
    const line = known && known.until > at - LOOK_MS.most ? known : { since: at, ids: new Set<string>(), until: at };
    line.ids.add(id);
    const own = Math.min(LOOK_MS.most, Math.max(LOOK_MS.least, (at - line.since) / 10));
    const ms = Math.max(own, line.ids.size * EACH_MS) * (1 + Math.random() / 2);
    line.until = Math.max(line.until, at + ms);
    lines.set(place, line);
    return ms;
  }

  /** It has begun. The place changes hands, so the others look again soon. */
  function leave(place: string, id: string): void {
    const line = lines.get(place);
    if (!line) return;
    line.since = now();
    line.ids.delete(id);
    if (line.ids.size === 0) lines.delete(place);
  }

  return { wait, leave };
}
