import type { Problem } from '#kernel/problem.ts';
import { userErrors } from '../contract.ts';
import type { Devices } from '../devices/service.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { AttemptKind, UserRow, UsersWriter } from '../tables.ts';
import { createNetworks } from './networks.ts';
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

export interface FailedAttemptsNeeds extends Pick<UsersNeeds, 'db' | 'keys' | 'failuresPerNetwork' | 'now'> {
  readonly devices: Pick<Devices, 'unlock' | 'findKnown'>;
}

/** Whose attempts are counted together. */
export interface Guesses {
  readonly userId: string;
  readonly kind: AttemptKind;
  /** The known device, or the session of a signed-in user; null: all strangers. */
  readonly guesser: string | null;
}

/**
 * Wrong factor codes and wrong step-up passwords of one account: ten in any hour are allowed to each known device, to each
 * session, and to all strangers together. So somebody who knows the password cannot block the codes of the owner. The
 * caller holds the account's row (`lockLive`), so that concurrent attempts are checked one after another.
 */
export function createFailedAttempts(needs: FailedAttemptsNeeds) {
  const { devices, now } = needs;
  const networks = createNetworks(needs);

  /** `users.factor_blocked` while the limit is reached: then no attempt is checked, not even a right one. */
  async function blockedReason({ tx }: UsersUnit, guesses: Guesses): Promise<Problem | null> {
    const atMs = now().getTime();
    const wrong = await listFailedAttempts(tx, guesses, new Date(atMs - WINDOW_MS).toISOString(), MAX_WRONG);
    const oldest = wrong[MAX_WRONG - 1];
    if (oldest === undefined) return null;
    const waitMs = Date.parse(oldest) + WINDOW_MS - atMs;
    return userErrors.factorBlocked({ retryAfterSeconds: Math.ceil(waitMs / 1000) });
  }

  /** The caller must let its unit commit. */
  function count({ tx }: UsersUnit, guesses: Guesses): Promise<void> {
    return insertFailedAttempt(tx, { ...guesses, guessedAt: now().toISOString() });
  }

  /** Part of the caller's unit: lifts the locks after wrong passwords, and records it if there were any. */
  async function unlock(unit: UsersUnit, { id }: Pick<UserRow, 'id'>, reason: string): Promise<void> {
    const wasLocked = await liftLockouts(unit.tx, id, now().toISOString());
    const wereDevicesLocked = await devices.unlock(unit, id);
    if (!wasLocked && !wereDevicesLocked) return;
    unit.audit({ action: 'users.unlocked', resourceType: 'user', resourceId: id, payload: { reason } });
  }

  async function deleteOld(tx: UsersWriter, limit: number): Promise<number> {
    const before = (ageMs: number) => new Date(now().getTime() - ageMs).toISOString();
    return Math.max(
      await deleteLockouts(tx, before(LOCKOUT_KEPT_MS), limit),
      await deleteFailedAttempts(tx, before(WINDOW_MS), limit),
      await networks.deleteOld(tx, limit),
    );
  }

  return { blockedReason, count, enter: networks.enter, unlock, deleteOld };
}

export type FailedAttempts = ReturnType<typeof createFailedAttempts>;
