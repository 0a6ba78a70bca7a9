import type { AnyUnit } from '#platform/database/port.ts';

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

/**
 * A key for each person, wrapped by the application secret, and destroyed when the person is erased: what was sealed
 * under it is then unreadable, and nothing is sealed for them again. Keys are made at first use, by units of work.
 */
export interface PersonKeys {
  /** What opens that which was sealed for these people. */
  opener(people: readonly string[]): Promise<Sealing>;
  /** Part of the caller's unit. Other nodes may hold the key for five minutes more, and find nothing to open. */
  destroy(unit: AnyUnit, person: string): Promise<void>;
}

/** An empty person is nobody: then the application's key for the purpose is used. */
export interface Sealing {
  /** Null for a person who is erased. */
  seal(purpose: string, person: string, clear: string): Buffer | null;
  /** Null for a person who is erased, or has no key. Throws when the bytes were changed. */
  open(purpose: string, person: string, sealed: Buffer): Buffer | null;
}
