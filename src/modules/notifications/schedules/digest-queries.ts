import { sql } from 'kysely';
import type { DigestRow, StoredMessage, NotificationsWriter } from '../tables.ts';

type NewDigest = Omit<DigestRow, 'isOpen'>;

/** The open digest of that person, category and channel, or else this new one. Locked until the unit ends. */
export async function openDigest(tx: NotificationsWriter, { id, userId, category, channel, dueAt }: NewDigest) {
  const { rows } = await sql<{ id: string; dueAt: string; isNew: boolean }>`
    insert into notifications.digest as d (id, user_id, category, channel, due_at)
    values (${id}, ${userId}, ${category}, ${channel}, ${dueAt})
    on conflict (user_id, category, channel) where is_open do update set due_at = d.due_at
    returning d.id, d.due_at, d.id = ${id}::uuid as is_new`.execute(tx);
  const [digest] = rows;
  if (!digest) throw new Error('a digest could not be opened');
  return digest;
}

/** Undefined when it is closed already, or its person was erased. */
export function closeDigest(tx: NotificationsWriter, id: string): Promise<NewDigest | undefined> {
  const open = tx.updateTable('notifications.digest').set({ isOpen: false }).where('id', '=', id);
  return open.where('isOpen', '=', true).returning(['id', 'userId', 'category', 'channel', 'dueAt']).executeTakeFirst();
}

/** The messages of a digest that were not cancelled, oldest first. */
export function lockCollected(tx: NotificationsWriter, digestId: string): Promise<StoredMessage[]> {
  const rows = tx.selectFrom('notifications.message').selectAll().where('digestId', '=', digestId);
  return rows.where('status', '=', 'scheduled').orderBy('id').forUpdate().execute();
}

/** At most so many; answers how many. */
export async function deleteClosedDigests(tx: NotificationsWriter, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from notifications.digest where id = any(array(
      select id from notifications.digest where not is_open and due_at < now() - interval '7 days'
      order by due_at limit ${limit}))`.execute(tx);
  return Number(numAffectedRows ?? 0);
}
