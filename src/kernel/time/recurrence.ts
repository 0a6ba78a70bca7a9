import { Cron } from 'croner';

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
 * or 30th it skips months without that day. With both day of month and day of week, either is enough, as in cron.
 */
export function toCronRule(name: string, anchor: Date, timeZone: string): string | null {
  const named = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (named) return named(Temporal.Instant.fromEpochMilliseconds(anchor.getTime()).toZonedDateTimeISO(timeZone));
  const fields = name.trim().split(/\s+/);
  if (fields.length !== 5 || !fields.every((field) => FIELD.test(field))) return null;
  return isRule(fields.join(' ')) ? fields.join(' ') : null;
}

/** Whether it is an IANA name that the runtime knows. `Intl` alone also takes names such as `IST`. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+/-]*$/.test(name)) return false; // offsets such as +03:30 are not time zones with rules
  try {
    return Boolean(Temporal.Now.zonedDateTimeISO(name)) && Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/**
 * The first instant after `after` at which the local time of the zone matches the rule; null if there is none. A time
 * that a change of the clock skips runs at the next instant that exists; a time that occurs twice runs only the first
 * time.
 */
export function nextInstant(rule: string, timeZone: string, after: Date): Date | null {
  // The package finds local times as if they were UTC; the instant in the zone is computed here, since the package has
  // other rules for changes of the clock.
  const clock = new Cron(rule, { timezone: 'UTC', mode: '5-part', paused: true });
  const shown = Temporal.Instant.fromEpochMilliseconds(after.getTime()).toZonedDateTimeISO(timeZone).toPlainDateTime();
  let time = new Date(toUtc(shown));
  for (;;) {
    const next = clock.nextRun(time);
    if (next === null) return null;
    const instant = toInstant(next, timeZone);
    if (instant > after) return instant;
    time = next; // this local time occurs twice, and its first instant has passed
  }
}

function isRule(rule: string): boolean {
  try {
    return new Cron(rule, { timezone: 'UTC', mode: '5-part', paused: true }).nextRun(new Date()) !== null;
  } catch {
    return false;
  }
}

/**
 * The first instant at which the local time of the zone is that of `clock` in UTC, or, if it is skipped, the next one.
 */
export function toInstant(clock: Date, timeZone: string): Date {
  const shown = Temporal.Instant.fromEpochMilliseconds(clock.getTime()).toZonedDateTimeISO('UTC').toPlainDateTime();
  const first = shown.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  if (first.toPlainDateTime().equals(shown)) return new Date(first.epochMilliseconds);
  const change = first.getTimeZoneTransition('next'); // `earlier` is before the gap
  if (change === null) throw new Error(`${timeZone} has a gap without a transition`);
  return new Date(change.epochMilliseconds);
}

function toUtc(shown: Temporal.PlainDateTime): number {
  return shown.toZonedDateTime('UTC').epochMilliseconds;
}
