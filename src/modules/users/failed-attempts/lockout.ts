const MAX_FAILURES = 5;
const LOCK_MS = 15 * 60_000;

/** Wrong passwords in a row, of whoever they are counted for. */
export interface Failures {
  readonly failures: number;
  readonly lastFailureAt: string;
  readonly lockedUntil: string | null;
}

export const noFailures = { failures: 0, lockedUntil: null };

export function isLocked({ lockedUntil }: Pick<Failures, 'lockedUntil'>, at: Date): boolean {
  return lockedUntil !== null && at < new Date(lockedUntil);
}

/** Five within a quarter of an hour of each other lock for a quarter of an hour; then it begins anew. */
export function afterFailure({ failures, lastFailureAt, lockedUntil }: Failures, at: Date): Failures {
  const isOld = at.getTime() - Date.parse(lastFailureAt) >= LOCK_MS;
  const counted = lockedUntil !== null || isOld ? 1 : failures + 1;
  const until = counted >= MAX_FAILURES ? new Date(at.getTime() + LOCK_MS).toISOString() : null;
  return { failures: counted, lastFailureAt: at.toISOString(), lockedUntil: until };
}
