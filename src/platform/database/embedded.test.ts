import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findPackage } from './embedded/binaries.ts';
import { ask, bounded, dataFolder, open, openElsewhere, serverPid } from '#testing/servers/embedded-postgres.ts';
import { layOut } from './embedded/layout.ts';
import { openEmbeddedPostgres } from './embedded/open.ts';
import { until } from './embedded/wait.ts';

test('a first start creates the database, and a second finds the committed data', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const first = await open(t, { dataDir, mode: 'own' });
  await ask(first.url, 'create table kept as select 1 as one');
  await first.close();

  const second = await open(t, { dataDir, mode: 'own' });

  assert.equal(await ask(second.url, 'select one from kept'), 1);
  assert.equal(second.url, first.url);
});

test('a server is durable, in UTC, sorts by code point and listens to no network', bounded, async (t) => {
  const { url } = await open(t, { dataDir: dataFolder(t), mode: 'own', settings: {} });

  const names = ['fsync', 'synchronous_commit', 'TimeZone', 'listen_addresses', 'max_connections', 'jit'];
  const settings = await ask(url, `select array(select current_setting(n) from unnest('{${names.join()}}'::text[]) n)`);
  const locale = await ask(url, 'select datlocale from pg_database where datname = current_database()');

  assert.deepEqual(settings, ['on', 'on', 'UTC', '', '200', 'off']);
  assert.equal(locale, 'C.UTF-8');
});

test('other users may not enter the folder of the socket', bounded, async (t) => {
  const dataDir = dataFolder(t);
  await open(t, { dataDir, mode: 'own' });

  assert.equal(statSync(layOut(dataDir).socketFolder).mode & 0o777, 0o700);
  assert.equal(statSync(dataDir).mode & 0o777, 0o700);
});

test('PG* variables in the environment change neither the server nor the connections to it', bounded, async (t) => {
  const env = {
    PGPORT: '9',
    PGHOST: '/nowhere',
    PGDATABASE: 'none',
    PGUSER: 'none',
    PGSSLMODE: 'require',
    PGDATA: '/nowhere',
  };
  const opener = openElsewhere(t, { dataDir: dataFolder(t), mode: 'own' }, { env });

  const { url = '' } = await opener.said;

  assert.equal(await ask(url, 'select current_user'), 'postgres');
});

test('a start after one that was killed while it created the data directory succeeds', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const killed = openElsewhere(t, { dataDir, mode: 'own' });
  const isHalfDone = () =>
    existsSync(dataDir) && readdirSync(dataDir).some((name) => name.startsWith('cluster.unfinished'));
  assert.ok(await until(() => isHalfDone() || undefined, 20_000, 1));
  await killed.kill();
  assert.ok(isHalfDone() && !existsSync(join(dataDir, 'cluster')));

  const { url } = await open(t, { dataDir, mode: 'own' });

  assert.equal(await ask(url, 'select 1'), 1);
  assert.equal(isHalfDone(), false);
});

test('data of another major version is refused and left as it is', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const { cluster } = layOut(dataDir);
  mkdirSync(cluster);
  writeFileSync(join(cluster, 'PG_VERSION'), '17\n');

  await assert.rejects(openEmbeddedPostgres({ dataDir, mode: 'own' }), /PostgreSQL 17.*DATABASE_URL/);
  assert.deepEqual(readdirSync(cluster), ['PG_VERSION']);
});

test('a failing start reports PostgreSQL’s message, and releases its locks', bounded, async (t) => {
  const dataDir = dataFolder(t);

  const failing = openEmbeddedPostgres({ dataDir, mode: 'own', settings: { fsync: 'off', shared_buffers: 'many' } });
  await assert.rejects(failing, /shared_buffers/);
  const { url } = await open(t, { dataDir, mode: 'own' });

  assert.equal(await ask(url, 'select 1'), 1);
});

test('on a platform without a bundled PostgreSQL the message says to set DATABASE_URL', () => {
  assert.throws(() => findPackage('win32-x64'), /DATABASE_URL/);
});

test('a data folder whose name is too long for a socket works, also for other processes', bounded, async (t) => {
  const dataDir = dataFolder(t, `${'long-'.repeat(40)}/سلام, "دنیا" data`);
  const opened = await open(t, { dataDir, mode: 'own' });

  const other = await openElsewhere(t, { dataDir, mode: 'attach' }).said;

  assert.equal(other.url, opened.url);
  assert.equal(await ask(opened.url, 'select 1'), 1);
  await opened.close();
  assert.equal(existsSync(layOut(dataDir).socketFolder), false);
});

test('a socket folder of another user is refused', bounded, async (t) => {
  const dataDir = dataFolder(t, 'long-'.repeat(40));
  const { socketFolder, root } = layOut(dataDir);
  symlinkSync(root, socketFolder);
  t.after(() => rmSync(socketFolder, { force: true }));

  await assert.rejects(openEmbeddedPostgres({ dataDir, mode: 'own' }), /not a folder of this user/);
});

test('shared libraries are found when the package folder is read-only', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const packageDir = join(dataDir, '..', 'package');
  const lib = join(packageDir, 'native', 'lib');
  cpSync(findPackage(), packageDir, { recursive: true, filter: (source) => !lstatSync(source).isSymbolicLink() });
  chmodSync(lib, 0o555);
  // Root may write anywhere, except in a namespace where it is nobody.
  const wrap = process.getuid?.() === 0 ? ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--'] : [];

  const { url = '', error } = await openElsewhere(t, { dataDir, mode: 'own', packageDir }, { wrap }).said;

  chmodSync(lib, 0o755);
  assert.equal(error, undefined);
  assert.equal(existsSync(join(lib, 'libpq.so.5')), false);
  assert.ok(existsSync(join(dataDir, 'lib', 'libpq.so.5')));
  assert.equal(await ask(url, 'select 1'), 1);
});

test('a log of more than 10 MiB is rotated at the next start', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const { logFile } = layOut(dataDir);
  writeFileSync(logFile, '');
  truncateSync(logFile, 11 * 1024 * 1024);

  await open(t, { dataDir, mode: 'own' });

  assert.equal(statSync(`${logFile}.1`).size, 11 * 1024 * 1024);
  assert.ok(statSync(logFile).size < 100_000);
});

test('after close nothing runs, and closing twice is allowed', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const opened = await open(t, { dataDir, mode: 'own' });

  await Promise.all([opened.close(), opened.close()]);

  assert.equal(opened.isAlive(), false);
  assert.equal(serverPid(dataDir), undefined);
  await assert.rejects(opened.revive());
});
