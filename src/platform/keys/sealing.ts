import { createCipheriv, createDecipheriv } from 'node:crypto';
import { randomNonce } from './random-nonce.ts';
import type { RowKey, SealedColumn } from './port.ts';

const BOUND = Buffer.of(1); // the version of the format
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Where a ciphertext is stored. */
export interface Place {
  readonly column: SealedColumn;
  readonly row: RowKey;
}

/** AES-256-GCM, bound to its place: version, 12-byte nonce, ciphertext, 16-byte tag. */
export function sealUnder(key: Buffer, place: Place, clear: string | Buffer): Buffer {
  const nonce = randomNonce(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(toAssociatedData(place));
  return Buffer.concat([BOUND, nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
}

export interface OpenOptions {
  /** Those that may have been used; the first that fits is. */
  readonly keys: readonly Buffer[];
  /** Also opens values of earlier versions. These begin with the nonce, and are valid in every place. */
  readonly acceptsUnbound: boolean;
}

/**
 * @throws Error that names the place, when the bytes were changed, or were sealed for another place or under another key
 */
export function openUnder({ keys, acceptsUnbound }: OpenOptions, place: Place, sealed: Buffer): Buffer {
  const clear = openBound(keys, place, sealed) ?? (acceptsUnbound ? decrypt(keys, sealed, Buffer.of()) : null);
  if (clear) return clear;
  const { table, column } = place.column;
  throw new Error(
    `The ciphertext in ${table}.${column}, row ${[place.row].flat().join(', ')}, is not used: it was changed, was copied from another place, or was encrypted under another secret or by an earlier version. Restore the row from a backup, or delete it. \`bonyan doctor\` finds all such rows.`,
  );
}

/** Null when no key fits, or the value is not bound to this place. */
export function openBound(keys: readonly Buffer[], place: Place, sealed: Buffer): Buffer | null {
  return sealed[0] === BOUND[0] ? decrypt(keys, sealed.subarray(BOUND.length), toAssociatedData(place)) : null;
}

function decrypt(keys: readonly Buffer[], sealed: Buffer, associatedData: Buffer): Buffer | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  const [nonce, tag] = [sealed.subarray(0, NONCE_BYTES), sealed.subarray(-TAG_BYTES)];
  for (const key of keys) {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    const clear = decipher.setAAD(associatedData).setAuthTag(tag).update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
    try {
      return Buffer.concat([clear, decipher.final()]);
    } catch {
      continue; // the tag does not match
    }
  }
  return null;
}

/** JSON, since no two lists of texts have the same. */
function toAssociatedData({ column: { purpose, table, column }, row }: Place): Buffer {
  return Buffer.from(JSON.stringify([BOUND[0], purpose, table, column, ...[row].flat()]));
}
