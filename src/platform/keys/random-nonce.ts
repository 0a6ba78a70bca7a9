import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4096; // one call of the system gives hundreds of nonces, which cost as much as one

const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/** Bytes from a CSPRNG, each handed out once. For nonces and salts, of which much work needs many; up to 4 KiB. */
export function randomNonce(bytes: number): Buffer {
  if (used + bytes > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return Buffer.from(pool.subarray(used - bytes, used)); // a copy: the pool is filled again
}
