import type { Connection, Pool } from '#platform/database/pool.ts';
import type { Origin } from '#kernel/access.ts';

/** An item as claimed: `token` fences the holder, `attempt` counts this claim too. */
export interface Claimed {
  readonly id: string;
  readonly queue: string;
  readonly ref: string;
  readonly key: string | null;
  readonly token: number;
  readonly attempt: number;
  readonly origin: Origin;
}

// Each claim is led by one lane: high mostly, but every lane leads now and then, so none starves.
const LANE_ORDERS = [
  { share: 0.7, lanes: [0, 1, 2] },
  { share: 0.9, lanes: [1, 0, 2] },
  { share: 1, lanes: [2, 0, 1] },
];

const CLAIM = `
  with due as (
    select w.id, q.lease_ms
    from unnest($1::smallint[]) with ordinality l (lane, ord)
    cross join unnest($2::text[], $3::int[]) q (queue, lease_ms)
    cross join lateral (
      select id, due_at from platform.work
      where queue = q.queue and lane = l.lane and not parked and due_at <= coalesce($6::timestamptz, now())
      order by due_at limit $4 for update skip locked
    ) w
    order by l.ord, w.due_at limit $4
  )
  update platform.work w
  set owner = $5, token = w.token + 1, attempt = w.attempt + 1, due_at = now() + make_interval(secs => due.lease_ms / 1000.0)
  from due where w.id = due.id
  returning w.id, w.queue, w.ref, w.key, w.token, w.attempt, w.origin`;

export interface ClaimOptions {
  /** Queue names and the lease in ms that each grants. */
  readonly leases: ReadonlyMap<string, number>;
  readonly nodeId: string;
  /** At most this many. */
  readonly count: number;
  /** Takes what is due at this instant instead of now. */
  readonly asOf: string | null;
}

export async function claimDue(pool: Pool, { leases, nodeId, count, asOf }: ClaimOptions): Promise<Claimed[]> {
  const draw = Math.random();
  const lanes = LANE_ORDERS.find(({ share }) => draw < share)?.lanes ?? [0, 1, 2];
  const { rows } = await pool.query<Claimed>(CLAIM, [
    lanes,
    [...leases.keys()],
    [...leases.values()],
    count,
    nodeId,
    asOf,
  ]);
  return rows;
}

/** Extends the leases of what is still held; answers the ids that are. */
export async function renewLeases(
  connection: Pick<Connection, 'query'>,
  held: readonly Claimed[],
  leases: ReadonlyMap<string, number>,
) {
  const { rows } = await connection.query<{ id: string }>(
    `update platform.work w set due_at = now() + make_interval(secs => h.lease_ms / 1000.0)
     from unnest($1::uuid[], $2::bigint[], $3::int[]) h (id, token, lease_ms)
     where w.id = h.id and w.token = h.token returning w.id`,
    [held.map(({ id }) => id), held.map(({ token }) => token), held.map(({ queue }) => leases.get(queue) ?? 0)],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Gives items back that were claimed but not begun: no attempt is counted. */
export async function giveBack(pool: Pool, items: readonly Claimed[]): Promise<void> {
  await pool.query(
    `update platform.work w set owner = null, due_at = now(), attempt = w.attempt - 1
     from unnest($1::uuid[], $2::bigint[]) h (id, token) where w.id = h.id and w.token = h.token`,
    [items.map(({ id }) => id), items.map(({ token }) => token)],
  );
}

/** Milliseconds until something is next due; null when nothing waits. Failed items (due never) do not count. */
export async function nextDueInMs(pool: Pool, queues: readonly string[]): Promise<number | null> {
  const { rows } = await pool.query<{ ms: number | null }>(
    `select (extract(epoch from min(n.due_at) - now()) * 1000)::float8 as ms
     from unnest($1::text[]) q (queue) cross join unnest(array[0, 1, 2]::smallint[]) l (lane)
     cross join lateral (
       select due_at from platform.work
       where queue = q.queue and lane = l.lane and not parked and due_at < 'infinity' order by due_at limit 1
     ) n`,
    [queues],
  );
  return rows[0]?.ms ?? null;
}
