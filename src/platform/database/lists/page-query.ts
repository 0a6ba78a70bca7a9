import { CompiledQuery, sql, type Kysely, type SelectQueryBuilder, type SqlBool } from 'kysely';
import { COUNT_LIMIT, isBeyondCount, toPage, toPaging, type PageQuery, type Paging } from '#kernel/page.ts';
import type { Filter } from './filter.ts';
import { WINDOW, windowOf, type PageOrder } from './page-order.ts';

/** So many rows that an index finds are read before they are ordered: each costs about four pages of the database. */
const FEW = 150;

/** What was found, among how many rows, and whether these were all. */
interface Looked extends Found {
  readonly looked: number;
  readonly isWhole: boolean;
}

type Executor = Pick<Kysely<unknown>, 'executeQuery'>;

/**
 * One page of the rows that `rows` finds, in `order`, with their count up to 10,000 (null with a cursor). With `filters` the
 * list may stop before its end: then there is no count, the page may have fewer items than it could, and `nextCursor` goes
 * on from there.
 * @throws `http.cursor_invalid` for a cursor of another list or order; `http.page_too_far` for a page number beyond the
 * first 10,000 rows of a list that has more
 */
export async function pageQuery<Tables, From extends keyof Tables, Row extends { id: string }>(
  db: Executor,
  rows: SelectQueryBuilder<Tables, From, Row>,
  query: PageQuery,
  order: PageOrder<NoInfer<Row>>,
  filters: readonly Filter[] = [],
) {
  const paging = toPaging(query, order.name, (text) => order.isValue(text));
  const { after } = paging;
  const behind = after ? rows.where(isBehind(order, after)) : rows;
  if (filters.length > 0) return toFoundPage(db, rows, order, paging, await look(db, behind, order, paging, filters));
  if (paging.offset > 0) return pageByNumber(db, rows, order, paging);
  // The rest is added as text: built by Kysely, it costs a list a third more CPU.
  const { sql: found, parameters } = behind.compile();
  const total = `(select count(*) from (${found} limit ${COUNT_LIMIT}) counted) as list_total`;
  const selected = after ? found : `select ${total}, ${found.slice('select '.length)}`;
  const text = `${selected} order by ${sortOf(order)} limit $${parameters.length + 1}`;
  const page = await run<Row & { listTotal: number }>(db, text, [...parameters, paging.pageSize + 1]);
  const count = after ? null : (page[0]?.listTotal ?? 0);
  return toPage<Row>({ rows: page, total: count }, paging, order.name, (row) => order.value(row));
}

/** The page, and where the next one begins. */
interface Found {
  readonly ids: readonly string[];
  readonly total: number | null;
  readonly next: Place | undefined;
}
interface Place {
  readonly id: string;
  readonly value: string;
}

/**
 * A page by its number. First the ids: of the rows that it skips, nothing else is read or computed.
 */
async function pageByNumber<Tables, From extends keyof Tables, Row extends { id: string }>(
  db: Executor,
  rows: SelectQueryBuilder<Tables, From, Row>,
  order: PageOrder<NoInfer<Row>>,
  paging: Paging,
) {
  const { offset, pageSize } = paging;
  const { sql: found, parameters } = placesOf(rows, order).compile();
  const limits = isBeyondCount(paging) ? [0, 0] : [pageSize + 1, offset];
  const text = `with page as materialized (
      ${found} order by ${sortOf(order)} limit $${parameters.length + 1} offset $${parameters.length + 2})
    select (select count(*) from (${found} limit ${COUNT_LIMIT}) counted) as total,
      array(select id::text from page) as ids, (select value::text from page offset ${pageSize - 1} limit 1) as value`;
  const [page] = await run<{ total: number; ids: string[]; value: string }>(db, text, [...parameters, ...limits]);
  const { total = 0, ids = [], value = '' } = page ?? {};
  const next = ids.length > pageSize ? { id: ids[pageSize - 1] ?? '', value } : undefined;
  return toFoundPage(db, rows, order, paging, { ids: ids.slice(0, pageSize), total, next });
}

async function toFoundPage<Tables, From extends keyof Tables, Row extends { id: string }>(
  db: Executor,
  rows: SelectQueryBuilder<Tables, From, Row>,
  order: PageOrder<NoInfer<Row>>,
  paging: Paging,
  { ids, total, next }: Found,
) {
  const { sql: found, parameters } = rows.where(isAnyOf(order, ids)).compile();
  const page = ids.length === 0 ? [] : await run<Row>(db, `${found} order by ${sortOf(order)}`, parameters);
  // By the place and not by the last row, which may be deleted between the statements.
  const stoppedAt = next && ({ id: next.id } as Row);
  return toPage<Row>({ rows: page, total, stoppedAt }, paging, order.name, (row) =>
    row === stoppedAt && next ? next.value : order.value(row),
  );
}

/** Finds a page of a filtered list, and counts it if it is the first page of a list that can be looked at as a whole. */
async function look<Tables, From extends keyof Tables, Row extends { id: string }>(
  db: Executor,
  rows: SelectQueryBuilder<Tables, From, Row>,
  order: PageOrder<NoInfer<Row>>,
  paging: Paging,
  filters: readonly Filter[],
): Promise<Found> {
  const found = await findPage(db, rows, order, paging, filters);
  if (found.total !== null || paging.after || found.looked >= WINDOW) return found;
  return { ...found, total: await countWhole(db, rows, order, filters) };
}

/** Of a list that can be looked at as a whole, how many rows pass the filters; null of a longer one, whose ids alone are read. */
async function countWhole<Tables, From extends keyof Tables, Row>(
  db: Executor,
  rows: SelectQueryBuilder<Tables, From, Row>,
  { id = 'id' }: PageOrder<NoInfer<Row>>,
  filters: readonly Filter[],
): Promise<number | null> {
  const all = rows.clearSelect().select(sql.raw(id).as('id'));
  const { sql: found, parameters } = filters.reduce((left, { condition }) => left.where(condition), all).compile();
  // Only one of the two subqueries runs for a longer list. The parameters of `all` are the first ones of `found`.
  const text = `select case when (select count(*) from (${all.compile().sql} limit ${WINDOW}) every) < ${WINDOW}
    then (select count(*) from (${found}) hits) end as total`;
  const [counted] = await run<{ total: number | null }>(db, text, parameters);
  return counted?.total ?? null;
}

/**
 * Finds the page among the next rows of the list, or by an index of a filter where that finds few. First among a part of the
 * next rows: of a filter that many rows pass, the page is full then, and an index would read many entries.
 */
async function findPage<Tables, From extends keyof Tables, Row extends { id: string }>(
  db: Executor,
  rows: SelectQueryBuilder<Tables, From, Row>,
  order: PageOrder<NoInfer<Row>>,
  paging: Paging,
  filters: readonly Filter[],
): Promise<Looked> {
  const { probe, window } = windowOf(order, paging);
  const hasIndex = filters.some(({ index }) => index);
  const lookAmong = (among: typeof rows, limit: number) => lookAt(db, among, order, paging, filters, limit);
  const newest = await lookAmong(rows, hasIndex ? probe : window);
  if (newest.isWhole || newest.ids.length === paging.pageSize || !hasIndex) return newest;
  const few = await findFew(db, filters);
  if (few) return lookAmong(rows.where(isAnyOf(order, few)), FEW + 1);
  return lookAmong(rows, window);
}

/**
 * The rows that an index of a filter finds, of any state and in no order, if these are at most `few`; null where no index
 * finds so few.
 */
export async function findFew(db: Executor, filters: readonly Filter[], few = FEW): Promise<string[] | null> {
  for (const { table, condition } of filters.flatMap(({ index }) => index ?? [])) {
    const { sql: found, parameters } = sql<{ id: string }>`
      select id from ${sql.raw(table)} where ${condition} limit ${few + 1}`.compile(db as Kysely<unknown>);
    const hits = await run<{ id: string }>(db, found, parameters);
    if (hits.length <= few) return hits.map(({ id }) => id);
  }
  return null;
}

/** Looks at the first `limit` of the rows; the limit is part of the text, since the plan depends on it. */
async function lookAt<Tables, From extends keyof Tables, Row extends { id: string }>(
  db: Executor,
  rows: SelectQueryBuilder<Tables, From, Row>,
  order: PageOrder<NoInfer<Row>>,
  { after, offset, pageSize }: Omit<Paging, 'page'>,
  filters: readonly Filter[],
  limit: number,
): Promise<Looked> {
  const conditions = filters.map(({ condition }) => condition);
  const places = placesOf(rows, order).select(sql<SqlBool>`(${sql.join(conditions, sql` and `)})`.as('is_hit'));
  const { sql: found, parameters } = places.compile();
  const at = (place: number) => `$${parameters.length + place}`;
  const text = `with looked as materialized (
      select *, row_number() over () as place from (${found} order by ${sortOf(order)} limit ${limit}) rows)
    select count(*) as looked, count(*) filter (where is_hit) as hits,
      array(select id::text from looked where is_hit order by place limit ${at(1)} offset ${at(2)}) as ids,
      (select value::text from looked where is_hit order by place limit 1 offset ${at(3)}) as value,
      (select id from looked order by place desc limit 1) as end_id,
      (select value::text from looked order by place desc limit 1) as end_value
    from looked`;
  const limits = [pageSize + 1, offset, offset + pageSize - 1];
  const [seen] = await run<Seen>(db, text, [...parameters, ...limits]);
  const { looked = 0, hits = 0, ids = [], value = '', endId = '', endValue = '' } = seen ?? {};
  const isWhole = looked < limit;
  const isFull = ids.length > pageSize;
  const end = isFull ? { id: ids[pageSize - 1] ?? '', value } : { id: endId, value: endValue };
  const isCounted = !after && (isWhole || hits >= COUNT_LIMIT);
  return {
    ids: ids.slice(0, pageSize),
    next: isFull || !isWhole ? end : undefined,
    isWhole,
    looked,
    total: isCounted ? Math.min(hits, COUNT_LIMIT) : null,
  };
}

/** The value is that of the last row of the page, the end that of the last row that was looked at. */
interface Seen {
  readonly looked: number;
  readonly hits: number;
  readonly ids: string[];
  readonly value: string;
  readonly endId: string;
  readonly endValue: string;
}

/** Of each row its place in the order: the value that it is ordered by, and its id. */
function placesOf<Tables, From extends keyof Tables, Row>(
  rows: SelectQueryBuilder<Tables, From, Row>,
  { by, id = 'id' }: PageOrder<NoInfer<Row>>,
) {
  return rows.clearSelect().select([sql.raw(id).as('id'), sql.raw(by?.sql ?? id).as('value')]);
}

function sortOf<Row>({ direction, by, bound, id = 'id' }: PageOrder<Row>): string {
  const columns = [bound, by && `${by.sql} ${direction}`, `${id} ${direction}`];
  return columns.filter((column) => column !== undefined).join(', ');
}

function isAnyOf<Row>({ id = 'id' }: PageOrder<Row>, ids: readonly string[]) {
  return sql<SqlBool>`${sql.raw(id)} = any(${ids}::uuid[])`;
}

/** After the row that a cursor names. */
function isBehind<Row>({ direction, by, id = 'id' }: PageOrder<Row>, after: { value: string; id: string }) {
  const side = sql.raw(direction === 'desc' ? '<' : '>');
  if (!by) return sql<SqlBool>`${sql.raw(id)} ${side} ${after.id}::uuid`;
  const value = sql`${after.value}::${sql.raw(by.type)}`;
  return sql<SqlBool>`(${sql.raw(by.sql)}, ${sql.raw(id)}) ${side} (${value}, ${after.id}::uuid)`;
}

async function run<R>(db: Executor, text: string, parameters: readonly unknown[]): Promise<R[]> {
  return (await db.executeQuery<R>(CompiledQuery.raw(text, [...parameters]))).rows;
}
