import { sql } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import { idsOf, newestFirst, pageOfWays } from '#platform/database/port.ts';
import type { AccessLists } from '#modules/authorization/contract.ts';
import type { NotificationQuery } from '../contract.ts';
import { filteredWays, waysTo } from '../queries.ts';
import type { AttemptRow, NotificationsReader, StoredMessage } from '../tables.ts';

const attempts = sql<AttemptRow[]>`coalesce((
  select json_agg(json_build_object('number', a.number, 'provider', a.provider,
    'startedAt', to_char(a.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'durationMs', a.duration_ms,
    'outcome', a.outcome, 'providerMessageId', a.provider_message_id, 'errorClass', a.error_class, 'error', a.error)
    order by a.number)
  from notifications.attempt a where a.message_id = m.id), '[]')`;

type ReadableLists = Pick<AccessLists, 'listed'>;

export type ListedMessage = StoredMessage & { attempts: AttemptRow[] };

const messages = (db: NotificationsReader) =>
  db.selectFrom('notifications.message as m').selectAll('m').select(attempts.as('attempts'));

/** One page, newest first. */
export function listMessages(db: NotificationsReader, actor: Actor, query: NotificationQuery, lists: ReadableLists) {
  return pageOfWays(db, messages(db), filteredWays(actor, lists, query), query, newestFirst('m.id'));
}

export function findMessage(
  db: NotificationsReader,
  actor: Actor,
  id: string,
  lists: ReadableLists,
): Promise<ListedMessage | undefined> {
  const own = idsOf(waysTo(actor, lists), 'm.id', (column) => sql`${column} = ${id}::uuid`);
  return messages(db)
    .where(sql<boolean>`m.id in ${own}`)
    .executeTakeFirst();
}
