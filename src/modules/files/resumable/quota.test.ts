import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { add, begin, begun, codeOf } from '#testing/files/resumable.ts';
import { fileOwner, upload } from '#testing/files/uploads.ts';

const DEFERRED = { 'upload-length': '', 'upload-defer-length': '1' };
const QUOTA = { BONYAN_FILES_QUOTA_BYTES: '1000', BONYAN_FILES_MAX_BYTES: '2000' };

test('uploads of unknown length that are written at once share the room that is left', async (t) => {
  const app = await testApp(t, { environment: QUOTA });
  const sara = fileOwner(app);
  const urls = await Promise.all(Array.from({ length: 8 }, () => begun(sara, DEFERRED)));

  const answers = await Promise.all(urls.map((url) => add(sara, url, 0, Buffer.alloc(300, 1))));
  const lengths = await Promise.all(urls.map((url) => sara.patch(url, Buffer.alloc(0), lengthOf(400))));

  const { rows } = await app.database.pool.query(
    'select sum(received_bytes)::int as bytes, sum(coalesce(length_bytes, received_bytes))::int as all from files.upload',
  );
  assert.equal(answers.filter(({ status }) => status === 204).length, 3);
  assert.deepEqual(new Set(answers.map(codeOf)), new Set(['204', '413 files.quota_exceeded']));
  assert.ok(
    lengths.every((answer) => ['409 files.upload_conflict', '413 files.quota_exceeded'].includes(codeOf(answer))),
  );
  assert.deepEqual(rows, [{ bytes: 900, all: 900 }]);
});

const lengthOf = (length: number) => ({
  'tus-resumable': '1.0.0',
  'content-type': 'application/offset+octet-stream',
  'upload-offset': '0',
  'upload-length': String(length),
});

test('lengths that are told at once share the room that is left, and a refusal names what is too small', async (t) => {
  const app = await testApp(t, { environment: QUOTA });
  const sara = fileOwner(app);
  const urls = await Promise.all(Array.from({ length: 4 }, () => begun(sara, DEFERRED)));

  const beyond = [await sara.patch(urls[0] ?? '', Buffer.alloc(0), lengthOf(2001))];
  beyond.push(await sara.patch(urls[0] ?? '', Buffer.alloc(0), lengthOf(1001)));
  const answers = await Promise.all(urls.map((url) => sara.patch(url, Buffer.alloc(0), lengthOf(400))));

  assert.deepEqual(beyond.map(codeOf), ['413 files.quota_exceeded', '413 files.quota_exceeded']);
  assert.deepEqual(answers.map(codeOf).toSorted(), [
    '204',
    '204',
    '413 files.quota_exceeded',
    '413 files.quota_exceeded',
  ]);
});

test('a form leaves the room that uploads have reserved, also when both are sent at once', async (t) => {
  const app = await testApp(t, { environment: QUOTA });
  const sara = fileOwner(app);
  const url = await begun(sara, { 'upload-length': '700' });
  const deferred = await begun(sara, DEFERRED);
  const sized = (length: number) => upload(sara, { name: 'a.bin', content: Buffer.alloc(length, 1) });

  const before = await sized(301);
  const [form, part] = await Promise.all([sized(200), add(sara, deferred, 0, Buffer.alloc(200, 1))]);
  const last = await add(sara, url, 0, Buffer.alloc(700, 1));

  assert.equal(codeOf(before), '413 files.quota_exceeded');
  assert.equal([form.status, part.status].filter((status) => status === 413).length, 1);
  assert.equal(last.status, 204);
});

test('an upload that has more bytes than the quota is not kept by empty requests', async (t) => {
  const app = await testApp(t, { environment: QUOTA });
  const sara = fileOwner(app);
  const url = await begun(sara, DEFERRED);
  await add(sara, url, 0, 'abc');
  await app.database.pool.query('update files.usage set bytes = 998'); // as if the quota had been lowered
  const expiry = async () => (await app.database.pool.query('select expires_at from files.upload')).rows[0];
  const before = await expiry();

  app.pass(60_000);
  const empty = await add(sara, url, 3, '');

  assert.equal(codeOf(empty), '413 files.quota_exceeded');
  assert.deepEqual(await expiry(), before);
  assert.equal(codeOf(await begin(sara)), '413 files.quota_exceeded');
});
