import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const lockfile = join(root, 'package-lock.json');
const marker = join(modules, '.prepared');
export const pinnedNode = join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
// Outside the tree, because a killed run does not remove it.
const busy = join(tmpdir(), `bonyan-prepare-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`);

const NODE_MAJOR = 26;
const WAIT_MS = 600_000;

const wanted = `${createHash('sha256').update(readFileSync(lockfile)).digest('hex')} ${process.platform}-${process.arch}`;

/**
 * Runs under any Node from 18 on: installs the packages of the lockfile when they are missing or stale, and checks that
 * the pinned Node runs. Takes no time when this is done already. Throws an error with a message for the user.
 */
export function prepare() {
  if (!isPrepared()) alone(installAll);
}

function alone(work) {
  enter();
  try {
    // Another run may have done it while this one waited.
    if (!isPrepared()) work();
  } finally {
    rmSync(busy, { recursive: true, force: true });
  }
}

function isPrepared() {
  // The pinned Node is checked only when the marker is written: to start it takes as long as everything else here.
  return existsSync(marker) && readFileSync(marker, 'utf8') === wanted && existsSync(pinnedNode);
}

function installAll() {
  // A developer may have run plain `npm install` already.
  if (!isInstalled()) install();
  checkNode();
  writeFileSync(marker, wanted);
}

/** Whether npm has installed everything that the lockfile names; npm writes `.package-lock.json` last. */
function isInstalled() {
  const installed = join(modules, '.package-lock.json');
  if (!existsSync(installed) || !existsSync(pinnedNode)) return false;
  const locked = JSON.parse(readFileSync(lockfile, 'utf8')).packages;
  const found = parse(readFileSync(installed, 'utf8')).packages ?? {};
  return Object.entries(locked).every(([path, entry]) => {
    return path === '' || !isNeeded(entry) || found[path]?.version === entry.version;
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
function isNeeded({ optional, os, cpu, libc }) {
  if (!optional) return true;
  return os?.includes(process.platform) && cpu?.includes(process.arch) && !libc;
}

/**
 * Does what `npm ci` does. `npm ci` itself cannot be used: it refuses a lockfile in which an optional package for
 * another platform is missing. `npm install --no-save` uses the same versions and digests, and does not change the
 * lockfile.
 */
function install() {
  checkLockfile();
  console.log(`Installing the packages of package-lock.json (they are ${existsSync(modules) ? 'stale' : 'missing'})…`);
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync('npm', args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    throw new Error(
      `npm failed (${error ? error.message : `exit ${status}`}). See its messages above, then try again.`,
    );
  }
  if (isInstalled()) return;
  throw new Error('npm did not install all that package-lock.json names. Remove node_modules and try again.');
}

function checkLockfile() {
  const locked = JSON.parse(readFileSync(lockfile, 'utf8')).packages[''];
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    if (!isSame(manifest[kind], locked[kind])) {
      throw new Error(`The ${kind} in package.json differ from those in package-lock.json. Run \`npm install\`.`);
    }
  }
}

function isSame(some = {}, others = {}) {
  const names = new Set([...Object.keys(some), ...Object.keys(others)]);
  return [...names].every((name) => some[name] === others[name]);
}

function checkNode() {
  const { stdout, error } = spawnSync(pinnedNode, ['--version'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const major = Number(/^v(\d+)\./.exec(stdout || '')?.[1]);
  if (major >= NODE_MAJOR) return;
  const found = major ? `is version ${major}` : `does not run here${error ? ` (${error.message})` : ''}`;
  throw new Error(
    `The pinned Node ${found}: ${pinnedNode}\n` +
      `Its package may have no build for ${process.platform}-${process.arch}, or optional packages were left out: ` +
      `remove node_modules and run \`npm install --include=optional\`, or run src/main.ts with a Node ${NODE_MAJOR} of your own.`,
  );
}

/** Lets one run at a time continue. If the process of a run was killed, the next run takes over its lock folder. */
function enter() {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    try {
      mkdirSync(busy);
      writeFileSync(join(busy, 'pid'), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned()) rmSync(busy, { recursive: true, force: true });
    if (Date.now() > deadline) throw new Error(`Another run is still installing. If none is, remove ${busy}.`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
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
