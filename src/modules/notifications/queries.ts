import { sql, type Expression, type Insertable, type SqlBool } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import type { Paging } from '#kernel/page.ts';
import { countRows } from '#platform/database/port.ts';
import type { Right } from '#modules/authorization/contract.ts';
import { notificationPermissions, type NotificationQuery } from './contract.ts';
import type { AttemptRow, MessageRow, NotificationsTables, Reader, Stored, Writer } from './tables.ts';

/** Whether the access list lets somebody do it to the message `m`. */
export type Allows = (actor: Actor, right: Right) => Expression<SqlBool>;

/** The one access rule: you see what you asked for, what is addressed to you, and what you were let see. */
function visibleTo(db: Reader, actor: Actor, allows: Allows) {
  const rows = db.selectFrom('notifications.message as m');
  if (actor.permissions.has(notificationPermissions.manageAll.code)) return rows;
  return rows.where((eb) =>
    eb.or([eb('m.userId', '=', actor.id), eb('m.createdBy', '=', actor.id), allows(actor, 'read')]),
  );
}

/** Who may change a message: who asked for it, and whom they let. Being addressed is not enough. */
function changeableBy(tx: Writer, actor: Actor, right: Right, allows: Allows) {
  const rows = tx.selectFrom('notifications.message as m');
  if (actor.permissions.has(notificationPermissions.manageAll.code)) return rows;
  return rows.where((eb) => eb.or([eb('m.createdBy', '=', actor.id), allows(actor, right)]));
}

const attempts = sql<AttemptRow[]>`coalesce((
  select json_agg(json_build_object('number', a.number, 'provider', a.provider,
    'startedAt', to_char(a.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'durationMs', a.duration_ms,
    'outcome', a.outcome, 'providerMessageId', a.provider_message_id, 'errorClass', a.error_class, 'error', a.error)
    order by a.number)
  from notifications.attempt a where a.message_id = m.id), '[]')`;

export type Listed = Stored & { attempts: AttemptRow[] };

/** Newest first, up to `pageSize + 1` rows, and the capped count. */
export async function listMessages(
  db: Reader,
  actor: Actor,
  { channel, status, from, to }: NotificationQuery,
  paging: Paging,
  allows: Allows,
) {
  let rows = visibleTo(db, actor, allows);
  if (channel) rows = rows.where('m.channel', '=', channel);
  if (status) rows = rows.where('m.status', '=', status);
  if (from) rows = rows.where('m.createdAt', '>=', from);
  if (to) rows = rows.where('m.createdAt', '<', to);
  let page = rows
    .selectAll('m')
    .select(attempts.as('attempts'))
    .orderBy('m.id', 'desc')
    .limit(paging.pageSize + 1)
    .offset(paging.offset);
  if (paging.after) page = page.where('m.id', '<', paging.after.id);
  const found: Listed[] = await page.execute();
  if (paging.after) return { rows: found, total: null };
  return { rows: found, total: await countRows(db, rows) };
}

export function findMessage(db: Reader, actor: Actor, id: string, allows: Allows): Promise<Listed | undefined> {
  const row = visibleTo(db, actor, allows).selectAll('m').select(attempts.as('attempts'));
  return row.where('m.id', '=', id).executeTakeFirst();
}

/** Holds the row's lock until the unit ends, so that changes of one message and its sending take turns. */
export function lockMessage(
  tx: Writer,
  actor: Actor,
  id: string,
  right: Right,
  allows: Allows,
): Promise<Stored | undefined> {
  return changeableBy(tx, actor, right, allows).selectAll('m').where('m.id', '=', id).forUpdate('m').executeTakeFirst();
}

/** For the program itself, whoever the message belongs to. */
export function lockOne(tx: Writer, id: string): Promise<Stored | undefined> {
  return tx.selectFrom('notifications.message').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export function insertMessage(tx: Writer, row: Insertable<MessageRow>): Promise<Stored> {
  return tx.insertInto('notifications.message').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function insertAttempt(tx: Writer, row: AttemptRow): Promise<void> {
  await tx.insertInto('notifications.attempt').values(row).execute();
}

export async function updateMessage(
  tx: Writer,
  id: string,
  change: Partial<Omit<Stored, 'id' | 'createdAt' | 'updatedAt'>>,
): Promise<Stored> {
  const update = tx.updateTable('notifications.message').set({ ...change, updatedAt: sql<string>`now()` });
  return update.where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

/** An attempt that is over, and what its message is now. */
export interface Ended {
  readonly attempt: AttemptRow;
  readonly status: 'sent' | 'failed' | 'pending';
  readonly sentAt: string | null;
}

/**
 * Puts attempts on record and moves their messages, as far as those are still being sent; answers the ids of these. Of a
 * message that is gone nothing is kept. One statement, since this is done for every message there is.
 */
export async function recordAttempts(tx: Writer, ended: readonly Ended[]): Promise<ReadonlySet<string>> {
  const of = <T>(pick: (one: AttemptRow) => T) => ended.map(({ attempt }) => pick(attempt));
  const { rows } = await sql<{ id: string }>`
    with ended as (
      select * from unnest(
        ${of(({ messageId }) => messageId)}::uuid[], ${of(({ number }) => number)}::int[],
        ${of(({ provider }) => provider)}::text[], ${of(({ startedAt }) => startedAt)}::timestamptz[],
        ${of(({ durationMs }) => durationMs)}::int[], ${of(({ outcome }) => outcome)}::text[],
        ${of(({ providerMessageId }) => providerMessageId)}::text[], ${of(({ errorClass }) => errorClass)}::text[],
        ${of(({ error }) => error)}::text[], ${ended.map(({ status }) => status)}::text[],
        ${ended.map(({ sentAt }) => sentAt)}::timestamptz[]
      ) e (id, number, provider, started_at, duration_ms, outcome, provider_message_id, error_class, error, status, sent_at)
    ),
    attempt as (
      insert into notifications.attempt
        (message_id, number, provider, started_at, duration_ms, outcome, provider_message_id, error_class, error)
      select id, e.number, e.provider, e.started_at, e.duration_ms, e.outcome, e.provider_message_id, e.error_class, e.error
      from ended e join notifications.message m using (id)
    )
    update notifications.message m
    set status = e.status, sent_at = e.sent_at, provider = e.provider, updated_at = now()
    from ended e where m.id = e.id and m.status = 'sending'
    returning m.id`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

export async function takeBackAttempt(tx: Writer, id: string, attemptCount: number): Promise<void> {
  const update = tx.updateTable('notifications.message').set({ status: 'pending', attemptCount });
  await update.where('id', '=', id).where('status', '=', 'sending').execute();
}

/** All that a person's messages may be held back by is looked up together with them. */
export type Due = Stored & {
  timeZone: string | null;
  quietFrom: string | null;
  quietTo: string | null;
  wanted: boolean | null;
  /** The address is known to be dead. */
  isSuppressed: boolean;
  /** Attempts for the same recipient within the last minute, up to the limit. */
  recentCount: number;
  /** Until the oldest of them is a minute old. */
  recentEndsInMs: number | null;
};

/** Locks what is to be sent, in the order of ids so that two nodes cannot deadlock. */
export async function lockDue(tx: Writer, ids: readonly string[], perMinute: number): Promise<Due[]> {
  const { rows } = await sql<Due>`
    select m.*, r.time_zone, r.quiet_from::text as quiet_from, r.quiet_to::text as quiet_to,
           coalesce(p.wanted, case when m.user_id is null then o.category is null end) as wanted,
           s.id is not null as is_suppressed,
           coalesce(recent.count, 0)::int as recent_count, recent.ends_in_ms::float8 as recent_ends_in_ms
    from notifications.message m
    left join notifications.recipient r on r.user_id = m.user_id
    left join notifications.preference p on p.user_id = m.user_id and p.category = m.category and p.channel = m.channel
    left join notifications.opt_out o on o.recipient_hash = m.recipient_hash and o.category = m.category
    left join notifications.suppression s on s.channel = m.channel and s.address_hash = m.recipient_hash
    left join lateral (
      select count(*) as count, extract(epoch from min(begun_at) + interval '1 minute' - now()) * 1000 as ends_in_ms
      from (
        select o.begun_at from notifications.message o
        where o.recipient_hash = m.recipient_hash and o.begun_at > now() - interval '1 minute'
        order by o.begun_at desc limit ${perMinute}
      ) newest
    ) recent on true
    where m.id = any(${ids}::uuid[])
    order by m.id for update of m`.execute(tx);
  return rows;
}

/** From now on they are under way; the count is committed before anything is handed over. */
export async function markBegun(tx: Writer, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update notifications.message
    set status = 'sending', attempt_count = attempt_count + 1, begun_at = now(), updated_at = now()
    where id = any(${ids}::uuid[])`.execute(tx);
}

/** Of the addresses that the person has, and had as far as messages tell; not of rooms, nor of what is somebody else's now. */
async function listHashesOf(tx: Writer, userId: string): Promise<Buffer[]> {
  const { rows } = await sql<{ hash: Buffer }>`
    select email_hash as hash from notifications.recipient where user_id = ${userId} and email_hash is not null
    union
    select recipient_hash from notifications.message m
    where user_id = ${userId} and recipient_hash is not null and channel in ('email', 'sms', 'push')
      and not exists (select from notifications.recipient r where r.email_hash = m.recipient_hash and r.user_id <> ${userId})
    `.execute(tx);
  return rows.map(({ hash }) => hash);
}

/**
 * Address and wishes of one person, and the messages to them, also those to their address as such; attempts and schedules
 * go with the messages, whose ids it answers.
 */
export async function deletePerson(tx: Writer, userId: string): Promise<string[]> {
  const personal = ['preference', 'inbox', 'digest', 'recipient'] as const;
  const hashes = await listHashesOf(tx, userId);
  await sql`delete from notifications.opt_out where recipient_hash = any(${hashes}::bytea[])`.execute(tx);
  const { rows: messages } = await sql<{ id: string }>`
    delete from notifications.message
    where user_id = ${userId} or user_id is null and recipient_hash = any(${hashes}::bytea[])
    returning id`.execute(tx);
  for (const table of personal)
    await tx
      .deleteFrom(`notifications.${table}` as keyof NotificationsTables as 'notifications.inbox')
      .where('userId', '=', userId)
      .execute();
  await tx.updateTable('notifications.message').set({ createdBy: null }).where('createdBy', '=', userId).execute();
  await tx.updateTable('notifications.schedule').set({ createdBy: null }).where('createdBy', '=', userId).execute();
  await tx
    .updateTable('notifications.templateRevision')
    .set({ createdBy: null })
    .where('createdBy', '=', userId)
    .execute();
  return messages.map(({ id }) => id);
}

export function listMessagesOf(db: Reader, userId: string): Promise<Stored[]> {
  return db.selectFrom('notifications.message').selectAll().where('userId', '=', userId).orderBy('id').execute();
}
