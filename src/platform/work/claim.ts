import type { Connection, Pool } from '#platform/database/pool.ts';
import type { Origin } from '#kernel/access.ts';

/** An item as claimed: `token` fences the holder, `attempt` counts this claim too. */
export interface ClaimedWork {
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
  { share: 0.85, lanes: [0, 1, 2] },
  { share: 0.95, lanes: [1, 0, 2] },
  { share: 1, lanes: [2, 0, 1] },
];

// Beyond the hands that are free only first attempts are taken: a death of the process costs what it had not begun
// one attempt at most, and none where there is but one.
// Nobody waits for a claim to reach the disk, unless it is of something that must not run twice: whatever its holder
// commits brings it along, and one that a crash of the server forgets is made anew; then who settles first has it.
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
  haste as materialized (
    select set_config('synchronous_commit', case when bool_or(is_once) then current_setting('synchronous_commit') else 'off' end, true) from due
  )
  update platform.work w
  set owner = $8, token = w.token + 1, attempt = w.attempt + 1, due_at = now() + make_interval(secs => due.lease_ms / 1000.0)
  from due cross join haste where w.id = due.id and due.place <= due.most and (due.place <= due.count or due.attempt = 0 and not due.is_once)
  returning w.id, w.queue, w.ref, w.key, w.token, w.attempt, w.origin, due.place, due.lane, due.due_at`;

/** What a queue grants to whoever claims from it. */
export interface Terms {
  readonly leaseMs: number;
  readonly maxAttempts: number;
}

/** Queues that share what is claimed for them. */
export interface Share {
  readonly queues: readonly string[];
  /** To begin at once. */
  readonly count: number;
  /** More than those, for when hands become free. */
  readonly prefetch: number;
}

export interface ClaimOptions {
  /** By name of queue. */
  readonly terms: ReadonlyMap<string, Terms>;
  readonly nodeId: string;
  /** Of other queues nothing is claimed. */
  readonly shares: readonly Share[];
  /** Takes what is due at this instant instead of now. */
  readonly asOf: string | null;
  /** Nothing that was due before this, by `floorKey`. Default: whatever was ever due. */
  readonly floors?: ReadonlyMap<string, string>;
}

/** An item, and where in the index of due items it was found. */
export type DueWork = ClaimedWork & { readonly place: number; readonly lane: number; readonly dueAt: string };

export const floorKey = (queue: string, lane: number) => `${queue} ${lane}`;

/** In the order in which they should begin. */
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
 * Extends the leases of what is still held; answers the ids that are. Passes over what is being settled just now: nobody
 * can claim that, and waiting for it would let the other leases lapse, or deadlock.
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

/** Gives items back that were claimed but not begun: no attempt is counted. */
export async function giveBack(pool: Pool, items: readonly ClaimedWork[]): Promise<void> {
  if (items.length === 0) return;
  await pool.query(
    `update platform.work w set owner = null, due_at = now(), attempt = w.attempt - 1
     from unnest($1::uuid[], $2::bigint[]) h (id, token) where w.id = h.id and w.token = h.token`,
    [idsOf(items), tokensOf(items)],
  );
}

/** The query for the milliseconds until something is next due; null when nothing waits. Failed items (due never) do not count. */
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
