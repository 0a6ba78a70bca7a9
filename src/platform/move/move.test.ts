import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import pg from 'pg';
import { inspectBackup, restoreBackup } from '#platform/backup/restore.ts';
import { createFilesystemStorage } from '#platform/storage/filesystem.ts';
import { openS3Storage } from '#platform/storage/s3.ts';
import type { ObjectStorage } from '#platform/storage/port.ts';
import { member } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { column, emptyDatabase, temporaryFolder } from '#testing/backup/probe.ts';
import { runScript } from '#testing/database.ts';
import { noS3, s3Settings } from '#testing/files/stores.ts';
import { fileOwner, storedObjects, upload } from '#testing/files/uploads.ts';
import { openDeparture } from './leaving.ts';
import { cancelMove, moveInstallation, toSource, type Movable } from './move.ts';

test('damaged objects are named before anything is read-only, and the same move goes on when they are mended', async (t) => {
  const app = await testApp(t);
  const owner = fileOwner(app);
  for (const content of ['one', 'two', 'three', 'four']) await upload(owner, { content });
  await app.drain();
  const names = (await storedObjects(app)).filter((file) => file.includes('content'));
  const files = names.map((file) => join(app.dataDir, 'objects', file));
  const [changed = '', cut = ''] = files;
  const url = await emptyDatabase(t);
  const storage = createFilesystemStorage(temporaryFolder(t)).port;
  const before = await contentsOf(app.storage);
  writeFileSync(changed, 'X'.repeat(before.get(await keyOf(app, changed))?.length ?? 0));
  truncateSync(cut, 1);

  const refused = await move(app, { url, storage }).catch((error: Error) => error.message);
  const written = await owner.post('/files/folders', { name: 'still' });
  for (const file of [changed, cut]) writeFileSync(file, before.get(await keyOf(app, file)) ?? '');
  const said = await move(app, { url, storage });

  assert.match(refused, /^2 objects cannot be copied: files\/content\/.*files\/content\//);
  assert.notEqual(written.status, 503);
  assert.match(said, /^2 objects .* copied; \d+ were there already/m);
  assert.deepEqual(await contentsOf(storage), before);
});

test('an object that an earlier run could not note is compared, and copied only if it differs', async (t) => {
  const app = await testApp(t);
  const owner = fileOwner(app);
  for (const content of ['one', 'two']) await upload(owner, { content });
  await app.drain();
  const storage = createFilesystemStorage(temporaryFolder(t)).port;
  const before = await contentsOf(app.storage);
  const [same, other] = [...before.keys()].filter((key) => key.includes('content'));
  const put = (key: string | undefined, text: string) =>
    storage.put(key ?? '', [Buffer.from(text)] as never, { maxBytes: 10 });
  await put(same, before.get(same ?? '') ?? '');
  await put(other, 'XXX');

  const said = await move(app, { url: await emptyDatabase(t), storage });

  assert.match(said, /; 1 were there already/m);
  assert.deepEqual(await contentsOf(storage), before);
});

test('a database that is in use, another secret, another version and a second move at once are refused', async (t) => {
  const [app, running] = [await testApp(t), await testApp(t)];
  const url = await emptyDatabase(t);
  const { rows } = await running.database.pool.query<{ id: string }>('select id from platform.node');
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  const stranger = {
    ...app,
    secrets: { ...app.secrets, prepareWithin: () => Promise.reject(new Error('another secret')) },
  };

  await openDeparture(client);
  await assert.rejects(move(app, { url }), /Another move of this installation is running/);
  await client.end();
  await assert.rejects(move(app, { url: running.databaseUrl }), /The new database is not empty/);
  await assert.rejects(move(stranger, { url }), /another secret/);
  await assert.rejects(testApp(t, { databaseUrl: url }), /A restore or a move into this database/);
  await assert.rejects(move(app, { url: await emptyDatabase(t), shown: 'elsewhere' }), /is being moved to the new one/);
  await cancelMove(app.databaseUrl);
  await assert.rejects(move(app, { url }), /to one that was cancelled/);
  await app.database.pool.query(
    `insert into bonyan.migration (module, name, hash) values ('todos', '9999_later.sql', 'x')`,
  );
  await assert.rejects(move(app, { url: await emptyDatabase(t) }), /is not at the version of this program/);

  assert.equal(rows.length, 1);
  assert.equal((await app.signIn().get('/todos')).status, 403);
});

test('a database that was left half-way is no target any more when the installation went elsewhere', async (t) => {
  const app = await testApp(t);
  const [half, whole] = [await emptyDatabase(t), await emptyDatabase(t)];
  const file = join(temporaryFolder(t), 'no-folder');
  writeFileSync(file, '');
  const unusable = createFilesystemStorage(file).port;

  await assert.rejects(move(app, { url: half, shown: 'half', storage: unusable }), /object storage cannot be used/);
  await move(app, { url: whole, shown: 'whole' });

  for (const shown of ['half', 'whole'])
    await assert.rejects(move(app, { url: half, shown }), /was moved to whole|to one that was cancelled/);
  assert.match(await move(app, { url: whole, shown: 'the same by another name' }), /^All rows were moved before/);
});

test('a move knows its storage: not its own one, not one in use, and not another one than before', async (t) => {
  const app = await testApp(t);
  const owner = fileOwner(app);
  await upload(owner, { content: 'one' });
  await app.drain();
  const [used, first, second] = [1, 2, 3].map(() => createFilesystemStorage(temporaryFolder(t)).port);
  const stranger = [Buffer.from('1')] as never;
  await used?.put('files/content/of-another', stranger, { maxBytes: 1 });
  const url = await emptyDatabase(t);
  const [damaged = ''] = (await storedObjects(app)).filter((file) => file.includes('content'));
  const path = join(app.dataDir, 'objects', damaged);
  const before = await contentsOf(app.storage);

  await assert.rejects(move(app, { url, storage: app.storage }), /is the one that the installation has/);
  await assert.rejects(move(app, { url, storage: used ?? null }), /has files\/content\/of-another, which/);
  const added = await upload(owner, { content: 'two' });
  await app.drain();
  truncateSync(path, 1);
  await assert.rejects(move(app, { url, storage: first ?? null }), /1 objects cannot be copied/);
  writeFileSync(path, before.get(await keyOf(app, path)) ?? '');
  const said = await move(app, { url, storage: second ?? null });
  const again = await move(app, { url, storage: second ?? null });

  assert.ok(added);
  assert.deepEqual([...(await contentsOf(used ?? app.storage)).keys()], ['files/content/of-another']);
  assert.match(said, /^2 objects .* copied; 0 were there already/m);
  assert.deepEqual(await contentsOf(second ?? app.storage), await contentsOf(app.storage));
  assert.match(again, /^All rows were moved before/);
  await assert.rejects(move(app, { url, storage: first ?? null }), /not the objects to this storage/);
});

test('objects are not said to be moved when only the rows were', async (t) => {
  const app = await testApp(t);
  const url = await emptyDatabase(t);
  await move(app, { url });

  const storage = createFilesystemStorage(temporaryFolder(t)).port;

  await assert.rejects(move(app, { url, storage }), /not the objects to this storage/);
});

test('when the new server fails at the very end, it has no row, the command says what holds, and is run again', async (t) => {
  const app = await testApp(t);
  await member(app);
  const url = await emptyDatabase(t);
  await runScript(
    url,
    `create function public.fail() returns event_trigger language plpgsql as $$ begin
       if exists (select from pg_event_trigger_dropped_objects() where object_identity = 'bonyan.restoring')
       then raise 'out of order'; end if; end $$;
     create event trigger fail on sql_drop execute function public.fail()`,
  );
  const said: string[] = [];

  await assert.rejects(move(app, { url, said }), /out of order/);
  await assert.rejects(testApp(t, { databaseUrl: url }), /A restore or a move into this database/);
  const rows = await column(url, 'select 1 from users."user"');
  await runScript(url, 'drop event trigger fail');
  await move(app, { url, said });

  assert.deepEqual(rows, []);
  assert.match(said.join('\n'), /^It stays read-only: run the same command again.*\n(.*\n)*Equal: /m);
});

test('the old installation does not start any more, until the move is cancelled', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const url = await emptyDatabase(t);

  const said = await move(app, { url });
  const again = await move(app, { url });
  const write = () => sara.post('/todos', { description: 'نان بخر' });
  const refused = await write();
  await assert.rejects(testApp(t, { databaseUrl: app.databaseUrl }), /was moved to the new one/);
  const other = await testApp(t, { databaseUrl: url });
  const there = await other.withToken(sara.tokens.accessToken).post('/todos', { description: 'نان بخر' });
  const cancelled = await cancelMove(app.databaseUrl);
  const back = await write();

  assert.match(said, /^Equal: \d+ rows of \d+ tables/m);
  assert.match(again, /^All rows were moved before/);
  assert.deepEqual(
    [refused.body.code, there.status, cancelled.isOver, back.status],
    ['database.read_only', 201, true, 201],
  );
});

test('wrong keys and a missing bucket are refused before anything is read-only', { skip: noS3 }, async (t) => {
  const app = await testApp(t);
  const url = await emptyDatabase(t);

  await assert.rejects(
    move(app, { url, storage: s3(t, { accessKeyId: 'wrong' }) }),
    /new object storage cannot be used/,
  );
  await assert.rejects(
    move(app, { url, storage: s3(t, { createsBucket: false }) }),
    /object storage cannot be used: .*bucket/,
  );

  assert.deepEqual(await column(app.databaseUrl, 'select 1 from bonyan.leaving where read_only_at is not null'), []);
});

test('a backup is restored into S3', { skip: noS3 }, async (t) => {
  const app = await testApp(t);
  const owner = fileOwner(app);
  for (const content of ['one', 'two']) await upload(owner, { content });
  await app.drain();
  const file = join(temporaryFolder(t), 'a.backup');
  await app.backups.make({ file, encryptTo: null, secret: null });
  const { manifest } = await inspectBackup(file, null);
  const storage = s3(t, {});

  await restoreBackup({ ...toSource(app), directUrl: await emptyDatabase(t), storage }, { file, key: null, manifest });

  assert.deepEqual(await contentsOf(storage), await contentsOf(app.storage));
});

/** What it says, in lines. */
async function move(
  app: Movable,
  {
    url,
    shown = 'the new one',
    storage = null,
    said = [],
  }: { url: string; shown?: string; storage?: ObjectStorage | null; said?: string[] },
): Promise<string> {
  await moveInstallation(
    toSource(app),
    { url, shown, storage },
    { verifies: true, say: (what) => void said.push(what) },
  );
  return said.join('\n');
}

function s3(t: TestContext, other: { readonly accessKeyId?: string; readonly createsBucket?: boolean }): ObjectStorage {
  const settings = s3Settings();
  const { driver, close } = openS3Storage({
    endpoint: settings['S3_ENDPOINT'] ?? '',
    region: settings['S3_REGION'] ?? '',
    bucket: settings['S3_BUCKET'] ?? '',
    accessKeyId: settings['S3_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: settings['S3_SECRET_ACCESS_KEY'] ?? '',
    createsBucket: true,
    ...other,
  });
  t.after(close);
  return driver.port;
}

/** All objects of files, by key. */
async function contentsOf(storage: ObjectStorage): Promise<Map<string, string>> {
  const { objects } = await storage.list('files/');
  const contents = objects.map(async ({ key }) => {
    const found = await storage.get(key);
    return [key, Buffer.concat(found ? await found.content.toArray() : []).toString()] as const;
  });
  return new Map((await Promise.all(contents)).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Of an object in the folder of the app. */
async function keyOf({ storage }: Pick<TestApp, 'storage'>, file: string): Promise<string> {
  const { objects } = await storage.list('files/');
  const id = file.slice(-36);
  return objects.map(({ key }) => key).find((key) => key.endsWith(id)) ?? '';
}
