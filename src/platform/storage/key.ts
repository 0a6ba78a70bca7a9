import { createHash } from 'node:crypto';

const MODULE = /^[a-z][a-z0-9-]{0,62}$/;
// Percent-encoded, byte by byte, the name must still fit a file name of 255 bytes.
const MAX_NAME_BYTES = 84;

/** Whether a key is `module/name`: well-formed, without control characters, and without path segments such as `..`. */
export function isKey(key: string): boolean {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  if (slash < 0 || !MODULE.test(key.slice(0, slash))) return false;
  if (!name.isWellFormed() || Buffer.byteLength(name) > MAX_NAME_BYTES) return false;
  // oxlint-disable-next-line no-control-regex -- control characters are refused here
  if (/[\u0000-\u001f\u007f\\]/.test(name)) return false;
  return name.split('/').every((part) => part !== '' && !part.startsWith('.'));
}

/** @throws {RangeError} for an invalid key, which is a bug in our code. */
export function checkKey(key: string): string {
  if (isKey(key)) return key;
  throw new RangeError(`${JSON.stringify(key)} is not a valid object key`);
}

/** @throws {RangeError} for a prefix that does not name a module and its slash, such as an empty one. */
export function splitPrefix(prefix: string): { module: string; start: string } {
  const slash = prefix.indexOf('/');
  const module = prefix.slice(0, Math.max(slash, 0));
  if (!MODULE.test(module)) throw new RangeError(`${JSON.stringify(prefix)} is not a valid prefix of object keys`);
  return { module, start: prefix.slice(slash + 1) };
}

/**
 * The place of a key on disk: the module, one of 256 folders (so that none becomes too large), and the name with every
 * byte as `%xx` except a few ASCII characters, so that letter case and Unicode forms of the file system do not matter.
 */
export function toFile(key: string): { module: string; shard: string; file: string } {
  const slash = checkKey(key).indexOf('/');
  const name = key.slice(slash + 1);
  const shard = createHash('sha256').update(name).digest('hex').slice(0, 2);
  return { module: key.slice(0, slash), shard, file: encode(name) };
}

/** Reverses the encoding of `toFile`; null for a file name that it cannot have made. */
export function fromFile(file: string): string | null {
  try {
    const name = decodeURIComponent(file);
    return encode(name) === file ? name : null;
  } catch {
    return null;
  }
}

function encode(name: string): string {
  const bytes = Buffer.from(name);
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    return /[a-z0-9_-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}
