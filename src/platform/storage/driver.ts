import type { Driver } from '#platform/resilience/port.ts';
import type { ByteRange, ObjectStorage } from './port.ts';

const MINUTE_MS = 60_000;
// Short enough for a second attempt within 5 s, the time in which the program must recover from a fault.
const ANSWER_MS = 4000;

/** The driver of any object storage: all methods except `put` are idempotent. */
export function toDriver(port: ObjectStorage, probe: () => Promise<void>): Driver<ObjectStorage> {
  return {
    name: 'storage',
    port,
    idempotent: ['get', 'head', 'delete', 'copy', 'list', 'presignGet', 'presignPut', 'tidy'],
    consumes: { put: 1 },
    produces: { get: 'content' },
    // After the last byte of a large object the store flushes disks and joins parts; a copy moves every byte.
    allowedMs: {
      get: ANSWER_MS,
      head: ANSWER_MS,
      delete: ANSWER_MS,
      put: 2 * MINUTE_MS,
      copy: 15 * MINUTE_MS,
      tidy: 5 * MINUTE_MS,
      list: MINUTE_MS,
    },
    probe,
  };
}

/** @throws {RangeError} for an invalid range, which stores would answer with the whole object. */
export function checkRange(range: ByteRange): ByteRange {
  const { start, end = start } = range;
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end >= start) return range;
  throw new RangeError(`${start} to ${end} is not a valid range of bytes`);
}
