import { sql, type QueryExecutorProvider, type RawBuilder, type SelectQueryBuilder, type SqlBool } from 'kysely';
import { COUNT_LIMIT, isBeyondCount, toPage, toPaging, type PageQuery } from '#kernel/page.ts';
import type { PageOrder } from './page-order.ts';

/** Rows of each way that a page with a filter looks at: some milliseconds. */
const WINDOW = 5000;

/**
 * SQL after `from` that finds some of the rows of a list, and has an index with its order: `notifications.message m where
 * m.user_id = …`. Ends with a condition; more follow.
 */
export type Way = RawBuilder<unknown>;

/**
 * Where a list reads its rows: "mine, or made by me, or shared with me". Each way reads its own index as far as the page,
 * where one condition with `or` would read all rows. A row that several ways find is listed once.
 */
export interface Ways {
  readonly ways: readonly Way[];
  /**
   * What no index of the ways has. It is looked for in the next 5,000 rows of each way: a page may have fewer items than
   * it could, and a cursor that goes on from there; then nothing is counted.
   */
  readonly filters?: readonly RawBuilder<SqlBool>[];
}

/**
 * The ids that the ways find, to be used as `id in ${…}`. `alias` is the name of the table in each of them. Distinct within
 * each way too: one may find a row several times, and a limit must count it once.
 */
export function idsOf(ways: readonly Way[], alias: string, end: RawBuilder<unknown> = sql``): RawBuilder<unknown> {
  const id = sql.raw(`${alias}.id`);
  return sql`(${sql.join(
    ways.map((way) => sql`(select distinct ${id} from ${way} ${end})`),
    sql` union `,
  )})`;
}

interface LookedRows {
  readonly ids: string[];
  /** Where the search for a filter stopped; null at the end of the list. */
  readonly stopId: string | null;
  readonly total: number | null;
}

/**
 * One page of those of `rows` that one of the ways finds, newest first. `order` is `newestFirst` of the column `m.id`,
 * where `m` is the name of the table in each way. Finds the ids first, and then reads only the rows of the page.
 * @throws as `pageQuery`
 */
export async function pageOfWays<Tables, From extends keyof Tables, Row extends { id: string }>(
  db: QueryExecutorProvider,
  rows: SelectQueryBuilder<Tables, From, Row>,
  ways: Ways,
  query: PageQuery,
  { name, value, isValue, id = 'id' }: PageOrder<{ id: string }>,
) {
  const paging = toPaging(query, name, isValue);
  const { after, offset, pageSize } = paging;
  const column = sql.raw(id);
  const behind = after ? sql`and ${column} < ${after.id}::uuid` : sql``;
  const looked = await look(db, ways, { id, behind, offset, limit: pageSize + 1, isCounted: !after });
  const { stopId, total } = looked;
  const ids = looked.ids.slice(0, pageSize);
  const items = rows.where(sql<boolean>`${column} = any(${ids}::uuid[])`).orderBy(sql`${column} desc`);
  const found = ids.length === 0 || isBeyondCount(paging) ? [] : ((await items.execute()) as Row[]);
  // By the ids, since a row may be deleted between the two statements. The list is ordered by the id alone, so the place
  // where it goes on needs no more of a row.
  const last = looked.ids.length > pageSize ? ids.at(-1) : stopId;
  const stoppedAt = last ? ({ id: last } as Row) : undefined;
  return toPage<Row>({ rows: found, total, stoppedAt }, paging, name, value);
}

interface Looking {
  readonly id: string;
  /** A condition that follows those of each way. */
  readonly behind: RawBuilder<unknown>;
  readonly offset: number;
  readonly limit: number;
  readonly isCounted: boolean;
}

async function look(
  db: QueryExecutorProvider,
  { ways, filters = [] }: Ways,
  { id, behind, offset, limit, isCounted }: Looking,
): Promise<LookedRows> {
  const alias = id.slice(0, id.indexOf('.'));
  const [column, table] = [sql.raw(id), sql.raw(alias)];
  const sorted = ways.map((way) => sql`${way} ${behind} order by ${column} desc`);
  const windows = sorted.map((way) => sql`(select ${table}.* from ${way} limit ${WINDOW}) ${table}`);
  const first = (count: number) =>
    filters.length === 0
      ? idsOf(sorted, alias, sql`limit ${count}`)
      : idsOf(windows, alias, sql`where ${sql.join(filters, sql` and `)} order by ${column} desc limit ${count}`);
  // Beyond it, a way has rows that were not looked at, so that the next ones of the list are not known.
  const ends = sorted.map((way) => sql`(select ${column} from ${way} offset ${WINDOW - 1} limit 1)`);
  const stop =
    filters.length === 0
      ? sql`null::uuid`
      : sql`(
    select id from (${sql.join(ends, sql` union all `)}) ends order by id desc limit 1)`;
  const total = sql`(select count(*) from (select from ${first(COUNT_LIMIT)} found limit ${COUNT_LIMIT}) counted)`;
  const { rows } = await sql<LookedRows>`
    with stop as materialized (select ${stop} as id)
    select array(
        select id from ${first(Math.min(offset + limit, COUNT_LIMIT))} found
        where id >= coalesce((select id from stop), id) order by id desc limit ${limit} offset ${offset}
      )::text[] as ids,
      (select id from stop) as stop_id,
      case when (select id from stop) is null then ${isCounted ? total : sql`null`} end::int8 as total`.execute(db);
  return rows[0] ?? { ids: [], stopId: null, total: 0 };
}
