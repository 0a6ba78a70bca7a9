const DAILY = 7;
const WEEKLY = 4;
const MONTHLY = 12;
const DAY_MS = 86_400_000;

interface Named {
  readonly name: string;
  readonly madeAt: Date;
}

/** Those that were made before `now`. A later one was made while the clock was wrong. */
export function newestFirst<B extends Named>(backups: readonly B[], now: Date): B[] {
  return backups
    .filter(({ madeAt }) => madeAt <= now)
    .toSorted((one, other) => other.madeAt.getTime() - one.madeAt.getTime());
}

/**
 * Names of the backups to keep: the newest one of each of the last 7 days, 4 weeks (from Monday) and 12 months, in UTC, that
 * have one. A time without backups uses up none of them, and neither does a backup from after `now`: it is kept until
 * its time has come.
 */
export function toKeep(backups: readonly Named[], now: Date): ReadonlySet<string> {
  const newest = newestFirst(backups, now);
  const newestOf = (count: number, periodOf: (at: Date) => string) => {
    const periods = new Map<string, string>();
    for (const { name, madeAt } of newest) {
      const period = periodOf(madeAt);
      if (!periods.has(period)) periods.set(period, name);
    }
    return [...periods.values()].slice(0, count);
  };
  return new Set([
    ...backups.flatMap(({ name, madeAt }) => (madeAt > now ? [name] : [])),
    ...newestOf(DAILY, (at) => at.toISOString().slice(0, 10)),
    ...newestOf(WEEKLY, (at) => String(Math.floor((at.getTime() / DAY_MS + 3) / 7))), // 1 January 1970 was a Thursday
    ...newestOf(MONTHLY, (at) => at.toISOString().slice(0, 7)),
  ]);
}
