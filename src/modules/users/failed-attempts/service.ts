import type { Problem } from '#kernel/problem.ts';
import { userErrors } from '../contract.ts';
import type { Devices } from '../devices/service.ts';
import type { UsersUnit } from '../needs.ts';
import type { AttemptKind, UserRow, UsersWriter } from '../tables.ts';
import {
  deleteFailedAttempts,
  deleteLockouts,
  insertFailedAttempt,
  liftLockouts,
  listFailedAttempts,
} from './queries.ts';

const MAX_WRONG = 10;
const WINDOW_MS = 3_600_000;
const LOCKOUT_KEPT_MS = 86_400_000; // far longer than any lock

export interface FailedAttemptsNeeds {
  readonly devices: Pick<Devices, 'unlock'>;
  readonly now: () => Date;
}

/**
 * Wrong factor codes and wrong step-up passwords of one account: ten in any hour are allowed. The caller holds the
 * account's row (`lockLive`), so that concurrent attempts are checked one after another.
 */
export function createFailedAttempts({ devices, now }: FailedAttemptsNeeds) {
  /** `users.factor_blocked` while the limit is reached: then no attempt is checked, not even a right one. */
  async function blockedReason({ tx }: UsersUnit, userId: string, kind: AttemptKind): Promise<Problem | null> {
    const atMs = now().getTime();
    const wrong = await listFailedAttempts(tx, userId, kind, new Date(atMs - WINDOW_MS).toISOString(), MAX_WRONG);
    const oldest = wrong[MAX_WRONG - 1];
    if (oldest === undefined) return null;
    const waitMs = Date.parse(oldest) + WINDOW_MS - atMs;
    return userErrors.factorBlocked({ retryAfterSeconds: Math.ceil(waitMs / 1000) });
  }

  /** The caller must let its unit commit. */
  function count({ tx }: UsersUnit, userId: string, kind: AttemptKind): Promise<void> {
    return insertFailedAttempt(tx, { userId, kind, guessedAt: now().toISOString() });
  }

  /** Part of the caller's unit: lifts the locks after wrong passwords, and records it if there were any. */
  async function unlock(unit: UsersUnit, { id }: Pick<UserRow, 'id'>, reason: string): Promise<void> {
    const wasLocked = await liftLockouts(unit.tx, id, now().toISOString());
    const wereDevicesLocked = await devices.unlock(unit, id);
    if (!wasLocked && !wereDevicesLocked) return;
    unit.audit({ action: 'users.unlocked', resourceType: 'user', resourceId: id, payload: { reason } });
  }

  async function deleteOld(tx: UsersWriter): Promise<void> {
    const before = (ageMs: number) => new Date(now().getTime() - ageMs).toISOString();
    await deleteLockouts(tx, before(LOCKOUT_KEPT_MS));
    await deleteFailedAttempts(tx, before(WINDOW_MS));
  }

  return { blockedReason, count, unlock, deleteOld };
}

export type FailedAttempts = ReturnType<typeof createFailedAttempts>;
