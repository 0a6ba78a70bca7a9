import { sql } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import { newestFirst, pageQuery } from '#platform/database/port.ts';
import type { NotificationQuery } from '../contract.ts';
import { visibleTo, type AccessListCondition } from '../queries.ts';
import type { AttemptRow, NotificationsReader, StoredMessage } from '../tables.ts';

const attempts = sql<AttemptRow[]>`coalesce((
  select json_agg(json_build_object('number', a.number, 'provider', a.provider,
    'startedAt', to_char(a.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'durationMs', a.duration_ms,
    'outcome', a.outcome, 'providerMessageId', a.provider_message_id, 'errorClass', a.error_class, 'error', a.error)
    order by a.number)
  from notifications.attempt a where a.message_id = m.id), '[]')`;

export type ListedMessage = StoredMessage & { attempts: AttemptRow[] };

/** One page, newest first. */
export function listMessages(
  db: NotificationsReader,
  actor: Actor,
  query: NotificationQuery,
  isAllowed: AccessListCondition,
) {
  const { channel, status, from, to } = query;
  let rows = visibleTo(db, actor, isAllowed).selectAll('m').select(attempts.as('attempts'));
  if (channel) rows = rows.where('m.channel', '=', channel);
  if (status) rows = rows.where('m.status', '=', status);
  if (from) rows = rows.where('m.createdAt', '>=', from);
  if (to) rows = rows.where('m.createdAt', '<', to);
  return pageQuery(db, rows, query, newestFirst('m.id'));
}

export function findMessage(
  db: NotificationsReader,
  actor: Actor,
  id: string,
  isAllowed: AccessListCondition,
): Promise<ListedMessage | undefined> {
  const row = visibleTo(db, actor, isAllowed).selectAll('m').select(attempts.as('attempts'));
  return row.where('m.id', '=', id).executeTakeFirst();
}
