import { toInstant } from '#kernel/time/zone.ts';

const DAY_MS = 86_400_000;

export interface QuietHours {
  /** IANA name. */
  readonly timeZone: string;
  /** `HH:MM`, with or without seconds, on the zone's clock. */
  readonly from: string;
  /** The next day where it is earlier than `from`; equal times are no quiet hours. */
  readonly to: string;
}

/**
 * When the quiet hours that include `now` end; null outside of quiet hours. They begin and end when the local clock
 * first shows these times or, in a night that skips one, at the next instant that exists.
 */
export function quietUntil({ timeZone, from, to }: QuietHours, now: Date): Date | null {
  if (from.slice(0, 5) === to.slice(0, 5)) return null;
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
  const midnight = Date.parse(`${today.toString()}T00:00:00Z`);
  const crossing = minutesOf(to) > minutesOf(from) ? 0 : DAY_MS;
  for (const day of [midnight - DAY_MS, midnight, midnight + DAY_MS]) {
    const begins = toInstant(new Date(day + minutesOf(from) * 60_000), timeZone);
    const ends = toInstant(new Date(day + crossing + minutesOf(to) * 60_000), timeZone);
    if (begins <= now && now < ends) return ends;
  }
  return null;
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}
