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
import { COUNT_LIMIT } from '#kernel/page.ts';
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
  /**
   * One transaction for several callers: each has a unit, in their order, and `work` answers the result of each. All
   * commit or none. Not retried: units that fail together may succeed separately.
   */
  writeTogether<R>(
    actors: readonly Actor[],
    work: (units: readonly Unit<Tables>[]) => Promise<readonly R[]>,
  ): Promise<readonly R[]>;
}

/**
 * One open transaction, and what commits with it. The last four verbs only collect; at the end of the unit everything
 * collected is stored, and it takes effect only if the transaction commits.
 */
export interface Unit<Tables> {
  readonly tx: Transaction<Tables>;
  readonly actor: Actor;
  /** Adds rows to a table by COPY, in its text format, with values for these columns; answers how many. */
  copy(table: keyof Tables & string, columns: readonly string[], content: Buffer): Promise<number>;
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

export type { DailyTable } from './partitions.ts';
export { among } from './lists/among.ts';
export { isDatabaseAway } from './pool.ts';
export { isExactly, newestFirst, type PageOrder } from './lists/page-order.ts';
export { findFew, pageQuery } from './lists/page-query.ts';
export { containing, type Filter, type SearchIndex } from './lists/filter.ts';
export { idsOf, pageOfWays, type Way, type Ways } from './lists/ways.ts';

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
