import type { Cause } from '#kernel/access.ts';
import type { Pool } from '#platform/database/pool.ts';
import { RELAY, type Cursor, type StoredEvent } from '../cursor.ts';
import { toKey } from '../parking.ts';
import type { Page } from '../runner.ts';

const PAGE = 2000;
const LOOK_MS = 100;
const LOCK_TIMEOUT = '55P03';
const CATCH_UP = 200; // events that are read at once, with their bodies

/** The state of a received event in the database. */
export interface Received {
  readonly isDone: boolean;
  readonly isKeyParked: boolean;
  /** The inbox has no day for it: it is older than what the inbox remembers, or its time was changed. */
  readonly isOutOfDays: boolean;
  /** As the log has them; null when it does not have this event. */
  readonly origin: Cause | null;
  readonly body: unknown;
  /** The event before, of its key and of a type of the consumer, if that is neither handled nor parked. */
  readonly missing: string | null;
}

/** The state of an event that the log does not have. */
export const UNKNOWN: Received = {
  isDone: false,
  isKeyParked: false,
  isOutOfDays: false,
  origin: null,
  body: null,
  missing: null,
};

/** An event of the log and what one consumer has done with it. */
export interface Logged extends Pick<StoredEvent, 'pos' | 'xid' | 'key'> {
  readonly isDone: boolean;
}

const isIn = (event: string, consumer: string) =>
  `exists (select 1 from platform.inbox i where i.consumer = ${consumer} and i.event_id = ${event}.id and i.event_at = ${event}.at)`;
const isParkedAs = (event: string, name: string) =>
  `exists (select 1 from platform.work w where w.key = ${name} || ':' || ${event}.key
     and w.ref = ${name} || ' ' || ${event}.xid || ' ' || ${event}.pos)`;

/**
 * What the database knows of received events, in their order. Of an event with values that PostgreSQL refuses it knows
 * nothing: other programs may write to the broker, and no message of theirs may stop a queue.
 */
export async function readReceived(
  pool: Pool,
  consumer: string,
  types: readonly string[],
  events: readonly StoredEvent[],
): Promise<Received[]> {
  try {
    return await lookUp(pool, consumer, types, events);
  } catch (error) {
    if (!isAboutValues(error)) throw error;
    if (events.length === 1) return [UNKNOWN];
    const states: Received[] = [];
    for (const event of events) states.push(...(await readReceived(pool, consumer, types, [event])));
    return states;
  }
}

/** SQLSTATE 22 (data exception) and 54 (a limit of the program); all others may be gone at the next try. */
function isAboutValues(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(22|54)[0-9A-Z]{3}$/.test(String(error.code));
}

async function lookUp(
  pool: Pool,
  consumer: string,
  types: readonly string[],
  events: readonly StoredEvent[],
): Promise<Received[]> {
  if (events.length === 0) return [];
  const { rows } = await pool.query<Received>(
    `select ${isIn('e', '$1')} as "isDone",
       exists (select 1 from platform.work where key = e.work_key and not parked) as "isKeyParked",
       to_regclass('platform.inbox_' || to_char(e.at at time zone 'utc', 'YYYYMMDD')) is null as "isOutOfDays",
       l.origin, l.body,
       case when p.id is null
         or coalesce(pg_visible_in_snapshot(p.xid, (select seen from platform.cursor where consumer = $1)), true)
         or ${isIn('p', '$1')} or ${isParkedAs('p', '$1')} then null else p.id end as missing
     from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::xid8[], $7::bigint[], $9::text[])
       with ordinality e (id, at, key, work_key, xid, pos, type, ord)
     left join platform.event l
       on l.xid = e.xid and l.pos = e.pos and l.at = e.at and l.id = e.id and l.key = e.key and l.type = e.type
     left join lateral (
       select id, xid, pos, at, key from platform.event b
       where b.key = e.key and b.pos < e.pos and b.at < e.at + interval '1 day' and b.type = any ($8)
       order by b.pos desc limit 1
     ) p on true
     order by e.ord`,
    [
      consumer,
      events.map(({ id }) => id),
      events.map(({ at }) => at),
      events.map(({ key }) => key),
      events.map(({ key }) => toKey(consumer, key)),
      events.map(({ xid }) => xid),
      events.map(({ pos }) => pos),
      types,
      events.map(({ type }) => type),
    ],
  );
  return rows;
}

/** The first events of these keys, before these places, that a consumer has neither handled nor parked; in order. */
export async function readMissing(
  pool: Pool,
  consumer: string,
  types: readonly string[],
  before: readonly Pick<StoredEvent, 'key' | 'pos'>[],
): Promise<StoredEvent[]> {
  const { rows } = await pool.query<StoredEvent>(
    `select e.pos, e.xid::text, e.id, e.at::text as at, e.type, e.key, e.origin, e.body
     from unnest($3::text[], $4::bigint[]) k (key, pos)
     join platform.event e on e.key = k.key and e.pos < k.pos and e.type = any ($2)
     where not pg_visible_in_snapshot(e.xid, (select seen from platform.cursor where consumer = $1))
       and not ${isIn('e', '$1')} and not ${isParkedAs('e', '$1')}
     order by e.pos limit ${CATCH_UP}`,
    [consumer, types, before.map(({ key }) => key), before.map(({ pos }) => pos)],
  );
  return rows;
}

/** The events that the relay has passed and the consumer's low-water mark has not; refused ones count as done. */
export async function readLogged(
  pool: Pool,
  { consumer, seen, head, pos }: Cursor,
  types: readonly string[],
): Promise<Page<Logged>> {
  const { rows } = await pool.query<Logged & { head: string; id: string | null }>(
    `select h.head::text as head, e.pos, e.xid::text, e.id, e.key,
       ${isIn('e', '$4')} or ${isParkedAs('e', '$4')} or ${isParkedAs('e', `'relay'`)} as "isDone"
     from (select coalesce($2::pg_snapshot, (select seen from platform.cursor where consumer = '${RELAY}')) as head) h
     left join lateral platform.unseen_events($1::pg_snapshot, h.head, $3, $5::text[], ${PAGE}) e on true order by e.pos`,
    [seen, head, pos, consumer, types],
  );
  const events = rows.filter(({ id }) => id !== null);
  return { head: rows[0]?.head ?? seen, events, isLast: events.length < PAGE };
}

/**
 * Whether a handler is at this event just now, on any node: then its row of the inbox is written and not committed. A
 * broker that is asked for its messages does not count those that a listener has and has not acknowledged.
 */
export async function isUnderWay(pool: Pool, consumer: string, { xid, pos }: Pick<StoredEvent, 'xid' | 'pos'>) {
  const connection = await pool.connect();
  try {
    await connection.query('begin');
    await connection.query(`set local lock_timeout = ${LOOK_MS}`);
    await connection.query(
      `insert into platform.inbox (consumer, event_id, event_at)
       select $1, id, at from platform.event where xid = $2 and pos = $3 on conflict do nothing`,
      [consumer, xid, pos],
    );
    return false;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === LOCK_TIMEOUT) return true;
    throw error;
  } finally {
    await connection.query('rollback').then(
      () => connection.release(),
      () => connection.release(true),
    );
  }
}

/** Counts events that the broker did not deliver, or messages that were refused, for health and metrics. */
export async function noteTrouble(
  pool: Pool,
  consumer: string,
  what: 'lost' | 'refused',
  count: number,
): Promise<void> {
  await pool.query(`update platform.cursor set ${what} = ${what} + $2, ${what}_at = now() where consumer = $1`, [
    consumer,
    count,
  ]);
}
