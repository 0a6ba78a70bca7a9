import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { member } from '#testing/accounts.ts';
import { SECRET, testApp } from '#testing/app.ts';
import {
  column,
  count,
  effects,
  emptyDatabase,
  probeApp,
  probeConfig,
  temporaryFolder,
} from '#testing/backup/probe.ts';
import { bonyan, MAIN } from '#testing/command-line.ts';
import { dataFolder, open } from '#testing/servers/embedded-postgres.ts';
import { anyBytes, noS3, s3Settings } from '#testing/files/stores.ts';
import { fileOwner, upload } from '#testing/files/uploads.ts';
import { recordMany } from '#testing/trail/trail.ts';
import type { ObjectStorage } from '#platform/storage/port.ts';
import { toShown } from './target.ts';

const TIME = { timeout: 580_000 }; // each runs several processes
/** `--verify` exports the trail, which is an entry of its own. */
const ROWS = `select jsonb_build_object('todos', (select count(*) from todos.todo), 'people', (select count(*) from users."user"),
  'files', (select jsonb_agg(f order by f.id) from files.file f), 'audit', (select jsonb_agg(e order by e.id) from audit.entry e where e.action <> 'audit.exported'),
  'inbox', (select count(*) from platform.inbox), 'migrations', (select count(*) from bonyan.migration))`;

test(
  'a loaded embedded installation moves to another PostgreSQL and S3 while it is read, is killed three times, and ends equal',
  { ...TIME, skip: noS3 },
  async (t) => {
    const folder = temporaryFolder(t);
    const data = dataFolder(t);
    const { url: embedded } = await open(t, { dataDir: join(data, 'postgres'), mode: 'own' });
    const app = await probeApp(t, folder, { databaseUrl: embedded, environment: { BONYAN_DATA_DIR: data } });
    const sara = await member(app);
    const owner = fileOwner(app);
    for (let at = 0; at < 24; at++)
      await upload(owner, { name: 'a.bin', content: anyBytes(at === 0 ? 9_000_000 : 300_000) });
    for (let at = 0; at < 20; at++) await sara.post('/todos', { description: `کار ${at}` });
    await recordMany(app, 5);
    await count(app, 'k', 1, 40);
    await app.drain();
    await count(app, 'k', 41, 60); // not delivered yet
    const [url, objects] = [await emptyDatabase(t), s3Settings()];
    const command = ['move', '--to', url, '--objects', writeSettings(folder, objects), '--verify'];
    const environment = {
      BONYAN_LOG_LEVEL: 'silent',
      BONYAN_SECRET: SECRET,
      BONYAN_DATA_DIR: data,
      BONYAN_CONFIG: probeConfig(folder),
    };

    const first = await killed(command, environment, 'Copying objects.', 150);
    const stillWritten = await sara.post('/todos', { description: 'بین دو اجرا' });
    const second = await killed(command, environment, 'read-only now', 0);
    const third = await killed(command, environment, 'Equal: ', 0);
    const read = await sara.get('/todos');
    const written = await sara.post('/todos', { description: 'دیر' });
    const moved = await bonyan(command, environment);
    const [before, after] = [await column(app.databaseUrl, ROWS), await column(url, ROWS)];
    const other = await probeApp(t, folder, { databaseUrl: url, environment: objects });
    await count(other, 'k', 61, 65);
    await other.drain();

    assert.deepEqual([first, second, third], [null, null, null]); // each was killed under way
    assert.deepEqual([stillWritten.status, read.status, written.status], [201, 200, 503]);
    assert.equal(moved.code, 0, moved.err + moved.out);
    assert.match(moved.out, /^0 objects .* copied; \d+ were there already/m);
    assert.match(
      moved.out,
      /^Equal: \d+ objects[^]*^Equal: \d+ rows of \d+ tables[^]*^Equal: the audit trail is whole/m,
    );
    assert.match(moved.out, /DATABASE_URL=postgres[^]*S3_BUCKET=files-[^]*BONYAN_SECRET stays the same/);
    assert.deepEqual(after, before);
    assert.deepEqual(
      await effects(other, 'k'),
      Array.from({ length: 65 }, (_, at) => at + 1),
    );
    const hashes = await hashesOf(other.storage);
    assert.deepEqual([hashes, hashes.length >= 24], [await hashesOf(app.storage), true]);
  },
);

test('what cannot be moved is refused by command: it says why, and the installation goes on', TIME, async (t) => {
  const app = await testApp(t);
  const folder = temporaryFolder(t);
  const environment = {
    BONYAN_LOG_LEVEL: 'silent',
    BONYAN_SECRET: SECRET,
    DATABASE_URL: app.databaseUrl,
    BONYAN_DATA_DIR: folder,
  };
  const incomplete = join(folder, 's3.env');
  writeFileSync(incomplete, 'S3_ENDPOINT=http://127.0.0.1:1\nPORT=80\n');

  const settings = await bonyan(['move', '--to', app.databaseUrl, '--objects', incomplete], environment);
  const itself = await bonyan(['move', '--to', app.databaseUrl], environment);
  const cancelled = await bonyan(['move', 'cancel'], environment);
  const { status } = await app.signIn().get('/users/me');

  assert.deepEqual([settings.code, itself.code, cancelled.code], [1, 1, 1]);
  assert.match(settings.err, /S3_BUCKET: expected in[^]*PORT: not expected in/);
  assert.match(itself.err, /The new database is not empty/);
  assert.match(cancelled.err, /is not being moved, and was not/); // what was refused has not begun
  assert.notEqual(status, 503);
});

test('an address is shown without its password', () => {
  const shown: Readonly<Record<string, string>> = {
    'postgres://bonyan@db.example.com/bonyan': 'postgres://bonyan@db.example.com/bonyan',
    'postgres://bonyan:password@db.example.com:5432/bonyan': 'postgres://bonyan@db.example.com:5432/bonyan',
    'postgres://bonyan:pass@word@db.example.com/bonyan': 'postgres://bonyan@db.example.com/bonyan',
    'postgres://bonyan:pass:word@%2Frun%2Fpostgresql/bonyan': 'postgres://bonyan@%2Frun%2Fpostgresql/bonyan',
    'postgres:///bonyan?host=/run&password=password&user=me': 'postgres:///bonyan?host=/run&password=…&user=me',
    'postgres://db/bonyan?sslpassword=password': 'postgres://db/bonyan?sslpassword=…',
  };
  for (const [url, expected] of Object.entries(shown)) assert.equal(toShown(url), expected);
});

/** The settings file of `--objects`. */
function writeSettings(folder: string, settings: Readonly<Record<string, string>>): string {
  const file = join(folder, 's3.env');
  writeFileSync(
    file,
    Object.entries(settings)
      .map((pair) => pair.join('='))
      .join('\n'),
  );
  return file;
}

/** Kills the command `afterMs` after it has said something; answers its exit code, null when it was killed under way. */
async function killed(words: readonly string[], environment: Record<string, string>, said: string, afterMs: number) {
  const child = spawn(process.execPath, [MAIN, ...words], { env: { PATH: process.env['PATH'], ...environment } });
  const exited = once(child, 'exit');
  let out = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    out += String(text);
    if (out.includes(said)) break;
  }
  await sleep(afterMs);
  child.kill('SIGKILL');
  await exited;
  return child.exitCode;
}

/** Of all objects of files, sorted. */
async function hashesOf(storage: ObjectStorage): Promise<string[]> {
  const { objects } = await storage.list('files/');
  const hashes = objects.map(async ({ key }) => {
    const found = await storage.get(key);
    return hash(Buffer.concat(found ? await found.content.toArray() : []));
  });
  return (await Promise.all(hashes)).toSorted();
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
