import { sql } from 'kysely';
import type { AttemptRow, NotificationsWriter, StoredMessage } from '../tables.ts';

export async function insertAttempt(tx: NotificationsWriter, row: AttemptRow): Promise<void> {
  await tx.insertInto('notifications.attempt').values(row).execute();
}

/** An attempt that has ended, and the state of its message after it. */
export interface EndedAttempt {
  readonly attempt: AttemptRow;
  readonly status: 'sent' | 'failed' | 'pending';
  readonly sentAt: string | null;
  /** The attempt reached no provider: it stays on record and does not count. */
  readonly isSpared: boolean;
}

/**
 * Records attempts and changes the state of their messages that are still `sending`; answers the ids of these. For a
 * message that was erased meanwhile nothing is recorded. One statement, because every message of every channel needs
 * it.
 */
export async function recordAttempts(
  tx: NotificationsWriter,
  ended: readonly EndedAttempt[],
): Promise<ReadonlySet<string>> {
  const of = <T>(pick: (one: AttemptRow) => T) => ended.map(({ attempt }) => pick(attempt));
  const { rows } = await sql<{ id: string }>`
    with ended as (
      select * from unnest(
        ${of(({ messageId }) => messageId)}::uuid[], ${of(({ number }) => number)}::int[],
        ${of(({ provider }) => provider)}::text[], ${of(({ startedAt }) => startedAt)}::timestamptz[],
        ${of(({ durationMs }) => durationMs)}::int[], ${of(({ outcome }) => outcome)}::text[],
        ${of(({ providerMessageId }) => providerMessageId)}::text[], ${of(({ errorClass }) => errorClass)}::text[],
        ${of(({ error }) => error)}::text[], ${ended.map(({ status }) => status)}::text[],
        ${ended.map(({ sentAt }) => sentAt)}::timestamptz[], ${ended.map(({ isSpared }) => Number(isSpared))}::int[]
      ) e (id, number, provider, started_at, duration_ms, outcome, provider_message_id, error_class, error, status,
        sent_at, spared)
    ),
    -- Of an outage the first attempt and the last one are kept, by provider and class: there may be a thousand.
    superseded as (
      delete from notifications.attempt a using ended e
      where e.spared = 1 and a.message_id = e.id and a.provider = e.provider and a.error_class = e.error_class and exists (
        select from notifications.attempt b
        where b.message_id = a.message_id and b.number < a.number and b.provider = a.provider and b.error_class = a.error_class
      )
    ),
    attempt as (
      insert into notifications.attempt
        (message_id, number, provider, started_at, duration_ms, outcome, provider_message_id, error_class, error)
      select id, e.number, e.provider, e.started_at, e.duration_ms, e.outcome, e.provider_message_id, e.error_class, e.error
      from ended e join notifications.message m using (id)
    )
    update notifications.message m
    set status = e.status, sent_at = e.sent_at, spared_count = m.spared_count + e.spared, provider = e.provider, updated_at = now()
    from ended e where m.id = e.id and m.status = 'sending'
    returning m.id`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

export async function undoAttempt(tx: NotificationsWriter, id: string, attemptCount: number): Promise<void> {
  const update = tx.updateTable('notifications.message').set({ status: 'pending', attemptCount });
  await update.where('id', '=', id).where('status', '=', 'sending').execute();
}

/** A message with everything that can delay or block it, found by one query. */
export type DueMessage = StoredMessage & {
  timeZone: string | null;
  quietFrom: string | null;
  quietTo: string | null;
  wanted: boolean | null;
  /** The provider said that this address no longer exists. */
  isSuppressed: boolean;
  /** When its first attempt began; null before that one is recorded. */
  firstTriedAt: string | null;
  /** Attempts for the same recipient within the last minute, up to the limit. */
  recentCount: number;
  /** Until the oldest of these attempts is a minute old; null without one. */
  recentEndsInMs: number | null;
};

/** Locks the messages in the order of their ids, so that two nodes cannot deadlock. */
export async function lockDueMessages(
  tx: NotificationsWriter,
  ids: readonly string[],
  perMinute: number,
): Promise<DueMessage[]> {
  const { rows } = await sql<DueMessage>`
    select m.*, r.time_zone, r.quiet_from::text as quiet_from, r.quiet_to::text as quiet_to,
           coalesce(p.wanted, case when m.user_id is null then o.category is null end) as wanted,
           s.id is not null as is_suppressed,
           case when m.attempt_count > 0 then (
             select a.started_at from notifications.attempt a where a.message_id = m.id order by a.number limit 1
           ) end as first_tried_at,
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

/** Counts one attempt for each; committed before a provider is called. */
export async function markSending(tx: NotificationsWriter, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update notifications.message
    set status = 'sending', attempt_count = attempt_count + 1, begun_at = now(), updated_at = now(),
        status_reason = null, held_until = null
    where id = any(${ids}::uuid[])`.execute(tx);
}
