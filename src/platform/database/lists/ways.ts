import { sql, type QueryExecutorProvider, type RawBuilder, type SelectQueryBuilder, type SqlBool } from 'kysely';
import { COUNT_LIMIT, isBeyondCount, toPage, toPaging, type PageQuery, type Paging } from '#kernel/page.ts';
import { WINDOW, type PageOrder } from './page-order.ts';

/** Of each of several ways so many rows are looked at: each may be in another page of the database. */
const WINDOW_BESIDE = 300;
/** Of a way that does not read the table of the list: each row costs about four pages. */
const WINDOW_ELSEWHERE = 100;

/** Where a list reads some of its rows: by an index that has the order of the list. */
export interface Way {
  /** SQL after `from`. */
  readonly from: RawBuilder<unknown>;
  readonly where: RawBuilder<SqlBool>;
  /** As in `PageOrder`; `where` has it by `isExactly`. */
  readonly bound?: string;
  /** SQL of the id in it, which it may find several times. Default: that of the order of the list; another one if `from` is not the table of the list. */
  readonly id?: string;
}

/**
 * "Mine, or made by me, or shared with me": each way reads its own index as far as the page, where one condition with `or`
 * would read all rows. A row that several ways find is listed once.
 */
export interface Ways {
  /** The table of the list with its alias: `notifications.message m`. */
  readonly table: string;
  readonly ways: readonly Way[];
  /**
   * What no index of the ways has. It is looked for in the next rows of each way: a page may have fewer items than it could,
   * and a cursor that goes on from there; then nothing is counted.
   */
  readonly filters?: readonly RawBuilder<SqlBool>[];
}

/** The ids with a condition that the ways find, to be used as `id in ${…}`. */
export function idsOf(ways: readonly Way[], id: string, condition: (id: RawBuilder<unknown>) => RawBuilder<SqlBool>) {
  const found = ways.map(({ from, where, id: own = id }) => {
    const column = sql.raw(own);
    return sql`select ${column} from ${from} where ${where} and ${condition(column)}`;
  });
  return sql`(${sql.join(found, sql` union `)})`;
}

interface Looked {
  readonly ids: string[];
  /** Where the search for a filter stopped; null at the end of the list. */
  readonly stopId: string | null;
  readonly total: number | null;
}

/**
 * One page of those of `rows` that one of the ways finds, newest first. Finds the ids first, and then reads only the rows of
 * the page.
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
  const { pageSize } = paging;
  const look = ways.filters?.length ? lookFor : list;
  const { ids: looked, stopId, total } = await look(db, ways, id, paging);
  const ids = looked.slice(0, pageSize);
  const column = sql.raw(id);
  const items = rows.where(sql<boolean>`${column} = any(${ids}::uuid[])`).orderBy(sql`${column} desc`);
  const found = ids.length === 0 || isBeyondCount(paging) ? [] : ((await items.execute()) as Row[]);
  // By the ids, since a row may be deleted between the two statements. The list is ordered by the id alone, so the place
  // where it goes on needs no more of a row.
  const last = looked.length > pageSize ? ids.at(-1) : stopId;
  const stoppedAt = last ? ({ id: last } as Row) : undefined;
  return toPage<Row>({ rows: found, total, stoppedAt }, paging, name, value);
}

/** Without a filter: the ids of the page, and with a number also as many of those before and behind it as are counted. */
async function list(db: QueryExecutorProvider, { ways }: Ways, id: string, paging: Paging): Promise<Looked> {
  const { after, offset, pageSize } = paging;
  const limit = sql.lit(after ? pageSize + 1 : COUNT_LIMIT);
  const each = ways.map(
    (way) =>
      sql`(select ${sql.raw(way.id ? 'distinct ' : '')} ${columnOf(way, id)} as id from ${next(way, id, paging)} limit ${limit})`,
  );
  const { rows } = await sql<Looked>`
    with found as materialized (
      select id from (${sql.join(each, sql` union `)}) every order by id desc limit ${limit})
    select array(select id from found order by id desc limit ${pageSize + 1} offset ${offset})::text[] as ids,
      null as stop_id, ${after ? sql`null` : sql`(select count(*) from found)`}::int8 as total`.execute(db);
  return rows[0] ?? { ids: [], stopId: null, total: 0 };
}

/** With a filter: what passes it among the next rows of each way. */
async function lookFor(db: QueryExecutorProvider, ways: Ways, id: string, paging: Paging): Promise<Looked> {
  const { after, offset, pageSize } = paging;
  const { table, filters = [] } = ways;
  const windows = ways.ways.map((way, at) => {
    const limit = way.id ? WINDOW_ELSEWHERE : ways.ways.length > 1 ? WINDOW_BESIDE : WINDOW;
    const isHit = sql`coalesce(${sql.join(filters, sql` and `)}, false) as is_hit`;
    const some = sql`${next(way, id, paging)} limit ${sql.lit(limit)}`;
    const rows = way.id
      ? sql`select next.id, ${isHit} from (select ${sql.raw(way.id)} as id from ${some}) next
          left join ${sql.raw(table)} on ${sql.raw(id)} = next.id`
      : sql`select ${sql.raw(id)} as id, ${isHit} from ${some}`;
    const name = sql.raw(`way_${at}`);
    // Beyond its end, a way has rows that were not looked at, so that the next ones of the list are not known.
    const end = sql`(select id from ${name} order by id desc offset ${sql.lit(limit - 1)} limit 1)`;
    return { name, end, as: sql`${name} as materialized (${rows})` };
  });
  const hits = windows.map(({ name }) => sql`select id from ${name} where is_hit`);
  const stop = sql`select greatest(${sql.join(windows.map(({ end }) => end))}) as id`;
  const { rows } = await sql<Looked>`
    with ${sql.join(windows.map(({ as }) => as))},
    stop as materialized (${stop}),
    found as materialized (
      select id from (${sql.join(hits, sql` union `)}) hits where id >= coalesce((select id from stop), id))
    select array(select id from found order by id desc limit ${pageSize + 1} offset ${offset})::text[] as ids,
      (select id from stop) as stop_id,
      case when (select id from stop) is null then ${after ? sql`null` : sql`(select count(*) from found)`} end::int8
        as total`.execute(db);
  return rows[0] ?? { ids: [], stopId: null, total: 0 };
}

function columnOf({ id: own }: Way, id: string): RawBuilder<unknown> {
  return sql.raw(own ?? id);
}

/** After `from`: the rows of a way behind the cursor, in the order of the list. */
function next(way: Way, id: string, { after }: Paging): RawBuilder<unknown> {
  const column = columnOf(way, id);
  const isBehind = after ? sql`and ${column} < ${after.id}::uuid` : sql``;
  const bound = sql.raw(way.bound ? `${way.bound}, ` : '');
  return sql`${way.from} where ${way.where} ${isBehind} order by ${bound} ${column} desc`;
}
