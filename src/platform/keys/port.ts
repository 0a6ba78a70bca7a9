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

/** What stands under the application secret and outlives a change of it; see docs/secret.md. */
export interface Secrets {
  /** Columns that hold what `Keys.seal` made. What lapses within minutes need not be here. */
  readonly sealed: readonly SealedColumn[];
  /**
   * Purposes of MACs that nobody can make anew, because what they were made of is not kept. Their keys are made from the
   * first secret, and from then on kept, sealed by the present one.
   */
  readonly persistentMacs: readonly string[];
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
