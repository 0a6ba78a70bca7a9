import { useLanguage, type Language } from './language.ts';

const LOCALES = { en: 'en-GB', fa: 'fa-IR-u-ca-persian' } satisfies Record<Language, string>;
const DURATION_LOCALES = { en: 'en-US', fa: LOCALES.fa } satisfies Record<Language, string>; // British English writes "3 mins"
const UNITS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;
const DAY = { day: 'numeric', month: 'short', year: 'numeric' } as const;
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const; // 00:41 in both languages
const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const LIMIT_UNITS = [
  ['TiB', 1024 ** 4],
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
] as const;
const DURATIONS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** All numbers and dates of the console, in the language and calendar of the reader and in their time zone. */
export function createFmt(language: Language) {
  const locale = LOCALES[language];
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const minutes = new Intl.NumberFormat(locale, { style: 'unit', unit: 'minute', unitDisplay: 'long' });
  const shares = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const days = new Intl.DateTimeFormat(locale, { ...DAY, timeZone: 'UTC' });
  const longDays = new Intl.DateTimeFormat(locale, { ...DAY, month: 'long', timeZone: 'UTC' });
  const longToday = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
  const shortToday = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' });
  const instants = new Intl.DateTimeFormat(locale, { ...DAY, ...CLOCK });
  const seconds = new Intl.DateTimeFormat(locale, { ...DAY, ...CLOCK, second: '2-digit' });
  const milliseconds = new Intl.DateTimeFormat(locale, { ...DAY, ...CLOCK, second: '2-digit', fractionalSecondDigits: 3 }); // prettier-ignore
  const clocks = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const dayTimes = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }); // prettier-ignore
  const lines = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' } as const; // prettier-ignore
  const lineClocks = new Intl.DateTimeFormat(locale, lines);
  const lineDays = new Intl.DateTimeFormat(locale, { ...lines, day: 'numeric', month: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' });
  return {
    number: (value: number) => numbers.format(value),
    /** The digits of a text that counts, such as a version. */
    digits: (text: string) => text.replaceAll(/[0-9]/g, (digit) => numbers.format(Number(digit))),
    minutes: (value: number) => minutes.format(value),
    share: (value: number) => shares.format(value),
    /** With as many digits as tell it from 100%, which would say that nothing was lost: 99.97%. */
    nearWhole(value: number): string {
      const digits = value < 1 ? Math.min(4, Math.max(1, Math.floor(-Math.log10(1 - value)))) : 1;
      return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(value);
    },
    /** Of a date without a time, such as `2026-11-25`. */
    day: (date: string) => days.format(new Date(`${date}T00:00:00Z`)),
    /** The same in a sentence, or as a name. */
    longDay: (date: string) => longDays.format(new Date(`${date}T00:00:00Z`)),
    today: (now: Date) => longToday.format(now),
    /** Without the weekday. */
    todayShort: (now: Date) => shortToday.format(now),
    instant: (iso: string) => instants.format(new Date(iso)),
    second: (iso: string) => seconds.format(new Date(iso)),
    millisecond: (iso: string) => milliseconds.format(new Date(iso)),
    /** 10:42, of an instant in milliseconds; with the day for axes of more than one. */
    clock: (ms: number) => clocks.format(new Date(ms)),
    dayTime: (ms: number) => dayTimes.format(new Date(ms)),
    /** 10:42:07.123, of a line of a log; with the day if that is not today (as `Date.toDateString` says it). */
    line(iso: string, today = new Date().toDateString()): string {
      const instant = new Date(iso);
      const isToday = instant.toDateString() === today;
      return (isToday ? lineClocks : lineDays).format(instant);
    },
    /** 1.4 MB. */
    bytes(value: number): string {
      const power = Math.min(Math.max(0, Math.floor(Math.log10(value || 1) / 3)), BYTE_UNITS.length - 1);
      const unit = BYTE_UNITS[power] ?? 'byte';
      return new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        // "5 bytes": the short form has no plural, and in Persian it is the Latin "kB".
        unitDisplay: power === 0 || language === 'fa' ? 'long' : 'short',
        maximumFractionDigits: 1,
      }).format(value / 1000 ** power);
    },
    /** 10 GiB: a limit in the unit that it was set in, which is mostly a power of 1,024. */
    limit(value: number): string {
      const [unit, size] = LIMIT_UNITS.find(([, each]) => value >= each && value % each === 0) ?? [];
      return unit === undefined || size === undefined ? this.bytes(value) : `${numbers.format(value / size)} ${unit}`;
    },
    /** 340 ms, 2.5 sec, 3 min. */
    duration(ms: number): string {
      const [unit, length] = DURATIONS.find(([, each]) => ms >= each) ?? (['millisecond', 1] as const);
      return new Intl.NumberFormat(DURATION_LOCALES[language], {
        style: 'unit',
        unit,
        maximumFractionDigits: ms < 1 ? 2 : 1,
      }).format(ms / length);
    },
    /** In the direction of the reader, also where it begins with a word of the other language. */
    list: (items: readonly string[]) => (language === 'fa' ? `\u200f${lists.format(items)}` : lists.format(items)),
    /** "2 minutes ago", for an instant as ISO 8601 or in milliseconds. */
    ago(instant: string | number, now = Date.now()): string {
      const away = (new Date(instant).getTime() - now) / 1000;
      const [unit, length] = UNITS.find(([, each]) => Math.abs(away) >= each) ?? (['second', 1] as const);
      return relative.format(Math.trunc(away / length), unit);
    },
    /** What a pointer over a time shows: local time, UTC, and the other calendar. */
    everyForm(iso: string): string {
      const other = LOCALES[language === 'fa' ? 'en' : 'fa'];
      const date = new Intl.DateTimeFormat(other, { dateStyle: 'long' }).format(new Date(iso));
      return [instants.format(new Date(iso)), iso, date].join('\n');
    },
  };
}

export type Fmt = ReturnType<typeof createFmt>;

const made = { en: createFmt('en'), fa: createFmt('fa') };

export function useFmt(): Fmt {
  return made[useLanguage()];
}
