import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chooseNode } from './node.mjs';
import { alone, prepareConsole } from './prepare.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'console');
const dist = join(source, 'dist');
const mark = join(dist, '.built');
/** What the build does not read: `schema.d.ts` has types only. */
const LEFT_OUT = /^(node_modules|dist.*|README\.md|schema\.d\.ts|generate\.ts)$/;

/**
 * Builds the console when its sources have changed since the last time. True if it can be served. A failure is told in
 * one line, because the server runs without the console too. Runs under any Node from 18 on. `isStart`: for `npm start`,
 * what it installs for the build does not stay for the next one, and what Vite says is shown only when it fails.
 * @throws what `stop` was aborted with
 */
export async function buildConsole(stop, isStart = false) {
  if (!existsSync(join(source, 'package.json'))) return existsSync(mark); // a copy of the server alone
  try {
    const wanted = digestOf([source, join(root, 'client')]);
    const isBuilt = () => existsSync(mark) && readFileSync(mark, 'utf8') === wanted;
    if (isBuilt()) return true;
    const isInstalled = await prepareConsole(stop);
    await alone(stop, async () => {
      if (isBuilt()) return; // by another run, while this one waited
      console.log(`Building the console${existsSync(mark) ? ', because its sources have changed' : ''}…`);
      await build(wanted, stop, isStart);
      if (isInstalled && isStart) rmSync(join(source, 'node_modules'), { recursive: true, force: true });
    });
    return true;
  } catch (error) {
    stop.throwIfAborted();
    console.error(
      `The console could not be built (${error.message}). The server runs ${existsSync(mark) ? 'with the one before' : 'without it'}; \`npm run console\` tries again.`,
    );
    return false;
  }
}

/** Into a folder of its own, so that a build that fails or is killed leaves the last one as it was. */
async function build(wanted, stop, isStart) {
  const made = join(source, `dist-${process.pid}`);
  const old = join(source, `dist-${process.pid}-old`);
  try {
    const args = [join(source, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--outDir', made];
    await run(chooseNode(), args, stop, isStart);
    writeFileSync(join(made, '.built'), wanted);
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(made, dist);
  } finally {
    if (!existsSync(dist) && existsSync(old)) renameSync(old, dist);
    // Also those of builds that were killed: no other runs now.
    for (const name of readdirSync(source).filter((one) => one.startsWith('dist-')))
      rmSync(join(source, name), { recursive: true, force: true });
  }
}

async function run(command, args, stop, isQuiet) {
  const child = spawn(command, args, { cwd: source, stdio: isQuiet ? ['ignore', 'pipe', 'pipe'] : 'inherit' });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (said += text));
  const end = () => child.kill('SIGTERM');
  stop.addEventListener('abort', end);
  const failure = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? null : `Vite ended with ${code ?? signal}`));
  });
  stop.removeEventListener('abort', end);
  if (!failure) return;
  process.stderr.write(said);
  throw new Error(failure);
}

/** Of all names and contents. */
function digestOf(folders) {
  const hash = createHash('sha256');
  for (const file of folders.flatMap((folder) => filesIn(folder)))
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

function filesIn(folder) {
  return (
    readdirSync(folder)
      .filter((name) => !LEFT_OUT.test(name))
      // oxlint-disable-next-line no-array-sort -- Node 18 has no toSorted
      .sort()
      .map((name) => join(folder, name))
      .flatMap((path) => (statSync(path).isDirectory() ? filesIn(path) : [path]))
  );
}
