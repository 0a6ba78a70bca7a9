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

export type ReportedMessage = Pick<StoredMessage, 'id' | 'channel' | 'status' | 'recipientSealed'>;

/**
 * Changes the status of a `sent` message. A message that was archived, and one whose failure is reported after it was
 * delivered, keep theirs: only the reason changes. Undefined for an unknown message, and when an earlier report has
 * changed it.
 */
export async function applyReport(
  tx: NotificationsWriter,
  provider: string,
  messageId: string,
  status: 'delivered' | 'failed',
): Promise<ReportedMessage | undefined> {
  const { rows } = await sql<ReportedMessage>`
    update notifications.message m set updated_at = now(),
      status = case m.status when 'sent' then ${status} else m.status end,
      delivered_at = case when ${status} = 'delivered' then now() else m.delivered_at end,
      status_reason = case when ${status} = 'failed' then 'reported' when m.status = 'archived' then 'delivered' end
    from notifications.attempt a
    where a.message_id = m.id and a.provider = ${provider} and a.provider_message_id = ${messageId}
      and (m.status = 'sent' or m.status = 'archived' and m.status_reason = 'sent'
        or ${status} = 'failed'
          and (m.status = 'delivered' and m.status_reason is null or m.status = 'archived' and m.status_reason = 'delivered'))
    returning m.id, m.channel, m.status, m.recipient_sealed`.execute(tx);
  return rows[0];
}

/** Whether an attempt at the message is being made, or has ended without a known outcome. */
export async function isBeingSent(db: NotificationsReader, id: string): Promise<boolean> {
  const row = db.selectFrom('notifications.message').select('id').where('id', '=', id).where('attemptCount', '>', 0);
  return (await row.where('status', 'in', ['sending', 'pending']).executeTakeFirst()) !== undefined;
}
