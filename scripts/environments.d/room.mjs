/** One environment's room: a folder, and mounts that only its own processes see, so they end with them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What cannot be made on this machine; the table says so, and nothing fails. */
export class NotHere extends Error {}

// What container engines leave to root by default; not among them: SYS_ADMIN.
const CONTAINER_CAPABILITIES =
  'chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw sys_chroot mknod audit_write setfcap';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
// The way to the package registry.
const PASSED = [
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'npm_config_registry',
];

/** `base` holds `tree` (the sources), `modules` (installed packages), and `debian` where one was made. */
export function openRoom(base, name) {
  const folder = join(base, 'rooms', name);
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true, mode: 0o755 });
  return {
    base,
    folder,
    home,
    /** A copy of the sources in `to`, by default with its packages. */
    copyTree(to = join(home, 'bonyan'), { withPackages = true } = {}) {
      mkdirSync(dirname(to), { recursive: true });
      run('cp', '-a', join(base, 'tree'), to);
      // Hard links: a copy takes a minute on a busy disk. No environment edits a package in place.
      if (withPackages) run('cp', '-al', join(base, 'modules'), join(to, 'node_modules'));
      return to;
    },
    environment: (more = {}) => ({
      PATH,
      HOME: home,
      PORT: '0',
      ...Object.fromEntries(PASSED.flatMap((key) => (process.env[key] ? [[key, process.env[key]]] : []))),
      ...more,
    }),
    /** A disk of `size` in memory, mounted in a new folder. */
    addDisk(size) {
      const disk = join(folder, 'disk');
      mkdirSync(disk);
      run('mount', '-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'bonyan-disk', disk);
      return disk;
    },
    /** `folder` and all below it cannot be written any more, even by root. */
    makeReadOnly(path) {
      run('mount', '--bind', path, path);
      run('mount', '-o', 'remount,bind,ro', path);
    },
    /** An account in /etc/passwd, and the command that becomes it. */
    addAccount(account, id) {
      const passwd = join(folder, 'passwd');
      writeFileSync(passwd, `${readFileSync('/etc/passwd', 'utf8')}${account}:x:${id}:${id}::${home}:/bin/sh\n`);
      run('mount', '--bind', passwd, '/etc/passwd');
      return become(id);
    },
    /** This machine's files as seen by root of a container: fewer capabilities, and no user namespaces. */
    enterContainer() {
      const root = join(folder, 'root');
      mkdirSync(root);
      run('mount', '--rbind', '/', root);
      const capabilities = ['-all', ...CONTAINER_CAPABILITIES.split(' ').map((word) => `+${word}`)].join(',');
      const prefix = ['setpriv', `--bounding-set=${capabilities}`, 'chroot', root];
      if (succeeds(...prefix, 'unshare', '--user', 'true'))
        throw new NotHere('this kernel makes user namespaces also in a changed root');
      return (cwd) => [...prefix, 'sh', '-c', 'cd "$0" && exec "$@"', cwd];
    },
    /** The minimal Debian with the tree, and with the npm of this machine; and the command that enters it. */
    enterDebian(cwd) {
      const root = join(folder, 'debian');
      const [upper, work] = [join(folder, 'changes'), join(folder, 'work')];
      for (const path of [root, upper, work]) mkdirSync(path);
      this.copyTree(join(upper, cwd));
      const layers = `lowerdir=${join(base, 'debian')},upperdir=${upper},workdir=${work}`;
      run('mount', '-t', 'overlay', '-o', layers, 'bonyan-debian', root);
      run('mount', '-t', 'proc', 'proc', join(root, 'proc'));
      run('mount', '--bind', '/dev', join(root, 'dev'));
      cpSync('/etc/resolv.conf', join(root, 'etc/resolv.conf'), { dereference: true });
      if (existsSync(join(root, 'usr/lib/x86_64-linux-gnu/libatomic.so.1'))) throw new Error('libatomic1 is there');
      const npm = dirname(dirname(execFileSync('readlink', ['-f', which('npm')], { encoding: 'utf8' }).trim()));
      run('cp', '-aL', npm, join(root, 'usr/local/lib/npm'));
      writeFileSync(join(root, 'usr/local/bin/npm'), '#!/bin/sh\nexec node /usr/local/lib/npm/bin/npm-cli.js "$@"\n', {
        mode: 0o755,
      });
      return { root, prefix: ['chroot', root, 'sh', '-c', 'cd "$0" && exec "$@"', cwd] };
    },
  };
}

/** The command that runs its arguments as user and group `id`. */
export function become(id) {
  return ['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups'];
}

export function giveTo(id, ...paths) {
  for (const path of paths) run('chown', '-R', `${id}:${id}`, path);
}

/** @throws with what the command complains about */
export function run(command, ...args) {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}

export function succeeds(command, ...args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

export function which(program) {
  const { stdout } = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8', env: { PATH } });
  return stdout.trim();
}
