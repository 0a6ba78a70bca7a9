import { DatabaseSync } from 'node:sqlite';
import { until } from './wait.ts';

/** Held until released or until the process dies, however it dies. */
export interface Lock {
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Takes a lock on `file` (made when missing) or answers undefined at once when another holder, of this process
 * or of another, excludes it. `shared` locks bear each other, an `exclusive` one bears no other.
 *
 * Node has no flock; SQLite's file locks are the kernel's, so they are atomic, need no server and leave nothing
 * stale behind. Nothing else may open `file` in this process: closing it would drop the lock (POSIX says so).
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

/** As `tryLock`, but tries again for `timeoutMs`. */
export function waitForLock(file: string, kind: 'shared' | 'exclusive', timeoutMs: number): Promise<Lock | undefined> {
  return until(() => tryLock(file, kind), timeoutMs, 20);
}

/** Whether somebody holds an exclusive lock on `file`. */
export function isHeld(file: string): boolean {
  const lock = tryLock(file, 'shared');
  lock?.release();
  return lock === undefined;
}
