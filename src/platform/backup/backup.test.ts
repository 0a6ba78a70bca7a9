import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, truncateSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { count, effects, emptyDatabase, probeApp, restoreElsewhere, temporaryFolder } from '#testing/backup/probe.ts';
import { member } from '#testing/accounts.ts';
import { open } from '#testing/servers/embedded-postgres.ts';
import { recordMany } from '#testing/trail/trail.ts';
import { adoptDatabase, requireOwnCluster } from '#platform/events/adoption.ts';
import { generateBackupKeys, parsePrivateKey, parsePublicKey } from './encryption.ts';
import type { Queries } from '#platform/database/pool.ts';
import { createKeys } from '#platform/keys/derived.ts';
import { loadPersistentKeys } from '#platform/keys/persistent.ts';
import { createBackupJobs } from './jobs.ts';
import { BackupError, type Manifest } from './port.ts';
import { inspectBackup, restoreBackup } from './restore.ts';

const PLAIN = { encryptTo: null, secret: null };

test('a backup that is made while others write is restored equal in a younger cluster; events arrive once, in order', async (t) => {
  const folder = temporaryFolder(t);
  const app = await probeApp(t, folder);
  const sara = await member(app);
  await recordMany(app, 5);
  await count(app, 'k', 1, 40);
  await app.drain();
  await count(app, 'k', 41, 60); // not delivered yet
  const { url } = await open(t, { dataDir: join(folder, 'younger'), mode: 'own' });
  const file = join(folder, 'a.backup');
  let isOver = false;
  const load = (async () => {
    for (let seq = 1; !isOver; seq++) await count(app, 'load', seq, seq);
  })();

  await app.backups.make({ file, ...PLAIN });
  isOver = true;
  await load;
  const verdict = await app.backups.verify({ file, key: null });
  const { undelivered } = await restoreElsewhere(app, file, url, join(folder, 'restored'));
  const other = await probeApp(t, folder, {
    databaseUrl: url,
    environment: { BONYAN_DATA_DIR: join(folder, 'restored') },
  });
  await count(other, 'k', 61, 70);
  await other.drain();

  const loaded = await effects(other, 'load');
  assert.deepEqual(verdict.differences, []);
  assert.ok(undelivered >= 20, String(undelivered));
  assert.deepEqual(
    await effects(other, 'k'),
    Array.from({ length: 70 }, (_, at) => at + 1),
  );
  assert.deepEqual(
    loaded,
    loaded.map((_, at) => at + 1),
  );
  assert.equal((await other.withToken(sara.tokens.accessToken).get('/users/me')).status, 200);
});

test('an event that was parked is handled by the restored installation, and before the later ones of its key', async (t) => {
  const folder = temporaryFolder(t);
  const app = await probeApp(t, folder);
  await app.database.pool.query('alter table probe.effect add constraint no_two check (seq <> 2)');
  await count(app, 'k', 1, 3);
  await app.drainWithFailures();
  const file = join(folder, 'a.backup');
  const url = await emptyDatabase(t);

  await app.backups.make({ file, ...PLAIN });
  await restoreElsewhere(app, file, url, join(folder, 'restored'));
  const other = await probeApp(t, folder, { databaseUrl: url });
  await count(other, 'k', 4, 4);
  await other.drain(3_600_000);

  assert.deepEqual(await effects(other, 'k'), [1, 2, 3, 4]);
});

test('every damage of a backup is refused: it is named, and nothing was restored', async (t) => {
  const folder = temporaryFolder(t);
  const app = await testApp(t);
  await member(app);
  await app.storage.put('files/probe', Readable.from([Buffer.alloc(3_000_000, 'سلام')]), { maxBytes: 4_000_000 });
  const file = join(folder, 'a.backup');
  const { bytes } = await app.backups.make({ file, ...PLAIN });
  const whole = await readFile(file);
  const copy = join(folder, 'copy.backup');
  const refusalOf = async (content: Buffer) => {
    await writeFile(copy, content);
    return inspectBackup(copy, null).then(
      () => 'none',
      (error: unknown) => (error instanceof BackupError ? error.message : `other: ${String(error)}`),
    );
  };

  const changed = [];
  for (let at = 0; at < 60; at++) {
    const content = Buffer.from(whole);
    const place = Math.floor((at / 60) * bytes);
    content.writeUInt8(content.readUInt8(place) ^ 1, place);
    changed.push(await refusalOf(content));
  }
  const cut = [];
  for (const share of [0.01, 0.3, 0.7, 0.999]) cut.push(await refusalOf(whole.subarray(0, Math.floor(bytes * share))));
  const name = '"name":"table:files.';
  const place = whole.indexOf(name);
  const ofFiles = Buffer.from(whole);
  ofFiles.write('X', place + name.length, 'latin1');

  for (const refusal of [...changed, ...cut]) assert.match(refusal, /^The backup is damaged in|is not a backup/);
  for (const refusal of cut) assert.match(refusal, /file ends within it/);
  assert.match(await refusalOf(ofFiles), /part table:files\.\w+: it is missing/);
  assert.match(await refusalOf(Buffer.concat([whole, Buffer.from('x')])), /bytes follow the manifest/);
  assert.equal(await refusalOf(whole), 'none');
});

test('an encrypted backup opens with its private key, and with no other; a change or a cut is refused', async (t) => {
  const folder = temporaryFolder(t);
  const app = await testApp(t);
  const [own, other] = [generateBackupKeys(), generateBackupKeys()];
  const file = join(folder, 'a.backup');
  await app.backups.make({
    file,
    encryptTo: parsePublicKey(own.publicKey),
    secret: 'a secret of forty characters, at least.',
  });
  const inspect = (pem: string | null) => inspectBackup(file, pem === null ? null : parsePrivateKey(pem));

  const { secret } = await inspect(own.privateKey);
  await assert.rejects(inspect(null), /is encrypted\. Name the file of its private key/);
  await assert.rejects(inspect(other.privateKey), /encrypted to another key/);
  assert.ok(!(await readFile(file)).includes('table:'));
  const nobodys = Buffer.from(await readFile(file));
  nobodys.fill(0, 16, 48);
  await writeFile(join(folder, 'b.backup'), nobodys);
  await assert.rejects(inspectBackup(join(folder, 'b.backup'), parsePrivateKey(own.privateKey)), BackupError);
  truncateSync(file, statSync(file).size - 20);
  await assert.rejects(inspect(own.privateKey), /it ends too early/);

  assert.equal(secret, 'a secret of forty characters, at least.');
  assert.throws(() => parsePublicKey('none'), BackupError);
  assert.throws(() => parsePrivateKey(own.publicKey), BackupError);
});

test('a restore refuses a database that is not empty, another secret, and a backup of a newer version', async (t) => {
  const folder = temporaryFolder(t);
  const app = await testApp(t);
  await member(app);
  const file = join(folder, 'a.backup');
  await app.backups.make({ file, ...PLAIN });
  const url = await emptyDatabase(t);
  const stranger = { ...app, secrets: secretsOf('another-secret-another-secret-another-secret') };
  const { manifest } = await inspectBackup(file, null);
  const newer = { module: 'todos', name: '9999_later.sql', hash: 'x' };

  await assert.rejects(restoreElsewhere(app, file, app.databaseUrl, folder), /The database is not empty/);
  await assert.rejects(restoreElsewhere(stranger, file, url, folder), /BONYAN_SECRET is not the secret/);
  await assert.rejects(
    app.backups.restore({ file, key: null, manifest: { ...manifest, migrations: [...manifest.migrations, newer] } }),
    /newer version \(.*\): this program does not have its migration todos\/9999_later\.sql/,
  );
  await assert.rejects(testApp(t, { databaseUrl: url }), /was interrupted: it does not hold the whole backup/);
  const { undelivered } = await restoreElsewhere(app, file, url, folder); // again, after the one that was refused

  assert.equal(undelivered >= 0, true);
  await testApp(t, { databaseUrl: url });
});

test('a manifest can name nothing but what the migrations have made, and no statement', async (t) => {
  const app = await testApp(t);
  const file = join(temporaryFolder(t), 'a.backup');
  await app.backups.make({ file, ...PLAIN });
  const { manifest } = await inspectBackup(file, null);
  const [table] = manifest.tables;
  assert.ok(table);
  const { parent = '' } = manifest.partitions[0] ?? {};
  const bounds = `FOR VALUES FROM ('2001-01-01') TO ('2001-01-02')`;
  const hostile: Readonly<Record<string, Partial<Manifest>>> = {
    'a table': { tables: [{ ...table, table: `${table.table}; create table public.evil (id int); --` }] },
    'a table of the server': { tables: [{ ...table, table: 'pg_catalog.pg_authid', columns: ['rolname'] }] },
    'a column': { tables: [{ ...table, columns: [`id) from program 'true' --`] }] },
    'a partition': { partitions: [{ parent, name: 'platform.x (id int); --', bounds }] },
    'the parent of a partition': { partitions: [{ parent: 'public.evil', name: 'platform.x', bounds }] },
    bounds: { partitions: [{ parent, name: 'platform.x', bounds: `${bounds}; create table public.evil (id int)` }] },
    'a call in bounds': {
      partitions: [{ parent, name: 'platform.x', bounds: `FOR VALUES FROM (pg_ls_dir('/')) TO ('2001-01-02')` }],
    },
  };
  const url = await emptyDatabase(t);
  for (const [what, part] of Object.entries(hostile)) {
    const target = {
      directUrl: url,
      migrations: app.database.sources(app.migrations),
      schemas: app.database.schemas(app.migrations),
      storage: app.storage,
      openSecrets: app.secrets.prepareWithin,
    };

    const restored = restoreBackup(target, { file, key: null, manifest: { ...manifest, ...part } });

    await assert.rejects(restored, /as no migration of this program makes it/, what);
  }
});

test('objects that become useless while a backup copies them stay until it has ended', async (t) => {
  const app = await testApp(t);
  const { pool } = app.database;
  await app.storage.put('files/old', Readable.from([Buffer.from('old')]), { maxBytes: 10 });
  await pool.query(`insert into platform.removal_pause values (gen_random_uuid(), now() + interval '1 minute')`);
  await pool.query(`insert into files.removal (object_key, due_at) values ('files/old', now())`);
  const tidy = app.modules.flatMap(({ jobs = [] }) => jobs).find(({ name }) => name === 'files.tidy');

  await tidy?.run(new AbortController().signal);
  const during = await app.storage.head('files/old');
  await pool.query(`update platform.removal_pause set until = now()`);
  await tidy?.run(new AbortController().signal);

  assert.equal(during?.sizeBytes, 3);
  assert.equal(await app.storage.head('files/old'), null);
});

test('a start on an event log of another cluster, whose ids lie in the future, is refused until it is adopted', async (t) => {
  const folder = temporaryFolder(t);
  const app = await probeApp(t, folder);
  await count(app, 'k', 1, 2);
  await app.drain();
  await count(app, 'k', 3, 5);
  const { pool, directUrl } = app.database;
  await pool.query(`update platform.event set xid = (xid::text::bigint + 1000000000)::text::xid8`);
  await pool.query(`update platform.cursor set seen = format('%s:%s:', pg_snapshot_xmin(seen)::text::bigint + 1000000000,
    pg_snapshot_xmin(seen)::text::bigint + 1000000000)::pg_snapshot, head = null`);
  await pool.query(`update platform.cluster set system_identifier = '1'`);

  await assert.rejects(requireOwnCluster(pool), /lie in the future of this one.*bonyan adopt/);
  await adoptDatabase(directUrl);
  await requireOwnCluster(pool);
  await app.drain();

  assert.deepEqual(await effects(app, 'k'), [1, 2, 3, 4, 5]);
});

test('the jobs make a backup, remove what a killed one left, verify it, and health knows how old it is', async (t) => {
  const folder = temporaryFolder(t);
  const app = await testApp(t);
  const ofDead = `${spawnSync('true').pid}-000000000000.partial`;
  await writeFile(join(folder, `bonyan-2026-01-01T000000Z.backup.${ofDead}`), 'cut');
  const others = [
    `bonyan-2026-01-01T000000Z.backup.${process.ppid}-000000000000.partial`, // still written
    'bonyan-9999-99-99T999999Z.backup', // no time
    'bonyan-9999-01-01T000000Z.backup', // the clock was wrong
    `own.backup.${ofDead}`,
  ];
  for (const name of others) await writeFile(join(folder, name), 'of others');
  const { jobs, health, gauges } = createBackupJobs({
    backups: app.backups,
    pool: app.database.pool,
    folder,
    now: app.now,
  });
  const [make, verify] = jobs;
  const { signal } = new AbortController();

  await assert.rejects(async () => health[0]?.probe(), /no backup was verified yet/);
  await make?.run(signal);
  await verify?.run(signal);
  await health[0]?.probe();
  const age = await gauges[0]?.read();
  await app.database.pool.query(`update platform.backup set made_at = now() - interval '9 days'`);
  await app.database.pool.query(`insert into platform.backup (file, made_at, bytes, is_encrypted, verified_at)
    values ('of a clock that was wrong', now() + interval '1 year', 1, false, now())`);

  await assert.rejects(async () => health[0]?.probe(), /is 9 days old/);
  assert.ok((age?.[0]?.value ?? Infinity) < 600);
  const left = new Set(readdirSync(folder));
  assert.deepEqual([others.filter((name) => !left.has(name)), left.size], [[], others.length + 1]);
});

/** The secrets of a program with another application secret. */
function secretsOf(secret: string) {
  const keys = createKeys(secret, null);
  return {
    prepareWithin: (connection: Queries) => loadPersistentKeys(connection, keys, ['seal:audit']),
  };
}
