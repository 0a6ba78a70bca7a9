import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Queries } from './pool.ts';

/** The migrations of one module, or of the platform itself. */
export interface MigrationSource {
  readonly module: string;
  /**
   * Folder of `NNNN_words.sql`, applied in order, once. A file `NNNN_words_concurrently.sql` only builds and drops indexes,
   * each `concurrently`: writers of the table go on.
   */
  readonly folder: URL;
}

export interface Migration {
  readonly module: string;
  readonly name: string;
  readonly sql: string;
  readonly hash: string;
}

const OLDEST = 15; // the first in which nulls of a unique key can be equal
const LOCK = 7_226_001; // any number that nothing else here locks on
const LOCK_POLL_MS = 100;
const PERMISSION_DENIED = '42501';
const FILE_NAME = /^\d{4}_[a-z0-9_]+\.sql$/;
const CONCURRENT_FILE = /_concurrently\.sql$/;
const CREATE_INDEX = /^create (?:unique )?index concurrently if not exists (\w+)\s+on ((?:\w+|"\w+")\.\w+)\s/;
const DROP_INDEX = /^drop index concurrently if exists \w+\.\w+$/;

/** There while a backup is being restored or an installation moves here, and after a run of these that was killed. */
export const RESTORING = 'bonyan.restoring';

/** Why the database cannot be migrated; the message says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/**
 * Applies missing migrations: each file in its own transaction, together with its record; one that is
 * `…_concurrently.sql` statement by statement, and again from its start if that run ended before the record. Nodes that
 * start at the same time take turns. `url` must not lead through a transaction pooler.
 * `only`: as `module/name`, those that a backup had; default: all.
 * @throws {MigrationError} when a file that was applied has changed or is missing, or the server is too old.
 */
export async function migrate(
  url: string,
  sources: readonly MigrationSource[],
  only?: ReadonlySet<string>,
): Promise<string[]> {
  const all = await readMigrations(sources);
  const migrations = only ? all.filter(({ module, name }) => only.has(`${module}/${name}`)) : all;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await requireSupported(client);
    // A login that may not change the schema may start on one that is complete.
    if (await isComplete(client, sources, migrations)) return [];
    await takeTurn(client);
    if (await isComplete(client, sources, migrations)) return []; // by the node that was first
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
    const cause = error instanceof MigrationError ? error.cause : error;
    if (!isDenied(cause)) throw error;
    throw new MigrationError(
      `This login may not change the database (${cause.message}). Run \`bonyan migrate --grant-to ROLE\` with the DATABASE_URL of the owner of the tables; ROLE is the login of the server.`,
      { cause: error },
    );
  } finally {
    await client.end();
  }
}

function isDenied(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === PERMISSION_DENIED;
}

/** Asks again and again: a node that waits inside a statement has a snapshot, and a concurrent index waits for that. */
async function takeTurn(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [LOCK]);
    if (rows[0]?.taken) return;
    await wait(LOCK_POLL_MS);
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

/** All migrations of these sources, in the order in which they are applied. */
export async function readMigrations(sources: readonly MigrationSource[]): Promise<Migration[]> {
  return (await Promise.all(sources.map(readSource))).flat();
}

/** @throws {MigrationError} when the database holds only a part of a backup, or of an installation that moves here */
export async function requireRestored(client: Queries): Promise<void> {
  const { rows } = await client.query('select 1 where to_regclass($1) is not null', [RESTORING]);
  if (rows.length > 0)
    throw new MigrationError(
      'A restore or a move into this database is running, or was interrupted: it does not hold the whole backup or installation. Wait for its end, or run `bonyan restore` or `bonyan move` again with the same settings.',
    );
}

/** @throws {MigrationError} when the server is older than the statements of this program */
export async function requireSupported(client: Queries): Promise<void> {
  const { rows } = await client.query<{ version: number }>(
    `select current_setting('server_version_num')::int as version`,
  );
  const reason = whyTooOld(rows[0]?.version ?? 0);
  if (reason !== null) throw new MigrationError(reason);
}

/** `version` is such as 150004. Null for one that can be used. */
export function whyTooOld(version: number): string | null {
  const major = Math.floor(version / 10_000);
  if (major >= OLDEST) return null;
  return `The database server is PostgreSQL ${major}, and ${OLDEST} is the oldest that can be used. Set DATABASE_URL to a newer server.`;
}

/** Names of the migrations that `migrate` would apply. */
export async function pendingMigrations(
  query: (sql: string) => Promise<{ rows: { module: string; name: string }[] }>,
  sources: readonly MigrationSource[],
) {
  const migrations = await readMigrations(sources);
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
      if (CONCURRENT_FILE.test(name)) refuseOtherThanIndexes(`${module}/${name}`, sql);
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

function refuseOtherThanIndexes(file: string, sql: string): void {
  const other = statementsOf(sql).find((statement) => !CREATE_INDEX.test(statement) && !DROP_INDEX.test(statement));
  if (other !== undefined)
    throw new MigrationError(
      `Migration ${file} runs outside a transaction, so it holds only \`create index concurrently if not exists NAME on SCHEMA.TABLE …\` and \`drop index concurrently if exists SCHEMA.NAME\`. Put this into a file of its own: ${other}`,
    );
}

/** Without comments. Texts in such a file hold no semicolon. */
function statementsOf(sql: string): string[] {
  const statements = sql.replaceAll(/--.*$/gm, '').split(';');
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    if (CONCURRENT_FILE.test(migration.name)) await applyConcurrently(client, migration);
    else await applyAtOnce(client, migration);
  } catch (error) {
    throw new MigrationError(
      `Migration ${migration.module}/${migration.name} failed: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

async function applyAtOnce(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(migration.sql);
    await record(client, migration);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

async function applyConcurrently(client: pg.Client, migration: Migration): Promise<void> {
  for (const statement of statementsOf(migration.sql)) {
    const [, index, table] = CREATE_INDEX.exec(statement) ?? [];
    if (index !== undefined && table !== undefined) await dropInvalid(client, index, table);
    await client.query(statement);
  }
  await record(client, migration);
}

/** A run that died leaves an index that serves no query, and `if not exists` would keep it. */
async function dropInvalid(client: pg.Client, index: string, table: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_index i join pg_class c on c.oid = i.indexrelid
     where i.indrelid = to_regclass($1) and c.relname = $2 and not i.indisvalid`,
    [table, index],
  );
  for (const { name } of rows) await client.query(`drop index concurrently if exists ${name}`);
}

async function record(client: pg.Client, { module, name, hash }: Migration): Promise<void> {
  await client.query('insert into bonyan.migration (module, name, hash) values ($1, $2, $3)', [module, name, hash]);
}
