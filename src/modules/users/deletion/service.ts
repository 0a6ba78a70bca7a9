import type { Actor } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { ApiKeys } from '../api-keys/service.ts';
import { userEvents } from '../contract.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { lockOwn } from '../queries.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { UserRow } from '../tables.ts';
import { anonymise } from './queries.ts';

export interface DeletionNeeds extends Pick<UsersNeeds, 'db' | 'authorization'> {
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly apiKeys: Pick<ApiKeys, 'invalidate'>;
}

/** Deletes the personal data of an account: immediately in this module, and on `users.deleted` in every other one. */
export function createDeletion({ db, authorization, sessions, apiKeys }: DeletionNeeds) {
  /** Part of the caller's unit, which holds the row. @throws `authorization.last_administrator` */
  async function remove(unit: UsersUnit, { id }: Pick<UserRow, 'id'>): Promise<void> {
    await authorization.remove(withoutTables(unit), id);
    await erase(unit, id);
    unit.publish(userEvents.deleted, { userId: id });
    unit.audit({ action: 'users.deleted', resourceType: 'user', resourceId: id });
  }

  /** Part of the caller's unit. Idempotent. */
  async function erase(unit: UsersUnit, id: string): Promise<void> {
    await sessions.endAll(unit, id, 'accountDeleted'); // also sessions that nodes have cached
    await apiKeys.invalidate(unit, id);
    await anonymise(unit.tx, id);
  }

  /** @throws `authorization.last_administrator` */
  async function removeOwn(actor: Actor): Promise<void> {
    await db.write(actor, async (unit) => {
      const user = await lockOwn(unit.tx, actor);
      if (user) await remove(unit, user);
    });
  }

  return { remove, erase, removeOwn };
}

export type Deletion = ReturnType<typeof createDeletion>;
