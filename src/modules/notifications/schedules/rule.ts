import { parseCron } from '#kernel/time/cron.ts';
import { nextInstant } from '#kernel/time/next-instant.ts';

const FIELD = /^[\d*,/\-A-Za-z]+$/;
const NAMES: Record<string, (at: Temporal.ZonedDateTime) => string> = {
  hourly: ({ minute }) => `${minute} * * * *`,
  daily: ({ minute, hour }) => `${minute} ${hour} * * *`,
  weekly: ({ minute, hour, dayOfWeek }) => `${minute} ${hour} * * ${dayOfWeek % 7}`,
  monthly: ({ minute, hour, day }) => `${minute} ${hour} ${day === 31 ? 'L' : day} * *`,
};

/**
 * The five-field cron expression that a name stands for, or the expression itself; null for neither. Names take minute,
 * hour and day from `anchor`, in local time of the zone. `monthly` on a 31st is the last day of each month; on a 29th
 * or 30th it skips months without that day.
 */
export function toCronRule(name: string, anchor: Date, timeZone: string): string | null {
  const named = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (named) return named(Temporal.Instant.fromEpochMilliseconds(anchor.getTime()).toZonedDateTimeISO(timeZone));
  const fields = name.trim().split(/\s+/);
  if (fields.length !== 5 || !fields.every((field) => FIELD.test(field))) return null;
  return 'cron' in parseCron(fields.join(' ')) ? fields.join(' ') : null;
}

/** The first run of a stored rule after `after`; null if there is none. */
export function nextRun(rule: string, timeZone: string, after: Date): Date | null {
  const parsed = parseCron(rule);
  if ('fault' in parsed) throw new Error(`the stored rule ${rule} is not a cron expression: ${parsed.fault.reason.en}`);
  const next = nextInstant({ cron: parsed.cron, timeZone }, after.getTime());
  return next === null ? null : new Date(next);
}
