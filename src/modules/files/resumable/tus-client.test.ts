import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import type { Upload, UploadOptions } from 'tus-js-client';
import { member, MINUTE_MS, runJob } from '#testing/accounts.ts';
import { bury, stalled, untilWriting } from '#testing/files/resumable.ts';
import { anyBytes, stores } from '#testing/files/stores.ts';
import {
  fileOf,
  goOn,
  headOf,
  idOf,
  listening,
  partsOf,
  patch,
  refusalOf,
  send,
  stored,
  withMember,
} from '#testing/files/tus-client.ts';

const CHUNK = 100_000;

for (const [store, settings] of Object.entries(stores)) {
  test(`${store}: an upload that was paused goes on where it was, after its access token has expired too`, async (t) => {
    const { app, sara, options } = await withMember(t, settings());
    const content = anyBytes(5 * CHUNK);

    const upload = await send(content, { ...options, chunkSize: CHUNK }, () => true);
    const paused = await headOf(upload.url);
    app.pass(20 * MINUTE_MS);
    const expired = await sara.get('/files/usage');
    await goOn(upload);
    app.pass(-20 * MINUTE_MS);
    const file = await fileOf(app, sara, upload);

    assert.equal(paused.headers.get('upload-offset'), String(CHUNK));
    assert.equal(expired.status, 401);
    assert.deepEqual([file.fileName, file.storageStatus, file.stage], ['داده‌ها.bin', 'available', null]);
    assert.equal(file.sha256, createHash('sha256').update(content).digest('hex'));
    assert.ok(content.equals(file.bytes));
    await runJob(app, 'files.tidy');
    assert.deepEqual([await partsOf(app), (await stored(app)).length], [[], 1]);
  });

  test(`${store}: parallel parts become one file, and so does a stream of unknown length`, async (t) => {
    const { app, sara, options } = await withMember(t, settings());
    const content = anyBytes(3 * CHUNK + 1);

    const parallel = await send(content, { ...options, parallelUploads: 3 });
    const deferred = await send(Readable.from([content]), { ...options, uploadLengthDeferred: true, chunkSize: CHUNK });
    const files = [await fileOf(app, sara, parallel), await fileOf(app, sara, deferred)];

    assert.ok(files.every(({ bytes }) => content.equals(bytes)));
    const final = await headOf(parallel.url);
    assert.match(final.headers.get('upload-concat') ?? '', /^final;(\/api\/v1\/files\/uploads\/[0-9a-f-]{36} ?){3}$/);
    assert.equal((await patch(parallel.url, content.length, Buffer.alloc(0))).status, 403);
    assert.equal((await sara.get('/files/usage')).body.fileCount, 2);
    await runJob(app, 'files.tidy');
    assert.deepEqual([await partsOf(app), (await stored(app)).length], [[], 1]);
  });

  test(`${store}: what has arrived before the connection is lost is kept`, async (t) => {
    const { app, sara, options } = await withMember(t, settings());
    const content = anyBytes(3 * CHUNK);
    const upload = await send(content, { ...options, chunkSize: CHUNK }, () => true);

    const rest = { 'upload-offset': String(CHUNK), 'content-length': String(2 * CHUNK) };
    const lost = await stalled(upload.url ?? '', content.subarray(CHUNK, 2 * CHUNK), rest);
    await untilWriting(app);
    const other = await patch(upload.url, CHUNK, content.subarray(CHUNK));
    lost.cut();
    const offset = async () => Number((await headOf(upload.url)).headers.get('upload-offset'));
    for (let tries = 0; tries < 1000 && (await offset()) === CHUNK;) tries++;
    const kept = await offset();
    Object.assign(upload.options, { retryDelays: Array.from({ length: 50 }, () => 20) }); // it may still be writing
    await goOn(upload);

    assert.equal(other.status, 409);
    assert.ok(kept > CHUNK && kept <= 2 * CHUNK);
    assert.ok(content.equals((await fileOf(app, sara, upload)).bytes));
  });

  test(`${store}: of two writers one is answered 204 and one 409`, async (t) => {
    const { app, sara, options } = await withMember(t, settings());
    const content = anyBytes(2 * CHUNK);
    const upload = await send(content, { ...options, chunkSize: CHUNK }, () => true);

    const answers = await Promise.all([1, 2].map(() => patch(upload.url, CHUNK, content.subarray(CHUNK))));

    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [204, 409],
    );
    assert.ok(content.equals((await fileOf(app, sara, upload)).bytes));
  });

  test(`${store}: an upload goes on after its process has died, whatever that process still does`, async (t) => {
    const environment = settings();
    const { app, sara, options } = await withMember(t, environment);
    const content = anyBytes(3 * CHUNK);
    const upload = await send(content, { ...options, chunkSize: CHUNK }, () => true);
    const rest = { 'upload-offset': String(CHUNK), 'content-length': String(2 * CHUNK) };
    const dead = await stalled(upload.url ?? '', content.subarray(CHUNK, 2 * CHUNK), rest);
    await untilWriting(app);

    // It is not closed, and does nothing more: its mark on the upload grows old.
    await bury(app);
    const next = await listening(t, { ...environment, DATABASE_URL: app.databaseUrl, BONYAN_DATA_DIR: app.dataDir });
    const url = (upload.url ?? '').replace(/^.*\/api\/v1\/files\/uploads/, next.endpoint);
    const resumed = await send(content, { ...options, endpoint: next.endpoint, uploadUrl: url });
    dead.end(content.subarray(2 * CHUNK)); // it was alive, and must not be believed
    const late = await dead.answer;
    const file = await fileOf(next.app, sara, resumed);

    assert.deepEqual(late, { status: 409, code: 'files.upload_conflict' });
    assert.ok(content.equals(file.bytes));
    await runJob(next.app, 'files.tidy');
    assert.deepEqual([await partsOf(app), (await stored(app)).length], [[], 1]);
  });

  test(`${store}: a chunk with another checksum is not kept, and one with its own is`, async (t) => {
    const { app, sara, options } = await withMember(t, settings());
    const content = anyBytes(CHUNK);
    const digests = { sha1: createHash('sha1').update(content), sha256: createHash('sha256').update(content) };
    const sums = Object.entries(digests).map(([name, hash]) => `${name} ${hash.digest('base64')}`);
    const withSum = (sum: string, uploadUrl: string | null = null): UploadOptions => ({
      ...options,
      uploadUrl,
      onBeforeRequest: (each) => {
        if (each.getMethod() === 'PATCH') each.setHeader('Upload-Checksum', sum);
      },
    });
    let url: string | null = null;
    const wrong = withSum('sha256 AAAA');
    const keepUrl = {
      ...wrong,
      onAfterResponse: (_: unknown, answer: { getHeader(name: string): string | undefined }) => {
        url ??= answer.getHeader('Location') ?? null;
      },
    };

    const refused = await refusalOf(send(content, keepUrl));
    url = new URL(url ?? '', options.endpoint ?? '').href;
    const offset = (await headOf(url)).headers.get('upload-offset');
    await runJob(app, 'files.tidy');
    const left = await stored(app);
    const files = [await send(content, withSum(sums[0] ?? '', url)), await send(content, withSum(sums[1] ?? ''))];

    assert.deepEqual([refused, offset, left], [460, '0', []]);
    for (const file of files) assert.ok(content.equals((await fileOf(app, sara, file)).bytes));
  });

  test(`${store}: an upload that was ended or has expired leaves nothing`, async (t) => {
    const { app, options } = await withMember(t, settings());
    const content = anyBytes(2 * CHUNK);
    const [ended, expired] = [
      await send(content, { ...options, chunkSize: CHUNK }, () => true),
      await send(content, { ...options, chunkSize: CHUNK }, () => true),
    ];
    const lasts = Date.parse((await headOf(expired.url)).headers.get('upload-expires') ?? '') - app.now().getTime();

    await ended.abort(true);
    const gone = await headOf(ended.url);
    app.pass(24 * 60 * MINUTE_MS);
    const late = await headOf(expired.url);
    const patched = await patch(expired.url, CHUNK, content.subarray(CHUNK));
    await runJob(app, 'files.tidy');

    assert.ok(lasts > 23 * 60 * MINUTE_MS && lasts <= 24 * 60 * MINUTE_MS);
    assert.deepEqual([gone.status, late.status, patched.status], [404, 410, 410]);
    assert.deepEqual([await partsOf(app), await stored(app)], [[], []]);
  });
}

test('the client learns of a wrong offset, a full quota, and a file that is too large', async (t) => {
  const { sara, options } = await withMember(t, {
    BONYAN_FILES_QUOTA_BYTES: '2500',
    BONYAN_FILES_MAX_BYTES: '2000',
  });
  const first = await send(anyBytes(1000), options);
  const upload = await send(anyBytes(1000), { ...options, chunkSize: 100 }, () => true);
  const shifted: UploadOptions = {
    ...options,
    uploadUrl: upload.url,
    onBeforeRequest: (each) => {
      if (each.getMethod() === 'PATCH') each.setHeader('Upload-Offset', '99');
    },
  };

  const refusals = {
    offset: await refusalOf(send(anyBytes(1000), shifted)),
    reserved: await refusalOf(send(anyBytes(501), options)),
    large: await refusalOf(send(anyBytes(2001), options)),
    deferred: await refusalOf(
      send(Readable.from([anyBytes(501)]), { ...options, uploadLengthDeferred: true, chunkSize: 1000 }),
    ),
  };
  await upload.abort(true);
  const after = await send(anyBytes(1001), options);

  assert.deepEqual(refusals, { offset: 409, reserved: 413, large: 413, deferred: 413 });
  assert.ok(idOf(first) !== idOf(after));
  assert.equal((await sara.get('/files/usage')).body.usedBytes, 2001);
});

test('OPTIONS says what the server can, and HEAD what the client has sent, and nothing else of the file', async (t) => {
  const { endpoint, options } = await withMember(t);
  const upload = await send(
    anyBytes(1000),
    { ...options, chunkSize: 100, metadata: { filename: 'a.bin', own: 'x' } },
    () => true,
  );

  const can = await fetch(endpoint, { method: 'OPTIONS' });
  const head = await headOf(upload.url);

  assert.equal(can.status, 204);
  assert.deepEqual(
    ['tus-resumable', 'tus-version', 'tus-extension', 'tus-max-size', 'tus-checksum-algorithm'].map((name) =>
      can.headers.get(name),
    ),
    [
      '1.0.0',
      '1.0.0',
      'creation,creation-with-upload,creation-defer-length,expiration,termination,checksum,concatenation',
      '52428800',
      'sha1,sha256',
    ],
  );
  assert.equal(head.status, 200);
  assert.equal(head.headers.get('upload-metadata'), 'filename YS5iaW4=,own eA==');
  assert.equal(head.headers.get('upload-length'), '1000');
  assert.equal(head.headers.get('cache-control'), 'no-store');
  const own = [...head.headers.keys()].filter((name) => /^upload-|^tus-/.test(name));
  assert.deepEqual(own, ['tus-resumable', 'upload-expires', 'upload-length', 'upload-metadata', 'upload-offset']);
});

test('bytes that come with the creation are kept, and an empty file is whole at once', async (t) => {
  const { app, sara, options } = await withMember(t);
  const content = anyBytes(1000);

  const files = [
    await send(content, { ...options, uploadDataDuringCreation: true }),
    await send(Buffer.alloc(0), { ...options, metadata: { filename: 'a.txt' } }),
  ];

  assert.ok(content.equals((await fileOf(app, sara, files[0] as Upload)).bytes));
  assert.deepEqual((await fileOf(app, sara, files[1] as Upload)).storageStatus, 'available');
});

test('the token of an upload ends with the session of its owner, and with the right', async (t) => {
  const { app, sara, options } = await withMember(t);
  const content = anyBytes(1000);
  const start = () => send(content, { ...options, chunkSize: 100 }, () => true);
  const upload = await start();
  const reza = await member(app);
  const bare = (upload.url ?? '').split('?')[0] ?? '';
  const token = (upload.url ?? '').split('token=')[1] ?? '';

  const before = {
    'in a header': await headOf(bare, { 'upload-token': token }),
    'without one': await headOf(bare),
    'a wrong one': await headOf(`${bare}?token=${'A'.repeat(43)}`),
    'of another person': await headOf(bare, { authorization: `Bearer ${reza.tokens.accessToken}` }),
    'with the access token': await headOf(bare, { authorization: `Bearer ${sara.tokens.accessToken}` }),
  };
  await sara.post('/users/revoke', { refreshToken: sara.tokens.refreshToken });
  const after = [await headOf(upload.url), await patch(upload.url, 100, content.subarray(100))];

  assert.deepEqual(
    Object.values(before).map(({ status }) => status),
    [200, 401, 404, 404, 200],
  );
  assert.deepEqual(
    after.map(({ status }) => status),
    [404, 404],
  );
  const { rows } = await app.database.pool.query('select 1 from files.upload where position($1 in upload::text) > 0', [
    token,
  ]);
  assert.deepEqual(rows, []);
});
