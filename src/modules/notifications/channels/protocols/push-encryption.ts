import { createCipheriv, createECDH, createPrivateKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { BrowserSubscription } from '../addresses.ts';

// Own code, because the usual library (web-push, with http_ece) is under the MPL, which is not a permissive licence. All
// primitives are Node's; the tests compare with the vector of RFC 8291 and let http_ece decrypt.

const CURVE = 'prime256v1';
const RECORD_BYTES = 4096; // as much as every push service takes
const HEADER_BYTES = 86;
const TAG_BYTES = 16;

/** What fits into one message, in bytes. */
export const MAX_PUSH_BYTES = RECORD_BYTES - HEADER_BYTES - TAG_BYTES - 1;

/** Encrypts for one browser (RFC 8291, `aes128gcm`). `fixed` is for the vector of the RFC alone. */
export function encryptPush(
  clear: Buffer,
  { publicKey, secret }: BrowserSubscription,
  fixed: { privateKey: Buffer; salt: Buffer } | null = null,
): Buffer {
  const own = createECDH(CURVE);
  if (fixed) own.setPrivateKey(fixed.privateKey);
  else own.generateKeys();
  const salt = fixed?.salt ?? randomBytes(16);
  const ownPublic = own.getPublicKey();

  const info = Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, ownPublic]);
  const shared = derive(own.computeSecret(publicKey), secret, info, 32);
  const key = derive(shared, salt, 'Content-Encoding: aes128gcm\0', 16);
  const nonce = derive(shared, salt, 'Content-Encoding: nonce\0', 12);

  const header = Buffer.alloc(5);
  header.writeUInt32BE(RECORD_BYTES);
  header.writeUInt8(ownPublic.length, 4);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const last = Buffer.from([2]); // the delimiter of the last record; there is only one
  return Buffer.concat([
    salt,
    header,
    ownPublic,
    cipher.update(clear),
    cipher.update(last),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

export interface Vapid {
  readonly key: KeyObject;
  /** Uncompressed point in base64url: what browsers subscribe with. */
  readonly publicKey: string;
}

/** `privateKey` is 32 bytes in base64url. */
export function toVapid(privateKey: string): Vapid {
  const ecdh = createECDH(CURVE);
  ecdh.setPrivateKey(privateKey, 'base64url');
  const point = ecdh.getPublicKey();
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  const key = createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x, y, d: privateKey }, format: 'jwk' });
  return { key, publicKey: point.toString('base64url') };
}

/** The `Authorization` of one push service (RFC 8292), good for 12 hours from `now`. */
export async function authorizePush({ key, publicKey }: Vapid, endpoint: string, subject: string, now: Date) {
  const token = await new SignJWT({ sub: subject })
    .setProtectedHeader({ typ: 'JWT', alg: 'ES256' })
    .setAudience(new URL(endpoint).origin)
    .setExpirationTime(Math.floor(now.getTime() / 1000) + 12 * 3600)
    .sign(key);
  return `vapid t=${token}, k=${publicKey}`;
}

function derive(key: Buffer, salt: Buffer, info: Buffer | string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, info, bytes));
}
