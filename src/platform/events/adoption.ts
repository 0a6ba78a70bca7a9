/**
 * The event log has transaction ids, and these belong to one cluster of PostgreSQL. In another one they lie in the future, so
 * that events are invisible until they are delivered twice; or in the past. Adoption gives the log ids of this cluster.
 */
import pg from 'pg';
import { StartError } from '#platform/database/open.ts';
import type { Queries } from '#platform/database/pool.ts';
import { inboxQueue, outboxQueue } from './parking.ts';

/** The first id that a transaction can have: every snapshot sees it. */
const DELIVERED_XID = '3';

/** Of an event `e`: some consumer has not passed it. */
const IS_UNDELIVERED = `exists (
  select from platform.cursor c
  where not pg_visible_in_snapshot(e.xid, c.seen)
    and not (c.head is not null and pg_visible_in_snapshot(e.xid, c.head) and e.pos <= c.pos)
)`;

/** Events that some consumer has not passed. */
export async function countUndelivered(client: Queries): Promise<number> {
  const { rows } = await client.query<{ undelivered: string }>(
    `select count(*)::text as undelivered from platform.event e where ${IS_UNDELIVERED}`,
  );
  return Number(rows[0]?.undelivered ?? 0);
}

/**
 * Part of a transaction while nothing else writes. Every event that some consumer has not passed gets the id of this
 * transaction; all others one that every snapshot sees. Each cursor is set before this transaction, so that it reads the
 * former in the order of `pos`; the inbox skips what its consumer has handled. Parked events keep their place. Answers how
 * many events are not delivered.
 */
export async function adoptEvents(client: Queries): Promise<number> {
  const { rows } = await client.query<{ undelivered: string }>(
    `with adopted as (
       update platform.event e set xid = case when ${IS_UNDELIVERED} then pg_current_xact_id() else '${DELIVERED_XID}'::xid8 end
       returning e.xid)
     select count(*) filter (where xid <> '${DELIVERED_XID}'::xid8)::text as undelivered from adopted`,
  );
  // `ref` is the consumer, the transaction id and the position of a parked event.
  await client.query(
    `update platform.work w set ref = split_part(w.ref, ' ', 1) || ' ' || e.xid || ' ' || e.pos
     from platform.event e
     where w.queue in ('${inboxQueue.name}', '${outboxQueue.name}') and e.pos = split_part(w.ref, ' ', 3)::bigint`,
  );
  await client.query(
    `update platform.cursor set head = null, pos = 0, owner = null, token = token + 1, due_at = now(),
       seen = (pg_current_xact_id() || ':' || pg_current_xact_id() || ':')::pg_snapshot`,
  );
  await client.query('delete from platform.invalidation'); // of nodes that are gone, by ids of their cluster
  await recordCluster(client);
  return Number(rows[0]?.undelivered ?? 0);
}

/** The same in a transaction of its own, for a database that was copied by other means than a backup. */
export async function adoptDatabase(directUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: directUrl });
  await client.connect();
  try {
    await client.query('begin');
    const undelivered = await adoptEvents(client);
    await client.query('commit');
    return undelivered;
  } finally {
    await client.end();
  }
}

/**
 * At each start: remembers the cluster. @throws {StartError} when the event log has ids of another cluster that lie in the
 * future of this one
 */
export async function requireOwnCluster(pool: Queries): Promise<void> {
  const identifier = await readIdentifier(pool);
  const { rows } = await pool.query<{ stored: string | null; ahead: boolean }>(
    `select (select system_identifier from platform.cluster) as stored,
       coalesce((select e.xid from platform.event e order by e.xid desc limit 1) >= pg_snapshot_xmax(pg_current_snapshot()), false)
       or exists (select from platform.cursor where pg_snapshot_xmax(seen) > pg_snapshot_xmax(pg_current_snapshot())) as ahead`,
  );
  const { stored = null, ahead = false } = rows[0] ?? {};
  const isSame = identifier !== null && stored === identifier;
  if (!isSame && ahead)
    throw new StartError(
      'The event log was copied from another PostgreSQL server: its transaction ids lie in the future of this one, so that events would be lost for now and delivered twice later. Stop all processes of this installation, run `bonyan adopt`, and start again. (`bonyan restore` does this by itself.)',
    );
  if (!isSame) await recordCluster(pool);
}

async function recordCluster(client: Queries): Promise<void> {
  await client.query(
    `insert into platform.cluster (system_identifier) values ($1)
     on conflict (is_current) do update set system_identifier = excluded.system_identifier`,
    [await readIdentifier(client)],
  );
}

/** Null where the login may not ask. */
async function readIdentifier(client: Queries): Promise<string | null> {
  const { rows } = await client.query<{ id: string | null }>(
    `select case when has_function_privilege('pg_control_system()', 'execute')
       then (select system_identifier::text from pg_control_system()) end as id`,
  );
  return rows[0]?.id ?? null;
}
