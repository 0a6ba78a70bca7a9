import { randomFillSync } from 'node:crypto';

const RANDOM_BYTES = 16 * 256; // one call into the kernel serves 256 ids
const pool = Buffer.allocUnsafe(RANDOM_BYTES);
let used = RANDOM_BYTES;

export const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A UUIDv7 (RFC 9562): ids sort by creation time (1 ms), so `order by id` needs no second column. */
export function newId(nowMs: number = Date.now()): string {
  if (used === RANDOM_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = pool.subarray(used, used + 16);
  used += 16;
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
