import {
  DefaultConnectionProvider,
  DefaultQueryExecutor,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  Transaction,
  type CompiledQuery,
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
  const driver = createDriver(pool);
  const dialect = {
    createAdapter: () => adapter,
    createDriver: () => driver,
    createQueryCompiler: () => compiler,
    createIntrospector: (db: Kysely<never>) => new PostgresIntrospector(db),
  };
  const executor = new DefaultQueryExecutor(compiler, adapter, new DefaultConnectionProvider(driver));
  const props: KyselyProps = { config: { dialect }, dialect, driver, executor };

  return {
    root: <Tables>() => new Kysely<Tables>(props),
    within<Tables>(connection: Connection): Transaction<Tables> {
      const single = toDatabaseConnection(connection);
      const bound = executor.withConnectionProvider({ provideConnection: (consumer) => consumer(single) });
      return new Transaction<Tables>({ ...props, executor: bound });
    },
  };
}

function toDatabaseConnection(connection: Connection): DatabaseConnection & { release(): void } {
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const { rows, rowCount, command } = await connection.query<R>(sql, parameters);
      return CHANGES.includes(command) ? { rows, numAffectedRows: BigInt(rowCount) } : { rows };
    },
    streamQuery: () => {
      throw new Error('streams go through a COPY of their own');
    },
    release: () => connection.release(),
  };
}

function createDriver(pool: Pool): Driver {
  const refuse = async () => {
    throw new Error('transactions are opened by db.write');
  };
  return {
    init: async () => {},
    acquireConnection: async () => toDatabaseConnection(await pool.connect()),
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: async (connection) => (connection as ReturnType<typeof toDatabaseConnection>).release(),
    destroy: () => pool.close(),
  };
}
