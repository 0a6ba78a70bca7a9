import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { Language } from '#kernel/language.ts';
import { orThrow } from '#kernel/problem.ts';
import { withoutTables } from '#platform/database/port.ts';
import { codeSent } from '../codes/code-rules.ts';
import { refuseCode } from '../codes/mailed-codes.ts';
import type { Codes } from '../codes/service.ts';
import { userErrors, userEvents, type Registration } from '../contract.ts';
import { normaliseEmail } from '../email.ts';
import type { FailedAttempts } from '../failed-attempts/service.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { PasswordService } from '../passwords/service.ts';
import { findUser, insertUser, lockUser, updateUser } from '../queries.ts';
import type { CodeSent } from '../schemas.ts';
import type { UserRow } from '../tables.ts';
import { rollBackAfter } from './queries.ts';
import type { EmailCode, Link } from './schemas.ts';

const SIMULATION = 'users.simulated_registration'; // a topic of which no node caches anything

type Account = Pick<
  UserRow,
  'id' | 'email' | 'firstName' | 'lastName' | 'passwordHash' | 'status' | 'language' | 'emailVerifiedAt'
>;

/** The password hash of an account when it was read, and whether the given password is the same. */
interface PasswordCheck {
  readonly passwordHash: string | null;
  readonly isRepeated: boolean;
}

export interface RegistrationNeeds extends Pick<UsersNeeds, 'db' | 'authorization' | 'notifications' | 'now'> {
  readonly passwords: Pick<PasswordService, 'hashing' | 'rules'>;
  readonly codes: Codes;
  readonly failedAttempts: Pick<FailedAttempts, 'enter'>;
}

/** How an account is registered, and its address verified. */
export function createRegistration(needs: RegistrationNeeds) {
  const { db, authorization, notifications, passwords, codes, failedAttempts, now } = needs;

  /**
   * The answer and its cost are the same for a known address: there the owner is notified by mail. In both cases one hash
   * is computed. If the account changed meanwhile the password is checked again; this ends, since a password is
   * withdrawn only once.
   */
  async function register(
    actor: Actor,
    input: Registration,
    language: Language,
    signal: AbortSignal,
  ): Promise<CodeSent> {
    const email = normaliseEmail(input.email);
    const { firstName, lastName, password } = input;
    await passwords.rules.check(password, { email, firstName, lastName });
    let known = await findUser(db.read, { email });
    for (;;) {
      const unverified = known?.emailVerifiedAt === null ? known.passwordHash : null;
      const isRepeated =
        known !== undefined && (await passwords.hashing.verify(unverified, password, actor.origin, signal));
      const passwordHash = known ? known.passwordHash : await passwords.hashing.hash(password, actor.origin, signal);
      const account: Account = {
        id: newId(),
        email,
        firstName,
        lastName,
        passwordHash,
        status: 'pending',
        language,
        emailVerifiedAt: null,
      };
      const check = known && { passwordHash: known.passwordHash, isRepeated };
      const changed = await db.write(actor, (unit) => complete(unit, account, check));
      if (!changed) return codeSent(now());
      known = changed;
    }
  }

  /** Null when done. Does nothing for an account that changed since the check, and answers its current state. */
  async function complete(
    unit: UsersUnit,
    account: Account,
    check: PasswordCheck | undefined,
  ): Promise<UserRow | null> {
    if (!check && (await insertUser(unit.tx, account))) {
      await welcome(unit, account);
      return null;
    }
    const owner = await lockUser(unit.tx, { email: account.email });
    if (owner?.emailVerifiedAt === null) {
      if (!check || owner.passwordHash !== check.passwordHash) return owner;
      if (!check.isRepeated) await withdrawPassword(unit, owner);
    }
    await simulateRegistration(unit, account);
    if (owner) await notifyOwner(unit, owner); // undefined: deleted meanwhile
    return null;
  }

  /**
   * The address is unverified and was registered with different passwords, maybe by different people; it is unknown who
   * owns the mailbox. So neither password works after the owner verifies the address; a reset by mail sets a new one. The
   * names of the first registration stay.
   */
  async function withdrawPassword({ tx, audit }: UsersUnit, { id, passwordHash }: UserRow): Promise<void> {
    if (passwordHash === null) return;
    await updateUser(tx, id, { passwordHash: null });
    audit({ action: 'users.password_withdrawn', resourceType: 'user', resourceId: id });
  }

  async function welcome(unit: UsersUnit, account: Account): Promise<void> {
    await admit(unit, account);
    unit.audit({ action: 'users.registered', resourceType: 'user', resourceId: account.id });
    await sendVerification(unit, account);
  }

  /** What every new account gets: its role, its recipient, and the event. */
  async function admit(
    unit: UsersUnit,
    { id, email, language, status }: Pick<Account, 'id' | 'email' | 'language' | 'status'>,
  ): Promise<void> {
    await authorization.admit(withoutTables(unit), id, { isSuspended: status === 'pending' });
    await notifications.putRecipient(withoutTables(unit), { userId: id, email, language });
    unit.publish(userEvents.registered, { userId: id });
  }

  /** Does the work of a registration and rolls it back, so that the response time is that of a new address. */
  async function simulateRegistration(unit: UsersUnit, account: Account): Promise<void> {
    const nothing = () => {};
    const silent = { ...unit, publish: nothing, audit: nothing, enqueue: nothing, invalidate: nothing };
    const simulated = { ...account, email: `${account.id}@simulated.invalid` };
    await rollBackAfter(unit.tx, async () => {
      await insertUser(unit.tx, simulated);
      await welcome(silent, simulated);
    });
    unit.invalidate(SIMULATION, account.id); // as for a new account, the answer waits for the other nodes
  }

  /** At most once a minute, also when the address is registered more often. */
  async function notifyOwner(unit: UsersUnit, owner: UserRow): Promise<void> {
    if (owner.status === 'pending') return sendVerification(unit, owner);
    if (!(await codes.mailed.mayMail(unit.tx, owner.id, 'alreadyRegistered'))) return;
    await notifications.send(withoutTables(unit), {
      template: 'users.already_registered',
      to: { userId: owner.id },
      category: 'security',
      variables: {},
    });
  }

  /** Does nothing during the cooldown: the code that was sent still works. */
  async function sendVerification(unit: UsersUnit, account: Pick<UserRow, 'id' | 'email'>): Promise<void> {
    const issued = await codes.mailed.create(unit.tx, account, 'verification');
    if (issued) await codes.send(unit, account.id, 'verification', issued);
  }

  /**
   * @throws `users.code_invalid`, also for an unknown address and for one that is verified already;
   * `users.network_blocked`
   */
  async function verifyEmail(actor: Actor, input: EmailCode): Promise<void> {
    const email = normaliseEmail(input.email);
    const countFailures = await failedAttempts.enter(actor, null, null);
    const decide = async (unit: UsersUnit) => {
      const user = await lockUser(unit.tx, { email });
      if (!user || user.status !== 'pending') return userErrors.codeInvalid();
      if (!(await codes.mailed.check(unit.tx, user, 'verification', input.code)))
        return refuseCode(unit, user, 'verification'); // the wrong guess counts
      await activate(unit, user);
      return undefined;
    };
    orThrow(await db.write(actor, countFailures(decide)));
  }

  /** @throws `users.link_invalid` */
  async function verifyEmailByLink(actor: Actor, { token }: Link): Promise<void> {
    const userId = await codes.mailed.findLink(db.read, 'verification', token);
    if (userId === null) throw userErrors.linkInvalid();
    await db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { id: userId });
      if (user?.status !== 'pending') throw userErrors.linkInvalid();
      if (!(await codes.mailed.checkLink(unit.tx, userId, 'verification', token))) throw userErrors.linkInvalid();
      await activate(unit, user);
    });
  }

  async function activate(unit: UsersUnit, { id }: UserRow): Promise<void> {
    await codes.mailed.invalidate(unit.tx, id, 'verification');
    await updateUser(unit.tx, id, { status: 'active', emailVerifiedAt: now().toISOString() });
    await authorization.resume(withoutTables(unit), id);
    unit.publish(userEvents.emailVerified, { userId: id });
    unit.audit({ action: 'users.email_verified', resourceType: 'user', resourceId: id });
  }

  /** Part of the worker's unit: sends a code where there is a pending account. */
  async function resendVerification(unit: UsersUnit, email: string): Promise<void> {
    const user = await lockUser(unit.tx, { email });
    if (user?.status === 'pending') await sendVerification(unit, user);
  }

  function requestVerification(actor: Actor, address: string): Promise<CodeSent> {
    return codes.requests.request(actor, address, 'verification');
  }

  return { register, admit, sendVerification, verifyEmail, verifyEmailByLink, requestVerification, resendVerification };
}

export type RegistrationService = ReturnType<typeof createRegistration>;
