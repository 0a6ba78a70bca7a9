import { sql, type Kysely, type QueryExecutorProvider, type SelectQueryBuilder, type Transaction } from 'kysely';
import type { Static, TSchema } from 'typebox';
import type { Actor } from '#kernel/access.ts';
import type { EventDef } from '#kernel/event.ts';
import { COUNT_LIMIT } from '#kernel/page.ts';
import type { Enqueue } from '#kernel/work.ts';
import type { AuditRecord } from '#platform/audit/port.ts';

/**
 * A module's own tables and no others: a query that names another module's table does not compile.
 * Implementations retry deadlocks and serialisation failures; callers do not.
 */
export interface Db<Tables> {
  /** Statements outside a transaction. */
  readonly read: Kysely<Tables>;
  /**
   * Runs `work` in one transaction (read committed) and commits it, or rolls back what it threw.
   * `actor` is the author that events and audit entries record: no write without one.
   * `work` may run again after a deadlock, so it must have no effect outside the unit.
   * After an `invalidate` the promise waits until no node can decide by the old state.
   */
  write<R>(actor: Actor, work: (unit: Unit<Tables>) => Promise<R>): Promise<R>;
}

/**
 * One open transaction, and all that may ride on it. The four verbs only collect; what they collect
 * is stored at the end of the unit and takes effect only if that commits.
 */
export interface Unit<Tables> {
  readonly tx: Transaction<Tables>;
  readonly actor: Actor;
  /** A fact for whoever subscribes, in this process or another. */
  publish<S extends TSchema>(event: EventDef<S>, payload: Static<S>): void;
  /** One entry in the audit trail, with this unit's actor as author. */
  audit(entry: AuditRecord): void;
  /** Work to be done after the commit, at least once, by any process that runs workers. */
  enqueue: Enqueue;
  /** What every node must forget of a decision's grounds before this write answers. */
  invalidate(topic: string, key: string): void;
}

/** A unit of whichever module: for handlers, and for methods of an `Api` that take their caller's unit. */
export type AnyUnit = Unit<never>;

/** The same unit, seen with one's own tables. One pool serves every module; `Tables` only narrows what a query may name. */
export function withTables<Tables>(unit: AnyUnit): Unit<Tables> {
  return unit as unknown as Unit<Tables>;
}

/** The same unit, to be handed to another module. */
export function withoutTables<Tables>(unit: Unit<Tables>): AnyUnit {
  return unit as unknown as AnyUnit;
}

/** How many rows the query finds, as lists tell it: counted up to `COUNT_LIMIT`. */
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
