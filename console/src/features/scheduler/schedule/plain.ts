import type { JobSchedule, NewJobSchedule } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { readCron } from './cron.ts';
import { inZone, toShownTime } from './instants.ts';
import { toInterval } from './values.ts';
import { words } from './words.ts';

interface Plain {
  readonly text: string;
  /** The expression, where words would not be plain. */
  readonly cron?: string;
}

/** Says in plain words when a cron expression is due: "Every Saturday at 08:00". */
export function usePlainCron() {
  const say = useTexts(words);
  const fmt = useFmt();
  const language = useLanguage();
  return (expression: string): Plain => {
    const simple = readCron(expression);
    if (!simple) return { text: say.byCron, cron: expression };
    if (simple.kind === 'hourly') return { text: say.hourly(fmt.number(simple.minute)) };
    if (simple.kind === 'minutely') return { text: say.minutely(fmt.number(simple.minutes)) };
    const time = toShownTime(simple.time, language);
    if (simple.kind === 'daily') return { text: say.daily(time) };
    if (simple.kind === 'weekly')
      return { text: say.weekly(fmt.list(simple.weekdays.map((day) => say.weekdays[day])), time) };
    return { text: simple.day === 'L' ? say.monthEnd(time) : say.monthly(fmt.number(Number(simple.day)), time) };
  };
}

/** Says in plain words when a schedule runs. */
export function usePlain() {
  const say = useTexts(words);
  const fmt = useFmt();
  const language = useLanguage();
  const ofCron = usePlainCron();
  return (schedule: JobSchedule | NewJobSchedule): Plain => {
    const { type, cronExpression, oneTimeAtUtc, timeZone = 'UTC' } = schedule;
    const { every = null, unit = null, intervalSeconds = null } = schedule;
    const calendar = language === 'fa' ? 'persian' : 'gregory';
    if (type === 'cron') return ofCron(cronExpression ?? '');
    if (type === 'oneTime') return { text: say.once(inZone(oneTimeAtUtc ?? '', timeZone, calendar, language)) };
    const { count, unit: shown } = toInterval({ every, unit, intervalSeconds });
    return { text: say.every[shown](Number(count), fmt.number(Number(count))) };
  };
}
