import { parseTypedDate, toTypedDate } from '#app/text/dates.ts';
import type { Language } from '#app/text/language.ts';
import { toPlain } from '#app/text/typed.ts';

/**
 * An instant that was typed as date and time in the zone of the reader, in either calendar and any digits: `۱۴۰۵/۰۹/۰۲ ۱۰:۳۰`,
 * `2026-11-23 10:30`. A date without a time is its first minute, or with `isEnd` its last. Null: none that exists.
 */
export function parseTypedInstant(typed: string, language: Language, isEnd: boolean): string | null {
  const [, day = '', hour, minute] = /^\s*(\S+?)(?:[\sT]+(\d{1,2}):(\d{2}))?\s*$/.exec(toPlain(typed)) ?? [];
  const date = parseTypedDate(day, language);
  if (!date || Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59) return null;
  const [years = 0, months = 1, days = 1] = date.split('-').map(Number);
  const instant =
    hour === undefined
      ? new Date(years, months - 1, days + (isEnd ? 1 : 0))
      : new Date(years, months - 1, days, Number(hour), Number(minute));
  return instant.toISOString();
}

/** What `parseTypedInstant` reads, in the calendar of the language. */
export function toTypedInstant(iso: string, language: Language): string {
  const instant = new Date(iso);
  const two = new Intl.NumberFormat(language === 'fa' ? 'fa-IR' : 'en-GB', {
    minimumIntegerDigits: 2,
    useGrouping: false,
  });
  const day = [instant.getFullYear(), instant.getMonth() + 1, instant.getDate()];
  const date = day.map((part) => String(part).padStart(2, '0')).join('-');
  return `${toTypedDate(date, language)} ${two.format(instant.getHours())}:${two.format(instant.getMinutes())}`;
}
