import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { runJob } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { add, begun, listeningOwner, stalled } from '#testing/files/resumable.ts';
import { anyBytes, noS3, s3Settings, stores } from '#testing/files/stores.ts';
import { fetchBytes, fileOwner, formOf, releasedFile, upload } from '#testing/files/uploads.ts';
import { openProxy } from './proxy.ts';
import { until } from './stage.ts';

const SIZE = 3_000_000;
const QUOTA = { BONYAN_FILES_QUOTA_BYTES: String(SIZE) };
const DISK_BYTES = 4_000_000;
const BACK_MS = 20_000; // circuit breakers try again
const DAY_MS = 86_400_000;
type Owner = ReturnType<typeof fileOwner>;

/** Everything that belongs to files, when nothing can still be on its way. */
async function leftBehind(app: TestApp): Promise<unknown[]> {
  app.pass(2 * DAY_MS);
  await runJob(app, 'files.tidy');
  const { rows } = await app.database.pool.query<{ what: string }>(
    `select 'file ' || storage_status as what from files.file union all select 'upload' from files.upload
     union all select 'part' from files.upload_part union all select object_key from files.removal`,
  );
  const objects = (await app.storage.list('files/')).objects.map(({ key }) => key);
  const drafts = await app.storage.tidy(new Date(app.now().getTime() + DAY_MS));
  return [...rows.map(({ what }) => what), ...objects, ...Array.from({ length: drafts }, () => 'draft')];
}

for (const [store, settings] of Object.entries(stores))
  test(`${store}: a client that leaves at 10, 50 and 99 % leaves nothing behind, and its quota is free again`, async (t) => {
    // prettier-ignore
    const { app, sara, origin, send } = await listeningOwner(t, { environment: { ...settings(), ...QUOTA } });
    const { payload, headers } = formOf({ name: 'a.bin', content: anyBytes(SIZE) });
    const content = anyBytes(SIZE);
    const isQuiet = async (what: string) => (await app.database.pool.query(what)).rows.length === 0;

    for (const share of [0.1, 0.5, 0.99]) {
      const form = await stalled(`${origin}/api/v1/files`, payload.subarray(0, payload.length * share), { ...headers, 'content-length': String(payload.length), 'x-test-caller': sara.userId }, 'POST'); // prettier-ignore
      await until(async () => !(await isQuiet('select 1 from files.file')), BACK_MS, 'the upload is there');
      form.cut();
      await until(() => isQuiet('select 1 from files.file'), BACK_MS, 'the form is given up');

      const url = await begun(sara, { 'upload-length': String(SIZE) });
      const part = await send(url, content.subarray(0, SIZE * share), { 'upload-offset': '0' });
      await until(async () => !(await isQuiet('select 1 from files.upload_part')), BACK_MS, 'a part is there');
      part.cut();
      await until(() => isQuiet('select 1 from files.upload where writer is not null'), BACK_MS, 'the part is kept');
      assert.equal((await sara.delete(url, { 'tus-resumable': '1.0.0' })).status, 204);
    }
    const last = await upload(sara, { name: 'a.bin', content });

    assert.equal(last.status, 202);
    await sara.delete(`/files/${last.body.id}`);
    await sara.delete(`/files/${last.body.id}/purge`);
    assert.deepEqual(await leftBehind(app), []);
  });

test(
  'a full disk is answered 503, leaves nothing behind, and files at the gate wait for space',
  { skip: noMounts() },
  async (t) => {
    // prettier-ignore
    const disk = mountDisk(t);
    const app = await testApp(t, {
      environment: { BONYAN_DATA_DIR: join(disk, 'data'), BONYAN_FILES_QUOTA_BYTES: '20000000' },
    });
    const sara = fileOwner(app);
    const large = anyBytes(DISK_BYTES + 1_000_000);

    const url = await begun(sara, { 'upload-length': String(large.length) });
    const answers = {
      form: await upload(sara, { name: 'a.bin', content: large }),
      part: await add(sara, url, 0, large),
      scan: await upload(sara, { name: 'a.bin', content: large, path: '/files/scan' }),
    };
    await sara.delete(url, { 'tus-resumable': '1.0.0' });
    await app.drain();
    const left = await leftBehind(app);
    // It fits once, and not twice: the gate writes the object that is served beside it.
    const { body } = await upload(sara, { name: 'a.bin', content: large.subarray(0, DISK_BYTES / 2 + 500_000) });
    await app.drainWithFailures();
    const waiting = await sara.get(`/files/${body.id}`);
    execFileSync('mount', ['-o', 'remount,size=20m', disk]);
    await app.drainWithFailures(600_000);
    const released = await sara.get(`/files/${body.id}`);

    for (const [name, { status, body: refusal, headers }] of Object.entries(answers)) {
      assert.deepEqual([status, refusal?.code], [503, 'storage.full'], name);
      assert.ok(Number(headers['retry-after']) > 0, name);
    }
    assert.deepEqual(left, []);
    assert.deepEqual([waiting.body.storageStatus, released.body.storageStatus], ['pending', 'available']);
    assert.equal((await sara.get('/files/usage')).body.usedBytes, body.sizeBytes);
  },
);

/** A GIF of one pixel. */
const PICTURE = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** How the storage goes away, and comes back. */
interface Outage {
  readonly environment: Record<string, string>;
  leave(app: TestApp): Promise<void>;
  back(app: TestApp): Promise<void>;
}

const outages: Record<string, { skip: string | false; of: (t: TestContext) => Promise<Outage> }> = {
  'the file system': {
    skip: false,
    of: async () => ({
      environment: {},
      leave: ({ dataDir }) => rename(join(dataDir, 'objects'), join(dataDir, 'away')),
      back: ({ dataDir }) => rename(join(dataDir, 'away'), join(dataDir, 'objects')),
    }),
  },
  S3: {
    skip: noS3,
    async of(t) {
      const { S3_ENDPOINT = '', ...settings } = s3Settings();
      const { hostname: host, port } = new URL(S3_ENDPOINT);
      const proxy = await openProxy(t, { host, port: Number(port) });
      const environment = { ...settings, S3_ENDPOINT: `http://127.0.0.1:${proxy.port}` };
      return { environment, leave: proxy.cut, back: proxy.restore };
    },
  },
};

for (const [store, { skip, of }] of Object.entries(outages))
  test(
    `${store}: while it is away, bytes are refused with the time to try again, and the rest works`,
    { skip, timeout: 240_000 },
    async (t) => {
      // prettier-ignore
      const { environment, leave, back } = await of(t);
      const app = await testApp(t, { environment: { ...environment, BONYAN_FILES_LINKS_PER_MINUTE: '0' } });
      const sara = fileOwner(app);
      const id = await releasedFile(app, sara, { name: 'a.gif', content: PICTURE });
      const { body: link } = await sara.post(`/files/${id}/share`, { mode: 'public' });
      const url = await begun(sara);

      await leave(app);
      const refusals = await refuse(app, sara, { id, url, token: link.token });
      const works = await useMetadata(sara, id);
      await back(app);
      await until(async () => (await upload(sara, { content: 'again' })).status === 202, BACK_MS, 'uploads go on');
      await app.drainWithFailures(600_000);

      for (const [name, [status, code, retryAfter]] of Object.entries(refusals)) {
        assert.deepEqual([status, code], [503, 'files.storage_unavailable'], name);
        assert.ok(Number(retryAfter) > 0, name);
      }
      assert.deepEqual(works, [200, 200, 200, 204, 200, 201, 200]);
      assert.equal((await fetchBytes(app, sara.userId, `/files/${id}/download`)).status, 200);
      assert.equal((await add(sara, url, 0, 'abc')).status, 204);
      const { body } = await sara.get('/files/search?storageStatus=pending');
      assert.equal(body.totalCount, 1); // the one that has just arrived
    },
  );

/** By name: status, code and `Retry-After` of everything that needs bytes. */
async function refuse(
  app: TestApp,
  sara: Owner,
  { id, url, token }: { readonly id: string; readonly url: string; readonly token: string },
): Promise<Record<string, readonly [number, string, unknown]>> {
  const refusals: Record<string, readonly [number, string, unknown]> = {};
  for (const path of [`/files/${id}/download`, `/files/${id}/stream`, `/files/${id}/image`, `/files/public/${token}`]) {
    const { status, text, headers } = await fetchBytes(app, sara.userId, path);
    refusals[path] = [status, JSON.parse(text).code, headers['retry-after']];
  }
  const changes = {
    form: await upload(sara, { content: 'not stored' }),
    part: await add(sara, url, 0, 'abc'),
    scan: await upload(sara, { content: 'not stored', path: '/files/scan' }),
  };
  for (const [name, { status, body, headers }] of Object.entries(changes))
    refusals[name] = [status, body?.code, headers['retry-after']];
  return refusals;
}

async function useMetadata(sara: Owner, id: string): Promise<number[]> {
  const answers = [
    await sara.get('/files/search'),
    await sara.get(`/files/${id}`),
    await sara.put(`/files/${id}`, { description: 'known' }),
    await sara.delete(`/files/${id}`),
    await sara.post(`/files/${id}/restore`),
    await sara.post(`/files/${id}/share`, { mode: 'public' }),
    await sara.get('/files/usage'),
  ];
  return answers.map(({ status }) => status);
}

/** Why no small disk can be mounted here; false if it can. */
function noMounts(): string | false {
  const folder = mkdtempSync(join(tmpdir(), 'bonyan-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'bonyan-disk', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return false;
  } catch {
    return 'only root can mount a disk';
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function mountDisk(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'bonyan-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'bonyan-disk', folder]);
  t.after(() => {
    execFileSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
