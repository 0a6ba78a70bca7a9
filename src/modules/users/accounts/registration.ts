import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { Language } from '#kernel/language.ts';
import { withoutTables } from '#platform/database/port.ts';
import { codeSent } from '../codes/code-rules.ts';
import type { Codes } from '../codes/service.ts';
import type { Registration } from '../contract.ts';
import type { Deletion } from '../deletion/service.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { PasswordService } from '../passwords/service.ts';
import { findAddress, findUser, insertUser, lockLive } from '../queries.ts';
import type { CodeSent } from '../schemas.ts';
import type { UserRow } from '../tables.ts';
import { occurrenceOf } from '../user-agent.ts';
import type { Admission, NewAccount } from './admission.ts';
import { lockOldRegistrations, rollBackAfter } from './queries.ts';
import { withdrawPassword } from './withdrawal.ts';

const SIMULATION = 'users.simulated_registration'; // a topic of which no node caches anything
const KEPT_MS = 7 * 86_400_000; // as long as an invitation
const ENDED_AT_ONCE = 10; // in one unit, with some 25 statements for each: a fraction of a second

/** The password hash of an account when it was read, and whether the given password is the same. */
interface PasswordCheck {
  readonly passwordHash: string | null;
  readonly isRepeated: boolean;
}

export interface RegistrationNeeds extends Pick<UsersNeeds, 'db' | 'notifications' | 'now'> {
  readonly admission: Pick<Admission, 'admit'>;
  readonly passwords: Pick<PasswordService, 'hashing' | 'rules'>;
  readonly codes: Codes;
  readonly deletion: Pick<Deletion, 'remove'>;
}

/** How an account is registered. It is pending until somebody proves the address. */
export function createRegistration(needs: RegistrationNeeds) {
  const { db, notifications, admission, passwords, codes, deletion, now } = needs;

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
    const email = await findAddress(db.read, input.email);
    const { firstName, lastName, password } = input;
    await passwords.rules.check(password, { email, firstName, lastName });
    let known = await findUser(db.read, { email });
    for (;;) {
      const unverified = known?.emailVerifiedAt === null ? known.passwordHash : null;
      const isRepeated =
        known !== undefined && (await passwords.hashing.verify(unverified, password, actor.origin, signal));
      const passwordHash = known ? known.passwordHash : await passwords.hashing.hash(password, actor.origin, signal);
      const account: NewAccount = {
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
    account: NewAccount,
    check: PasswordCheck | undefined,
  ): Promise<UserRow | null> {
    if (!check && (await insertUser(unit.tx, account))) {
      await welcome(unit, account);
      return null;
    }
    const owner = await lockLive(unit.tx, { email: account.email });
    if (owner?.emailVerifiedAt === null) {
      if (!check || owner.passwordHash !== check.passwordHash) return owner;
      // Maybe by different people, and it is unknown who owns the mailbox. The names of the first registration stay.
      if (!check.isRepeated) await withdrawPassword(unit, owner);
    }
    await simulateRegistration(unit, account);
    if (owner) await notifyOwner(unit, owner); // undefined: deleted meanwhile
    return null;
  }

  async function welcome(unit: UsersUnit, account: NewAccount): Promise<void> {
    await admission.admit(unit, account);
    unit.audit({ action: 'users.registered', resourceType: 'user', resourceId: account.id });
    await codes.send(unit, account, 'verification', { isUnasked: true });
  }

  /** Does the work of a registration and rolls it back, so that the response time is that of a new address. */
  async function simulateRegistration(unit: UsersUnit, account: NewAccount): Promise<void> {
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
    if (owner.status === 'pending') return void (await codes.send(unit, owner, 'verification', { isUnasked: true }));
    if (!(await codes.limits.mayMail(unit.tx, 'alreadyRegistered', owner.email, { isUnasked: true }))) return;
    await notifications.send(withoutTables(unit), {
      template: 'users.already_registered',
      to: { userId: owner.id },
      category: 'security',
      occurrence: occurrenceOf(unit, now()),
      variables: {},
    });
  }

  /**
   * Deletes some of the registrations that are a week old; not while a mailed code still works, nor invited accounts. Answers
   * whether none is left.
   */
  async function endOld(unit: UsersUnit): Promise<boolean> {
    const at = now();
    const before = new Date(at.getTime() - KEPT_MS).toISOString();
    const old = await lockOldRegistrations(unit.tx, before, at.toISOString(), ENDED_AT_ONCE);
    for (const pending of old) await deletion.remove(unit, pending);
    return old.length < ENDED_AT_ONCE;
  }

  return { register, endOld };
}

export type RegistrationService = ReturnType<typeof createRegistration>;
