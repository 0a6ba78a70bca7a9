import { kindOf } from '#kernel/forms/address.ts';
import type { Actor } from '#kernel/access.ts';
import { orThrow, type Problem } from '#kernel/problem.ts';
import { withoutTables } from '#platform/database/port.ts';
import { addressOf } from '../addresses/forms.ts';
import { refuseCode } from '../codes/mailed-codes.ts';
import type { Codes } from '../codes/service.ts';
import { userErrors } from '../contract.ts';
import type { Deletion } from '../deletion/service.ts';
import type { FailedAttempts } from '../failed-attempts/service.ts';
import { findMetadata } from '../metadata/queries.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { PasswordRequired } from '../passwords/schemas.ts';
import type { PasswordService } from '../passwords/service.ts';
import { findImported, findUser, lockLive } from '../queries.ts';
import type { GivenAddress, ToAddress } from '../addresses/typed.ts';
import type { CodeSent, LinkPassword } from '../schemas.ts';
import type { UserRow } from '../tables.ts';
import type { Admission } from './admission.ts';
import type { AddressCode, Link } from './schemas.ts';
import { withdrawPassword } from '../passwords/withdrawal.ts';

export interface VerificationNeeds extends Pick<UsersNeeds, 'db' | 'authorization'> {
  readonly admission: Pick<Admission, 'confirm'>;
  readonly passwords: Pick<PasswordService, 'hashing' | 'rules' | 'recovery'>;
  readonly toAddress: ToAddress;
  readonly codes: Codes;
  readonly failedAttempts: Pick<FailedAttempts, 'enter'>;
  readonly deletion: Pick<Deletion, 'remove'>;
}

/** The owner of a mailbox confirms a registration, or ends it. */
export function createVerification(needs: VerificationNeeds) {
  const { db, toAddress, authorization, admission, passwords, codes, failedAttempts, deletion } = needs;

  /**
   * Null when the account can sign in with the password that it was registered with.
   * @throws `users.code_invalid`, also for an unknown address and for one that is verified already;
   * `users.network_blocked`
   */
  async function verify(actor: Actor, input: AddressCode): Promise<PasswordRequired | null> {
    const address = await toAddress(input);
    const countFailures = await failedAttempts.enter(actor, null, null);
    const decide = async (unit: UsersUnit): Promise<PasswordRequired | Problem | null> => {
      const user = await lockLive(unit.tx, { address });
      if (!user || user.status !== 'pending') return userErrors.codeInvalid();
      if (!(await codes.mailed.check(unit.tx, { id: user.id, address }, 'verification', input.code)))
        return refuseCode(unit, user, 'verification'); // the wrong guess counts
      return confirmByCode(unit, user);
    };
    return orThrow(await db.write(actor, countFailures(decide)));
  }

  /**
   * The code proves the mailbox, not who chose the password. It stays only where one password was registered and nobody
   * has given the account anything yet: else a stranger who registered the address first would get that, too.
   */
  async function confirmByCode(unit: UsersUnit, user: UserRow): Promise<PasswordRequired | null> {
    const isEntrusted =
      (await findMetadata(unit.tx, user.id)) !== undefined ||
      (await findImported(unit.tx, user.id)) !== undefined || // its person does not know of it
      (await authorization.holdsMoreThanDefault(withoutTables(unit), user.id));
    if (isEntrusted) await withdrawPassword(unit, user);
    const passwordHash = isEntrusted ? null : user.passwordHash;
    await confirm(unit, user, passwordHash);
    return passwordHash === null ? passwords.recovery.requirePassword(unit, user) : null;
  }

  async function confirm(unit: UsersUnit, user: UserRow, passwordHash: string | null): Promise<void> {
    await admission.confirm(unit, user, passwordHash);
    const action = kindOf(addressOf(user)) === 'email' ? 'users.email_verified' : 'users.phone_verified';
    unit.audit({ action, resourceType: 'user', resourceId: user.id });
  }

  /** With a password of the owner instead of the registered one. @throws `users.link_invalid`, `users.password_refused` */
  async function verifyByLink(actor: Actor, { token, newPassword }: LinkPassword, signal: AbortSignal) {
    const { id, email, phone } = await findByLink(token);
    await passwords.rules.check(newPassword, { email, phone }); // the names may be those of somebody else
    const passwordHash = await passwords.hashing.hash(newPassword, actor.origin, signal);
    await db.write(actor, async (unit) => confirm(unit, await lockByLink(unit, id, token), passwordHash));
  }

  /** "It was not me": ends the registration, and frees the address. @throws `users.link_invalid` */
  async function declineByLink(actor: Actor, { token }: Link): Promise<void> {
    const { id } = await findByLink(token);
    await db.write(actor, async (unit) => {
      const user = await lockByLink(unit, id, token);
      unit.audit({ action: 'users.registration_declined', resourceType: 'user', resourceId: id });
      await deletion.remove(unit, user);
    });
  }

  async function findByLink(token: string): Promise<UserRow> {
    const userId = await codes.mailed.findLink(db.read, 'verification', token);
    const known = userId === null ? undefined : await findUser(db.read, { id: userId });
    if (!known) throw userErrors.linkInvalid();
    return known;
  }

  /** The link may have been used or replaced since it was found. */
  async function lockByLink({ tx }: UsersUnit, id: string, token: string): Promise<UserRow> {
    const user = await lockLive(tx, { id });
    const isValid = user?.status === 'pending' && (await codes.mailed.checkLink(tx, id, 'verification', token));
    if (!isValid) throw userErrors.linkInvalid();
    return user;
  }

  /** Part of the worker's unit: sends a code where there is a pending account. */
  async function resendVerification(unit: UsersUnit, address: string): Promise<void> {
    const user = await lockLive(unit.tx, { address });
    if (user?.status === 'pending')
      await codes.send(unit, { id: user.id, address }, 'verification', { isUnasked: true });
  }

  async function requestVerification(actor: Actor, given: GivenAddress): Promise<CodeSent> {
    return codes.requests.request(actor, await toAddress(given), 'verification');
  }

  return { verify, verifyByLink, declineByLink, requestVerification, resendVerification };
}

export type Verification = ReturnType<typeof createVerification>;
