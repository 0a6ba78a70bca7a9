import { sql, type RawBuilder } from 'kysely';
import { system } from '#kernel/access.ts';
import { Problem } from '#kernel/problem.ts';
import { levels } from '../contract.ts';
import type { LoggingNeeds } from '../needs.ts';
import { EVENT_COLUMNS, type FoundEvent } from '../store/queries.ts';
import { toLevelNumber } from '../store/rows.ts';
import type { EventConditions } from './conditions.ts';
import { searchSlices, type SliceQuery, type Slices, type SliceSource } from './slices.ts';

const DAY_MS = 86_400_000;

/** Searches the events in PostgreSQL. */
export function createSlices({ db }: Pick<LoggingNeeds, 'db'>) {
  /** In a transaction of its own, with a plan for these very values, and a time-out. */
  async function ask<R>(statement: RawBuilder<R>, timeoutMs: number): Promise<R[] | null> {
    try {
      await sql`select 1`.execute(db.read); // refused for a request that was given up, while a unit would go on
      return await db.write(system('logging'), async ({ tx }) => {
        const limited = sql`select set_config('plan_cache_mode', 'force_custom_plan', true),
          set_config('statement_timeout', ${String(Math.max(1, Math.round(timeoutMs)))}, true)`.execute(tx);
        // Sent behind it at once: what is not under way when the request is given up would not be cancelled.
        const [, { rows }] = await Promise.all([limited, statement.execute(tx)]);
        return rows;
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

  const source: SliceSource = {
    bounds,
    rows: (query, limit, isSorted, timeoutMs) => ask(rowsOf(query, limit, isSorted), timeoutMs),
    window: searchWindow,
  };

  /** Not in slices: for few events, which are found by other things than their time and then sorted. */
  const rowsAtOnce = (query: SliceQuery, timeoutMs: number) => ask(rowsOf(query, query.limit, true), timeoutMs);

  return { search: (query: SliceQuery) => searchSlices(source, query), rowsAtOnce, ask, bounds };
}

export type SliceService = ReturnType<typeof createSlices>;

/**
 * `isSorted`: for few hits. They are found by their words and then sorted; in the order of time, the planner would read and
 * compare every event.
 */
function rowsOf(query: SliceQuery, limit: number, isSorted: boolean): RawBuilder<FoundEvent> {
  const { all, isByLevel } = query.conditions;
  const next = (conditions: EventConditions['all']) =>
    selectNext(query, EVENT_COLUMNS, conditions, limit, isSorted ? " + interval '0'" : '');
  if (!isByLevel) return next(all);
  const ofLevels = levels.map((level) => sql`(${next([sql<boolean>`e.level = ${toLevelNumber(level)}`, ...all])})`);
  const order = sql.raw(query.direction);
  return sql<FoundEvent>`select * from (${sql.join(ofLevels, sql` union all `)}) found
    order by timestamp_utc ${order}, id ${order} limit ${limit}`;
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

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
