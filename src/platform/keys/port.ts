import type { AnyUnit } from '#platform/database/port.ts';

/**
 * The keys of the installation. All derive (HKDF-SHA-256) from the one application secret, each for
 * one purpose, so that a ciphertext or MAC of one use never passes for another's.
 */
export interface Keys {
  /** HMAC-SHA-256 over `data` under the key for `purpose`; 32 bytes. */
  mac(purpose: string, data: string | Buffer): Buffer;
  /** The same, and as the secret before made it while that is accepted: for finding what was stored by either. */
  macs(purpose: string, data: string | Buffer): readonly Buffer[];
  /** Whether `given` is one of these, in constant time. */
  isMac(purpose: string, data: string | Buffer, given: Buffer): boolean;
  /** AES-256-GCM under the key for `purpose`: 12 bytes nonce, ciphertext, 16 bytes tag. */
  seal(purpose: string, clear: string | Buffer): Buffer;
  /** Reverses `seal`, also of the secret before while that is accepted. Throws when neither opens, or for another purpose. */
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

/** What stands under the application secret and outlives a change of it; see docs/secret.md. */
export interface Secrets {
  /** Columns that hold what `Keys.seal` made. What lapses within minutes need not be here. */
  readonly sealed: readonly SealedColumn[];
  /**
   * Purposes of MACs that nobody can make anew, because what they were made of is not kept. Their keys are made from the
   * first secret, and from then on kept, sealed by the present one.
   */
  readonly lastingMacs: readonly string[];
  /** What people hold that was made before that instant, and is void without the secret of that time. */
  handedOut?(before: string): Promise<readonly HandedOut[]>;
}

export interface SealedColumn {
  readonly table: `${string}.${string}`;
  /** The primary key, in its order: column and SQL type. */
  readonly key: Readonly<Record<string, 'uuid' | 'text' | 'boolean'>>;
  readonly column: string;
  readonly purpose: string;
}

export interface HandedOut {
  /** Plural, as in "3 sessions". */
  readonly what: string;
  readonly count: number;
  /** When the last of them would have ended by itself; null when there is none. */
  readonly until: string | null;
}
