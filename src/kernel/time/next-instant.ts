import type { Cron } from './cron.ts';
import { addMonths } from './days.ts';
import { instantsOf, stretchAt, type ClockChanges, type Stretch } from './zone.ts';

/** When something repeats, on the clock of a zone. */
export type Recurrence = CronRecurrence | IntervalRecurrence;

export interface CronRecurrence {
  readonly cron: Cron;
  /** IANA name. */
  readonly timeZone: string;
  /** Default: `end`. */
  readonly gap?: ClockChanges['gap'] | null;
  /** Default: `both` for expressions with `*`, `/` or `-` in minutes or hours, else `first`. */
  readonly fold?: ClockChanges['fold'] | null;
}

export const intervalUnits = ['seconds', 'days', 'weeks', 'months'] as const;

export interface IntervalRecurrence {
  readonly every: number;
  /** Seconds are counted exactly; days and more keep the local time of `from`, so a day may have 23 or 25 hours. */
  readonly unit: (typeof intervalUnits)[number];
  /** The first instant. In milliseconds. */
  readonly from: number;
  readonly timeZone: string;
  readonly gap?: ClockChanges['gap'] | null;
  readonly fold?: ClockChanges['fold'] | null;
}

/** A longer change of the clock skips a day, as in Apia in 2011: nobody waits for its times. */
const MAX_GAP = 3 * 3600;
/** The rarest rule, the fifth Friday of February, comes every 28 years, and after 40 around a year such as 2100. */
const HORIZON = 41 * 366 * 86_400;
const DAY = 86_400;

/**
 * The first instant after `after`, in milliseconds; null if none comes. A repeated local time (fold) fires in both passes
 * for rules that repeat within the day, and else in the first pass. A skipped one (gap of up to three hours) fires once
 * at the end of the gap, unless the rule runs in every hour. Both can be changed.
 */
export function nextInstant(recurrence: Recurrence, after: number): number | null {
  if (!('cron' in recurrence)) return nextOfInterval(recurrence, after);
  const first = Math.floor(after / 1000) + 1;
  const { timeZone } = recurrence;
  let stretch = stretchAt(timeZone, first);
  for (let from = first; from < first + HORIZON;) {
    const found = nextIn(recurrence, stretch, from);
    if (found !== null) return found * 1000;
    if (stretch.end === Infinity) return null;
    from = stretch.end;
    stretch = stretchAt(timeZone, from);
  }
  return null;
}

/** The first instant from `from` on within a stretch of one offset. In seconds. */
function nextIn({ cron, gap, fold }: CronRecurrence, stretch: Stretch, from: number): number | null {
  const { start, end, offset, before, after } = stretch;
  const pass = fold ?? (cron.isInterval ? 'both' : 'first');
  // What this stretch repeats of the one before, and what the one after it will repeat.
  const begin = pass === 'first' && before > offset ? Math.max(from + offset, start + before) : from + offset;
  const limit = pass === 'last' && after < offset ? end + after : end + offset;
  const found = cron.next(begin, Math.min(limit, begin + HORIZON));
  const plain = found === null ? Infinity : found - offset;
  const made = madeUp(cron, gap ?? 'end', stretch, from);
  const next = Math.min(plain, made);
  return next === Infinity ? null : next;
}

/** For times that the gap before the stretch has skipped. */
function madeUp(cron: Cron, gap: ClockChanges['gap'], { start, offset, before }: Stretch, from: number): number {
  const length = offset - before;
  if (length <= 0 || length > MAX_GAP || gap === 'skip' || cron.hasEveryHour) return Infinity;
  if (gap === 'end') return from === start && cron.next(start + before, start + offset) !== null ? start : Infinity;
  if (from >= start + length) return Infinity;
  const skipped = cron.next(Math.max(start, from) + before, start + offset);
  return skipped === null ? Infinity : skipped - before;
}

function nextOfInterval(recurrence: IntervalRecurrence, after: number): number | null {
  const { every, unit, from, timeZone, gap, fold } = recurrence;
  if (after < from) return from;
  if (unit === 'seconds') {
    const step = every * 1000;
    return from + (Math.floor((after - from) / step) + 1) * step;
  }
  const anchor = Math.floor(from / 1000);
  const local = anchor + stretchAt(timeZone, anchor).offset;
  const [day, time] = [Math.floor(local / DAY), local - Math.floor(local / DAY) * DAY];
  const afterDays =
    Math.floor((Math.floor(after / 1000) + stretchAt(timeZone, Math.floor(after / 1000)).offset) / DAY) - day;
  const unitDays = unit === 'days' ? 1 : unit === 'weeks' ? 7 : 31;
  const changes: ClockChanges = { gap: gap ?? 'end', fold: fold ?? 'first' };
  // One step too early: the instants of a step are not exactly where days are counted.
  for (let step = Math.max(1, Math.floor(afterDays / (unitDays * every)) - 1); ; step++) {
    const count = step * every;
    const onDay = unit === 'months' ? addMonths(day, count) : day + count * unitDays;
    const instants = instantsOf(onDay * DAY + time, timeZone, changes, MAX_GAP).map((second) => second * 1000);
    const later = instants.filter((instant) => instant > after);
    if (later.length > 0) return Math.min(...later);
  }
}
