import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '#platform/log/pino.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { member, runJob } from '#testing/accounts.ts';
import {
  add,
  begun,
  bury,
  codeOf,
  idIn,
  listeningOwner,
  metadata,
  TUS,
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

test('a connection that is lost is no error of the server', async (t) => {
  const lines: string[] = [];
  const log = createLog('warn', { write: (line) => void lines.push(line) });
  const { app, sara, send } = await listeningOwner(t, { log });
  const url = await begun(sara, { 'upload-length': '9' });

  const lost = await send(url, Buffer.from('abc'), { 'upload-offset': '0' });
  await untilWriting(app);
  lost.cut();
  await untilThere(app, 'select 1 from files.upload where received_bytes = 3 and writer is null');

  assert.equal((await add(sara, url, 3, 'defghi')).status, 204);
  assert.deepEqual(lines, []);
});

test('HEAD ends a request that still adds bytes, so that its client can go on at once', async (t) => {
  const { app, send, origin } = await listeningOwner(t);
  const sara = await member(app);
  const url = await begun(sara, { 'upload-length': '9' });
  const next = await testApp(t, { environment: { DATABASE_URL: app.databaseUrl, BONYAN_DATA_DIR: app.dataDir } });
  const other = await next.http.listen({ host: '127.0.0.1', port: 0 });
  const headAt = async (server: string) =>
    (await fetch(`${server}${url}`, { method: 'HEAD', headers: TUS })).headers.get('upload-offset');

  const here = await send(url, Buffer.from('abc'), { 'upload-offset': '0' });
  await untilWriting(app);
  const offsets = [await headAt(origin)];
  const there = await send(url, Buffer.from('def'), { 'upload-offset': '3' });
  await untilWriting(app);
  await headAt(other);
  const answers = [await here.answer, await there.answer];
  for (const each of [here, there]) each.cut();
  offsets.push(await headAt(other));

  assert.deepEqual(offsets, ['3', '6']);
  assert.deepEqual(new Set(answers.map(({ code }) => code)), new Set(['files.upload_conflict']));
  assert.equal((await add(sara, url, 6, 'ghi')).status, 204);
});

test('a request for an upload that is deleted meanwhile is answered 404', async (t) => {
  const { app, sara, send } = await listeningOwner(t);
  const url = await begun(sara, { 'upload-length': String(PIECE + 9) });
  const sending = await send(url, Buffer.alloc(PIECE, 1), { 'upload-offset': '0' });
  await untilThere(app, `select 1 from files.upload where received_bytes = ${PIECE}`);

  const deleted = await sara.delete(url, TUS);
  sending.write(Buffer.from('x'));

  assert.deepEqual([deleted.status, await sending.answer], [204, { status: 404, code: 'files.upload_not_found' }]);
  sending.cut();
});

test('a refusal is answered while the client still sends, and the rest is read', async (t) => {
  const { app, sara, send } = await listeningOwner(t);
  const rest = Buffer.alloc(8_000_000, 1);
  const page = Buffer.from('<!DOCTYPE html><script>alert(1)</script>'.padEnd(5000));
  const text = { 'upload-metadata': metadata({ filename: 'a.txt' }), 'upload-length': '9000000' };
  const refused = {
    'by its content': [await begun(sara, text), 'files.validation_failed'],
    'for its length': [await begun(sara), 'files.upload_invalid'],
    'of a file': [await begun(sara, { 'upload-length': '0' }), 'files.upload_invalid'],
    'beside another one': [await begun(sara, text), 'files.upload_conflict'],
  } as const;
  const busy = await send(refused['beside another one'][0], Buffer.from('x'), { 'upload-offset': '0' });
  await untilWriting(app);

  for (const [name, [url, expected]] of Object.entries(refused)) {
    const first = name === 'by its content' ? page : rest.subarray(0, 5000);
    const sending = await send(url, first, { 'upload-offset': '0' });
    const { code } = await sending.answer;
    sending.end(rest);
    await sending.sent;
    assert.equal(code, expected, name);
  }
  busy.end();
});
