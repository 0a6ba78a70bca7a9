import type { Context, Liquid } from 'liquidjs';
import {
  dateStyles,
  localeOf,
  parseDate,
  printDate,
  printDatePart,
  printDigits,
  printNumber,
  type CalendarDate,
  type DateStyle,
  type Reader,
} from '#kernel/time/calendar.ts';
import { clip } from '#kernel/text.ts';
import { isTimeZone } from '#kernel/time/zone.ts';

/** What a filter was applied to is null or missing. */
export const NOTHING = new Error('the value is null');

const DECIMAL = /^-?\d{1,40}(\.\d{1,20})?$/;
const EPOCH_SECONDS = /^-?\d{1,11}$/;
const MAX_DECIMALS = 20;
const MAX_PATTERN = 100; // the limit of a template's time is not looked at within a filter

/** Filters that make a text of what they are given: a number must look in it as it does beside it. */
const TEXT_FILTERS = [
  ...(['append', 'prepend', 'join', 'split', 'array_to_sentence_string', 'truncatewords'] as const),
  ...(['replace', 'replace_first', 'replace_last', 'remove', 'remove_first', 'remove_last'] as const),
  ...(['upcase', 'downcase', 'capitalize', 'escape', 'escape_once', 'xml_escape'] as const),
  ...(['strip', 'lstrip', 'rstrip', 'squish', 'strip_newlines', 'newline_to_br', 'strip_html'] as const),
  'normalize_whitespace',
];
const FORMS = ['zero', 'one', 'two', 'few', 'many', 'other'];

/** The implementation of a filter; `this` has the context of the rendering. */
type Filter = (this: { context: Context }, value: unknown, ...options: unknown[]) => string;

/** The engine's filters that make texts, with numbers in the digits of the reader's language. */
export function withReaderDigits(
  { filters }: Pick<Liquid, 'filters'>,
  readerOf: (context: Context) => Reader,
): Record<string, Filter> {
  const wrap = (name: string): Filter => {
    const original = filters[name];
    if (typeof original !== 'function') throw new Error(`the template engine has no filter ${name}`);
    return function (value, ...options) {
      const { language } = readerOf(this.context);
      const print = (one: unknown) => toReaderDigits(one, language);
      const given = name === 'truncatewords' ? options : options.map(print); // it takes a count
      return Reflect.apply(original, this, [print(value), ...given]);
    };
  };
  const { slice: sliceList } = filters;
  return {
    ...Object.fromEntries(TEXT_FILTERS.map((name) => [name, wrap(name)])),
    truncate(value, length = 50, ellipsis = '...') {
      const text = toText(value, readerOf(this.context));
      const [most, end] = [Number(length), String(ellipsis)];
      return text.length <= most ? text : `${clip(text, Math.max(0, most - end.length))}${end}`;
    },
    slice(value, begin, length = 1) {
      if (Array.isArray(value) && typeof sliceList === 'function')
        return Reflect.apply(sliceList, this, [value, begin, length]);
      const text = toText(value, readerOf(this.context));
      const first = Number(begin) < 0 ? Math.max(0, text.length + Number(begin)) : Number(begin);
      return clip(text.slice(clip(text, first).length), Math.max(0, Number(length)));
    },
  };
}

/** Cut by the engine's own filters, a letter loses its marks, and an emoji its other half. */
function toText(value: unknown, { language }: Reader): string {
  return String(toReaderDigits(value ?? '', language));
}

function toReaderDigits(value: unknown, language: string): unknown {
  if (Array.isArray(value)) return value.map((each) => toReaderDigits(each, language));
  return typeof value === 'number' ? printDigits(value, language) : value;
}

/**
 * `date`, `number` and `plural`, for the reader of the message.
 *
 * `{{ dueAt | date }}`, `{{ dueAt | date: 'dateTime' }}`, `{{ dueAt | date: '%Y/%m/%d' }}`: a style, or a pattern as of
 * `strftime`, whose parts are of the reader's calendar; then a time zone, if it is not the reader's.
 * `{{ price | number }}`, `{{ price | number: 2 }}`: with group separators, and this many decimals.
 * `{{ days | plural: one: 'day', other: 'days' }}`: the form that the language uses with this number, or `other`. Forms are
 * those of Unicode: zero, one, two, few, many, other.
 */
export function readerFilters(readerOf: (context: Context) => Reader): Record<'date' | 'number' | 'plural', Filter> {
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
    plural(value, ...options) {
      const forms = toForms(options);
      const rules = new Intl.PluralRules(localeOf(readerOf(this.context).language));
      return forms.get(rules.select(Number(toNumber(value)))) ?? forms.get('other') ?? '';
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

/** The engine passes a named option as an array of its name and value. */
function toForms(options: readonly unknown[]): Map<string, string> {
  const forms = new Map<string, string>();
  for (const option of options) {
    const [name, text]: unknown[] = Array.isArray(option) ? option : [];
    if (typeof name === 'string' && FORMS.includes(name) && typeof text === 'string') forms.set(name, text);
  }
  if (forms.has('other') && forms.size === options.length) return forms;
  throw new Error(`plural: expected forms such as one: 'day', other: 'days' (${FORMS.join(', ')}), with other`);
}

function isStyle(style: unknown): style is DateStyle {
  return dateStyles.some((each) => each === style);
}

function isCount(decimals: unknown): decimals is number {
  return typeof decimals === 'number' && Number.isInteger(decimals) && decimals >= 0 && decimals <= MAX_DECIMALS;
}
