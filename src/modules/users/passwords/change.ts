import type { Actor } from '#kernel/access.ts';
import { orThrow } from '#kernel/problem.ts';
import { withoutTables } from '#platform/database/port.ts';
import { deleteCodes } from '../codes/queries.ts';
import { userErrors, userEvents } from '../contract.ts';
import { afterFailure, isLocked, noFailures } from '../failed-attempts/lockout.ts';
import { lockLockout, updateLockout } from '../failed-attempts/queries.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { findUser, lockOwn, updateUser } from '../queries.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { UserRow } from '../tables.ts';
import { occurrenceOf } from '../user-agent.ts';
import type { PasswordHashing } from './hashing.ts';
import { insertOldHash, listOldHashes } from './queries.ts';
import { passwordRefused, type PasswordRules } from './rules.ts';
import type { PasswordChange } from './schemas.ts';

const KEPT_PASSWORDS = 5; // the current password and the four before it
const CONFIRMATION_PURPOSE = 'users.confirmation';

export interface PasswordChangeNeeds extends Pick<UsersNeeds, 'db' | 'keys' | 'notifications' | 'now'> {
  readonly hashing: PasswordHashing;
  readonly rules: PasswordRules;
  readonly sessions: Pick<Sessions, 'endAll'>;
}

/** Passwords of signed-in users: checking the current one, and setting a new one. */
export function createPasswordChange(needs: PasswordChangeNeeds) {
  const { db, keys, notifications, now, hashing, rules, sessions } = needs;

  /**
   * The account, if the password is right. Wrong ones are counted as at sign-in, but separately: somebody who has
   * stolen a session cannot guess without limit, and cannot lock the owner out.
   * @throws `users.password_wrong`, also for the right one while the check is locked
   */
  async function confirm(actor: Actor, password: string, signal: AbortSignal): Promise<UserRow> {
    const user = await findUser(db.read, { id: actor.id });
    const isRight = await hashing.verify(user?.passwordHash ?? null, password, actor.origin, signal);
    const refusal = await db.write(actor, async ({ tx, audit }) => {
      const at = now();
      const lockout = await lockLockout(tx, keys.mac(CONFIRMATION_PURPOSE, actor.id), at.toISOString());
      if (isRight && !isLocked(lockout, at)) {
        if (lockout.failures > 0) await updateLockout(tx, { ...lockout, ...noFailures });
        return undefined;
      }
      if (!isLocked(lockout, at)) await updateLockout(tx, { ...lockout, ...afterFailure(lockout, at) });
      audit({
        action: 'users.password_confirmation_failed',
        resourceType: 'user',
        resourceId: actor.id,
        outcome: 'failure',
      });
      return userErrors.passwordWrong();
    });
    orThrow(refusal);
    if (!user) throw new Error('a password was accepted for an account that does not exist');
    return user;
  }

  /** Up to five verifications, one after another in the queue of all hashes. @throws `users.password_refused` */
  async function refuseUsedBefore(
    { id, passwordHash }: Pick<UserRow, 'id' | 'passwordHash'>,
    password: string,
    { origin }: Pick<Actor, 'origin'>,
    signal: AbortSignal,
  ): Promise<void> {
    for (const hash of [passwordHash, ...(await listOldHashes(db.read, id, KEPT_PASSWORDS - 1))])
      if (await hashing.verify(hash, password, origin, signal))
        throw passwordRefused('usedBefore', { remembered: KEPT_PASSWORDS });
  }

  /** Part of the caller's unit: keeps the old hash, and invalidates codes and links for a reset. */
  async function store({ tx, publish }: UsersUnit, user: UserRow, passwordHash: string): Promise<void> {
    if (user.passwordHash !== null) await insertOldHash(tx, user.id, user.passwordHash, KEPT_PASSWORDS - 1);
    await updateUser(tx, user.id, { passwordHash });
    await deleteCodes(tx, user.id, 'reset');
    publish(userEvents.passwordChanged, { userId: user.id });
  }

  /** Ends every other session. @throws `users.password_wrong`, `users.password_refused` */
  async function changePassword(actor: Actor, input: PasswordChange, signal: AbortSignal): Promise<void> {
    const before = await confirm(actor, input.currentPassword, signal);
    await rules.check(input.newPassword, before);
    await refuseUsedBefore(before, input.newPassword, actor, signal);
    const passwordHash = await hashing.hash(input.newPassword, actor.origin, signal);
    await db.write(actor, async (unit) => {
      const user = await lockOwn(unit.tx, actor);
      if (user?.passwordHash !== before.passwordHash) throw userErrors.passwordWrong(); // changed meanwhile
      await store(unit, user, passwordHash);
      await sessions.endAll(unit, user.id, 'passwordChanged', actor.sessionId);
      unit.audit({ action: 'users.password_changed', resourceType: 'user', resourceId: user.id });
      await notifications.send(withoutTables(unit), {
        template: 'users.password_changed_here',
        to: { userId: user.id },
        category: 'security',
        occurrence: occurrenceOf(unit, now()),
        variables: {},
      });
    });
  }

  return { confirm, refuseUsedBefore, store, changePassword };
}

export type PasswordChangeService = ReturnType<typeof createPasswordChange>;
