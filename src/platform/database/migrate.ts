import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';

/** The migrations of one module, or of the platform itself. */
export interface MigrationSource {
  readonly module: string;
  /** Folder of `NNNN_words.sql`, applied in order, once. */
  readonly folder: URL;
}

interface Migration {
  readonly module: string;
  readonly name: string;
  readonly sql: string;
  readonly hash: string;
}

const LOCK = 7_226_001; // any number that nothing else here locks on
const PERMISSION_DENIED = '42501';
const FILE_NAME = /^\d{4}_[a-z0-9_]+\.sql$/;

/** Why the database cannot be migrated; the message says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/**
 * Applies missing migrations: each file in its own transaction, together with its record. Nodes that start at the same
 * time take turns. `url` must not lead through a transaction pooler.
 * @throws {MigrationError} when a file that was applied has changed or is missing.
 */
export async function migrate(url: string, sources: readonly MigrationSource[]): Promise<string[]> {
  const migrations = (await Promise.all(sources.map(readSource))).flat();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // A login that may not change the schema may start on one that is complete.
    if (await isComplete(client, sources, migrations)) return [];
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await client.query('create schema if not exists bonyan');
    await client.query(`create table if not exists bonyan.migration (
      module text, name text, hash text not null, applied_at timestamptz not null default now(), primary key (module, name))`);
    const rows = await readApplied(client, sources, migrations);
    const missing = migrations.filter(
      ({ module, name }) => !rows.some((row) => row.module === module && row.name === name),
    );
    for (const migration of missing) await apply(client, migration);
    return missing.map(({ module, name }) => `${module}/${name}`);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === PERMISSION_DENIED)) throw error;
    throw new MigrationError(
      `This login may not change the database (${error.message}). Run \`bonyan migrate --grant-to ROLE\` with the DATABASE_URL of the owner of the tables; ROLE is the login of the server.`,
      { cause: error },
    );
  } finally {
    await client.end();
  }
}

async function isComplete(client: pg.Client, sources: readonly MigrationSource[], migrations: readonly Migration[]) {
  const { rows } = await client.query("select to_regclass('bonyan.migration') is not null as is_there");
  if (!rows[0]?.is_there) return false;
  const applied = await readApplied(client, sources, migrations);
  return migrations.every(({ module, name }) => applied.some((row) => row.module === module && row.name === name));
}

/** What was applied. @throws {MigrationError} when it differs from the files */
async function readApplied(client: pg.Client, sources: readonly MigrationSource[], migrations: readonly Migration[]) {
  const { rows } = await client.query<Pick<Migration, 'module' | 'name' | 'hash'>>(
    'select module, name, hash from bonyan.migration',
  );
  refuseRewritten(rows, migrations, new Set(sources.map(({ module }) => module)));
  return rows;
}

/** Names of the migrations that `migrate` would apply. */
export async function pendingMigrations(
  query: (sql: string) => Promise<{ rows: { module: string; name: string }[] }>,
  sources: readonly MigrationSource[],
) {
  const migrations = (await Promise.all(sources.map(readSource))).flat();
  const { rows } = await query('select module, name from bonyan.migration');
  return migrations
    .filter(({ module, name }) => !rows.some((row) => row.module === module && row.name === name))
    .map(({ module, name }) => `${module}/${name}`);
}

async function readSource({ module, folder }: MigrationSource): Promise<Migration[]> {
  const names = (await readdir(folder)).toSorted();
  return Promise.all(
    names.map(async (name) => {
      if (!FILE_NAME.test(name)) throw new MigrationError(`${module}: ${name} is not named NNNN_words.sql`);
      const sql = await readFile(new URL(name, folder), 'utf8');
      return { module, name, sql, hash: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

function refuseRewritten(
  applied: readonly Pick<Migration, 'module' | 'name' | 'hash'>[],
  migrations: readonly Migration[],
  known: ReadonlySet<string>,
): void {
  for (const { module, name, hash } of applied) {
    if (!known.has(module)) continue; // a module that was removed keeps its tables
    const file = migrations.find((migration) => migration.module === module && migration.name === name);
    if (!file)
      throw new MigrationError(
        `Migration ${module}/${name} was applied to this database and is missing in this program. Start the version that applied it, or a later one.`,
      );
    if (file.hash !== hash)
      throw new MigrationError(
        `Migration ${module}/${name} was changed after it had been applied. Restore the file, and put the change into a new migration.`,
      );
  }
}

async function apply(client: pg.Client, { module, name, sql, hash }: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(sql);
    await client.query('insert into bonyan.migration (module, name, hash) values ($1, $2, $3)', [module, name, hash]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new MigrationError(
      `Migration ${module}/${name} failed: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
