import { sql, type RawBuilder } from 'kysely';
import { system } from '#kernel/access.ts';
import { Problem } from '#kernel/problem.ts';
import type { LoggingNeeds } from '../needs.ts';
import { EVENT_COLUMNS, type FoundEvent } from '../store/queries.ts';
import type { EventConditions } from './conditions.ts';

const FIRST_SLICE_MS = 15 * 60_000;
const GROWTH = 4; // of each slice: a rare word takes seven questions to the index over a month
const WINDOWS = [5000, 500, 25]; // rows that are read for one call where no index helps; fewer if that takes too long
const SLICES_SHARE = 0.6; // of the budget; the rest is for a window, so that each call gets further
const DAY_MS = 86_400_000;
const NO_ID = '00000000-0000-0000-0000-000000000000';
const EVERY_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

export interface EventPlace {
  readonly value: string;
  readonly id: string;
}

export interface SliceQuery {
  readonly conditions: EventConditions;
  readonly direction: 'asc' | 'desc';
  /** Milliseconds since 1970; the second is not included. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly after: EventPlace | null;
  /** Rows that are passed over. */
  readonly offset?: number;
  readonly limit: number;
  readonly budgetMs: number;
}

export interface Slices {
  readonly rows: FoundEvent[];
  /** With those that were passed over; at least so many. */
  readonly matched: number;
  /** Where the search ended if it is not complete: all events before this place were looked at. */
  readonly stoppedAt: EventPlace | null;
  /** What was searched, in milliseconds since 1970. */
  readonly searched: { readonly fromMs: number; readonly toMs: number };
}

/**
 * Searches in slices of time, each larger than the one before: a common word is found in the first ones, and a rare one by
 * few questions to the index. A slice that does not end within the budget ends the search. Where no index helps, or none is
 * fast enough, the next 5,000 rows are read and compared, or as many as the budget allows.
 */
export function createSlices({ db }: Pick<LoggingNeeds, 'db'>) {
  /** In a transaction of its own, with a plan for these very values, and a time-out. */
  async function ask<R>(statement: RawBuilder<R>, timeoutMs: number): Promise<R[] | null> {
    try {
      await sql`select 1`.execute(db.read); // refused for a request that was given up, while a unit would go on
      return await db.write(system('logging'), async ({ tx }) => {
        await sql`select set_config('plan_cache_mode', 'force_custom_plan', true),
          set_config('statement_timeout', ${String(Math.max(1, Math.round(timeoutMs)))}, true)`.execute(tx);
        return (await statement.execute(tx)).rows;
      });
    } catch (error) {
      const isOver = error instanceof Problem ? error.code === 'database.timeout' : codeOf(error) === '57014';
      if (isOver) return null;
      throw error;
    }
  }

  /** The times of the first and the last event; null when there is none. */
  async function bounds(): Promise<{ firstMs: number; lastMs: number } | null> {
    const { rows } = await sql<{ first: string | null; last: string | null }>`
      select min(timestamp_utc) as first, max(timestamp_utc) as last from logging.event`.execute(db.read);
    const { first = null, last = null } = rows[0] ?? {};
    return first === null || last === null ? null : { firstMs: Date.parse(first), lastMs: Date.parse(last) };
  }

  async function search(query: SliceQuery): Promise<Slices> {
    const { conditions, direction, after, offset = 0, budgetMs } = query;
    const limit = offset + query.limit;
    const known = await bounds();
    const isDown = direction === 'desc';
    const afterMs = after ? Date.parse(after.value) : null;
    const fromMs = Math.max(query.fromMs, known?.firstMs ?? Infinity, isDown ? -Infinity : (afterMs ?? -Infinity));
    const toMs = Math.min(
      query.toMs,
      (known?.lastMs ?? -Infinity) + 1,
      isDown && afterMs !== null ? afterMs + 1 : Infinity,
    );
    const searched = { fromMs, toMs };
    if (!(fromMs < toMs)) return { rows: [], matched: 0, stoppedAt: null, searched: { fromMs: 0, toMs: 0 } };
    if (!conditions.isIndexed) return searchWindows(query, searched, budgetMs);

    const untilMs = performance.now() + budgetMs * SLICES_SHARE;
    const rows: FoundEvent[] = [];
    let edge = isDown ? toMs : fromMs;
    for (
      let widthMs = FIRST_SLICE_MS;
      rows.length < limit && (isDown ? edge > fromMs : edge < toMs);
      widthMs *= GROWTH
    ) {
      const slice = isDown
        ? { fromMs: Math.max(fromMs, edge - widthMs), toMs: edge }
        : { fromMs: edge, toMs: Math.min(toMs, edge + widthMs) };
      const isFirst = edge === (isDown ? toMs : fromMs);
      const isSorted = !isFirst && conditions.isByWords && offset === 0;
      const leftMs = untilMs - performance.now();
      const found =
        leftMs > 0 ? await ask(rowsOf({ ...query, ...slice }, limit - rows.length, isSorted), leftMs) : null;
      const done = isDown ? { fromMs: edge, toMs } : { fromMs, toMs: edge };
      if (found === null && isFirst) return searchWindows(query, searched, budgetMs * (1 - SLICES_SHARE));
      if (found === null) return { ...without(rows, offset), stoppedAt: edgeOf(edge, isDown), searched: done };
      rows.push(...found);
      edge = isDown ? slice.fromMs : slice.toMs;
    }
    return {
      ...without(rows, offset),
      stoppedAt: null,
      searched: isDown ? { fromMs: edge, toMs } : { fromMs, toMs: edge },
    };
  }

  /** Of the largest window that ends within its share of the budget. */
  async function searchWindows(query: SliceQuery, searched: Slices['searched'], budgetMs: number): Promise<Slices> {
    for (const window of WINDOWS) {
      const found = await searchWindow({ ...query, budgetMs: budgetMs / WINDOWS.length }, searched, window);
      if (found) return found;
    }
    const isDown = query.direction === 'desc';
    const stoppedAt = query.after ?? edgeOf(isDown ? searched.toMs : searched.fromMs, isDown);
    return { rows: [], matched: 0, stoppedAt, searched };
  }

  /** Null when it does not end within its budget. */
  async function searchWindow(query: SliceQuery, searched: Slices['searched'], window: number): Promise<Slices | null> {
    const { conditions, direction, offset = 0, limit, budgetMs } = query;
    const isHit = sql`coalesce(${sql.join(conditions.all, sql` and `)}, false)`;
    const columns = sql`e.id, e.received_at, e.timestamp_utc, ${isHit} as is_hit`;
    const looked = selectNext({ ...query, ...searched }, columns, [], window);
    const order = sql.raw(direction);
    const back = sql.raw(direction === 'desc' ? 'asc' : 'desc');
    const found = await ask(
      sql<FoundEvent & { looked: number; matched: number; lastAt: string; lastId: string }>`
        with looked as materialized (${looked}),
        hits as (select * from looked where is_hit order by timestamp_utc ${order}, id ${order}
          limit ${limit} offset ${offset}),
        last as (select timestamp_utc as last_at, id as last_id, (select count(*) from looked) as looked,
            (select count(*) from looked where is_hit) as matched
          from looked order by timestamp_utc ${back}, id ${back} limit 1)
        select ${EVENT_COLUMNS}, last.* from last
        left join (hits join logging.event e on e.id = hits.id and e.received_at = hits.received_at) on true
        order by e.timestamp_utc ${order}, e.id ${order}`,
      budgetMs,
    );
    if (found === null) return null;
    const [first] = found;
    const rows = found
      .filter(({ id }) => id !== null) // without a hit there is only the last place
      .map(({ looked: _looked, matched: _matched, lastAt: _lastAt, lastId: _lastId, ...row }) => row);
    const isOver = !first || first.looked < window || rows.length === limit;
    return {
      rows,
      matched: first?.matched ?? 0,
      stoppedAt: isOver ? null : { value: first.lastAt, id: first.lastId },
      searched,
    };
  }

  return { search, ask, bounds };
}

export type SliceService = ReturnType<typeof createSlices>;

function without(rows: FoundEvent[], offset: number) {
  return { rows: rows.slice(offset), matched: rows.length };
}

/**
 * `isSorted`: for few hits. They are found by their words and then sorted; in the order of time, the planner would read and
 * compare every event.
 */
function rowsOf(query: SliceQuery, limit: number, isSorted: boolean): RawBuilder<FoundEvent> {
  return selectNext(query, EVENT_COLUMNS, query.conditions.all, limit, isSorted ? " + interval '0'" : '');
}

/** The next rows of the range, in its order. */
function selectNext(
  { direction, fromMs, toMs, after }: SliceQuery,
  columns: RawBuilder<unknown>,
  conditions: EventConditions['all'],
  limit: number,
  sorted: '' | " + interval '0'" = '',
): RawBuilder<FoundEvent> {
  const order = sql.raw(direction);
  const side = sql.raw(direction === 'desc' ? '<' : '>');
  const behind = after
    ? [sql<boolean>`(e.timestamp_utc, e.id) ${side} (${after.value}::timestamptz, ${after.id}::uuid)`]
    : [];
  return sql<FoundEvent>`select ${columns} from logging.event e
    where ${sql.join([...timeConditions(fromMs, toMs), ...behind, ...conditions], sql` and `)}
    order by e.timestamp_utc${sql.raw(sorted)} ${order}, e.id ${order} limit ${limit}`;
}

/** An event is at most a day before its receipt, which bounds the days that are read. */
export function timeConditions(fromMs: number, toMs: number): RawBuilder<boolean>[] {
  return [
    sql<boolean>`e.timestamp_utc >= ${new Date(fromMs).toISOString()}::timestamptz`,
    sql<boolean>`e.timestamp_utc < ${new Date(toMs).toISOString()}::timestamptz`,
    sql<boolean>`e.received_at >= ${new Date(fromMs - DAY_MS).toISOString()}::timestamptz`,
  ];
}

function edgeOf(ms: number, isDown: boolean): EventPlace {
  return isDown
    ? { value: new Date(ms).toISOString(), id: NO_ID }
    : { value: new Date(ms - 1).toISOString(), id: EVERY_ID };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
