#!/usr/bin/env node
/**
 * `node scripts/environments.mjs [NAME…]`: tries the program in environments that lack something (without names: all of
 * them; `--list` shows the names), and prints a table. Needs Linux, root, debootstrap, and the configured mirrors of
 * Debian and npm. To save minutes, ENVIRONMENTS_DEBIAN names a folder with a minimal Debian, and ENVIRONMENTS_PACKAGES an
 * installed node_modules, which are used instead of made; the environment `fresh` is then left out. Exits with 1 when an environment does not do what we promise.
 *
 * All files are below one temporary folder. Each environment is a process of its own with own mounts and own process
 * ids: when it ends, or is killed, the kernel ends its processes and takes its mounts away, so that removing the folder
 * never reaches through a mount. All ports are free ones of the loopback interface; one environment runs at a time.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environments } from './environments.d/list.mjs';
import { removeGroups } from './environments.d/memory.mjs';
import { NotHere, openRoom } from './environments.d/room.mjs';

const own = fileURLToPath(import.meta.url);
const root = dirname(dirname(own));
const words = process.argv.slice(2);
const { ENVIRONMENTS_PACKAGES: PACKAGES } = process.env;
const stop = new AbortController();

if (words[0] === '--inside') await runInside(words[1], words[2]);
else if (words[0] === '--list')
  console.log(environments.map(({ slug, name }) => `${slug.padEnd(24)} ${name}`).join('\n'));
else process.exitCode = await runAll(words);

async function runAll(names) {
  const unknown = names.filter((name) => environments.every(({ slug }) => slug !== name));
  const lacking = unknown.length > 0 ? `no environment ${unknown.join(', ')}: see --list` : missing();
  if (lacking) {
    console.error(`environments: ${lacking}`);
    return 2;
  }
  const base = mkdtempSync(join(tmpdir(), 'bonyan-environments-'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort());
  process.env.ENVIRONMENTS_RUN = String(process.pid);
  try {
    execFileSync('chmod', ['0755', base]); // other users enter their rooms
    const chosen = choose(names);
    const withDebian = chosen.some(({ needsDebian }) => needsDebian);
    await prepare(base, withDebian);
    console.log('| environment | what happens | seconds | verdict |\n| --- | --- | --- | --- |');
    let failures = 0;
    for (const { slug, name } of chosen) {
      const { verdict, happened, seconds } = await tryOne(base, slug);
      if (stop.signal.aborted) throw new Error('interrupted');
      if (verdict === 'FAILED') failures += 1;
      const cell = happened.replaceAll(base, '…').replaceAll('|', '\\|').replaceAll('\n', ' ⏎ ');
      console.log(`| ${name} | ${cell} | ${seconds} | ${verdict} |`);
      rmSync(join(base, 'rooms'), { recursive: true, force: true });
    }
    return failures > 0 ? 1 : 0;
  } catch (error) {
    say(stop.signal.aborted ? 'interrupted; everything is removed' : error.message);
    return 1;
  } finally {
    removeGroups();
    rmSync(base, { recursive: true, force: true });
  }
}

/** Those of `names` in that order, or all. */
function choose(names) {
  if (names.length === 0) return environments.filter(({ slug }) => !(PACKAGES && slug === 'fresh'));
  return names.map((name) => environments.find(({ slug }) => slug === name));
}

function missing() {
  if (process.platform !== 'linux' || process.getuid() !== 0) return 'it needs root on Linux';
  const programs = ['unshare', 'setpriv', 'chroot', 'taskset', 'prlimit', 'mount', 'debootstrap', 'git', 'npm'];
  const lacking = programs.filter((name) => !isProgram(name));
  return lacking.length > 0 ? `these programs are missing: ${lacking.join(', ')}` : null;
}

function isProgram(name) {
  return (process.env.PATH ?? '')
    .split(':')
    .concat('/usr/sbin', '/sbin')
    .some((folder) => existsSync(join(folder, name)));
}

/** The sources, the packages, and a minimal Debian. */
async function prepare(base, withDebian) {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  const list = join(base, 'files');
  writeFileSync(
    list,
    files
      .toString()
      .split('\0')
      .filter((file) => file && existsSync(join(root, file)))
      .join('\0'),
  );
  for (const copy of ['tree', 'fresh']) {
    execFileSync('mkdir', [join(base, copy)]);
    execFileSync('sh', [
      '-c',
      'tar -C "$1" --null -T "$2" -c | tar -C "$3" --no-same-owner -x',
      'sh',
      root,
      list,
      join(base, copy),
    ]);
  }
  process.env.npm_config_registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  await preparePackages(base);
  if (!withDebian) return;
  const debian = join(base, 'debian');
  const { ENVIRONMENTS_DEBIAN: made } = process.env;
  if (made) return symlinkSync(made, debian); // nothing writes there: it is the lower layer of others
  say('building a minimal Debian');
  const options = ['--variant=minbase', '--include=ca-certificates'];
  await inNamespace(['debootstrap', ...options, 'bookworm', debian, mirror()], base);
}

/** As `npm start` installs them, from the configured registry. */
async function preparePackages(base) {
  const modules = join(base, 'modules');
  if (PACKAGES) return void execFileSync('cp', ['-a', PACKAGES, modules]);
  say('installing the packages');
  // No command of the program: it installs, and prints the version.
  const install = ['npm', 'run', '--silent', 'bonyan', '--', '--version'];
  await inNamespace(['env', `HOME=${base}`, ...install], join(base, 'fresh'));
  execFileSync('cp', ['-a', join(base, 'fresh/node_modules'), modules]);
  rmSync(join(base, 'fresh/node_modules'), { recursive: true });
}

/** The first mirror of Debian in apt's lists. */
function mirror() {
  const lists = globLists()
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  return /https?:\/\/\S+\/debian\/?(?=\s)/.exec(lists.replace(/^\s*#.*/gm, ''))?.[0] ?? 'http://deb.debian.org/debian';
}

function globLists() {
  const found = execFileSync('find', ['/etc/apt', '-name', '*.sources', '-o', '-name', '*.list'], { encoding: 'utf8' });
  return found.split('\n').filter(Boolean).toSorted();
}

async function tryOne(base, slug) {
  const began = performance.now();
  const said = await inNamespace([process.execPath, own, '--inside', base, slug], base).catch((error) => error.message);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  try {
    return { ...JSON.parse(said.trim().split('\n').at(-1)), seconds };
  } catch {
    return { verdict: 'FAILED', happened: stop.signal.aborted ? 'interrupted' : said, seconds };
  }
}

/** One environment, as a process that sees only its own mounts and processes. */
async function runInside(base, slug) {
  const { try: attempt } = environments.find((environment) => environment.slug === slug);
  const result = await attempt(openRoom(base, slug)).then(
    (happened) => ({ verdict: 'as promised', happened }),
    (error) => ({ verdict: error instanceof NotHere ? 'not here' : 'FAILED', happened: error.message }),
  );
  console.log(JSON.stringify(result));
  process.exit(0);
}

/** Runs a command with own mounts and process ids; bash is its first process and buries orphans. */
async function inNamespace(command, cwd) {
  const apart = ['--mount', '--pid', '--fork', '--kill-child=KILL', '--mount-proc', '--propagation', 'private'];
  const child = spawn('unshare', [...apart, 'bash', '-c', '"$@"; exit $?', 'bash', ...command], {
    cwd,
    detached: true,
  });
  const end = () => child.kill('SIGKILL');
  stop.signal.addEventListener('abort', end);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
  const code = await new Promise((done) => {
    child.once('error', (error) => done(error.message));
    child.once('close', done);
  });
  stop.signal.removeEventListener('abort', end);
  if (code === 0) return out;
  throw new Error(`${command.slice(0, 3).join(' ')} ended with ${code}: ${(err || out).trim().slice(-1000)}`);
}

function say(text) {
  console.error(`environments: ${text}`);
}
