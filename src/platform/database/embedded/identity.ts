import { spawnSync } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';
import type { Layout } from './layout.ts';

/** The system user that runs PostgreSQL, which refuses to run as root. */
export interface ServerIdentity {
  /** Null when it is this process's user. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /** A command that runs its arguments as that user. */
  readonly prefix: readonly string[];
}

const OWN_USER: ServerIdentity = { user: null, prefix: [] };
// In a user namespace of one uid root becomes `nobody`, but still owns its files: works under 0700 homes.
const NAMESPACE = ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--'];
const FALLBACKS = ['postgres', 'nobody'];

/**
 * This process's user or, for root: the owner of existing data, else a user namespace, else `postgres` or `nobody`.
 * @throws when root has none of these.
 */
export function chooseIdentity({ root, cluster }: Layout): ServerIdentity {
  if (process.getuid?.() !== 0) return OWN_USER;
  const owner = statSync(cluster, { throwIfNoEntry: false }) ?? statSync(root);
  if (owner.uid !== 0) return { user: { uid: owner.uid, gid: owner.gid }, prefix: [] };
  if (works([...NAMESPACE, 'true'])) return { user: null, prefix: NAMESPACE };
  const user = FALLBACKS.map(findUser).find((found) => found !== null);
  if (user) return { user, prefix: [] };
  throw new Error(
    'PostgreSQL refuses to run as root, and here root can neither create a user namespace (`unshare --user`) nor ' +
      'become `postgres` or `nobody`. Run as an ordinary user, or set DATABASE_URL.',
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
