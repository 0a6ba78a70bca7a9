import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { runJob } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { EICAR_HALVES } from '#testing/conformance/scan.ts';
import { fetchBytes, fileOwner, releasedFile, removeKept, storedObjects, upload } from '#testing/files/uploads.ts';
import { behaveLikeClamd, startServer } from '#testing/servers/clamd.ts';
import { createReconciliation } from './service.ts';

const DAY_MS = 86_400_000;

/** Makes every object as old as that. */
async function age(app: TestApp, days: number): Promise<void> {
  const at = new Date(Date.now() - days * DAY_MS);
  for (const path of await storedObjects(app)) await utimes(join(app.dataDir, 'objects', path), at, at);
}

const putForeign = (app: TestApp, key: string) =>
  app.storage.put(key, Readable.from([Buffer.from('x')]), { maxBytes: 1 });

/** The row of a part of an upload that goes on. */
async function unfinishedPart({ database }: TestApp, ownerId: string): Promise<string> {
  const [uploadId, partId] = [randomUUID(), randomUUID()];
  await database.pool.query(
    "insert into files.upload (id, owner_id, token_hash, kind, expires_at) values ($1, $2, '', 'partial', now() + interval '9 days')",
    [uploadId, ownerId],
  );
  await database.pool.query('insert into files.upload_part (id, upload_id, position) values ($1, $2, 0)', [
    partId,
    uploadId,
  ]);
  return partId;
}

test('objects that no row knows go a week after they are found, and no other object ever does', async (t) => {
  const clamd = await startServer(t, behaveLikeClamd(1_000_000));
  const app = await testApp(t, { environment: { CLAMAV_URL: clamd } });
  const sara = fileOwner(app);
  const kept = [
    await releasedFile(app, sara, { content: 'kept' }),
    await releasedFile(app, sara, { content: EICAR_HALVES.join('') }),
    await releasedFile(app, sara, { content: 'deleted' }),
    (await upload(sara, { content: 'at the gate' })).body.id,
  ];
  await sara.delete(`/files/${kept[2]}`);
  const { rows: atGate } = await app.database.pool.query<{ contentId: string }>(
    'select content_id from files.file where id = $1',
    [kept[3]],
  );
  await putForeign(app, `files/content/${atGate[0]?.contentId}`); // the gate has died before its commit
  const partId = await unfinishedPart(app, sara.userId);
  await putForeign(app, `files/parts/${partId}`);
  for (const key of [
    `files/parts/${randomUUID()}`,
    `files/staging/${randomUUID()}`,
    `files/content/${randomUUID()}`,
    'files/content/foreign',
  ])
    await putForeign(app, key);
  const left: number[] = [];
  const look = async () => left.push((await storedObjects(app)).length);

  await runJob(app, 'files.reconcile'); // all are younger than a day
  await runJob(app, 'files.tidy');
  await look();
  await age(app, 2);
  await runJob(app, 'files.reconcile');
  await runJob(app, 'files.tidy');
  await look();
  await app.database.pool.query("update files.removal set due_at = due_at - interval '8 days'");
  await runJob(app, 'files.tidy');
  await look();
  await runJob(app, 'files.reconcile');

  assert.deepEqual(left, [10, 10, 6]);
  const { rows } = await app.database.pool.query("select 1 from audit.entry where action = 'files.reconciled'");
  assert.equal(rows.length, 1);
  await app.drain();
  assert.equal((await sara.get(`/files/${kept[3]}`)).body.storageStatus, 'available');
});

test('a storage that has lost nearly everything marks no file', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  for (let n = 0; n < 11; n++) await upload(sara, { content: `file ${n}` });
  await app.drain();
  for (const { key } of (await app.storage.list('files/content/')).objects) await app.storage.delete(key);

  await assert.rejects(runJob(app, 'files.reconcile'), /11 of 11 objects are missing/);

  assert.deepEqual((await sara.get('/files/search?storageStatus=missing')).body.items, []);
});

test('files that are purged while they are looked for are not lost', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  for (let n = 0; n < 11; n++) await upload(sara, { content: `file ${n}` });
  await app.drain();
  const purgeAll = async () => {
    await app.database.pool.query('delete from files.file');
    await app.database.pool.query('delete from files.blob');
    for (const { key } of (await app.storage.list('files/content/')).objects) await app.storage.delete(key);
  };
  const storage = { ...app.storage, head: (key: string) => purgeAll().then(() => app.storage.head(key)) };
  const { reconcile } = createReconciliation({ db: app.database.forModule(), storage, now: app.now });

  await assert.doesNotReject(reconcile(new AbortController().signal));
});

test('a file whose object is gone is missing, and available again when it is back', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, { content: 'back again' });
  const [{ key } = { key: '' }] = (await app.storage.list('files/content/')).objects;
  const states: string[] = [];
  const look = async () => states.push((await sara.get(`/files/${id}`)).body.storageStatus);

  await app.storage.delete(key);
  await runJob(app, 'files.reconcile');
  await look();
  await app.storage.put(key, Readable.from([Buffer.from('back')]), { maxBytes: 100 }); // not whole
  await runJob(app, 'files.reconcile');
  await look();
  await app.storage.put(key, Readable.from([Buffer.from('back again')]), { maxBytes: 100 });
  await runJob(app, 'files.reconcile');
  await look();

  assert.deepEqual(states, ['missing', 'missing', 'available']);
  assert.equal((await fetchBytes(app, sara.userId, `/files/${id}/download`)).text, 'back again');
});

test('an object of a purged file that is written again by a process that was killed goes', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, { content: 'gone' });
  const sql = 'select content_id as content, blob_id as blob from files.file where id = $1';
  const { rows } = await app.database.pool.query<{ content: string; blob: string }>(sql, [id]);
  const [{ content, blob } = { content: '', blob: '' }] = rows;
  await sara.delete(`/files/${id}`);
  await sara.delete(`/files/${id}/purge`);
  await removeKept(app);
  assert.deepEqual(await storedObjects(app), []);
  // The gate writes the object before it commits: its process has ended in between, and no work item knows of it.
  const late = [`files/content/${content}`, `files/content/${blob}`, `files/staging/${content}`];
  for (const key of new Set(late)) await putForeign(app, key);
  const left: number[] = [];
  const look = async () => left.push((await storedObjects(app)).length);
  await look();

  await age(app, 2);
  await runJob(app, 'files.reconcile');
  await runJob(app, 'files.tidy');
  await look();
  await app.database.pool.query("update files.removal set due_at = due_at - interval '8 days'");
  await runJob(app, 'files.tidy');
  await look();

  const count = new Set(late).size;
  assert.deepEqual(left, [count, count, 0]);
});
