import type { Pool } from '#platform/database/pool.ts';
import type { Cause } from '#kernel/access.ts';

const LEASE_MS = 10_000;
const BATCH = 200; // events held in memory per consumer

/** An event in the log. */
export interface StoredEvent {
  readonly pos: number;
  readonly xid: string;
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly key: string;
  readonly origin: Cause;
  readonly body: unknown;
}

/** A consumer's place in the log, held under a lease. `token` is the fencing token. */
export interface Cursor {
  readonly consumer: string;
  readonly token: number;
  readonly seen: string;
  readonly head: string | null;
  readonly pos: number;
}

// Within this time a version may be rolled back without a loss of events.
const IS_UNUSED = `known_at < now() - interval '30 days'`;
const EVENT = 'e.pos, e.xid::text, e.id, e.at::text as at, e.type, e.key, e.origin, e.body';
const COLUMNS = 'consumer, token, seen::text, head::text, pos';

/** The one cursor that reads the log when a broker is used, instead of one per consumer. */
export const RELAY = 'platform.relay';

/**
 * Creates missing cursors. A new consumer begins with the events that are published after its registration. After a
 * period with a broker all consumers begin where its relay stood.
 */
export async function registerCursors(pool: Pool, consumers: readonly string[]): Promise<void> {
  await pool.query(
    `with relay as (delete from platform.cursor where consumer = $2 returning seen)
     insert into platform.cursor (consumer, seen)
     select c.consumer, coalesce((select seen from relay), pg_current_snapshot()) from unnest($1::text[]) c (consumer)
     order by 1
     on conflict (consumer) do update set known_at = now()`,
    [consumers, RELAY],
  );
}

/**
 * Creates the relay's cursor where the slowest consumer stood; the other consumers get some events again, and their
 * inbox skips them. Snapshots of one server are nested, so one of them is the oldest. The cursors of the consumers become
 * their low-water marks; a new one begins where the relay stands.
 * @throws when the relay was set up with another number of shards: nodes that differ in it would send a key to different
 * queues
 */
export async function registerRelay(pool: Pool, consumers: readonly string[], shards: number): Promise<void> {
  await pool.query(
    `with oldest as (
       select seen from platform.cursor where consumer = any ($3)
       order by pg_snapshot_xmax(seen), pg_snapshot_xmin(seen), cardinality(array(select pg_snapshot_xip(seen))) desc limit 1
     )
     insert into platform.cursor (consumer, seen, shards)
     select $1, coalesce((select seen from oldest), pg_current_snapshot()), $2
     on conflict (consumer) do update set shards = coalesce(cursor.shards, excluded.shards), known_at = now()`,
    [RELAY, shards, consumers],
  );
  const { rows } = await pool.query<{ shards: number }>('select shards from platform.cursor where consumer = $1', [
    RELAY,
  ]);
  if (rows[0]?.shards !== shards)
    throw new Error(
      `BONYAN_AMQP_SHARDS is ${shards}, and this installation was set up with ${rows[0]?.shards}. To change it, start once without AMQP_URL.`,
    );
  await pool.query(
    `insert into platform.cursor (consumer, seen)
     select c.consumer, r.seen from unnest($2::text[]) c (consumer), platform.cursor r where r.consumer = $1
     order by 1
     on conflict (consumer) do update set known_at = now()`,
    [RELAY, consumers],
  );
}

/**
 * Marks these cursors as used, and returns those that no node has used for 30 days: the consumer was removed from the
 * program, and its cursor would keep the log for ever.
 */
export async function listUnusedCursors(pool: Pool, used: readonly string[]): Promise<string[]> {
  await pool.query(
    `with c as (select consumer from platform.cursor where consumer = any ($1) order by 1 for no key update)
     update platform.cursor k set known_at = now() from c where k.consumer = c.consumer`,
    [used],
  );
  const { rows } = await pool.query<{ consumer: string }>(
    `select consumer from platform.cursor where ${IS_UNUSED} order by 1`,
  );
  return rows.map(({ consumer }) => consumer);
}

/** Deletes such a cursor, with the consumer's parked events. */
export async function deleteUnusedCursor(pool: Pool, consumer: string): Promise<void> {
  await pool.query(
    `with removed as (delete from platform.cursor where consumer = $1 and ${IS_UNUSED} returning 1)
     delete from platform.work
     where queue = 'platform.inbox' and split_part(ref, ' ', 1) = $1 and exists (select from removed)`,
    [consumer],
  );
}

/** Whether this or another version of the program has the consumer. */
export async function hasCursor(pool: Pool, consumer: string): Promise<boolean> {
  const { rowCount } = await pool.query('select 1 from platform.cursor where consumer = $1', [consumer]);
  return rowCount === 1;
}

/** Null when another node holds it. Waits for deliveries of the previous holder that are still under way. */
export async function claimCursor(pool: Pool, consumer: string, nodeId: string): Promise<Cursor | null> {
  const { rows } = await pool.query<Cursor>(
    `with c as (
       select consumer from platform.cursor
       where consumer = $1 and (owner is null or owner = $2 or due_at < now()) for update
     )
     update platform.cursor k set owner = $2, token = k.token + 1, known_at = now(), due_at = now() + make_interval(secs => ${LEASE_MS / 1000})
     from c where k.consumer = c.consumer returning k.${COLUMNS.replaceAll(', ', ', k.')}`,
    [consumer, nodeId],
  );
  return rows[0] ?? null;
}

/**
 * The next events of the window, oldest first, and the snapshot that bounds it. A window holds the events that became
 * visible between two snapshots: an event that commits late falls into a later window and is not skipped.
 * `types` null: all types.
 */
export async function readWindow(
  pool: Pool,
  { seen, head, pos }: Cursor,
  types: readonly string[] | null,
  atMost = BATCH,
) {
  const { rows } = await pool.query<StoredEvent & { head: string }>(
    `select h.head::text as head, ${EVENT}
     from (select coalesce($2::pg_snapshot, pg_current_snapshot()) as head) h
     left join lateral platform.unseen_events($1::pg_snapshot, h.head, $3, $4::text[], $5) e on true order by e.pos`,
    [seen, head, pos, types, atMost],
  );
  const events: StoredEvent[] = rows.filter(({ id }) => id !== null);
  return { head: rows[0]?.head ?? seen, events, isLast: events.length < atMost };
}

/** Moves the cursor past delivered events and extends the lease. False when the lease was lost. */
export async function advance(pool: Pool, cursor: Cursor): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update platform.cursor set seen = $3, head = $4, pos = $5, due_at = now() + make_interval(secs => ${LEASE_MS / 1000})
     where consumer = $1 and token = $2`,
    [cursor.consumer, cursor.token, cursor.seen, cursor.head, cursor.pos],
  );
  return rowCount === 1;
}

export async function releaseCursor(pool: Pool, { consumer, token }: Cursor): Promise<void> {
  await pool.query('update platform.cursor set owner = null, due_at = now() where consumer = $1 and token = $2', [
    consumer,
    token,
  ]);
}

/**
 * SQL that is true if the log, or one partition of it, has events that the cursor `c` has not seen. Both parts ask for the
 * first entry of the index: asked by `exists` after one huge transaction, the planner expects a hit in every row, and reads
 * them all.
 */
export const hasUnseenQuery = (log: string) => `(
  (select e.xid from ${log} e order by e.xid desc limit 1) >= pg_snapshot_xmax(c.seen)
  or exists (select 1 from pg_snapshot_xip(c.seen) running (xid)
    where (select e.xid from ${log} e where e.xid >= running.xid order by e.xid limit 1) = running.xid))`;

/** SQL for the names of the cursors that have unseen events in the log, of any type. */
export const pendingCursorsQuery = (consumers: string) => `
  select c.consumer from platform.cursor c where c.consumer = any (${consumers}::text[])
    and ${hasUnseenQuery('platform.event')}`;

export async function pendingCursors(pool: Pool, consumers: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ consumer: string }>(pendingCursorsQuery('$1'), [consumers]);
  return rows.map(({ consumer }) => consumer);
}

/** Events of the log, in its order. Those whose partition was dropped are missing. */
export async function readEvents(
  pool: Pool,
  places: readonly Pick<StoredEvent, 'xid' | 'pos'>[],
): Promise<StoredEvent[]> {
  const { rows } = await pool.query<StoredEvent>(
    `select ${EVENT} from unnest($1::xid8[], $2::bigint[]) p (xid, pos)
     join platform.event e on e.xid = p.xid and e.pos = p.pos order by e.pos`,
    [places.map(({ xid }) => xid), places.map(({ pos }) => pos)],
  );
  return rows;
}
