import { Type, type Static } from 'typebox';
import { definePermission, type Actor } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { defineError } from '#kernel/problem.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import type { Leader } from '#platform/work/port.ts';

export const AuditBreak = Type.Object(
  {
    sequence: Type.Integer({ description: 'Of the entry, or of the one that should be there', examples: [4711] }),
    kind: OneOf('payloadChanged', 'entryChanged', 'linkBroken', 'gap', 'reordered', 'truncated', 'checkpointMismatch'),
    entryId: Type.Optional(Type.With(Id, { description: 'Of an entry that was never sealed' })),
  },
  { title: 'AuditBreak' },
);
export type AuditBreak = Static<typeof AuditBreak>;

export const NewArchive = Type.Object({
  before: Type.With(Instant, { description: 'Entries before this instant are archived' }),
});
export type NewArchive = Static<typeof NewArchive>;

/** A range of old entries that is being moved to object storage, or has been. */
export const AuditArchive = Type.Object(
  {
    id: Id,
    status: Type.With(OneOf('writing', 'dropping', 'archived', 'failed'), {
      description:
        '`writing`: to object storage; `dropping`: verified and signed there, being deleted from the database',
      examples: ['archived'],
    }),
    problem: Nullable(Type.String({ description: 'Why it failed', examples: [null] })),
    before: Instant,
    fromSequence: Type.Integer(),
    toSequence: Type.Integer({ examples: [4000] }),
    objectKey: Nullable(
      Type.String({
        description: 'Key in object storage; the manifest has the same key with `.manifest`',
        examples: ['audit/archives/1-4000-019ab0f0-4c00-7d31-a1f4-3b7c52d08e96-5f2c91d07ab3.ndjson'],
      }),
    ),
    sizeBytes: Nullable(Type.Integer({ examples: [182044] })),
    sha256: Nullable(Type.String({ examples: ['9f86d081884c7d65…'] })),
    manifest: Nullable(
      Type.String({
        description: 'Signed note; null until the object is verified',
        examples: ['api.example.com/audit/7d20c4f1…'],
      }),
    ),
    createdAt: Instant,
    finishedAt: Nullable(Instant),
  },
  { title: 'AuditArchive', description: 'A range of old entries in object storage, or on its way there.' },
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
  entryNotFound: defineError('audit.entry_not_found', 404, 'No such entry'),
  entryArchived: defineError('audit.entry_archived', 410, 'This part of the trail is archived'),
  archiveNotFound: defineError('audit.archive_not_found', 404, 'No such archive'),
  nothingToArchive: defineError('audit.nothing_to_archive', 409, 'No signed checkpoint is old enough'),
  archiveRunning: defineError('audit.archive_running', 409, 'Another range is being archived'),
};

export const auditEvents = {
  integrityBroken: defineEvent(
    'audit.integrity_broken',
    1,
    'origin',
    Type.Object({
      origin: Type.String(),
      /** 0 when a recurring report could not be made, or found guards of the trail missing. */
      sequence: Type.Integer(),
      /** Of an `AuditBreak`; or `reportFailed`, `guardMissing`. */
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

/** `firstBreak` is null when no byte of the archive was changed, and its chain and payloads are complete. */
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
  /** Signs the head and stores it at every anchor; returns the names of the anchors that did not have it yet. */
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
