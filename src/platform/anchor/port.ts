/**
 * A place outside the database where the heads of the audit trail's tree are kept: whoever can rewrite the database
 * cannot rewrite them in silence. Each note is a signed checkpoint, a few hundred bytes of text.
 */
export interface Anchor {
  /** The note is there when this resolves. The same note again is no harm. */
  put(checkpoint: AnchoredCheckpoint): Promise<void>;
  /**
   * All notes that are there, in any order; null where the place cannot be read back. Quick enough for a request, or it
   * fails, and has read more when it is asked again.
   */
  read(): Promise<readonly string[] | null>;
}

export interface AnchoredCheckpoint {
  /** Entries in the tree. */
  readonly size: number;
  /** Signed, as C2SP writes it. */
  readonly note: string;
}

export interface NamedAnchor {
  /** For people: what and where, without secrets. */
  readonly name: string;
  readonly anchor: Anchor;
}
