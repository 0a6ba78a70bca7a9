import type { Connection, Pool } from '#platform/database/pool.ts';
import type { Cause } from '#kernel/access.ts';

/** A claimed item. `token` is its fencing token; `attempt` includes this claim. */
export interface ClaimedWork {
  readonly id: string;
  readonly queue: string;
  readonly ref: string;
  readonly key: string | null;
  readonly token: number;
  readonly attempt: number;
  readonly origin: Cause;
}

// A claim prefers one lane: mostly high, but each lane in its turn, so that none starves.
const LANE_ORDERS = [
  { share: 0.85, lanes: [0, 1, 2] },
  { share: 0.95, lanes: [1, 0, 2] },
  { share: 1, lanes: [2, 0, 1] },
];

// Only first attempts are prefetched: if the process dies, items that it had not begun lose one attempt at most. Items
// of queues with a single attempt (`is_once`) are not prefetched at all. A claim commits asynchronously: the holder's
// next commit flushes it too. If PostgreSQL crashes before that, the item is claimed again with the same token, and the
// holder that completes it first wins. Items that must not run twice (`is_once`) wait for the disk.
const CLAIM = `
  with due as (
    select w.id, w.due_at, l.lane, q.*, w.attempt,
      row_number() over (partition by q.share order by l.ord, w.due_at) as place
    from unnest($1::smallint[]) with ordinality l (lane, ord)
    cross join unnest($2::text[], $3::int[], $4::boolean[], $5::int[], $6::int[], $7::int[])
      with ordinality q (queue, lease_ms, is_once, share, count, most, ord)
    cross join lateral (
      select id, due_at, attempt from platform.work
      where queue = q.queue and lane = l.lane and not parked and due_at <= coalesce($9::timestamptz, now())
        and due_at >= ($10::timestamptz[])[3 * (q.ord - 1) + l.lane + 1]
      order by due_at limit q.most for update skip locked
    ) w
  ),
  async_commit as materialized (
    select set_config('synchronous_commit', case when bool_or(is_once) then current_setting('synchronous_commit') else 'off' end, true) from due
  )
  update platform.work w
  set owner = $8, token = w.token + 1, attempt = w.attempt + 1, due_at = now() + make_interval(secs => due.lease_ms / 1000.0)
  from due cross join async_commit where w.id = due.id and due.place <= due.most and (due.place <= due.count or due.attempt = 0 and not due.is_once)
  returning w.id, w.queue, w.ref, w.key, w.token, w.attempt, w.origin, due.place, due.lane, due.due_at`;

/** What the worker of a queue allows per claim. */
export interface Terms {
  readonly leaseMs: number;
  readonly maxAttempts: number;
}

/** Queues that use the same worker slots, and how many items to claim for them. */
export interface Share {
  readonly queues: readonly string[];
  /** Items to begin at once. */
  readonly count: number;
  /** Further items, for slots that become free later. */
  readonly prefetch: number;
}

export interface ClaimOptions {
  /** By queue name. */
  readonly terms: ReadonlyMap<string, Terms>;
  readonly nodeId: string;
  /** Only these queues are claimed from. */
  readonly shares: readonly Share[];
  /** Claims what is due at this instant instead of now. */
  readonly asOf: string | null;
  /** By `floorKey`: items that were due before this instant are skipped. Default: none are. */
  readonly floors?: ReadonlyMap<string, string>;
}

/** A claimed item, and its place in the index of due items. */
export type DueWork = ClaimedWork & { readonly place: number; readonly lane: number; readonly dueAt: string };

export const floorKey = (queue: string, lane: number) => `${queue} ${lane}`;

/** Claims due items; answers them in the order in which they should begin. */
export async function claimDue(pool: Pool, { terms, nodeId, shares, asOf, floors }: ClaimOptions) {
  const draw = Math.random();
  const lanes = LANE_ORDERS.find(({ share }) => draw < share)?.lanes ?? [0, 1, 2];
  const asked = shares.flatMap(({ queues, count, prefetch }, share) =>
    queues.map((queue) => ({ queue, share, count, most: count + prefetch, ...terms.get(queue) })),
  );
  const { rows } = await pool.query<DueWork>(CLAIM, [
    lanes,
    asked.map(({ queue }) => queue),
    asked.map(({ leaseMs }) => leaseMs),
    asked.map(({ maxAttempts }) => maxAttempts === 1),
    asked.map(({ share }) => share),
    asked.map(({ count }) => count),
    asked.map(({ most }) => most),
    nodeId,
    asOf,
    asked.flatMap(({ queue }) => [0, 1, 2].map((lane) => floors?.get(floorKey(queue, lane)) ?? '-infinity')),
  ]);
  return rows.toSorted((a, b) => a.place - b.place);
}

/**
 * Extends the leases of the items that are still held; answers their ids. Skips items that are being completed in this
 * moment: they are locked, so no node can claim them, and waiting for them would let the other leases lapse, or
 * deadlock.
 */
export async function renewLeases(
  connection: Pick<Connection, 'query'>,
  held: readonly ClaimedWork[],
  terms: ReadonlyMap<string, Terms>,
) {
  const { rows } = await connection.query<{ id: string }>(
    `with h as (select * from unnest($1::uuid[], $2::bigint[], $3::int[]) h (id, token, lease_ms)),
     free as (
       select w.id, h.lease_ms from platform.work w join h on h.id = w.id and h.token = w.token
       for no key update of w skip locked
     ),
     renewed as (
       update platform.work w set due_at = now() + make_interval(secs => free.lease_ms / 1000.0) from free where w.id = free.id
     )
     select w.id from platform.work w join h on h.id = w.id and h.token = w.token`,
    [idsOf(held), tokensOf(held), held.map(({ queue }) => terms.get(queue)?.leaseMs ?? 0)],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Releases items that were claimed but not begun; the attempt is not counted. */
export async function giveBack(pool: Pool, items: readonly ClaimedWork[]): Promise<void> {
  if (items.length === 0) return;
  await pool.query(
    `update platform.work w set owner = null, due_at = now(), attempt = w.attempt - 1
     from unnest($1::uuid[], $2::bigint[]) h (id, token) where w.id = h.id and w.token = h.token`,
    [idsOf(items), tokensOf(items)],
  );
}

/** SQL for the milliseconds until the next item is due; null when none waits. Failed items (never due) do not count. */
export const nextDue = (queues: string) => `
  select (extract(epoch from min(n.due_at) - now()) * 1000)::float8 as ms
  from unnest(${queues}::text[]) q (queue) cross join unnest(array[0, 1, 2]::smallint[]) l (lane)
  cross join lateral (
    select due_at from platform.work
    where queue = q.queue and lane = l.lane and not parked and due_at < 'infinity' order by due_at limit 1
  ) n`;

export async function nextDueInMs(pool: Pool, queues: readonly string[]): Promise<number | null> {
  const { rows } = await pool.query<{ ms: number | null }>(nextDue('$1'), [queues]);
  return rows[0]?.ms ?? null;
}

export const idsOf = (items: readonly ClaimedWork[]) => items.map(({ id }) => id);
export const tokensOf = (items: readonly ClaimedWork[]) => items.map(({ token }) => token);
