import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { newId } from '#kernel/id.ts';
import { system } from '#kernel/access.ts';
import { withoutTables, type AnyUnit } from '#platform/database/port.ts';
import { member, runJob } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { EICAR_HALVES } from '#testing/conformance/scan.ts';
import {
  fetchBytes,
  fileOwner,
  formOf,
  releasedFile,
  removeKept,
  storedObjects,
  upload,
  type Upload,
} from '#testing/files/uploads.ts';
import { behaveLikeClamd, startServer } from '#testing/servers/clamd.ts';
import { fileErrors, filePermissions } from './contract.ts';

const EICAR = EICAR_HALVES.join('');
const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');
const DAY_MS = 86_400_000;
const { TEST_CLAMAV_URL: realClamd } = process.env;

test('an uploaded file is pending, and available after the gate, with its name byte for byte', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const name = 'گزارش‌های پاییز ۱۴۰۵.txt';

  const answer = await upload(sara, {
    name,
    fields: { module: 'reports', folder: 'فصلی/پاییز', description: 'نسخهٔ اول' },
  });
  await app.drain();
  const { body } = await sara.get(`/files/${answer.body.id}`);

  assert.equal(answer.status, 202);
  assert.equal(answer.headers['location'], `/api/v1/files/${body.id}`);
  assert.deepEqual([answer.body.storageStatus, answer.body.stage], ['pending', 'uploaded']);
  const { fileName, sizeBytes, contentType, storageStatus, scanStatus, module, folder, description, ownerId } = body;
  assert.deepEqual(
    [fileName, sizeBytes, contentType, storageStatus, scanStatus, module, folder, description, ownerId],
    [name, 8, 'text/plain', 'available', 'unscanned', 'reports', 'فصلی/پاییز', 'نسخهٔ اول', sara.userId],
  );
  assert.equal(body.sha256, sha256('سلام'));
  assert.deepEqual((await storedObjects(app)).length, 1);
});

test('an upload that is refused leaves no row, no object and no used space', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_FILES_MAX_BYTES: '1000', BONYAN_FILES_QUOTA_BYTES: '1500' } });
  const sara = fileOwner(app);
  const big = 'x'.repeat(900);
  await releasedFile(app, sara, { content: big });

  const refusals = {
    'too large': await upload(sara, { content: 'x'.repeat(1001) }),
    'far too large': await upload(sara, { content: 'x'.repeat(600_000) }),
    'over the quota': await upload(sara, { content: big }),
    traversal: await upload(sara, { name: '../../etc/passwd' }),
    NUL: await upload(sara, { name: 'a\0.txt' }),
    direction: await upload(sara, { name: 'a\u202etxt.exe' }),
    'no name': await upload(sara, { name: '' }),
    program: await upload(sara, { name: 'a.txt', content: Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0\0\0', 'latin1') }),
    page: await upload(sara, { name: 'a.txt', content: '<!DOCTYPE html><script>alert(1)</script>' }),
    renamed: await upload(sara, { name: 'a.pdf' }),
    declared: await upload(sara, { type: 'image/png' }),
    'unknown field': await upload(sara, { fields: { colour: 'red' } }),
    'wrong field': await upload(sara, { fields: { folder: '../x' } }),
    'another digest': await upload(sara, {
      headers: { 'content-digest': `sha-256=:${Buffer.alloc(32).toString('base64')}:` },
    }),
    'no form': await sara.post('/files', { file: 'x' }),
    'a key': await upload(sara, { headers: { 'idempotency-key': 'x' } }),
    'no file': await sara.post('/files', Buffer.from('--b--\r\n'), {
      'content-type': 'multipart/form-data; boundary=b',
    }),
    'cut off': await sara.post('/files', formOf({}).payload.subarray(0, 150), formOf({}).headers),
  };
  await app.drain();

  assert.deepEqual(
    Object.fromEntries(Object.entries(refusals).map(([name, { status, body }]) => [name, `${status} ${body.code}`])),
    {
      'too large': '413 files.quota_exceeded',
      'far too large': '413 files.too_large',
      'over the quota': '413 files.quota_exceeded',
      traversal: '400 files.invalid_name',
      NUL: '400 files.invalid_name',
      direction: '400 files.invalid_name',
      'no name': '400 files.invalid_name',
      program: '400 files.validation_failed',
      page: '400 files.validation_failed',
      renamed: '400 files.type_mismatch',
      declared: '400 files.type_mismatch',
      'unknown field': '400 files.validation_failed',
      'wrong field': '400 files.validation_failed',
      'another digest': '400 http.digest_mismatch',
      'no form': '415 http.unsupported_media_type',
      'a key': '400 http.idempotency_refused',
      'no file': '400 files.validation_failed',
      'cut off': '400 http.malformed',
    },
  );
  assert.deepEqual(
    (await sara.get('/files/search')).body.items.map(({ sizeBytes }: { sizeBytes: number }) => sizeBytes),
    [900],
  );
  assert.deepEqual((await sara.get('/files/usage')).body, { usedBytes: 900, fileCount: 1, quotaBytes: 1500 });
  assert.equal((await storedObjects(app)).length, 1);
});

test('parallel uploads never have more bytes together than the quota', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_FILES_QUOTA_BYTES: '2500' } });
  const sara = fileOwner(app);

  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, at) => upload(sara, { name: `${at}.txt`, content: String(at).repeat(1000) })),
  );
  await app.drain();

  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((one, other) => one - other),
    [202, 202, 413, 413, 413, 413, 413, 413],
  );
  assert.equal((await sara.get('/files/usage')).body.usedBytes, 2000);
  assert.equal((await storedObjects(app)).length, 2);
});

test('a limit of a module holds for its files, wherever the field is in the form', async (t) => {
  const app = await testApp(t, {
    environment: { BONYAN_FILES_MAX_BYTES: '100', BONYAN_FILES_MAX_BYTES_BY_MODULE: 'videos=2000,avatars=10' },
  });
  const sara = fileOwner(app);
  const ask = async (content: string, module?: string) =>
    (await upload(sara, { content, ...(module !== undefined && { fields: { module } }) })).status;

  assert.deepEqual(
    [
      await ask('x'.repeat(1500), 'videos'),
      await ask('x'.repeat(11), 'avatars'),
      await ask('x'.repeat(101)),
      await ask('x'),
    ],
    [202, 413, 413, 202],
  );
});

test('the same bytes are stored once, and stay until the last file that has them is gone', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  const ids = [await releasedFile(app, sara), await releasedFile(app, reza)];
  const { body: usage } = await reza.get('/files/usage');

  const counts = [(await storedObjects(app)).length];
  for (const [at, owner] of [sara, reza].entries()) {
    await owner.delete(`/files/${ids[at]}`);
    await owner.delete(`/files/${ids[at]}/purge`);
    await removeKept(app);
    counts.push((await storedObjects(app)).length);
  }

  assert.equal(usage.usedBytes, 8);
  assert.deepEqual(counts, [1, 1, 0]);
  assert.equal((await reza.get('/files/usage')).body.usedBytes, 0);
});

test('an upload of bytes whose shared object is gone or damaged mends it, for the files that have it too', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  const id = await releasedFile(app, sara, { content: 'the same bytes' });
  const [{ key } = { key: '' }] = (await app.storage.list('files/content/')).objects;
  for (const damage of [
    () => app.storage.delete(key),
    () => app.storage.put(key, Readable.from([Buffer.from('the')]), { maxBytes: 100 }),
  ]) {
    await damage();
    await runJob(app, 'files.reconcile');
    const { body: lost } = await sara.get(`/files/${id}`);

    const again = await releasedFile(app, reza, { content: 'the same bytes' });

    assert.equal(lost.storageStatus, 'missing');
    for (const [owner, fileId] of [[sara, id] as const, [reza, again] as const])
      assert.equal((await fetchBytes(app, owner.userId, `/files/${fileId}/download`)).text, 'the same bytes');
    assert.equal((await storedObjects(app)).length, 1);
  }
});

test('an infected file is in quarantine: owner and administrators hear of it, and the trail has it', async (t) => {
  const clamd = await startServer(t, behaveLikeClamd(1_000_000));
  const app = await testApp(t, { environment: { CLAMAV_URL: clamd } });
  const owner = await member(app);

  const { body: clean } = await upload(owner, { name: 'clean.txt' });
  const { body } = await upload(owner, { name: 'bill.txt', content: EICAR });
  await app.drain();
  const { body: infected } = await owner.get(`/files/${body.id}`);

  assert.equal((await owner.get(`/files/${clean.id}`)).body.scanStatus, 'clean');
  assert.deepEqual([infected.storageStatus, infected.scanStatus], ['infected', 'infected']);
  assert.match(infected.reason, /Eicar/);
  assert.match((await app.mailbox(owner.email)).at(0).text, /bill\.txt/);
  assert.deepEqual(await actionsOn(app, body.id), ['files.uploaded', 'files.infected']);
  const published = 'select type from platform.event where key = $1 order by pos';
  const { rows } = await app.database.pool.query(published, [body.id]);
  assert.deepEqual(
    rows.map(({ type }) => type),
    ['files.uploaded.v1', 'files.infected.v1'],
  );
});

test('administrators hear of the infected files of one person once an hour', async (t) => {
  const clamd = await startServer(t, behaveLikeClamd(1_000_000));
  const app = await testApp(t, { environment: { CLAMAV_URL: clamd } });
  const administrator = await member(app);
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.authorization.makeAdministrator(unit, administrator.id),
  );
  const [sara, reza] = [await member(app), await member(app)];

  for (const owner of [sara, sara, reza]) {
    await upload(owner, { content: EICAR });
    await app.drain();
  }

  const about = async ({ email }: { readonly email: string }) =>
    (await app.mailbox(email)).filter(({ subject }: { subject: string }) => subject.includes('infected')).length;
  assert.deepEqual([await about(administrator), await about(sara), await about(reza)], [2, 2, 1]);
});

test('while the scanner is away a file waits, and is released by itself when it is back', async (t) => {
  let isThere = false;
  const behave = behaveLikeClamd(1_000_000);
  const clamd = await startServer(t, (socket) => (isThere ? behave(socket) : socket.destroy()));
  const app = await testApp(t, { environment: { CLAMAV_URL: clamd } });
  const sara = fileOwner(app);
  const { body } = await upload(sara);
  const states: string[] = [];
  const look = async () => states.push((await sara.get(`/files/${body.id}`)).body.storageStatus);

  await app.drain();
  await look();
  isThere = true;
  await app.drain(60_000);
  await look();

  assert.deepEqual(states, ['pending', 'available']);
});

test('a file that the scanner cannot scan whole is refused, or released as what it is, but never clean', async (t) => {
  const clamd = await startServer(t, behaveLikeClamd(1_000_000));
  for (const [policy, status, scanStatus] of [
    ['refuse', 'failed', 'unscanned'],
    ['release', 'available', 'unscannable'],
  ] as const) {
    const environment = { CLAMAV_URL: clamd, CLAMAV_MAX_BYTES: '1000', BONYAN_FILES_UNSCANNABLE: policy };
    const app = await testApp(t, { environment });
    const sara = fileOwner(app);

    const { body } = await upload(sara, { content: 'x'.repeat(1001) });
    await app.drain();

    const { body: file } = await sara.get(`/files/${body.id}`);
    assert.deepEqual([file.storageStatus, file.scanStatus], [status, scanStatus]);
  }
});

test('a scan alone tells the verdict and keeps nothing', async (t) => {
  const clamd = await startServer(t, behaveLikeClamd(1_000_000));
  const app = await testApp(t, { environment: { CLAMAV_URL: clamd } });
  const sara = fileOwner(app);

  const clean = await upload(sara, { path: '/files/scan' });
  const infected = await upload(sara, { path: '/files/scan', content: `...${EICAR}` });
  const wrong = await upload(sara, { path: '/files/scan', fields: { module: 'x' } });
  const none = await sara.post('/files/scan', {});
  await app.drain();

  assert.deepEqual([clean.status, clean.body.verdict, clean.body.sha256], [200, 'clean', sha256('سلام')]);
  assert.deepEqual([infected.status, infected.body.verdict], [200, 'infected']);
  assert.deepEqual([wrong.body.code, none.status], ['files.validation_failed', 415]);
  assert.deepEqual(await storedObjects(app), []);
  assert.equal((await sara.get('/files/search')).body.totalCount, 0);
});

test('a scan alone refuses what an upload or the gate refuses, and says why', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const bitmap = Buffer.alloc(5000);
  bitmap.write('BM', 0, 'latin1');
  bitmap.writeUInt32LE(40, 14);
  for (const at of [18, 22]) bitmap.writeInt32LE(60_000, at);
  const files: Record<string, [file: Upload, reason: string | null]> = {
    ordinary: [{}, null],
    'an executable by its name': [{ name: 'a.exe' }, 'executable_refused'],
    'a script by its content': [{ name: 'a.txt', content: '#!/bin/sh\nrm -rf /\n' }, 'script_refused'],
    'a type that was not declared': [{ name: 'a.png', type: 'text/plain' }, 'files.type_mismatch'],
    'content of another type': [{ name: 'a.png', content: 'text' }, 'files.type_mismatch'],
    'a name that cannot be one': [{ name: 'a\u202etxt.b' }, 'files.invalid_name'],
    'too many pixels': [{ name: 'a.bmp', content: bitmap }, 'image_pixels'],
    'a picture that runs a script': [{ name: 'a.svg', content: '<svg onload="alert(1)"/>' }, 'svg_script'],
  };

  for (const [name, [file, reason]] of Object.entries(files)) {
    const { status, body } = await upload(sara, { ...file, path: '/files/scan' });
    assert.deepEqual(
      [status, body.verdict, body.reason],
      [200, reason === null ? 'unscanned' : 'refused', reason],
      name,
    );
    const bytes = Buffer.from((file.content ?? 'سلام') as string);
    assert.deepEqual([body.sizeBytes, body.sha256], [bytes.byteLength, sha256(bytes)], name);
  }
  await app.drain();
  assert.deepEqual(await storedObjects(app), []);
});

test('validate answers what an upload would, from name, size and type alone', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const ask = async (fileName: string, sizeBytes = 10, contentType = '') =>
    (await sara.post('/files/validate', { fileName, sizeBytes, ...(contentType && { contentType }) })).body;

  assert.deepEqual(await ask('a.pdf'), {
    isAccepted: true,
    contentType: 'application/pdf',
    code: null,
    maxBytes: 52_428_800,
  });
  assert.equal((await ask('a.pdf', 10, 'image/png')).code, 'files.type_mismatch');
  assert.equal((await ask('a.exe')).code, 'files.validation_failed');
  assert.equal((await ask('../a.pdf')).code, 'files.invalid_name');
  assert.equal((await ask('a.pdf', 52_428_801)).code, 'files.too_large');
});

test('a file has one life in the trash: deleted, restored, deleted, purged', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara);
  const found = async (query = '') => (await sara.get(`/files/search${query}`)).body.items.length;

  const deleted = await sara.delete(`/files/${id}`);
  const inTrash = [await found(), await found('?storageStatus=deleted')];
  const again = await sara.delete(`/files/${id}`);
  const restored = await sara.post(`/files/${id}/restore`);
  const twice = await sara.post(`/files/${id}/restore`);
  const early = await sara.delete(`/files/${id}/purge`);
  await sara.delete(`/files/${id}`);
  const purged = await sara.delete(`/files/${id}/purge`);
  await removeKept(app);

  assert.deepEqual([deleted.status, again.body.code, inTrash], [204, 'files.not_found', [0, 1]]);
  assert.deepEqual([restored.status, restored.body.storageStatus, restored.body.deletedAt], [200, 'available', null]);
  assert.deepEqual([twice.body.code, early.body.code], ['files.not_found', 'files.not_found']);
  assert.deepEqual([purged.status, (await sara.get(`/files/${id}`)).status], [204, 404]);
  assert.deepEqual(await storedObjects(app), []);
});

test('the trash is emptied after its days, and not before', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara);
  await sara.delete(`/files/${id}`);
  const left: number[] = [];

  for (const days of [29, 2]) {
    app.pass(days * DAY_MS);
    await runJob(app, 'files.purge_trash');
    await removeKept(app);
    left.push((await storedObjects(app)).length);
  }

  assert.deepEqual(left, [1, 0]);
  assert.equal((await sara.get('/files/usage')).body.usedBytes, 0);
});

test('a file that is deleted before the gate is released only when it is restored', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const { body } = await upload(sara);

  await sara.delete(`/files/${body.id}`);
  await app.drain();
  const { body: deleted } = await sara.get(`/files/${body.id}`);
  await sara.post(`/files/${body.id}/restore`);
  await app.drain();

  assert.equal(deleted.storageStatus, 'deleted');
  assert.equal((await sara.get(`/files/${body.id}`)).body.storageStatus, 'available');
  assert.equal((await storedObjects(app)).length, 1);
});

test('an upload whose process died is removed with its bytes, one that goes on is not', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  for (const minutes of [1, 6]) {
    const [id, contentId] = [newId(), newId()];
    await app.database.pool.query(
      `insert into files.file (id, owner_id, file_name, content_type, content_id, stage, heartbeat_at)
       values ($1, $2, $3, 'text/plain', $4, 'uploading', now() - make_interval(mins => $5))`,
      [id, sara.userId, `${minutes}.txt`, contentId, minutes],
    );
    await app.storage.put(`files/staging/${contentId}`, (async function* () {})(), { maxBytes: 1 });
  }

  await runJob(app, 'files.tidy');
  await app.drain();

  const { body } = await sara.get('/files/search');
  assert.deepEqual(
    body.items.map(({ fileName }: { fileName: string }) => fileName),
    ['1.txt'],
  );
  assert.equal((await storedObjects(app)).length, 1);
});

test('a file whose bytes are gone at the gate fails and counts no more', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const { body } = await upload(sara);
  for (const { key } of (await app.storage.list('files/')).objects) await app.storage.delete(key);

  await app.drain();

  const { body: file } = await sara.get(`/files/${body.id}`);
  assert.deepEqual([file.storageStatus, file.reason, file.isRetryable], ['failed', 'content_lost', false]);
  assert.equal((await sara.get('/files/usage')).body.usedBytes, 0);
});

test('a file that failed by a fault goes to the gate again when somebody who may change it says so', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  const admin = app.signIn(...Object.values(filePermissions));
  const { body } = await upload(sara);
  await app.database.pool.query("delete from platform.work where queue = 'files.gate'");
  await app.database.pool.query(
    "update files.file set storage_status = 'failed', stage = null, reason = 'fault', is_retryable = true",
  );

  const strange = await reza.post(`/files/${body.id}/retry`);
  const answer = await admin.post(`/files/${body.id}/retry`);
  const second = await admin.post(`/files/${body.id}/retry`);
  await app.drain();

  assert.deepEqual([strange.status, answer.status, second.body.code], [404, 204, 'files.not_found']);
  assert.equal((await sara.get(`/files/${body.id}`)).body.storageStatus, 'available');
});

test('bytes of an unknown type get no name of a known one', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const { body } = await upload(sara, { name: 'a.unknown', content: Buffer.from([1, 2, 3]) });
  await app.drain();

  const rename = async (fileName: string) => (await sara.put(`/files/${body.id}`, { fileName })).body;

  for (const name of ['invoice.pdf', 'a.svg', 'a.docx'])
    assert.equal((await rename(name)).code, 'files.type_mismatch', name);
  assert.equal((await rename('b.unknown')).fileName, 'b.unknown');
});

test('name, description and place can be changed, the type that the bytes have cannot', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara);

  const { body: renamed } = await sara.put(`/files/${id}`, { fileName: 'نامه.log', description: 'یادداشت' });
  const { body: moved } = await sara.patch(`/files/${id}/move`, { module: 'letters', folder: 'a/b' });
  const { body: cleared } = await sara.patch(`/files/${id}/move`, { folder: null });
  const refused = [
    await sara.put(`/files/${id}`, { fileName: 'a.pdf' }),
    await sara.put(`/files/${id}`, { fileName: 'a.exe' }),
    await sara.put(`/files/${id}`, { fileName: 'a/b.txt' }),
    await sara.patch(`/files/${id}/move`, { folder: 'a//b' }),
  ];

  assert.deepEqual([renamed.fileName, renamed.description], ['نامه.log', 'یادداشت']);
  assert.deepEqual([moved.module, moved.folder, cleared.module, cleared.folder], ['letters', 'a/b', 'letters', null]);
  assert.deepEqual(
    refused.map(({ body }) => body.code),
    ['files.type_mismatch', 'files.validation_failed', 'files.invalid_name', 'files.invalid_name'],
  );
});

test('files are found by text in every spelling, type, module, owner and time', async (t) => {
  const app = await testApp(t);
  const [sara, reza, admin] = [fileOwner(app), fileOwner(app), app.signIn(...Object.values(filePermissions))];
  await upload(sara, { name: 'كتاب‌ها.txt', fields: { module: 'books', description: 'فهرست ۱۴۰۵' } });
  await upload(sara, { name: 'picture.gif', content: 'GIF89a\x01\0\x01\0', fields: { module: 'photos' } });
  await upload(reza, { name: 'کتاب.txt' });
  const names = async (client: typeof sara, query: string) =>
    (await client.get(`/files/${query}`)).body.items.map(({ fileName }: { fileName: string }) => fileName);
  const later = new Date(app.now().getTime() + DAY_MS).toISOString();

  assert.deepEqual(await names(sara, `search?text=${encodeURIComponent('کتابها')}`), ['كتاب‌ها.txt']);
  assert.deepEqual(await names(sara, 'search?text=1405'), ['كتاب‌ها.txt']);
  assert.deepEqual(await names(sara, 'search?contentType=image/*'), ['picture.gif']);
  assert.deepEqual(await names(sara, 'search?contentType=text/plain'), ['كتاب‌ها.txt']);
  assert.deepEqual(await names(sara, 'filter?module=photos'), ['picture.gif']);
  assert.deepEqual(await names(sara, `search?createdFrom=${later}`), []);
  assert.deepEqual((await names(sara, `search?createdTo=${later}`)).length, 2);
  assert.deepEqual(await names(sara, `search?ownerId=${reza.userId}`), []);
  assert.deepEqual((await names(admin, `search?text=${encodeURIComponent('کتاب')}`)).length, 2);
  assert.deepEqual(await names(admin, `search?ownerId=${reza.userId}`), ['کتاب.txt']);
});

test('tags are added and removed in any spelling, and files are found by them', async (t) => {
  const app = await testApp(t);
  const [sara, reza, admin] = [fileOwner(app), fileOwner(app), app.signIn(...Object.values(filePermissions))];
  const [id, other] = [
    await releasedFile(app, sara, { name: 'a.txt' }),
    await releasedFile(app, sara, { name: 'b.txt' }),
  ];
  const names = async (client: typeof sara, path: string) =>
    (await client.get(`/files/${path}`)).body.items.map(({ fileName }: { fileName: string }) => fileName);

  await sara.post(`/files/${id}/tags`, { tag: 'کتاب‌ها' });
  const { body: twice } = await sara.post(`/files/${id}/tags`, { tag: 'كتابها' });
  await sara.post(`/files/${other}/tags`, { tag: 'مالی' });
  const byTag = await names(sara, `tags/${encodeURIComponent('کتابها')}`);
  const byText = await names(sara, `search?text=${encodeURIComponent('مالي')}`);
  const strange = [await names(reza, 'tags/x'), await names(reza, `search?tag=${encodeURIComponent('مالی')}`)];
  const ofAll = await names(admin, `search?tag=${encodeURIComponent('مالی')}`);
  for (let at = 0; at < 19; at++) await sara.post(`/files/${id}/tags`, { tag: `tag ${at}` });
  const { body: full } = await sara.post(`/files/${id}/tags`, { tag: 'one more' });
  const { body: removed } = await sara.delete(`/files/${id}/tags/${encodeURIComponent('كتابها')}`);
  const hidden = await sara.post(`/files/${id}/tags`, { tag: 'in\u200bvisible' });

  assert.deepEqual(twice.tags, ['کتاب‌ها']);
  assert.deepEqual([byTag, byText, strange, ofAll], [['a.txt'], ['b.txt'], [[], []], ['b.txt']]);
  assert.deepEqual([full.code, removed.tags.length, hidden.status], ['files.too_many_tags', 19, 400]);
});

test('another user sees nothing of a file, an administrator all', async (t) => {
  const app = await testApp(t);
  const [sara, reza, admin] = [fileOwner(app), fileOwner(app), app.signIn(...Object.values(filePermissions))];
  const id = await releasedFile(app, sara);
  const answers = [
    await reza.get(`/files/${id}`),
    await reza.put(`/files/${id}`, { description: 'x' }),
    await reza.patch(`/files/${id}/move`, { module: 'x' }),
    await reza.post(`/files/${id}/tags`, { tag: 'x' }),
    await reza.delete(`/files/${id}/tags/x`),
    await reza.delete(`/files/${id}`),
    await reza.post(`/files/${id}/restore`),
    await reza.delete(`/files/${id}/purge`),
    await admin.get(`/files/${newId()}`),
  ];

  assert.deepEqual(new Set(answers.map(({ body }) => body.code)), new Set([fileErrors.notFound.code]));
  assert.equal((await reza.get('/files/search')).body.totalCount, 0);
  assert.equal((await admin.get(`/files/${id}`)).body.ownerId, sara.userId);
});

test('nothing of an erased person’s files is left, in the trash, at the gate or in quarantine', async (t) => {
  const clamd = await startServer(t, behaveLikeClamd(1_000_000));
  const app = await testApp(t, { environment: { CLAMAV_URL: clamd } });
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  await releasedFile(app, reza, { content: 'shared' });
  await releasedFile(app, sara, { content: 'shared' });
  await releasedFile(app, sara, { content: EICAR });
  await sara.delete(`/files/${await releasedFile(app, sara, { content: 'deleted' })}`);
  await upload(sara, { content: 'at the gate' });
  const files = app.modules.find(({ name }) => name === 'files');

  const exported = (await files?.privacy.export(sara.userId)) as { files: AsyncIterable<unknown> };
  const inExport = await Array.fromAsync(exported.files);
  await app.database
    .forModule()
    .write(system('platform'), (unit) => files?.privacy.erase(withoutTables(unit), sara.userId) ?? Promise.resolve());
  await removeKept(app);

  assert.equal(inExport.length, 4);
  const { rows } = await app.database.pool.query(
    'select owner_id from files.file union all select owner_id from files.usage',
  );
  assert.deepEqual(new Set(rows.map(({ ownerId }) => ownerId)), new Set([reza.userId]));
  assert.equal((await storedObjects(app)).length, 1);
});

test(
  'a real scanner finds what is whole, in the middle of a file, and in an archive',
  { skip: !realClamd },
  async (t) => {
    const app = await testApp(t, { environment: { CLAMAV_URL: realClamd ?? '' } });
    const sara = fileOwner(app);
    const states: Record<string, string> = {};

    for (const [name, content] of [
      ['whole.txt', EICAR],
      ['middle.txt', 'x'.repeat(100_000) + EICAR + 'x'.repeat(100_000)],
      ['archive.zip', zipSync({ 'a.txt': Buffer.from(EICAR) })],
      ['clean.zip', zipSync({ 'a.txt': Buffer.from('سلام') })],
    ] as const) {
      const id = await releasedFile(app, sara, { name, content });
      const { body } = await sara.get(`/files/${id}`);
      states[name] = `${body.storageStatus} ${body.scanStatus}`;
    }

    assert.deepEqual(states, {
      'whole.txt': 'infected infected',
      'middle.txt': 'infected infected',
      'archive.zip': 'infected infected',
      'clean.zip': 'available clean',
    });
  },
);

async function actionsOn(app: TestApp, id: string): Promise<unknown[]> {
  const { rows } = await app.database.pool.query('select action from audit.entry where resource_id = $1 order by id', [
    id,
  ]);
  return rows.map(({ action }) => action);
}
