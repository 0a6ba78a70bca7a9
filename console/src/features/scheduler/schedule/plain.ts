import type { JobSchedule, NewJobSchedule } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { readCron } from './cron.ts';
import { inZone, toShownTime } from './instants.ts';
import { toInterval } from './values.ts';
import { words } from './words.ts';

/** Says in plain words when a schedule runs: "Every Saturday at 08:00", and the expression where words would not be plain. */
export function usePlain() {
  const say = useTexts(words);
  const fmt = useFmt();
  const language = useLanguage();

  function ofCron(expression: string): { readonly text: string; readonly cron?: string } {
    const simple = readCron(expression);
    if (!simple) return { text: say.byCron, cron: expression };
    if (simple.kind === 'hourly') return { text: say.hourly(fmt.number(simple.minute)) };
    if (simple.kind === 'minutely') return { text: say.minutely(fmt.number(simple.minutes)) };
    const time = toShownTime(simple.time, language);
    if (simple.kind === 'daily') return { text: say.daily(time) };
    if (simple.kind === 'weekly')
      return { text: say.weekly(fmt.list(simple.weekdays.map((day) => say.weekdays[day])), time) };
    return { text: simple.day === 'L' ? say.monthEnd(time) : say.monthly(fmt.number(Number(simple.day)), time) };
  }

  return (schedule: JobSchedule | NewJobSchedule): { readonly text: string; readonly cron?: string } => {
    const { type, cronExpression, oneTimeAtUtc, timeZone = 'UTC' } = schedule;
    const { every = null, unit = null, intervalSeconds = null } = schedule;
    const calendar = language === 'fa' ? 'persian' : 'gregory';
    if (type === 'cron') return ofCron(cronExpression ?? '');
    if (type === 'oneTime') return { text: say.once(inZone(oneTimeAtUtc ?? '', timeZone, calendar, language)) };
    const { count, unit: shown } = toInterval({ every, unit, intervalSeconds });
    return { text: say.every[shown](Number(count), fmt.number(Number(count))) };
  };
}
