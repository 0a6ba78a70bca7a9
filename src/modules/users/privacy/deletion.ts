import type { Actor } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { ApiKeys } from '../api-keys/service.ts';
import { userEvents } from '../contract.ts';
import type { OwnUnit } from '../needs.ts';
import type { UsersParts } from '../parts.ts';
import { deleteFactorsOf } from '../factors/queries.ts';
import { anonymise, lockUser, type UserRow } from '../queries.ts';
import type { Sessions } from '../sessions/sessions.ts';

export interface DeletionNeeds extends UsersParts {
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly apiKeys: Pick<ApiKeys, 'reconsider'>;
}

/** Accounts end: what names the person goes at once here, and with `users.deleted` in every other module. */
export function createDeletion({ db, authorization, sessions, apiKeys }: DeletionNeeds) {
  /** Part of the caller's unit, which holds the row. @throws `authorization.last_administrator` */
  async function remove(unit: OwnUnit, { id }: Pick<UserRow, 'id'>): Promise<void> {
    await authorization.remove(withoutTables(unit), id);
    await erase(unit, id);
    unit.publish(userEvents.deleted, { userId: id });
    unit.audit({ action: 'users.deleted', resourceType: 'user', resourceId: id });
  }

  /** Part of the caller's unit; twice is once. */
  async function erase(unit: OwnUnit, id: string): Promise<void> {
    await sessions.endAll(unit, id, 'accountDeleted'); // also those that a node remembers
    await apiKeys.reconsider(unit, id);
    await deleteFactorsOf(unit.tx, id);
    await anonymise(unit.tx, id);
  }

  /** @throws `authorization.last_administrator` */
  async function removeOwn(actor: Actor): Promise<void> {
    await db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { id: actor.id });
      if (user && user.status !== 'deleted') await remove(unit, user);
    });
  }

  return { remove, erase, removeOwn };
}

export type Deletion = ReturnType<typeof createDeletion>;
