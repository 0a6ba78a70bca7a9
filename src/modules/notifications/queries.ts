import { sql, type Expression, type Insertable, type SqlBool } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import type { Right } from '#modules/authorization/contract.ts';
import { notificationErrors, notificationPermissions } from './contract.ts';
import type { MessageRow, NotificationsReader, NotificationsWriter, StoredMessage } from './tables.ts';

/** Type of messages in access lists. */
export const MESSAGE_RESOURCE = 'notification';

/** A condition: whether the access list gives somebody this right to the message `m`. */
export type AccessListCondition = (actor: Actor, right: Right) => Expression<SqlBool>;

/**
 * The one rule for reading: you see messages that you created, that are addressed to you, or that are shared with you.
 */
export function visibleTo(db: NotificationsReader, actor: Actor, isAllowed: AccessListCondition) {
  const rows = db.selectFrom('notifications.message as m');
  if (actor.permissions.has(notificationPermissions.manageAll.code)) return rows;
  return rows.where((eb) =>
    eb.or([eb('m.userId', '=', actor.id), eb('m.createdBy', '=', actor.id), isAllowed(actor, 'read')]),
  );
}

/** Who may change a message: its creator, and those who were given the right. Its recipient may not. */
function changeableBy(tx: NotificationsWriter, actor: Actor, right: Right, isAllowed: AccessListCondition) {
  const rows = tx.selectFrom('notifications.message as m');
  if (actor.permissions.has(notificationPermissions.manageAll.code)) return rows;
  return rows.where((eb) => eb.or([eb('m.createdBy', '=', actor.id), isAllowed(actor, right)]));
}

/** Locks the row until the unit ends: changes of one message and its sending exclude each other. */
export function lockMessage(
  tx: NotificationsWriter,
  actor: Actor,
  id: string,
  right: Right,
  isAllowed: AccessListCondition,
): Promise<StoredMessage | undefined> {
  return changeableBy(tx, actor, right, isAllowed)
    .selectAll('m')
    .where('m.id', '=', id)
    .forUpdate('m')
    .executeTakeFirst();
}

/** For internal use: without a check of access. */
export function lockMessageById(tx: NotificationsWriter, id: string): Promise<StoredMessage | undefined> {
  return tx.selectFrom('notifications.message').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/**
 * Whether a message still waits to be sent.
 * @throws `notifications.already_sent`, or `notifications.ended` for one that will not be sent any more
 */
export function requireWaiting({ id, status }: Pick<StoredMessage, 'id' | 'status'>): void {
  if (status === 'pending' || status === 'scheduled') return;
  const isEnded = status === 'cancelled' || status === 'archived' || status === 'failed';
  throw isEnded ? notificationErrors.ended({ id, status }) : notificationErrors.alreadySent({ id, status });
}

export function insertMessage(tx: NotificationsWriter, row: Insertable<MessageRow>): Promise<StoredMessage> {
  return tx.insertInto('notifications.message').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function updateMessage(
  tx: NotificationsWriter,
  id: string,
  change: Partial<Omit<StoredMessage, 'id' | 'createdAt' | 'updatedAt'>>,
): Promise<StoredMessage> {
  const update = tx.updateTable('notifications.message').set({ ...change, updatedAt: sql<string>`now()` });
  return update.where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}
