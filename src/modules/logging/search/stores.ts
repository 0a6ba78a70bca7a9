import { sql, type RawBuilder } from 'kysely';
import { Problem } from '#kernel/problem.ts';
import { createDeadline, type Deadline } from '#kernel/limits/deadline.ts';
import { loggingErrors } from '../contract.ts';
import type { LoggingNeeds } from '../needs.ts';
import type { Archive } from '../store/archive.ts';
import type { Relay } from '../store/relay.ts';
import type { EventConditions } from './conditions.ts';
import { createArchiveSlices, type Range } from './slices-archive.ts';
import { timeConditions, type SliceService } from './slices-postgres.ts';
import { searchTail, sinceMark } from './slices-tail.ts';
import { unite, type EventPlace, type SliceQuery, type Slices } from './slices.ts';

export interface StoresNeeds extends Pick<LoggingNeeds, 'now'> {
  readonly slices: SliceService;
  /** Null when PostgreSQL has all events. */
  readonly archived: { readonly archive: Archive; readonly relay: Pick<Relay, 'mark'> } | null;
}

/** What events are counted by, as each store writes it. */
export interface EventKey {
  readonly ofEvents: RawBuilder<unknown>;
  readonly ofArchive: string;
}
export interface KeyCount {
  readonly key: string | null;
  readonly count: number;
}

/**
 * Searches both stores: before the mark ClickHouse, from it on PostgreSQL, so that each event is in one of them. While
 * ClickHouse does not answer, all that PostgreSQL still has is searched, and `isPartial` says so.
 */
export function createStores({ slices, archived, now }: StoresNeeds) {
  async function inBoth<R>(
    both: (mark: string, older: ReturnType<typeof createArchiveSlices>) => Promise<R>,
    alone: () => Promise<R>,
  ): Promise<R & { readonly isPartial: boolean }> {
    const mark = archived && (await archived.relay.mark());
    if (!archived || mark === null) return { ...(await alone()), isPartial: false };
    try {
      return { ...(await both(mark, createArchiveSlices(archived.archive, mark))), isPartial: false };
    } catch (error) {
      if (!isAway(error)) throw error;
      return { ...(await alone()), isPartial: true };
    }
  }

  function search(query: SliceQuery) {
    const deadline = createDeadline(query.budgetMs);
    return inBoth(
      async (mark, older) => {
        const whole = { ...query, offset: 0, limit: (query.offset ?? 0) + query.limit };
        const found = await allOf([searchTail(slices, whole, mark, now().getTime()), older.search(whole)]);
        return merge(query, found);
      },
      () => slices.search({ ...query, budgetMs: deadline.leftMs() }),
    );
  }

  /** Null when there is no event, or ClickHouse is away. */
  async function bounds(timeoutMs: number) {
    const found = await inBoth(
      async (_, older) => ({ known: await allOf([slices.bounds(), older.bounds(timeoutMs)]) }),
      async () => ({ known: [await slices.bounds()] }),
    );
    if (found.isPartial) return null;
    const known = found.known.filter((each) => each !== null);
    if (known.length === 0) return null;
    return {
      firstMs: Math.min(...known.map(({ firstMs }) => firstMs)),
      lastMs: Math.max(...known.map(({ lastMs }) => lastMs)),
    };
  }

  /** At most `most` of each store, the newest in the range; `rows` is null when that takes too long. */
  const count = (conditions: EventConditions, range: Range, key: EventKey, most: number, deadline: Deadline) =>
    inBoth<{ rows: readonly KeyCount[] | null }>(
      async (mark, older) => {
        const timeoutMs = deadline.leftMs();
        const [newer, archivedCounts] = await allOf([
          slices.ask(countOf(sinceMark(conditions, mark), range, key, most), timeoutMs),
          older.count(conditions, range, key.ofArchive, most, timeoutMs),
        ]);
        return { rows: newer && archivedCounts && [...newer, ...archivedCounts] };
      },
      async () => ({ rows: await slices.ask(countOf(conditions, range, key, most), deadline.leftMs()) }),
    );

  return { search, bounds, count, mark: async () => archived && archived.relay.mark() };
}

export type Stores = ReturnType<typeof createStores>;

function isAway(error: unknown): boolean {
  return error instanceof Problem && error.code === loggingErrors.archiveAway.code;
}

/** After both have ended, so that none runs on alone. */
async function allOf<A, B>([one, other]: readonly [Promise<A>, Promise<B>]): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}

/** What both have found, up to the place where the first of them has stopped. */
function merge({ direction, offset = 0, limit }: SliceQuery, [one, other]: readonly [Slices, Slices]): Slices {
  const sign = direction === 'desc' ? -1 : 1;
  const compare = (a: EventPlace, b: EventPlace) =>
    sign * (a.value === b.value ? (a.id < b.id ? -1 : a.id > b.id ? 1 : 0) : a.value < b.value ? -1 : 1);
  const [stoppedAt = null] = [one.stoppedAt, other.stoppedAt].filter((place) => place !== null).toSorted(compare);
  const rows = [...one.rows, ...other.rows]
    .map((row) => ({ row, place: { value: row.timestampUtc, id: row.id } }))
    .filter(({ place }) => stoppedAt === null || compare(place, stoppedAt) <= 0)
    .toSorted((a, b) => compare(a.place, b.place))
    .map(({ row }) => row);
  return {
    rows: rows.slice(offset, offset + limit),
    matched: one.matched + other.matched,
    stoppedAt,
    searched: unite(one.searched, other.searched),
  };
}

/** So many of the newest in the range. */
function countOf(
  { all }: EventConditions,
  { fromMs, toMs }: Range,
  { ofEvents }: EventKey,
  most: number,
): RawBuilder<KeyCount> {
  const conditions = [...timeConditions(fromMs, toMs), ...all];
  return sql<KeyCount>`select key, count(*) as count from (
    select ${ofEvents} as key from logging.event e where ${sql.join(conditions, sql` and `)} limit ${most}) matches group by 1`;
}
