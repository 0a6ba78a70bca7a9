/**
 * A place outside the database that stores the signed heads of the audit trail's tree, so that somebody who can rewrite
 * the database cannot do so unnoticed. A note is a signed checkpoint, a few hundred bytes of text.
 */
export interface Anchor {
  /** The note is stored when this resolves. Storing it again is harmless. */
  put(checkpoint: AnchoredCheckpoint): Promise<void>;
  /**
   * All stored notes, in any order; null where notes cannot be read back. Rejects when it takes too long for a request;
   * it goes on reading, so that a later call succeeds.
   */
  read(): Promise<readonly string[] | null>;
}

export interface AnchoredCheckpoint {
  /** Entries in the tree. */
  readonly size: number;
  /** A signed note in the format of C2SP. */
  readonly note: string;
}

export interface NamedAnchor {
  /** Kind and place, to show to people; without secrets. */
  readonly name: string;
  readonly anchor: Anchor;
}
