import { createLru } from '../limits/lru.ts';

/** A stretch of time in which a zone has one offset. In seconds; `start` and `end` may be infinite. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
  /** The offsets before and after it. */
  readonly before: number;
  readonly after: number;
}

const MAX_ZONES = 600; // more than there are
/** Finding a transition takes microseconds, and every search for an instant needs those around it. */
const stretches = createLru<Stretch[]>(MAX_ZONES);

/** Whether it is an IANA name that the runtime knows. `Intl` alone also takes names such as `IST`. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+/-]*$/.test(name)) return false; // offsets such as +03:30 are not time zones with rules
  try {
    return Boolean(Temporal.Now.zonedDateTimeISO(name)) && Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** The stretch that a second belongs to. */
export function stretchAt(timeZone: string, second: number): Stretch {
  const known = stretches.get(timeZone) ?? [];
  const found = known.find(({ start, end }) => start <= second && second < end);
  if (found) return found;
  const made = findStretch(timeZone, second);
  stretches.set(timeZone, [made, ...known]);
  return made;
}

/**
 * The first instant at which the local time of the zone is that of `clock` in UTC, or, if it is skipped, the next one.
 */
export function toInstant(clock: Date, timeZone: string): Date {
  const local = clock.getTime() / 1000;
  const [instant = local] = instantsOf(local, timeZone, { gap: 'end', fold: 'first' });
  return new Date(instant * 1000);
}

/** What becomes of local times that do not exist, or that exist twice. */
export interface ClockChanges {
  readonly gap: 'end' | 'shift' | 'skip';
  readonly fold: 'first' | 'last' | 'both';
}

/** The instants at which the zone's clock shows a local second; none, one or two. A gap longer than `maxGap` is skipped. */
export function instantsOf(local: number, timeZone: string, { gap, fold }: ClockChanges, maxGap = Infinity): number[] {
  const around = stretchAt(timeZone, local);
  const earlier = around.start === -Infinity ? around : stretchAt(timeZone, around.start - 1);
  const later = around.end === Infinity ? around : stretchAt(timeZone, around.end);
  const shown = [...new Set([earlier, around, later])].filter(
    ({ start, end, offset }) => start <= local - offset && local - offset < end,
  );
  if (shown.length > 0) {
    const instants = shown.map(({ offset }) => local - offset);
    if (fold === 'both') return instants;
    return [fold === 'first' ? Math.min(...instants) : Math.max(...instants)];
  }
  const skipped = [around, later].find(
    ({ start, offset, before }) => start + before <= local && local < start + offset,
  );
  if (!skipped || gap === 'skip' || skipped.offset - skipped.before > maxGap) return [];
  return [gap === 'end' ? skipped.start : local - skipped.before];
}

function findStretch(timeZone: string, second: number): Stretch {
  const at = Temporal.Instant.fromEpochMilliseconds(second * 1000).toZonedDateTimeISO(timeZone);
  const start = at.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  const end = at.getTimeZoneTransition('next');
  return {
    start: start ? start.epochMilliseconds / 1000 : -Infinity,
    end: end ? end.epochMilliseconds / 1000 : Infinity,
    offset: secondsOf(at),
    before: secondsOf(start ? start.subtract({ nanoseconds: 1 }) : at),
    after: secondsOf(end ?? at),
  };
}

function secondsOf({ offsetNanoseconds }: Temporal.ZonedDateTime): number {
  return offsetNanoseconds / 1e9;
}
