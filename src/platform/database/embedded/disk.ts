import { statfsSync } from 'node:fs';

/** Two segments of the write-ahead log. With less, PostgreSQL may not be able to add one, and then it stops. */
const MIN_FREE_BYTES = 32 * 2 ** 20;

/** Whether the disk of `folder` has too little space for the embedded server. False when that is not known. */
export function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < MIN_FREE_BYTES;
  } catch {
    return false;
  }
}
