import { kindOf } from '#kernel/forms/address.ts';
import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { Language } from '#kernel/language.ts';
import { withoutTables } from '#platform/database/port.ts';
import { columnsOf, provedSince } from '../addresses/forms.ts';
import { codeSent } from '../codes/code-rules.ts';
import type { Codes } from '../codes/service.ts';

import type { Deletion } from '../deletion/service.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { PasswordService } from '../passwords/service.ts';
import { findUser, lockLive } from '../queries.ts';
import type { ToAddress } from '../addresses/typed.ts';
import type { CodeSent } from '../schemas.ts';
import type { UserRow } from '../tables.ts';
import { occurrenceOf } from '../user-agent.ts';
import type { Admission } from './admission.ts';
import { insertAccount, lockOldRegistrations, rollBackAfter, type NewAccount } from './queries.ts';
import type { NewRegistration } from './schemas.ts';
import { withdrawPassword } from '../passwords/withdrawal.ts';

const SIMULATION = 'users.simulated_registration'; // a topic of which no node caches anything
const KEPT_MS = 7 * 86_400_000; // as long as an invitation
const ENDED_AT_ONCE = 10; // in one unit, with some 25 statements for each: a fraction of a second

/** The password hash of an account when it was read, and whether the given password is the same. */
interface PasswordCheck {
  readonly passwordHash: string | null;
  readonly isRepeated: boolean;
}

export interface RegistrationNeeds extends Pick<UsersNeeds, 'db' | 'notifications' | 'now'> {
  readonly toAddress: ToAddress;
  readonly admission: Pick<Admission, 'admit'>;
  readonly passwords: Pick<PasswordService, 'hashing' | 'rules'>;
  readonly codes: Codes;
  readonly deletion: Pick<Deletion, 'remove'>;
}

/** How an account is registered. It is pending until somebody proves the address. */
export function createRegistration(needs: RegistrationNeeds) {
  const { db, toAddress, notifications, admission, passwords, codes, deletion, now } = needs;

  /**
   * The answer and its cost are the same for a known address: there the owner is notified by mail. In both cases one hash
   * is computed. If the account changed meanwhile the password is checked again; this ends, since a password is
   * withdrawn only once.
   */
  async function register(
    actor: Actor,
    input: NewRegistration,
    language: Language,
    signal: AbortSignal,
  ): Promise<CodeSent> {
    const address = await toAddress(input);
    await codes.sms.demand(db.read, actor, address, 'strangers');
    const { firstName, lastName, password } = input;
    await passwords.rules.check(password, { ...columnsOf(address), firstName, lastName });
    let known = await findUser(db.read, { address });
    for (;;) {
      const unverified = known && provedSince(known) === null ? known.passwordHash : null;
      const isRepeated =
        known !== undefined && (await passwords.hashing.verify(unverified, password, actor.origin, signal));
      const passwordHash = known ? known.passwordHash : await passwords.hashing.hash(password, actor.origin, signal);
      const account: NewAccount = {
        id: newId(),
        address,
        firstName,
        lastName,
        passwordHash,
        status: 'pending',
        language,
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
    if (!check && (await insertAccount(unit.tx, account, null))) {
      await welcome(unit, account);
      return null;
    }
    const owner = await lockLive(unit.tx, { address: account.address });
    if (owner && provedSince(owner) === null) {
      if (!check || owner.passwordHash !== check.passwordHash) return owner;
      // Maybe by different people, and it is unknown who owns the mailbox. The names of the first registration stay.
      if (!check.isRepeated) await withdrawPassword(unit, owner);
    }
    await simulateRegistration(unit, account);
    if (owner) await notifyOwner(unit, owner, account.address); // undefined: deleted meanwhile
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
    const simulated = { ...account, address: toSimulated(account) };
    await rollBackAfter(unit.tx, async () => {
      await insertAccount(unit.tx, simulated, null);
      await welcome(silent, simulated);
    });
    unit.invalidate(SIMULATION, account.id); // as for a new account, the answer waits for the other nodes
  }

  /** At most once a minute, also when the address is registered more often. */
  async function notifyOwner(unit: UsersUnit, owner: UserRow, address: string): Promise<void> {
    const { id, status } = owner;
    if (status === 'pending')
      return void (await codes.send(unit, { id, address }, 'verification', { isUnasked: true }));
    if (!(await codes.limits.mayMail(unit.tx, 'alreadyRegistered', address, { isUnasked: true }))) return;
    await notifications.send(withoutTables(unit), {
      template: 'users.already_registered',
      to: { userId: id },
      channels: [kindOf(address) === 'email' ? 'email' : 'sms'],
      category: 'security',
      occurrence: occurrenceOf(unit, now()),
      variables: {},
    });
  }

  /**
   * Deletes some of the registrations that are a week old; not while a mailed code still works, nor invited or imported
   * accounts. Answers whether none is left.
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

/** An address that nobody has, of the same kind and country. */
function toSimulated({ id, address }: Pick<NewAccount, 'id' | 'address'>): string {
  return kindOf(address) === 'email' ? `${id}@simulated.invalid` : `${address}-${id}`;
}

export type RegistrationService = ReturnType<typeof createRegistration>;
