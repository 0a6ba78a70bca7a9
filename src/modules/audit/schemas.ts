import { Type, type Static } from 'typebox';
import { Page, PageQuery } from '#kernel/page.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import { AuditArchive, AuditBreak } from './contract.ts';

const Sequence = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const Base64 = Type.String({ examples: ['n4bQgYhMfWWa…'] });

/** One sensitive operation: who did what to which thing, and how it ended. */
export const AuditEntry = Type.Object(
  {
    id: Id,
    sequence: Nullable(Type.Integer({ description: 'Place in the chain; null until it is sealed', examples: [4711] })),
    timestampUtc: Instant,
    actorType: Type.String({ examples: ['user'] }),
    actorId: Type.String({ examples: ['019ab0e2-7f10-7c46-b1a8-5e90d37c2b14'] }),
    impersonatorId: Type.With(Nullable(Id), {
      description: 'Who acted as the actor, for support; null where nobody did',
      examples: [null],
    }),
    subjectId: Nullable(
      Type.String({
        description: 'Whose personal data the payload holds',
        examples: ['019ab0e2-7f10-7c46-b1a8-5e90d37c2b14'],
      }),
    ),
    action: Type.String({ examples: ['audit.exported'] }),
    resourceType: Type.String({ examples: ['user'] }),
    resourceId: Type.String({ examples: ['019ab0e2-7f10-7c46-b1a8-5e90d37c2b14'] }),
    outcome: OneOf('success', 'failure', 'denied'),
    ip: Nullable(Type.String({ examples: ['203.0.113.7'] })),
    userAgent: Nullable(Type.String({ examples: ['Mozilla/5.0 …'] })),
    requestId: Type.String({ examples: ['019ab0f0-4c00-7b11-9f0e-2a7d63c8e5b4'] }),
    traceId: Nullable(Type.String({ examples: ['4bf92f3577b34da6a3ce929d0e0e4736'] })),
    payload: Type.With(
      Type.Unsafe<Record<string, unknown> | null>({ type: ['object', 'null'], additionalProperties: true }),
      {
        description: 'Before and after, or details; null if the person was erased',
        examples: [{ before: { status: 'pending' }, after: { status: 'active' } }],
      },
    ),
    payloadHash: Type.String({
      description: 'Hex; the commitment of the entry to its payload',
      examples: ['9f86d081884c7d65…'],
    }),
    previousChecksum: Nullable(Type.String({ examples: ['9f86d081884c7d65…'] })),
    checksum: Nullable(Type.String({ examples: ['9f86d081884c7d65…'] })),
    isTampered: Type.Boolean({
      description: 'A check has found a break here, and no later check has found it repaired',
      examples: [false],
    }),
  },
  { title: 'AuditEntry', description: 'One sensitive operation: who did what to which thing, and how it ended.' },
);
export type AuditEntry = Static<typeof AuditEntry>;

const AuditFilter = Type.Object({
  actorId: Type.Optional(Type.String({ maxLength: 100, description: 'Only entries of this actor.' })),
  impersonatorId: Type.Optional(Type.With(Id, { description: 'Only what this person did as others, for support.' })),
  action: Type.Optional(
    Type.String({
      maxLength: 100,
      pattern: '^[a-z0-9_.]*$',
      description: 'Only this action, or all that begin with this text: `users.` finds all actions of users.',
    }),
  ),
  resourceType: Type.Optional(Type.String({ maxLength: 50, description: 'Only entries about this kind of resource.' })),
  resourceId: Type.Optional(Type.String({ maxLength: 100, description: 'Only entries about this resource.' })),
  outcome: Type.Optional(
    Type.With(OneOf('success', 'failure', 'denied'), { description: 'Only operations with this outcome.' }),
  ),
  from: Type.Optional(Type.With(Instant, { description: 'Only entries at this instant or later.' })),
  to: Type.Optional(Type.With(Instant, { description: 'Only entries before this instant.' })),
  text: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        `Text anywhere in a field or the payload. Case, marks, tatweel, half-spaces, Arabic or Persian letters,
        and the kinds of digits make no difference. It is not recorded.`.replace(/\s+/g, ' '),
    }),
  ),
  isTampered: Type.Optional(
    Type.Boolean({ description: 'Only entries that a check has marked (`true`), or only others (`false`).' }),
  ),
});
export type AuditFilter = Static<typeof AuditFilter>;

/**
 * A page of the trail. A text search reads at most about 5,000 entries: a page can have fewer entries than were
 * requested and still have a cursor, with which the search continues; it then has no total.
 */
export const AuditPage = Type.Object({
  ...Page(AuditEntry).properties,
  archivedUntil: Type.With(Nullable(Instant), {
    description: 'Entries up to this instant are archived, and are not searched; null if none are',
    examples: [null],
  }),
});

export const AuditQuery = Type.Object({ ...PageQuery.properties, ...AuditFilter.properties });
export type AuditQuery = Static<typeof AuditQuery>;

export const AuditExportQuery = Type.Object({
  ...AuditFilter.properties,
  format: Type.Optional(Type.With(OneOf('csv', 'ndjson'), { description: '`csv` by default.' })),
});
export type AuditExportQuery = Static<typeof AuditExportQuery>;

export const IntegrityReport = Type.Object(
  {
    isValid: Type.Boolean({ examples: [true] }),
    entriesChecked: Type.Integer({ examples: [4711] }),
    from: Type.Integer({ description: 'First sequence that was checked' }),
    to: Type.Integer({ examples: [4711] }),
    archivedTo: Type.Integer({
      description: 'Entries up to here are archived: their manifests were verified',
      examples: [0],
    }),
    headSequence: Type.Integer({ examples: [4711] }),
    headChecksum: Type.String({ examples: ['9f86d081884c7d65…'] }),
    firstBreak: Type.Union([AuditBreak, Type.Null()], { examples: [null] }),
    breaks: Type.Array(AuditBreak, { description: 'The first hundred', examples: [[]] }),
    anchors: Type.Array(
      Type.Object({ name: Type.String(), checkpoints: Type.Integer(), error: Nullable(Type.String()) }),
      {
        description: 'How many checkpoints each anchor holds, or why it could not be read',
        examples: [[{ name: 'bucket audit-anchors', checkpoints: 31, error: null }]],
      },
    ),
    missingGuards: Type.Array(Type.String(), {
      description: 'Triggers, constraints and functions that protect the trail and are missing, disabled or replaced',
      examples: [[]],
    }),
    unsealedAgeSeconds: Type.Number({
      description: 'How long the oldest entry has waited to be sealed',
      examples: [0.1],
    }),
    durationMs: Type.Integer({ examples: [320] }),
  },
  { title: 'IntegrityReport' },
);
export type IntegrityReport = Static<typeof IntegrityReport>;

/** A report that takes longer than a request may. */
export const IntegrityRun = Type.Object(
  {
    id: Id,
    status: Type.With(OneOf('running', 'succeeded', 'failed', 'cancelled'), { examples: ['succeeded'] }),
    entriesChecked: Type.Integer({ examples: [4711] }),
    entriesTotal: Type.Integer({ examples: [4711] }),
    report: Type.Union([IntegrityReport, Type.Null()]),
    createdAt: Instant,
    finishedAt: Nullable(Instant),
  },
  { title: 'IntegrityRun', description: 'A check that takes longer than a request may.' },
);
export type IntegrityRun = Static<typeof IntegrityRun>;

export const IntegrityQuery = Type.Object({
  updateFlags: Type.Optional(
    Type.Boolean({ description: 'Marks entries that are broken, and unmarks those that no longer are.' }),
  ),
  incremental: Type.Optional(Type.Boolean({ description: 'Begins where the last valid check ended.' })),
});
export type IntegrityQuery = Static<typeof IntegrityQuery>;

export const AuditArchives = Type.Object({ items: Type.Array(AuditArchive) });

export const InclusionQuery = Type.Object({
  sequence: Type.With(Sequence, { description: 'Place of the entry in the trail.' }),
  size: Type.Optional(Type.With(Sequence, { description: 'Size of the tree, by default the present one.' })),
});
export const ConsistencyQuery = Type.Object({
  from: Type.With(Sequence, { description: 'Size of the older tree.' }),
  to: Type.Optional(Type.With(Sequence, { description: 'Size of the newer tree, by default the present one.' })),
});

export const InclusionProof = Type.Object(
  {
    sequence: Type.Integer({ examples: [4711] }),
    leafIndex: Type.Integer({ description: 'From 0, as RFC 6962 counts', examples: [4710] }),
    treeSize: Type.Integer({ examples: [5000] }),
    checksum: Type.String({ description: 'Of the entry: the data of the leaf', examples: ['9f86d081884c7d65…'] }),
    leafHash: Base64,
    rootHash: Base64,
    proof: Type.Array(Base64),
  },
  { title: 'InclusionProof' },
);
export type InclusionProof = Static<typeof InclusionProof>;

export const ConsistencyProof = Type.Object(
  {
    from: Type.Integer({ examples: [4711] }),
    to: Type.Integer({ examples: [5000] }),
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
        keyId: Type.String({ examples: ['1f9c02ab'] }),
        verifierKey: Type.String({
          description: '`name+id+key`, as tools for C2SP signed notes take it',
          examples: ['api.example.com/audit/7d20c4f1+1f9c02ab+AQ…'],
        }),
        publicKey: Type.With(Base64, { description: 'Raw Ed25519' }),
        createdAt: Instant,
        handover: Nullable(
          Type.String({
            description: 'A note that is signed by the key before and by this one; null for the first key',
            examples: [null],
          }),
        ),
        isCurrent: Type.Boolean(),
      },
      { title: 'AuditKey' },
    ),
  ),
});
