import { Type, type Static } from 'typebox';
import { Page, PageQuery } from '#kernel/page.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import { AuditArchive, AuditBreak } from './contract.ts';

const Sequence = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const Base64 = Type.String();

/** One sensitive operation: who did what to which thing, and how it ended. */
export const AuditEntry = Type.Object(
  {
    id: Id,
    /** Position in the chain; null until the entry is chained, which normally takes 200 ms. */
    sequence: Nullable(Type.Integer()),
    timestampUtc: Instant,
    actorType: Type.String(),
    actorId: Type.String(),
    /** The person whose personal data the payload is; empty for no person. */
    subjectId: Nullable(Type.String()),
    action: Type.String(),
    resourceType: Type.String(),
    resourceId: Type.String(),
    outcome: OneOf('success', 'failure', 'denied'),
    ip: Nullable(Type.String()),
    userAgent: Nullable(Type.String()),
    requestId: Type.String(),
    traceId: Nullable(Type.String()),
    /** Before and after, or details; null when the person whom it was about has been erased. */
    payload: Type.Unsafe<Record<string, unknown> | null>({ type: ['object', 'null'], additionalProperties: true }),
    /** Hex; the commitment of the entry to its payload. */
    payloadHash: Type.String(),
    previousChecksum: Nullable(Type.String()),
    checksum: Nullable(Type.String()),
    /** A report has found a break here, and no later report has found it repaired. */
    isTampered: Type.Boolean(),
  },
  { title: 'AuditEntry' },
);
export type AuditEntry = Static<typeof AuditEntry>;

const AuditFilter = Type.Object({
  actorId: Type.Optional(Type.String({ maxLength: 100 })),
  /** An action, or the beginning of one: `users.` finds all actions of users. */
  action: Type.Optional(Type.String({ maxLength: 100, pattern: '^[a-z0-9_.]*$' })),
  resourceType: Type.Optional(Type.String({ maxLength: 50 })),
  resourceId: Type.Optional(Type.String({ maxLength: 100 })),
  outcome: Type.Optional(OneOf('success', 'failure', 'denied')),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  /** Text anywhere in the fields or in the payload. The entry that records an export holds only its length. */
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  isTampered: Type.Optional(Type.Boolean()),
});
export type AuditFilter = Static<typeof AuditFilter>;

/**
 * A page of the trail. A text search reads at most some 50,000 entries per page: a page may have fewer entries than were
 * asked for and still have a cursor, with which the search goes on; it then has no total.
 */
export const AuditPage = Type.Object({
  ...Page(AuditEntry).properties,
  /** Entries up to this instant are archived and not searched; null while none are. */
  archivedUntil: Nullable(Instant),
});

export const AuditQuery = Type.Object({ ...PageQuery.properties, ...AuditFilter.properties });
export type AuditQuery = Static<typeof AuditQuery>;

export const AuditExportQuery = Type.Object({
  ...AuditFilter.properties,
  format: Type.Optional(OneOf('csv', 'ndjson')),
});
export type AuditExportQuery = Static<typeof AuditExportQuery>;

export const IntegrityReport = Type.Object(
  {
    isValid: Type.Boolean(),
    entriesChecked: Type.Integer(),
    /** First and last sequence that were checked; `from` is one more than `to` when there were none. */
    from: Type.Integer(),
    to: Type.Integer(),
    /** Entries up to this sequence are archived: the report verified their manifests, and began after them. */
    archivedTo: Type.Integer(),
    headSequence: Type.Integer(),
    headChecksum: Type.String(),
    firstBreak: Type.Union([AuditBreak, Type.Null()]),
    /** The first hundred. */
    breaks: Type.Array(AuditBreak),
    /** For each anchor: how many checkpoints were compared, or why they could not be read. */
    anchors: Type.Array(
      Type.Object({ name: Type.String(), checkpoints: Type.Integer(), error: Nullable(Type.String()) }),
    ),
    /** How long the oldest entry that waits to be chained has waited. */
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
  /** Flags broken entries, and removes the flags of entries that are no longer broken. */
  updateFlags: Type.Optional(Type.Boolean()),
  /** Begins where the last clean report ended. */
  incremental: Type.Optional(Type.Boolean()),
});
export type IntegrityQuery = Static<typeof IntegrityQuery>;

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
        /** A note signed by this key and the one before, which names both; null for the first key. */
        handover: Nullable(Type.String()),
        isCurrent: Type.Boolean(),
      },
      { title: 'AuditKey' },
    ),
  ),
});
