/**
 * The keys of the installation. All are derived (HKDF-SHA-256) from the application secret, each for one purpose, so
 * that a ciphertext or MAC made for one purpose is not valid for another.
 */
export interface Keys {
  /** HMAC-SHA-256 over `data` under the key for `purpose`; 32 bytes. */
  mac(purpose: string, data: string | Buffer): Buffer;
  /**
   * The MACs under the current and the previous secret (if one is configured): to find values that were stored under
   * either.
   */
  macs(purpose: string, data: string | Buffer): readonly Buffer[];
  /** Whether `given` is one of `macs`; in constant time. */
  isMac(purpose: string, data: string | Buffer, given: Buffer): boolean;
  /** AES-256-GCM under the key for `purpose`: 12 bytes nonce, ciphertext, 16 bytes tag. */
  seal(purpose: string, clear: string | Buffer): Buffer;
  /** Reverses `seal`, under the current or the previous secret. Throws when neither fits, or the purpose differs. */
  open(purpose: string, sealed: Buffer): Buffer;
}

/** A module's data that depends on the application secret and must survive a change of it; see docs/secret.md. */
export interface Secrets {
  /** Columns with values made by `Keys.seal`. Values that expire within minutes may be left out. */
  readonly sealed: readonly SealedColumn[];
  /**
   * Purposes of MACs that cannot be computed again, because their input is not stored. Their keys are derived from the
   * first secret and from then on stored, encrypted under the current one.
   */
  readonly persistentMacs: readonly string[];
  /** Credentials that people got before that instant, and that become invalid without the secret of that time. */
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
  /** When the last of them expires; null when there is none. */
  readonly until: string | null;
}
