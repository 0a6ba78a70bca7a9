import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { CreateMultipartUploadCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { newId } from '#kernel/id.ts';
import { defaultPolicy, supervise } from '#platform/resilience/supervise.ts';
import { storageConformance } from '#testing/conformance/storage.ts';
import { openS3Storage } from './s3.ts';

const LIMIT = { maxBytes: 300_000_000 };
const {
  TEST_S3_ENDPOINT: endpoint = '',
  TEST_S3_REGION: region = 'us-east-1',
  TEST_S3_BUCKET: bucket = 'bonyan-test',
  TEST_S3_ACCESS_KEY_ID: accessKeyId = 'none',
  TEST_S3_SECRET_ACCESS_KEY: secretAccessKey = 'none',
} = process.env;
const isReal = endpoint !== '';
const settings = { endpoint, region, bucket, accessKeyId, secretAccessKey, createsBucket: true };
const skip = isReal ? false : 'TEST_S3_ENDPOINT is not set';

/** In its own bucket if the test counts unfinished uploads. */
async function open(t: TestContext, given: Partial<typeof settings & { maxCopyBytes: number }> = {}) {
  const all = { ...settings, bucket: `${bucket}-${newId().slice(-12)}`, ...given };
  const { driver, close } = openS3Storage(all);
  const { accessKeyId: id, secretAccessKey: secret } = all;
  const client = new S3Client({
    endpoint: all.endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId: id, secretAccessKey: secret },
  });
  t.after(() => {
    close();
    client.destroy();
  });
  const unfinished = async () => {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: all.bucket }));
    return Uploads.length;
  };
  return { driver, storage: driver.port, probe: driver.probe, client, bucket: all.bucket, unfinished };
}

if (isReal) {
  storageConformance('S3', open);
  storageConformance('S3, supervised', async (t) => {
    const { driver, unfinished } = await open(t);
    return { storage: supervise(driver, defaultPolicy, []), unfinished };
  });
}

test(
  'S3: a missing bucket is created in development and is an error elsewhere, never a missing object',
  { skip },
  async (t) => {
    const absent = `absent-${newId()}`;
    const strict = await open(t, { bucket: absent, createsBucket: false });
    const lenient = await open(t, { bucket: absent });

    await assert.rejects(strict.storage.head('files/x'), /cannot be used/);
    await assert.rejects(strict.storage.get('files/x'), /cannot be used/);
    await assert.rejects(strict.probe(), /cannot be used/);
    assert.equal(await lenient.storage.head('files/x'), null);
    await strict.probe();
  },
);

test('S3: unfinished uploads of another process are removed when they are old', { skip }, async (t) => {
  const { storage, client, bucket: Bucket, unfinished } = await open(t);
  assert.equal(await storage.head('files/x'), null);
  await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'files/x' }));
  await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'files/y' }));
  await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'Not Ours' }));

  assert.equal(await storage.tidy(new Date(Date.now() - 60_000)), 0);
  assert.equal(await storage.tidy(new Date(Date.now() + 60_000)), 2);
  assert.equal(await unfinished(), 1);
});

test('S3: an object above the limit of one call is copied in parts', { skip }, async (t) => {
  const { storage, unfinished } = await open(t, { maxCopyBytes: 6_000_000 });
  const bytes = randomBytes(13_000_000);
  await storage.put('files/از', Readable.from([bytes]), LIMIT);

  await storage.copy('files/از', 'files/به');

  const copied = await storage.get('files/به');
  assert.ok(copied && bytes.equals(await buffer(copied.content)));
  assert.equal(await unfinished(), 0);
});

test('S3: wrong access keys are an error, never missing objects', { skip }, async (t) => {
  const { storage, probe } = await open(t, { bucket, secretAccessKey: 'wrong' });
  await assert.rejects(storage.head('files/x'));
  await assert.rejects(storage.get('files/x'));
  await assert.rejects(probe());
});

test('S3: an unreachable server or an invalid answer is thrown, and never null', async (t) => {
  const server = createServer((_, response) => response.writeHead(500).end('no XML')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const nonsense = await open(t, { endpoint: `http://127.0.0.1:${port}` });
  const away = await open(t, { endpoint: 'http://127.0.0.1:9' });

  for (const { storage, probe } of [nonsense, away]) {
    await assert.rejects(storage.head('files/x'));
    await assert.rejects(storage.get('files/x'));
    await assert.rejects(storage.list('files/'));
    await assert.rejects(storage.put('files/x', Readable.from([Buffer.from('x')]), LIMIT));
    await assert.rejects(probe());
  }
});
