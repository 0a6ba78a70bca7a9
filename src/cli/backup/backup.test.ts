import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SECRET, testApp } from '#testing/app.ts';
import { member, PASSWORD } from '#testing/accounts.ts';
import { column, emptyDatabase, temporaryFolder } from '#testing/backup/probe.ts';
import { bonyan, MAIN } from '#testing/command-line.ts';
import { runScript } from '#testing/database.ts';
import { dataFolder } from '#testing/servers/embedded-postgres.ts';

const quiet = { BONYAN_LOG_LEVEL: 'silent', BONYAN_SECRET: SECRET };
const TIME = { timeout: 300_000 }; // each runs several processes

test(
  'an embedded installation is restored into an external database with the secret of the backup',
  TIME,
  async (t) => {
    const folder = temporaryFolder(t);
    const data = join(dataFolder(t), 'a');
    const other = join(folder, 'b');
    const from = { BONYAN_LOG_LEVEL: 'silent', BONYAN_DATA_DIR: data };
    const to = { BONYAN_LOG_LEVEL: 'silent', BONYAN_DATA_DIR: other, DATABASE_URL: await emptyDatabase(t) };
    const file = join(folder, 'a.backup');
    const person = ['--email', 'sara@example.com', '--first-name', 'Sara', '--last-name', 'Amini'];
    const created = await bonyan(['admin', 'create', ...person], from, { input: `${PASSWORD}\n` });

    const made = await bonyan(['backup', file, '--with-secret', '--verify'], from);
    const again = await bonyan(['backup', file], from);
    await runScript(to.DATABASE_URL, 'create unlogged table public.of_others (id int)');
    const refused = await bonyan(['restore', file], to);
    const hasSecret = existsSync(join(other, 'secret'));
    await runScript(to.DATABASE_URL, 'drop table public.of_others');
    const restored = await bonyan(['restore', file], to);
    const twice = await bonyan(['restore', file], to);
    const doctor = await bonyan(['doctor'], to);

    assert.equal(created.code, 0, created.err);
    assert.equal(made.code, 0, made.err);
    assert.deepEqual([refused.code, hasSecret], [1, false]);
    assert.match(refused.err, /not empty: it has (public\.)?of_others/);
    assert.match(made.out, /The application secret is in it[^]*^Equal: \d+ tables, 0 objects/m);
    assert.deepEqual([again.code, /exists\. Name a new file/.test(again.err)], [1, true]);
    assert.equal(restored.code, 0, restored.err);
    assert.deepEqual([twice.code, /database is not empty/.test(twice.err)], [1, true]);
    assert.match(doctor.out, /^ok +sealed +\d+ rows can be opened$/m, doctor.err);
    assert.match(doctor.out, /^ok +migrations/m);
    assert.equal(readFileSync(join(other, 'secret'), 'utf8'), readFileSync(join(data, 'secret'), 'utf8'));
  },
);

test('a backup without the secret says so, and is not restored without it', TIME, async (t) => {
  const app = await testApp(t);
  const folder = temporaryFolder(t);
  const file = join(folder, 'a.backup');
  const made = await bonyan(['backup', file], { ...quiet, DATABASE_URL: app.databaseUrl, BONYAN_DATA_DIR: folder });
  const target = {
    BONYAN_LOG_LEVEL: 'silent',
    BONYAN_DATA_DIR: join(folder, 'b'),
    DATABASE_URL: await emptyDatabase(t),
  };

  const bare = await bonyan(['restore', file], target);

  assert.match(made.out, /The application secret is not in it/);
  assert.deepEqual([bare.code, existsSync(join(folder, 'b'))], [1, false]);
  assert.match(bare.err, /Set BONYAN_SECRET to the secret/);
});

test('keys are made once, and a backup that is encrypted to them is verified with the private one', TIME, async (t) => {
  const app = await testApp(t);
  const folder = temporaryFolder(t);
  const environment = { ...quiet, DATABASE_URL: app.databaseUrl, BONYAN_DATA_DIR: folder };
  const name = join(folder, 'offsite');
  const file = join(folder, 'a.backup');

  const made = await bonyan(['backup', 'keys', name]);
  const again = await bonyan(['backup', 'keys', name]);
  renameSync(`${name}.private`, `${name}.away`); // as the documentation says
  const other = await bonyan(['backup', 'keys', name]);
  const strayed = existsSync(`${name}.private`);
  const encrypted = await bonyan(['backup', file, '--encrypt-to', `${name}.public`], environment);
  const closed = await bonyan(['backup', 'verify', file], environment);
  const opened = await bonyan(['backup', 'verify', file, '--key', `${name}.away`], environment);

  assert.deepEqual([made.code, again.code, encrypted.code, closed.code], [0, 1, 0, 1], encrypted.err);
  assert.deepEqual([other.code, strayed, statSync(`${name}.away`).mode & 0o777], [1, false, 0o600]);
  assert.match(closed.err, /is encrypted\. Name the file of its private key/);
  assert.match(opened.out, /^Equal/, opened.err);
});

test(
  'a backup that is killed leaves no file of its name, and pauses removals for a minute at most',
  TIME,
  async (t) => {
    const app = await testApp(t);
    const folder = temporaryFolder(t);
    for (let at = 0; at < 40; at++)
      await app.storage.put(`files/${at}`, Readable.from([Buffer.alloc(1_000_000, at)]), { maxBytes: 1_000_000 });
    const environment = { ...quiet, DATABASE_URL: app.databaseUrl, BONYAN_DATA_DIR: app.dataDir };
    const file = join(folder, 'a.backup');

    for (const afterMs of [0, 60, 200, 500]) await killed(['backup', file], environment, begun(folder), afterMs);
    const left = readdirSync(folder);
    const [longest] = await column(
      app.databaseUrl,
      `select max(until) - now() < interval '61 s' from platform.removal_pause`,
    );
    const made = await bonyan(['backup', file, '--verify'], environment);

    assert.ok(
      left.every((name) => /^a\.backup\..*\.partial$/.test(name)),
      left.join(),
    );
    assert.notEqual(longest, false);
    assert.equal(made.code, 0, made.err);
    assert.deepEqual(readdirSync(folder), ['a.backup']);
  },
);

test(
  'a restore that is killed anywhere leaves a database on which nothing starts, and can be repeated',
  TIME,
  async (t) => {
    const app = await testApp(t);
    await member(app);
    const folder = temporaryFolder(t);
    for (let at = 0; at < 20; at++)
      await app.storage.put(`files/${at}`, Readable.from([Buffer.alloc(1_000_000, at)]), { maxBytes: 1_000_000 });
    const file = join(folder, 'a.backup');
    await app.backups.make({ file, encryptTo: null, secret: null });
    const url = await emptyDatabase(t);
    const target = { ...quiet, DATABASE_URL: url, BONYAN_DATA_DIR: join(folder, 'b') };
    const isMarked = async () => (await column(url, `select to_regclass('bonyan.restoring') is not null`))[0] === true;
    const codes = [];

    for (const afterMs of [0, 300, 900, 1800]) {
      await killed(['restore', file], target, isMarked, afterMs);
      if (await isMarked()) codes.push((await bonyan(['migrate'], target)).code);
    }
    const restored = (await isMarked()) ? await bonyan(['restore', file], target) : { code: 0, err: '' };
    const { code, err } = await bonyan(['backup', join(folder, 'b.backup'), '--verify'], target);

    assert.ok(codes.length > 0 && codes.every((each) => each === 1), codes.join());
    assert.deepEqual([restored.code, code], [0, 0], restored.err + err);
  },
);

test(
  'the files of an embedded database are restored into a new folder; a copy or a restore that is killed leaves nothing that looks whole',
  TIME,
  async (t) => {
    const folder = temporaryFolder(t);
    const data = dataFolder(t);
    const to = { BONYAN_LOG_LEVEL: 'silent', BONYAN_DATA_DIR: dataFolder(t) };
    const from = { BONYAN_LOG_LEVEL: 'silent', BONYAN_DATA_DIR: data };
    const file = join(folder, 'a.backup');
    const target = join(to.BONYAN_DATA_DIR, 'postgres');
    const isDrafted = () => existsSync(join(target, 'restoring', 'cluster'));
    const person = ['--email', 'sara@example.com', '--first-name', 'Sara', '--last-name', 'Amini'];
    const created = await bonyan(['admin', 'create', ...person], from, { input: `${PASSWORD}\n` });

    for (const afterMs of [0, 200]) await killed(['backup', file], from, begun(folder), afterMs);
    const left = readdirSync(folder);
    const made = await bonyan(['backup', file, '--with-secret'], from);
    const starts = [];
    for (const afterMs of [0, 500]) {
      await killed(['restore', file], to, isDrafted, afterMs);
      if (!existsSync(join(target, 'cluster'))) starts.push(await bonyan(['migrate'], to));
    }
    const restored = await bonyan(['restore', file], to);
    const twice = await bonyan(['restore', file], to);
    const doctor = await bonyan(['doctor'], to);

    assert.equal(created.code, 0, created.err);
    assert.ok(!left.includes('a.backup'), left.join());
    assert.equal(made.code, 0, made.err);
    assert.match(made.out, /a database of .* \(PostgreSQL 18\), 0 objects/);
    assert.ok(starts.length > 0);
    for (const { code, err } of starts)
      assert.deepEqual([code, /was interrupted\. Run the same/.test(err)], [1, true], err);
    assert.equal(restored.code, 0, restored.err);
    assert.match(restored.out, /^Restored the state of .*: \d+ rows of \d+ tables/);
    assert.deepEqual([twice.code, /database is not empty/.test(twice.err)], [1, true], twice.err);
    assert.match(doctor.out, /^ok +sealed +\d+ rows can be opened$/m, doctor.err);
    assert.equal(existsSync(join(target, 'restoring')), false);
  },
);

test('the recovery drill of the documentation works as it is written', TIME, async (t) => {
  const folder = dataFolder(t);
  const { code: migrated } = await bonyan(['migrate'], { BONYAN_DATA_DIR: join(folder, 'data') });
  const [, drill = ''] = readFileSync(new URL('../../../docs/backup.md', import.meta.url), 'utf8').split(
    '## Recovery drill',
  );
  const script = [...drill.matchAll(/```sh\n([^]*?)```/g)].map(([, lines]) => lines).join('');
  const shell = spawn('sh', ['-ec', `bonyan() { ${process.execPath} ${MAIN} "$@"; }\n${script}`], {
    cwd: folder,
    env: { PATH: process.env['PATH'], BONYAN_LOG_LEVEL: 'silent' },
  });
  let said = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = await once(shell, 'close');

  assert.deepEqual([migrated, code], [0, 0], said);
  assert.equal(said.match(/^Equal: /gm)?.length, 2, said);
});

/** Whether a backup that was not there before is being written in the folder. */
function begun(folder: string): () => boolean {
  const before = new Set(readdirSync(folder));
  return () => readdirSync(folder).some((name) => name.endsWith('.partial') && !before.has(name));
}

/** Kills a command `afterMs` after `isUnderWay`; one that ends before is no failure. */
async function killed(
  words: readonly string[],
  environment: Record<string, string>,
  isUnderWay: () => boolean | Promise<boolean>,
  afterMs: number,
): Promise<void> {
  const child = spawn(process.execPath, [MAIN, ...words], { env: { PATH: process.env['PATH'], ...environment } });
  const exited = once(child, 'exit');
  while (child.exitCode === null && !(await isUnderWay())) await sleep(2);
  await sleep(afterMs);
  child.kill('SIGKILL');
  await exited;
}
