import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestApp } from '#testing/app.ts';
import { runJob } from '#testing/accounts.ts';
import {
  add,
  begun,
  bury,
  codeOf,
  idIn,
  listeningOwner,
  metadata,
  untilThere,
  untilWriting,
} from '#testing/files/resumable.ts';
import { fetchBytes, storedObjects } from '#testing/files/uploads.ts';

const PIECE = 32 * 1024 * 1024;

async function bytesOf(app: TestApp, userId: string, url: string): Promise<Buffer> {
  await app.drain();
  return (await fetchBytes(app, userId, `/files/${idIn(url)}/download`)).bytes;
}

test('a request that stalls between two pieces adds nothing to what another one has finished', async (t) => {
  const { app, sara, send } = await listeningOwner(t);
  const content = Buffer.alloc(PIECE + 100, 1);
  const url = await begun(sara, { 'upload-length': String(content.length) });
  const stale = await send(url, content.subarray(0, PIECE), { 'upload-offset': '0' });
  await untilThere(app, `select 1 from files.upload where received_bytes = ${PIECE}`);
  await bury(app);

  const finished = await add(sara, url, PIECE, content.subarray(PIECE));
  stale.write(content.subarray(PIECE)); // it may begin a part, which the gate must not see
  await Promise.race([stale.answer, untilWriting(app)]);
  const bytes = await bytesOf(app, sara.userId, url);
  stale.end();

  assert.ok(content.equals(bytes));
  assert.deepEqual([finished.status, (await stale.answer).code], [204, 'files.upload_conflict']);
  await runJob(app, 'files.tidy');
  assert.equal((await storedObjects(app)).length, 1);
});

test('a request that counts as dead does not end an upload by its content', async (t) => {
  const { app, sara, send } = await listeningOwner(t);
  const [letter, page] = [Buffer.from('a letter of mine'), Buffer.from('<!DOCTYPE html>a')];
  const text = { 'upload-metadata': metadata({ filename: 'a.txt' }), 'upload-length': String(letter.length) };
  const urls = [await begun(sara, text), await begun(sara, text)] as const;
  const stale = [];
  for (const url of urls) stale.push(await send(url, page.subarray(0, 8), { 'upload-offset': '0' }));
  await untilThere(app, 'select 1 from files.upload_part where size_bytes is null offset 1');
  await bury(app);

  const before = [await add(sara, urls[0], 0, letter), await add(sara, urls[1], 0, letter.subarray(0, 4))];
  for (const each of stale) each.end(page.subarray(8));
  const refused = await Promise.all(stale.map(({ answer }) => answer));
  const after = await add(sara, urls[1], 4, letter.subarray(4));

  assert.deepEqual([...before, after].map(codeOf), ['204', '204', '204']);
  assert.deepEqual(
    refused.map(({ code }) => code),
    ['files.validation_failed', 'files.validation_failed'],
  );
  for (const url of urls) assert.ok(letter.equals(await bytesOf(app, sara.userId, url)));
});

test('a creation whose connection is lost after its last byte leaves the file whole, and one before leaves nothing', async (t) => {
  const { app, sara, send } = await listeningOwner(t);
  const begins = { 'upload-length': '3', 'upload-metadata': metadata({ filename: 'a.bin' }) };

  const whole = await send('/api/v1/files/uploads', Buffer.from('abc'), begins, 'POST');
  await untilWriting(app);
  whole.cut();
  await untilThere(app, 'select 1 from files.file');
  await app.drain();
  const part = await send('/api/v1/files/uploads', Buffer.from('ab'), begins, 'POST');
  await untilWriting(app);
  part.cut();
  await untilThere(app, 'select 1 where not exists (select 1 from files.upload where file_id is null)');

  const { body } = await sara.get('/files/search');
  assert.deepEqual(
    body.items.map(({ storageStatus, sizeBytes }: { storageStatus: string; sizeBytes: number }) => [
      storageStatus,
      sizeBytes,
    ]),
    [['available', 3]],
  );
});
