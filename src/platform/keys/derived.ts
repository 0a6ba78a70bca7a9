import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Keys } from './port.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** For the preparation of the database, and for re-encryption. */
export interface KeysOfSecret {
  /** The key with that name (`mac:…` or `seal:…`) as derived from the current secret. */
  derive(name: string): Buffer;
  /** From now on this key is used for the name, instead of a derived one. */
  loadKey(name: string, key: Buffer): void;
  /**
   * The same content, sealed under the current secret; null if it already is.
   * @throws when it can be opened under neither secret
   */
  reEncrypt(purpose: string, sealed: Buffer): Buffer | null;
}

/**
 * `secret` is the application secret, at least 32 random bytes in any encoding. `previous` is the secret before a
 * change: what was sealed or signed under it can still be opened and verified.
 */
export function createKeys(secret: string, previous: string | null = null): Keys & KeysOfSecret {
  const current = derivation(secret);
  const accepted = previous === null ? [current] : [current, derivation(previous)];
  const loaded = new Map<string, Buffer>();

  const currentKey = (name: string) => loaded.get(name) ?? current(name);
  const acceptedKeys = (name: string) => {
    const own = loaded.get(name);
    return own ? [own] : accepted.map((derive) => derive(name));
  };
  const macs = (purpose: string, data: string | Buffer) => acceptedKeys(`mac:${purpose}`).map((key) => mac(key, data));
  const seal = (purpose: string, clear: string | Buffer) => sealUnder(currentKey(`seal:${purpose}`), clear);

  function open(purpose: string, sealed: Buffer): Buffer {
    const [first, ...others] = acceptedKeys(`seal:${purpose}`);
    try {
      return openUnder(first ?? current(`seal:${purpose}`), sealed);
    } catch (error) {
      for (const key of others) return openUnder(key, sealed);
      throw error;
    }
  }

  return {
    mac: (purpose, data) => mac(currentKey(`mac:${purpose}`), data),
    macs,
    isMac: (purpose, data, given) =>
      macs(purpose, data).reduce(
        (is, right) => (right.length === given.length && timingSafeEqual(right, given)) || is,
        false,
      ),
    seal,
    open,
    derive: current,
    loadKey: (name, key) => void loaded.set(name, key),
    reEncrypt(purpose, sealed) {
      const clear = open(purpose, sealed);
      try {
        openUnder(currentKey(`seal:${purpose}`), sealed);
        return null;
      } catch {
        return seal(purpose, clear);
      }
    },
  };
}

function derivation(secret: string): (name: string) => Buffer {
  const known = new Map<string, Buffer>();
  return (name) => {
    const cached = known.get(name);
    if (cached) return cached;
    const key = Buffer.from(hkdfSync('sha256', secret, 'bonyan', name, 32));
    known.set(name, key);
    return key;
  };
}

function mac(key: Buffer, data: string | Buffer): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

/** AES-256-GCM: 12-byte nonce, ciphertext, 16-byte tag. */
export function sealUnder(key: Buffer, clear: string | Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return Buffer.concat([nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
}

/** @throws when the bytes were changed or were sealed under another key */
export function openUnder(key: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
}
