import type { KeyObject } from 'node:crypto';
import { Readable } from 'node:stream';
import pg from 'pg';
import { migrate, readMigrations, RESTORING, type MigrationSource } from '#platform/database/migrate.ts';
import type { Queries } from '#platform/database/pool.ts';
import { adoptEvents } from '#platform/events/adoption.ts';
import type { ObjectStorage } from '#platform/storage/port.ts';
import type { OnPart } from './archive.ts';
import { copyIn } from './copy.ts';
import { readArchiveFile } from './file.ts';
import { BackupError, type Manifest, type TablePart } from './port.ts';
import { digestOf, listTables, requireEmpty, suspendRules } from './schema.ts';
import { withSession } from './snapshot.ts';

const LOCK = 7_226_003; // any number that nothing else here locks on
const SMALL_BYTES = 1024 * 1024; // such objects are stored several at once: each waits for the disk
const AT_ONCE = 16;
const LITERAL = String.raw`(?:'(?:[^']|'')*'|[\w.+-]+)`;
const LITERALS = String.raw`\(${LITERAL}(?:, ${LITERAL})*\)`;
/** As PostgreSQL writes them: without expressions, which it would evaluate. */
const BOUNDS = new RegExp(
  String.raw`^(?:DEFAULT|FOR VALUES (?:FROM ${LITERALS} TO ${LITERALS}|IN ${LITERALS}|WITH \(modulus \d+, remainder \d+\)))$`,
);
const NAME = /^(?:\w+|"[^"]+")\.(?:\w+|"[^"]+")$/;

export interface RestoreTarget {
  /** Not through a transaction pooler. */
  readonly directUrl: string;
  readonly migrations: readonly MigrationSource[];
  readonly schemas: readonly string[];
  readonly storage: ObjectStorage;
  /** Opens what the database has sealed. @throws when this is another secret */
  openSecrets(client: Queries): Promise<void>;
}

/** Gives all parts to `onPart`: tables first. */
export type ReadParts = (onPart: OnPart) => Promise<unknown>;

export interface RestoreSummary {
  readonly manifest: Manifest;
  /** Events that some consumer has not handled yet. */
  readonly undelivered: number;
}

export interface InspectedArchive {
  readonly file: string;
  /** Private; null for a backup that is not encrypted. */
  readonly key: KeyObject | null;
  readonly manifest: Manifest;
}

/** Reads all of a backup, changes nothing. @throws {BackupError} when it is damaged */
export async function inspectBackup(file: string, key: KeyObject | null) {
  let secret: string | null = null;
  const manifest = await readArchiveFile(file, key, async (name, content) => {
    if (name !== 'secret') return;
    secret = Buffer.concat(await Array.fromAsync(content)).toString();
  });
  return { manifest, secret: secret as string | null };
}

/**
 * Restores a backup that was inspected into an empty database. All rows are visible at once, at the end; a restore that
 * was killed leaves a mark with which no process starts, and may be repeated.
 * @throws {BackupError} when the database is not empty, the backup is of a newer version, or the secret is another
 */
export async function restoreBackup(
  target: RestoreTarget,
  { file, key, manifest }: InspectedArchive,
): Promise<RestoreSummary> {
  return restoreRows(target, manifest, (onPart) => readArchiveFile(file, key, onPart));
}

/** The same with rows and objects that `read` brings. */
export async function restoreRows(target: RestoreTarget, manifest: Manifest, read: ReadParts): Promise<RestoreSummary> {
  await requireKnown(target.migrations, manifest);
  return withSession(target.directUrl, async (client) => {
    await takeTarget(client, target.schemas);
    const applied = new Set(manifest.migrations.map(({ module, name }) => `${module}/${name}`));
    await migrate(withoutWaiting(target.directUrl), target.migrations, applied);
    await client.query('begin');
    const undelivered = await fill(client, target, { manifest, read });
    await client.query(`drop table ${RESTORING}`);
    await client.query('commit');
    await migrate(target.directUrl, target.migrations);
    return { manifest, undelivered };
  });
}

/** @throws {BackupError} when the backup has migrations that this program does not have */
export async function requireKnown(
  sources: readonly MigrationSource[],
  { migrations, version }: Manifest,
): Promise<void> {
  const known = new Map((await readMigrations(sources)).map(({ module, name, hash }) => [`${module}/${name}`, hash]));
  const modules = new Set(sources.map(({ module }) => module));
  for (const { module, name, hash } of migrations) {
    const own = known.get(`${module}/${name}`);
    if (own === hash) continue;
    if (!modules.has(module))
      throw new BackupError(
        `The backup has tables of the module ${module}, which this program does not have. Add it to bonyan.config.ts.`,
      );
    throw new BackupError(
      own === undefined
        ? `The backup was made by a newer version (${version}): this program does not have its migration ${module}/${name}. Restore it with that version, or a later one.`
        : `The migration ${module}/${name} of this program differs from the one of the backup. Restore it with the version that made it (${version}).`,
    );
  }
}

/** Takes an empty database, or one that a killed restore has left. */
async function takeTarget(client: pg.Client, schemas: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ taken: boolean; marked: boolean }>(
    `select pg_try_advisory_lock($1) as taken, to_regclass($2) is not null as marked`,
    [LOCK, RESTORING],
  );
  if (!rows[0]?.taken) throw new BackupError('Another restore into this database is running. Wait for its end.');
  if (rows[0].marked) for (const schema of schemas) await client.query(`drop schema if exists "${schema}" cascade`);
  await requireEmpty(client);
  await client.query(
    `create schema if not exists bonyan; create table ${RESTORING} (at timestamptz not null default now())`,
  );
}

/** Commits do not wait for the disk: the last one of the restore does, and none is durable before an earlier one. */
function withoutWaiting(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}options=-c%20synchronous_commit%3Doff`;
}

/** Fills database and storage in one transaction; answers how many events are not delivered. */
async function fill(
  client: pg.Client,
  target: RestoreTarget,
  { manifest, read }: { readonly manifest: Manifest; readonly read: ReadParts },
): Promise<number> {
  const { tables } = manifest;
  const byName = new Map(tables.map((table) => [`table:${table.table}`, table]));
  await requireOwnTables(client, target.schemas, manifest);
  const objects = createObjectRestore(target.storage, manifest);
  const rules = await suspendRules(client, tables);
  // Some migrations insert rows.
  if (tables.length > 0) await client.query(`truncate ${tables.map(({ table }) => table).join(', ')}`);
  for (const { parent, name, bounds } of manifest.partitions)
    await client.query(`create table if not exists ${name} partition of ${parent} ${bounds}`);
  let isDatabaseChecked = false;
  const checkDatabase = async () => {
    if (isDatabaseChecked) return;
    isDatabaseChecked = true;
    await compare(client, tables);
    await target.openSecrets(client);
  };
  await read(async (name, content) => {
    const table = byName.get(name);
    if (table) await copyIn(client, `copy ${table.table} (${table.columns.join(', ')}) from stdin`, content);
    else if (name.startsWith('object:')) {
      await checkDatabase();
      await objects.put(name.slice('object:'.length), content);
    }
  });
  await checkDatabase();
  await objects.end();
  for (const { name, value, isCalled } of manifest.sequences)
    await client.query('select setval($1::regclass, $2::bigint, $3)', [name, value, isCalled]);
  const undelivered = await adoptEvents(client);
  for (const statement of rules) await client.query(statement);
  return undelivered;
}

/** Their names become statements. @throws {BackupError} for any that the migrations have not made */
async function requireOwnTables(client: pg.Client, schemas: readonly string[], manifest: Manifest): Promise<void> {
  const own = new Map((await listTables(client, schemas)).map(({ table, columns }) => [table, new Set(columns)]));
  const table = manifest.tables.find((each) => !each.columns.every((column) => own.get(each.table)?.has(column)));
  const partition = manifest.partitions.find(
    ({ parent, name, bounds }) => !own.has(parent) || !NAME.test(name) || !BOUNDS.test(bounds),
  );
  const strange = table?.table ?? partition?.name;
  if (strange !== undefined)
    throw new BackupError(
      `The backup has the table ${JSON.stringify(strange.slice(0, 200))} as no migration of this program makes it. Restore only backups that you made.`,
    );
}

/** @throws {BackupError} when the tables do not have the rows of the backup */
async function compare(client: pg.Client, tables: readonly TablePart[]): Promise<void> {
  for (const table of tables) {
    const { rows, digest } = await digestOf(client, table);
    if (rows !== table.rows || digest !== table.digest)
      throw new BackupError(
        `The table ${table.table} was not restored as it was: it has ${rows} rows of ${table.rows}, and its checksum ${digest === table.digest ? 'agrees' : 'differs'}.`,
      );
  }
}

export function createObjectRestore(storage: ObjectStorage, { parts }: Manifest) {
  const objects = new Map(parts.map((part) => [part.name, part]));
  const running = new Set<Promise<unknown>>();
  const stored = new Map<string, string>();
  let failure: unknown;

  async function store(key: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const maxBytes = objects.get(`object:${key}`)?.bytes ?? 0;
    const { sha256 } = await storage.put(key, content, { maxBytes });
    stored.set(`object:${key}`, sha256);
  }

  return {
    async put(key: string, content: AsyncIterable<Buffer>): Promise<void> {
      if ((objects.get(`object:${key}`)?.bytes ?? 0) > SMALL_BYTES) return store(key, content);
      const all = await Array.fromAsync(content);
      const run = store(key, Readable.from(all))
        .catch((error: unknown) => (failure ??= error))
        .finally(() => running.delete(run));
      running.add(run);
      while (running.size >= AT_ONCE) await Promise.race(running);
      if (failure !== undefined) throw failure;
    },
    /** @throws {BackupError} when the storage has other bytes than the backup */
    async end(): Promise<void> {
      await Promise.all(running);
      if (failure !== undefined) throw failure;
      const other = parts.find(({ name, sha256 }) => name.startsWith('object:') && stored.get(name) !== sha256);
      if (other) throw new BackupError(`${other.name} was not stored as it was.`);
    },
  };
}
