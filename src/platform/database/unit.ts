import { setTimeout as sleep } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import type { Invalidation } from '#platform/decision-cache/port.ts';
import { toPersonSealing, type PersonKeysOfUnits } from '#platform/audit/person-keys.ts';
import { peopleIn } from '#platform/audit/recording.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { SpanDef, Tracer } from '#platform/telemetry/port.ts';
import type { createDialect } from './dialect.ts';
import { isOutdated } from './driver/statement.ts';
import { nothingCollected, toFlush, type Collected } from './flush.ts';
import type { Connection, Pool } from './pool.ts';
import { toSnakeCase, type AnyUnit, type Unit } from './port.ts';

const UNIT: SpanDef = { name: 'database unit', kind: 'client', attributes: { 'db.system.name': 'postgresql' } };
const ATTEMPTS = 4; // a deadlock that repeats four times is a bug in the lock order
const MOST_OUTDATED = 20; // more statements than a unit has
const RETRIED = new Set(['40001', '40P01']); // serialisation failure, deadlock

/** What a commit contained that others must act on. */
export interface Committed {
  /** Types of the events: `name.vN`. */
  readonly eventTypes: ReadonlySet<string>;
  readonly queues: ReadonlySet<string>;
  readonly invalidations: readonly Invalidation[];
  /** Whether it has audit entries, which then wait to be sealed. */
  readonly hasEntries: boolean;
  /** The transaction's id; empty when nothing was collected. */
  readonly xid: string;
}

export interface UnitsNeeds {
  readonly pool: Pool;
  readonly dialect: ReturnType<typeof createDialect>;
  readonly keys: Keys;
  readonly people: PersonKeysOfUnits;
  readonly tracer: Tracer;
  /** Awaited before the write answers; must not throw. */
  readonly afterCommit: (committed: Committed) => Promise<void> | void;
}

/** A group of units in one transaction, one per actor in this order, that `work` writes together. */
export interface Part {
  readonly actors: readonly Actor[];
  work(units: readonly AnyUnit[]): Promise<void>;
}

interface Performed {
  readonly actor: Actor;
  readonly collected: Collected;
  readonly result: unknown;
}

export type Units = ReturnType<typeof createUnits>;

/** The one way to write. See `Db.write` for what callers may rely on. */
export function createUnits({ pool, dialect, keys, people, tracer, afterCommit }: UnitsNeeds) {
  function write<Tables, R>(actor: Actor, work: (unit: Unit<Tables>) => Promise<R>): Promise<R> {
    return tracer.during(UNIT, actor.origin, () => repeatedly(actor, work));
  }

  async function repeatedly<Tables, R>(actor: Actor, work: (unit: Unit<Tables>) => Promise<R>): Promise<R> {
    for (let [attempt, outdated] = [1, 0]; ;) {
      try {
        return await once(actor, work);
      } catch (error) {
        if (isOutdated(error) && ++outdated < MOST_OUTDATED) continue; // one statement at a time gets its new columns
        if (attempt === ATTEMPTS || !isRetried(error)) throw error;
        await sleep(Math.random() * 10 * 2 ** attempt++);
      }
    }
  }

  async function once<Tables, R>(actor: Actor, work: (unit: Unit<Tables>) => Promise<R>): Promise<R> {
    const { result } = await transact(async (connection) => {
      const collected = nothingCollected();
      const answer = await work(createUnit(dialect.within<Tables>(connection), actor, collected, connection));
      return { result: answer, all: [{ actor, collected, result: answer }] };
    });
    return result;
  }

  /**
   * Runs several units in one transaction, one after another: all commit or none. `open` runs first, in the same
   * transaction, and answers the parts. Not retried: units that fail together may succeed separately.
   */
  async function writeTogether(open: (tx: Transaction<never>) => Promise<readonly Part[]>): Promise<void> {
    await transact(async (connection) => {
      const all: Performed[] = [];
      const tx = dialect.within<never>(connection);
      for (const { actors, work } of await open(tx)) {
        const performed = actors.map((actor) => ({ actor, collected: nothingCollected(), result: undefined }));
        await work(performed.map(({ actor, collected }) => createUnit(tx, actor, collected, connection)));
        all.push(...performed);
      }
      return { result: undefined, all };
    });
  }

  /** See `Db.writeTogether`. */
  async function writeAll<Tables, R>(
    actors: readonly Actor[],
    work: (units: readonly Unit<Tables>[]) => Promise<readonly R[]>,
  ): Promise<readonly R[]> {
    const { result } = await transact(async (connection) => {
      const tx = dialect.within<Tables>(connection);
      const parts = actors.map((actor) => ({ actor, collected: nothingCollected() }));
      const results = await work(parts.map(({ actor, collected }) => createUnit(tx, actor, collected, connection)));
      return { result: results, all: parts.map((part, index) => ({ ...part, result: results[index] })) };
    });
    return result;
  }

  async function transact<R>(run: (connection: Connection) => Promise<{ result: R; all: readonly Performed[] }>) {
    const connection = await pool.connect();
    let isBroken = false;
    let outcome: { result: R; all: readonly Performed[]; xid: string };
    try {
      connection.query('begin').catch(() => {}); // the next statement on this connection fails with it
      const done = await run(connection);
      outcome = { ...done, xid: await commit(connection, done.all) };
    } catch (error) {
      isBroken = await connection.query('rollback').then(
        () => false,
        () => true,
      );
      throw error;
    } finally {
      connection.release(isBroken);
    }
    if (outcome.xid !== '') {
      const collected = outcome.all.map((performed) => performed.collected);
      const queues = new Set(collected.flatMap(({ work }) => work.map(({ queue }) => queue.name)));
      const eventTypes = new Set(collected.flatMap(({ events }) => events.map(({ event }) => event.type)));
      const invalidations = collected.flatMap((each) => each.invalidations);
      const hasEntries = collected.some(({ entries }) => entries.length > 0);
      await afterCommit({ eventTypes, queues, invalidations, hasEntries, xid: outcome.xid });
    }
    return outcome;
  }

  /**
   * COMMIT is sent right behind the flush statements; when one of them fails, it ends the aborted transaction instead.
   */
  async function commit(connection: Connection, all: readonly Performed[]): Promise<string> {
    const inEntries = all.flatMap(({ actor, collected }) => peopleIn(actor, collected.entries));
    const found = inEntries.length > 0 ? await people.within(connection, inEntries) : new Map<string, null>();
    const sealing = { keys, people: toPersonSealing(keys, found) };
    const flushes = combine(all).map(({ actor, collected, result }) => toFlush(actor, collected, result, sealing));
    const flushing = flushes
      .filter((flush) => flush !== null)
      .map(({ sql, values }) => {
        const flushed = connection.query<{ xid: string }>(sql, values);
        flushed.catch(() => {}); // awaited below; a rejection must not surface before that
        return flushed;
      });
    const committing = connection.query('commit');
    committing.catch(() => {});
    let xid = '';
    for (const flushed of flushing) xid = (await flushed).rows[0]?.xid ?? '';
    const { command } = await committing;
    if (command !== 'COMMIT')
      throw new Error('a statement failed inside the unit and its error was caught and ignored: nothing was committed');
    people.keep(found);
    return xid;
  }

  return { write, writeAll, writeTogether };
}

/**
 * Combines several units: their events and their work are inserted at once, and their keyed work in the order of keys over all of
 * them, as within one unit, so that units that enqueue for the same keys cannot deadlock.
 */
function combine(all: readonly Performed[]): readonly Performed[] {
  if (all.length < 2) return all;
  const isKeyed = ({ item }: Collected['work'][number]) => item.key !== undefined;
  const keyed = all.flatMap(({ actor, collected }) =>
    collected.work.filter(isKeyed).map((item) => ({ actor, collected: { ...nothingCollected(), work: [item] } })),
  );
  const sorted = keyed.toSorted((a, b) => keyOf(a).localeCompare(keyOf(b)));
  const events = all.flatMap(({ collected }) => collected.events);
  const work = all.flatMap(({ collected }) => collected.work.filter((item) => !isKeyed(item)));
  const rest = all.map(({ actor, collected, result }, index) => {
    return {
      actor,
      result,
      collected: { ...collected, ...(index === 0 ? { work, events } : { work: [], events: [] }) },
    };
  });
  return [...rest, ...sorted.map((each) => ({ ...each, result: undefined }))];
}

function keyOf({ collected: { work } }: Pick<Performed, 'collected'>): string {
  return String(work[0]?.item.key);
}

function createUnit<Tables>(
  tx: Transaction<Tables>,
  actor: Actor,
  collected: Collected,
  connection: Pick<Connection, 'copy'>,
): Unit<Tables> {
  return {
    tx,
    actor,
    copy: (table, columns, content) =>
      connection.copy(`copy ${table} (${columns.map(toSnakeCase).join(', ')}) from stdin`, content),
    publish: (event, payload) => void collected.events.push({ event, payload, origin: actor.origin }),
    audit: (entry) => void collected.entries.push(entry),
    enqueue: (queue, item) => void collected.work.push({ queue, item, origin: actor.origin }),
    invalidate: (topic, key) => void collected.invalidations.push({ topic, key }),
  };
}

function isRetried(error: unknown): boolean {
  return isOutdated(error) || (error instanceof Error && 'code' in error && RETRIED.has(String(error.code)));
}
