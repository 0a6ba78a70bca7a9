import {
  DefaultQueryExecutor,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  Transaction,
  type CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  type Driver,
  type KyselyProps,
  type QueryResult,
} from 'kysely';
import type { Connection, Pool } from './pool.ts';

const CHANGES = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'];

/**
 * Writes identifiers in snake_case as it prints them; the pool turns the rows' keys back. (Kysely's plugin for this copies
 * every query first, and every row.) A class, since that is how Kysely lets its compiler be extended.
 */
class SnakeCaseCompiler extends PostgresQueryCompiler {
  readonly #known = new Map<string, string>();

  protected override sanitizeIdentifier(identifier: string): string {
    const known = this.#known.get(identifier);
    if (known !== undefined) return known;
    const snake = identifier.replace(/[A-Z]+/g, (letters) => `_${letters.toLowerCase()}`);
    const sanitized = super.sanitizeIdentifier(snake);
    this.#known.set(identifier, sanitized);
    return sanitized;
  }
}

/**
 * Kysely over our own pool. Its `transaction()` is not offered: units of work open transactions, and
 * `within` gives them a handle that is bound to their one connection.
 */
export function createDialect(pool: Pool) {
  const adapter = new PostgresAdapter();
  const compiler = new SnakeCaseCompiler();
  const dialect = {
    createAdapter: () => adapter,
    createDriver: () => undrivable,
    createQueryCompiler: () => compiler,
    createIntrospector: (db: Kysely<never>) => new PostgresIntrospector(db),
  };

  function propsOver(connection: Pick<Connection, 'query'>): KyselyProps {
    const bound = toDatabaseConnection(connection);
    const provider: ConnectionProvider = { provideConnection: (consumer) => consumer(bound) };
    const executor = new DefaultQueryExecutor(compiler, adapter, provider);
    return { config: { dialect }, dialect, driver: undrivable, executor };
  }

  return {
    /** Each statement on whichever connection is free. */
    root: <Tables>() => new Kysely<Tables>(propsOver(pool)),
    within: <Tables>(connection: Connection) => new Transaction<Tables>(propsOver(connection)),
  };
}

function toDatabaseConnection({ query }: Pick<Connection, 'query'>): DatabaseConnection {
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const { rows, rowCount, command } = await query<R>(sql, parameters);
      return CHANGES.includes(command) ? { rows, numAffectedRows: BigInt(rowCount) } : { rows };
    },
    streamQuery: () => {
      throw new Error('streams go through a COPY of their own');
    },
  };
}

async function refuse(): Promise<never> {
  throw new Error('connections are the pool’s, and transactions are opened by db.write');
}

/** Kysely wants a driver and, as its executors are ours, never asks it. */
const undrivable: Driver = {
  init: async () => {},
  acquireConnection: refuse,
  beginTransaction: refuse,
  commitTransaction: refuse,
  rollbackTransaction: refuse,
  releaseConnection: refuse,
  destroy: async () => {},
};
