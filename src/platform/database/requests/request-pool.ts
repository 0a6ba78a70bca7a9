import { Problem } from '#kernel/problem.ts';
import { databaseErrors, type Connection, type Pool, type Result, type TimeLimits } from '../pool.ts';
import type { RequestScope, RequestScopes } from './request-scope.ts';
import { createShares } from './shares.ts';

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
  async function query<R = Record<string, unknown>>(sql: string, values: readonly unknown[] = []): Promise<Result<R>> {
    const scope = scopes.current();
    if (!scope) return pool.query<R>(sql, values);
    if (scope.isGone) throw databaseErrors.timeout();
    const connection = await connect();
    try {
      return await connection.query<R>(sql, values);
    } finally {
      connection.release();
    }
  }

  return { ...pool, connect, query };
}

function bind(connection: Connection, scope: RequestScope, leave: () => void): Connection {
  let cancelling: Promise<void> | null = null;
  const stopListening = scope.onGone(() => {
    cancelling = connection.cancel();
  });

  function release(broken?: boolean): void {
    connection.release(broken);
    leave();
  }

  return {
    query: (sql, values) => connection.query<never>(sql, values).catch(refuse),
    cancel: connection.cancel,
    release(broken) {
      stopListening();
      if (cancelling) void cancelling.then(() => release(broken));
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
