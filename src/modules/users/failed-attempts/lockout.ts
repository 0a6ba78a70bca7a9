import type { Failures } from '../tables.ts';

const MAX_FAILURES = 5;
const LOCK_MS = 15 * 60_000;

export const noFailures = { failures: 0, lockedUntil: null };

export function isLocked({ lockedUntil }: Pick<Failures, 'lockedUntil'>, at: Date): boolean {
  return lockedUntil !== null && at < new Date(lockedUntil);
}

/** Five failures, each within 15 minutes of the one before, lock for 15 minutes; after that counting starts again. */
export function afterFailure({ failures, lastFailureAt, lockedUntil }: Failures, at: Date): Failures {
  const isOld = at.getTime() - Date.parse(lastFailureAt) >= LOCK_MS;
  const counted = lockedUntil !== null || isOld ? 1 : failures + 1;
  const until = counted >= MAX_FAILURES ? new Date(at.getTime() + LOCK_MS).toISOString() : null;
  return { failures: counted, lastFailureAt: at.toISOString(), lockedUntil: until };
}
