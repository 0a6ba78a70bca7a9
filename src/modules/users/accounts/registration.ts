import { nowhere, system, type Actor, type Origin } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { Language } from '#kernel/language.ts';
import { orThrow } from '#kernel/problem.ts';
import { withoutTables } from '#platform/database/port.ts';
import { CODE_MINUTES, COOLDOWN_SECONDS } from '../codes/code-rules.ts';
import { refuseCode } from '../codes/codes.ts';
import {
  userErrors,
  userEvents,
  type CodeSent,
  type EmailCode,
  type Link,
  type Registration,
  type Setup,
  type SignedInUser,
} from '../contract.ts';
import { normaliseEmail } from '../email.ts';
import type { OwnUnit } from '../needs.ts';
import type { UsersParts } from '../parts.ts';
import { findUser, insertUser, lockSetup, lockUser, takeBack, updateUser, type UserRow } from '../queries.ts';

const DECOYS = 'users.decoy'; // no node remembers anything under it
const SETUP_PURPOSE = 'users.setup';

type Account = Pick<
  UserRow,
  'id' | 'email' | 'firstName' | 'lastName' | 'passwordHash' | 'status' | 'language' | 'emailVerifiedAt'
>;

/** The password of an account as it was, and whether the one that is given now is the same. */
interface Judged {
  readonly passwordHash: string | null;
  readonly isRepeated: boolean;
}

/** How accounts come to be: by registration, and the first administrator by set-up. */
export function createRegistration({
  db,
  keys,
  authorization,
  notifications,
  passwords,
  passwordRules,
  codes,
  sendCode,
  now,
}: UsersParts) {
  /**
   * The answer and its cost are the same for a known address: there the owner is told by mail. Each way takes one hash,
   * and what was judged is judged anew where somebody was faster; that ends, since a password is taken away but once.
   */
  async function register(
    actor: Actor,
    input: Registration,
    language: Language,
    signal: AbortSignal,
  ): Promise<CodeSent> {
    const email = normaliseEmail(input.email);
    const { firstName, lastName, password } = input;
    await passwordRules.check(password, email);
    let known = await findUser(db.read, { email });
    for (;;) {
      const unproved = known?.emailVerifiedAt === null ? known.passwordHash : null;
      const isRepeated = known !== undefined && (await passwords.verify(unproved, password, signal));
      const passwordHash = known ? known.passwordHash : await passwords.hash(password, signal);
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
      const judged = known && { passwordHash: known.passwordHash, isRepeated };
      const faster = await db.write(actor, (unit) => settle(unit, account, judged));
      if (!faster) return codeSent(now());
      known = faster;
    }
  }

  /** The account as it is, and nothing done, where it is not as it was when it was judged; else null. */
  async function settle(unit: OwnUnit, account: Account, judged: Judged | undefined): Promise<UserRow | null> {
    if (!judged && (await insertUser(unit.tx, account))) {
      await welcome(unit, account);
      return null;
    }
    const owner = await lockUser(unit.tx, { email: account.email });
    if (owner?.emailVerifiedAt === null) {
      if (!judged || owner.passwordHash !== judged.passwordHash) return owner;
      if (!judged.isRepeated) await withdrawPassword(unit, owner);
    }
    await imitate(unit, account);
    if (owner) await tellOwner(unit, owner); // else it was deleted in this very moment
    return null;
  }

  /**
   * Two have given an unproved address different passwords, and which of them has the mailbox nobody knows: so neither
   * password opens the account that its owner confirms; a reset by mail sets one. Names stay those of the first.
   */
  async function withdrawPassword({ tx, audit }: OwnUnit, { id, passwordHash }: UserRow): Promise<void> {
    if (passwordHash === null) return;
    await updateUser(tx, id, { passwordHash: null });
    audit({ action: 'users.password_withdrawn', resourceType: 'user', resourceId: id });
  }

  async function welcome(unit: OwnUnit, account: Account): Promise<void> {
    await admit(unit, account);
    unit.audit({ action: 'users.registered', resourceType: 'user', resourceId: account.id });
    await sendVerification(unit, account);
  }

  /** What every new account has, however it came to be. */
  async function admit(
    unit: OwnUnit,
    { id, email, language, status }: Pick<Account, 'id' | 'email' | 'language' | 'status'>,
  ): Promise<void> {
    await authorization.admit(withoutTables(unit), id, { isSuspended: status === 'pending' });
    await notifications.putRecipient(withoutTables(unit), { userId: id, email, language });
    unit.publish(userEvents.registered, { userId: id });
  }

  /** Does for a known address the work of a new one and takes it back, so that the time of the answer tells nothing. */
  async function imitate(unit: OwnUnit, account: Account): Promise<void> {
    const nothing = () => {};
    const silent = { ...unit, publish: nothing, audit: nothing, enqueue: nothing, invalidate: nothing };
    const decoy = { ...account, email: `${account.id}@decoy.invalid` };
    await takeBack(unit.tx, async () => {
      await insertUser(unit.tx, decoy);
      await welcome(silent, decoy);
    });
    unit.invalidate(DECOYS, account.id); // a new account waits for the other nodes to hear of its role
  }

  /** Once a minute at most, however often somebody registers the address. */
  async function tellOwner(unit: OwnUnit, owner: UserRow): Promise<void> {
    if (owner.status === 'pending') return sendVerification(unit, owner);
    if (!(await codes.mayMail(unit.tx, owner.id, 'alreadyRegistered'))) return;
    await notifications.send(withoutTables(unit), {
      template: 'users.already_registered',
      to: { userId: owner.id },
      category: 'security',
      variables: {},
    });
  }

  /** Nothing during the cooldown: the code that is under way still counts. */
  async function sendVerification(unit: OwnUnit, account: Pick<UserRow, 'id' | 'email'>): Promise<void> {
    const issued = await codes.create(unit.tx, account, 'verification');
    if (issued) await sendCode(unit, account.id, 'verification', issued);
  }

  /** @throws `users.code_invalid`, also for an unknown address and one that is verified already. */
  async function verifyEmail(actor: Actor, input: EmailCode): Promise<void> {
    const email = normaliseEmail(input.email);
    const refusal = await db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { email });
      if (!user || user.status !== 'pending') return userErrors.codeInvalid();
      if (!(await codes.check(unit.tx, user, 'verification', input.code)))
        return refuseCode(unit, user, 'verification'); // the guess counts
      await activate(unit, user);
      return undefined;
    });
    orThrow(refusal);
  }

  /** @throws `users.link_invalid` */
  async function verifyEmailByLink(actor: Actor, { token }: Link): Promise<void> {
    const userId = await codes.findLink(db.read, 'verification', token);
    if (userId === null) throw userErrors.linkInvalid();
    await db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { id: userId });
      if (user?.status !== 'pending') throw userErrors.linkInvalid();
      if (!(await codes.checkLink(unit.tx, userId, 'verification', token))) throw userErrors.linkInvalid();
      await activate(unit, user);
    });
  }

  async function activate(unit: OwnUnit, { id }: UserRow): Promise<void> {
    await codes.spend(unit.tx, id, 'verification');
    await updateUser(unit.tx, id, { status: 'active', emailVerifiedAt: now().toISOString() });
    await authorization.resume(withoutTables(unit), id);
    unit.publish(userEvents.emailVerified, { userId: id });
    unit.audit({ action: 'users.email_verified', resourceType: 'user', resourceId: id });
  }

  /** One token for one installation; it opens nothing once there is an administrator. */
  async function setupToken(): Promise<string | null> {
    if (await authorization.hasAdministrator()) return null;
    return keys.mac(SETUP_PURPOSE, 'first administrator').toString('base64url');
  }

  /** @throws `users.setup_closed` */
  async function setUp({ origin }: Actor, { token, ...registration }: Setup): Promise<SignedInUser> {
    const expected = await setupToken();
    if (expected === null || !isSame(keys, token, expected)) throw userErrors.setupClosed();
    const created = await createAdministrator(registration, { onlyFirst: true, origin });
    if (!created) throw userErrors.setupClosed();
    return created;
  }

  async function createAdministrator(
    input: Registration,
    { onlyFirst, origin = nowhere }: { onlyFirst: boolean; origin?: Origin },
  ): Promise<SignedInUser | null> {
    const email = normaliseEmail(input.email);
    await passwordRules.check(input.password, email);
    const passwordHash = await passwords.hash(input.password);
    const { firstName, lastName } = input;
    return db.write(system('users', origin), async (unit) => {
      await lockSetup(unit.tx);
      if (onlyFirst && (await authorization.hasAdministrator())) return null;
      const account: Account = {
        id: newId(),
        email,
        firstName,
        lastName,
        passwordHash,
        status: 'active',
        language: 'en',
        emailVerifiedAt: now().toISOString(),
      };
      if (!(await insertUser(unit.tx, account))) throw userErrors.emailTaken();
      await admit(unit, account);
      await authorization.makeAdministrator(withoutTables(unit), account.id);
      unit.audit({ action: 'users.administrator_created', resourceType: 'user', resourceId: account.id });
      return { id: account.id, email, firstName, lastName, roles: ['admin', 'user'] };
    });
  }

  /** Part of the worker's unit: sends a code where there is an account that waits for one. */
  async function resendVerification(unit: OwnUnit, email: string): Promise<void> {
    const user = await lockUser(unit.tx, { email });
    if (user?.status === 'pending') await sendVerification(unit, user);
  }

  return {
    register,
    admit,
    sendVerification,
    verifyEmail,
    verifyEmailByLink,
    resendVerification,
    setupToken,
    setUp,
    createAdministrator,
  };
}

export type Registrations = ReturnType<typeof createRegistration>;

/** The answer of every call that may have sent a code. */
export function codeSent(at: Date): CodeSent {
  const expiresAtUtc = new Date(at.getTime() + CODE_MINUTES * 60_000).toISOString();
  return { verificationRequired: true, expiresAtUtc, resendAfterSeconds: COOLDOWN_SECONDS };
}

/** In constant time, whatever the lengths. */
function isSame(keys: UsersParts['keys'], given: string, expected: string): boolean {
  return keys.mac('compare', given).equals(keys.mac('compare', expected));
}
