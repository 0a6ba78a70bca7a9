import {
  CompiledQuery,
  sql,
  type Insertable,
  type Kysely,
  type QueryExecutorProvider,
  type SelectQueryBuilder,
  type Transaction,
} from 'kysely';
import type { Static, TObject, TSchema } from 'typebox';
import type { Actor } from '#kernel/access.ts';
import type { EventDef } from '#kernel/event.ts';
import { COUNT_LIMIT, isBeyondCount, toPage, toPaging, type PageQuery } from '#kernel/page.ts';
import { searchKeys, searchText } from '#kernel/text.ts';
import type { Enqueue } from '#kernel/work.ts';
import type { AuditRecord } from '#platform/audit/port.ts';
import { newestFirst, type PageOrder } from './lists/page-order.ts';

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

/**
 * One page of the rows that `rows` finds, in `order`, with their count up to 10,000 (null with a cursor), in one statement.
 * @throws `http.cursor_invalid` for a cursor of another list or order; `http.page_too_far` for a page number beyond the
 * first 10,000 rows of a list that has more
 */
export async function pageQuery<Tables, From extends keyof Tables, Row extends { id: string }>(
  db: Pick<Kysely<unknown>, 'executeQuery'>,
  rows: SelectQueryBuilder<Tables, From, Row>,
  query: PageQuery,
  order: PageOrder<NoInfer<Row>>,
) {
  const { name, direction, by, id = 'id' } = order;
  const paging = toPaging(query, name, (text) => order.isValue(text));
  const { after, offset, pageSize } = paging;
  const sorted = by ? `${by.sql} ${direction}, ${id} ${direction}` : `${id} ${direction}`;
  // The rest is added as text: built by Kysely, it costs a list a third more CPU.
  const { sql: found, parameters } = (after ? rows.where(isBehind(order, after)) : rows).compile();
  const run = async <R>(text: string, ...bounds: number[]) =>
    (await db.executeQuery<R>(CompiledQuery.raw(text, [...parameters, ...bounds]))).rows;
  const page = `order by ${sorted} limit $${parameters.length + 1} offset $${parameters.length + 2}`;

  if (after) {
    const next = await run<Row>(`${found} ${page}`, pageSize + 1, 0);
    return toPage({ rows: next, total: null }, paging, name, (row) => order.value(row));
  }
  const total = `(select count(*) from (${found} limit ${COUNT_LIMIT}) counted) as list_total`;
  const selected = `select ${total}, ${found.slice('select '.length)}`;
  const items = isBeyondCount(paging)
    ? []
    : await run<Row & { listTotal: number }>(`${selected} ${page}`, pageSize + 1, offset);
  // An empty page has no count: after the end of a list, the count is a separate query.
  const count =
    items[0] ?? (offset === 0 ? { listTotal: 0 } : (await run<{ listTotal: number }>(`select ${total}`))[0]);
  return toPage<Row>({ rows: items, total: count?.listTotal ?? 0 }, paging, name, (row) => order.value(row));
}

export { newestFirst, type PageOrder };
export { idsOf, pageOfWays, type Way, type Ways } from './lists/ways.ts';

/** After the row that a cursor names. */
function isBehind<Row>({ direction, by, id = 'id' }: PageOrder<Row>, after: { value: string; id: string }) {
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
