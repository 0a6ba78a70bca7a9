import type { Actor, Ground, ResourceRule } from '#kernel/access.ts';
import { withoutTables, type Db } from '#platform/database/port.ts';
import type { AccessEntry, AccessLists } from '#modules/authorization/contract.ts';
import { notificationErrors, notificationPermissions } from '../contract.ts';
import { findMessage, lockMessage, type Allows } from '../queries.ts';
import type { NotificationsTables } from '../tables.ts';

export const RESOURCE_TYPE = 'notification';

export interface SharingNeeds {
  readonly db: Db<NotificationsTables>;
  readonly allows: Allows;
  readonly accessLists: AccessLists;
}

/** Who else may see and manage a message. Theirs to say who asked for it, and whom they let. */
export function createSharing({ db, allows, accessLists }: SharingNeeds) {
  /** @throws `notifications.not_found`, `authorization.user_not_found`, `authorization.role_not_found` */
  function put(actor: Actor, id: string, entry: AccessEntry): Promise<AccessEntry> {
    return db.write(actor, async (unit) => {
      if (!(await lockMessage(unit.tx, actor, id, 'manage', allows))) throw notificationErrors.notFound({ id });
      return accessLists.put(withoutTables(unit), RESOURCE_TYPE, id, entry);
    });
  }

  /** @throws `notifications.not_found` */
  async function list(actor: Actor, id: string): Promise<{ items: AccessEntry[] }> {
    if (!(await findMessage(db.read, actor, id, allows))) throw notificationErrors.notFound({ id });
    return { items: await accessLists.list(RESOURCE_TYPE, id) };
  }

  /** Tells by which rule somebody sees or changes a message; the same as in `queries.ts`. */
  const rule: ResourceRule = {
    resourceType: RESOURCE_TYPE,
    permissions: [notificationPermissions.read, notificationPermissions.write, notificationPermissions.access],
    async ground({ id, permissions }, permission, resourceId): Promise<Ground | null> {
      const row = await db.read
        .selectFrom('notifications.message')
        .select(['createdBy', 'userId'])
        .where('id', '=', resourceId)
        .executeTakeFirst();
      if (!row) return null;
      const isRead = permission === notificationPermissions.read.code;
      if (row.createdBy === id || (isRead && row.userId === id)) return { code: 'owner' };
      const { code } = notificationPermissions.manageAll;
      if (permissions.has(code)) return { code: 'permission', permission: code };
      const right = isRead ? 'read' : permission === notificationPermissions.write.code ? 'write' : 'manage';
      return accessLists.ground(id, RESOURCE_TYPE, resourceId, right);
    },
  };

  return { put, list, rule };
}
