import { kindOf } from '#kernel/forms/address.ts';
import { newId } from '#kernel/id.ts';
import { withoutTables } from '#platform/database/port.ts';
import { addressOf, columnsOf, toProved } from '../addresses/forms.ts';
import { deleteCodes, deleteSent, isInvited } from '../codes/queries.ts';
import { userEvents } from '../contract.ts';
import type { Deletion } from '../deletion/service.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { lockLive, updateUser } from '../queries.ts';
import type { UserRow } from '../tables.ts';
import { insertAccount, type NewAccount, type Person } from './queries.ts';

/** Why an account is opened: its person has proved the address, or an administrator invites them. */
type Reason = 'proof' | 'invitation';

export interface AdmissionNeeds extends Pick<UsersNeeds, 'authorization' | 'notifications' | 'now'> {
  readonly deletion: Pick<Deletion, 'remove'>;
}

/**
 * Who gets the account of an address. Anybody can register an address, so a pending account belongs to nobody. The
 * person who proves the address, in any way, gets it, and nothing that was registered with it stays. All methods are part
 * of the caller's unit.
 */
export function createAdmission({ authorization, notifications, deletion, now }: AdmissionNeeds) {
  /**
   * A new account, or the pending one with this address: what it was registered with is replaced; what administrators gave
   * it stays. Null when somebody has proved the address before, or when somebody is to be invited who is invited already.
   * An invited account stays pending. @throws `authorization.exceeds_own`, for an invitation
   */
  async function open(unit: UsersUnit, person: Person, reason: Reason): Promise<NewAccount | null> {
    const isProved = reason === 'proof';
    const account: NewAccount = {
      ...person,
      id: newId(),
      status: isProved ? 'active' : 'pending',
    };
    if (await insertAccount(unit.tx, account, isProved ? now().toISOString() : null)) {
      await admit(unit, account);
      return account;
    }
    const pending = await lockLive(unit.tx, { address: person.address });
    if (pending?.status !== 'pending') return null;
    if (reason === 'invitation' && !(await mayInvite(unit, pending))) return null;
    await takeOver(unit, pending, person, reason);
    return { ...account, id: pending.id };
  }

  /** An invitation changes the account, so the administrator must hold at least what was given to it. */
  async function mayInvite(unit: UsersUnit, { id }: UserRow): Promise<boolean> {
    const isEntrusted = await authorization.holdsMoreThanDefault(withoutTables(unit), id);
    if (isEntrusted) await authorization.requireNoMore(withoutTables(unit), id);
    return !(await isInvited(unit.tx, id));
  }

  async function takeOver(unit: UsersUnit, pending: UserRow, person: Person, reason: Reason): Promise<void> {
    const { id } = pending;
    const { address, firstName, lastName, passwordHash, language } = person;
    await deleteSent(unit.tx, id);
    await updateUser(unit.tx, id, { firstName, lastName, passwordHash, language });
    await notifications.putRecipient(withoutTables(unit), { userId: id, ...columnsOf(address), language });
    unit.audit({
      action: 'users.registration_taken_over',
      resourceType: 'user',
      resourceId: id,
      payload: { reason },
    });
    if (reason === 'proof') await confirm(unit, pending, passwordHash);
  }

  /** What every new account gets: its role, its recipient, and the event. */
  async function admit(
    unit: UsersUnit,
    { id, address, language, status }: Pick<NewAccount, 'id' | 'address' | 'language' | 'status'>,
  ): Promise<void> {
    await authorization.admit(withoutTables(unit), id, { isSuspended: status === 'pending' });
    await notifications.putRecipient(withoutTables(unit), { userId: id, ...columnsOf(address), language });
    unit.publish(userEvents.registered, { userId: id });
  }

  /**
   * The owner has proved the address. The account becomes active, with this password instead of the one before. An
   * invitation remains valid until there is a password.
   */
  async function confirm(unit: UsersUnit, user: UserRow, passwordHash: string | null): Promise<void> {
    const { id, status } = user;
    const proved = toProved(addressOf(user), now().toISOString());
    await updateUser(unit.tx, id, { passwordHash, status: 'active', ...proved });
    if (passwordHash === null) await deleteCodes(unit.tx, id, 'verification');
    else await deleteSent(unit.tx, id);
    await authorization.resume(withoutTables(unit), id);
    if (status === 'pending') unit.publish(provedEventOf(user), { userId: id });
  }

  /** Frees the address for another account, whose owner has proved it. Does nothing for the account of somebody else. */
  async function endPending(unit: UsersUnit, address: string): Promise<void> {
    const pending = await lockLive(unit.tx, { address });
    if (pending?.status === 'pending') await deletion.remove(unit, pending);
  }

  return { open, admit, confirm, endPending };
}

/** What tells others that the address of a registration is proved. */
function provedEventOf(user: UserRow) {
  return kindOf(addressOf(user)) === 'email' ? userEvents.emailVerified : userEvents.phoneVerified;
}

export type Admission = ReturnType<typeof createAdmission>;
