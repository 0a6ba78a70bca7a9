import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:http';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { testApp } from '#testing/app.ts';
import { EICAR_HALVES } from '#testing/conformance/scan.ts';
import { encryptFile, fetchBytes, fileOwner, releasedFile, upload } from '#testing/files/uploads.ts';
import { behaveLikeClamd, startServer } from '#testing/servers/clamd.ts';
import { toDisposition } from './disposition.ts';

const { TEST_S3_ENDPOINT: s3 } = process.env;
const S3 = {
  S3_ENDPOINT: s3 ?? '',
  S3_REGION: process.env['TEST_S3_REGION'] ?? 'us-east-1',
  S3_BUCKET: process.env['TEST_S3_BUCKET'] ?? 'files-test',
  S3_ACCESS_KEY_ID: process.env['TEST_S3_ACCESS_KEY_ID'] ?? '',
  S3_SECRET_ACCESS_KEY: process.env['TEST_S3_SECRET_ACCESS_KEY'] ?? '',
};
const GIF = Buffer.from('GIF89a\x01\0\x01\0', 'latin1');
const stores = { 'the file system': {}, ...(s3 !== undefined && { S3 }) };
const ways = Object.entries(stores).flatMap(([store, environment]) => [
  { store, environment, isEncrypted: false },
  { store: `${store}, encrypted`, environment, isEncrypted: true },
]);

/** That begin like no known type. */
function anyBytes(length: number): Buffer {
  const bytes = randomBytes(length);
  bytes.fill(1, 0, 4);
  return bytes;
}

interface WithFile {
  readonly environment: Record<string, string>;
  readonly isEncrypted: boolean;
}

async function withFile(t: TestContext, { environment, isEncrypted }: WithFile, content: Buffer, name = 'نامه‌ها.bin') {
  const app = await testApp(t, { environment });
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

  test(`${store}: ranges and conditions get what RFC 9110 says`, async (t) => {
    const content = anyBytes(1000);
    const { ask } = await withFile(t, way, content);
    const { headers: first } = await ask();
    const [etag, modified] = [String(first['etag']), String(first['last-modified'])];

    for (const [headers, status, start, end] of [
      [{ range: 'bytes=0-0' }, 206, 0, 0],
      [{ range: 'bytes=10-19' }, 206, 10, 19],
      [{ range: 'bytes=990-' }, 206, 990, 999],
      [{ range: 'bytes=-5' }, 206, 995, 999],
      [{ range: 'bytes=0-9,10-29' }, 206, 0, 29],
      [{ range: 'bytes=0-9,20-29' }, 200, 0, 999],
      [{ range: 'bytes=0-9', 'if-range': etag }, 206, 0, 9],
      [{ range: 'bytes=0-9', 'if-range': modified }, 206, 0, 9],
      [{ range: 'bytes=0-9', 'if-range': '"x"' }, 200, 0, 999],
      [{ 'if-match': etag }, 200, 0, 999],
    ] as [Record<string, string>, number, number, number][]) {
      const answer = await ask(headers);
      const name = JSON.stringify(headers);
      assert.equal(answer.status, status, name);
      assert.ok(answer.bytes.equals(content.subarray(start, end + 1)), name);
      assert.equal(answer.headers['content-range'], status === 206 ? `bytes ${start}-${end}/1000` : undefined, name);
      assert.equal(answer.headers['content-length'], String(end - start + 1), name);
    }
    const known: Record<string, string>[] = [
      { 'if-none-match': etag },
      { 'if-none-match': '*' },
      { 'if-modified-since': modified },
    ];
    for (const headers of known) {
      const answer = await ask(headers);
      assert.deepEqual([answer.status, answer.text, answer.headers['etag']], [304, '', etag]);
    }
    const beyond = await ask({ range: 'bytes=1000-' });
    assert.deepEqual([beyond.status, beyond.headers['content-range']], [416, 'bytes */1000']);
    assert.equal(JSON.parse(beyond.text).code, 'http.range_not_satisfiable');
    assert.equal((await ask({ 'if-match': '"x"' })).status, 412);
    const head = await ask({ range: 'bytes=0-9' }, 'HEAD');
    assert.deepEqual([head.status, head.text, head.headers['content-length']], [200, '', '1000']);
  });

  test(`${store}: a range over several frames is the same bytes`, async (t) => {
    const content = anyBytes(3 * 65_536 + 1);
    const { ask } = await withFile(t, way, content);

    for (const [start, end] of [
      [65_535, 65_536],
      [65_536, 131_071],
      [10, 196_608],
      [196_608, 196_608],
      [131_071, 131_071],
    ] as const) {
      const { status, bytes } = await ask({ range: `bytes=${start}-${end}` });
      assert.ok(status === 206 && bytes.equals(content.subarray(start, end + 1)), `${start}-${end}`);
    }
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

test('a redirect leads to the storage where that serves bytes itself', { skip: s3 === undefined }, async (t) => {
  const content = anyBytes(100);
  const { app, sara, id } = await withFile(t, { environment: S3, isEncrypted: false }, content);

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
  const unreachable = { ...S3, S3_ENDPOINT: 'http://127.0.0.1:1', S3_ACCESS_KEY_ID: 'x', S3_SECRET_ACCESS_KEY: 'x' };
  const app = await testApp(t, { environment: unreachable });
  const sara = fileOwner(app);

  const refused = await upload(sara);
  const found = await sara.get('/files/search');

  assert.deepEqual([refused.status, refused.body.code], [503, 'files.storage_unavailable']);
  assert.ok(Number(refused.headers['retry-after']) > 0);
  assert.deepEqual([found.status, found.body.totalCount], [200, 0]);
});

test('a client that leaves in the middle of a download stops nobody else', async (t) => {
  const { app, sara, id } = await withFile(t, { environment: {}, isEncrypted: false }, anyBytes(20_000_000));
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
