import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { findPackage } from './embedded/binaries.ts';
import { ask, bounded, dataFolder, openElsewhere, serverPid } from '#testing/servers/embedded-postgres.ts';

const isRoot = process.getuid?.() === 0;
const onlyRoot = {
  ...bounded,
  skip: (!isRoot || process.platform !== 'linux') && 'only root on Linux changes its user',
};
const nobody = Number(spawnSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).stdout);

/**
 * A copy of the package, and a `PATH` of these programs alone. Other users can enter the folder of package and data only
 * if `mode` lets them.
 */
function prepare(dataDir: string, programs: readonly string[], mode = 0o755) {
  const root = dirname(dataDir);
  chmodSync(root, mode);
  const packageDir = join(root, 'package');
  cpSync(findPackage(), packageDir, { recursive: true, verbatimSymlinks: true });
  mkdirSync(join(root, 'bin'));
  for (const name of programs) symlinkSync(join('/usr/bin', name), join(root, 'bin', name));
  return { packageDir, env: { PATH: join(root, 'bin') } };
}

test(
  'as root the server runs as nobody in a user namespace, and its files still belong to root',
  onlyRoot,
  async (t) => {
    const dataDir = dataFolder(t);

    const { url = '', error } = await openElsewhere(t, { dataDir, mode: 'own' }).said;

    assert.equal(error, undefined);
    assert.equal(await ask(url, 'select 1'), 1);
  },
);

test(
  'as root without namespaces the server runs as an ordinary user, and stops with its owner',
  onlyRoot,
  async (t) => {
    const dataDir = dataFolder(t);
    const { packageDir, env } = prepare(dataDir, ['id', 'true', 'setpriv']);
    const owner = openElsewhere(t, { dataDir, mode: 'own', packageDir }, { env });

    const { url = '', error } = await owner.said;

    assert.equal(error, undefined);
    assert.equal(await ask(url, 'select 1'), 1);
    assert.notEqual(statSync(`/proc/${serverPid(dataDir)}`).uid, 0);
    await owner.close();
    assert.equal(serverPid(dataDir), undefined);
  },
);

test('as root without namespaces the server also runs in a home that is closed to other users', onlyRoot, async (t) => {
  const dataDir = dataFolder(t);
  const { packageDir, env } = prepare(dataDir, ['id', 'true', 'setpriv'], 0o700);
  const owner = openElsewhere(t, { dataDir, mode: 'own', packageDir }, { env });

  const { url = '', error } = await owner.said;

  assert.equal(error, undefined);
  assert.equal(await ask(url, 'select 1'), 1);
  assert.notEqual(statSync(`/proc/${serverPid(dataDir)}`).uid, 0);
  await owner.close();
  assert.equal(serverPid(dataDir), undefined);
});

test('as root a data folder of another user is served as that user', onlyRoot, async (t) => {
  const dataDir = dataFolder(t);
  const { packageDir, env } = prepare(dataDir, ['id', 'true', 'setpriv', 'unshare']);
  mkdirSync(dataDir, { mode: 0o700 });
  chownSync(dataDir, nobody, nobody);

  const { url = '', error } = await openElsewhere(t, { dataDir, mode: 'own', packageDir }, { env }).said;

  assert.equal(error, undefined);
  assert.equal(await ask(url, 'select 1'), 1);
  assert.equal(statSync(join(dataDir, 'cluster')).uid, nobody);
});

test('when root has no other user to run as, the message says what to do', onlyRoot, async (t) => {
  const dataDir = dataFolder(t);
  const { packageDir, env } = prepare(dataDir, []);

  const { error = '' } = await openElsewhere(t, { dataDir, mode: 'own', packageDir }, { env }).said;

  assert.match(error, /refuses to run as root.*DATABASE_URL/);
});
