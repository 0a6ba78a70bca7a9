import { Type, type Static } from 'typebox';
import { definePermission, type Actor } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { defineError } from '#kernel/problem.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import type { Leader } from '#platform/work/port.ts';

export const AuditBreak = Type.Object(
  {
    /** Of the entry, or of the entry that should be there. */
    sequence: Type.Integer(),
    kind: OneOf('payloadChanged', 'entryChanged', 'linkBroken', 'gap', 'reordered', 'truncated', 'checkpointMismatch'),
    /** Only for an entry that was never chained, and so has no sequence: `sequence` is then the first after the head. */
    entryId: Type.Optional(Id),
  },
  { title: 'AuditBreak' },
);
export type AuditBreak = Static<typeof AuditBreak>;

export const NewArchive = Type.Object({
  /** Entries from before this instant are archived, up to the last signed checkpoint among them. */
  before: Instant,
});
export type NewArchive = Static<typeof NewArchive>;

/** A range of old entries that is being moved to object storage, or has been. */
export const AuditArchive = Type.Object(
  {
    id: Id,
    /** `writing`: to object storage. `dropping`: the object is verified and signed; the rows are being deleted. */
    status: OneOf('writing', 'dropping', 'archived', 'failed'),
    /** Why it failed. */
    problem: Nullable(Type.String()),
    before: Instant,
    fromSequence: Type.Integer(),
    toSequence: Type.Integer(),
    /** The key in object storage. The manifest is stored under the same key with `.manifest` appended. */
    objectKey: Nullable(Type.String()),
    sizeBytes: Nullable(Type.Integer()),
    sha256: Nullable(Type.String()),
    /** Signed note; null until the object is written and verified. */
    manifest: Nullable(Type.String()),
    createdAt: Instant,
    finishedAt: Nullable(Instant),
  },
  { title: 'AuditArchive' },
);
export type AuditArchive = Static<typeof AuditArchive>;

export const auditPermissions = {
  read: definePermission('audit.read', 'Search and verify the audit trail'),
  manage: definePermission('audit.manage', 'Archive old ranges of the audit trail'),
};

export const auditErrors = {
  nothingSealed: defineError('audit.nothing_sealed', 404, 'No entry has been chained yet'),
  sequenceUnknown: defineError('audit.sequence_unknown', 404, 'The tree has no entry at this place'),
  runNotFound: defineError('audit.run_not_found', 404, 'No such report'),
  rangeInvalid: defineError('audit.range_invalid', 400, 'The older tree must be the smaller one'),
  entryArchived: defineError('audit.entry_archived', 410, 'This part of the trail is archived'),
  archiveNotFound: defineError('audit.archive_not_found', 404, 'No such archive'),
  nothingToArchive: defineError('audit.nothing_to_archive', 409, 'No signed checkpoint is that old'),
  archiveRunning: defineError('audit.archive_running', 409, 'Another range is being archived'),
};

export const auditEvents = {
  integrityBroken: defineEvent(
    'audit.integrity_broken',
    1,
    'origin',
    Type.Object({
      origin: Type.String(),
      sequence: Type.Integer(),
      kind: Type.String(),
      /** See `AuditBreak`. */
      entryId: Type.Optional(Id),
    }),
  ),
  sealedLate: defineEvent(
    'audit.sealed_late',
    1,
    'origin',
    Type.Object({
      origin: Type.String(),
      fromSequence: Type.Integer(),
      toSequence: Type.Integer(),
      /** How long the oldest of them had waited when it was chained. */
      ageMs: Type.Integer(),
    }),
  ),
};

/** `firstBreak` is null when every byte of the archive is as it was signed, and its chain and payloads are whole. */
export interface ArchiveVerdict {
  readonly objectKey: string;
  readonly from: number;
  readonly to: number;
  readonly firstBreak: AuditBreak | null;
}

/** What the program itself calls: the background and the command line. */
export interface AuditApi {
  readonly sealer: Leader;
  /** The whole trail, as lines that the offline verifier reads. `onProgress` gets how many entries of how many. */
  exportTrail(onProgress: (done: number, total: number) => void): AsyncIterable<string>;
  /** Creates a new signing key, signed by the one before; returns its id. */
  rotateKey(): Promise<string>;
  /**
   * After a backup was restored: signs the statement that heads above the present tree, up to `lost` entries, are void.
   * `checkpoints` are notes that were kept elsewhere; `lost` cannot exceed the largest signed head that is known.
   */
  acceptRestore(restore: {
    readonly lost: number;
    readonly reason: string;
    readonly checkpoints?: readonly string[];
  }): Promise<{ kept: number; note: string }>;
  /** Signs the head and leaves it at every anchor; returns the names of the anchors that took it. */
  anchor(): Promise<string[]>;
  readonly archives: {
    /** Requests that entries older than `before` are archived. @throws `audit.nothing_to_archive`, `audit.archive_running` */
    begin(actor: Actor, query: NewArchive): Promise<AuditArchive>;
    /** @throws `audit.archive_not_found` */
    get(id: string): Promise<AuditArchive>;
    /** Reads all archives back and compares them with their manifests; one verdict each, oldest first. */
    verify(): AsyncIterable<ArchiveVerdict>;
    /** The entries as lines of an export, decrypted as far as keys still exist. @throws `audit.archive_not_found` */
    open(objectKey: string): AsyncIterable<string>;
  };
}
