import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, realpathSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

/** The paths of one embedded server. All are inside `root`, except `socketFolder` if its name would be too long. */
export interface Layout {
  /** The data folder, with symbolic links resolved: two names of one folder are one server. */
  readonly root: string;
  /** PostgreSQL's own data directory. */
  readonly cluster: string;
  readonly socketFolder: string;
  readonly logFile: string;
  readonly libraryFolder: string;
  /** Held by the process in mode `own` for as long as it lives. */
  readonly ownerLock: string;
  /** The owner's process id, for messages only. */
  readonly ownerPid: string;
  /** Shared by every process that uses the server. */
  readonly usersLock: string;
  /** Held while a process starts or stops the server. */
  readonly startLock: string;
}

const SOCKET_NAME = '/.s.PGSQL.5432.lock';
// Linux has room for 107 bytes in a socket's address, macOS for 103.
const MAX_SOCKET_BYTES = 103;

/** The layout of `dataDir`, which is created if it is missing, with access only for its owner. */
export function layOut(dataDir: string): Layout {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const root = realpathSync(dataDir);
  const locks = join(root, 'locks');
  mkdirSync(locks, { recursive: true, mode: 0o700 });
  return {
    root,
    cluster: join(root, 'cluster'),
    socketFolder: socketFolderOf(root),
    logFile: join(root, 'postgres.log'),
    libraryFolder: join(root, 'lib'),
    ownerLock: join(locks, 'owner'),
    ownerPid: join(root, 'owner.pid'),
    usersLock: join(locks, 'users'),
    startLock: join(locks, 'start'),
  };
}

/** In the data folder, or under `/tmp` where its name would be too long: the same for every process. */
function socketFolderOf(root: string): string {
  const inside = join(root, 'run');
  if (Buffer.byteLength(inside + SOCKET_NAME) <= MAX_SOCKET_BYTES) return inside;
  // Not os.tmpdir(): TMPDIR may differ between two processes that must find each other.
  return join('/tmp', `bonyan-${createHash('sha256').update(root).digest('hex').slice(0, 24)}`);
}

/**
 * Creates the folder of the socket, which only the server's user may enter: nothing else protects the server. `uids`
 * are the users who may own it. @throws when the path is not a folder, or belongs to another user.
 */
export function openSocketFolder({ socketFolder }: Layout, uids: readonly number[]): void {
  try {
    mkdirSync(socketFolder, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  // lstat: a symbolic link could lead anywhere.
  const found = lstatSync(socketFolder);
  if (!found.isDirectory() || !uids.includes(found.uid)) {
    throw new Error(`${socketFolder} is not a folder of this user; it may not hold the database's socket. Remove it.`);
  }
  chmodSync(socketFolder, 0o700);
}

/** Removes the folder of the socket where it is outside the data folder and empty. */
export function removeSocketFolder({ socketFolder, root }: Layout): void {
  if (socketFolder.startsWith(root)) return;
  try {
    rmdirSync(socketFolder);
  } catch {
    // A folder that stays is found and used again.
  }
}

/** A `postgres://` URL of `database` over the socket. It names everything that `PG*` variables could change. */
export function socketUrl({ socketFolder }: Layout, database: string): string {
  return `postgres://postgres@localhost:5432/${database}?host=${encodeURIComponent(socketFolder)}&sslmode=disable`;
}
