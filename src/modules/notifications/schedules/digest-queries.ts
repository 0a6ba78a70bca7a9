import { sql } from 'kysely';
import type { DigestRow, Stored, Writer } from '../tables.ts';

type NewDigest = Omit<DigestRow, 'isOpen'>;

/** The open window of that person, category and channel, or this one as a new one. Its lock is held until the unit ends. */
export async function openDigest(tx: Writer, { id, userId, category, channel, dueAt }: NewDigest) {
  const { rows } = await sql<{ id: string; isFresh: boolean }>`
    insert into notifications.digest as d (id, user_id, category, channel, due_at)
    values (${id}, ${userId}, ${category}, ${channel}, ${dueAt})
    on conflict (user_id, category, channel) where is_open do update set due_at = d.due_at
    returning d.id, d.id = ${id}::uuid as is_fresh`.execute(tx);
  const [digest] = rows;
  if (!digest) throw new Error('a digest could not be opened');
  return digest;
}

/** Closes the window; undefined when that was done, or its person is gone. */
export function closeDigest(tx: Writer, id: string): Promise<NewDigest | undefined> {
  const open = tx.updateTable('notifications.digest').set({ isOpen: false }).where('id', '=', id);
  return open.where('isOpen', '=', true).returning(['id', 'userId', 'category', 'channel', 'dueAt']).executeTakeFirst();
}

/** What a window has collected and nobody has cancelled, oldest first. */
export function lockCollected(tx: Writer, digestId: string): Promise<Stored[]> {
  const rows = tx.selectFrom('notifications.message').selectAll().where('digestId', '=', digestId);
  return rows.where('status', '=', 'scheduled').orderBy('id').forUpdate().execute();
}

export async function deleteClosedDigests(tx: Writer): Promise<void> {
  await sql`delete from notifications.digest where not is_open and due_at < now() - interval '7 days'`.execute(tx);
}
