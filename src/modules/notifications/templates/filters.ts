import type { Context } from 'liquidjs';
import {
  dateStyles,
  parseDate,
  printDate,
  printDatePart,
  printNumber,
  type CalendarDate,
  type DateStyle,
  type Reader,
} from '#kernel/time/calendar.ts';
import { isTimeZone } from '#kernel/time/recurrence.ts';

/** What a filter was applied to is null or missing. */
export const NOTHING = new Error('the value is null');

const DECIMAL = /^-?\d{1,40}(\.\d{1,20})?$/;
const EPOCH_SECONDS = /^-?\d{1,11}$/;
const MAX_DECIMALS = 20;
const MAX_PATTERN = 100; // the limit of a template's time is not looked at within a filter

/** The implementation of a filter; `this` has the context of the rendering. */
type Filter = (this: { context: Context }, value: unknown, ...options: unknown[]) => string;

/**
 * `date` and `number`, for the reader of the message.
 *
 * `{{ dueAt | date }}`, `{{ dueAt | date: 'dateTime' }}`, `{{ dueAt | date: '%Y/%m/%d' }}`: a style, or a pattern as of
 * `strftime`, whose parts are of the reader's calendar; then a time zone, if it is not the reader's.
 * `{{ price | number }}`, `{{ price | number: 2 }}`: with group separators, and this many decimals.
 */
export function readerFilters(readerOf: (context: Context) => Reader): Record<'date' | 'number', Filter> {
  return {
    date(value, style = 'long', zone) {
      const reader = readerOf(this.context);
      const { timeZone } = reader;
      const zoned = { ...reader, timeZone: zone === undefined ? timeZone : toTimeZone(zone) };
      const date = toDate(value);
      if (isStyle(style)) return printDate(date, style, zoned);
      if (typeof style === 'string' && style.includes('%')) return printPattern(date, style, zoned);
      throw new Error(`date: expected ${dateStyles.join(', ')}, or a pattern such as %Y/%m/%d`);
    },
    number(value, decimals) {
      if (decimals !== undefined && !isCount(decimals))
        throw new Error(`number: expected 0 to ${MAX_DECIMALS} as the number of decimals`);
      return printNumber(toNumber(value), readerOf(this.context).language, decimals);
    },
  };
}

function printPattern(date: CalendarDate, pattern: string, reader: Reader): string {
  if (pattern.length > MAX_PATTERN) throw new Error(`date: expected a pattern of up to ${MAX_PATTERN} characters`);
  return pattern.replace(/%(-?)(.?)/g, (whole, flag: string, letter: string) => {
    if (letter === '%') return letter;
    const part = printDatePart(date, letter, reader);
    if (part === undefined) throw new Error(`date: ${whole} is not supported`);
    return flag === '-' ? part.replace(/^[0۰٠](?=.)/, '') : part;
  });
}

function toDate(value: unknown): CalendarDate {
  if (value === null || value === undefined) throw NOTHING;
  if (value === 'now' || value === 'today') return { at: new Date(), isInstant: true };
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const date = EPOCH_SECONDS.test(text) ? { at: new Date(Number(text) * 1000), isInstant: true } : parseDate(text);
  if (date) return date;
  throw new Error('date: expected a date such as 2026-11-30 or 2026-11-30T08:00:00Z');
}

function toTimeZone(value: unknown): string {
  if (typeof value === 'string' && isTimeZone(value)) return value;
  throw new Error('date: expected a time zone such as Asia/Tehran');
}

function toNumber(value: unknown): number | `${number}` {
  if (value === null || value === undefined) throw NOTHING;
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && DECIMAL.test(value)) return value as `${number}`; // as the pattern says
  throw new Error('number: expected a number such as 1234.5');
}

function isStyle(style: unknown): style is DateStyle {
  return dateStyles.some((each) => each === style);
}

function isCount(decimals: unknown): decimals is number {
  return typeof decimals === 'number' && Number.isInteger(decimals) && decimals >= 0 && decimals <= MAX_DECIMALS;
}
