import { sql } from 'kysely';
import { COUNT_LIMIT, type PageQuery } from '#kernel/page.ts';
import { pageQuery, type PageOrder } from '#platform/database/port.ts';
import type { NotificationsReader, StoredMessage, NotificationsWriter } from '../tables.ts';

export const MAX_AT_ONCE = 100;

/** Messages that have arrived and were not archived. */
function inboxOf(db: NotificationsReader, userId: string) {
  const rows = db.selectFrom('notifications.message').where('userId', '=', userId);
  // Written out, as in the index, which a parameter would not match.
  return rows.where(sql<boolean>`inbox_seq is not null and status = 'delivered'`);
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
  /** Counted up to `COUNT_LIMIT`: one more than the cap. */
  readonly unreadCount: number;
}

/** The state of the inbox of each of these users. */
export async function inboxStates(db: NotificationsReader, userIds: readonly string[]): Promise<InboxState[]> {
  const { rows } = await sql<InboxState>`
    select u.user_id, coalesce(i.seq, 0)::int8 as seq,
           (select count(*) from (
             select from notifications.message m
             where m.user_id = u.user_id and m.channel = 'inApp' and m.read_at is null and m.status = 'delivered'
             limit ${sql.lit(COUNT_LIMIT)}) counted)::int8 as unread_count
    from unnest(${userIds}::uuid[]) u (user_id) left join notifications.inbox i on i.user_id = u.user_id`.execute(db);
  return rows;
}

export async function inboxState(db: NotificationsReader, userId: string): Promise<InboxState> {
  const [state] = await inboxStates(db, [userId]);
  return state ?? { userId, seq: 0, unreadCount: 0 };
}

/** Marks one in-app message as read. False when there is none; true also when it was read before. */
export async function markRead(tx: NotificationsWriter, userId: string, id: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('notifications.message')
    .where('id', '=', id)
    .where('userId', '=', userId)
    .where('channel', '=', 'inApp')
    .where('status', '=', 'delivered')
    .set({ readAt: sql<string>`coalesce(read_at, now())` })
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0;
}

/** Marks at most so many unread messages as read; answers how many. */
export async function markSomeRead(tx: NotificationsWriter, userId: string, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    update notifications.message set read_at = now() where id = any(array(
      select id from notifications.message
      where user_id = ${userId} and channel = 'inApp' and read_at is null and status = 'delivered' limit ${limit}))
      and read_at is null`.execute(tx);
  return Number(numAffectedRows ?? 0);
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
