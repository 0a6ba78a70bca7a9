import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { auditPermissions } from '#modules/audit/contract.ts';
import { recordMany, reportOf } from '#testing/trail/trail.ts';
import { newId } from '#kernel/id.ts';
import { testApp } from '#testing/app.ts';
import { openS3Anchor } from './s3.ts';

const {
  TEST_S3_ENDPOINT: endpoint = '',
  TEST_S3_REGION: region = 'us-east-1',
  TEST_S3_ACCESS_KEY_ID: accessKeyId = 'none',
  TEST_S3_SECRET_ACCESS_KEY: secretAccessKey = 'none',
} = process.env;
const skip = endpoint === '' ? 'TEST_S3_ENDPOINT is not set' : false;
const DAY_MS = 86_400_000;
const UNSURE = '<Error><Code>SlowDown</Code><Message>later</Message></Error>';
const LOCKING = '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>';

/** A store with the part of S3 that an anchor uses. It answers when the test tells it to, and records the requests. */
async function openStore(t: TestContext) {
  const store = {
    keys: [] as string[],
    lock: { status: 200, body: LOCKING },
    failing: new Set<string>(),
    puts: [] as IncomingHttpHeaders[],
    got: [] as string[],
    underWay: 0,
    most: 0,
  };
  const versions = () => {
    const all = store.keys.map(
      (key) => `<Version><Key>${key}</Key><VersionId>null</VersionId><ETag>"${key}"</ETag></Version>`,
    );
    return `<ListVersionsResult><IsTruncated>false</IsTruncated>${all.join('')}</ListVersionsResult>`;
  };
  const server = createServer(({ method, url = '', headers }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://store');
    const key = pathname.replace('/bucket/', '');
    if (searchParams.has('object-lock')) return response.writeHead(store.lock.status).end(store.lock.body);
    if (searchParams.has('versions')) return response.end(versions());
    if (method === 'PUT') {
      store.puts.push(headers);
      return response.end();
    }
    store.got.push(key);
    store.most = Math.max(store.most, ++store.underWay);
    return void setTimeout(() => {
      store.underWay--;
      response.writeHead(store.failing.has(key) ? 500 : 200).end(`note ${key}`);
    }, 5);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const { driver, close } = openS3Anchor({
    endpoint: `http://127.0.0.1:${port}`,
    region,
    bucket: 'bucket',
    accessKeyId,
    secretAccessKey,
    lockDays: 2,
  });
  t.after(close);
  return { store, anchor: driver.port };
}

test('S3 anchor: while it is not known whether the bucket has object lock, no note is stored', async (t) => {
  const { store, anchor } = await openStore(t);
  store.lock = { status: 503, body: UNSURE };

  await assert.rejects(anchor.put({ size: 1, note: 'one\n' }), /could not find out/);
  const during = store.puts.length;
  store.lock = { status: 200, body: LOCKING };
  await anchor.put({ size: 1, note: 'one\n' });

  assert.deepEqual([during, store.puts.map((headers) => headers['x-amz-object-lock-mode'])], [0, ['COMPLIANCE']]);
});

test('S3 anchor: many notes are fetched at once, and each only once, also after failures', async (t) => {
  const { store, anchor } = await openStore(t);
  store.keys = Array.from({ length: 500 }, (_, at) => `audit/checkpoints/${String(at).padStart(16, '0')}-x`);
  store.failing = new Set(store.keys.slice(-1));

  await assert.rejects(anchor.read());
  const before = store.got.length;
  store.failing.clear();
  const [notes, same] = await Promise.all([anchor.read(), anchor.read()]);

  assert.deepEqual([notes?.length, same], [500, notes]);
  assert.deepEqual([before, store.got.length], [500, 501]);
  assert.ok(store.most > 8 && store.most <= 32, `${store.most} at once`);
});

/** An anchor in its own bucket, and a client of the same store. */
async function open(t: TestContext, isLocking: boolean) {
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  const bucket = `anchor-${newId()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: isLocking }));
  const { driver, close } = openS3Anchor({ endpoint, region, bucket, accessKeyId, secretAccessKey, lockDays: 2 });
  t.after(() => {
    close();
    client.destroy();
  });
  const versions = async () => (await client.send(new ListObjectVersionsCommand({ Bucket: bucket }))).Versions ?? [];
  return { anchor: driver.port, probe: driver.probe, client, bucket, versions };
}

test('S3 anchor: notes are read back, and storing a note again adds no second one', { skip }, async (t) => {
  const { anchor, probe } = await open(t, false);
  await probe();

  const empty = await anchor.read();
  await anchor.put({ size: 1, note: 'one\n' });
  await anchor.put({ size: 1, note: 'one\n' });
  await anchor.put({ size: 12, note: 'twelve\n' });

  assert.deepEqual([empty, await anchor.read()], [[], ['one\n', 'twelve\n']]);
});

test('S3 anchor: in a bucket with object lock a note cannot be deleted before its time', { skip }, async (t) => {
  const { anchor, client, bucket: Bucket, versions } = await open(t, true);
  await anchor.put({ size: 1, note: 'one\n' });
  const [{ Key, VersionId } = {}] = await versions();

  const { Retention } = await client.send(new GetObjectRetentionCommand({ Bucket, Key, VersionId }));

  assert.equal(Retention?.Mode, 'COMPLIANCE');
  const aheadMs = Number(Retention.RetainUntilDate) - Date.now();
  assert.ok(aheadMs > 1.9 * DAY_MS && aheadMs < 2.1 * DAY_MS, `${aheadMs}`);
  await assert.rejects(client.send(new DeleteObjectCommand({ Bucket, Key, VersionId })), /lock/);
  await client.send(new DeleteObjectCommand({ Bucket, Key })); // hides it
  assert.equal((await versions()).length, 1);
  assert.deepEqual(await anchor.read(), ['one\n']);
});

test('S3 anchor: in a bucket without object lock the note is stored unlocked', { skip }, async (t) => {
  const { anchor, client, bucket: Bucket, versions } = await open(t, false);
  await anchor.put({ size: 1, note: 'one\n' });
  const [{ Key } = {}] = await versions();

  await client.send(new DeleteObjectCommand({ Bucket, Key }));

  assert.deepEqual(await anchor.read(), []);
});

test('S3 anchor: the notes in the bucket reveal a rewritten trail', { skip }, async (t) => {
  const { bucket, anchor } = await open(t, false);
  const app = await testApp(t, {
    environment: {
      S3_ENDPOINT: endpoint,
      S3_REGION: region,
      S3_BUCKET: bucket,
      S3_ACCESS_KEY_ID: accessKeyId,
      S3_SECRET_ACCESS_KEY: secretAccessKey,
      BONYAN_AUDIT_ANCHOR_S3_BUCKET: bucket,
    },
  });
  await recordMany(app, 3);

  const given = await app.audit.anchor();
  const before = await reportOf(app);
  await anchor.put({ size: 2, note: 'signed by nobody\n2\nAAAA\n' });
  const after = await reportOf(app);

  assert.deepEqual(given, [`bucket ${bucket}`]);
  assert.deepEqual([before.isValid, before.anchors[0]?.checkpoints], [true, 1]);
  assert.equal(after.isValid, false);
  assert.equal((await app.signIn(auditPermissions.read).get('/audit/integrity')).status, 200);
});
