/** For the tests of backups: an installation whose module counts what its events do, and empty places to restore it. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sql } from 'kysely';
import pg from 'pg';
import { Type } from 'typebox';
import { system } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { restoreRowsOfFiles } from '#platform/backup/cluster/rows.ts';
import { inspectBackup, restoreBackup } from '#platform/backup/restore.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { on } from '#platform/events/port.ts';
import type { OwnModule } from '#platform/own-modules/port.ts';
import { createFilesystemStorage } from '#platform/storage/filesystem.ts';
import { testApp, type TestApp, type TestOptions } from '../app.ts';
import { databaseAt, runScript } from '../database.ts';

const counted = defineEvent('probe.counted', 1, 'key', Type.Object({ key: Type.String(), seq: Type.Integer() }));

/** A folder that is removed after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'bonyan-backup-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** An empty database on the test server. */
export async function emptyDatabase(t: TestContext): Promise<string> {
  const server = process.env['TEST_DATABASE_URL'] ?? '';
  const name = `test_${randomBytes(6).toString('hex')}`;
  await runScript(server, `create database ${name}`);
  t.after(() => runScript(server, `drop database if exists ${name} with (force)`));
  return databaseAt(server, name);
}

/** A module that notes in its table, in order, the events that it has handled. */
export function probeModule(folder: string): OwnModule {
  const migrations = join(folder, 'migrations');
  mkdirSync(migrations, { recursive: true });
  writeFileSync(
    join(migrations, '0001_effect.sql'),
    'create schema probe;\ncreate table probe.effect (place bigint generated always as identity, key text, seq int);\n',
  );
  return () => ({
    name: 'probe',
    migrations: pathToFileURL(`${migrations}/`),
    publishes: [counted],
    subscriptions: [
      on(counted, async ({ tx }, { key, seq }) => {
        await sql`insert into probe.effect (key, seq) values (${key}, ${seq})`.execute(tx);
      }),
    ],
    privacy: { export: async () => null, erase: async () => {}, refusesErased: true },
  });
}

/** A `bonyan.config.ts` with the module `probe`, for commands. */
export function probeConfig(folder: string): string {
  const file = join(folder, 'bonyan.config.ts');
  const [self, place] = [import.meta.url, folder].map((text) => JSON.stringify(text));
  writeFileSync(file, `import { probeModule } from ${self};\nexport default { modules: [probeModule(${place})] };\n`);
  return file;
}

/** An app with the module `probe`. `databaseUrl`: of one that was restored. */
export function probeApp(t: TestContext, folder: string, options: TestOptions = {}): Promise<TestApp> {
  return testApp(t, { ...options, ownModules: [probeModule(folder)] });
}

/** Publishes the events `from` to `to` of a key, each in a transaction of its own. */
export async function count(app: TestApp, key: string, from: number, to: number): Promise<void> {
  for (let seq = from; seq <= to; seq++)
    await app.database.units.write(system('probe'), async ({ publish }: AnyUnit) => publish(counted, { key, seq }));
}

/** The effects of a key, in the order in which they happened. */
export async function effects(app: TestApp, key: string): Promise<number[]> {
  const { rows } = await app.database.pool.query<{ seq: number }>(
    'select seq from probe.effect where key = $1 order by place',
    [key],
  );
  return rows.map(({ seq }) => seq);
}

/** Restores a backup that `app` has made, with the program and the secret of `app`. */
export async function restoreElsewhere(
  app: Pick<TestApp, 'database' | 'migrations'> & { readonly secrets: Pick<TestApp['secrets'], 'prepareWithin'> },
  file: string,
  databaseUrl: string,
  dataDir: string,
) {
  const { manifest } = await inspectBackup(file, null);
  const archive = { file, key: null, manifest };
  const target = {
    directUrl: databaseUrl,
    migrations: app.database.sources(app.migrations),
    schemas: app.database.schemas(app.migrations),
    storage: createFilesystemStorage(join(dataDir, 'objects')).port,
    openSecrets: app.secrets.prepareWithin,
  };
  return manifest.cluster === null
    ? restoreBackup(target, archive)
    : restoreRowsOfFiles(target, archive, join(dataDir, 'scratch'));
}

/** The first column of the rows of a query. */
export async function column(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query({ text, rowMode: 'array' });
    return rows.map((row: unknown[]) => row[0]);
  } finally {
    await client.end();
  }
}
