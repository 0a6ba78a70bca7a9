import { kindOf } from '#kernel/forms/address.ts';
import type { Actor } from '#kernel/access.ts';
import { orThrow, Problem } from '#kernel/problem.ts';
import { withoutTables } from '#platform/database/port.ts';
import { addressOf, columnsOf } from '../addresses/forms.ts';
import type { ApiKeys } from '../api-keys/service.ts';
import { toResetLink } from '../codes/code-message.ts';
import { CODE_MINUTES, codeSent, endOfCode } from '../codes/code-rules.ts';
import { refuseCode, type CodeOwner } from '../codes/mailed-codes.ts';
import { deleteAddressChanges } from '../codes/queries.ts';
import type { Codes } from '../codes/service.ts';
import { orThrowInConstantTime } from '../constant-time.ts';
import { userErrors } from '../contract.ts';
import type { Devices } from '../devices/service.ts';
import type { FailedAttempts } from '../failed-attempts/service.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { findUser, listFactors, lockLive, updateUser } from '../queries.ts';
import type { GivenAddress, ToAddress } from '../addresses/typed.ts';
import type { CodeSent, LinkPassword } from '../schemas.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { UserRow } from '../tables.ts';
import { occurrenceOf } from '../user-agent.ts';
import type { PasswordChangeService } from './change.ts';
import type { PasswordHashing } from './hashing.ts';
import type { PasswordRules } from './rules.ts';
import type { NewPassword, PasswordRequired } from './schemas.ts';
import { withdrawPassword } from './withdrawal.ts';

export interface RecoveryNeeds extends Pick<UsersNeeds, 'db' | 'notifications' | 'branding' | 'now'> {
  readonly toAddress: ToAddress;
  readonly hashing: PasswordHashing;
  readonly rules: PasswordRules;
  readonly change: Pick<PasswordChangeService, 'refuseUsedBefore' | 'store'>;
  readonly codes: Codes;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly apiKeys: Pick<ApiKeys, 'revokeAll'>;
  readonly devices: Pick<Devices, 'forget'>;
  readonly failedAttempts: Pick<FailedAttempts, 'enter' | 'unlock'>;
}

/** A new password for an owner who has lost the old one, by a code or link that is mailed. */
export function createRecovery(needs: RecoveryNeeds) {
  const { db, toAddress, notifications, branding, now, hashing, rules, change, codes } = needs;
  const { sessions, apiKeys, devices, failedAttempts } = needs;

  async function requestReset(actor: Actor, given: GivenAddress): Promise<CodeSent> {
    return codes.requests.request(actor, await toAddress(given), 'reset');
  }

  /**
   * Part of the worker's unit: sends a code where there is an active account. The owner of a pending one, which somebody
   * else may have registered, gets the link that confirms the address and sets a password.
   */
  async function sendReset(unit: UsersUnit, address: string): Promise<void> {
    const user = await lockLive(unit.tx, { address });
    if (!user) return;
    const owner = { id: user.id, address };
    if (user.status === 'active') await startReset(unit, owner, { isUnasked: true });
    if (user.status !== 'pending') return;
    // An SMS has no link that sets a password: who has forgotten theirs did not choose the one that was registered.
    if (kindOf(address) === 'phone') await withdrawPassword(unit, user);
    await codes.send(unit, owner, 'verification', { isUnasked: true });
  }

  /** Part of the caller's unit. Does nothing during the cooldown: the code that was sent still works. */
  async function startReset(unit: UsersUnit, owner: CodeOwner, options = { isUnasked: false }): Promise<void> {
    if (await codes.send(unit, owner, 'reset', options))
      unit.audit({ action: 'users.reset_requested', resourceType: 'user', resourceId: owner.id });
  }

  /**
   * Part of the caller's unit, which has confirmed the address of an account without a password: answers and mails the
   * link that sets one.
   */
  async function requirePassword(unit: UsersUnit, user: UserRow): Promise<PasswordRequired> {
    const issued = await codes.mailed.make(unit.tx, { id: user.id, address: addressOf(user) }, 'reset', {
      hasCode: false,
    });
    unit.audit({ action: 'users.reset_requested', resourceType: 'user', resourceId: user.id });
    await notifications.send(withoutTables(unit), {
      template: 'users.password_required',
      to: { userId: user.id },
      category: 'security',
      occurrence: occurrenceOf(unit, now()),
      variables: { link: toResetLink(branding, issued.link), minutes: CODE_MINUTES },
      expiresAt: endOfCode(now()),
    });
    return { passwordRequired: true, resetToken: issued.link, expiresAtUtc: codeSent(now()).expiresAtUtc };
  }

  /**
   * The hash is made first, so that it takes as long for an unknown address; former passwords are compared only after the
   * code was right, and outside any transaction.
   * @throws `users.password_refused`; `users.code_invalid`, also for an unknown address; `users.network_blocked`
   */
  async function resetPassword(
    actor: Actor,
    input: NewPassword,
    signal: AbortSignal,
    deviceToken: string | null,
  ): Promise<void> {
    const address = await toAddress(input);
    const countFailures = await failedAttempts.enter(actor, { address }, deviceToken);
    await rules.check(input.newPassword, columnsOf(address));
    const passwordHash = await hashing.hash(input.newPassword, actor.origin, signal);
    const checkCode = async (unit: UsersUnit) => {
      const user = await lockLive(unit.tx, { address });
      if (user?.status !== 'active') return userErrors.codeInvalid();
      const isRight = await codes.mailed.check(unit.tx, { id: user.id, address }, 'reset', input.code);
      return isRight ? user : refuseCode(unit, user, 'reset'); // the wrong guess counts
    };
    const known = await orThrowInConstantTime(() => db.write(actor, countFailures(checkCode)));
    await rules.check(input.newPassword, known); // now also by the names
    await change.refuseUsedBefore(known, input.newPassword, actor, signal);
    const refusal = await db.write(actor, async (unit) => {
      const user = await checkCode(unit);
      return user instanceof Problem ? user : replacePassword(unit, user, passwordHash);
    });
    orThrow(refusal);
  }

  /** The same with the link. @throws `users.link_invalid`, `users.password_refused` */
  async function resetPasswordByLink(actor: Actor, input: LinkPassword, signal: AbortSignal): Promise<void> {
    const userId = await codes.mailed.findLink(db.read, 'reset', input.token);
    const known = userId === null ? undefined : await findUser(db.read, { id: userId });
    if (!known) throw userErrors.linkInvalid();
    await rules.check(input.newPassword, known);
    await change.refuseUsedBefore(known, input.newPassword, actor, signal);
    const passwordHash = await hashing.hash(input.newPassword, actor.origin, signal);
    await db.write(actor, async (unit) => {
      const user = await lockLive(unit.tx, { id: known.id });
      if (user?.status !== 'active') throw userErrors.linkInvalid();
      if (!(await codes.mailed.checkLink(unit.tx, user.id, 'reset', input.token))) throw userErrors.linkInvalid();
      await replacePassword(unit, user, passwordHash);
    });
  }

  /**
   * Ends what somebody else may have left behind: sessions, API keys, a change of the address, and devices that count as
   * known. Second factors and linked identities stay, so that a mailbox alone is not enough: the owner is told which.
   */
  async function replacePassword(unit: UsersUnit, user: UserRow, passwordHash: string): Promise<void> {
    await change.store(unit, user, passwordHash);
    await sessions.endAll(unit, user.id, 'passwordReset');
    await failedAttempts.unlock(unit, user, 'passwordReset');
    await devices.forget(unit, user.id);
    await deleteAddressChanges(unit.tx, user.id);
    const revokedKeys = await apiKeys.revokeAll(unit, user.id);
    await updateUser(unit.tx, user.id, { resetAt: now().toISOString() });
    const payload = { revokedKeys };
    unit.audit({ action: 'users.password_reset', resourceType: 'user', resourceId: user.id, payload });
    const factors = await listFactors(unit.tx, user.id);
    await notifications.send(withoutTables(unit), {
      template: 'users.password_changed',
      to: { userId: user.id },
      channels: ['email', 'sms'], // who has one of both addresses must not hide it from the owner of the other
      category: 'security',
      occurrence: occurrenceOf(unit, now()),
      variables: { revokedKeys, factors: factors.map(({ factor, name }) => ({ factor, name })) },
    });
  }

  return { requestReset, sendReset, startReset, requirePassword, resetPassword, resetPasswordByLink };
}

export type Recovery = ReturnType<typeof createRecovery>;
