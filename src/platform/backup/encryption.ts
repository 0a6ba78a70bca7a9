/**
 * Backups for outside: encrypted to a public key, so that the machine that makes them cannot open them. X25519 with a new
 * key pair for each archive, HKDF-SHA-256, and AES-256-GCM chunk by chunk. The nonce of a chunk is its number and whether it
 * is the last one: chunks cannot be dropped, moved or repeated, and an archive that was cut does not open.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { BackupError } from './port.ts';

const CHUNK_BYTES = 1024 * 1024;
const TAG_BYTES = 16;
const LENGTH_BYTES = 4;
const PUBLIC_BYTES = 32;
const CIPHER = 'aes-256-gcm';

/** A new pair, as PEM. */
export function generateBackupKeys(): { readonly publicKey: string; readonly privateKey: string } {
  return generateKeyPairSync('x25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** @throws {BackupError} when it is not the public key of such a pair */
export function parsePublicKey(pem: string): KeyObject {
  return parse(() => createPublicKey(pem), 'public');
}

/** @throws {BackupError} when it is not the private key of such a pair */
export function parsePrivateKey(pem: string): KeyObject {
  return parse(() => createPrivateKey(pem), 'private');
}

function parse(read: () => KeyObject, kind: string): KeyObject {
  const refused = new BackupError(`This is not a ${kind} key for backups. \`bonyan backup keys\` makes a pair.`);
  try {
    const key = read();
    if (key.asymmetricKeyType === 'x25519') return key;
  } catch {
    throw refused;
  }
  throw refused;
}

/** Encrypts what is written, and writes it on by `write`: the new public key, then chunks with their lengths. */
export async function createEncryption(recipient: KeyObject, write: (bytes: Uint8Array) => Promise<void>) {
  const own = generateKeyPairSync('x25519');
  const key = toKey(diffieHellman({ privateKey: own.privateKey, publicKey: recipient }), own.publicKey, recipient);
  let pending: Uint8Array[] = [];
  let length = 0;
  let count = 0;
  await write(toRaw(own.publicKey));

  async function chunk(clear: Uint8Array, isLast: boolean): Promise<void> {
    const cipher = createCipheriv(CIPHER, key, toNonce(count++, isLast));
    const sealed = Buffer.concat([cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
    const head = Buffer.alloc(LENGTH_BYTES);
    head.writeUInt32BE(sealed.length);
    await write(Buffer.concat([head, sealed]));
  }

  return {
    async write(bytes: Uint8Array): Promise<void> {
      pending.push(bytes);
      length += bytes.length;
      if (length <= CHUNK_BYTES) return;
      let all = Buffer.concat(pending);
      for (; all.length > CHUNK_BYTES; all = all.subarray(CHUNK_BYTES))
        await chunk(all.subarray(0, CHUNK_BYTES), false);
      [pending, length] = [[all], all.length];
    },
    finish: () => chunk(Buffer.concat(pending), true),
  };
}

/** @throws {BackupError} for another key, or changed bytes */
export async function* decrypt(source: AsyncIterable<Uint8Array>, privateKey: KeyObject): AsyncGenerator<Buffer> {
  const refuse = (why: string) =>
    new BackupError(`The encrypted backup cannot be opened: ${why}. Use its private key, or another copy of it.`);
  let pending = Buffer.alloc(0);
  let key: Buffer | null = null;
  let count = 0;
  let isOver = false;
  for await (const bytes of source) {
    pending = pending.length === 0 ? Buffer.from(bytes) : Buffer.concat([pending, bytes]);
    if (key === null) {
      if (pending.length < PUBLIC_BYTES) continue;
      key = keyOf(pending.subarray(0, PUBLIC_BYTES), privateKey);
      if (key === null) throw refuse('its key is none');
      pending = pending.subarray(PUBLIC_BYTES);
    }
    while (pending.length >= LENGTH_BYTES) {
      const length = pending.readUInt32BE();
      if (length > CHUNK_BYTES + TAG_BYTES || length < TAG_BYTES) throw refuse('the length of a chunk is impossible');
      if (pending.length < LENGTH_BYTES + length) break;
      if (isOver) throw refuse('bytes follow its end');
      const sealed = pending.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
      const clear = openChunk(key, sealed, count, false);
      const last = clear ? null : openChunk(key, sealed, count, true);
      const opened = clear ?? last;
      if (!opened)
        throw refuse(count === 0 ? 'it was encrypted to another key' : `chunk ${count + 1} of it was changed`);
      isOver = last !== null;
      count++;
      pending = pending.subarray(LENGTH_BYTES + length);
      yield opened;
    }
  }
  if (!isOver || pending.length > 0) throw refuse('it ends too early');
}

function openChunk(key: Buffer, sealed: Buffer, index: number, isLast: boolean): Buffer | null {
  const decipher = createDecipheriv(CIPHER, key, toNonce(index, isLast));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}

function toNonce(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(index), 3);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

/** Null for bytes with which every private key would agree on the same. */
function keyOf(raw: Buffer, privateKey: KeyObject): Buffer | null {
  const theirs = createPublicKey({
    key: { kty: 'OKP', crv: 'X25519', x: raw.toString('base64url') },
    format: 'jwk',
  });
  try {
    return toKey(diffieHellman({ privateKey, publicKey: theirs }), theirs, createPublicKey(privateKey));
  } catch {
    return null;
  }
}

function toKey(shared: Buffer, own: KeyObject, recipient: KeyObject): Buffer {
  const salt = Buffer.concat([toRaw(own), toRaw(recipient)]);
  return Buffer.from(hkdfSync('sha256', shared, salt, 'bonyan backup 1', 32));
}

function toRaw(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}
