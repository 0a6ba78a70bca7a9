import { sql } from 'kysely';
import type { NotificationsReader, NotificationsTables, NotificationsWriter, StoredMessage } from '../tables.ts';

/**
 * Deletes a person's address, preferences and inbox, and the messages to them or to their address; attempts and
 * schedules are deleted with the messages. Security messages to the address that are still to be sent stay: one of them may
 * tell the person that the account was deleted. Answers the ids of the messages.
 */
export async function deletePerson(tx: NotificationsWriter, userId: string): Promise<string[]> {
  const personal = ['preference', 'inbox', 'digest', 'recipient'] as const;
  const hashes = await listHashesOf(tx, userId);
  await sql`delete from notifications.opt_out where recipient_hash = any(${hashes}::bytea[])`.execute(tx);
  const { rows: messages } = await sql<{ id: string }>`
    delete from notifications.message
    where user_id = ${userId} or user_id is null and recipient_hash = any(${hashes}::bytea[])
      and not (category = 'security' and status in ('pending', 'sending'))
    returning id`.execute(tx);
  for (const table of personal)
    await tx
      .deleteFrom(`notifications.${table}` as keyof NotificationsTables as 'notifications.inbox')
      .where('userId', '=', userId)
      .execute();
  await tx.updateTable('notifications.message').set({ createdBy: null }).where('createdBy', '=', userId).execute();
  await tx.updateTable('notifications.schedule').set({ createdBy: null }).where('createdBy', '=', userId).execute();
  await tx
    .updateTable('notifications.templateRevision')
    .set({ createdBy: null })
    .where('createdBy', '=', userId)
    .execute();
  return messages.map(({ id }) => id);
}

/** Oldest first, at most so many of those after a message. */
export function listMessagesOf(
  db: NotificationsReader,
  userId: string,
  after: string | null,
  limit: number,
): Promise<StoredMessage[]> {
  const rows = db.selectFrom('notifications.message').selectAll().where('userId', '=', userId);
  return (after === null ? rows : rows.where('id', '>', after)).orderBy('id').limit(limit).execute();
}

/**
 * Hashes of the person's addresses, the present one and those in their messages. Without addresses of rooms, and
 * without an address that is another person's now.
 */
async function listHashesOf(tx: NotificationsWriter, userId: string): Promise<Buffer[]> {
  const { rows } = await sql<{ hash: Buffer }>`
    select email_hash as hash from notifications.recipient where user_id = ${userId} and email_hash is not null
    union
    select recipient_hash from notifications.message m
    where user_id = ${userId} and recipient_hash is not null and channel in ('email', 'sms', 'push')
      and not exists (select from notifications.recipient r where r.email_hash = m.recipient_hash and r.user_id <> ${userId})
    `.execute(tx);
  return rows.map(({ hash }) => hash);
}
