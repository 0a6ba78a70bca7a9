/**
 * The keys of the installation. All derive (HKDF-SHA-256) from the one application secret, each for
 * one purpose, so that a ciphertext or MAC of one use never passes for another's.
 */
export interface Keys {
  /** HMAC-SHA-256 over `data` under the key for `purpose`; 32 bytes. */
  mac(purpose: string, data: string | Buffer): Buffer;
  /** AES-256-GCM under the key for `purpose`: 12 bytes nonce, ciphertext, 16 bytes tag. */
  seal(purpose: string, clear: string | Buffer): Buffer;
  /** Reverses `seal`. Throws when the bytes were changed or sealed under another secret or purpose. */
  open(purpose: string, sealed: Buffer): Buffer;
}
