import assert from 'node:assert/strict';
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { testApp } from '#testing/app.ts';
import { migrate, MigrationError } from './migrate.ts';

/** A module's migrations in a folder of their own, and the database they go to. */
async function probe(t: TestContext) {
  const { databaseUrl, database } = await testApp(t);
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-migrations-'));
  t.after(() => rm(folder, { recursive: true }));
  const sources = [{ module: 'probe', folder: pathToFileURL(`${folder}/`) }];
  return {
    put: (name: string, sql: string) => writeFile(join(folder, name), sql),
    remove: (name: string) => unlink(join(folder, name)),
    run: () => migrate(databaseUrl, sources),
    tables: async () => {
      const { rows } = await database.pool.query<{ name: string }>(
        `select table_name as name from information_schema.tables where table_name like 'probe_%' order by 1`,
      );
      return rows.map(({ name }) => name);
    },
  };
}

test('files are applied in order, once', async (t) => {
  const { put, run, tables } = await probe(t);
  await put('0002_more.sql', 'alter table probe_a rename to probe_b');
  await put('0001_first.sql', 'create table probe_a (id int)');

  assert.deepEqual(await run(), ['probe/0001_first.sql', 'probe/0002_more.sql']);
  assert.deepEqual(await run(), []);
  assert.deepEqual(await tables(), ['probe_b']);
});

test('nodes that start at the same time migrate once', async (t) => {
  const { put, run } = await probe(t);
  await put('0001_first.sql', 'create table probe_a (id int)');

  const applied = await Promise.all([run(), run(), run()]);

  assert.deepEqual(applied.flat(), ['probe/0001_first.sql']);
});

test('a released file that was changed, or is missing, stops the start and is named', async (t) => {
  const { put, remove, run } = await probe(t);
  await put('0001_first.sql', 'create table probe_a (id int)');
  await run();

  await put('0001_first.sql', 'create table probe_a (id bigint)');
  await assert.rejects(
    run(),
    (error) => error instanceof MigrationError && error.message.includes('probe/0001_first.sql was changed'),
  );
  await remove('0001_first.sql');
  await assert.rejects(
    run(),
    (error) => error instanceof MigrationError && error.message.includes('probe/0001_first.sql was applied'),
  );
});

test('a failing migration changes nothing, and can be corrected', async (t) => {
  const { put, run, tables } = await probe(t);
  await put('0001_first.sql', 'create table probe_a (id int); create table probe_b (id nonsense)');

  await assert.rejects(run(), /probe\/0001_first.sql failed/);
  const between = await tables();
  await put('0001_first.sql', 'create table probe_a (id int)');

  assert.deepEqual(between, []);
  assert.deepEqual(await run(), ['probe/0001_first.sql']);
});
