import { Type, type Static } from 'typebox';
import { definePermission, type Actor } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { Page, PageQuery } from '#kernel/page.ts';
import { defineError } from '#kernel/problem.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import type { Leader } from '#platform/work/port.ts';

const Sequence = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const Base64 = Type.String();

/** One sensitive operation: who did what to which thing, and how it ended. */
export const AuditEntry = Type.Object(
  {
    id: Id,
    /** Place in the chain; null for the moment until it is chained. */
    sequence: Nullable(Type.Integer()),
    timestampUtc: Instant,
    actorType: Type.String(),
    actorId: Type.String(),
    /** Whose personal data the payload is; empty when nobody's. */
    subjectId: Nullable(Type.String()),
    action: Type.String(),
    resourceType: Type.String(),
    resourceId: Type.String(),
    outcome: OneOf('success', 'failure', 'denied'),
    ip: Nullable(Type.String()),
    userAgent: Nullable(Type.String()),
    requestId: Type.String(),
    traceId: Nullable(Type.String()),
    /** Before and after, or details; null when the person it was about has been erased. */
    payload: Type.Unsafe<Record<string, unknown> | null>({ type: ['object', 'null'], additionalProperties: true }),
    /** Hex; what the entry commits to. */
    payloadHash: Type.String(),
    previousChecksum: Nullable(Type.String()),
    checksum: Nullable(Type.String()),
    /** A report has found a break here, and no later one has found it mended. */
    isTampered: Type.Boolean(),
  },
  { title: 'AuditEntry' },
);
export type AuditEntry = Static<typeof AuditEntry>;

const AuditFilter = Type.Object({
  actorId: Type.Optional(Type.String({ maxLength: 100 })),
  /** A whole action or the beginning of one: `users.` finds all of users. */
  action: Type.Optional(Type.String({ maxLength: 100, pattern: '^[a-z0-9_.]*$' })),
  resourceType: Type.Optional(Type.String({ maxLength: 50 })),
  resourceId: Type.Optional(Type.String({ maxLength: 100 })),
  outcome: Type.Optional(OneOf('success', 'failure', 'denied')),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  /** Words anywhere in the fields or in the payload. Not kept: of an export the trail tells only how long it was. */
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  isTampered: Type.Optional(Type.Boolean()),
});
export type AuditFilter = Static<typeof AuditFilter>;

/**
 * A page of the trail. A text is looked for in some 50,000 entries at a time: a page that is not full and has a cursor
 * goes on there, and counts nothing.
 */
export const AuditPage = Type.Object({
  ...Page(AuditEntry).properties,
  /** Entries up to this instant lie in archives and are not searched; null while none do. */
  archivedUntil: Nullable(Instant),
});

export const AuditQuery = Type.Object({ ...PageQuery.properties, ...AuditFilter.properties });
export type AuditQuery = Static<typeof AuditQuery>;

export const AuditExportQuery = Type.Object({
  ...AuditFilter.properties,
  format: Type.Optional(OneOf('csv', 'ndjson')),
});
export type AuditExportQuery = Static<typeof AuditExportQuery>;

export const AuditBreak = Type.Object(
  {
    /** Of the entry, or of the one that should stand there. */
    sequence: Type.Integer(),
    kind: OneOf('payloadChanged', 'entryChanged', 'linkBroken', 'gap', 'reordered', 'truncated', 'checkpointMismatch'),
    /** Of an entry that was never chained, and so has no place: its sequence is the one behind the head. */
    entryId: Type.Optional(Id),
  },
  { title: 'AuditBreak' },
);
export type AuditBreak = Static<typeof AuditBreak>;

export const IntegrityReport = Type.Object(
  {
    isValid: Type.Boolean(),
    entriesChecked: Type.Integer(),
    /** First and last sequence that were looked at; `from` is one more than `to` when there was nothing. */
    from: Type.Integer(),
    to: Type.Integer(),
    /** Entries up to here lie in archives: the report has verified their manifests, and goes on from there. */
    archivedTo: Type.Integer(),
    headSequence: Type.Integer(),
    headChecksum: Type.String(),
    firstBreak: Type.Union([AuditBreak, Type.Null()]),
    /** The first hundred. */
    breaks: Type.Array(AuditBreak),
    /** Of the places outside the database: how many checkpoints were compared, or why they could not be read. */
    anchors: Type.Array(
      Type.Object({ name: Type.String(), checkpoints: Type.Integer(), error: Nullable(Type.String()) }),
    ),
    /** How long the oldest entry has waited to be chained. */
    unsealedAgeSeconds: Type.Number(),
    durationMs: Type.Integer(),
  },
  { title: 'IntegrityReport' },
);
export type IntegrityReport = Static<typeof IntegrityReport>;

/** A report that takes longer than a request may. */
export const IntegrityRun = Type.Object(
  {
    id: Id,
    status: OneOf('running', 'succeeded', 'failed', 'cancelled'),
    entriesChecked: Type.Integer(),
    entriesTotal: Type.Integer(),
    report: Type.Union([IntegrityReport, Type.Null()]),
    createdAt: Instant,
    finishedAt: Nullable(Instant),
  },
  { title: 'IntegrityRun' },
);
export type IntegrityRun = Static<typeof IntegrityRun>;

export const IntegrityQuery = Type.Object({
  /** Marks what is broken, and unmarks what is no longer. */
  updateFlags: Type.Optional(Type.Boolean()),
  /** Begins where the last clean report ended. */
  incremental: Type.Optional(Type.Boolean()),
});
export type IntegrityQuery = Static<typeof IntegrityQuery>;

export const NewArchive = Type.Object({
  /** Entries from before this instant are archived, up to the last signed checkpoint among them. */
  before: Instant,
});
export type NewArchive = Static<typeof NewArchive>;

/** A range of old entries on its way to object storage, or there. */
export const AuditArchive = Type.Object(
  {
    id: Id,
    /** `writing`: into object storage; `dropping`: it is there, verified and signed for, and leaves the database. */
    status: OneOf('writing', 'dropping', 'archived', 'failed'),
    /** Why it failed. */
    problem: Nullable(Type.String()),
    before: Instant,
    fromSequence: Type.Integer(),
    toSequence: Type.Integer(),
    /** The key in object storage; the manifest lies beside it, under the same key with `.manifest`. */
    objectKey: Nullable(Type.String()),
    sizeBytes: Nullable(Type.Integer()),
    sha256: Nullable(Type.String()),
    /** Signed note; null until the object is there and verified. */
    manifest: Nullable(Type.String()),
    createdAt: Instant,
    finishedAt: Nullable(Instant),
  },
  { title: 'AuditArchive' },
);
export type AuditArchive = Static<typeof AuditArchive>;

export const AuditArchives = Type.Object({ items: Type.Array(AuditArchive) });

export const InclusionQuery = Type.Object({ sequence: Sequence, size: Type.Optional(Sequence) });
export const ConsistencyQuery = Type.Object({ from: Sequence, to: Type.Optional(Sequence) });

export const InclusionProof = Type.Object(
  {
    sequence: Type.Integer(),
    /** From 0, as RFC 6962 counts. */
    leafIndex: Type.Integer(),
    treeSize: Type.Integer(),
    /** The leaf's data is the entry's checksum. */
    checksum: Type.String(),
    leafHash: Base64,
    rootHash: Base64,
    proof: Type.Array(Base64),
  },
  { title: 'InclusionProof' },
);
export type InclusionProof = Static<typeof InclusionProof>;

export const ConsistencyProof = Type.Object(
  {
    from: Type.Integer(),
    to: Type.Integer(),
    fromRoot: Base64,
    toRoot: Base64,
    proof: Type.Array(Base64),
  },
  { title: 'ConsistencyProof' },
);
export type ConsistencyProof = Static<typeof ConsistencyProof>;

export const AuditKeys = Type.Object({
  items: Type.Array(
    Type.Object(
      {
        keyId: Type.String(),
        /** `name+id+key`, as tools for C2SP signed notes take it. */
        verifierKey: Type.String(),
        /** Raw Ed25519. */
        publicKey: Base64,
        createdAt: Instant,
        /** A note of the key before and of this one, which names both; null for the first. */
        handover: Nullable(Type.String()),
        isCurrent: Type.Boolean(),
      },
      { title: 'AuditKey' },
    ),
  ),
});

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
      /** Of the oldest of them, when it was chained. */
      ageMs: Type.Integer(),
    }),
  ),
};

/** `firstBreak` null: every byte of the archive is as it was signed for, and its chain and payloads hold. */
export interface ArchiveVerdict {
  readonly objectKey: string;
  readonly from: number;
  readonly to: number;
  readonly firstBreak: AuditBreak | null;
}

/** What the program itself calls: the background and the command line. */
export interface AuditApi {
  readonly sealer: Leader;
  /** The whole trail as lines that the offline verifier reads; `onProgress` hears how many of how many. */
  exportTrail(onProgress: (done: number, total: number) => void): AsyncIterable<string>;
  /** A new signing key, signed for by the one before; answers its id. */
  rotateKey(): Promise<string>;
  /**
   * After a backup was restored: signs that heads above the present tree, up to `lost` entries, are void. `checkpoints` are
   * notes that somebody has kept; no more can be lost than a signed head is known of.
   */
  acceptRestore(restore: {
    readonly lost: number;
    readonly reason: string;
    readonly checkpoints?: readonly string[];
  }): Promise<{ kept: number; note: string }>;
  /** Signs the head and hands it to every anchor; answers their names. */
  anchor(): Promise<string[]>;
  readonly archives: {
    /** Asks for what is older than `before` to be archived. @throws `audit.nothing_to_archive`, `audit.archive_running` */
    begin(actor: Actor, query: NewArchive): Promise<AuditArchive>;
    /** @throws `audit.archive_not_found` */
    get(id: string): Promise<AuditArchive>;
    /** Reads all archives back and holds them against their manifests, one verdict each; begins at the oldest. */
    verify(): AsyncIterable<ArchiveVerdict>;
    /** The entries as lines of an export, with what of their payloads can still be opened. @throws `audit.archive_not_found` */
    open(objectKey: string): AsyncIterable<string>;
  };
}
