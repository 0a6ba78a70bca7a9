import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Keys } from './port.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** `secret` is the application secret, at least 32 random bytes in any encoding. */
export function createKeys(secret: string): Keys {
  const known = new Map<string, Buffer>();

  function keyFor(purpose: string): Buffer {
    const cached = known.get(purpose);
    if (cached) return cached;
    const key = Buffer.from(hkdfSync('sha256', secret, 'bonyan', purpose, 32));
    known.set(purpose, key);
    return key;
  }

  return {
    mac: (purpose, data) =>
      createHmac('sha256', keyFor(`mac:${purpose}`))
        .update(data)
        .digest(),
    seal(purpose, clear) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyFor(`seal:${purpose}`), nonce);
      return Buffer.concat([nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
    },
    open(purpose, sealed) {
      const decipher = createDecipheriv('aes-256-gcm', keyFor(`seal:${purpose}`), sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    },
  };
}
