import { sql } from 'kysely';
import type { NotificationsReader, NotificationsTables, NotificationsWriter, StoredMessage } from '../tables.ts';

/**
 * Deletes at most so many of the messages to a person or to their address; attempts and schedules are deleted with the
 * messages. Security messages to the address that are still to be sent stay: one of them may tell the person that the account
 * was deleted. Answers the ids of the messages: fewer than `limit` when these were the last ones.
 */
export async function deleteMessagesOf(tx: NotificationsWriter, userId: string, limit: number): Promise<string[]> {
  const hashes = await listHashesOf(tx, userId, limit);
  await sql`delete from notifications.opt_out where recipient_hash = any(${hashes}::bytea[])`.execute(tx);
  // First those to the addresses: the person's own messages, by which these are known, go last.
  const { rows: addressed } = await sql<{ id: string }>`
    delete from notifications.message where id = any(array(
      select id from notifications.message
      where user_id is null and recipient_hash is not null and recipient_hash = any(${hashes}::bytea[])
        and not (category = 'security' and status in ('pending', 'sending')) limit ${limit}))
    returning id`.execute(tx);
  if (addressed.length === limit) return addressed.map(({ id }) => id);
  const { rows: own } = await sql<{ id: string }>`
    delete from notifications.message where id = any(array(${nextOf(userId, limit - addressed.length)})) returning id`.execute(
    tx,
  );
  return [...addressed, ...own].map(({ id }) => id);
}

/** Takes the person's id out of at most so many of what they created; answers the most rows that it has changed of one table. */
export async function forgetAuthor(tx: NotificationsWriter, userId: string, limit: number): Promise<number> {
  const authors = [
    sql`notifications.message set created_by = null where created_by = ${userId} and id = any(array(
      select id from notifications.message where created_by = ${userId} limit ${limit}))`,
    sql`notifications.schedule set created_by = null where created_by = ${userId} and id = any(array(
      select id from notifications.schedule where created_by = ${userId} limit ${limit}))`,
    sql`notifications.schedule set message_created_by = null where message_created_by = ${userId} and id = any(array(
      select id from notifications.schedule where message_created_by = ${userId} limit ${limit}))`,
  ];
  let most = 0;
  for (const author of authors) {
    const { numAffectedRows } = await sql`update ${author}`.execute(tx);
    most = Math.max(most, Number(numAffectedRows ?? 0));
  }
  return most;
}

/** Deletes a person's address, preferences and inbox. After the messages: these are found by the address. */
export async function deletePerson(tx: NotificationsWriter, userId: string): Promise<void> {
  const personal = ['preference', 'inbox', 'digest', 'recipient'] as const;
  for (const table of personal)
    await tx
      .deleteFrom(`notifications.${table}` as keyof NotificationsTables as 'notifications.inbox')
      .where('userId', '=', userId)
      .execute();
  await tx
    .updateTable('notifications.templateRevision')
    .set({ createdBy: null })
    .where('createdBy', '=', userId)
    .execute();
}

const nextOf = (userId: string, limit: number) =>
  sql`select id from notifications.message where user_id = ${userId} order by id limit ${limit}`;

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
 * Hashes of the person's addresses, the present one and those in their next messages. Without addresses of rooms, and
 * without an address that is another person's now.
 */
async function listHashesOf(tx: NotificationsWriter, userId: string, limit: number): Promise<Buffer[]> {
  const { rows } = await sql<{ hash: Buffer }>`
    select email_hash as hash from notifications.recipient where user_id = ${userId} and email_hash is not null
    union
    select phone_hash from notifications.recipient where user_id = ${userId} and phone_hash is not null
    union
    select recipient_hash from notifications.message m
    where id = any(array(${nextOf(userId, limit)})) and recipient_hash is not null and channel in ('email', 'sms', 'push')
      and not exists (select from notifications.recipient r where r.email_hash = m.recipient_hash and r.user_id <> ${userId})
      and not exists (select from notifications.recipient r where r.phone_hash = m.recipient_hash and r.user_id <> ${userId})
    `.execute(tx);
  return rows.map(({ hash }) => hash);
}
