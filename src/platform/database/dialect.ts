import {
  CamelCasePlugin,
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
  type KyselyPlugin,
  type KyselyProps,
  type QueryResult,
} from 'kysely';
import type { Connection, Pool } from './pool.ts';

const CHANGES = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'];

/** Identifiers go out in snake_case; the pool has already turned the rows' keys into camelCase. */
function snakeCaseQueries(): KyselyPlugin {
  const plugin = new CamelCasePlugin();
  return { transformQuery: (args) => plugin.transformQuery(args), transformResult: async ({ result }) => result };
}

/**
 * Kysely over our own pool. Its `transaction()` is not offered: units of work open transactions, and
 * `within` gives them a handle that is bound to their one connection.
 */
export function createDialect(pool: Pool) {
  const adapter = new PostgresAdapter();
  const compiler = new PostgresQueryCompiler();
  const driver = createDriver(pool);
  const dialect = {
    createAdapter: () => adapter,
    createDriver: () => driver,
    createQueryCompiler: () => compiler,
    createIntrospector: (db: Kysely<never>) => new PostgresIntrospector(db),
  };
  const plugins = [snakeCaseQueries()];
  const executor = new DefaultQueryExecutor(compiler, adapter, new DefaultConnectionProvider(driver), plugins);
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
