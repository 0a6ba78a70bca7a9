import type { Actor } from '#kernel/access.ts';
import { orThrow } from '#kernel/problem.ts';
import { withoutTables } from '#platform/database/port.ts';
import { userErrors, userEvents, type PasswordChange as Input } from '../contract.ts';
import { afterFailure, isLocked, noFailures } from '../failed-attempts/lockout.ts';
import type { OwnUnit } from '../needs.ts';
import type { UsersParts } from '../parts.ts';
import { refused } from './rules.ts';
import { insertOldHash, listOldHashes } from './queries.ts';
import { deleteCodes, findUser, lockLockout, lockUser, updateLockout, updateUser, type UserRow } from '../queries.ts';
import type { Sessions } from '../sessions/sessions.ts';

const REMEMBERED = 5; // the present password and the four before it
const CONFIRMATION_PURPOSE = 'users.confirmation';

export interface PasswordChangeNeeds extends UsersParts {
  readonly sessions: Pick<Sessions, 'endAll'>;
}

/** Passwords of signed-in people: proving the present one, and setting another. */
export function createPasswordChange({
  db,
  keys,
  notifications,
  passwords,
  passwordRules,
  now,
  sessions,
}: PasswordChangeNeeds) {
  /**
   * The account, when the password is its own. Wrong ones are counted like those of sign-in, and apart from them: who
   * has taken over a session cannot guess on, and cannot lock the owner out.
   * @throws `users.password_wrong`, also with the right one while guesses are locked
   */
  async function confirm(actor: Actor, password: string, signal: AbortSignal): Promise<UserRow> {
    const user = await findUser(db.read, { id: actor.id });
    const isRight = await passwords.verify(user?.passwordHash ?? null, password, signal);
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
    if (!user) throw new Error('a password was right without an account');
    return user;
  }

  /** Up to five verifications, one after another in the queue of all hashes. @throws `users.password_refused` */
  async function refuseUsedBefore(
    { id, passwordHash }: Pick<UserRow, 'id' | 'passwordHash'>,
    password: string,
    signal: AbortSignal,
  ): Promise<void> {
    for (const hash of [passwordHash, ...(await listOldHashes(db.read, id, REMEMBERED - 1))])
      if (await passwords.verify(hash, password, signal)) throw refused('usedBefore', { remembered: REMEMBERED });
  }

  /** Part of the caller's unit: the old password is remembered, and no code or link for another one works on. */
  async function store({ tx, publish }: OwnUnit, user: UserRow, passwordHash: string): Promise<void> {
    if (user.passwordHash !== null) await insertOldHash(tx, user.id, user.passwordHash, REMEMBERED - 1);
    await updateUser(tx, user.id, { passwordHash });
    await deleteCodes(tx, user.id, 'reset');
    publish(userEvents.passwordChanged, { userId: user.id });
  }

  /** Ends every other session. @throws `users.password_wrong`, `users.password_refused` */
  async function changePassword(actor: Actor, input: Input, signal: AbortSignal): Promise<void> {
    const before = await confirm(actor, input.currentPassword, signal);
    await passwordRules.check(input.newPassword, before.email);
    await refuseUsedBefore(before, input.newPassword, signal);
    const passwordHash = await passwords.hash(input.newPassword, signal);
    await db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { id: actor.id });
      if (user?.passwordHash !== before.passwordHash) throw userErrors.passwordWrong(); // changed meanwhile
      await store(unit, user, passwordHash);
      await sessions.endAll(unit, user.id, 'passwordChanged', actor.sessionId);
      unit.audit({ action: 'users.password_changed', resourceType: 'user', resourceId: user.id });
      await notifications.send(withoutTables(unit), {
        template: 'users.password_changed_here',
        to: { userId: user.id },
        category: 'security',
        variables: {},
      });
    });
  }

  return { confirm, refuseUsedBefore, store, changePassword };
}

export type PasswordChange = ReturnType<typeof createPasswordChange>;
