import { DatabaseSync } from 'node:sqlite';
import { until } from './wait.ts';

/** Held until it is released or the process ends in any way. */
export interface Lock {
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Takes a lock on `file` (created when missing), or returns undefined at once when another holder, in this process or
 * another, excludes it. Several `shared` locks may be held at once; an `exclusive` one excludes all others.
 *
 * Node has no flock. SQLite's file locks are the kernel's: they are atomic, need no server and never become stale.
 * Nothing else in this process may open `file`: by POSIX rules, closing it would release the lock.
 */
export function tryLock(file: string, kind: 'shared' | 'exclusive'): Lock | undefined {
  const handle = new DatabaseSync(file, { timeout: 0 });
  try {
    // Without this an exclusive lock writes a journal file.
    handle.exec('PRAGMA journal_mode = OFF');
    // A transaction takes its shared lock with its first read, not with BEGIN.
    handle.exec(kind === 'exclusive' ? 'BEGIN EXCLUSIVE' : 'BEGIN; SELECT count(*) FROM sqlite_schema');
    return { release: () => handle.isOpen && handle.close() };
  } catch (error) {
    handle.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
}

/** Like `tryLock`, but tries again for `timeoutMs`. */
export function waitForLock(file: string, kind: 'shared' | 'exclusive', timeoutMs: number): Promise<Lock | undefined> {
  return until(() => tryLock(file, kind), timeoutMs, 20);
}

/** Whether an exclusive lock on `file` is held. */
export function isHeld(file: string): boolean {
  const lock = tryLock(file, 'shared');
  lock?.release();
  return lock === undefined;
}
