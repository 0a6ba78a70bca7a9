import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { archiveOf, embeddedApp, restoreFilesInto, withoutParts } from '#testing/backup/embedded.ts';
import { count, effects, emptyDatabase, restoreElsewhere, temporaryFolder } from '#testing/backup/probe.ts';
import { member } from '#testing/accounts.ts';
import { dataFolder } from '#testing/servers/embedded-postgres.ts';
import { lastFirst } from '#testing/servers/streaming-replica.ts';
import { recordMany } from '#testing/trail/trail.ts';
import { setReadOnly } from '#platform/move/changes.ts';
import { layOut } from '#platform/database/embedded/layout.ts';
import { BackupError } from '../port.ts';
import { inspectBackup } from '../restore.ts';
import { withSession } from '../snapshot.ts';
import { placeCluster } from './place.ts';
import { startCopy } from './start.ts';

const PLAIN = { encryptTo: null, secret: null };
const TIME = { timeout: 600_000 }; // each starts several servers
const UP_TO = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

test(
  'the files of an embedded database, copied while others write, are that database elsewhere; events arrive once, in order',
  TIME,
  async (all) => {
    const t = lastFirst(all);
    const folder = temporaryFolder(t);
    const app = await embeddedApp(t, folder, dataFolder(t));
    const sara = await member(app);
    await recordMany(app, 5);
    await app.storage.put('files/probe', Readable.from([Buffer.from('bytes')]), { maxBytes: 10 });
    await count(app, 'k', 1, 40);
    await app.drain();
    await count(app, 'k', 41, 60); // not delivered yet
    const file = join(folder, 'a.backup');
    let isOver = false;
    const load = (async () => {
      for (let seq = 1; !isOver; seq++) await count(app, 'load', seq, seq);
    })();

    const { cluster, tables } = await app.backups.make({ file, ...PLAIN });
    isOver = true;
    await load;
    const verdict = await app.backups.verify({ file, key: null });
    const other = dataFolder(t);
    const { undelivered, manifest } = await restoreFilesInto(app, file, other);
    const restored = await embeddedApp(t, folder, other);
    await count(restored, 'k', 61, 70);
    await restored.drain();

    const loaded = await effects(restored, 'load');
    const { rows } = await restored.database.pool.query('select timeline_id::int as id from pg_control_checkpoint()');
    assert.deepEqual([cluster?.major, tables.length], ['18', 0]);
    assert.deepEqual(verdict.differences, []);
    assert.ok(undelivered >= 20, String(undelivered));
    assert.ok(manifest.tables.length > 50);
    assert.deepEqual(await effects(restored, 'k'), UP_TO(70));
    assert.ok(loaded.length > 0);
    assert.deepEqual(loaded, UP_TO(loaded.length));
    assert.deepEqual(rows, [{ id: 2 }]);
    assert.equal((await restored.storage.head('files/probe'))?.sizeBytes, 5);
    assert.equal((await restored.withToken(sara.tokens.accessToken).get('/users/me')).status, 200);
    assert.deepEqual(readdirSync(join(other, 'postgres')).includes('restoring'), false);
  },
);

test('a copy that was made while the installation moves can be written to', TIME, async (all) => {
  const t = lastFirst(all);
  const folder = temporaryFolder(t);
  const app = await embeddedApp(t, folder, dataFolder(t));
  const file = join(folder, 'a.backup');
  await withSession(app.database.directUrl, (client) => setReadOnly(client, 'on')); // sessions that are open go on
  await app.backups.make({ file, ...PLAIN });
  const other = dataFolder(t);

  await restoreFilesInto(app, file, other);
  const restored = await embeddedApp(t, folder, other);

  await count(restored, 'k', 1, 2);
  await restored.drain();
  assert.deepEqual(await effects(restored, 'k'), UP_TO(2));
});

test('damaged files, a log that is not complete and another major version are refused', TIME, async (all) => {
  const t = lastFirst(all);
  const folder = temporaryFolder(t);
  const app = await embeddedApp(t, folder, dataFolder(t));
  const file = join(folder, 'a.backup');
  await app.backups.make({ file, ...PLAIN });
  const whole = await readFile(file);
  const copy = join(folder, 'copy.backup');
  const damagedAfter = async (name: string) => {
    const content = Buffer.from(whole);
    const at = whole.indexOf(`"name":"${name}`) + 200;
    content.writeUInt8(content.readUInt8(at) ^ 1, at);
    await writeFile(copy, content);
    return inspectBackup(copy, null);
  };
  const { manifest } = await inspectBackup(file, null);
  const without = join(folder, 'without.backup');
  await withoutParts(file, without, /^file:pg_wal\/0/);
  const start = async (from: string, major = '18') => {
    const { manifest: found } = await inspectBackup(from, null);
    const to = dataFolder(t);
    mkdirSync(to);
    return startCopy({ file: from, key: null, manifest: { ...found, cluster: { major, bytes: 0 } } }, to, false);
  };

  await assert.rejects(damagedAfter('file:base/1/1255'), /damaged in part file:base\/1\/1255/);
  await assert.rejects(damagedAfter('file:pg_wal/0'), /damaged in part file:pg_wal\/0/);
  await writeFile(copy, whole.subarray(0, -1000));
  await assert.rejects(inspectBackup(copy, null), /file ends within it/);
  await assert.rejects(start(without), /files of the backup do not start/);
  await assert.rejects(start(file, '17'), /files of PostgreSQL 17, and this program brings 18/);
  assert.ok(manifest.parts.some(({ name }) => name === 'file:backup_label'));
});

test('a failed restore of files leaves the data folder as it was', TIME, async (all) => {
  const t = lastFirst(all);
  const folder = temporaryFolder(t);
  const app = await embeddedApp(t, folder, dataFolder(t));
  const file = join(folder, 'a.backup');
  await app.backups.make({ file, ...PLAIN });
  const other = dataFolder(t);
  const stranger = {
    ...app,
    secrets: { ...app.secrets, prepareWithin: async () => Promise.reject(new Error('other')) },
  };

  await assert.rejects(restoreFilesInto(stranger, file, other), /other/);

  assert.deepEqual(
    readdirSync(join(other, 'postgres')).filter((name) => /cluster|restoring/.test(name)),
    [],
  );
});

test(
  'an embedded database is restored by its rows into an external one, and copied as rows when asked',
  TIME,
  async (all) => {
    const t = lastFirst(all);
    const folder = temporaryFolder(t);
    const app = await embeddedApp(t, folder, dataFolder(t));
    await count(app, 'k', 1, 5);
    await app.drain();
    await count(app, 'k', 6, 9);
    const [files, rows] = [join(folder, 'files.backup'), join(folder, 'rows.backup')];
    await app.backups.make({ file: files, ...PLAIN });
    const { cluster } = await app.backups.make({ file: rows, ...PLAIN, asRows: true });

    for (const file of [files, rows]) {
      const url = await emptyDatabase(t);
      const dataDir = join(folder, `${file}.data`);
      await restoreElsewhere(app, file, url, dataDir);
      const other = await embeddedApp(t, folder, dataDir, url);
      await count(other, 'k', 10, 12);
      await other.drain();
      assert.deepEqual(await effects(other, 'k'), UP_TO(12));
    }
    assert.equal(cluster, null);
  },
);

test('a name in an archive that leads out of the folder is refused, and nothing is written there', async (t) => {
  const folder = temporaryFolder(t);
  const table: [string[], number?][] = [
    [['file:../evil']],
    [['file:/tmp/evil']],
    [['folder:a', 'file:a/../../evil']],
    [['file:a//b']],
    [['file:./a']],
    [['file:']],
    [['file:a\\b']],
    [['file:a\0b']],
    [['folder:..']],
    [['file:not-there/a']],
    [['file:a', 'file:a']],
    [['file:a', 'folder:a']],
    [['file:a', 'file:a/b']],
    [['link:pg_wal']],
    [['device:null']],
    [['file:recovery.signal']],
    [['file:standby.signal']],
    [['file:postmaster.pid']],
    [['file:tablespace_map']],
    [['file:a'], 2 ** 50],
  ];
  for (const [at, [names, bytes = 0]] of table.entries()) {
    const file = join(folder, `${at}.backup`);
    const target = join(folder, String(at), 'data');
    mkdirSync(target, { recursive: true });
    await archiveOf(file, names);

    const placed = placeCluster({ file, key: null }, bytes, layOut(target));

    await assert.rejects(placed, BackupError, names.join());
    assert.deepEqual(readdirSync(join(folder, String(at))), ['data']);
    assert.equal(existsSync('/tmp/evil'), false);
  }
});
