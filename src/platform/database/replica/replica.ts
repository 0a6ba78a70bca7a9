import type { Component } from '#platform/health/port.ts';
import type { OutageLog } from '#platform/log/outages.ts';
import { openPool, type Pool, type PoolOptions } from '../pool.ts';
import type { Position, Positions } from './positions.ts';
import { reach, within } from './reach.ts';

const LOOK_MS = 5000;
const LOOK_AGAIN_MS = 1000; // while it cannot be used
const CLOSE_MS = 1000;
const LONGEST_REST_MS = 1000;
const LATE_SECONDS = 10; // then health says so

/** How far it is behind; null: not known. */
export interface ReplicaLag {
  readonly bytes: number;
  /** Since the last transaction that it has replayed was committed. */
  readonly seconds: number | null;
}

/** Where the answers of requests that only read came from. */
export interface ReadCounts {
  readonly replica: number;
  /** From the primary, because the replica had not replayed enough. */
  readonly late: number;
  /** From the primary without asking, because the replica was away, or late a moment ago. */
  readonly skipped: number;
}

export type Replica = ReturnType<typeof openReplica>;

export interface ReplicaNeeds extends Pick<PoolOptions, 'url' | 'size' | 'isPrepared'> {
  readonly primary: Pick<Pool, 'query'>;
  readonly positions: Positions;
  readonly outages: OutageLog;
}

/**
 * A streaming replica: its pool, and whether it can be used. It is looked at beside the requests, so that none of them
 * waits for a replica that is away. Never required: everything can be read from the primary.
 */
export function openReplica({ primary, positions, outages, ...options }: ReplicaNeeds) {
  const pool = openPool({ ...options, isReplica: true });
  const counts = { replica: 0, late: 0, skipped: 0 };
  let fault: string | null = 'it was not looked at yet';
  let lag: ReplicaLag | null = null;
  let restUntilMs = 0;
  let misses = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const listeners = new Set<(error: unknown) => void>();
  let looking: Promise<void> | null = null;

  /** @throws with the reason why it cannot be used */
  function look(): Promise<void> {
    return (looking ??= lookNow().finally(() => (looking = null)));
  }

  async function lookNow(): Promise<void> {
    const [position, home] = await Promise.all([positions.now(), primary.query<Home>(HOME, [])]);
    try {
      const { connection, answer } = await reach(pool, (asked) => asked.query<Standing>(STANDING, [position.lsn]));
      connection.release();
      const [standing] = answer.rows;
      lag = standing ? { bytes: standing.lagBytes ?? 0, seconds: standing.lagSeconds } : null;
      const found = faultOf(standing, home.rows[0], position);
      if (found !== null) throw new Error(found);
      fault = null;
      outages.answered();
    } catch (error) {
      failed(error);
      throw error;
    }
  }

  function failed(error: unknown): void {
    fault = error instanceof Error ? error.message : String(error);
    outages.failed(error);
    for (const listener of listeners) listener(error);
  }

  async function watch(): Promise<void> {
    await look().catch(() => {}); // kept in `fault`; a primary that does not answer is told elsewhere
    if (isClosed) return;
    timer = setTimeout(() => void watch(), fault === null ? LOOK_MS : LOOK_AGAIN_MS).unref();
  }

  const component: Component = {
    name: 'database.replica',
    isRequired: false,
    async probe() {
      await look();
      if (lag && lag.bytes > 0 && (lag.seconds ?? 0) > LATE_SECONDS)
        throw new Error(`${lag.bytes} bytes and ${Math.round(lag.seconds ?? 0)} s behind; reads go to the primary`);
    },
  };
  void watch();

  return {
    pool,
    component,
    counts: (): ReadCounts => ({ ...counts }),
    lag: () => lag,
    isUsable: () => fault === null && performance.now() >= restUntilMs,
    skipped: () => void (counts.skipped += 1),
    /** It had replayed enough. */
    answered(): void {
      counts.replica += 1;
      misses = 0;
    },
    /** It had not. The more often in a row, the longer nothing is read there: each attempt is a wasted statement. */
    missed(): void {
      counts.late += 1;
      misses += 1;
      restUntilMs = performance.now() + Math.min(LONGEST_REST_MS, 2 ** misses);
    },
    /** There was no connection for a read. */
    suspected: () => void look().catch(() => {}), // kept in `fault`
    /** It does not answer: nothing is read there until it was looked at again. */
    failed,
    /** Calls `listener` when it does not answer somebody else; answers a function that removes it. */
    onFailed(listener: (error: unknown) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close(): Promise<void> {
      isClosed = true;
      clearTimeout(timer);
      await within(pool.close(), CLOSE_MS).catch(() => {}); // a silent connection would never end
    },
  };
}

interface Home {
  readonly system: string;
  readonly name: string;
}

interface Standing extends Home {
  readonly isReplica: boolean;
  readonly timeline: number | null;
  readonly lagBytes: number | null;
  readonly lagSeconds: number | null;
}

const HOME = 'select system_identifier::text as system, current_database() as name from pg_control_system()';

const STANDING = `
  select c.system_identifier::text as system, current_database() as name, pg_is_in_recovery() as is_replica,
    (select received_tli from pg_stat_wal_receiver where status = 'streaming') as timeline,
    greatest(pg_wal_lsn_diff($1::pg_lsn, pg_last_wal_replay_lsn()), 0)::float8 as lag_bytes,
    extract(epoch from now() - pg_last_xact_replay_timestamp())::float8 as lag_seconds
  from pg_control_system() c`;

function faultOf(standing: Standing | undefined, home: Home | undefined, { timeline }: Position): string | null {
  if (!standing || standing.system !== home?.system || standing.name !== home.name)
    return 'DATABASE_REPLICA_URL is not a replica of the database of DATABASE_URL';
  if (!standing.isReplica)
    return 'it takes writes of its own, as after a promotion: set DATABASE_REPLICA_URL to a replica of the primary';
  if (standing.timeline === null)
    return 'it receives nothing from a primary, or its user may not see that (grant pg_read_all_stats on the primary)';
  if (standing.timeline !== timeline)
    return `it follows timeline ${standing.timeline}, and the primary is on timeline ${timeline}`;
  return null;
}
