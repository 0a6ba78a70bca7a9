import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { withoutTables } from '#platform/database/port.ts';
import { loadConfig } from '#platform/config/load.ts';
import { createLog } from '#platform/log/pino.ts';
import { member, runJob } from '#testing/accounts.ts';
import { SECRET, testApp, type TestApp, type TestOptions } from '#testing/app.ts';
import { fetchBytes, fileOwner, removeKept, sentUpload, storedObjects } from '#testing/files/uploads.ts';
import { createApp } from '../../../app.ts';

const { TEST_S3_ENDPOINT: s3 } = process.env;
const S3 = {
  S3_ENDPOINT: s3 ?? '',
  S3_REGION: process.env['TEST_S3_REGION'] ?? 'us-east-1',
  S3_BUCKET: process.env['TEST_S3_BUCKET'] ?? 'files-test',
  S3_ACCESS_KEY_ID: process.env['TEST_S3_ACCESS_KEY_ID'] ?? '',
  S3_SECRET_ACCESS_KEY: process.env['TEST_S3_SECRET_ACCESS_KEY'] ?? '',
};
const needsS3 = { skip: s3 === undefined };
const DAY_MS = 86_400_000;

type Owner = ReturnType<typeof fileOwner>;
type Answer = Awaited<ReturnType<Owner['get']>>;

const codeOf = ({ status, body }: Answer) => (status < 400 ? String(status) : `${status} ${body.code}`);
const sha256Of = (content: string) => createHash('sha256').update(content).digest('hex');
const announced = (content: string, more: object = {}) => ({
  fileName: 'a.txt',
  sizeBytes: Buffer.byteLength(content),
  sha256: sha256Of(content),
  ...more,
});

async function withOwner(t: TestContext, options: TestOptions = {}) {
  const app = await testApp(t, options);
  return { app, sara: fileOwner(app) };
}

const put = (app: TestApp, key: string, content: string) =>
  app.storage.put(key, Readable.from([Buffer.from(content)]), { maxBytes: 10_000_000 });

test('where the storage is a folder there is no address, and the refusal says so', async (t) => {
  const { sara } = await withOwner(t);

  const answer = await sara.post('/files/uploads/presign', announced('hello'));

  assert.equal(codeOf(answer), '409 files.presign_unavailable');
});

test('bytes that are sent to the storage become a file when the upload is completed', needsS3, async (t) => {
  const { app, sara } = await withOwner(t, { environment: S3 });
  const content = `سلام ${newId()}`;
  const { body: folder } = await sara.post('/files/folders', { name: 'a' });

  const { status, body: given } = await sara.post(
    '/files/uploads/presign',
    announced(content, { folderId: folder.id }),
  );
  const early = await sara.post(`/files/uploads/${given.id}/complete`);
  const sent = await fetch(given.url, { method: 'PUT', headers: given.headers, body: content });
  const completed = await sara.post(`/files/uploads/${given.id}/complete`);
  const again = await sara.post(`/files/uploads/${given.id}/complete`);
  await app.drain();

  assert.deepEqual([status, codeOf(early), sent.status], [201, '409 files.upload_conflict', 200]);
  assert.deepEqual([completed.status, completed.body.id, completed.body.storageStatus], [202, given.id, 'pending']);
  assert.deepEqual([again.status, again.body.id], [202, given.id]);
  const { body: file } = await sara.get(`/files/${given.id}`);
  assert.deepEqual([file.storageStatus, file.sha256, file.folderId], ['available', sha256Of(content), folder.id]);
  assert.equal((await fetchBytes(app, sara.userId, `/files/${given.id}/download`)).text, content);
  assert.equal(await app.storage.head(`files/presigned/${given.id}`), null);
});

test('an address takes only bytes of the length that was announced', needsS3, async (t) => {
  const { sara } = await withOwner(t, { environment: S3 });
  const { body: given } = await sara.post('/files/uploads/presign', announced('hello'));

  const longer = await fetch(given.url, { method: 'PUT', headers: given.headers, body: 'hello and more' });
  const withoutChecksum = await fetch(given.url, { method: 'PUT', body: 'hello' });

  assert.deepEqual([longer.status, withoutChecksum.status], [403, 403]);
  assert.equal(codeOf(await sara.post(`/files/uploads/${given.id}/complete`)), '409 files.upload_conflict');
});

test('bytes that are sent again after the completion change nothing of the file, and go', needsS3, async (t) => {
  const { app, sara } = await withOwner(t, { environment: S3 });
  const content = `first ${newId()}`;
  const { body: given } = await sara.post('/files/uploads/presign', announced(content));
  const send = () => fetch(given.url, { method: 'PUT', headers: given.headers, body: content });
  await send();
  await sara.post(`/files/uploads/${given.id}/complete`);
  await put(app, `files/presigned/${given.id}`, content.replace('first', 'other'));
  await app.drain();

  const { text } = await fetchBytes(app, sara.userId, `/files/${given.id}/download`);
  app.pass(2 * DAY_MS);
  await runJob(app, 'files.tidy');
  await removeKept(app);

  assert.equal(text, content);
  assert.equal(await app.storage.head(`files/presigned/${given.id}`), null);
});

test('what is judged is the copy: bytes that are exchanged while it is read are not in the file', async (t) => {
  const { app, sara } = await withOwner(t);
  const id = await sentUpload(app, sara, 'the right bytes');
  const { copy } = app.storage;
  let isExchanged = false;
  app.storage.copy = async (from, to) => {
    const isThere = await copy(from, to);
    if (!isExchanged) await put(app, from, 'the wrong bytes');
    isExchanged = true;
    return isThere;
  };

  const { status } = await sara.post(`/files/uploads/${id}/complete`);
  await app.drain();

  assert.deepEqual([status, isExchanged], [202, true]);
  assert.equal((await fetchBytes(app, sara.userId, `/files/${id}/download`)).text, 'the right bytes');
});

test('each upload that is not what was announced is refused by its code, counts nothing and leaves no file', async (t) => {
  const { app, sara } = await withOwner(t);
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('latin1');
  const complete = async (id: string, client = sara) => codeOf(await client.post(`/files/uploads/${id}/complete`));
  const right = await sentUpload(app, sara, 'right');

  const answers = {
    'nothing was sent': await complete(await sentUpload(app, sara, 'hello', { sent: null })),
    'other bytes': await complete(await sentUpload(app, sara, 'hello', { sent: 'HELLO' })),
    'more bytes': await complete(await sentUpload(app, sara, 'hello', { sent: 'hello and more' })),
    'another type': await complete(await sentUpload(app, sara, png, { name: 'a.pdf' })),
    'a script': await complete(await sentUpload(app, sara, '#!/bin/sh\n')),
    'unknown id': await complete(newId()),
    'of somebody else': await complete(right, fileOwner(app)),
  };
  app.pass(DAY_MS + 1000);
  const expired = await complete(right);

  assert.deepEqual(answers, {
    'nothing was sent': '409 files.upload_conflict',
    'other bytes': '460 files.checksum_mismatch',
    'more bytes': '460 files.checksum_mismatch',
    'another type': '400 files.type_mismatch',
    'a script': '400 files.validation_failed',
    'unknown id': '404 files.upload_not_found',
    'of somebody else': '404 files.upload_not_found',
  });
  assert.equal(expired, '410 files.upload_expired');
  assert.equal((await app.database.pool.query('select from files.file')).rowCount, 0);
  assert.equal((await sara.get('/files/usage')).body.usedBytes, 0);
  await runJob(app, 'files.tidy');
  await removeKept(app);
  assert.deepEqual(await storedObjects(app), []);
});

test('a completion that counts as dead takes nothing of one in another process, and the file has the bytes of that', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const id = await sentUpload(app, { userId: sara.id }, 'hello');
  const other = await createApp({
    config: loadConfig({
      DATABASE_URL: app.databaseUrl,
      BONYAN_SECRET: SECRET,
      BONYAN_DATA_DIR: app.dataDir,
      BONYAN_LOG_LEVEL: 'silent',
    }),
    kind: 'command',
    log: createLog('silent'),
  });
  t.after(other.close);
  const { http } = await other.createServer();
  const [begun, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { copy } = app.storage;
  app.storage.copy = async (from, to) => {
    app.storage.copy = copy;
    begun.resolve();
    await goesOn.promise;
    return copy(from, to);
  };
  const first = sara.post(`/files/uploads/${id}/complete`);
  await begun.promise;
  await app.database.pool.query("update files.file set heartbeat_at = now() - interval '1 hour'");
  await runJob(app, 'files.tidy');

  const headers = { authorization: `Bearer ${sara.tokens.accessToken}` };
  const second = await http.inject({ method: 'POST', url: `/api/v1/files/uploads/${id}/complete`, headers });
  goesOn.resolve();
  const answers = [codeOf(await first), second.statusCode];
  await app.drain();

  assert.deepEqual(answers, ['404 files.unavailable', 202]);
  const { body } = await app.http.inject({ url: `/api/v1/files/${id}/download`, headers });
  assert.equal(body, 'hello');
  assert.equal((await sara.get('/files/usage')).body.usedBytes, 5);
  await removeKept(app);
  assert.equal((await storedObjects(app)).length, 1);
});

test('an upload that expires while it is completed becomes a file, and completing it again answers that', async (t) => {
  const { app, sara } = await withOwner(t);
  const id = await sentUpload(app, sara, 'hello');
  const { copy } = app.storage;
  app.storage.copy = async (from, to) => {
    app.pass(DAY_MS + 1000);
    await runJob(app, 'files.tidy');
    await removeKept(app);
    return copy(from, to);
  };

  const codes = [codeOf(await sara.post(`/files/uploads/${id}/complete`))];
  app.storage.copy = copy;
  codes.push(codeOf(await sara.post(`/files/uploads/${id}/complete`)));
  await app.drain();

  assert.deepEqual(codes, ['202', '202']);
  assert.equal((await fetchBytes(app, sara.userId, `/files/${id}/download`)).text, 'hello');
});

test('of two completions at once one makes the file', async (t) => {
  const { app, sara } = await withOwner(t);
  const id = await sentUpload(app, sara, 'hello');

  const answers = await Promise.all([1, 2, 3].map(() => sara.post(`/files/uploads/${id}/complete`)));
  await app.drain();

  assert.deepEqual(answers.map(codeOf), ['202', '202', '202']);
  assert.deepEqual((await sara.get('/files/usage')).body.usedBytes, 5);
});

test('bytes that are refused end the upload, and what cannot be accepted is refused before they are read', async (t) => {
  const { app, sara } = await withOwner(t);
  const { body: folder } = await sara.post('/files/folders', { name: 'a' });
  await sara.delete(`/files/folders/${folder.id}`);
  const gone = newId();
  const change = (column: string, value: string | number) => async (id: string) =>
    void (await app.database.pool.query(`update files.upload set ${column} = $2 where id = $1`, [id, value]));
  const manyFolders = 'update files.usage set folder_count = $1 where owner_id = $2';
  let copies = 0;
  const { copy } = app.storage;
  app.storage.copy = (from, to) => {
    copies++;
    return copy(from, to);
  };
  const cases: Record<string, [Parameters<typeof sentUpload>[2], object, ((id: string) => Promise<void>) | null]> = {
    'other bytes': ['hello', { sent: 'HELLO' }, null],
    'more bytes': ['hello', { sent: 'hello and more' }, null],
    'another type': ['%PDF-1.7 x', { name: 'a.png' }, null],
    'a script': ['#!/bin/sh\n', {}, null],
    'nothing was sent': ['hello', { sent: null }, null],
    'a folder in the trash': ['hello', {}, change('folder_id', folder.id)],
    'no folder': ['hello', {}, change('folder_id', gone)],
    'too many folders': ['hello', {}, change('folder', 'x/y')],
  };
  const codes: Record<string, [first: string, second: string, copies: number]> = {};

  await app.database.pool.query(manyFolders, [9999, sara.userId]);
  for (const [name, [content, how, prepare]] of Object.entries(cases)) {
    const id = await sentUpload(app, sara, content, how);
    await prepare?.(id);
    copies = 0;
    const complete = async () => codeOf(await sara.post(`/files/uploads/${id}/complete`));
    codes[name] = [await complete(), await complete(), copies];
  }

  const ended = '404 files.upload_not_found';
  assert.deepEqual(codes, {
    'other bytes': ['460 files.checksum_mismatch', ended, 1],
    'more bytes': ['460 files.checksum_mismatch', ended, 0],
    'another type': ['400 files.type_mismatch', ended, 1],
    'a script': ['400 files.validation_failed', ended, 1],
    'nothing was sent': ['409 files.upload_conflict', '409 files.upload_conflict', 0],
    'a folder in the trash': ['409 files.folder_deleted', '409 files.folder_deleted', 0],
    'no folder': ['404 files.folder_not_found', '404 files.folder_not_found', 0],
    'too many folders': ['409 files.too_many_folders', '409 files.too_many_folders', 0],
  });
});

test('one person completes one upload after the other, each person by themselves', async (t) => {
  const { app, sara } = await withOwner(t);
  const reza = fileOwner(app);
  const uploads = [
    { client: sara, id: await sentUpload(app, sara, 'one') },
    { client: sara, id: await sentUpload(app, sara, 'two') },
    { client: reza, id: await sentUpload(app, reza, 'three') },
  ];
  const running = new Set<string>();
  const together: string[][] = [];
  const [both, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { copy } = app.storage;
  app.storage.copy = async (from, to) => {
    running.add(from);
    together.push([...running]);
    if (running.size === 2) both.resolve();
    await goesOn.promise;
    running.delete(from);
    return copy(from, to);
  };

  const answers = uploads.map(({ client, id }) => client.post(`/files/uploads/${id}/complete`));
  await both.promise;
  goesOn.resolve();

  assert.deepEqual((await Promise.all(answers)).map(codeOf), ['202', '202', '202']);
  const [one, two] = uploads.map(({ id }) => `files/presigned/${id}`);
  assert.ok(!together.some((keys) => keys.includes(one ?? '') && keys.includes(two ?? '')));
});

test('an upload keeps its room of the quota until it is complete, and no request of tus touches it', async (t) => {
  const { app, sara } = await withOwner(t, {
    environment: { BONYAN_FILES_QUOTA_BYTES: '100', BONYAN_FILES_MAX_BYTES: '100' },
  });
  const id = await sentUpload(app, sara, 'x'.repeat(80));
  const tus = { 'tus-resumable': '1.0.0' };
  const begin = () => sara.post('/files/uploads', undefined, { ...tus, 'upload-length': '30' });
  const bytes = { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };

  const codes = [codeOf(await begin()), codeOf(await sara.patch(`/files/uploads/${id}`, Buffer.from('x'), bytes))];
  codes.push(codeOf(await sara.post(`/files/uploads/${id}/complete`)), codeOf(await begin()));
  const other = await sentUpload(app, sara, 'x');
  codes.push(codeOf(await sara.delete(`/files/uploads/${other}`, tus)));

  assert.deepEqual(codes, [
    '413 files.quota_exceeded',
    '404 files.upload_not_found',
    '202',
    '413 files.quota_exceeded',
    '204',
  ]);
});

test('while the address of an ended upload takes bytes, they take room: ended by its owner, or purged as a file', async (t) => {
  const { app, sara } = await withOwner(t, {
    environment: { BONYAN_FILES_QUOTA_BYTES: '100', BONYAN_FILES_MAX_BYTES: '100' },
  });
  const begin = async () =>
    codeOf(await sara.post('/files/uploads', undefined, { 'tus-resumable': '1.0.0', 'upload-length': '30' }));
  const end = async (id: string) => void (await sara.delete(`/files/uploads/${id}`, { 'tus-resumable': '1.0.0' }));
  const endings = {
    'ended by its owner': end,
    'purged as a file': async (id: string) => {
      await sara.post(`/files/uploads/${id}/complete`);
      await app.drain();
      await sara.delete(`/files/${id}`);
      const { status } = await sara.delete(`/files/${id}/purge`);
      assert.equal(status, 204);
    },
    'refused by the gate': async (id: string) => {
      await sara.post(`/files/uploads/${id}/complete`);
      await app.drain();
      assert.equal((await sara.get(`/files/${id}`)).body.reason, 'svg_script');
    },
  };

  for (const [name, ending] of Object.entries(endings)) {
    const isRefused = name.startsWith('refused');
    const content = isRefused ? '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>' : name;
    const id = await sentUpload(app, sara, content.padEnd(80), isRefused ? { name: 'a.svg' } : {});
    await ending(id);
    assert.equal(await begin(), '413 files.quota_exceeded', name);
    await app.database.pool.query("update files.ended_upload set until = until - interval '1 hour'");
    assert.equal(await begin(), '201', name);
    await app.database.pool.query('delete from files.upload where file_id is null');
    await runJob(app, 'files.tidy');
  }

  assert.equal((await app.database.pool.query('select from files.ended_upload')).rowCount, 0);
});

test('what an address can never take is refused before one is made', needsS3, async (t) => {
  const { sara } = await withOwner(t, {
    environment: { ...S3, BONYAN_FILES_QUOTA_BYTES: '0', BONYAN_FILES_MAX_BYTES: String(20 * 1024 ** 3) },
  });
  const sized = (sizeBytes: number) => announced('x', { sizeBytes });

  const codes = {
    'a name': codeOf(await sara.post('/files/uploads/presign', announced('x', { fileName: 'a/b.txt' }))),
    '5 GiB': codeOf(await sara.post('/files/uploads/presign', sized(5 * 1024 ** 3))),
    '5 GiB and a byte': codeOf(await sara.post('/files/uploads/presign', sized(5 * 1024 ** 3 + 1))),
    'more than a file': codeOf(await sara.post('/files/uploads/presign', sized(20 * 1024 ** 3 + 1))),
  };

  assert.deepEqual(codes, {
    'a name': '400 files.invalid_name',
    '5 GiB': '201',
    '5 GiB and a byte': '413 files.too_large',
    'more than a file': '413 files.too_large',
  });
});

test('objects that were sent go with their upload: erased, or unknown to every row', async (t) => {
  const { app, sara } = await withOwner(t);
  await sentUpload(app, sara, 'of an upload that is erased');
  await put(app, `files/presigned/${newId()}`, 'of no upload');
  const files = app.modules.find(({ name }) => name === 'files');

  await app.database.units.write(
    system('platform'),
    (unit) => files?.privacy.erase(withoutTables(unit), sara.userId) ?? Promise.resolve(),
  );
  await removeKept(app);
  const afterErasure = (await storedObjects(app)).length;
  app.pass(2 * DAY_MS);
  await runJob(app, 'files.reconcile');
  await removeKept(app);

  assert.equal(afterErasure, 1);
  assert.deepEqual(await storedObjects(app), []);
});
