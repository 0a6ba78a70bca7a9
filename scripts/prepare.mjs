import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFault, inTemporary } from './needs.mjs';
import { checkNode, removeFonts, removeHeaders, removeMaps } from './node.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// Folders with packages of their own: what benchmarks use and compare with, the client, and the console.
const others = ['bench/others', 'client', 'console'].map((folder) => join(root, ...folder.split('/')));
// Outside the tree, because a killed run does not remove it.
const busy = join(tmpdir(), `bonyan-prepare-${digest(root).slice(0, 16)}`);
const WAIT_MS = 600_000;

/**
 * Runs under any Node from 18 on: installs the packages of the lockfiles when they are missing or stale. `withTools`:
 * also the development tools and the packages of the benchmarks, the client and the console; without it, only what the program itself needs, and
 * tools that are there stay. Takes no time when this is done already. `stop` interrupts it; the next run then starts
 * again. Throws an error with a message for the user.
 */
export async function prepare(withTools, stop) {
  await prepareFolders(withTools ? [root, ...others] : [root], withTools, stop);
}

/** The same for the packages with which the console is built. True if they were installed now. */
export async function prepareConsole(stop) {
  const folder = join(root, 'console');
  const isThere = existsSync(join(folder, 'node_modules'));
  await prepareFolders([folder], false, stop);
  return !isThere;
}

async function prepareFolders(folders, withTools, stop) {
  if (folders.every((folder) => isPrepared(folder, withTools))) return;
  await alone(stop, async () => {
    for (const folder of folders) {
      // Another run may have done it while this one waited.
      if (!isPrepared(folder, withTools)) await prepareFolder(folder, withTools || hasTools(folder), stop);
    }
  });
}

/** Does `work` while no other run of this tree installs or builds. */
export async function alone(stop, work) {
  await enter(stop);
  try {
    await work();
  } finally {
    rmSync(busy, { recursive: true, force: true });
  }
}

function isPrepared(folder, withTools) {
  return markOf(folder).startsWith(wantedOf(folder)) && (!withTools || hasTools(folder));
}

/** Whether the last run installed development tools in `folder`, even if they are stale now. */
function hasTools(folder) {
  return markOf(folder).endsWith(' tools');
}

function markOf(folder) {
  return readText(join(folder, 'node_modules', '.prepared'));
}

function wantedOf(folder) {
  return `${digest(readFileSync(join(folder, 'package-lock.json')))} ${process.platform}-${process.arch}`;
}

async function prepareFolder(folder, withTools, stop) {
  // A developer may have run plain `npm install` already.
  if (!isInstalled(folder, withTools)) await install(folder, withTools, stop);
  if (folder === root) checkNode();
  const mark = join(folder, 'node_modules', '.prepared');
  rmSync(mark, { force: true }); // it may be a hard link to the mark of another tree
  writeFileSync(mark, `${wantedOf(folder)}${withTools ? ' tools' : ''}`);
}

/** Whether npm has installed everything that the lockfile names; npm writes `.package-lock.json` last. */
function isInstalled(folder, withTools) {
  const locked = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  const found = parse(readText(join(folder, 'node_modules', '.package-lock.json'))).packages ?? {};
  return Object.entries(locked).every(([path, entry]) => {
    return path === '' || !isNeeded(entry, withTools) || found[path]?.version === entry.version;
  });
}

/** Empty for a file that a killed npm wrote only in part. */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Optional packages are for one platform each. npm checks the C library. */
function isNeeded({ dev, optional, os, cpu, libc }, withTools) {
  if (dev && !withTools) return false;
  if (!optional) return true;
  return os?.includes(process.platform) && cpu?.includes(process.arch) && !libc;
}

/**
 * Does what `npm ci` does. `npm ci` itself cannot be used: it refuses a lockfile in which an optional package for
 * another platform is missing. `npm install --no-save` uses the same versions and digests, and does not change the
 * lockfile.
 */
async function install(folder, withTools, stop) {
  checkLockfile(folder);
  const modules = join(folder, 'node_modules');
  const unfinished = join(modules, '.unfinished');
  // npm takes a package that was unpacked only in part for a whole one.
  if (existsSync(unfinished)) rmSync(modules, { recursive: true, force: true });
  const fault = findFault(folder);
  if (fault) throw new Error(fault);
  console.log(`Installing ${withTools ? 'the packages, with development tools,' : 'the packages'} of ${folder}…`);
  mkdirSync(modules, { recursive: true });
  writeFileSync(unfinished, '');
  const failure = await npm(folder, withTools ? [] : ['--omit=dev'], stop);
  if (failure) throw new Error(`npm failed (${failure}). See its messages above, then try again.`);
  rmSync(unfinished, { force: true });
  removeHeaders();
  removeMaps(modules);
  removeFonts(modules);
  if (isInstalled(folder, withTools)) return;
  throw new Error(
    `npm did not install all that package-lock.json names. Remove ${modules} and try again; if npm leaves out optional packages (npm config get omit), set npm_config_include=optional.`,
  );
}

/** Runs `npm install`; resolves with what went wrong, or null. @throws what `stop` was aborted with */
async function npm(folder, options, stop) {
  stop.throwIfAborted();
  const args = ['install', ...options, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const child = spawn('npm', args, { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });
  const end = () => child.kill('SIGTERM');
  stop.addEventListener('abort', end);
  const failure = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code === 0 ? null : `exit ${code ?? signal}`));
  });
  stop.removeEventListener('abort', end);
  stop.throwIfAborted();
  return failure;
}

function checkLockfile(folder) {
  const locked = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages[''];
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    if (!isSame(manifest[kind], locked[kind])) {
      throw new Error(
        `The ${kind} in package.json differ from those in package-lock.json. Run \`npm install\` in ${folder}.`,
      );
    }
  }
}

function isSame(some = {}, rest = {}) {
  const names = new Set([...Object.keys(some), ...Object.keys(rest)]);
  return [...names].every((name) => some[name] === rest[name]);
}

/** Lets one run at a time continue. If the process of a run was killed, the next run takes over its lock folder. */
async function enter(stop) {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    stop.throwIfAborted();
    try {
      inTemporary(() => mkdirSync(busy));
      writeFileSync(join(busy, 'pid'), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned()) rmSync(busy, { recursive: true, force: true });
    if (Date.now() > deadline)
      throw new Error(`Another run is still installing or building. If none is, remove ${busy}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function isAbandoned() {
  try {
    process.kill(Number(readFileSync(join(busy, 'pid'), 'utf8')), 0);
    return false;
  } catch (error) {
    if (error.code === 'EPERM') return false;
    if (error.code === 'ESRCH') return true;
    // No pid yet: the other run is writing it, or was killed at this moment.
    const made = lstatSync(busy, { throwIfNoEntry: false });
    return made !== undefined && Date.now() - made.mtimeMs > 5000;
  }
}

/** Empty when there is no such file. */
function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function digest(content) {
  return createHash('sha256').update(content).digest('hex');
}
