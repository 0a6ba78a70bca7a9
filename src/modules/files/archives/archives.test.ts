import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { newId } from '#kernel/id.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import {
  encryptFile,
  fileOwner,
  personWith,
  putContent,
  releasedFile,
  storedObjects,
  upload,
} from '#testing/files/uploads.ts';
import { createPaths } from './names.ts';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

/** More than sockets and buffers hold. */
function bigPicture(): Buffer {
  const bytes = Buffer.alloc(20_000_000, 1);
  Buffer.from(PIXEL, 'base64').copy(bytes);
  return bytes;
}

const listen = (app: TestApp) => app.http.listen({ port: 0, host: '127.0.0.1' });

const REPORT = 'not-included.txt';

async function archiveOf(app: TestApp, { userId }: { readonly userId: string }, ids: readonly string[]) {
  const answer = await app.http.inject({
    method: 'POST',
    url: '/api/v1/files/archive',
    headers: { 'x-test-caller': userId },
    payload: { ids },
  });
  return { status: answer.statusCode, headers: answer.headers, bytes: answer.rawPayload, text: answer.body };
}

function textsIn(zip: Buffer): Record<string, string> {
  return Object.fromEntries(Object.entries(unzipSync(zip)).map(([name, bytes]) => [name, strFromU8(bytes)]));
}

/** The answer over a socket, when its head is there. */
async function openArchive(url: string, { userId }: { readonly userId: string }, ids: readonly string[]) {
  const headers = { 'content-type': 'application/json', 'x-test-caller': userId };
  const asked = request(`${url}/api/v1/files/archive`, { method: 'POST', headers });
  asked.end(JSON.stringify({ ids }));
  const [answer] = await once(asked, 'response');
  return answer as Readable;
}

test('an archive has the files in their folders, with names in every script, and records each as a download', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const folder = 'فصلی/پاییز';
  const ids = [
    await releasedFile(app, sara, { name: 'گزارش‌ها.txt', content: 'یک', fields: { folder } }),
    await releasedFile(app, sara, { name: 'a.txt', content: 'two' }),
    await releasedFile(app, sara, { name: 'A.txt', content: 'three' }),
    await releasedFile(app, sara, { name: REPORT, content: 'four' }),
  ];
  await encryptFile(app, sara, ids[1] ?? '');

  const { status, headers, bytes } = await archiveOf(app, sara, [...ids, ids[0] ?? '']);

  assert.equal(status, 200);
  assert.deepEqual([headers['content-type'], headers['cache-control']], ['application/zip', 'no-store']);
  assert.deepEqual(textsIn(bytes), {
    [`${folder}/گزارش‌ها.txt`]: 'یک',
    'a.txt': 'two',
    'A (2).txt': 'three',
    'not-included (2).txt': 'four',
  });
  assert.equal(bytes.readUInt16LE(6) & 0x0800, 0x0800); // names are UTF-8
  for (const id of ids) {
    const { body } = await sara.get(`/files/audit/${id}`);
    assert.deepEqual(
      body.items.map((access: { way: string; isAllowed: boolean }) => [access.way, access.isAllowed]),
      [['download', true]],
    );
  }
});

test('packed types are stored, and others deflated', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const text = 'a'.repeat(100_000);
  const png = bigPicture().subarray(0, 100_000);
  const ids = [
    await releasedFile(app, sara, { name: 'a.txt', content: text }),
    await releasedFile(app, sara, { name: 'b.png', content: png }),
  ];

  const [deflated, stored] = [await archiveOf(app, sara, ids.slice(0, 1)), await archiveOf(app, sara, ids.slice(1))];

  assert.ok(deflated.bytes.byteLength < 1000 && stored.bytes.byteLength > 100_000);
  assert.equal(textsIn(deflated.bytes)['a.txt'], text);
});

test('what the caller may not have is named in the archive, in both languages, and nothing of it is there', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  const id = await releasedFile(app, sara, { name: 'mine.txt', content: 'one' });
  await putContent(sara, id, { content: 'two' });
  await app.drain();
  const versionId = (await sara.get(`/files/${id}/versions`)).body.items[0].id;
  const foreign = await releasedFile(app, reza, { name: 'secret.txt', content: 'secret' });
  const shared = await releasedFile(app, reza, { name: 'shared.txt', content: 'shared' });
  const sharedWith = await personWith(app, reza, shared, { canRead: true });
  const deleted = await releasedFile(app, sara, { name: 'deleted.txt' });
  await sara.delete(`/files/${deleted}`);
  const pending = (await upload(sara, { name: 'pending.txt' })).body.id;
  const unknown = newId();

  const own = textsIn((await archiveOf(app, sara, [id, versionId, foreign, deleted, pending, unknown])).bytes);
  const other = textsIn((await archiveOf(app, sharedWith, [shared, id])).bytes);

  assert.deepEqual(Object.keys(own), ['mine.txt', REPORT]);
  assert.equal(own['mine.txt'], 'two');
  const report = own[REPORT] ?? '';
  for (const text of [versionId, foreign, unknown, `deleted.txt (${deleted})`, `pending.txt (${pending})`])
    assert.equal(report.split(text).length, 3, text); // once in each language
  assert.match(report, /not released yet[^]*هنوز آماده نشده/);
  assert.ok(!report.includes('secret'));
  assert.deepEqual([Object.keys(other), other['shared.txt']], [['shared.txt', REPORT], 'shared']);
});

test('an archive of nothing that may be read is one with the report alone, and hostile requests are refused', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);

  const empty = await archiveOf(app, sara, [newId()]);
  const refused = [[], ['no id'], Array.from({ length: 501 }, newId)];
  const answers = [];
  for (const ids of refused) answers.push((await archiveOf(app, sara, ids)).status);
  const powerless = await app.signIn().post('/files/archive', { ids: [newId()] });

  assert.deepEqual(Object.keys(textsIn(empty.bytes)), [REPORT]);
  assert.deepEqual(answers, [400, 400, 400]);
  assert.equal(powerless.status, 403);
});

test('files with too many bytes together are refused before the first byte', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara);
  await app.database.pool.query('update files.file set size_bytes = 10737418241 where id = $1', [id]);

  const { status, text } = await archiveOf(app, sara, [id]);

  assert.deepEqual([status, JSON.parse(text).code], [413, 'files.archive_too_large']);
});

test('bytes that are damaged in the middle end the archive as an error', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const first = await releasedFile(app, sara, { name: 'a.bin', content: Buffer.alloc(200_000, 7) });
  const second = await releasedFile(app, sara, { name: 'b.bin', content: Buffer.alloc(400_000, 9) });
  await encryptFile(app, sara, second);
  const { rows } = await app.database.pool.query<{ blobId: string }>('select blob_id from files.file where id = $1', [
    second,
  ]);
  const path = (await storedObjects(app)).find((each) => each.includes(rows[0]?.blobId ?? 'none')) ?? '';
  const stored = await readFile(join(app.dataDir, 'objects', path));
  stored.fill(1, stored.byteLength - 100);
  await writeFile(join(app.dataDir, 'objects', path), stored);

  const answer = await openArchive(await listen(app), sara, [first, second]);

  await assert.rejects(buffer(answer), { code: 'ECONNRESET' });
});

test('a file whose object is gone is unavailable, and one that is cut off too', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, { name: 'cut.txt', content: 'cut off' });
  const [path = ''] = await storedObjects(app);
  await truncate(join(app.dataDir, 'objects', path), 3);

  const texts = textsIn((await archiveOf(app, sara, [id])).bytes);

  assert.deepEqual(Object.keys(texts), [REPORT]);
  assert.equal((await sara.get(`/files/${id}`)).body.storageStatus, 'missing');
});

for (const [name, sizeBytes] of Object.entries({ fewer: 199_999, more: 200_001 }))
  test(`a file that has ${name} bytes than its row ends the archive as an error, and nothing else`, async (t) => {
    const app = await testApp(t);
    const sara = fileOwner(app);
    const first = await releasedFile(app, sara, { name: 'a.bin', content: Buffer.alloc(200_000, 7) });
    const second = await releasedFile(app, sara, { name: 'b.bin', content: Buffer.alloc(200_000, 9) });
    await app.database.pool.query('update files.file set size_bytes = $2 where id = $1', [second, sizeBytes]);

    const answer = await openArchive(await listen(app), sara, [first, second]);

    await assert.rejects(buffer(answer), { code: 'ECONNRESET' });
    assert.equal((await archiveOf(app, sara, [first])).status, 200);
  });

test('a client that goes away ends the reading, and the files that follow are not opened', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const large = await releasedFile(app, sara, { name: 'a.png', content: bigPicture() });
  const next = await releasedFile(app, sara, { name: 'b.txt', content: 'next' });
  const ids = [large, next];

  const url = await listen(app);
  const open = [await openArchive(url, sara, ids), await openArchive(url, sara, ids)];
  const third = await archiveOf(app, sara, [next]);
  const { body: before } = await sara.get(`/files/audit/${next}`);
  for (const answer of open) answer.destroy();
  const deadline = Date.now() + 10_000;
  let last = third;
  while (last.status !== 200 && Date.now() < deadline) last = await archiveOf(app, sara, [large]);

  assert.equal(third.status, 429);
  assert.equal(unzipSync(last.bytes)['a.png']?.byteLength, 20_000_000);
  assert.deepEqual(before.items, []);
  assert.deepEqual((await sara.get(`/files/audit/${next}`)).body.items, []);
});

test('paths are unique on systems that ignore case, stay within folders and short', () => {
  const toPath = createPaths();
  const long = `${'آ'.repeat(125)}.txt`;

  const paths = [
    toPath(null, 'a.txt'),
    toPath(null, 'A.TXT'),
    toPath(null, 'a.txt'),
    toPath('x/..//y', '..'),
    toPath('/etc', 'a/b\\c:d'),
    toPath(null, '.profile'),
    toPath(null, '.profile'),
    toPath(null, long),
    toPath(null, long),
  ];

  assert.deepEqual(paths.slice(0, 7), [
    'a.txt',
    'A (2).TXT',
    'a (3).txt',
    'x/_/y/_',
    'etc/a_b_c_d',
    '.profile',
    '.profile (2)',
  ]);
  assert.notEqual(paths[7], paths[8]);
  assert.ok(paths.every((path) => Buffer.byteLength(path) <= 255));
});

test('an archive can be unpacked: no path is a file and a folder, and no name is refused by a system', () => {
  const toPath = createPaths();

  const paths = [
    toPath(null, 'reports'),
    toPath('reports', 'x'),
    toPath('Reports', 'y'),
    toPath('reports (2)', 'z'),
    toPath('plans', 'x'),
    toPath(null, 'PLANS'),
    toPath('plans/a', 'x'),
    toPath('plans', 'A'),
    toPath('a<b', 'c>:"|?*.txt'),
  ];

  assert.deepEqual(paths, [
    'reports',
    'reports (2)/x',
    'reports (2)/y',
    'reports (2) (2)/z',
    'plans/x',
    'PLANS (2)',
    'plans/a/x',
    'plans/A (2)',
    'a_b/c______.txt',
  ]);
});
