import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '#kernel/problem.ts';
import type { StatementResult } from '../driver/statement.ts';
import { databaseErrors, type Connection, type Pool, type TimeLimits } from '../pool.ts';
import type { RequestScope, RequestScopes } from './request-scope.ts';
import { createShares } from './shares.ts';

const REPEAT_MS = 100; // for what ends a millisecond after it was cancelled

export interface RequestPoolNeeds {
  readonly pool: Pool;
  readonly scopes: RequestScopes;
  /** Maximum number of connections of the pool. */
  readonly size: number;
  readonly limits: TimeLimits;
}

/**
 * The pool as modules use it. What runs for a request has time-outs, is cancelled when the request is given up, and uses
 * at most a third of the connections together with the other requests of its caller. All else, such as work, recurring
 * jobs and commands, has no limits.
 */
export function createRequestPool({ pool, scopes, size, limits }: RequestPoolNeeds): Pool {
  const shares = createShares(Math.ceil(size / 3));

  async function connect(): Promise<Connection> {
    const scope = scopes.current();
    if (!scope) return pool.connect();
    const leave = await shares.enter(scope);
    const connection = await pool.connect(limits).catch((error: unknown) => {
      leave();
      throw error;
    });
    return bind(connection, scope, leave);
  }

  /** A single statement is not sent for a request that was given up; a unit that has begun then goes on, and ends whole. */
  async function query<R = Record<string, unknown>>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<StatementResult<R>> {
    const scope = scopes.current();
    if (!scope) return pool.query<R>(sql, values);
    if (scope.isGone) throw databaseErrors.timeout();
    const connection = await connect();
    try {
      if (scope.isGone) throw databaseErrors.timeout(); // while it waited for the connection
      return await connection.query<R>(sql, values);
    } finally {
      connection.release();
    }
  }

  return { ...pool, connect, query };
}

function bind(connection: Connection, scope: RequestScope, leave: () => void): Connection {
  const underWay = new Set<Promise<unknown>>();
  let cancelling: Promise<boolean> | null = null;
  const stopListening = scope.onGone(() => {
    cancelling = cancel([...underWay]);
  });

  /** Until they have ended: a first attempt may hit what the connection has sent in front of them. */
  async function cancel(statements: readonly Promise<unknown>[]): Promise<boolean> {
    let isKnown = true;
    while (isKnown && statements.some((statement) => underWay.has(statement))) {
      isKnown = await connection.cancel();
      await Promise.race([Promise.allSettled(statements), sleep(REPEAT_MS)]);
    }
    return isKnown;
  }

  async function watch<T>(statement: Promise<T>): Promise<T> {
    underWay.add(statement);
    try {
      return await statement;
    } catch (error) {
      refuse(error);
    } finally {
      underWay.delete(statement);
    }
  }

  function release(broken?: boolean): void {
    connection.release(broken);
    leave();
  }

  return {
    query: (sql, values) => watch(connection.query<never>(sql, values)),
    copy: (sql, content) => watch(connection.copy(sql, content)),
    cancel: connection.cancel,
    release(broken) {
      stopListening();
      if (cancelling) void cancelling.then((isKnown) => release(broken || !isKnown));
      else release(broken);
    },
  };
}

/** @throws `database.timeout` for a statement that was cancelled, `database.locked` for one that waited for a lock */
function refuse(error: unknown): never {
  if (error instanceof Problem || !(error instanceof Error) || !('code' in error)) throw error;
  if (error.code === '57014') throw Object.assign(databaseErrors.timeout({ retryAfterSeconds: 10 }), { cause: error });
  if (error.code === '55P03') throw Object.assign(databaseErrors.locked({ retryAfterSeconds: 2 }), { cause: error });
  throw error;
}
