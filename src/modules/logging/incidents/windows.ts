import { type Translated } from '#kernel/language.ts';
import { parseCron } from '#kernel/time/cron.ts';
import { nextInstant, type Recurrence } from '#kernel/time/next-instant.ts';
import { isTimeZone } from '#kernel/time/zone.ts';
import type { SilenceRow } from '../tables.ts';

const COMPARED = 400; // windows of which no two may overlap: more than a year of days

export type SilenceWindow = Pick<
  SilenceRow,
  'startsAt' | 'endsAt' | 'repeats' | 'cronExpression' | 'timeZone' | 'repeatsUntil'
>;

const faults = {
  timeZone: { en: 'timeZone is not an IANA name', fa: 'مقدار timeZone نام یک منطقهٔ زمانی IANA نیست' },
  cronAlone: {
    en: 'cronExpression is needed for cron, and only there',
    fa: 'فیلد cronExpression فقط برای تکرار cron است و آنجا لازم است',
  },
  repeatsNot: { en: 'it does not repeat', fa: 'این سکوت تکرار نمی‌شود' },
  until: { en: 'repeatsUntil is not after the first end', fa: 'مقدار repeatsUntil باید پس از اولین پایان باشد' },
  tooLong: { en: 'it is longer than its period', fa: 'طول آن از فاصلهٔ تکرارش بیشتر است' },
  cron: ({ en, fa }: Translated): Translated => ({ en: `cronExpression: ${en}`, fa: `در cronExpression: ${fa}` }),
};

/** Why windows cannot come again like this; null if they can. */
export function findFault(window: SilenceWindow): Translated | null {
  const { startsAt, endsAt, repeats, cronExpression, timeZone, repeatsUntil } = window;
  if (!isTimeZone(timeZone)) return faults.timeZone;
  if ((repeats === 'cron') !== (cronExpression !== null)) return faults.cronAlone;
  if (repeats === 'never') return repeatsUntil === null ? null : faults.repeatsNot;
  if (repeatsUntil === null || repeatsUntil <= endsAt) return faults.until;
  const parsed = cronExpression === null ? null : parseCron(cronExpression);
  if (parsed && 'fault' in parsed) return faults.cron(parsed.fault.reason);
  return shortestPeriodMs(window) <= lengthOf({ startsAt, endsAt }) ? faults.tooLong : null;
}

/** When the window ends that `at` is in, in milliseconds; 0 outside of windows. */
export function endOfWindow(window: SilenceWindow, at: number): number {
  const [start, end, until] = [window.startsAt, window.endsAt, window.repeatsUntil ?? window.endsAt].map(Date.parse);
  if (start === undefined || end === undefined || until === undefined || at < start || at >= until) return 0;
  if (at < end) return end;
  const begin = nextStart(window, at - lengthOf(window));
  return begin === null || begin > at ? 0 : Math.min(begin + lengthOf(window), until);
}

function lengthOf({ startsAt, endsAt }: Pick<SilenceWindow, 'startsAt' | 'endsAt'>): number {
  return Date.parse(endsAt) - Date.parse(startsAt);
}

/** Infinity when there is no second window. */
function shortestPeriodMs(window: SilenceWindow): number {
  let shortest = Infinity;
  let at = Date.parse(window.startsAt);
  const until = Date.parse(window.repeatsUntil ?? window.endsAt);
  for (let count = 0; count < COMPARED; count++) {
    const next = nextStart(window, at);
    if (next === null || next >= until) break;
    shortest = Math.min(shortest, next - at);
    at = next;
  }
  return shortest;
}

/** After `after`, by the wall clock of the zone; the first window begins at `startsAt`. */
function nextStart({ startsAt, repeats, cronExpression, timeZone }: SilenceWindow, after: number): number | null {
  const from = Date.parse(startsAt);
  const parsed = cronExpression === null ? null : parseCron(cronExpression);
  if (parsed && 'fault' in parsed) throw new Error(`a stored expression cannot be read: ${parsed.fault.reason.en}`);
  const unit = repeats === 'weekly' ? 'weeks' : 'days';
  const recurrence: Recurrence = parsed ? { cron: parsed.cron, timeZone } : { every: 1, unit, from, timeZone };
  return nextInstant(recurrence, Math.max(after, from));
}
