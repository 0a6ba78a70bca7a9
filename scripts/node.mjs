import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAJOR = 26;
const isWindows = process.platform === 'win32';
const modules = join(dirname(dirname(fileURLToPath(import.meta.url))), 'node_modules');
// What npm and the tests start as `node`: it is first in their PATH, so it may exist only where it runs.
const link = join(modules, '.bin', isWindows ? 'node.cmd' : 'node');
const packages = ['node', 'node-bin'].map((name) => `${name}-${process.platform}-${process.arch}`);
// The library that Node 26 needs and small systems lack. The names are those of `ID` and `ID_LIKE` in /etc/os-release.
const LIBATOMIC = 'libatomic.so.1';
const INSTALL_LIBATOMIC = {
  debian: 'apt-get install libatomic1',
  ubuntu: 'apt-get install libatomic1',
  fedora: 'dnf install libatomic',
  rhel: 'dnf install libatomic',
  suse: 'zypper install libatomic1',
  arch: 'pacman -S gcc-libs',
};

/**
 * The Node that runs the program: the pinned one of the packages or, where that does not run, the one that runs this
 * file if it is new enough. Throws an error that says what to install.
 */
export function chooseNode() {
  // Another one runs this file where the pinned one does not: the tree may have been copied from another system.
  if (existsSync(link) && realpathSync(link) === realpathSync(process.execPath)) return link;
  return checkNode();
}

/** The same after an installation: tries the pinned Node, and hides it where it does not run. */
export function checkNode() {
  const pinned = findPinned() ?? link;
  const { major, complaint } = versionOf(pinned);
  if (major >= MAJOR) {
    if (!existsSync(link)) tryTo(() => symlinkSync(relative(dirname(link), pinned), link));
    return existsSync(link) ? link : pinned;
  }
  if (!isWindows) tryTo(() => rmSync(link, { force: true }));
  return orThisNode(complaint || `it is version ${major}`);
}

/** The same for the packed program: npm has made the links, and nothing is changed. */
export function findNode() {
  const pinned = findPinned();
  if (pinned === null) return orThisNode('npm has not installed it');
  if (realpathSync(pinned) === realpathSync(process.execPath)) return pinned;
  const { major, complaint } = versionOf(pinned);
  return major >= MAJOR ? pinned : orThisNode(complaint || `it is version ${major}`);
}

/** The program of the package, wherever npm has put it; null without one. */
function findPinned() {
  const { resolve } = createRequire(import.meta.url);
  for (const name of packages) {
    try {
      const node = join(dirname(resolve(`${name}/package.json`)), 'bin', isWindows ? 'node.exe' : 'node');
      if (existsSync(node)) return node;
    } catch {
      // The package is for another system, or left out.
    }
  }
  return null;
}

function orThisNode(complaint) {
  if (Number(process.versions.node.split('.')[0]) >= MAJOR) return process.execPath;
  throw new Error(explain(complaint));
}

/** The link saves time; a tree that cannot be written does without. */
function tryTo(change) {
  try {
    change();
  } catch {
    // scripts/node finds another Node in any case.
  }
}

/** A third of the package of Node: 67 MB, which only native modules are compiled against, and there are none. */
export function removeHeaders() {
  for (const name of packages) rmSync(join(modules, name, 'include'), { recursive: true, force: true });
}

/** All of the font's package but the two files that reports are set in, and its licence: 19 MB. */
export function removeFonts(folder = modules) {
  const font = join(folder, 'vazirmatn');
  if (!existsSync(font)) return;
  for (const name of readdirSync(font))
    if (!/^(package\.json|OFL\.txt|fonts)$/.test(name)) rmSync(join(font, name), { recursive: true, force: true });
  for (const name of ['variable', 'webfonts']) rmSync(join(font, 'fonts', name), { recursive: true, force: true });
  for (const name of readdirSync(join(font, 'fonts', 'ttf')))
    if (!/-(Regular|Bold)\.ttf$/.test(name)) rmSync(join(font, 'fonts', 'ttf', name), { force: true });
}

/** Source maps of packages: 20 MB, which only a debugger reads. */
export function removeMaps(folder = modules) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeMaps(join(folder, entry.name));
    else if (entry.name.endsWith('.map')) rmSync(join(folder, entry.name), { force: true });
  }
}

function versionOf(node) {
  const { stdout, stderr, error } = spawnSync(node, ['--version'], { encoding: 'utf8', shell: isWindows });
  const major = Number(/^v(\d+)\./.exec(stdout || '')?.[1] ?? 0);
  return { major, complaint: major ? '' : error?.message || stderr.trim() || 'it does not run' };
}

function explain(complaint) {
  if (complaint.includes(LIBATOMIC)) {
    const command = `\`${installLibatomic()}\``;
    return `Node ${MAJOR} needs the library ${LIBATOMIC}, which this system lacks: run ${command} as root (or install Node ${MAJOR} itself), then start again.`;
  }
  return `The pinned Node ${MAJOR} does not run on this system (${complaint}): install Node ${MAJOR}, then start again.`;
}

function installLibatomic() {
  const names = /^(?:ID|ID_LIKE)=.*/gm;
  const words = (read('/etc/os-release').match(names) ?? []).join(' ').split(/[^a-z]+/);
  const known = Object.keys(INSTALL_LIBATOMIC).find((name) => words.includes(name));
  return INSTALL_LIBATOMIC[known ?? 'debian'];
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
