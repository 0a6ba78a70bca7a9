import { Type, type Static } from 'typebox';
import { NAME_PATTERN, VISIBLE_PATTERN } from '#kernel/name.ts';
import { PageQuery } from '#kernel/page.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import { Severity } from '../contract.ts';
import { MOST_SERVICES } from './matched-services.ts';

const IncidentStatus = OneOf('open', 'acknowledged', 'resolved');

const IncidentStep = Type.Object(
  {
    at: Instant,
    kind: OneOf('opened', 'reopened', 'acknowledged', 'resolved', 'notified', 'silenced'),
    actorId: Nullable(Type.String({ description: 'Null for what happened by itself', examples: [null] })),
    note: Nullable(Type.String({ examples: [null] })),
  },
  { title: 'IncidentStep' },
);

export const Incident = Type.Object(
  {
    id: Id,
    ruleId: Type.With(Nullable(Id), { description: 'Null for what this system reports itself' }),
    fingerprint: Type.String({ description: 'Of the rule and the group', examples: ['9f86d081884c7d65'] }),
    title: Type.String({ examples: ['Payments fail'] }),
    description: Type.String({ examples: ['10 matches within 60 seconds'] }),
    service: Type.With(Nullable(Type.String()), { description: 'As its rule names it', examples: ['shop*'] }),
    services: Type.Array(Type.String(), {
      description: `Whose events matched since it opened, at most ${MOST_SERVICES}; empty for an absence`,
      examples: [['shop-api']],
    }),
    groupValue: Type.String({ description: 'Of the field by which the rule groups', examples: ['shop'] }),
    severity: Type.With(Severity, { examples: ['high'] }),
    status: Type.With(IncidentStatus, { examples: ['open'] }),
    count: Type.Integer({ description: 'Matches', examples: [12] }),
    cameBack: Type.Boolean({ description: 'Whether it was resolved before, and recurred', examples: [false] }),
    reopenedCount: Type.Integer({ examples: [0] }),
    openedAt: Type.With(Instant, { description: 'The last time' }),
    lastSeenAt: Instant,
    acknowledgedAt: Nullable(Instant),
    acknowledgedBy: Nullable(Type.String({ examples: [null] })),
    resolvedAt: Nullable(Instant),
    resolvedBy: Type.With(Nullable(Type.String()), { description: 'Null when it ended by itself', examples: [null] }),
    notifiedAt: Nullable(Instant),
    silencedBy: Type.With(Nullable(Id), { description: 'The silence because of which nobody was notified so far' }),
    timeline: Type.Array(IncidentStep, { description: 'Oldest first' }),
  },
  { title: 'Incident' },
);
export type Incident = Static<typeof Incident>;

export const IncidentQuery = Type.Object({
  ...PageQuery.properties,
  status: Type.Optional(Type.With(IncidentStatus, { description: 'Only incidents in this state.' })),
});
export type IncidentQuery = Static<typeof IncidentQuery>;

const Note = Type.String({ minLength: 1, maxLength: 1000, pattern: VISIBLE_PATTERN });
export const IncidentNote = Type.Object(
  { note: Type.Optional(Nullable(Note)) },
  { title: 'IncidentNote', examples: [{ note: 'The provider is down; tickets are open.' }] },
);
export type IncidentNote = Static<typeof IncidentNote>;

const Text = Type.String({ minLength: 1, maxLength: 200, pattern: NAME_PATTERN });
const Repeats = OneOf('never', 'daily', 'weekly', 'cron');

export const NewSilence = Type.Object(
  {
    ruleId: Type.Optional(Nullable(Id)),
    service: Type.Optional(
      Type.With(Nullable(Text), { description: 'Name of the service; `*` stands for any characters' }),
    ),
    fingerprint: Type.Optional(Nullable(Text)),
    startsAt: Instant,
    endsAt: Type.With(Instant, { description: 'At most 30 days later' }),
    repeats: Type.Optional(
      Type.With(Repeats, { description: 'A maintenance window that comes again; `never` by default' }),
    ),
    timeZone: Type.Optional(
      Type.String({ maxLength: 64, description: 'IANA name: by its wall clock windows come again; `UTC` by default' }),
    ),
    cronExpression: Type.Optional(
      Type.With(Nullable(Type.String({ maxLength: 200 })), {
        description: 'Of `cron`, as the Scheduler takes it: when further windows begin, each as long as the first',
      }),
    ),
    repeatsUntil: Type.Optional(Type.With(Nullable(Instant), { description: 'Required for one that repeats' })),
    reason: Note,
  },
  {
    title: 'NewSilence',
    examples: [
      {
        service: 'shop',
        startsAt: '2026-11-23T22:00:00.000Z',
        endsAt: '2026-11-24T02:00:00.000Z',
        reason: 'Upgrade of the shop',
      },
    ],
  },
);
export type NewSilence = Static<typeof NewSilence>;

export const Silence = Type.Object(
  {
    id: Id,
    ruleId: Nullable(Id),
    service: Nullable(Type.String({ examples: ['shop'] })),
    fingerprint: Nullable(Type.String({ examples: [null] })),
    startsAt: Instant,
    endsAt: Instant,
    repeats: Repeats,
    timeZone: Type.String({ examples: ['UTC'] }),
    cronExpression: Nullable(Type.String({ examples: [null] })),
    repeatsUntil: Nullable(Instant),
    reason: Type.String({ examples: ['Upgrade of the shop'] }),
    createdBy: Type.String({ examples: ['019ab0f0-4c00-7d31-a1f4-3b7c52d08e96'] }),
    createdAt: Instant,
  },
  { title: 'Silence' },
);
export type Silence = Static<typeof Silence>;
