import { createLru } from '#kernel/limits/lru.ts';
import { parseCron, type Cron } from '#kernel/time/cron.ts';
import { nextInstant, type Recurrence } from '#kernel/time/next-instant.ts';
import type { StoredJob, StoredJobSchedule } from '../tables.ts';

/** More missed runs are not counted one by one. */
const MAX_COUNTED = 10_000;
/** An occurrence that is longer ago is not looked for: the rarest come every 28 years, as 29 February on one day of the week. */
const LONGEST_MS = 32 * 366 * 86_400_000;
const MAX_CRONS = 1000;
const MINUTE_MS = 60_000;
/** Later instants are not written as others are. */
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');
const crons = createLru<Cron>(MAX_CRONS);

/** What decides when a job runs. */
export type Timing = Pick<
  StoredJobSchedule,
  | 'type'
  | 'cronExpression'
  | 'timeZone'
  | 'gap'
  | 'fold'
  | 'every'
  | 'unit'
  | 'oneTimeAtUtc'
  | 'startAtUtc'
  | 'endAtUtc'
  | 'anchorAtUtc'
  | 'holidays'
>;

/** The first occurrence after `after`, in milliseconds; null if none comes. Holidays count: their runs are left out later. */
export function nextOccurrence(timing: Timing, after: number): number | null {
  const { type, oneTimeAtUtc, startAtUtc, endAtUtc } = timing;
  const from = startAtUtc === null ? after : Math.max(after, Date.parse(startAtUtc) - 1);
  const next = type === 'oneTime' ? nextOnce(oneTimeAtUtc, from) : nextInstant(toRecurrence(timing), from);
  const end = endAtUtc === null ? Infinity : Date.parse(endAtUtc);
  return next === null || next >= end || next > LAST_MS ? null : next;
}

/**
 * The last occurrence before `before`, in milliseconds, also before the schedule begins where it has times of the day; null if there
 * is none within 30 years.
 */
export function previousOccurrence(timing: Timing, before: number): number | null {
  const endless = timing.type === 'cron' ? { ...timing, startAtUtc: null } : timing;
  const nextBefore = (after: number) => {
    const next = nextOccurrence(endless, after);
    return next !== null && next < before ? next : null;
  };
  let last: number | null = null;
  for (let span = MINUTE_MS; last === null && span <= LONGEST_MS; span *= 4) last = nextBefore(before - span);
  if (last === null) return null;
  // There may be many between it and the end: each step halves the time in which a later one may be.
  for (let end = before; ;) {
    const following = nextBefore(last);
    if (following === null) return last;
    last = following;
    const middle = nextBefore(Math.floor((last + end) / 2));
    if (middle === null) end = Math.floor((last + end) / 2) + 1;
    else last = middle;
  }
}

function nextOnce(at: string | null, after: number): number | null {
  const once = at === null ? null : Date.parse(at);
  return once !== null && once > after ? once : null;
}

function toRecurrence({ type, cronExpression, timeZone, gap, fold, every, unit, anchorAtUtc }: Timing): Recurrence {
  if (type === 'cron') return { cron: toCron(cronExpression ?? ''), timeZone, gap, fold };
  return { every: every ?? 1, unit: unit ?? 'seconds', from: Date.parse(anchorAtUtc), timeZone, gap, fold };
}

function toCron(expression: string): Cron {
  const known = crons.get(expression);
  if (known) return known;
  const parsed = parseCron(expression);
  if ('fault' in parsed)
    throw new Error(`the stored expression ${expression} cannot be read: ${parsed.fault.reason.en}`);
  crons.set(expression, parsed.cron);
  return parsed.cron;
}

export interface MissedRuns {
  /** Their instants, oldest first: the newest `keep`. */
  readonly newest: readonly number[];
  /** All, up to 10,000. */
  readonly count: number;
}

/** The occurrences after `after` and up to `to`. */
export function occurrencesBetween(timing: Timing, after: number, to: number, keep: number): MissedRuns {
  const all = listBetween(timing, after, to);
  const count = all.length;
  if (count < MAX_COUNTED) return { newest: all.slice(-keep), count };
  // There may be later ones: looks backwards from the end, in spans that grow until they have enough.
  for (let span = MINUTE_MS; ; span *= 4) {
    const from = Math.max(after, to - span);
    const newest = listBetween(timing, from, to);
    if (newest.length >= keep || from === after) return { newest: newest.slice(-keep), count };
  }
}

/**
 * The occurrences of a job after this instant have not been decided about, in milliseconds; null if it has none. The schedule of
 * a quarantined job stands still.
 */
export function undecidedAfter({
  status,
  statusAt,
  nextRunAtUtc,
}: Pick<StoredJob, 'status' | 'statusAt' | 'nextRunAtUtc'>): number | null {
  if (status === 'quarantined') return Date.parse(statusAt);
  return nextRunAtUtc === null ? null : Date.parse(nextRunAtUtc) - 1;
}

/** The first 10,000 of them. */
function listBetween(timing: Timing, after: number, to: number): number[] {
  const found: number[] = [];
  for (let at = nextOccurrence(timing, after); at !== null && at <= to && found.length < MAX_COUNTED;) {
    found.push(at);
    at = nextOccurrence(timing, at);
  }
  return found;
}

/** Whether the local day of an instant is one of the holidays. */
export function isHoliday({ holidays, timeZone }: Pick<Timing, 'holidays' | 'timeZone'>, at: number): boolean {
  if (holidays.length === 0) return false;
  const day = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
  const dates = [...datesOf(day, ''), ...datesOf(day.withCalendar('persian'), 'persian:')];
  return holidays.some((holiday) => dates.includes(holiday));
}

/** A date as holidays write it: with and without its year. */
function datesOf({ year, month, day }: Temporal.PlainDate, prefix: string): string[] {
  const two = (value: number) => String(value).padStart(2, '0');
  const ofYear = `${two(month)}-${two(day)}`;
  return [`${prefix}${ofYear}`, `${prefix}${String(year).padStart(4, '0')}-${ofYear}`];
}
