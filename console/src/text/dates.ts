import { toPlain } from './typed.ts';
import type { Language } from './languages.ts';

const DAY_MS = 86_400_000;
const jalali = new Intl.DateTimeFormat('en-u-ca-persian-nu-latn', {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  timeZone: 'UTC',
});

/** `[year, month, day]` in the Solar Hijri calendar, by `Intl`. */
export function toJalali(date: string): [number, number, number] {
  const parts = Object.fromEntries(
    jalali.formatToParts(new Date(`${date}T00:00:00Z`)).map(({ type, value }) => [type, Number(value)]),
  );
  return [parts['year'] ?? 0, parts['month'] ?? 0, parts['day'] ?? 0];
}

/** The Gregorian date as `2026-11-25`; null for a day that the calendar does not have. */
export function fromJalali(year: number, month: number, day: number): string | null {
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  // A year begins on the 20th, 21st or 22nd of March; the rest is searched for, by what `Intl` says.
  const before = month <= 7 ? (month - 1) * 31 : 186 + (month - 7) * 30;
  const guess = Date.UTC(year + 621, 2, 21) + (before + day - 1) * DAY_MS;
  for (const shift of [0, -1, 1, -2, 2]) {
    const date = new Date(guess + shift * DAY_MS).toISOString().slice(0, 10);
    if (toJalali(date).join() === [year, month, day].join()) return date;
  }
  return null;
}

/**
 * Reads a date that was typed in the calendar of the language, in any digits: `۱۴۰۵/۰۹/۰۲`, `2026-11-23`. Years from 1700
 * on are Gregorian in both. Empty is no date (null); undefined is none that exists.
 */
export function parseTypedDate(typed: string, language: Language): string | null | undefined {
  const plain = toPlain(typed).trim();
  if (plain === '') return null;
  const [, ...found] = /^(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})$/.exec(plain) ?? [];
  const [year = 0, month = 0, day = 0] = found.map(Number);
  if (found.length < 3) return undefined;
  if (language === 'fa' && year < 1700) return fromJalali(year, month, day) ?? undefined;
  const date = [found[0], ...found.slice(1).map((part) => part.padStart(2, '0'))].join('-');
  const instant = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date) ? date : undefined;
}

/** What `parseTypedDate` reads. */
export function toTypedDate(date: string | null, language: Language): string {
  if (date === null || language === 'en') return date ?? '';
  const [year, month, day] = toJalali(date);
  const digits = new Intl.NumberFormat('fa-IR', { useGrouping: false, minimumIntegerDigits: 2 });
  return [year, month, day].map((part) => digits.format(part)).join('/');
}

/**
 * Reads a date and a time on the clock of the reader, `2026-11-23 08:30`, as an instant in UTC; without a time, the beginning
 * of the day. Empty is none (null); undefined is one that does not exist.
 */
export function parseTypedInstant(typed: string, language: Language): string | null | undefined {
  const [, day = '', hour = '0', minute = '00'] =
    /^(.*?)(?:\s+(\d{1,2}):(\d{2}))?$/.exec(toPlain(typed).trim().replace(/[،,]/, ' ')) ?? [];
  const date = parseTypedDate(day, language);
  if (typeof date !== 'string') return date;
  if (Number(hour) > 23 || Number(minute) > 59) return undefined;
  return new Date(`${date}T${hour.padStart(2, '0')}:${minute}:00`).toISOString();
}

/** What `parseTypedInstant` reads. */
export function toTypedInstant(iso: string | null, language: Language): string {
  if (iso === null) return '';
  const at = new Date(iso);
  const digits = new Intl.NumberFormat(language === 'fa' ? 'fa-IR' : 'en-GB', { minimumIntegerDigits: 2 });
  return `${toTypedDate(localDate(at), language)} ${[at.getHours(), at.getMinutes()].map((part) => digits.format(part)).join(':')}`;
}

/** The day on the calendar of the reader's zone, as `2026-11-25`. */
export function localDate(at: Date): string {
  return [String(at.getFullYear()).padStart(4, '0'), at.getMonth() + 1, at.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
}
