import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Pool } from '#platform/database/pool.ts';
import type { Signals } from '#platform/database/signals.ts';
import type { Log } from '#platform/log/port.ts';
import type { DecisionCache, Invalidation, CachedTopic } from './port.ts';

const LEASE_MS = 1000;
const RENEW_BELOW_MS = 500; // renewed in the background while requests come, so that they never wait
const LAPSE_MARGIN_MS = 25; // timers and clocks of two processes are not exact
const FORGET_ALL_AFTER_MS = 5 * 60_000; // far below the hour for which invalidations are kept
const MAX_REMEMBERED = 50_000; // per topic; about 10 MB of sessions

/** The last moment at which everything visible was read; both clocks, since a paused machine stops one. */
interface Reading {
  readonly monotonicMs: number;
  readonly wallMs: number;
  readonly snapshot: string;
}

export interface DecisionCacheNeeds {
  readonly pool: Pool;
  readonly signals: Signals;
  readonly nodeId: string;
  /** False while the node's row in the registry may be gone: then it holds no lease. */
  readonly isRegistered: () => boolean;
  readonly log: Log;
}

/** A lease is a read: having read all invalidations visible to a snapshot, a node may decide for 1 s. */
export function createDecisionCache({ pool, signals, nodeId, isRegistered, log }: DecisionCacheNeeds) {
  const topics = new Map<string, { forget(key: string): void }>();
  let reading: Reading | null = null;
  let renewing: Promise<void> | null = null;

  function ageMs(): number {
    if (!reading || !isRegistered()) return Infinity;
    return Math.max(performance.now() - reading.monotonicMs, Math.abs(Date.now() - reading.wallMs));
  }

  function forget(invalidations: readonly Invalidation[]): void {
    for (const { topic, key } of invalidations) topics.get(topic)?.forget(key);
  }

  function forgetAll(): void {
    for (const topic of topics.values()) topic.forget('*');
  }

  /** Reads what has changed since the last reading. One at a time; `since` is taken before it is sent. */
  function renew(): Promise<void> {
    renewing ??= read().finally(() => {
      renewing = null;
    });
    return renewing;
  }

  async function read(): Promise<void> {
    const since = { monotonicMs: performance.now(), wallMs: Date.now() };
    if (ageMs() > FORGET_ALL_AFTER_MS) {
      forgetAll();
      reading = null;
    }
    const { rows } = await pool.query<{ snapshot: string; topic: string | null; key: string }>(READ, [
      reading?.snapshot ?? null,
    ]);
    forget(rows.flatMap(({ topic, key }) => (topic === null ? [] : [{ topic, key }])));
    reading = { ...since, snapshot: rows[0]?.snapshot ?? '' };
  }

  function forTopic<V extends object>(topic: string, load: (key: string) => Promise<V | null>): CachedTopic<V> {
    const values = new LRUCache<string, V>({ max: MAX_REMEMBERED });
    let generation = 0; // moves with each invalidation: a value that was being read meanwhile is not kept
    topics.set(topic, {
      forget(key) {
        generation++;
        if (key === '*') values.clear();
        else values.delete(key);
      },
    });

    async function fetch(key: string): Promise<V | null> {
      if (ageMs() >= LEASE_MS) await renew();
      const known = values.get(key);
      if (known) return known;
      const startedAt = generation;
      const value = await load(key);
      if (value && generation === startedAt) values.set(key, value);
      return value;
    }

    function get(key: string): V | Promise<V | null> {
      const age = ageMs();
      if (age >= LEASE_MS) return fetch(key);
      if (age > RENEW_BELOW_MS)
        renew().catch((error: unknown) => log.warn({ err: error }, 'could not renew the lease on decisions'));
      return values.get(key) ?? fetch(key);
    }

    return { get };
  }

  /** Resolves when no node can decide by what was true before `xid` committed. */
  async function awaitAcknowledgements(invalidations: readonly Invalidation[], xid: string): Promise<void> {
    const committedMs = performance.now();
    forget(invalidations);
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

  /** Null when it cannot be known: then every lease has to lapse. */
  async function otherNodes(): Promise<Set<string> | null> {
    try {
      const { rows } = await pool.query<{ id: string }>('select id from platform.node where id <> $1', [nodeId]);
      return new Set(rows.map(({ id }) => id));
    } catch (error) {
      log.warn({ err: error }, 'cannot see the other nodes: waiting until their leases have lapsed');
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
    // A reading that is under way may have been sent before the change: only the next one counts.
    Promise.resolve(renewing)
      .then(renew)
      .then(() => reading && signals.acknowledge(reading.snapshot))
      .catch((error: unknown) => log.warn({ err: error }, 'could not read invalidations; the lease lapses by itself'));
  });

  const decisionCache: DecisionCache = { forTopic };
  return { ...decisionCache, awaitAcknowledgements, forgetAll };
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
