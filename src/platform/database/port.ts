import {
  CompiledQuery,
  sql,
  type Insertable,
  type Kysely,
  type QueryExecutorProvider,
  type RawBuilder,
  type SelectQueryBuilder,
  type SqlBool,
  type Transaction,
} from 'kysely';
import type { Static, TObject, TSchema } from 'typebox';
import type { Actor } from '#kernel/access.ts';
import type { EventDef } from '#kernel/event.ts';
import { UUID_PATTERN } from '#kernel/id.ts';
import { COUNT_LIMIT, isBeyondCount, toPage, toPaging, type FoundRows, type PageQuery } from '#kernel/page.ts';
import { searchKeys, searchText } from '#kernel/text.ts';
import type { Enqueue } from '#kernel/work.ts';
import type { AuditRecord } from '#platform/audit/port.ts';

const BATCH = 500;

/**
 * Access to a module's own tables: a query that names another module's table does not compile. Implementations retry
 * deadlocks and serialisation failures, so callers do not.
 */
export interface Db<Tables> {
  /** Statements outside a transaction. */
  readonly read: Kysely<Tables>;
  /**
   * Runs `work` in one transaction (read committed) and commits it; rolls back when it throws. Every write has an
   * `actor`, the author of its events and audit entries. `work` may run again after a deadlock, so it must have no
   * effect outside the unit. After an `invalidate` the promise resolves when no node can still decide by the old state.
   */
  write<R>(actor: Actor, work: (unit: Unit<Tables>) => Promise<R>): Promise<R>;
}

/**
 * One open transaction, and what commits with it. The four verbs only collect; at the end of the unit everything
 * collected is stored, and it takes effect only if the transaction commits.
 */
export interface Unit<Tables> {
  readonly tx: Transaction<Tables>;
  readonly actor: Actor;
  /** Publishes an event to all subscribers, in this process and others. */
  publish<S extends TSchema>(event: EventDef<S>, payload: Static<S>): void;
  /** One entry in the audit trail, with this unit's actor as author. */
  audit(entry: AuditRecord): void;
  /** Work to be done after the commit, at least once, by any process that runs workers. */
  enqueue: Enqueue;
  /** Invalidates a value in the decision cache of every node before this write answers. */
  invalidate(topic: string, key: string): void;
}

/** A unit of any module: for handlers, and for methods of an `Api` that take their caller's unit. */
export type AnyUnit = Unit<never>;

/**
 * The same unit, typed with the tables of a module. One pool serves all modules; `Tables` only narrows what a query may
 * name.
 */
export function withTables<Tables>(unit: AnyUnit): Unit<Tables> {
  return unit as unknown as Unit<Tables>;
}

/** The same unit, to pass to another module. */
export function withoutTables<Tables>(unit: Unit<Tables>): AnyUnit {
  return unit as unknown as AnyUnit;
}

/** How names of columns are written in SQL. */
export function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => `_${letters.toLowerCase()}`);
}

/**
 * All columns of a schema, for `select` and `returning` over one table; typed as the names that it stands for. It is one
 * piece of SQL, printed once: built name by name for each query, the columns cost a list of todos a tenth of its CPU.
 */
export function columnsOf<S extends TObject>(schema: S): (keyof Static<S> & string)[] {
  return [sql.raw(toColumnList(Object.keys(schema.properties)))] as unknown as (keyof Static<S> & string)[];
}

function toColumnList(names: readonly string[]): string {
  return names.map((name) => `"${toSnakeCase(name)}"`).join(', ');
}

/**
 * Inserts one row with values for these columns, and answers the columns of `schema`. For tables that requests write all
 * the time: its text is made once, which saves the creation of a todo a tenth of its CPU.
 */
export function insertOf<Tables, Table extends keyof Tables & string, S extends TObject>(
  table: Table,
  columns: readonly (keyof Insertable<Tables[Table]> & string)[],
  schema: S,
) {
  const places = columns.map((_, index) => `$${index + 1}`).join(', ');
  const answer = toColumnList(Object.keys(schema.properties));
  const text = `insert into ${table} (${toColumnList(columns)}) values (${places}) returning ${answer}`;
  return async (tx: Transaction<Tables>, row: Insertable<Tables[Table]>): Promise<Static<S>> => {
    const values = columns.map((column) => row[column]);
    const { rows } = await tx.executeQuery<Static<S>>(CompiledQuery.raw(text, values));
    return rows[0] as Static<S>;
  };
}

/** Rows of each way that a page with a filter looks at: some milliseconds. */
const WINDOW = 5000;

/** The order of a list, and how a cursor stores a place in it. */
export interface PageOrder<Row> {
  /** Part of the cursor, so that one made for another order is refused: `createdAt:desc`. */
  readonly name: string;
  readonly direction: 'asc' | 'desc';
  /** What the list is ordered by before the id, and its type: SQL that the program wrote. Default: the id alone. */
  readonly by?: { readonly sql: string; readonly type: string };
  /** SQL of the id's column, where the query joins several tables. Default: `id`. */
  readonly id?: string;
  /** The text of a row's sort value. */
  value(row: Row): string;
  /** Whether a text can be a sort value: a cursor is input like any other. */
  isValue(text: string): boolean;
}

/** By id, which grows with time. */
export function newestFirst(id = 'id'): PageOrder<{ id: string }> {
  return {
    name: 'createdAt:desc',
    direction: 'desc',
    id,
    value: (row) => row.id,
    isValue: (text) => UUID_PATTERN.test(text),
  };
}

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

/** The ids that the ways find, to be used as `id in ${…}`. `alias` is the name of the table in each of them. */
export function idsOf(ways: readonly Way[], alias: string, end: RawBuilder<unknown> = sql``): RawBuilder<unknown> {
  const id = sql.raw(`${alias}.id`);
  return sql`(${sql.join(
    ways.map((way) => sql`(select ${id} from ${way} ${end})`),
    sql` union `,
  )})`;
}

/**
 * One page of the rows that `rows` finds, in `order`, with their count up to 10,000 (null with a cursor), in one statement.
 * With `ways`, of those rows that one of them finds; the order is that of the ids then.
 * @throws `http.cursor_invalid` for a cursor of another list or order; `http.page_too_far` for a page number beyond the
 * first 10,000 rows of a list that has more
 */
export async function pageQuery<Tables, From extends keyof Tables, Row extends { id: string }>(
  db: QueryExecutorProvider & Pick<Kysely<unknown>, 'executeQuery'>,
  rows: SelectQueryBuilder<Tables, From, Row>,
  query: PageQuery,
  order: PageOrder<NoInfer<Row>>,
  ways: Ways | null = null,
) {
  const paging = toPaging(query, order.name, (text) => order.isValue(text));
  const { after, offset, pageSize } = paging;
  const list = ways ? listOfWays(db, rows, order, ways) : listOfRows(db, rows, order);
  const found = after ? await list.behind(after, pageSize + 1) : await list.counted(pageSize + 1, offset);
  return toPage(found, paging, order.name, (row) => order.value(row));
}

interface ListStatements<Row> {
  /** After the row that a cursor names. */
  behind(after: { value: string; id: string }, limit: number): Promise<FoundRows<Row>>;
  counted(limit: number, offset: number): Promise<FoundRows<Row>>;
}

/** The ends of the statements are added as text: built by Kysely, they cost a list a third more CPU. */
function listOfRows<Tables, From extends keyof Tables, Row>(
  db: Pick<Kysely<unknown>, 'executeQuery'>,
  rows: SelectQueryBuilder<Tables, From, Row>,
  order: PageOrder<NoInfer<Row>>,
): ListStatements<Row> {
  const { direction, by, id = 'id' } = order;
  const sorted = by ? `${by.sql} ${direction}, ${id} ${direction}` : `${id} ${direction}`;
  const run = async <R>(text: string, parameters: readonly unknown[]) =>
    (await db.executeQuery<R>(CompiledQuery.raw(text, [...parameters]))).rows;
  const pageEnd = ({ length }: readonly unknown[]) => `order by ${sorted} limit $${length + 1} offset $${length + 2}`;

  return {
    async behind(after, limit) {
      const { sql: found, parameters } = rows.where(isBehind(order, after)).compile();
      return { rows: await run<Row>(`${found} ${pageEnd(parameters)}`, [...parameters, limit, 0]), total: null };
    },
    async counted(limit, offset) {
      const { sql: found, parameters } = rows.compile();
      const total = `(select count(*) from (${found} limit ${COUNT_LIMIT}) counted) as list_total`;
      const selected = `select ${total}, ${found.slice('select '.length)} ${pageEnd(parameters)}`;
      const page = [...parameters, limit, offset];
      const items = isBeyondCount({ offset }) ? [] : await run<Row & { listTotal: number }>(selected, page);
      // An empty page has no count: after the end of a list, the count is a separate query.
      if (items[0] || offset === 0) return { rows: items, total: items[0]?.listTotal ?? 0 };
      const [count] = await run<{ listTotal: number }>(`select ${total}`, parameters);
      return { rows: items, total: count?.listTotal ?? 0 };
    },
  };
}

function listOfWays<Tables, From extends keyof Tables, Row extends { id: string }>(
  db: QueryExecutorProvider,
  rows: SelectQueryBuilder<Tables, From, Row>,
  { direction, id = 'id' }: PageOrder<NoInfer<Row>>,
  { ways, filters = [] }: Ways,
): ListStatements<Row> {
  const alias = id.slice(0, id.indexOf('.'));
  const [column, side] = [sql.raw(id), sql.raw(direction)];
  const sorted = sql`order by ${column} ${side}`;
  const last = sql.raw(direction === 'desc' ? 'max' : 'min');

  async function run(behind: RawBuilder<unknown>, limit: number, offset: number, isCounted: boolean) {
    const isFiltered = filters.length > 0;
    const read = (way: Way) => sql`${way} ${behind} ${sorted}`;
    const first = (count: number) =>
      isFiltered
        ? idsOf(
            ways.map((way) => sql`(select ${sql.raw(alias)}.* from ${read(way)} limit ${WINDOW}) ${sql.raw(alias)}`),
            alias,
            sql`where ${sql.join(filters, sql` and `)} limit ${count}`,
          )
        : idsOf(ways.map(read), alias, sql`limit ${count}`);
    // The place up to which each way has looked, if one has more rows than were looked at.
    const stops = ways.map((way) => sql`(select ${column} as id from ${read(way)} offset ${WINDOW - 1} limit 1)`);
    const stop = sql`(select ${last}(id::text)::uuid from (${sql.join(stops, sql` union all `)}) stops)`;
    const isNear = sql`where id ${sql.raw(direction === 'desc' ? '>=' : '<=')} coalesce((select id from stop), id)`;
    const reach = Math.min(offset + limit, COUNT_LIMIT);
    const count = isCounted
      ? sql`(select count(*) from (select from ${first(COUNT_LIMIT)} found limit ${COUNT_LIMIT}) counted)`
      : sql`null::int8`;
    const { rows: looked } = await sql<{ ids: string[]; stopId: string | null; total: number | null }>`
      with stop as materialized (select ${isFiltered ? stop : sql`null::uuid`} as id)
      select array(select id from ${first(reach)} found ${isNear} order by id ${side} limit ${limit} offset ${offset})::text[] as ids,
        (select id from stop) as stop_id, case when (select id from stop) is null then ${count} end as total`.execute(
      db,
    );
    const { ids, stopId, total } = looked[0] ?? { ids: [], stopId: null, total: null };
    const items = rows.where(sql<boolean>`${column} = any(${ids}::uuid[])`).orderBy(sql`${column} ${side}`);
    const found = ids.length === 0 ? [] : ((await items.execute()) as Row[]);
    const stoppedAt = stopId === null || ids.length === limit ? undefined : ({ id: stopId } as Row); // ordered by the id
    return { rows: found, total, stoppedAt };
  }

  return {
    behind: (after, limit) => run(sql`and ${isBehind({ direction, id }, after)}`, limit, 0, false),
    counted: (limit, offset) => run(sql``, limit, offset, true),
  };
}

/** After the row that a cursor names. */
function isBehind<Row>(
  { direction, by, id = 'id' }: Pick<PageOrder<Row>, 'direction' | 'by' | 'id'>,
  after: { value: string; id: string },
) {
  const side = sql.raw(direction === 'desc' ? '<' : '>');
  if (!by) return sql<boolean>`${sql.raw(id)} ${side} ${after.id}::uuid`;
  const value = sql`${after.value}::${sql.raw(by.type)}`;
  return sql<boolean>`(${sql.raw(by.sql)}, ${sql.raw(id)}) ${side} (${value}, ${after.id}::uuid)`;
}

/** The index over the texts of a table, in which `search_text` is the column that `platform.search_text` has folded. */
export interface SearchIndex {
  /** `schema.table`. */
  readonly table: string;
  /** The name by which the query knows the table, if it has one. */
  readonly alias?: string;
  /** What the index holds apart, as SQL over the table's columns, and which of it is searched. Default: all is searched. */
  readonly scope?: { readonly sql: string; readonly value: string };
}

/**
 * Those of `rows` that contain `text`, compared as `searchText` does; all of them if nothing of the text counts. The index
 * finds up to 10,000 of them. Where there are more, and for one or two letters, the list is read in its order: then a page
 * is soon full.
 */
export async function containing<Tables, From extends keyof Tables, Row>(
  db: QueryExecutorProvider,
  rows: SelectQueryBuilder<Tables, From, Row>,
  { table, alias = table, scope = { sql: "''", value: '' } }: SearchIndex,
  text: string,
): Promise<SelectQueryBuilder<Tables, From, Row>> {
  const folded = searchText(text);
  if (folded === '') return rows;
  const all = rows.where(sql<boolean>`strpos(${sql.raw(alias)}.search_text, ${folded}) > 0`);
  const parts = searchKeys(folded);
  if (parts.length === 0) return all;
  // By itself: beside the other conditions, the planner may read all rows of an owner in addition to the index.
  const { rows: hits } = await sql<{ id: string }>`select id from ${sql.raw(table)}
    where platform.search_keys(${sql.raw(scope.sql)}, search_text) @> platform.search_keys_of(${scope.value}, ${parts}::text[])
      and strpos(search_text, ${folded}) > 0 limit ${COUNT_LIMIT}`.execute(db);
  if (hits.length === COUNT_LIMIT) return all;
  return all.where(sql<boolean>`${sql.raw(alias)}.id = any(${hits.map(({ id }) => id)}::uuid[])`);
}

/**
 * All rows of a list that may be long, one by one: read in batches, each after the last row of the one before (null: from
 * the start). Between batches other requests have their turn.
 */
export async function* inBatches<Row>(
  read: (after: Row | null, limit: number) => Promise<readonly Row[]>,
): AsyncGenerator<Row> {
  for (let after: Row | null = null; ;) {
    const rows: readonly Row[] = await read(after, BATCH);
    yield* rows;
    if (rows.length < BATCH) return;
    after = rows.at(-1) ?? null;
  }
}

/** The number of rows that the query finds, counted up to `COUNT_LIMIT`. */
export async function countRows<Tables, From extends keyof Tables, Row>(
  db: QueryExecutorProvider,
  rows: SelectQueryBuilder<Tables, From, Row>,
): Promise<number> {
  const { rows: counted } = await sql<{ total: number }>`
    select count(*) as total from (${rows
      .clearSelect()
      .select(sql`1`.as('one'))
      .limit(COUNT_LIMIT)}) counted`.execute(db);
  return counted[0]?.total ?? 0;
}
