import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:http';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { testApp } from '#testing/app.ts';
import { EICAR_HALVES } from '#testing/conformance/scan.ts';
import { anyBytes, noS3, s3Settings, stores } from '#testing/files/stores.ts';
import { encryptFile, fetchBytes, fileOwner, releasedFile, upload } from '#testing/files/uploads.ts';
import { behaveLikeClamd, startServer } from '#testing/servers/clamd.ts';
import { toDisposition } from './disposition.ts';

/** One pixel. */
const GIF = Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=', 'base64');
const ways = Object.entries(stores).flatMap(([store, settings]) => [
  { store, settings, isEncrypted: false },
  { store: `${store}, encrypted`, settings, isEncrypted: true },
]);

interface WithFile {
  readonly settings: () => Record<string, string>;
  readonly isEncrypted: boolean;
}

async function withFile(t: TestContext, { settings, isEncrypted }: WithFile, content: Buffer, name = 'نامه‌ها.bin') {
  const app = await testApp(t, { environment: settings() });
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, { name, content });
  if (isEncrypted) await encryptFile(app, sara, id);
  const ask = (headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET', what = 'download') =>
    fetchBytes(app, sara.userId, `/files/${id}/${what}`, headers, method);
  return { app, sara, id, ask };
}

for (const { store, ...way } of ways) {
  test(`${store}: a download is the bytes that were uploaded, as an attachment that runs nothing`, async (t) => {
    const content = anyBytes(300_000);
    const { ask } = await withFile(t, way, content);

    const { status, headers, bytes } = await ask();

    assert.equal(status, 200);
    assert.ok(bytes.equals(content));
    assert.equal(headers['etag'], `"${createHash('sha256').update(content).digest('hex')}"`);
    assert.equal(headers['content-length'], '300000');
    assert.equal(headers['content-type'], 'application/octet-stream');
    assert.equal(headers['accept-ranges'], 'bytes');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.match(String(headers['content-security-policy']), /default-src 'none'.*; sandbox$/);
    assert.equal(headers['content-disposition'], toDisposition('attachment', 'نامه‌ها.bin'));
    assert.match(String(headers['cache-control']), /private/);
  });

  test(`${store}: an empty file is served, and no range of it`, async (t) => {
    const { ask } = await withFile(t, way, Buffer.alloc(0));

    const whole = await ask();
    const part = await ask({ range: 'bytes=0-' });

    assert.deepEqual([whole.status, whole.text, whole.headers['content-length']], [200, '', '0']);
    assert.equal(part.status, 416);
  });

  test(`${store}: a file whose object is gone is missing from then on`, async (t) => {
    const { app, sara, id, ask } = await withFile(t, way, anyBytes(10));
    const { body } = await sara.get(`/files/${id}`);
    const { rows } = await app.database.pool.query<{ blobId: string }>('select blob_id from files.file');
    await app.storage.delete(`files/content/${rows[0]?.blobId}`);

    const answers = [await ask(), await ask()];

    assert.equal(body.storageStatus, 'available');
    assert.deepEqual(
      answers.map(({ status, text }) => [status, JSON.parse(text).code]),
      [
        [404, 'files.unavailable'],
        [404, 'files.unavailable'],
      ],
    );
    assert.equal((await sara.get(`/files/${id}`)).body.storageStatus, 'missing');
  });

  test(`${store}: a file whose object is mended before it is marked is served afterwards`, async (t) => {
    const { app, sara, id, ask } = await withFile(t, way, anyBytes(10));
    const { get: open } = app.storage;
    app.storage.get = async () => null;

    const answers = [(await ask()).status];
    app.storage.get = open;
    answers.push((await ask()).status);

    assert.deepEqual(answers, [404, 200]);
    assert.equal((await sara.get(`/files/${id}`)).body.storageStatus, 'available');
  });

  test(`${store}: a file whose object is cut off is missing, whatever part of it is asked`, async (t) => {
    const { app, sara, id, ask } = await withFile(t, way, anyBytes(200_000));
    const { rows } = await app.database.pool.query<{ blobId: string }>('select blob_id from files.file');
    const cut = anyBytes(70_000);
    await app.storage.put(`files/content/${rows[0]?.blobId}`, Readable.from([cut]), { maxBytes: cut.length });

    for (const range of ['', 'bytes=0-9', 'bytes=65530-65540', 'bytes=150000-150009']) {
      await app.database.pool.query("update files.file set storage_status = 'available'");
      const { status, text } = await ask({ range });
      assert.deepEqual([status, JSON.parse(text).code], [404, 'files.unavailable'], range);
      assert.equal((await sara.get(`/files/${id}`)).body.storageStatus, 'missing', range);
    }
  });
}

test('a redirect leads to the storage where that serves bytes itself', { skip: noS3 }, async (t) => {
  const content = anyBytes(100);
  const { app, sara, id } = await withFile(t, { settings: s3Settings, isEncrypted: false }, content);

  const { status, headers } = await fetchBytes(app, sara.userId, `/files/${id}/download?mode=redirect`);
  const answer = await fetch(String(headers['location']));

  assert.equal(status, 302);
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(content));
  await encryptFile(app, sara, id);
  const proxied = await fetchBytes(app, sara.userId, `/files/${id}/download?mode=redirect`);
  assert.deepEqual([proxied.status, proxied.bytes.equals(content)], [200, true]);
  assert.match(answer.headers.get('content-disposition') ?? '', /^attachment;/);
});

test('only types that run nothing are shown in the browser', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_FILES_ALLOW: 'html' } });
  const sara = fileOwner(app);
  const shown: Record<string, string> = {};

  for (const [name, content] of [
    ['a.gif', GIF],
    ['a.txt', 'سلام'],
    ['a.svg', '<svg/>'],
    ['a.html', '<!DOCTYPE html><p>x'],
    ['a.xml', '<?xml version="1.0"?><a/>'],
    ['a.json', '{}'],
  ] as const) {
    const id = await releasedFile(app, sara, { name, content });
    const { headers } = await fetchBytes(app, sara.userId, `/files/${id}/stream?mode=redirect`);
    shown[name] = `${String(headers['content-disposition']).split(';')[0]} ${String(headers['content-type'])}`;
  }

  assert.deepEqual(shown, {
    'a.gif': 'inline image/gif',
    'a.txt': 'inline text/plain; charset=utf-8',
    'a.svg': 'attachment image/svg+xml',
    'a.html': 'attachment application/octet-stream',
    'a.xml': 'attachment application/xml',
    'a.json': 'attachment application/json',
  });
});

test('what is not available is not served, to its owner neither', async (t) => {
  const clamd = await startServer(t, behaveLikeClamd(1_000_000));
  const app = await testApp(t, { environment: { CLAMAV_URL: clamd } });
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  const infected = await releasedFile(app, sara, { content: EICAR_HALVES.join('') });
  const deleted = await releasedFile(app, sara);
  await sara.delete(`/files/${deleted}`);
  const released = await releasedFile(app, sara, { content: 'x' });
  const { body: pending } = await upload(sara);

  const answers: Record<string, string> = {};
  for (const what of ['download', 'stream'])
    for (const [name, id] of Object.entries({ infected, deleted, pending: pending.id })) {
      const { status, text } = await fetchBytes(app, sara.userId, `/files/${id}/${what}`);
      answers[`${name} ${what}`] = `${status} ${JSON.parse(text).code}`;
    }
  const strange = await fetchBytes(app, reza.userId, `/files/${released}/download`);

  assert.deepEqual(answers, {
    'infected download': '422 files.malicious_content',
    'deleted download': '404 files.unavailable',
    'pending download': '409 files.pending',
    'infected stream': '422 files.malicious_content',
    'deleted stream': '404 files.unavailable',
    'pending stream': '409 files.pending',
  });
  assert.deepEqual([strange.status, JSON.parse(strange.text).code], [404, 'files.not_found']);
});

test('while the storage is away, bytes are refused with the time to try again, and the rest works', async (t) => {
  const unreachable = {
    ...s3Settings(),
    S3_ENDPOINT: 'http://127.0.0.1:1',
    S3_ACCESS_KEY_ID: 'x',
    S3_SECRET_ACCESS_KEY: 'x',
  };
  const app = await testApp(t, { environment: unreachable });
  const sara = fileOwner(app);

  const refused = await upload(sara);
  const found = await sara.get('/files/search');

  assert.deepEqual([refused.status, refused.body.code], [503, 'files.storage_unavailable']);
  assert.ok(Number(refused.headers['retry-after']) > 0);
  assert.deepEqual([found.status, found.body.totalCount], [200, 0]);
});

test('a client that leaves in the middle of a download stops nobody else', async (t) => {
  const { app, sara, id } = await withFile(t, { settings: () => ({}), isEncrypted: false }, anyBytes(20_000_000));
  await app.http.listen({ port: 0, host: '127.0.0.1' });
  const address = app.http.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  const request = get({ port, path: `/api/v1/files/${id}/download`, headers: { 'x-test-caller': sara.userId } });
  request.on('error', () => {});
  const [answer] = await once(request, 'response');
  await once(answer, 'readable');
  request.destroy();

  assert.equal(answer.statusCode, 200);
  assert.equal((await fetchBytes(app, sara.userId, `/files/${id}/download`)).bytes.byteLength, 20_000_000);
});

test('names of downloads are whole in every script, and cannot leave their header', () => {
  assert.equal(
    toDisposition('inline', 'نامه‌ها.pdf'),
    `inline; filename="_______.pdf"; filename*=UTF-8''%D9%86%D8%A7%D9%85%D9%87%E2%80%8C%D9%87%D8%A7.pdf`,
  );
  assert.equal(
    toDisposition('attachment', `a"b\\c%41'(*).txt`),
    `attachment; filename="a_b_c_41'(_).txt"; filename*=UTF-8''a%22b%5Cc%2541%27%28%2A%29.txt`,
  );
});
