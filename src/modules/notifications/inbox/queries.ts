import { sql } from 'kysely';
import type { PageQuery } from '#kernel/page.ts';
import { pageQuery, type PageOrder } from '#platform/database/port.ts';
import type { NotificationsReader, StoredMessage, NotificationsWriter } from '../tables.ts';

export const MAX_AT_ONCE = 100;

/** Messages that have arrived and were not archived. */
function inboxOf(db: NotificationsReader, userId: string) {
  const rows = db.selectFrom('notifications.message').where('userId', '=', userId);
  return rows.where('inboxSeq', 'is not', null).where('status', '=', 'delivered');
}

/** By arrival, newest first; the cursor has the place in the inbox. */
const byArrival: PageOrder<StoredMessage> = {
  name: 'inbox:desc',
  direction: 'desc',
  by: { sql: 'inbox_seq', type: 'int8' },
  value: ({ inboxSeq }) => String(inboxSeq),
  isValue: (text) => /^\d{1,15}$/.test(text),
};

/** One page, newest first. */
export function listInbox(db: NotificationsReader, userId: string, query: PageQuery) {
  return pageQuery(db, inboxOf(db, userId).selectAll(), query, byArrival);
}

/** Messages after a place in the inbox, oldest first, at most 100. */
export function listAfter(db: NotificationsReader, userId: string, seq: number): Promise<StoredMessage[]> {
  return inboxOf(db, userId).selectAll().where('inboxSeq', '>', seq).orderBy('inboxSeq').limit(MAX_AT_ONCE).execute();
}

export interface InboxState {
  readonly userId: string;
  /** The newest place; 0 for an empty inbox. */
  readonly seq: number;
  readonly unreadCount: number;
}

/** The state of the inbox of each of these users. */
export async function inboxStates(db: NotificationsReader, userIds: readonly string[]): Promise<InboxState[]> {
  const { rows } = await sql<InboxState>`
    select u.user_id, coalesce(i.seq, 0)::int8 as seq,
           (select count(*) from notifications.message m
            where m.user_id = u.user_id and m.channel = 'inApp' and m.read_at is null and m.status = 'delivered')::int8
           as unread_count
    from unnest(${userIds}::uuid[]) u (user_id) left join notifications.inbox i on i.user_id = u.user_id`.execute(db);
  return rows;
}

export async function inboxState(db: NotificationsReader, userId: string): Promise<InboxState> {
  const [state] = await inboxStates(db, [userId]);
  return state ?? { userId, seq: 0, unreadCount: 0 };
}

/** Marks one in-app message, or all, as read. Answers how many: of one message 1 also when it was read before. */
export async function markRead(tx: NotificationsWriter, userId: string, id: string | null): Promise<number> {
  const own = tx
    .updateTable('notifications.message')
    .where('userId', '=', userId)
    .where('channel', '=', 'inApp')
    .where('status', '=', 'delivered');
  const some = id === null ? own.where('readAt', 'is', null) : own.where('id', '=', id);
  const { numUpdatedRows } = await some
    .set({ readAt: sql<string>`coalesce(read_at, now())` })
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** The next place in the person's inbox. Locked until the unit ends, so that places are in the order of commits. */
export async function takeInboxPlace(tx: NotificationsWriter, userId: string): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    insert into notifications.inbox as i (user_id, seq) values (${userId}, 1)
    on conflict (user_id) do update set seq = i.seq + 1 returning seq`.execute(tx);
  const [place] = rows;
  if (!place) throw new Error(`the inbox of ${userId} gave no place`);
  return place.seq;
}
