import type { AccessReason, Actor, ResourceRule } from '#kernel/access.ts';
import { withoutTables, type Db } from '#platform/database/port.ts';
import type { AccessEntry, AccessLists } from '#modules/authorization/contract.ts';
import { notificationErrors, notificationPermissions } from '../contract.ts';
import { lockMessage, MESSAGE_RESOURCE, type AccessListCondition } from '../queries.ts';
import type { NotificationsTables } from '../tables.ts';
import { findMessage } from './queries.ts';

export interface MessageAccessNeeds {
  readonly db: Db<NotificationsTables>;
  readonly isAllowed: AccessListCondition;
  readonly accessLists: AccessLists;
}

/**
 * Access lists of messages: who else may see, change and share a message. Its creator decides, and those who may share
 * it.
 */
export function createMessageAccess({ db, isAllowed, accessLists }: MessageAccessNeeds) {
  /** @throws `notifications.not_found`, `authorization.user_not_found`, `authorization.role_not_found` */
  function put(actor: Actor, id: string, entry: AccessEntry): Promise<AccessEntry> {
    return db.write(actor, async (unit) => {
      if (!(await lockMessage(unit.tx, actor, id, 'manage', isAllowed))) throw notificationErrors.notFound({ id });
      return (await accessLists.put(withoutTables(unit), MESSAGE_RESOURCE, id, entry)).entry;
    });
  }

  /** @throws `notifications.not_found` */
  async function list(actor: Actor, id: string): Promise<{ items: AccessEntry[] }> {
    if (!(await findMessage(db.read, actor, id, accessLists))) throw notificationErrors.notFound({ id });
    return { items: await accessLists.list(MESSAGE_RESOURCE, id) };
  }

  /** Explains why somebody may see or change a message; the same rule as in `queries.ts`. */
  const rule: ResourceRule = {
    resourceType: MESSAGE_RESOURCE,
    permissions: [notificationPermissions.read, notificationPermissions.write, notificationPermissions.access],
    manageAll: notificationPermissions.manageAll,
    async findReason({ id, permissions }, permission, resourceId): Promise<AccessReason | null> {
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
      return accessLists.findReason(id, MESSAGE_RESOURCE, resourceId, right);
    },
  };

  return { put, list, rule };
}

export type MessageAccess = ReturnType<typeof createMessageAccess>;
