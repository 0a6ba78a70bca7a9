import { setTimeout as sleep } from 'node:timers/promises';
import { createLru } from '#kernel/limits/lru.ts';
import type { Pool } from '#platform/database/pool.ts';
import type { Signals } from '#platform/database/signals.ts';
import type { Log } from '#platform/log/port.ts';
import type { DecisionCache, Invalidation, CachedTopic } from './port.ts';

const LEASE_MS = 1000;
const RENEW_BELOW_MS = 500; // renewed in the background while requests come, so that they never wait
const LAPSE_MARGIN_MS = 25; // timers and clocks of two processes are not exact
const CLEAR_AFTER_MS = 5 * 60_000; // far below the hour for which invalidations are kept
const MAX_CACHED = 50_000; // per topic; about 10 MB of sessions

/** When all visible invalidations were last read. On both clocks, since a suspended machine stops the monotonic one. */
interface Reading {
  readonly monotonicMs: number;
  readonly wallMs: number;
  readonly snapshot: string;
}

export interface DecisionCacheNeeds {
  readonly pool: Pool;
  readonly signals: Signals;
  readonly nodeId: string;
  /** False while other nodes may have deleted this node's row in `platform.node`: then it holds no lease. */
  readonly isRegistered: () => boolean;
  readonly log: Log;
}

/**
 * A lease is a read: a node that has read all invalidations visible to a snapshot may decide from its cache for 1 s.
 */
export function createDecisionCache({ pool, signals, nodeId, isRegistered, log }: DecisionCacheNeeds) {
  const topics = new Map<string, { evict(key: string): void }>();
  let reading: Reading | null = null;
  let renewing: Promise<void> | null = null;

  function ageMs(): number {
    if (!reading || !isRegistered()) return Infinity;
    return Math.max(performance.now() - reading.monotonicMs, Math.abs(Date.now() - reading.wallMs));
  }

  function evict(invalidations: readonly Invalidation[]): void {
    for (const { topic, key } of invalidations) topics.get(topic)?.evict(key);
  }

  function clear(): void {
    for (const topic of topics.values()) topic.evict('*');
  }

  /** Reads the invalidations since the last reading. One read at a time; its time is taken before it is sent. */
  function renew(): Promise<void> {
    renewing ??= read().finally(() => {
      renewing = null;
    });
    return renewing;
  }

  async function read(): Promise<void> {
    const since = { monotonicMs: performance.now(), wallMs: Date.now() };
    if (ageMs() > CLEAR_AFTER_MS) {
      clear();
      reading = null;
    }
    const { rows } = await pool.query<{ snapshot: string; topic: string | null; key: string }>(READ, [
      reading?.snapshot ?? null,
    ]);
    evict(rows.flatMap(({ topic, key }) => (topic === null ? [] : [{ topic, key }])));
    reading = { ...since, snapshot: rows[0]?.snapshot ?? '' };
  }

  function forTopic<V extends object>(topic: string, load: (key: string) => Promise<V | null>): CachedTopic<V> {
    const values = createLru<V>(MAX_CACHED);
    let generation = 0; // counts invalidations: a value that was being loaded during one is not cached
    topics.set(topic, {
      evict(key) {
        generation++;
        if (key === '*') values.clear();
        else values.delete(key);
      },
    });

    async function fetch(key: string): Promise<V | null> {
      if (ageMs() >= LEASE_MS) await renew();
      const cached = values.get(key);
      if (cached) return cached;
      const startedAt = generation;
      const value = await load(key);
      if (value && generation === startedAt) values.set(key, value);
      return value;
    }

    function get(key: string): V | Promise<V | null> {
      const age = ageMs();
      if (age >= LEASE_MS) return fetch(key);
      if (age > RENEW_BELOW_MS)
        renew().catch((error: unknown) =>
          log.warn({ err: error }, 'could not renew the lease of the decision cache; the next request tries again'),
        );
      return values.get(key) ?? fetch(key);
    }

    return { get };
  }

  /** Resolves when no node can still decide by the state before `xid` committed. */
  async function awaitAcknowledgements(invalidations: readonly Invalidation[], xid: string): Promise<void> {
    const committedMs = performance.now();
    evict(invalidations);
    const waitingFor = await otherNodes();
    if (waitingFor?.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const stopListening = onAcknowledged((from, snapshot) => {
      if (isVisible(xid, snapshot)) waitingFor?.delete(from);
      if (waitingFor?.size === 0) resolve();
    });
    signals.send(['invalidation']);
    await Promise.race([promise, sleep(LEASE_MS + LAPSE_MARGIN_MS - (performance.now() - committedMs))]);
    stopListening();
  }

  /** Null when the database does not answer: then the caller waits until every lease has lapsed. */
  async function otherNodes(): Promise<Set<string> | null> {
    try {
      const { rows } = await pool.query<{ id: string }>('select id from platform.node where id <> $1', [nodeId]);
      return new Set(rows.map(({ id }) => id));
    } catch (error) {
      log.warn(
        { err: error },
        'could not read the list of nodes; an invalidation now waits 1 s, until all leases have lapsed',
      );
      return null;
    }
  }

  const acknowledgements = new Set<(nodeId: string, snapshot: string) => void>();
  function onAcknowledged(listener: (nodeId: string, snapshot: string) => void): () => void {
    acknowledgements.add(listener);
    return () => acknowledgements.delete(listener);
  }
  signals.onAcknowledged((from, snapshot) => {
    for (const listener of acknowledgements) listener(from, snapshot);
  });
  signals.onChanged((changed) => {
    if (!changed.includes('invalidation')) return;
    // A read that is under way may have been sent before the change, so one more follows it.
    Promise.resolve(renewing)
      .then(renew)
      .then(() => reading && signals.acknowledge(reading.snapshot))
      .catch((error: unknown) =>
        log.warn(
          { err: error },
          'could not read invalidations; this node does not acknowledge them, and its lease lapses within 1 s',
        ),
      );
  });

  const decisionCache: DecisionCache = { forTopic };
  return { ...decisionCache, awaitAcknowledgements };
}

const READ = `
  select pg_current_snapshot()::text as snapshot, i.topic, i.key
  from (select $1::pg_snapshot as seen) s
  left join platform.invalidation i
    on i.xid >= pg_snapshot_xmax(s.seen) or i.xid = any (array(select pg_snapshot_xip(s.seen)))`;

/** As `pg_visible_in_snapshot`; a snapshot is `xmin:xmax:xip,xip…`. */
export function isVisible(xid: string, snapshot: string): boolean {
  const [xmin = '0', xmax = '0', running = ''] = snapshot.split(':');
  if (BigInt(xid) < BigInt(xmin)) return true;
  return BigInt(xid) < BigInt(xmax) && !running.split(',').includes(xid);
}
