import { sql, type Kysely, type Transaction } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import type { Language } from '#kernel/language.ts';
import { COUNT_LIMIT, type Paging } from '#kernel/page.ts';
import { notificationPermissions, type Channel, type Notification, type NotificationQuery } from './contract.ts';
import type { Suppression } from './suppression-contract.ts';

/** Mirrors migrations/; the only tables this module can name. */
export type NotificationsTables = {
  'notifications.recipient': { userId: string; emailSealed: Buffer; language: Language; timeZone: string };
  'notifications.preference': { userId: string; category: string; channel: Channel; wanted: boolean };
  'notifications.message': MessageRow;
  'notifications.attempt': AttemptRow;
  'notifications.suppression': Suppression & { addressMac: Buffer };
};
export type MessageRow = {
  id: string;
  userId: string | null;
  channel: Channel;
  category: string;
  priority: Notification['priority'];
  template: string;
  language: Language;
  recipientSealed: Buffer;
  contentSealed: Buffer;
  status: Notification['status'];
  readAt: string | null;
  createdAt: string;
  updatedAt: string;
};
export type AttemptRow = Notification['attempts'][number] & { messageId: string; providerMessageId: string | null };
export type Reader = Kysely<NotificationsTables>;
export type Writer = Transaction<NotificationsTables>;

/** The one access rule: you see what is addressed to you; with `manage_all`, everything. */
function visibleTo(db: Reader, actor: Actor) {
  const rows = db.selectFrom('notifications.message as m');
  return actor.permissions.has(notificationPermissions.manageAll.code) ? rows : rows.where('m.userId', '=', actor.id);
}

const attempts = sql<AttemptRow[]>`coalesce((
  select json_agg(json_build_object('number', a.number, 'provider', a.provider,
    'startedAt', to_char(a.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'durationMs', a.duration_ms, 'outcome', a.outcome, 'error', a.error) order by a.number)
  from notifications.attempt a where a.message_id = m.id), '[]')`;

export type Listed = MessageRow & { attempts: AttemptRow[] };

/** Newest first, up to `pageSize + 1` rows, and the capped count. */
export async function listMessages(db: Reader, actor: Actor, { channel, status }: NotificationQuery, paging: Paging) {
  let rows = visibleTo(db, actor);
  if (channel) rows = rows.where('m.channel', '=', channel);
  if (status) rows = rows.where('m.status', '=', status);
  let page = rows
    .selectAll('m')
    .select(attempts.as('attempts'))
    .orderBy('m.id', 'desc')
    .limit(paging.pageSize + 1)
    .offset(paging.offset);
  if (paging.after) page = page.where('m.id', '<', paging.after.id);
  const found: Listed[] = await page.execute();
  if (paging.after) return { rows: found, total: null };
  const counted = db.selectFrom(rows.select('m.id').limit(COUNT_LIMIT).as('counted'));
  const { total } = await counted.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  return { rows: found, total };
}

export function findMessage(db: Reader, actor: Actor, id: string): Promise<Listed | undefined> {
  return visibleTo(db, actor).selectAll('m').select(attempts.as('attempts')).where('m.id', '=', id).executeTakeFirst();
}

/** In-app messages of one person, newest first. */
export async function listInbox(db: Reader, userId: string, { after, pageSize, offset }: Paging) {
  const own = db.selectFrom('notifications.message').where('userId', '=', userId).where('channel', '=', 'inApp');
  let page = own
    .selectAll()
    .orderBy('id', 'desc')
    .limit(pageSize + 1)
    .offset(offset);
  if (after) page = page.where('id', '<', after.id);
  const rows: MessageRow[] = await page.execute();
  if (after) return { rows, total: null };
  const counted = db.selectFrom(own.select('id').limit(COUNT_LIMIT).as('counted'));
  const { total } = await counted.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  return { rows, total };
}

/** Marks one in-app message, or all, as read; answers how many there were to mark or marked before. */
export async function markRead(tx: Writer, userId: string, id: string | null): Promise<number> {
  const own = tx.updateTable('notifications.message').where('userId', '=', userId).where('channel', '=', 'inApp');
  const some = id === null ? own.where('readAt', 'is', null) : own.where('id', '=', id);
  const { numUpdatedRows } = await some
    .set({ readAt: sql<string>`coalesce(read_at, now())` })
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

export async function upsertRecipient(tx: Writer, row: NotificationsTables['notifications.recipient']): Promise<void> {
  const { emailSealed, language, timeZone } = row;
  const insert = tx.insertInto('notifications.recipient').values(row);
  await insert
    .onConflict((conflict) => conflict.column('userId').doUpdateSet({ emailSealed, language, timeZone }))
    .execute();
}

export function findRecipient(db: Reader, userId: string) {
  return db.selectFrom('notifications.recipient').selectAll().where('userId', '=', userId).executeTakeFirst();
}

/** What the person said; null where they said nothing. */
export async function findPreference(
  db: Reader,
  userId: string,
  category: string,
  channel: Channel,
): Promise<boolean | null> {
  const rows = db.selectFrom('notifications.preference').select('wanted').where('userId', '=', userId);
  const row = await rows.where('category', '=', category).where('channel', '=', channel).executeTakeFirst();
  return row?.wanted ?? null;
}

export async function upsertPreference(
  tx: Writer,
  row: NotificationsTables['notifications.preference'],
): Promise<void> {
  const insert = tx.insertInto('notifications.preference').values(row);
  await insert
    .onConflict((conflict) => conflict.columns(['userId', 'category', 'channel']).doUpdateSet({ wanted: row.wanted }))
    .execute();
}

export async function insertMessage(
  tx: Writer,
  row: Omit<MessageRow, 'readAt' | 'createdAt' | 'updatedAt'>,
): Promise<void> {
  const times = { readAt: null, createdAt: sql<string>`now()`, updatedAt: sql<string>`now()` };
  await tx
    .insertInto('notifications.message')
    .values({ ...row, ...times })
    .execute();
}

/** For the worker: whoever it is addressed to. */
export function readMessage(db: Reader, id: string): Promise<MessageRow | undefined> {
  return db.selectFrom('notifications.message').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function insertAttempt(tx: Writer, row: AttemptRow): Promise<void> {
  await tx.insertInto('notifications.attempt').values(row).execute();
}

export async function setStatus(tx: Writer, id: string, status: MessageRow['status']): Promise<void> {
  await tx
    .updateTable('notifications.message')
    .set({ status, updatedAt: sql<string>`now()` })
    .where('id', '=', id)
    .execute();
}

/** Messages, address and wishes of one person; their attempts go with the messages. */
export async function deletePerson(tx: Writer, userId: string): Promise<void> {
  await tx.deleteFrom('notifications.message').where('userId', '=', userId).execute();
  await tx.deleteFrom('notifications.preference').where('userId', '=', userId).execute();
  await tx.deleteFrom('notifications.recipient').where('userId', '=', userId).execute();
}

export function listMessagesOf(db: Reader, userId: string): Promise<MessageRow[]> {
  return db.selectFrom('notifications.message').selectAll().where('userId', '=', userId).orderBy('id').execute();
}
