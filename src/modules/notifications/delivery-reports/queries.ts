import { sql } from 'kysely';
import { newestFirst, pageQuery } from '#platform/database/port.ts';
import type { NotificationsTables, NotificationsReader, StoredMessage, NotificationsWriter } from '../tables.ts';
import type { Suppression, SuppressionQuery } from './schemas.ts';

const columns = ['id', 'channel', 'reason', 'provider', 'notificationId', 'createdAt'] as const;

/** An existing suppression stays as it is. */
export async function insertSuppression(
  tx: NotificationsWriter,
  row: Omit<NotificationsTables['notifications.suppression'], 'createdAt'>,
): Promise<void> {
  const insert = tx.insertInto('notifications.suppression').values({ ...row, createdAt: sql<string>`now()` });
  await insert.onConflict((conflict) => conflict.columns(['channel', 'addressHash']).doNothing()).execute();
}

/** One page, newest first. */
export function listSuppressions(db: NotificationsReader, query: SuppressionQuery) {
  const rows = db.selectFrom('notifications.suppression').select(columns);
  return pageQuery(db, query.channel ? rows.where('channel', '=', query.channel) : rows, query, newestFirst());
}

export function deleteSuppression(tx: NotificationsWriter, id: string): Promise<Suppression | undefined> {
  return tx.deleteFrom('notifications.suppression').where('id', '=', id).returning(columns).executeTakeFirst();
}

/** Of all addresses of a person, and of messages to them. Call it before the person's rows are deleted. */
/** Of the addresses in as many of a person's oldest messages, and of the present one. */
export async function deleteSuppressionsOf(tx: NotificationsWriter, userId: string, messages: number): Promise<void> {
  await sql`
    delete from notifications.suppression where address_hash in (
      (select recipient_hash from notifications.message where user_id = ${userId} order by id limit ${messages})
      union all select email_hash from notifications.recipient where user_id = ${userId})`.execute(tx);
}

export type ReportedMessage = Pick<
  StoredMessage,
  'id' | 'channel' | 'status' | 'statusReason' | 'recipientSealed' | 'attemptCount'
>;

const reported = ['id', 'channel', 'status', 'statusReason', 'recipientSealed', 'attemptCount'] as const;

/** Locks the message that the provider took under this id. */
export function lockByReport(
  tx: NotificationsWriter,
  provider: string,
  messageId: string,
): Promise<ReportedMessage | undefined> {
  const taken = tx.selectFrom('notifications.attempt').select('messageId').where('provider', '=', provider);
  const ids = taken.where('providerMessageId', '=', messageId).orderBy('messageId', 'desc').limit(1);
  const row = tx.selectFrom('notifications.message').select(reported).where('id', '=', ids);
  return row.forUpdate().executeTakeFirst();
}

export async function updateReported(
  tx: NotificationsWriter,
  id: string,
  change: Partial<Pick<StoredMessage, 'status' | 'statusReason' | 'deliveredAt'>>,
): Promise<void> {
  const update = tx.updateTable('notifications.message').set({ ...change, updatedAt: sql<string>`now()` });
  await update.where('id', '=', id).execute();
}

/** Locks a message by our own id, and says whether an attempt of this provider at it is on record. */
export async function lockAttempted(
  tx: NotificationsWriter,
  provider: string,
  id: string,
): Promise<(ReportedMessage & { isAttempted: boolean }) | undefined> {
  const row = tx.selectFrom('notifications.message').select(reported).where('id', '=', id);
  const message = await row.forUpdate().executeTakeFirst();
  if (!message) return undefined;
  const attempts = tx.selectFrom('notifications.attempt').select('number').where('messageId', '=', id);
  const attempt = await attempts.where('provider', '=', provider).limit(1).executeTakeFirst();
  return { ...message, isAttempted: attempt !== undefined };
}
