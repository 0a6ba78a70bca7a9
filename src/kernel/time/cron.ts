import type { Translated } from '../language.ts';
import { cronReasons as reasons } from './cron-reasons.ts';
import { dayNumber, longestMonth, monthLength, toDate } from './days.ts';

/** A five- or six-field cron expression, ready to be searched. Times are local seconds: of a clock that has no zone. */
export interface Cron {
  /** The first matching local second from `from` on and before `limit`, counted as if the clock were UTC; null if none. */
  next(from: number, limit: number): number | null;
  /** Minutes or hours contain `*`, `/` or `-`: the rule repeats within the day. */
  readonly isInterval: boolean;
  /** The hour field is exactly `*`. */
  readonly hasEveryHour: boolean;
}

export const cronFields = ['second', 'minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek'] as const;
export type CronField = (typeof cronFields)[number];

/** Why an expression is refused. `field` is null where the number of fields is wrong. */
export interface CronFault {
  readonly field: CronField | null;
  readonly reason: Translated;
}

const DAY = 86_400;
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const SHORTCUTS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

interface Range {
  readonly low: number;
  readonly high: number;
  readonly names: readonly string[];
}

const RANGES: Readonly<Record<CronField, Range>> = {
  second: { low: 0, high: 59, names: [] },
  minute: { low: 0, high: 59, names: [] },
  hour: { low: 0, high: 23, names: [] },
  dayOfMonth: { low: 1, high: 31, names: [] },
  month: { low: 1, high: 12, names: MONTHS },
  dayOfWeek: { low: 0, high: 7, names: WEEKDAYS },
};

/** For each value the first allowed one from it on, or -1. */
type Steps = Int8Array;

/** Days of a month beside plain ones: each answers a bit mask, bit 0 for the first day. */
type DayRule = (month: Month) => number;

interface Month {
  readonly length: number;
  /** The weekday of its first day, 0 for Sunday. */
  readonly firstWeekday: number;
}

/**
 * Names of months and weekdays, `@daily` and the like, `L`, `LW`, `15W`, `5L` (the last Friday) and `5#2` (the second one).
 * Day of month and day of week together mean that either is enough; a field that begins with `*` demands nothing of its
 * own, as in Vixie cron.
 */
export function parseCron(text: string): { readonly cron: Cron } | { readonly fault: CronFault } {
  const expression = text.trim().toLowerCase();
  const fields = (SHORTCUTS[expression] ?? expression).split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6)
    return { fault: { field: null, reason: reasons.fieldCount(fields.length) } };
  const six = fields.length === 5 ? ['0', ...fields] : fields;
  try {
    return { cron: toCron(six.map((part) => part.replace(/^\?$/, '*'))) };
  } catch (error) {
    if (error instanceof FieldError) return { fault: { field: error.field, reason: error.reason } };
    throw error;
  }
}

class FieldError extends Error {
  readonly field: CronField;
  readonly reason: Translated;

  constructor(field: CronField, reason: Translated) {
    super(reason.en);
    this.field = field;
    this.reason = reason;
  }
}

function toCron([second = '', minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '']: string[]): Cron {
  const seconds = toSteps('second', second);
  const minutes = toSteps('minute', minute);
  const hours = toSteps('hour', hour);
  const months = toSteps('month', month);
  const days = toDays(dayOfMonth, dayOfWeek);
  if (!dayOfMonth.startsWith('*') && dayOfWeek.startsWith('*')) requirePossible(dayOfMonth, months);
  return {
    next: (from, limit) => search({ seconds, minutes, hours, months, days }, from, limit),
    isInterval: /[*/-]/.test(minute) || /[*/-]/.test(hour),
    hasEveryHour: hour === '*',
  };
}

interface Parts {
  readonly seconds: Steps;
  readonly minutes: Steps;
  readonly hours: Steps;
  readonly months: Steps;
  days(year: number, month: number): number;
}

function search(parts: Parts, from: number, limit: number): number | null {
  let day = Math.floor(from / DAY);
  let time = timeFrom(parts, from - day * DAY);
  if (time === -1) {
    day += 1;
    time = timeFrom(parts, 0);
  }
  const found = dayFrom(parts, day, Math.floor(limit / DAY));
  if (found === null) return null;
  const at = found * DAY + (found === day ? time : timeFrom(parts, 0));
  return at < limit ? at : null;
}

/** The first time of a day from `time` on, in seconds; -1 if there is none. */
function timeFrom({ seconds, minutes, hours }: Parts, time: number): number {
  let hour = Math.floor(time / 3600);
  let minute = Math.floor((time % 3600) / 60);
  let second = seconds[time % 60] ?? -1;
  if (second === -1) {
    minute += 1;
    second = seconds[0] ?? 0;
  }
  const nextMinute = minute > 59 ? -1 : (minutes[minute] ?? -1);
  if (nextMinute !== minute) second = seconds[0] ?? 0;
  minute = nextMinute;
  if (minute === -1) {
    hour += 1;
    minute = minutes[0] ?? 0;
    second = seconds[0] ?? 0;
  }
  const nextHour = hour > 23 ? -1 : (hours[hour] ?? -1);
  if (nextHour === -1) return -1;
  if (nextHour === hour) return hour * 3600 + minute * 60 + second;
  return nextHour * 3600 + (minutes[0] ?? 0) * 60 + (seconds[0] ?? 0);
}

/** The first matching day from `day` on, counted from 1970; null if there is none up to `last`. */
function dayFrom({ months, days }: Parts, day: number, last: number): number | null {
  let { year, month, date } = toDate(day);
  for (;;) {
    const next = months[month] ?? -1;
    if (next !== month) date = 1;
    if (next === -1) {
      year += 1;
      month = months[1] ?? 1;
    } else month = next;
    const first = dayNumber(year, month, 1);
    if (first > last) return null;
    const left = date > 31 ? 0 : days(year, month) & (-1 << (date - 1));
    if (left !== 0) {
      const found = first + 31 - Math.clz32(left & -left);
      return found > last ? null : found;
    }
    month += 1;
    date = 1;
    if (month > 12) {
      month = 1;
      year += 1;
    }
  }
}

/** The days of one month as a mask. The last month is kept: a search mostly asks for the same one again. */
function toDays(dayOfMonth: string, dayOfWeek: string): (year: number, month: number) => number {
  const byDate = toDateRule(dayOfMonth);
  const byWeekday = toWeekdayRule(dayOfWeek);
  const isEither = !dayOfMonth.startsWith('*') && !dayOfWeek.startsWith('*');
  let known = -1;
  let mask = 0;
  return (year, month) => {
    const key = year * 12 + month;
    if (key === known) return mask;
    const shape = { length: monthLength(year, month), firstWeekday: (dayNumber(year, month, 1) + 4) % 7 };
    if (shape.firstWeekday < 0) shape.firstWeekday += 7;
    const every = shape.length === 31 ? 0x7fffffff : (1 << shape.length) - 1;
    const [dates, weekdays] = [byDate(shape), byWeekday(shape)];
    mask = (isEither ? dates | weekdays : dates & weekdays) & every;
    known = key;
    return mask;
  };
}

function toDateRule(text: string): DayRule {
  return anyOf(text, (part) => {
    if (part === 'l') return ({ length }) => bit(length);
    if (part === 'lw') return (month) => bit(nearestWorkday(month, month.length));
    const nearest = /^(\d{1,2})w$/.exec(part);
    if (nearest) {
      const date = Number(nearest[1]);
      if (date < 1 || date > 31) throw new FieldError('dayOfMonth', reasons.outside(part, 1, 31));
      return (month) => (date > month.length ? 0 : bit(nearestWorkday(month, date)));
    }
    const values = valuesOf('dayOfMonth', part).reduce((mask, date) => mask | bit(date), 0);
    return () => values;
  });
}

function toWeekdayRule(text: string): DayRule {
  return anyOf(text, (part) => {
    const nth = /^(\w+)#([1-5])$/.exec(part);
    if (nth) {
      const [weekday, count] = [weekdayOf(nth[1] ?? ''), Number(nth[2])];
      return (month) => bit(firstOf(month, weekday) + 7 * (count - 1));
    }
    const last = /^(\w+?)l$/.exec(part);
    if (last) {
      const weekday = weekdayOf(last[1] ?? '');
      return (month) => {
        const first = firstOf(month, weekday);
        return bit(first + 7 * Math.floor((month.length - first) / 7));
      };
    }
    const weekdays = new Set(valuesOf('dayOfWeek', part).map((value) => value % 7));
    return (month) => {
      let mask = 0;
      for (let date = 1; date <= month.length; date++)
        if (weekdays.has((month.firstWeekday + date - 1) % 7)) mask |= bit(date);
      return mask;
    };
  });
}

function anyOf(text: string, toRule: (part: string) => DayRule): DayRule {
  const rules = text.split(',').map(toRule);
  return (month) => rules.reduce((mask, rule) => mask | rule(month), 0);
}

const bit = (date: number) => (date > 31 ? 0 : 1 << (date - 1));

/** The date of the first such weekday of the month. */
function firstOf({ firstWeekday }: Month, weekday: number): number {
  return 1 + ((weekday - firstWeekday + 7) % 7);
}

/** The workday nearest to a date, in the same month. */
function nearestWorkday({ firstWeekday, length }: Month, date: number): number {
  const weekday = (firstWeekday + date - 1) % 7;
  if (weekday === 6) return date === 1 ? 3 : date - 1;
  if (weekday === 0) return date === length ? date - 2 : date + 1;
  return date;
}

function weekdayOf(text: string): number {
  const [value = -1] = valuesOf('dayOfWeek', text);
  return value % 7;
}

function toSteps(field: CronField, text: string): Steps {
  const { high } = RANGES[field];
  const allowed = new Set(text.split(',').flatMap((part) => valuesOf(field, part)));
  const steps = new Int8Array(high + 2).fill(-1);
  for (let value = high; value >= 0; value--) steps[value] = allowed.has(value) ? value : (steps[value + 1] ?? -1);
  return steps;
}

/** The values of one part of a list: `5`, `mon`, `1-5`, `*`, and each of them with `/2`. */
function valuesOf(field: CronField, part: string): number[] {
  const { low, high } = RANGES[field];
  const [, range = '', step] = /^([^/]*)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
  const by = step === undefined ? 1 : Number(step);
  if (range === '') throw new FieldError(field, part === '' ? reasons.missing : reasons.noValue(part));
  if (by < 1 || by > high) throw new FieldError(field, reasons.step(part, high));
  const [from, to] = boundsOf(field, range, step !== undefined);
  if (from < low || to > high) throw new FieldError(field, reasons.outside(range, low, high));
  if (from > to && field !== 'dayOfWeek') throw new FieldError(field, reasons.backwards(range));
  const length = from > to ? to + 7 - from : to - from; // a week has no first day: sat-wed
  return Array.from({ length: Math.floor(length / by) + 1 }, (_, index) => from + index * by);
}

function boundsOf(field: CronField, range: string, hasStep: boolean): [number, number] {
  const { low, high } = RANGES[field];
  const last = field === 'dayOfWeek' ? 6 : high;
  if (range === '*') return [low, last];
  const [, first = '', end] = /^(\w+)(?:-(\w+))?$/.exec(range) ?? [];
  const from = toValue(field, first, range);
  if (end === undefined) return [from, hasStep ? Math.max(from, last) : from];
  const to = toValue(field, end, range);
  return [from, to];
}

function toValue(field: CronField, text: string, range: string): number {
  const { low, names } = RANGES[field];
  const name = names.indexOf(text);
  if (name !== -1) return name + low;
  if (!/^\d{1,2}$/.test(text)) throw new FieldError(field, reasons.noValue(range));
  return Number(text);
}

/** A day that none of the months has, such as 31 February, never comes. */
function requirePossible(dayOfMonth: string, months: Steps): void {
  const rule = toDateRule(dayOfMonth);
  for (let month = months[1] ?? -1; month !== -1; month = months[month + 1] ?? -1) {
    const length = longestMonth(month);
    const every = length === 31 ? 0x7fffffff : (1 << length) - 1;
    if ((rule({ length, firstWeekday: 1 }) & every) !== 0) return;
  }
  throw new FieldError('dayOfMonth', reasons.never(dayOfMonth));
}
