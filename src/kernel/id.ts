import { randomFillSync } from 'node:crypto';

const RANDOM_BYTES = 16 * 256; // one system call gives 256 ids
const pool = Buffer.allocUnsafe(RANDOM_BYTES);
let used = RANDOM_BYTES;

export const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const MAX_MS = 2 ** 48 - 1;

let lastMs = 0;
let sequence = 0;

/**
 * A UUIDv7 (RFC 9562): ids sort by creation, so `order by id` needs no second column. The ids of one process
 * always grow, also within a millisecond (12 bits are a counter) and after the clock was set back.
 */
export function newId(): string {
  if (used === RANDOM_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = pool.subarray(used, used + 16);
  used += 16;
  advance(bytes.readUInt16BE(6));
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | sequence, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The smallest UUIDv7 of a millisecond since 1970; a time that no id can have becomes the nearest one. */
export function smallestIdAt(ms: number): string {
  const hex = Math.min(Math.max(Math.trunc(ms), 0), MAX_MS)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/**
 * In a new millisecond the counter starts at a random number in its lower half, so that thousands of ids can follow.
 */
function advance(random: number): void {
  const nowMs = Date.now();
  if (nowMs > lastMs) {
    lastMs = nowMs;
    sequence = random & 0x7ff;
  } else if (++sequence > 0xfff) {
    lastMs++;
    sequence = 0;
  }
}
