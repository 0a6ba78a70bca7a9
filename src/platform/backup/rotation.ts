const DAILY = 7;
const WEEKLY = 4;
const MONTHLY = 12;
const DAY_MS = 86_400_000;

interface Named {
  readonly name: string;
  readonly madeAt: Date;
}

/**
 * Names of the backups to keep: the newest one of each of the last 7 days, 4 weeks (from Monday) and 12 months, in UTC, that
 * have one. A time without backups uses up none of them.
 */
export function toKeep(backups: readonly Named[]): ReadonlySet<string> {
  const newestFirst = backups.toSorted((one, other) => other.madeAt.getTime() - one.madeAt.getTime());
  const newestOf = (count: number, periodOf: (at: Date) => string) => {
    const periods = new Map<string, string>();
    for (const { name, madeAt } of newestFirst) {
      const period = periodOf(madeAt);
      if (!periods.has(period)) periods.set(period, name);
    }
    return [...periods.values()].slice(0, count);
  };
  return new Set([
    ...newestOf(DAILY, (at) => at.toISOString().slice(0, 10)),
    ...newestOf(WEEKLY, (at) => String(Math.floor((at.getTime() / DAY_MS + 3) / 7))), // 1 January 1970 was a Thursday
    ...newestOf(MONTHLY, (at) => at.toISOString().slice(0, 7)),
  ]);
}
