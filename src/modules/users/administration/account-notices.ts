import { withoutTables } from '#platform/database/port.ts';
import { on, type EventSubscription } from '#platform/events/port.ts';
import { authorizationEvents } from '#modules/authorization/contract.ts';
import { addressOf, toReceiver } from '../addresses/forms.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { findImported, findUser } from '../queries.ts';
import type { UserRow, UsersTables } from '../tables.ts';
import { occurrenceAt } from '../user-agent.ts';

const { roleAssigned, roleRevoked, userGranted, userUngranted, userDenied, denialLifted } = authorizationEvents;
const rightsChanged = [roleAssigned, roleRevoked, userGranted, userUngranted, userDenied, denialLifted];

/** Tells owners what administrators do to their accounts. */
export function createAccountNotices({
  authorization,
  notifications,
  now,
}: Pick<UsersNeeds, 'authorization' | 'notifications' | 'now'>) {
  /** Part of the caller's unit, before a deletion: the mail goes to the address that the account has now. */
  async function tell(
    unit: UsersUnit,
    user: Pick<UserRow, 'id' | 'email' | 'phone' | 'language'>,
    change: 'locked' | 'disabled' | 'deleted' | 'session' | 'sessions',
  ): Promise<void> {
    await notifications.send(withoutTables(unit), {
      template: 'users.account_changed',
      // A deleted account has no recipient.
      to: change === 'deleted' ? { ...toReceiver(addressOf(user)), language: user.language } : { userId: user.id },
      category: 'security',
      occurrence: occurrenceAt(now()),
      variables: { change },
    });
  }

  /** Not for the rights with which an account begins, nor before its owner has proved the address. */
  async function tellRights(unit: UsersUnit, { userId }: { readonly userId: string }, at: Date): Promise<void> {
    const user = await findUser(unit.tx, { id: userId });
    if (!user || user.status === 'pending' || user.status === 'deleted') return;
    const imported = await findImported(unit.tx, userId); // their time of creation is that in the other system
    if (at <= new Date(imported?.importedAt ?? user.createdAt)) return;
    const roles = await authorization.rolesOf([userId]);
    await notifications.send(withoutTables(unit), {
      template: 'users.rights_changed',
      to: { userId },
      category: 'security',
      occurrence: occurrenceAt(at),
      variables: { roles: (roles.get(userId) ?? []).join(', ') },
    });
  }

  const subscriptions: EventSubscription[] = rightsChanged.map((event) =>
    on<typeof event.payload, UsersTables>(event, tellRights),
  );
  return { tell, subscriptions };
}

export type AccountNotices = ReturnType<typeof createAccountNotices>;
