import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { follow } from './follow.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = 'docs/contributing/first-module.md';
const FOLDER = 'src/modules/bookmarks/';
/** The page says that a module touches these outside its folder. */
const OUTSIDE = [
  'CHANGELOG.md',
  'openapi.json',
  'src/app.ts',
  'src/migrations.test.ts.snapshot',
  'src/surface.test.ts.snapshot',
];
const GUARDS = ['boundaries', 'texts', 'audited', 'access', 'openapi', 'surface', 'migrations'];
const IGNORED = ['.git', '.env', 'node_modules', 'data', 'coverage'];
const TIMEOUT_MS = 600_000; // a type check and eight test files: a minute on an idle machine

const execute = promisify(execFile);

test(
  'the first module, written as its page shows, passes all tests and touches nothing else',
  { timeout: TIMEOUT_MS },
  async (t) => {
    const tree = await copyTree(t);
    const before = await readHashes(tree);
    const run = (command: string, ...args: string[]) => runIn(tree, t.signal, command, args);

    await follow(await readFile(join(ROOT, PAGE), 'utf8'), tree);
    await run(process.execPath, 'src/main.ts', 'openapi', '--out', 'openapi.json');
    await run(process.execPath, '--test', '--test-update-snapshots', 'src/surface.test.ts', 'src/migrations.test.ts');
    await run('oxfmt', '--check', FOLDER, 'src/app.ts');
    await run('oxlint', '--type-aware', '--deny-warnings', FOLDER, 'src/app.ts');
    await run('tsc');
    const guards = GUARDS.map((name) => `src/${name}.test.ts`);
    await run(process.execPath, '--test', '--test-concurrency=2', `${FOLDER}bookmarks.test.ts`, ...guards);

    const after = await readHashes(tree);
    const changed = [...after].filter(([path, hash]) => before.get(path) !== hash).map(([path]) => path);
    assert.deepEqual(changed.filter((path) => !path.startsWith(FOLDER)).toSorted(), OUTSIDE);
    assert.deepEqual(
      [...before.keys()].filter((path) => !after.has(path)),
      [],
    );
  },
);

/** A copy of the sources in a temporary folder, with the same packages. */
async function copyTree(t: TestContext): Promise<string> {
  const tree = await mkdtemp(join(tmpdir(), 'bonyan-first-module-'));
  t.after(() => rm(tree, { recursive: true, force: true }));
  for (const path of await sources()) await cp(join(ROOT, path), join(tree, path));
  for (const packages of ['node_modules', 'bench/others/node_modules', 'client/node_modules', 'console/node_modules'])
    await symlink(join(ROOT, packages), join(tree, packages), 'junction');
  return tree;
}

/** Files that git knows or would add; without git, all files that are not ignored. */
async function sources(): Promise<string[]> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = existsSync(join(ROOT, '.git')) ? await execute('git', args, { cwd: ROOT }) : null;
  const paths = listed ? listed.stdout.split('\0').filter((path) => path !== '') : await filesOf(ROOT);
  return paths.filter((path) => !path.startsWith(FOLDER) && existsSync(join(ROOT, path)));
}

/** Paths of all files, with `/`; without packages and files that are created at run time. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries
    .filter((entry) => !IGNORED.includes(entry.name) && (entry.isDirectory() || entry.isFile()))
    .map(async (entry) => {
      if (entry.isFile()) return [entry.name];
      return (await filesOf(join(folder, entry.name))).map((path) => `${entry.name}/${path}`);
    });
  return (await Promise.all(nested)).flat();
}

async function readHashes(tree: string): Promise<Map<string, string>> {
  const paths = await filesOf(tree);
  const hashes = paths.map(async (path) => {
    const content = await readFile(join(tree, path));
    return [path, createHash('sha256').update(content).digest('hex')] as const;
  });
  return new Map(await Promise.all(hashes));
}

/** Resolves when the command succeeds. @throws with all that it printed. */
async function runIn(tree: string, signal: AbortSignal, command: string, args: readonly string[]): Promise<void> {
  const PATH = [join(tree, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
  // A test runner with NODE_TEST_CONTEXT acts as a part of the outer one, and runs nothing.
  const env = { ...process.env, PATH, NODE_TEST_CONTEXT: undefined };
  const shell = process.platform === 'win32' && command !== process.execPath;
  await execute(command, args, { cwd: tree, env, signal, shell, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: Error & { stdout?: string; stderr?: string }) => {
      const told = `${error.stdout ?? ''}${error.stderr ?? ''}`;
      throw new Error(`${basename(command)} ${args.join(' ')}: ${error.message.slice(0, 200)}\n${told}`);
    },
  );
}
