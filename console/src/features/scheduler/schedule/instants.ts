import { toJalali } from '#app/text/dates.ts';
import type { Language } from '#app/text/language.ts';

const LOCALES = { en: 'en-GB', fa: 'fa-IR' };

/** An instant on the clock of a zone, with the day of the week, in either calendar and in the language of the reader. */
export function inZone(iso: string, timeZone: string, calendar: 'persian' | 'gregory', language: Language): string {
  const locale = `${LOCALES[language]}-u-ca-${calendar}`;
  const zone = { timeZone: isZone(timeZone) ? timeZone : 'UTC' };
  const date = new Date(iso);
  // Apart: with the day of the week in it, Intl writes Persian dates in an order that nobody uses.
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', ...zone }).format(date);
  const long = { day: 'numeric', month: 'long', year: 'numeric' } as const;
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const; // 00:41 in both languages
  const day = new Intl.DateTimeFormat(locale, { ...long, ...clock, ...zone });
  return `${weekday} ${day.format(date).replace(/ AP\b/, '')}`; // the era of years that nobody takes for others
}

export function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone }).format();
    return true;
  } catch {
    return false;
  }
}

/** `08:30` in the digits of the reader. */
export function toShownTime(time: string, language: Language): string {
  const digits = new Intl.NumberFormat(LOCALES[language], { minimumIntegerDigits: 2 });
  return time.split(':').map((part) => digits.format(Number(part))).join(':'); // prettier-ignore
}

/** A holiday in words: without its year where it comes each year. */
export function toShownHoliday(
  holiday: string,
  language: Language,
): { readonly day: string; readonly isYearly: boolean } {
  const [, persian, year, month = '', day = ''] = /^(persian:)?(?:(\d{4})-)?(\d\d)-(\d\d)$/.exec(holiday) ?? [];
  const calendar = persian === undefined ? 'gregory' : 'persian';
  const date = findDay(calendar, year === undefined ? null : Number(year), Number(month), Number(day));
  const format = new Intl.DateTimeFormat(`${LOCALES[language]}-u-ca-${calendar}`, {
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
    ...(year !== undefined && { year: 'numeric' }),
  });
  return { day: date ? format.format(date).replace(/ AP\b/, '') : holiday, isYearly: year === undefined };
}

const DAY_MS = 86_400_000;
const LEAP_YEARS_MS = 5 * 366 * DAY_MS;

/** A day of this calendar, of any year where `year` is null. */
function findDay(calendar: 'gregory' | 'persian', year: number | null, month: number, day: number): Date | null {
  if (calendar === 'gregory') return new Date(Date.UTC(year ?? 2024, month - 1, day)); // 2024 has a 29 February
  const begin = Date.UTC((year ?? 1403) + 621, 2, 19); // 1403 has a 30 Esfand
  for (let at = begin; at < begin + LEAP_YEARS_MS; at += DAY_MS) {
    const date = new Date(at);
    const [, foundMonth, foundDay] = toJalali(date.toISOString().slice(0, 10));
    if (foundMonth === month && foundDay === day) return date;
  }
  return null;
}
