/**
 * The keys of the installation. All are derived (HKDF-SHA-256) from the application secret, each for one purpose, so
 * that a ciphertext or MAC made for one purpose is not valid for another. A ciphertext is also bound to its place: it
 * opens in the column and the row for which it was sealed, and nowhere else.
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
  /**
   * AES-256-GCM under the key for the column's purpose, with the place as associated data: a version byte, 12 bytes
   * nonce, ciphertext, 16 bytes tag.
   */
  seal(column: SealedColumn, row: RowKey, clear: string | Buffer): Buffer;
  /**
   * Reverses `seal`, under the current or the previous secret. @throws Error that names the place, when the bytes were
   * changed, were sealed for another place, or under another secret
   */
  open(column: SealedColumn, row: RowKey, sealed: Buffer): Buffer;
}

/** The primary key of a row, as PostgreSQL writes it as text; several values in the order of `SealedColumn.key`. */
export type RowKey = string | readonly string[];

/** A module's data that depends on the application secret and must survive a change of it; see docs/secret.md. */
export interface Secrets {
  /** Columns with values made by `Keys.seal`. */
  readonly sealed: readonly SealedColumn[];
  /**
   * Purposes of MACs that cannot be computed again, because their input is not stored. Their keys are derived from the
   * first secret and from then on stored, encrypted under the current one.
   */
  readonly persistentMacs: readonly string[];
  /** Purposes of ciphertexts that cannot be encrypted again; their keys are stored likewise. */
  readonly persistentSeals?: readonly string[];
  /** Credentials that people got before that instant, and that become invalid without the secret of that time. */
  handedOut?(before: string): Promise<readonly HandedOut[]>;
}

export interface SealedColumn {
  readonly table: `${string}.${string}`;
  /** The primary key, in its order: column and SQL type. */
  readonly key: Readonly<Record<string, 'uuid' | 'text' | 'boolean' | 'bytea'>>;
  readonly column: string;
  readonly purpose: string;
  /**
   * Values of earlier versions, which were not bound to their place, are opened for ever, because they cannot be
   * re-encrypted. Only where something else in the value shows its place.
   */
  readonly acceptsUnbound?: true;
}

export interface HandedOut {
  /** Plural, as in "3 sessions". */
  readonly what: string;
  readonly count: number;
  /** When the last of them expires; null when there is none. */
  readonly until: string | null;
}
