import assert from 'node:assert/strict';
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { testApp } from '#testing/app.ts';
import { migrate, MigrationError, whyTooOld } from './migrate.ts';

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
    /** Names of the indexes of the table, and whether they serve queries. */
    indexes: async (table: string) => {
      const { rows } = await database.pool.query<{ name: string; isValid: boolean }>(
        `select indexrelid::regclass::text as name, indisvalid as is_valid from pg_index where indrelid = to_regclass($1)`,
        [table],
      );
      return Object.fromEntries(rows.map(({ name, isValid }) => [name, isValid]));
    },
    pool: database.pool,
    /** Waits until so many sessions wait for a lock of another one. */
    awaitWaiting: async (count: number) => {
      const sql = `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      for (;;) {
        const { rows } = await database.pool.query<{ pid: number }>(sql);
        if (rows.length >= count) return rows.map(({ pid }) => pid);
      }
    },
  };
}

const TABLE = 'create table public.probe_a (id int)';
const INDEX = 'create index concurrently if not exists probe_a_id on public.probe_a (id);';

test('files are applied in order, once', async (t) => {
  const { put, run, tables } = await probe(t);
  await put('0002_more.sql', 'alter table probe_a rename to probe_b');
  await put('0001_first.sql', 'create table probe_a (id int)');

  assert.deepEqual(await run(), ['probe/0001_first.sql', 'probe/0002_more.sql']);
  assert.deepEqual(await run(), []);
  assert.deepEqual(await tables(), ['probe_b']);
});

test('a server before PostgreSQL 15 is refused by name', () => {
  assert.match(whyTooOld(140_013) ?? '', /is PostgreSQL 14, and 15 is the oldest/);
  assert.deepEqual([150_000, 180_001].map(whyTooOld), [null, null]);
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

test('an index is built beside a writer, who does not wait', async (t) => {
  const { put, run, pool, indexes, awaitWaiting } = await probe(t);
  await put('0001_first.sql', TABLE);
  await run();
  await put('0002_index_concurrently.sql', `-- for the list\n${INDEX}`);
  const open = await pool.connect();
  await open.query('begin');
  await open.query('insert into probe_a values (1)');

  const applied = run();
  await awaitWaiting(1); // the index waits for the open transaction
  const writer = await pool.connect({ statementMs: 0, lockMs: 5000 });
  await writer.query('insert into probe_a values (2)');
  writer.release();
  await open.query('commit');
  open.release();

  assert.deepEqual(await applied, ['probe/0002_index_concurrently.sql']);
  assert.deepEqual(await indexes('probe_a'), { probe_a_id: true });
});

test('nodes that start at the same time build an index once, and none fails', async (t) => {
  const { put, run, indexes } = await probe(t);
  await put('0001_first.sql', `${TABLE}; insert into probe_a select generate_series(1, 50000)`);
  await put('0002_index_concurrently.sql', INDEX);

  const applied = await Promise.all([run(), run(), run()]);

  assert.deepEqual(applied.flat(), ['probe/0001_first.sql', 'probe/0002_index_concurrently.sql']);
  assert.deepEqual(await indexes('probe_a'), { probe_a_id: true });
});

test('a run that died while it built an index is made good by the next one', async (t) => {
  const { put, run, pool, indexes, awaitWaiting } = await probe(t);
  await put('0001_first.sql', TABLE);
  await run();
  await put('0002_index_concurrently.sql', `${INDEX}\n${INDEX.replaceAll('probe_a_id', 'probe_a_other')}`);
  const open = await pool.connect();
  await open.query('begin');
  await open.query('insert into probe_a values (1)');
  const dying = assert.rejects(run(), MigrationError);
  await pool.query('select pg_terminate_backend($1)', await awaitWaiting(1));
  await dying;
  await open.query('commit');
  open.release();
  const left = await indexes('probe_a');

  const applied = await run();

  assert.deepEqual(left, { probe_a_id: false });
  assert.deepEqual(applied, ['probe/0002_index_concurrently.sql']);
  assert.deepEqual(await indexes('probe_a'), { probe_a_id: true, probe_a_other: true });
});

test('an index that is no longer needed is dropped, also when a dead run has dropped it', async (t) => {
  const { put, run, indexes } = await probe(t);
  await put('0001_first.sql', `${TABLE}; create index probe_a_id on probe_a (id)`);
  const drop = 'drop index concurrently if exists public.probe_a_id;';
  await put('0002_index_concurrently.sql', `${drop}\n${drop}`);

  await run();

  assert.deepEqual(await indexes('probe_a'), {});
});

test('a concurrent file with another statement stops the start before anything is applied', async (t) => {
  const { put, run, tables } = await probe(t);
  await put('0001_first.sql', TABLE);
  const statements = [
    'alter table probe_a add column more int',
    'create index probe_a_id on public.probe_a (id)',
    'create index concurrently probe_a_id on public.probe_a (id)',
    'create index concurrently if not exists probe_a_id on probe_a (id)',
    'drop index public.probe_a_id',
    'drop index concurrently if exists public.probe_a_id, public.other',
  ];

  for (const statement of statements) {
    await put('0002_index_concurrently.sql', `${INDEX} ${statement}`);
    await assert.rejects(run(), (error) => error instanceof MigrationError && error.message.endsWith(statement));
  }

  assert.deepEqual(await tables(), []);
});
