import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  ask,
  bounded,
  dataFolder,
  open,
  openElsewhere,
  serverPid,
  stateOf,
} from '#testing/servers/embedded-postgres.ts';
import { boundPrefix } from './embedded/identity.ts';
import { layOut } from './embedded/layout.ts';
import { openEmbeddedPostgres } from './embedded/open.ts';
import { until } from './embedded/wait.ts';

const onlyWithBinding = {
  ...bounded,
  skip: boundPrefix().length === 0 && 'this system cannot bind a process to another',
};
const onlyLinux = { ...bounded, skip: process.platform !== 'linux' };

/** A `PATH` on which `setpriv` is not found. */
function withoutBinding(dataDir: string): { env: { PATH: string } } {
  const folder = join(dataDir, '..', 'bin');
  mkdirSync(folder);
  for (const name of ['unshare', 'true', 'ps', 'id']) symlinkSync(join('/usr/bin', name), join(folder, name));
  return { env: { PATH: folder } };
}

/** A data folder whose owner was killed and whose server still runs. */
async function orphan(t: TestContext): Promise<{ dataDir: string; orphanPid: number | undefined }> {
  const dataDir = dataFolder(t);
  const owner = openElsewhere(t, { dataDir, mode: 'own' }, withoutBinding(dataDir));
  await owner.said;
  await owner.kill();
  return { dataDir, orphanPid: serverPid(dataDir) };
}

test('a second owner is refused, and the message names pid and folder of the first', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const owner = openElsewhere(t, { dataDir, mode: 'own' });
  const { url = '' } = await owner.said;

  await assert.rejects(openEmbeddedPostgres({ dataDir, mode: 'own' }), (error: Error) => {
    return error.message.includes(`(pid ${owner.pid})`) && error.message.includes(dataDir);
  });
  assert.equal(await ask(url, 'select 1'), 1);
});

test('when many owners open at once, exactly one succeeds', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const owners = Array.from({ length: 4 }, () => openElsewhere(t, { dataDir, mode: 'own' }));

  const said = await Promise.all(owners.map((owner) => owner.said));

  assert.equal(said.filter(({ url }) => url).length, 1);
});

test('one process cannot own a data folder twice', bounded, async (t) => {
  const dataDir = dataFolder(t);
  await open(t, { dataDir, mode: 'own' });

  await assert.rejects(openEmbeddedPostgres({ dataDir, mode: 'own' }));
});

test('the server of a killed owner stops by itself', onlyWithBinding, async (t) => {
  const dataDir = dataFolder(t);
  const owner = openElsewhere(t, { dataDir, mode: 'own' });
  await owner.said;
  const pid = serverPid(dataDir) ?? 0;

  await owner.kill();

  assert.ok(await until(() => (stateOf(pid) === null || stateOf(pid) === 'Z' ? true : undefined), 5000));
});

test('the next owner starts although the server of the killed one is still shutting down', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const owner = openElsewhere(t, { dataDir, mode: 'own' });
  const { url = '' } = await owner.said;
  await ask(url, 'create table kept as select g from generate_series(1, 50000) g');
  const next = owner.kill().then(() => open(t, { dataDir, mode: 'own' }));

  assert.equal(await ask((await next).url, 'select count(*)::int from kept'), 50_000);
});

test('an owner takes over the running server of a killed one, and stops it at the end', bounded, async (t) => {
  const { dataDir, orphanPid } = await orphan(t);

  const next = await open(t, { dataDir, mode: 'own' });

  assert.ok(orphanPid);
  assert.equal(serverPid(dataDir), orphanPid);
  await next.close();
  assert.equal(serverPid(dataDir), undefined);
});

test('a process that attaches to an orphaned server takes it over, and stops it at the end', bounded, async (t) => {
  const { dataDir, orphanPid } = await orphan(t);

  const next = await open(t, { dataDir, mode: 'attach' });

  assert.equal(serverPid(dataDir), orphanPid);
  assert.equal(next.attached, false);
  await next.close();
  assert.equal(serverPid(dataDir), undefined);
});

test('another process with the pid of a dead server is not mistaken for the server', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const first = await open(t, { dataDir, mode: 'own' });
  await first.close();
  const { cluster } = layOut(dataDir);
  const sleeper = spawn('sleep', ['60']);
  t.after(() => sleeper.kill());
  writeFileSync(join(cluster, 'postmaster.pid'), `${sleeper.pid}\n${cluster}\n1\n5432\n/nowhere\n\n1 1\nready   \n`);

  const second = await open(t, { dataDir, mode: 'own' });

  assert.equal(await ask(second.url, 'select 1'), 1);
  assert.equal(sleeper.exitCode, null);
});

test('a zombie process does not count as a running server', onlyLinux, async (t) => {
  const dataDir = dataFolder(t);
  const owner = openElsewhere(t, { dataDir, mode: 'own' });
  await owner.said;
  const pid = serverPid(dataDir) ?? 0;
  // A paused parent reaps no children.
  process.kill(owner.pid, 'SIGSTOP');
  process.kill(pid, 'SIGKILL');
  assert.ok(await until(() => (stateOf(pid) === 'Z' ? true : undefined), 5000));

  assert.equal(serverPid(dataDir), undefined);
  await owner.kill();
});

test('PostgreSQL starts although a zombie has the pid of the server before', onlyLinux, async (t) => {
  const dataDir = dataFolder(t);
  const first = await open(t, { dataDir, mode: 'own' });
  await first.close();
  const { cluster } = layOut(dataDir);
  // `sleep` never waits for the child that it inherits.
  const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => parent.kill());
  const zombie = Number(String((await once(parent.stdout, 'data'))[0]));
  assert.ok(await until(() => (stateOf(zombie) === 'Z' ? true : undefined), 5000));
  writeFileSync(join(cluster, 'postmaster.pid'), `${zombie}\n${cluster}\n1\n5432\n/nowhere\n\n1 1\nready   \n`);

  const second = await open(t, { dataDir, mode: 'own' });

  assert.equal(await ask(second.url, 'select 1'), 1);
});

test('Ctrl-C reaches the owner but not the server', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const owner = openElsewhere(t, { dataDir, mode: 'own' });
  const { url = '' } = await owner.said;

  process.kill(-owner.pid, 'SIGINT');

  assert.equal(await ask(url, 'select pg_sleep(0.3) is not null'), true);
  await owner.close();
  assert.equal(serverPid(dataDir), undefined);
});

test('a command attaches to the server of a living owner and leaves it running', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const owner = openElsewhere(t, { dataDir, mode: 'own' });
  const { url = '' } = await owner.said;

  const command = await open(t, { dataDir, mode: 'attach' });
  await command.close();

  assert.equal(command.attached, true);
  assert.equal(command.url, url);
  assert.equal(await ask(url, 'select 1'), 1);
});

test('without an owner the first to attach starts the server and the last to leave stops it', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const first = await open(t, { dataDir, mode: 'attach' });
  const second = openElsewhere(t, { dataDir, mode: 'attach' });
  const { attached } = await second.said;

  await first.close();
  const afterFirst = serverPid(dataDir);
  await second.close();

  assert.equal(first.attached, false);
  assert.equal(attached, true);
  assert.ok(afterFirst);
  assert.equal(serverPid(dataDir), undefined);
});

test('many processes that attach at once share one server', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const commands = Array.from({ length: 4 }, () => openElsewhere(t, { dataDir, mode: 'attach' }));

  const said = await Promise.all(commands.map((command) => command.said));

  assert.equal(said.filter(({ attached }) => attached === false).length, 1);
  assert.equal(new Set(said.map(({ url }) => url)).size, 1);
});

test(
  'an owner takes over the server that a command started, and the end of the command does not stop it',
  bounded,
  async (t) => {
    const dataDir = dataFolder(t);
    const command = openElsewhere(t, { dataDir, mode: 'attach' });
    await command.said;
    const pid = serverPid(dataDir);

    const owner = await open(t, { dataDir, mode: 'own' });
    await command.close();

    assert.equal(serverPid(dataDir), pid);
    assert.equal(await ask(owner.url, 'select 1'), 1);
    await owner.close();
    assert.equal(serverPid(dataDir), undefined);
  },
);

test('the server of a command that was killed is taken over by the next one', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const killed = openElsewhere(t, { dataDir, mode: 'attach' });
  await killed.said;
  await killed.kill();

  const next = await open(t, { dataDir, mode: 'attach' });
  await next.close();

  assert.equal(next.attached, false);
  assert.equal(serverPid(dataDir), undefined);
});

test(
  'many calls at once revive a killed server once, under the same url, with all committed data',
  bounded,
  async (t) => {
    const dataDir = dataFolder(t);
    const owner = await open(t, { dataDir, mode: 'own' });
    await ask(owner.url, 'create table kept as select 1 as one');
    const held = ask(owner.url, 'select pg_sleep(60)').catch(() => 'lost');
    process.kill(serverPid(dataDir) ?? 0, 'SIGKILL');
    await until(() => (owner.isAlive() ? undefined : true), 5000);

    await Promise.all([owner.revive(), owner.revive(), owner.revive()]);

    assert.equal(owner.isAlive(), true);
    assert.equal(await ask(owner.url, 'select one from kept'), 1);
    assert.equal(await held, 'lost');
  },
);

test('an attached process leaves the revival to the owner, and gets the same server back', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const owner = await open(t, { dataDir, mode: 'own' });
  const command = await open(t, { dataDir, mode: 'attach' });
  process.kill(serverPid(dataDir) ?? 0, 'SIGKILL');
  await until(() => (command.isAlive() ? undefined : true), 5000);

  const waiting = command.revive();
  assert.equal(await Promise.race([waiting.then(() => 'revived'), until(() => undefined, 300)]), undefined);
  await owner.revive();
  await waiting;

  assert.equal(await ask(command.url, 'select 1'), 1);
});

test('an attached process revives the server when its owner was killed', bounded, async (t) => {
  const dataDir = dataFolder(t);
  const owner = openElsewhere(t, { dataDir, mode: 'own' });
  await owner.said;
  const worker = await open(t, { dataDir, mode: 'attach' });
  await owner.kill();

  await worker.revive();

  assert.equal(await ask(worker.url, 'select 1'), 1);
});
