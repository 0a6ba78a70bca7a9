import { spawnSync } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Layout } from './layout.ts';

/** The system user that runs PostgreSQL, which refuses to run as root. */
export interface ServerIdentity {
  /** Null when it is this process's user. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /** A command that runs its arguments as that user; empty when spawning as `user` is enough. */
  readonly prefix: readonly string[];
}

const OWN_USER: ServerIdentity = { user: null, prefix: [] };
// In a user namespace of one uid root becomes `nobody`, but still owns its files: works under 0700 homes.
const NAMESPACE = ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--'];
const FALLBACKS = ['postgres', 'nobody'];

/**
 * This process's user or, for root: the owner of existing data, else a user namespace, else `postgres` or `nobody`.
 * A user without an account entry, which `initdb` demands, becomes `nobody` in a namespace. @throws with what to do when
 * there is no such way
 */
export function chooseIdentity({ root, cluster }: Layout): ServerIdentity {
  if (process.getuid?.() !== 0) return hasAccount() ? OWN_USER : inNamespace(process.getuid?.() ?? 0);
  const owner = statSync(cluster, { throwIfNoEntry: false }) ?? statSync(root);
  if (owner.uid !== 0) return toIdentity({ uid: owner.uid, gid: owner.gid });
  if (works([...NAMESPACE, 'true'])) return { user: null, prefix: NAMESPACE };
  const user = FALLBACKS.map(findUser).find((found) => found !== null);
  if (user) return toIdentity(user);
  throw new Error(
    'PostgreSQL refuses to run as root, and here root can neither create a user namespace (`unshare --user`) nor ' +
      'become `postgres` or `nobody`. Run as an ordinary user, or set DATABASE_URL.',
  );
}

/**
 * Another user, where possible with the one capability to enter folders of root: the data folder and the tree may be
 * below a home that is closed to others.
 */
function toIdentity(user: NonNullable<ServerIdentity['user']>): ServerIdentity {
  const ids = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  // PostgreSQL looks for its programs by access(2), which ignores the capability without this bit.
  const capability = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup'];
  const prefix = ['setpriv', ...ids, ...capability, '--'];
  return works([...prefix, 'true']) ? { user, prefix } : { user, prefix: [] };
}

function hasAccount(): boolean {
  try {
    userInfo();
    return true;
  } catch {
    return false;
  }
}

function inNamespace(uid: number): ServerIdentity {
  if (works([...NAMESPACE, 'true'])) return { user: null, prefix: NAMESPACE };
  throw new Error(
    `The user id ${uid} has no account entry, and PostgreSQL refuses to create a database for it. Add the user to ` +
      '/etc/passwd, or set DATABASE_URL to a PostgreSQL server.',
  );
}

/** A prefix that interrupts the program when its parent dies, where the system has one (Linux); else empty. */
export function boundPrefix(): readonly string[] {
  const prefix = ['setpriv', '--pdeathsig', 'INT', '--'];
  return process.platform === 'linux' && works([...prefix, 'true']) ? prefix : [];
}

/** Gives `path` to the identity's user. */
export function giveTo({ user }: ServerIdentity, path: string): void {
  if (user) chownSync(path, user.uid, user.gid);
}

function works([command = '', ...args]: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function findUser(name: string): ServerIdentity['user'] {
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout));
  return uid && gid ? { uid, gid } : null;
}
