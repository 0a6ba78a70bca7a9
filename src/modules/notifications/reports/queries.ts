import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { newestFirst, pageOfWays } from '#platform/database/port.ts';
import { waysToAll } from '../queries.ts';
import type { NotificationsReader, StoredMessage } from '../tables.ts';
import type { DetailsQuery } from './schemas.ts';

const latencyMs = sql<number | null>`
  round(extract(epoch from m.sent_at - coalesce(m.scheduled_at, m.created_at)) * 1000)::int8`;
const lastError = sql<string | null>`(
  select a.error from notifications.attempt a where a.message_id = m.id and a.error is not null
  order by a.number desc limit 1)`;

export type DetailRow = Pick<
  StoredMessage,
  | 'id'
  | 'channel'
  | 'category'
  | 'template'
  | 'status'
  | 'statusReason'
  | 'provider'
  | 'attemptCount'
  | 'createdAt'
  | 'sentAt'
  | 'recipientSealed'
> & { latencyMs: number | null; lastError: string | null };

/** One page of all messages created at `from` or later, newest first. */
export function listDetails(db: NotificationsReader, query: DetailsQuery, from: string) {
  const rows = db
    .selectFrom('notifications.message as m')
    .select(['m.id', 'm.channel', 'm.category', 'm.template', 'm.status', 'm.statusReason', 'm.provider'])
    .select(['m.attemptCount', 'm.createdAt', 'm.sentAt', 'm.recipientSealed'])
    .select([latencyMs.as('latencyMs'), lastError.as('lastError')]);
  const { userId, channel, status, provider, template, category, to } = query;
  const filters: RawBuilder<SqlBool>[] = [];
  if (userId) filters.push(sql`m.user_id = ${userId}`);
  if (status) filters.push(sql`m.status = ${status}`);
  if (channel) filters.push(sql`m.channel = ${channel}`);
  const indexed = filters.splice(0, 1); // an account, a state or a channel has an index in the order of the ids
  if (provider) filters.push(sql`m.provider = ${provider}`);
  if (template) filters.push(sql`m.template = ${template}`);
  if (category) filters.push(sql`m.category = ${category}`);
  const ways = waysToAll(indexed, { from, to }, filters.length > 0);
  return pageOfWays(db, rows, { table: 'notifications.message m', ways, filters }, query, newestFirst('m.id'));
}
