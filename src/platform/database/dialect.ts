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
import { toSnakeCase } from './port.ts';

const CHANGES = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'];

/**
 * Prints identifiers in snake_case; the pool turns the keys of rows back into camelCase. (Kysely's plugin for this
 * copies every query and every row.) A class, since Kysely's compiler can only be extended by inheritance.
 */
class SnakeCaseCompiler extends PostgresQueryCompiler {
  readonly #known = new Map<string, string>();

  protected override sanitizeIdentifier(identifier: string): string {
    const known = this.#known.get(identifier);
    if (known !== undefined) return known;
    const sanitized = super.sanitizeIdentifier(toSnakeCase(identifier));
    this.#known.set(identifier, sanitized);
    return sanitized;
  }
}

/**
 * Kysely over our pool. Its `transaction()` is not available: units of work open transactions, and `within` gives them
 * a handle that is bound to their one connection.
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
    /** Runs each statement on any free connection. */
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
      throw new Error('Kysely streams are not supported; use COPY');
    },
  };
}

async function refuse(): Promise<never> {
  throw new Error('Kysely opens no connections or transactions here; use db.write');
}

/** Kysely requires a driver, but never calls it: the executors are ours. */
const undrivable: Driver = {
  init: async () => {},
  acquireConnection: refuse,
  beginTransaction: refuse,
  commitTransaction: refuse,
  rollbackTransaction: refuse,
  releaseConnection: refuse,
  destroy: async () => {},
};
