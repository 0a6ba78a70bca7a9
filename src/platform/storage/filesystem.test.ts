import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { defaultPolicy, supervise } from '#platform/resilience/supervise.ts';
import { storageConformance } from '#testing/conformance/storage.ts';
import { createFilesystemStorage } from './filesystem.ts';

const LIMIT = { maxBytes: 1_000_000_000 };

async function open(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-storage-'));
  t.after(() => rm(folder, { recursive: true }));
  const root = join(folder, 'objects');
  const { port: storage, probe } = createFilesystemStorage(root);
  const drafts = () => readdir(join(root, '.drafts'));
  return { root, storage, probe, drafts, unfinished: async () => (await drafts()).length };
}

storageConformance('filesystem', open);
storageConformance('filesystem, supervised', async (t) => {
  const { root, unfinished } = await open(t);
  return { storage: supervise(createFilesystemStorage(root), defaultPolicy, []), unfinished };
});

test('other users cannot read folders and files', async (t) => {
  const { root, storage } = await open(t);
  await storage.put('files/x', Readable.from([Buffer.from('x')]), LIMIT);

  const modes = [];
  for (const path of [root, ...(await readdir(root, { recursive: true })).map((name) => join(root, name))]) {
    const found = await stat(path);
    modes.push([found.isDirectory(), found.mode & 0o777]);
  }

  assert.deepEqual(
    modes.filter(([isFolder, mode]) => mode !== (isFolder ? 0o700 : 0o600)),
    [],
  );
});

test('a process that is killed midway leaves a draft, which tidy removes when it is old', async (t) => {
  const { root, storage, drafts } = await open(t);
  const program = `
    import { createFilesystemStorage } from ${JSON.stringify(new URL('./filesystem.ts', import.meta.url).href)};
    async function* endless() { for (;;) { yield Buffer.alloc(65536); process.stdout.write('.'); await new Promise((next) => setTimeout(next, 5)); } }
    await createFilesystemStorage(${JSON.stringify(root)}).port.put('files/x', endless(), { maxBytes: 1e9 });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');

  const [draft = ''] = await drafts();
  assert.equal(await storage.head('files/x'), null);
  assert.deepEqual((await storage.list('files/')).objects, []);
  assert.equal(await storage.tidy(new Date(Date.now() - 60_000)), 0);
  const longAgo = new Date(Date.now() - 120_000);
  await utimes(join(root, '.drafts', draft), longAgo, longAgo);
  assert.equal(await storage.tidy(new Date(Date.now() - 60_000)), 1);
  assert.deepEqual(await drafts(), []);
});

test('a missing disk is an error, not missing objects', async (t) => {
  const { root, storage, probe } = await open(t);
  await storage.put('files/x', Readable.from([Buffer.from('x')]), LIMIT);

  await rename(root, `${root}-away`);

  await assert.rejects(storage.get('files/x'), { code: 'ENOENT' });
  await assert.rejects(storage.head('files/x'), { code: 'ENOENT' });
  await assert.rejects(storage.list('files/'), { code: 'ENOENT' });
  await assert.rejects(probe(), { code: 'ENOENT' });
  await rename(`${root}-away`, root);
  assert.ok(await storage.head('files/x'));
});

test('files that `put` did not store are not listed', async (t) => {
  const { root, storage } = await open(t);
  await storage.put('files/x', Readable.from([Buffer.from('x')]), LIMIT);
  const [shard = ''] = await readdir(join(root, 'files'));
  await writeFile(join(root, 'files', shard, 'README.txt'), 'x');
  await writeFile(join(root, 'files', shard, '%zz'), 'x');

  const { objects } = await storage.list('files/');

  assert.deepEqual(
    objects.map(({ key }) => key),
    ['files/x'],
  );
});

test('a folder that cannot be created is tried again', async (t) => {
  const { root, storage } = await open(t);
  await writeFile(root, 'in the way');
  await assert.rejects(storage.head('files/x'));
  await rm(root);
  await chmod(join(root, '..'), 0o700);

  assert.equal(await storage.head('files/x'), null);
});
