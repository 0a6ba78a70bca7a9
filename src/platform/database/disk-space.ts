import { statfs } from 'node:fs/promises';
import type { Problem } from '#kernel/problem.ts';
import { databaseErrors } from './pool.ts';

const ASK_MS = 1000;
const REFUSED_MS = 30_000; // for so long one refusal of the server speaks for the next statements

export interface DiskSpaceNeeds {
  /** Of the embedded server; null for a server elsewhere, whose disk nobody here can see. */
  readonly folder: string | null;
  /** What the server said if it found its disk full within so many milliseconds, else null. */
  readonly lastRefusal: (ms: number) => string | null;
  /** Milliseconds. */
  readonly clock?: () => number;
}

export type DiskSpace = ReturnType<typeof createDiskSpace>;

/**
 * Whether the disk of the database has space for what comes in masses. It never waits: a file system is asked at most once a
 * second, in the background, and the answer is the one that came last.
 */
export function createDiskSpace({ folder, lastRefusal, clock = () => performance.now() }: DiskSpaceNeeds) {
  let freeBytes = Infinity; // not known
  let askedMs = -Infinity;
  let asking: Promise<void> | null = null;

  function askSoon(): void {
    if (folder === null || asking || clock() - askedMs < ASK_MS) return;
    askedMs = clock();
    asking = statfs(folder)
      .then(
        ({ bavail, bsize }) => void (freeBytes = bavail * bsize),
        () => void (freeBytes = Infinity),
      )
      .finally(() => void (asking = null));
  }

  askSoon();
  return {
    /** `database.disk_full` when less than `minFreeBytes` are free, or the server has just found its disk full; else null. */
    refusal(minFreeBytes: number): Problem | null {
      askSoon();
      const isShort = freeBytes < minFreeBytes || lastRefusal(REFUSED_MS) !== null;
      return isShort ? databaseErrors.diskFull({ retryAfterSeconds: REFUSED_MS / 1000 }) : null;
    },
    /** Resolves when the answer that is under way is there. */
    asked: async () => await asking,
  };
}
