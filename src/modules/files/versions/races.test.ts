import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { member, runJob } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { as } from '#testing/authorization.ts';
import {
  encryptFile,
  fetchBytes,
  fileOwner,
  putContent,
  releasedFile,
  removeKept,
  storedObjects,
} from '#testing/files/uploads.ts';

/** The content of a file must be as long as its `content-length`, and have the hash that its `etag` names. */
async function readsWhole(app: TestApp, userId: string, id: string): Promise<boolean> {
  const { status, headers, bytes } = await fetchBytes(app, userId, `/files/${id}/download`);
  const hash = createHash('sha256').update(bytes).digest('hex');
  return status === 200 && headers['etag'] === `"${hash}"` && Number(headers['content-length']) === bytes.byteLength;
}

test('a reader gets the whole of one content, under its own ETag, while the content changes', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, { content: 'a'.repeat(10) });
  const contents = ['b'.repeat(2000), 'c'.repeat(50_000)];
  let isDone = false;
  const reads: boolean[] = [];
  const read = async () => {
    while (!isDone) reads.push(await readsWhole(app, sara.userId, id));
  };

  const readers = [read(), read()];
  for (const content of contents) {
    await putContent(sara, id, { content });
    await app.drain();
    const [version] = (await sara.get(`/files/${id}/versions`)).body.items;
    await sara.post(`/files/${id}/versions/${version.id}/restore`);
  }
  await encryptFile(app, sara, id);
  isDone = true;
  await Promise.all(readers);

  assert.ok(
    reads.length > 3 && reads.every(Boolean),
    `${reads.filter((isRight) => !isRight).length} of ${reads.length}`,
  );
});

test('of what comes at once with a new content nothing is lost, and nothing is left', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);

  for (let n = 0; n < 5; n++) {
    const id = await releasedFile(app, sara, { content: `first ${n}` });
    await putContent(sara, id, { content: `second ${n}` });
    await app.drain();
    const [version] = (await sara.get(`/files/${id}/versions`)).body.items;
    const answers = await Promise.all([
      putContent(sara, id, { content: `third ${n}` }),
      sara.post(`/files/${id}/versions/${version.id}/restore`),
      sara.post(`/files/encrypt/${id}`),
      app.drain(),
      sara.delete(`/files/${id}`).then(() => sara.delete(`/files/${id}/purge`)),
    ]);
    await app.drain();
    await sara.delete(`/files/${id}`);
    await sara.delete(`/files/${id}/purge`);
    assert.ok(
      answers.every((answer) => !answer || answer.status < 500),
      JSON.stringify(answers),
    );
  }
  await app.drain();
  await removeKept(app);

  assert.deepEqual(await storedObjects(app), []);
  const left =
    'select (select count(*) from files.file)::int as files, (select count(*) from files.blob)::int as blobs';
  assert.deepEqual((await app.database.pool.query(left)).rows, [{ files: 0, blobs: 0 }]);
  assert.deepEqual((await sara.get('/files/usage')).body, { usedBytes: 0, fileCount: 0, quotaBytes: 10_737_418_240 });
});

test('a process that dies while a new content arrives leaves the older one, and nothing else', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, { content: 'one' });
  await putContent(sara, id, { content: 'dead' });
  await app.database.pool.query(
    `update files.file set stage = 'uploading', size_bytes = null, sha256 = null, heartbeat_at = now() - interval '1 hour'
     where version_of = $1`,
    [id],
  );
  await app.database.pool.query('update files.usage set bytes = 3');

  await runJob(app, 'files.tidy');
  await removeKept(app);

  assert.deepEqual((await sara.get(`/files/${id}/versions`)).body.items, []);
  assert.equal((await fetchBytes(app, sara.userId, `/files/${id}/download`)).text, 'one');
  assert.equal((await storedObjects(app)).length, 1);
});

test('a lost object of a version is told, and the reconciliation keeps those of others', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, { content: 'one' });
  const [first] = (await app.storage.list('files/content/')).objects;
  await putContent(sara, id, { content: 'two' });
  await app.drain();
  await removeKept(app);
  await app.storage.delete(first?.key ?? '');

  await runJob(app, 'files.reconcile');
  const [version] = (await sara.get(`/files/${id}/versions`)).body.items;
  const { status } = await fetchBytes(app, sara.userId, `/files/${id}/versions/${version.id}/download`);
  const restored = await sara.post(`/files/${id}/versions/${version.id}/restore`);

  assert.deepEqual([version.storageStatus, status, restored.status], ['missing', 404, 404]);
  assert.equal((await sara.get(`/files/${id}`)).body.storageStatus, 'available');
  assert.equal((await fetchBytes(app, sara.userId, `/files/${id}/download`)).text, 'two');
});

test('the export of a person has their versions, and their erasure deletes them', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const client = as(app, sara.id);
  const id = await releasedFile(app, client, { content: 'one' });
  await putContent(client, id, { content: 'two' });
  await app.drain();
  const authorization = `Bearer ${sara.tokens.accessToken}`;

  const { rawPayload } = await app.http.inject({ url: '/api/v1/users/me/export', headers: { authorization } });
  const { files, versions } = JSON.parse(strFromU8(unzipSync(rawPayload)['files.json'] ?? new Uint8Array()));
  await sara.delete('/users/me');
  await app.drain();
  await removeKept(app);

  assert.deepEqual(
    [files.length, versions.map(({ fileId, sizeBytes }: { fileId: string; sizeBytes: number }) => [fileId, sizeBytes])],
    [1, [[id, 3]]],
  );
  assert.deepEqual(await storedObjects(app), []);
  assert.equal((await app.database.pool.query('select from files.file')).rowCount, 0);
});
