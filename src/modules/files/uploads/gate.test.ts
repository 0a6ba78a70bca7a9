import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { testApp } from '#testing/app.ts';
import { EICAR_HALVES } from '#testing/conformance/scan.ts';
import { fileOwner, storedObjects, upload } from '#testing/files/uploads.ts';
import { behaveLikeClamd, startServer } from '#testing/servers/clamd.ts';

const EICAR = EICAR_HALVES.join('');

test('a file that is changed while it is scanned gets its verdict and keeps the change', async (t) => {
  const behave = behaveLikeClamd(1_000_000);
  let meanwhile = async () => {};
  const clamd = await startServer(t, (socket) => {
    const first = meanwhile();
    meanwhile = async () => {};
    void first.then(() => behave(socket));
  });
  const app = await testApp(t, { environment: { CLAMAV_URL: clamd } });
  const sara = fileOwner(app);

  for (const [content, state] of [
    ['clean', 'available'],
    [EICAR, 'infected'],
  ] as const) {
    const { body } = await upload(sara, { content });
    const changes: number[] = [];
    meanwhile = async () => {
      changes.push(
        (await sara.put(`/files/${body.id}`, { fileName: 'other.txt' })).status,
        (await sara.post(`/files/${body.id}/tags`, { tag: 'new' })).status,
      );
    };
    await app.drain();

    const { body: file } = await sara.get(`/files/${body.id}`);
    assert.deepEqual([changes, file.storageStatus], [[200, 200], state]);
    assert.deepEqual([file.fileName, file.tags, file.stage], ['other.txt', ['new'], null]);
  }
});

test('an outage of the scanner uses no attempt, however long it is, and the pauses grow', async (t) => {
  const clamd = await startServer(t, (socket) => socket.destroy());
  const app = await testApp(t, { environment: { CLAMAV_URL: clamd } });
  const sara = fileOwner(app);
  const broken = Buffer.from(zipSync({ 'a.txt': Buffer.from('a') })).subarray(0, -10);
  const ids = [(await upload(sara)).body.id, (await upload(sara, { name: 'a.zip', content: broken })).body.id];
  const states = async () =>
    Promise.all(ids.map(async (id) => (await sara.get(`/files/${id}`)).body.storageStatus as string));
  const tryNow = async () => {
    await app.database.pool.query("update platform.work set due_at = now() where queue = 'files.gate'");
    await app.drain();
  };
  const pauses = async () => {
    const { rows } = await app.database.pool.query<{ seconds: number }>(
      "select extract(epoch from due_at - now())::float8 as seconds from platform.work where queue = 'files.gate'",
    );
    return rows.map(({ seconds }) => seconds);
  };

  for (let attempt = 1; attempt <= 42; attempt++) await tryNow();
  const early = await pauses();
  await app.database.pool.query("update files.file set heartbeat_at = now() - interval '1 hour'");
  await tryNow();
  const late = await pauses();

  assert.deepEqual(await states(), ['pending', 'pending']); // the inspection, which refuses one of them, is not asked
  assert.equal(early.length, 2);
  assert.ok(early.every((seconds) => seconds < 100) && late.every((seconds) => seconds > 100 && seconds <= 300));
});

test('a file whose bytes are gone from staging fails, although an object of an earlier pass is there', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const { body } = await upload(sara);
  const [{ key } = { key: '' }] = (await app.storage.list('files/staging/')).objects;
  await app.storage.copy(key, key.replace('staging', 'content'));
  await app.storage.delete(key);

  await app.drain();

  const { body: file } = await sara.get(`/files/${body.id}`);
  assert.deepEqual([file.storageStatus, file.reason], ['failed', 'content_lost']);
  assert.deepEqual(await storedObjects(app), []);
});
