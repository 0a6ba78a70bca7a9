import type { Driver } from '#platform/resilience/port.ts';
import type { ByteRange, ObjectStorage } from './port.ts';

const MINUTE_MS = 60_000;
// A connection that has gone silent is given up in time for a second attempt within the 5 s that a fault may outlast itself.
const ANSWER_MS = 4000;

/** How the platform may treat any object storage: all but `put` may run twice. */
export function toDriver(port: ObjectStorage, probe: () => Promise<void>): Driver<ObjectStorage> {
  return {
    name: 'storage',
    port,
    idempotent: ['get', 'head', 'delete', 'copy', 'list', 'presignGet', 'presignPut', 'tidy'],
    consumes: { put: 1 },
    produces: { get: 'content' },
    // After the last byte of a large object disks are flushed and parts are put together; copies move every byte.
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

/** @throws {RangeError} for a range that no object has: stores would answer it with all of the bytes. */
export function checkRange(range: ByteRange): ByteRange {
  const { start, end = start } = range;
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end >= start) return range;
  throw new RangeError(`${start} to ${end} is no range of bytes`);
}
