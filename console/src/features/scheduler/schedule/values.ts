import { ApiError, type JobSchedule, type NewJobSchedule } from '#client';
import type { DateValue } from '#app/ui/form/date-field.tsx';
import type { Language } from '#app/text/language.ts';
import { toPlain } from '#app/text/typed.ts';
import { readCron, toCron, weekdays, type Weekday } from './cron.ts';
import { isZone, toShownTime } from './instants.ts';

export const kinds = ['daily', 'weekly', 'monthly', 'interval', 'cron', 'once'] as const;
export const units = ['seconds', 'minutes', 'hours', 'days', 'weeks', 'months'] as const;
const SECONDS = { minutes: 60, hours: 3600 };
const MAX_COUNT = 10_000;

export interface ScheduleValues {
  kind: (typeof kinds)[number];
  time: string;
  weekdays: Weekday[];
  day: string;
  cron: string;
  count: string;
  unit: (typeof units)[number];
  at: DateValue;
  timeZone: string;
  startAt: DateValue;
  endAt: DateValue;
  misfirePolicy: JobSchedule['misfirePolicy'];
  maxCatchUpRuns: string;
  jitterSeconds: string;
  gap: '' | 'shift' | 'skip';
  fold: '' | 'first' | 'last' | 'both';
  holidays: string[];
}

export function toValues(schedule: JobSchedule | null, language: Language): ScheduleValues {
  const { interval, ...rest } = { interval: toInterval(schedule), ...toRhythm(schedule, language) };
  return {
    ...rest,
    ...interval,
    at: schedule?.oneTimeAtUtc ?? null,
    timeZone: schedule?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    startAt: schedule?.startAtUtc ?? null,
    endAt: schedule?.endAtUtc ?? null,
    misfirePolicy: schedule?.misfirePolicy ?? 'fireNow',
    maxCatchUpRuns: String(schedule?.maxCatchUpRuns ?? 10),
    jitterSeconds: String(schedule?.jitterSeconds ?? 0),
    gap: schedule?.gap === 'shift' || schedule?.gap === 'skip' ? schedule.gap : '',
    fold: schedule?.fold ?? '',
    holidays: schedule?.holidays ?? [],
  };
}

function toRhythm(schedule: JobSchedule | null, language: Language) {
  const cron = schedule?.cronExpression ?? '';
  const simple = readCron(cron);
  const hasFields = simple !== null && simple.kind !== 'hourly' && simple.kind !== 'minutely' ? simple : null;
  const kind: ScheduleValues['kind'] = !schedule
    ? 'daily'
    : schedule.type === 'interval'
      ? 'interval'
      : schedule.type === 'oneTime'
        ? 'once'
        : (hasFields?.kind ?? 'cron');
  return {
    kind,
    cron,
    time: toShownTime(hasFields?.time ?? '08:00', language),
    weekdays: hasFields?.kind === 'weekly' ? [...hasFields.weekdays] : [],
    day: hasFields?.kind === 'monthly' ? hasFields.day : '1',
  };
}

/** In the largest unit that has no remainder. */
export function toInterval(schedule: Pick<JobSchedule, 'every' | 'unit' | 'intervalSeconds'> | null): {
  readonly count: string;
  readonly unit: ScheduleValues['unit'];
} {
  const { every = null, unit = null, intervalSeconds = null } = schedule ?? {};
  if (intervalSeconds === null) return { count: String(every ?? 1), unit: unit ?? 'hours' };
  if (intervalSeconds % SECONDS.hours === 0) return { count: String(intervalSeconds / SECONDS.hours), unit: 'hours' };
  if (intervalSeconds % SECONDS.minutes === 0)
    return { count: String(intervalSeconds / SECONDS.minutes), unit: 'minutes' };
  return { count: String(intervalSeconds), unit: 'seconds' };
}

export function isTime(text: string): boolean {
  return /^([01]?\d|2[0-3]):[0-5]\d$/.test(toPlain(text).trim());
}

export function isCount(text: string, from = 1, to = MAX_COUNT): boolean {
  const plain = toPlain(text).trim();
  return /^\d+$/.test(plain) && Number(plain) >= from && Number(plain) <= to;
}

/** What is sent; null as long as a field is missing or wrong. */
export function toBody(values: ScheduleValues): NewJobSchedule | null {
  const rhythm = toRhythmBody(values);
  const { timeZone, startAt, endAt, misfirePolicy, holidays, gap, fold } = values;
  const isWrong = (value: unknown) => typeof value === 'string' && Number.isNaN(Date.parse(value));
  if (!rhythm || !isZone(timeZone) || isWrong(startAt) || isWrong(endAt)) return null;
  if (!isCount(values.maxCatchUpRuns, 1, 1000) || !isCount(values.jitterSeconds, 0, 3600)) return null;
  return {
    ...rhythm,
    timeZone,
    startAtUtc: startAt ?? null,
    endAtUtc: endAt ?? null,
    misfirePolicy,
    maxCatchUpRuns: Number(toPlain(values.maxCatchUpRuns)),
    jitterSeconds: Number(toPlain(values.jitterSeconds)),
    holidays,
    gap: gap || null,
    fold: fold || null,
  };
}

function toRhythmBody({ kind, time, day, cron, count, unit, at, weekdays: days }: ScheduleValues) {
  const plain = toPlain(time).trim();
  if (kind === 'once') return typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? ({ type: 'oneTime', oneTimeAtUtc: at } as const) : null; // prettier-ignore
  if (kind === 'interval') {
    if (!isCount(count)) return null;
    const every = Number(toPlain(count));
    const seconds = unit === 'minutes' || unit === 'hours' ? every * SECONDS[unit] : null;
    return seconds === null
      ? ({ type: 'interval', every, unit: unit as 'seconds' | 'days' | 'weeks' | 'months' } as const)
      : ({ type: 'interval', intervalSeconds: seconds } as const);
  }
  if (kind === 'cron') return cron.trim() === '' ? null : ({ type: 'cron', cronExpression: toPlain(cron).trim() } as const); // prettier-ignore
  if (!isTime(time) || (kind === 'weekly' && days.length === 0)) return null;
  const inOrder = kind === 'weekly' ? weekdays.filter((one) => days.includes(one)) : [];
  return { type: 'cron', cronExpression: toCron(plain, kind === 'monthly' ? day : '*', inOrder) } as const;
}

const FIELDS: Readonly<Record<string, keyof ScheduleValues>> = {
  timeZone: 'timeZone',
  cronExpression: 'cron',
  intervalSeconds: 'count',
  every: 'count',
  oneTimeAtUtc: 'at',
  startAtUtc: 'startAt',
  endAtUtc: 'endAt',
};

/** Names the fields of the form in a refusal. A refused expression says which part, and why. */
export function withFormPaths(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const { field, reason } = error.problem as { readonly field?: string | null; readonly reason?: string };
  const errors = (error.problem.errors ?? []).map((each) => {
    const name = FIELDS[each.path?.split('/')[1] ?? ''];
    return name ? { ...each, path: `/${name}` } : each;
  });
  if (error.code === 'scheduler.cron_invalid')
    errors.push({ path: '/cron', message: [error.message, [field, reason].filter(Boolean).join(': ')].filter(Boolean).join('. ') }); // prettier-ignore
  return new ApiError({ ...error.problem, errors });
}
