import assert from 'node:assert/strict';
import { readdir, readlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { testApp } from '#testing/app.ts';
import { auditOf, within } from '#testing/authorization.ts';
import { add, base64, begin, begun, BYTES, codeOf, idIn, TUS, untilThere } from '#testing/files/resumable.ts';
import { fileOwner, storedObjects, upload } from '#testing/files/uploads.ts';

const ABC_SHA256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('a client may send no name, and values of any bytes under keys of its own', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const own = `own /w==,other ${base64('\0')}`;
  const urls = [await begun(sara, { 'upload-metadata': '' }), await begun(sara, { 'upload-metadata': own })];

  for (const url of urls) await add(sara, url, 0, 'abc');
  await app.drain();

  for (const url of urls) {
    const { body } = await sara.get(`/files/${idIn(url)}`);
    assert.deepEqual([body.fileName, body.contentType, body.storageStatus], ['upload', 'text/plain', 'available']);
  }
});

test('a file has the time and the id of its upload, and its hash is in the audit trail', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const url = await begun(sara);
  await add(sara, url, 0, 'abc');
  await app.drain();

  const same =
    'select 1 from files.file f join files.upload u using (id) where u.created_at - f.created_at < interval $$1 ms$$';
  assert.equal((await app.database.pool.query(same)).rows.length, 1);
  const [joined] = await auditOf(app, 'files.joined');
  assert.deepEqual([joined?.resourceId, joined?.payload], [idIn(url), { sha256: ABC_SHA256 }]);
});

test('a client that sends no PATCH and no DELETE names the method in a header', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const [url, ended] = [await begun(sara), await begun(sara)];
  const by = (method: string) => ({ 'x-http-method-override': method });

  const added = await sara.post(url, Buffer.from('abc'), { ...BYTES, ...by('PATCH'), 'upload-offset': '0' });
  const deleted = await sara.post(ended, undefined, { ...TUS, ...by('DELETE') });
  const others = [await sara.post(ended, undefined, { ...TUS, ...by('PUT') }), await sara.post(ended, undefined, TUS)];
  await app.drain();

  assert.deepEqual([added, deleted, ...others].map(codeOf), [
    '204',
    '204',
    '400 files.upload_invalid',
    '400 files.upload_invalid',
  ]);
  assert.equal((await sara.get(`/files/${idIn(url)}`)).body.storageStatus, 'available');
  assert.equal(codeOf(await add(sara, ended, 0, 'abc')), '404 files.upload_not_found');
});

test('a part that is not whole in the storage fails its file, and is not left open', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const url = await begun(sara);
  await add(sara, url, 0, 'abc');
  const [part = ''] = await storedObjects(app);
  await truncate(join(app.dataDir, 'objects', part), 1);

  await app.drain();

  const { body } = await sara.get(`/files/${idIn(url)}`);
  assert.deepEqual([body.storageStatus, body.reason], ['failed', 'content_lost']);
  const open = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  assert.deepEqual(
    open.filter((path) => path.startsWith(app.dataDir)),
    [],
  );
});

test('the erasure of a person takes an upload that begins at the same time', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  await begin(sara);
  const files = app.modules.find(({ name }) => name === 'files');
  const holder = await app.database.pool.connect();
  await holder.query('begin');
  await holder.query('select 1 from files.usage for update');
  const waiting = (count: number) =>
    untilThere(
      app,
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' offset ${count - 1}`,
    );

  const beginning = begin(sara);
  await waiting(1);
  const erasing = within(app, system('users'), async (unit) => files?.privacy.erase(unit, sara.userId));
  await waiting(2);
  await holder.query('commit');
  holder.release();
  await Promise.all([beginning, erasing]);

  const { rows } = await app.database.pool.query(
    'select owner_id from files.upload union all select owner_id from files.usage',
  );
  assert.deepEqual(rows, []);
});

/** What a person may begin while they are erased. */
const BEGUN: Record<string, (client: ReturnType<typeof fileOwner>) => ReturnType<typeof begin>> = {
  folder: (client) => client.post('/files/folders', { name: 'late' }),
  'resumable upload': begin,
  'file in a new folder': (client) => upload(client, { fields: { folder: 'late' } }),
  'file at the top': upload,
};

for (const [name, ask] of Object.entries(BEGUN))
  test(`what waits for the erasure of its owner is refused, and leaves nothing: ${name}`, async (t) => {
    const app = await testApp(t);
    const sara = fileOwner(app);
    await begin(sara);
    const files = app.modules.find(({ name: module }) => module === 'files');
    const holder = await app.database.pool.connect();
    await holder.query('begin');
    await holder.query('select 1 from files.usage for update');
    const waiting = (count: number) =>
      untilThere(
        app,
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' offset ${count - 1}`,
      );

    const erasing = within(app, system('users'), async (unit) => files?.privacy.erase(unit, sara.userId));
    await waiting(1);
    const asking = ask(sara);
    await waiting(2);
    await holder.query('commit');
    holder.release();
    const [answer] = await Promise.all([asking, erasing]);

    const { rows } = await app.database.pool.query(
      `select owner_id from files.upload union all select owner_id from files.usage
       union all select owner_id from files.folder union all select owner_id from files.file`,
    );
    assert.ok([401, 404].includes(answer.status), codeOf(answer));
    assert.deepEqual(rows, []);
  });
