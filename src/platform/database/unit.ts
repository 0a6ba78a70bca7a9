import { setTimeout as sleep } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import type { Invalidation } from '#platform/freshness/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { createDialect } from './dialect.ts';
import { nothingCollected, toFlush, type Collected } from './flush.ts';
import type { Connection, Pool } from './pool.ts';
import type { Unit } from './port.ts';

const ATTEMPTS = 4; // a deadlock that comes back four times is a bug in lock order, not bad luck
const RETRIED = new Set(['40001', '40P01']); // serialisation failure, deadlock

/** What a commit has left for others to do. */
export interface Committed {
  /** Of the events, on the wire: `name.vN`. */
  readonly eventTypes: ReadonlySet<string>;
  readonly queues: ReadonlySet<string>;
  readonly invalidations: readonly Invalidation[];
  /** The transaction's id; empty when nothing was collected. */
  readonly xid: string;
}

export interface UnitsNeeds {
  readonly pool: Pool;
  readonly dialect: ReturnType<typeof createDialect>;
  readonly keys: Keys;
  /** Awaited before the write answers; must not throw. */
  readonly afterCommit: (committed: Committed) => Promise<void> | void;
}

export type Units = ReturnType<typeof createUnits>;

/** The one way to write. See `Db.write` for what callers may rely on. */
export function createUnits({ pool, dialect, keys, afterCommit }: UnitsNeeds) {
  async function write<Tables, R>(actor: Actor, work: (unit: Unit<Tables>) => Promise<R>): Promise<R> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(actor, work);
      } catch (error) {
        if (attempt === ATTEMPTS || !isRetried(error)) throw error;
        await sleep(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  async function once<Tables, R>(actor: Actor, work: (unit: Unit<Tables>) => Promise<R>): Promise<R> {
    const connection = await pool.connect();
    const collected = nothingCollected();
    let isBroken = false;
    let outcome: { result: R; xid: string };
    try {
      connection.query('begin').catch(() => {}); // the next statement on this connection fails with it
      const result = await work(createUnit(dialect.within<Tables>(connection), actor, collected));
      outcome = { result, xid: await commit(connection, actor, collected, result) };
    } catch (error) {
      isBroken = await connection.query('rollback').then(
        () => false,
        () => true,
      );
      throw error;
    } finally {
      connection.release(isBroken);
    }
    const { invalidations, events, work: items } = collected;
    if (outcome.xid !== '') {
      const queues = new Set(items.map(({ queue }) => queue.name));
      const eventTypes = new Set(events.map(({ event }) => event.type));
      await afterCommit({ eventTypes, queues, invalidations, xid: outcome.xid });
    }
    return outcome.result;
  }

  /** The COMMIT travels right behind the flush; when that fails, it ends the aborted transaction instead. */
  async function commit(connection: Connection, actor: Actor, collected: Collected, result: unknown): Promise<string> {
    const flush = toFlush(actor, collected, result, keys);
    const flushing = flush && connection.query<{ xid: string }>(flush.sql, flush.values);
    flushing?.catch(() => {}); // awaited below; a rejection must not surface before that
    const committing = connection.query('commit');
    committing.catch(() => {});
    const flushed = await flushing;
    const { command } = await committing;
    if (command !== 'COMMIT') throw new Error('a statement failed inside the unit and its error was swallowed');
    return flushed?.rows[0]?.xid ?? '';
  }

  return { write };
}

function createUnit<Tables>(tx: Transaction<Tables>, actor: Actor, collected: Collected): Unit<Tables> {
  return {
    tx,
    actor,
    publish: (event, payload) => void collected.events.push({ event, payload }),
    audit: (entry) => void collected.entries.push(entry),
    enqueue: (queue, item) => void collected.work.push({ queue, item }),
    invalidate: (topic, key) => void collected.invalidations.push({ topic, key }),
  };
}

function isRetried(error: unknown): boolean {
  return error instanceof Error && 'code' in error && RETRIED.has(String(error.code));
}
