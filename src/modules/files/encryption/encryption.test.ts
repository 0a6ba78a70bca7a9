import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { runJob } from '#testing/accounts.ts';
import { SECRET, testApp, type TestApp } from '#testing/app.ts';
import { anyBytes } from '#testing/files/stores.ts';
import { encryptFile, fetchBytes, fileOwner, releasedFile, removeKept, storedObjects } from '#testing/files/uploads.ts';

const FRAME = 65_552;
const NEXT_SECRET = 'another-secret-another-secret-another-secret';

/** The path of the object that has the bytes of the file. */
async function objectOf(app: TestApp, id: string): Promise<string> {
  const { rows } = await app.database.pool.query<{ blobId: string }>('select blob_id from files.file where id = $1', [
    id,
  ]);
  const path = (await storedObjects(app)).find((each) => each.includes(rows[0]?.blobId ?? 'none'));
  return join(app.dataDir, 'objects', path ?? 'none');
}

const bytesOf = async (app: TestApp, userId: string, id: string) =>
  (await fetchBytes(app, userId, `/files/${id}/download`)).bytes;

test('encryption changes what is stored and nothing that clients get; decryption reverses it', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const content = anyBytes(200_000);
  const id = await releasedFile(app, sara, { name: 'a.bin', content });
  const before = await fetchBytes(app, sara.userId, `/files/${id}/download`);
  const first = (await sara.get(`/files/${id}`)).body;

  const asked = await sara.post(`/files/encrypt/${id}`);
  const again = await sara.post(`/files/encrypt/${id}`);
  const opposite = await sara.post(`/files/decrypt/${id}`);
  await app.drain();
  const { body: encrypted } = await sara.get(`/files/${id}`);
  const done = await sara.post(`/files/encrypt/${id}`);
  const [stored, after] = [
    await readFile(await objectOf(app, id)),
    await fetchBytes(app, sara.userId, `/files/${id}/download`),
  ];
  const back = await sara.post(`/files/decrypt/${id}`);
  await app.drain();
  const plain = await readFile(await objectOf(app, id));

  assert.deepEqual([asked.status, again.status, done.status, back.status], [202, 202, 202, 202]);
  assert.deepEqual([done.body.encryptionStage, done.body.isEncrypted], [null, true]);
  assert.deepEqual([asked.body.encryptionStage, asked.body.isEncrypted], ['encrypting', false]);
  assert.deepEqual([opposite.status, opposite.body.code], [409, 'files.encryption_busy']);
  assert.deepEqual([encrypted.encryptionStage, encrypted.isEncrypted], [null, true]);
  assert.deepEqual([encrypted.sha256, encrypted.sizeBytes], [first.sha256, first.sizeBytes]);
  assert.ok(!stored.includes(content.subarray(0, 16)) && stored.length > content.length);
  assert.ok(after.bytes.equals(content) && plain.equals(content));
  for (const name of ['etag', 'last-modified', 'content-length', 'content-type'])
    assert.equal(after.headers[name], before.headers[name], name);
  await removeKept(app);
  assert.equal((await storedObjects(app)).length, 1);
});

test('only those who hold files.permissions.manage encrypt, their own files, and only available ones', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  const id = await releasedFile(app, sara);
  const stranger = await reza.post(`/files/encrypt/${id}`);
  const powerless = await app.signIn().post(`/files/encrypt/${id}`);
  const stale = await sara.post(`/files/encrypt/${id}`, undefined, { 'if-match': '"0"' });
  await sara.delete(`/files/${id}`);
  const deleted = await sara.post(`/files/encrypt/${id}`);

  assert.deepEqual([stranger.status, powerless.status, stale.status, deleted.status], [404, 403, 412, 404]);
});

test('an encrypted file shares its object with nobody, and the others keep theirs', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  const content = anyBytes(1000);
  const upload = { name: 'a.bin', content };
  const [a, b] = [await releasedFile(app, sara, upload), await releasedFile(app, reza, upload)];

  await encryptFile(app, sara, a);
  const c = await releasedFile(app, reza, upload);
  const apart = new Set([await objectOf(app, a), await objectOf(app, b), await objectOf(app, c)]);
  await encryptFile(app, reza, c);
  const sealed = await Promise.all([a, c].map(async (id) => readFile(await objectOf(app, id))));
  await sara.post(`/files/decrypt/${a}`);
  await app.drain();
  await removeKept(app);

  assert.equal(apart.size, 2);
  assert.notDeepEqual(sealed[0], sealed[1]);
  assert.equal(await objectOf(app, a), await objectOf(app, b));
  assert.equal((await storedObjects(app)).length, 2);
  for (const id of [b, c]) assert.ok((await bytesOf(app, reza.userId, id)).equals(content));
});

test('a damaged object never gives wrong bytes: the download ends early, or the file is missing', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const content = anyBytes(5 * 65_536);
  const id = await releasedFile(app, sara, { name: 'a.bin', content });
  const other = await releasedFile(app, sara, { name: 'b.bin', content });
  await encryptFile(app, sara, id);
  await encryptFile(app, sara, other);
  const [path, foreign] = [await objectOf(app, id), await readFile(await objectOf(app, other))];
  const whole = await readFile(path);
  const frame = (at: number) => whole.subarray(at * FRAME, (at + 1) * FRAME);
  const flipped = Buffer.from(whole);
  flipped[3 * FRAME + 7] = (flipped[3 * FRAME + 7] ?? 0) ^ 1;
  await app.http.listen({ port: 0, host: '127.0.0.1' });
  const address = app.http.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  for (const [name, bytes] of Object.entries({
    'flipped bit': flipped,
    'swapped frames': Buffer.concat([frame(0), frame(1), frame(2), frame(4), frame(3)]),
    'object of another file': foreign,
  })) {
    await writeFile(path, bytes);
    const request = get({ port, path: `/api/v1/files/${id}/download`, headers: { 'x-test-caller': sara.userId } });
    const received: Buffer[] = [];
    let isComplete = false;
    try {
      const [answer] = await once(request, 'response');
      for await (const chunk of answer) if (answer.statusCode === 200) received.push(chunk);
      isComplete = answer.statusCode !== 500; // 500: nothing of it had left
    } catch {} // the connection was ended
    const part = Buffer.concat(received);
    assert.equal(isComplete, false, name);
    assert.ok(part.equals(content.subarray(0, part.length)), name);
  }
  await writeFile(path, flipped);
  const range = await fetchBytes(app, sara.userId, `/files/${id}/download`, { range: 'bytes=5-131071' });
  assert.ok(range.bytes.equals(content.subarray(5, 131_072)));
  await truncate(path, 4 * FRAME);
  const cut = await fetchBytes(app, sara.userId, `/files/${id}/download`);
  assert.deepEqual([cut.status, JSON.parse(cut.text).code], [404, 'files.unavailable']);
});

test('an object that was damaged before is not encrypted', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, { content: 'abcdef' });
  await writeFile(await objectOf(app, id), 'abcdeX');
  await sara.post(`/files/encrypt/${id}`);

  const failures = [];
  for (let attempt = 1; attempt <= 41; attempt++) {
    await app.database.pool.query("update platform.work set due_at = now() where queue = 'files.encryption'");
    failures.push(...(await app.drainWithFailures()));
  }

  const { body } = await sara.get(`/files/${id}`);
  assert.equal(failures.length, 40);
  assert.deepEqual([body.isEncrypted, body.encryptionStage, body.reason], [false, null, 'encryption_failed']);
  await removeKept(app);
  assert.equal((await storedObjects(app)).length, 1);
});

test('a failure at any write leaves the file whole, is made good by the next attempt, and leaves no object', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const content = anyBytes(100_000);
  const { pool } = app.database;
  await pool.query(
    `create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$`,
  );
  const id = await releasedFile(app, sara, { name: 'a.bin', content });

  for (const [what, isEncrypted] of [
    ['encrypt', true],
    ['decrypt', false],
  ] as const)
    for (const write of [
      'insert on files.removal',
      'delete on files.removal',
      'insert on files.blob',
      'delete on files.blob',
      'update of blob_id on files.file',
    ]) {
      if ((await sara.get(`/files/${id}`)).body.isEncrypted === isEncrypted) {
        await sara.post(`/files/${isEncrypted ? 'decrypt' : 'encrypt'}/${id}`);
        await app.drain();
      }
      await pool.query(`create trigger refuse before ${write} for each row execute function public.refuse()`);
      await sara.post(`/files/${what}/${id}`);

      const failures = await app.drainWithFailures();

      const during = await bytesOf(app, sara.userId, id);
      await pool.query(`drop trigger refuse on ${write.split(' on ')[1]}`);
      await pool.query("update platform.work set due_at = now() where queue = 'files.encryption'");
      await app.drain();
      await removeKept(app);
      const { body } = await sara.get(`/files/${id}`);
      assert.ok(failures.length > 0 && during.equals(content), `${what}: ${write}`);
      assert.deepEqual([body.isEncrypted, body.encryptionStage], [isEncrypted, null], `${what}: ${write}`);
      assert.ok((await bytesOf(app, sara.userId, id)).equals(content), `${what}: ${write}`);
      assert.equal((await storedObjects(app)).length, 1, `${what}: ${write}`);
    }
});

test('a file that is deleted or purged while it waits for its encryption leaves no object', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const [restored, purged] = [
    await releasedFile(app, sara, { content: 'restored' }),
    await releasedFile(app, sara, { content: 'purged' }),
  ];
  for (const id of [restored, purged]) {
    await sara.post(`/files/encrypt/${id}`);
    await sara.delete(`/files/${id}`);
  }
  await sara.delete(`/files/${purged}/purge`);
  await app.drain();
  await sara.post(`/files/${restored}/restore`);

  assert.equal((await sara.get(`/files/${restored}`)).body.isEncrypted, true);
  assert.equal((await bytesOf(app, sara.userId, restored)).toString(), 'restored');
  await removeKept(app);
  assert.equal((await storedObjects(app)).length, 1);
  await sara.delete(`/files/${restored}`);
  await sara.delete(`/files/${restored}/purge`);
  await removeKept(app);
  const { rows } = await app.database.pool.query('select 1 from files.blob'); // the data keys are there
  assert.deepEqual([rows, await storedObjects(app)], [[], []]);
});

test('calls, downloads and uploads of the same bytes at once end in one state, with the right bytes', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const content = anyBytes(300_000);
  const id = await releasedFile(app, sara, { name: 'a.bin', content });
  const read = async () =>
    createHash('sha256')
      .update(await bytesOf(app, sara.userId, id))
      .digest('hex');

  for (const what of ['encrypt', 'decrypt', 'encrypt']) {
    const calls = await Promise.all(Array.from({ length: 4 }, () => sara.post(`/files/${what}/${id}`)));
    const [hashes] = await Promise.all([
      Promise.all(Array.from({ length: 8 }, read)),
      releasedFile(app, sara, { name: 'b.bin', content }),
    ]);
    assert.deepEqual(new Set(calls.map(({ status }) => status)), new Set([202]));
    assert.deepEqual(new Set(hashes), new Set([createHash('sha256').update(content).digest('hex')]));
  }
  await app.drain();
  await removeKept(app);
  const { rows } = await app.database.pool.query<{ refs: number }>('select refs from files.blob order by refs');
  assert.deepEqual(
    rows.map(({ refs }) => refs),
    [1, 3],
  );
  assert.equal((await storedObjects(app)).length, 2);
});

test('the reconciliation knows the size of encrypted objects', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const [whole, cut] = [
    await releasedFile(app, sara, { content: 'whole' }),
    await releasedFile(app, sara, { content: 'cut' }),
  ];
  for (const id of [whole, cut]) await encryptFile(app, sara, id);
  await truncate(await objectOf(app, cut), 3); // its plain size

  await runJob(app, 'files.reconcile');

  const states = await Promise.all([whole, cut].map(async (id) => (await sara.get(`/files/${id}`)).body.storageStatus));
  assert.deepEqual(states, ['available', 'missing']);
});

test('a change of the secret wraps the data keys again, and leaves the objects as they are', async (t) => {
  const first = await testApp(t);
  const sara = fileOwner(first);
  const content = anyBytes(100_000);
  const id = await releasedFile(first, sara, { name: 'a.bin', content });
  await encryptFile(first, sara, id);
  const before = await readFile(await objectOf(first, id));
  const environment = { DATABASE_URL: first.databaseUrl, BONYAN_DATA_DIR: first.dataDir, BONYAN_SECRET: NEXT_SECRET };
  const both = await testApp(t, { environment: { ...environment, BONYAN_SECRET_PREVIOUS: SECRET } });

  const { columns } = await both.secrets.reEncrypt();
  const alone = await testApp(t, { environment });
  const { rows } = await alone.database.pool.query<{ ownerId: string }>('select owner_id from files.file');
  const owner = fileOwner(alone);
  await alone.database.pool.query('update files.file set owner_id = $1', [owner.userId]);

  assert.equal(rows[0]?.ownerId, sara.userId);
  assert.equal(columns.find(({ name }) => name === 'files.blob.key_sealed')?.old, 1);
  assert.ok((await bytesOf(alone, owner.userId, id)).equals(content));
  assert.ok((await readFile(await objectOf(first, id))).equals(before));
});
