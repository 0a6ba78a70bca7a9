import { system } from '#kernel/access.ts';
import { parseEmail } from '#kernel/forms/email-address.ts';
import { withoutTables } from '#platform/database/port.ts';
import { localPart } from '../addresses/forms.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { findUser, lockLive, updateUser } from '../queries.ts';
import { listUnfolded, takeUnfolded } from './queries.ts';

/**
 * Gives accounts from before addresses had one form that form, once; at every start, for the accounts that the migration
 * has listed. An account keeps its spelling as a twin, by which it is found, if another account has the form, or if the
 * form would be another mailbox: an invisible character in the part before the `@` may make a difference to its server.
 */
export function createAddressForms({ db, notifications }: Pick<UsersNeeds, 'db' | 'notifications'>) {
  /** Two nodes may do it at the same time. Accounts with a proved address come first, then the oldest. */
  async function fold(): Promise<void> {
    for (const userId of await listUnfolded(db.read)) await db.write(system('users'), (unit) => foldOne(unit, userId));
  }

  async function foldOne(unit: UsersUnit, userId: string): Promise<void> {
    const user = await lockLive(unit.tx, { id: userId });
    if (!(await takeUnfolded(unit.tx, userId)) || !user) return;
    const { email: spelling, phone, language } = user;
    const email = spelling && parseEmail(spelling);
    if (spelling === null || email === null || email === spelling || localPart(email) !== localPart(spelling)) return;
    if (await findUser(unit.tx, { address: email })) return;
    await updateUser(unit.tx, userId, { email });
    await notifications.putRecipient(withoutTables(unit), { userId, email, phone, language });
    unit.audit({ action: 'users.email_form_changed', resourceType: 'user', resourceId: userId });
  }

  return { fold };
}
