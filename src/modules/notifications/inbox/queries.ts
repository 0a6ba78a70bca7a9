import { sql } from 'kysely';
import type { Paging } from '#kernel/page.ts';
import { countRows } from '#platform/database/port.ts';
import type { Reader, Stored, Writer } from '../tables.ts';

export const MOST_AT_ONCE = 100;

/** What has arrived and nobody has put away. */
function inboxOf(db: Reader, userId: string) {
  const rows = db.selectFrom('notifications.message').where('userId', '=', userId);
  return rows.where('inboxSeq', 'is not', null).where('status', '=', 'delivered');
}

/** Newest first, up to `pageSize + 1` rows, and the capped count. */
export async function listInbox(db: Reader, userId: string, paging: Paging) {
  const own = inboxOf(db, userId);
  let page = own
    .selectAll()
    .orderBy('inboxSeq', 'desc')
    .limit(paging.pageSize + 1)
    .offset(paging.offset);
  if (paging.after) page = page.where('inboxSeq', '<', Number(paging.after.value));
  const rows: Stored[] = await page.execute();
  if (paging.after) return { rows, total: null };
  return { rows, total: await countRows(db, own) };
}

/** What has come after a place in the inbox, oldest first, at most 100. */
export function listAfter(db: Reader, userId: string, seq: number): Promise<Stored[]> {
  return inboxOf(db, userId).selectAll().where('inboxSeq', '>', seq).orderBy('inboxSeq').limit(MOST_AT_ONCE).execute();
}

export interface InboxState {
  readonly userId: string;
  /** The newest place; 0 while nothing has come. */
  readonly seq: number;
  readonly unreadCount: number;
}

/** Of each of these people. */
export async function inboxStates(db: Reader, userIds: readonly string[]): Promise<InboxState[]> {
  const { rows } = await sql<InboxState>`
    select u.user_id, coalesce(i.seq, 0)::int8 as seq,
           (select count(*) from notifications.message m
            where m.user_id = u.user_id and m.channel = 'inApp' and m.read_at is null and m.status = 'delivered')::int8
           as unread_count
    from unnest(${userIds}::uuid[]) u (user_id) left join notifications.inbox i on i.user_id = u.user_id`.execute(db);
  return rows;
}

export async function inboxState(db: Reader, userId: string): Promise<InboxState> {
  const [state] = await inboxStates(db, [userId]);
  return state ?? { userId, seq: 0, unreadCount: 0 };
}

/** Marks one in-app message, or all, as read; answers how many there were to mark or marked before. */
export async function markRead(tx: Writer, userId: string, id: string | null): Promise<number> {
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
