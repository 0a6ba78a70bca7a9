import { Type, type Static } from 'typebox';
import { definePermission } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { VISIBLE_PATTERN } from '#kernel/name.ts';
import { PageQuery } from '#kernel/page.ts';
import { defineError } from '#kernel/problem.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';

const MESSAGE_ID = '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96';
const REPLAY_ID = '019ab0f0-5000-7d31-a1f4-3b7c52d08e97';
const MAX_TAKE = 1000;
const MAX_SECONDS = 10 * 365 * 86_400;

const AnyBox = OneOf('outbox', 'inbox', 'work');
const Box = Type.With(AnyBox, {
  description: '`inbox`: a consumer failed. `outbox`: the broker refused it. `work`: other work, such as a mail',
});

const message = {
  id: Id,
  box: Box,
  state: Type.With(OneOf('failed', 'retrying'), {
    description: '`failed`: its attempts are used, and it waits for you. `retrying`: it is tried again by itself',
  }),
  type: Type.String({ description: 'Type of the event; for other work the name of the queue' }),
  consumer: Nullable(Type.String({ description: 'Who failed; null outside the inbox' })),
  key: Nullable(Type.String({ description: 'Later messages with this key wait behind it' })),
  attempt: Type.Integer({ description: 'Attempts since it was parked or replayed' }),
  error: Type.String({ description: 'Of the last attempt' }),
  failedAt: Nullable(
    Type.String({ format: 'date-time', description: 'When it failed last; null if that was not recorded' }),
  ),
};
const messageExample = {
  id: MESSAGE_ID,
  box: 'inbox',
  state: 'failed',
  type: 'observability.replay_finished.v1',
  consumer: 'console',
  key: 'console:019ab0f0-4c00-7d31-a1f4-3b7c52d08e98',
  attempt: 10,
  error: 'connect ECONNREFUSED',
  failedAt: '2026-11-23T08:00:01.000Z',
} as const;

export const FailedMessage = Type.Object(message, { title: 'FailedMessage', examples: [messageExample] });
export type FailedMessage = Static<typeof FailedMessage>;

export const FailedMessageDetails = Type.Object(
  {
    ...message,
    waitingBehind: Type.Integer({ description: 'Later messages of its key, counted up to 10,001' }),
    payload: Type.Unknown({
      description: 'Of the event; null for other work, and for an event that is no longer stored',
    }),
    headers: Type.Object({
      eventId: Nullable(Id),
      eventKey: Nullable(Type.String()),
      publishedAt: Nullable(Instant),
      requestId: Type.String({ description: 'The request that caused it; empty outside a request' }),
      traceparent: Nullable(Type.String()),
      queue: Type.String(),
      ref: Type.String({ description: 'What the item is about, in the words of its queue' }),
    }),
    failures: Type.Array(Type.Object({ at: Instant, attempt: Type.Integer(), error: Type.String() }), {
      description: 'Oldest first, the last 20; attempt 0 is the delivery before the event was parked',
    }),
  },
  {
    title: 'FailedMessageDetails',
    examples: [
      {
        ...messageExample,
        waitingBehind: 3,
        payload: { replayId: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e98', box: 'inbox', matched: 12 },
        headers: {
          eventId: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e99',
          eventKey: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e98',
          publishedAt: '2026-11-23T08:00:00.000Z',
          requestId: 'req-1',
          traceparent: null,
          queue: 'platform.inbox',
          ref: 'console 812 4711',
        },
        failures: [{ at: '2026-11-23T08:00:01.000Z', attempt: 0, error: 'connect ECONNREFUSED' }],
      },
    ],
  },
);
export type FailedMessageDetails = Static<typeof FailedMessageDetails>;

const Text = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 200, description }));
const Seconds = (description: string) => Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_SECONDS, description }));
const age = {
  olderThanSeconds: Seconds('Only messages that were parked or enqueued before so many seconds'),
  newerThanSeconds: Seconds('Only messages that were parked or enqueued within so many seconds'),
};
const error = Text('Only messages whose last error contains this text, in any case');

export const FailedMessageQuery = Type.Object({
  ...PageQuery.properties,
  box: Type.Optional(Type.With(AnyBox, { description: 'Which messages, `inbox` by default.' })),
  state: Type.Optional(Type.With(OneOf('failed', 'retrying'), { description: '`failed` by default.' })),
  type: Text('Only events of this type, or work of this queue'),
  consumer: Text('Only messages of this consumer'),
  error,
  ...age,
});
export type FailedMessageQuery = Static<typeof FailedMessageQuery>;

/** A change of the release that runs. */
export const Deploy = Type.Object(
  { at: Instant, release: Type.String({ description: 'Its name, such as a commit' }) },
  { title: 'Deploy', examples: [{ at: '2026-11-23T08:00:00.000Z', release: '4f2a9c1' }] },
);
export type Deploy = Static<typeof Deploy>;

export const DeploysQuery = Type.Object({
  from: Type.With(Instant, { description: 'From this instant on. A year is kept.' }),
  to: Type.Optional(Type.With(Instant, { description: 'Before this instant; by default until now.' })),
});
export type DeploysQuery = Static<typeof DeploysQuery>;

export const Deploys = Type.Object({ items: Type.Array(Deploy) }, { title: 'Deploys' });
export type Deploys = Static<typeof Deploys>;

export const Discard = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 500, pattern: VISIBLE_PATTERN }) },
  { title: 'Discard', examples: [{ reason: 'The account was deleted by hand' }] },
);

const Names = (description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 50, description }));

/** A message must match all parts that are there. */
export const ReplayFilter = Type.Object(
  {
    types: Names('Types of events, or names of queues'),
    consumers: Names('Names of consumers'),
    error,
    ...age,
    ids: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: MAX_TAKE, description: 'Ids of messages' })),
  },
  { title: 'ReplayFilter', examples: [{ consumers: ['console'] }] },
);
export type ReplayFilter = Static<typeof ReplayFilter>;

export const NewReplay = Type.Object(
  {
    take: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MAX_TAKE, description: 'At most so many, oldest first; 100 by default' }),
    ),
    filter: Type.Optional(ReplayFilter),
    dryRun: Type.Optional(Type.Boolean({ description: 'Only counts; nothing is replayed' })),
  },
  { title: 'NewReplay', examples: [{ take: 100, filter: { consumers: ['console'] }, dryRun: true }] },
);
export type NewReplay = Static<typeof NewReplay>;

export const ReplayStarted = Type.Object(
  { operationId: Id, matched: Type.Integer({ description: 'Failed messages that are replayed' }) },
  { title: 'ReplayStarted', examples: [{ operationId: REPLAY_ID, matched: 12 }] },
);
export type ReplayStarted = Static<typeof ReplayStarted>;

export const Replay = Type.Object(
  {
    id: Id,
    box: Box,
    status: Type.With(OneOf('running', 'finished'), { description: 'A dry run is finished at once' }),
    dryRun: Type.Boolean(),
    take: Type.Integer(),
    filter: ReplayFilter,
    matched: Type.Integer({ description: 'Messages of the replay; the sum of the next four, but in a dry run' }),
    succeeded: Type.Integer(),
    failed: Type.Integer({ description: 'All attempts failed again' }),
    running: Type.Integer({ description: 'Not yet begun, or being tried' }),
    discarded: Type.Integer({ description: 'Discarded meanwhile' }),
    createdAt: Instant,
    finishedAt: Nullable(Instant),
  },
  {
    title: 'Replay',
    examples: [
      {
        id: REPLAY_ID,
        box: 'inbox',
        status: 'running',
        dryRun: false,
        take: 100,
        filter: { consumers: ['console'] },
        matched: 12,
        succeeded: 8,
        failed: 1,
        running: 3,
        discarded: 0,
        createdAt: '2026-11-23T08:00:00.000Z',
        finishedAt: null,
      },
    ],
  },
);
export type Replay = Static<typeof Replay>;

export const observabilityPermissions = {
  read: definePermission('observability.read', 'See how the system is, and the messages that failed'),
  manage: definePermission('observability.manage', 'Replay and discard failed messages'),
};

export const observabilityErrors = {
  messageNotFound: defineError('observability.message_not_found', 404, 'No such failed message'),
  messageNotFailed: defineError('observability.message_not_failed', 409, 'The message is being tried again'),
  objectiveNotFound: defineError('observability.objective_not_found', 404, 'No such objective'),
  replayNotFound: defineError('observability.replay_not_found', 404, 'No such replay'),
};

export const Alert = Type.Object(
  {
    id: Id,
    subject: Type.String({
      description:
        'An objective (`objective.NAME`), a problem of the orchestration (`orchestration.NAME`), or a figure of a module that is beyond its limit (`level.MODULE.NAME`)',
    }),
    tier: Type.String({
      description: 'How fast the budget burns: fast, quick, slow or trickle; else `problem` or `level`',
    }),
    severity: OneOf('critical', 'medium'),
    details: Type.String(),
    openedAt: Instant,
    closedAt: Nullable(Instant),
  },
  {
    title: 'Alert',
    examples: [
      {
        id: '019ab0f0-5100-7d31-a1f4-3b7c52d08e98',
        subject: 'objective.availability',
        tier: 'fast',
        severity: 'critical',
        details: 'Requests that are answered with a status below 500: the budget burns more than 14.4 times too fast',
        openedAt: '2026-11-23T08:00:00.000Z',
        closedAt: null,
      },
    ],
  },
);
export type Alert = Static<typeof Alert>;

const Breach = Type.Object({
  alertId: Type.String(),
  subject: Type.String(),
  tier: Type.String(),
  severity: Type.String(),
});

/** What the commands call. */
export interface ObservabilityApi {
  /** From now on what this process counts for the objectives is recorded. */
  start(): void;
  stop(): Promise<void>;
}

const ReplayResult = Type.Object({
  replayId: Type.String(),
  box: Type.String(),
  matched: Type.Integer(),
  succeeded: Type.Integer(),
  failed: Type.Integer(),
  discarded: Type.Integer(),
});

export const observabilityEvents = {
  sloBreached: defineEvent('observability.slo_breached', 1, 'alertId', Breach),
  replayFinished: defineEvent('observability.replay_finished', 1, 'replayId', ReplayResult),
};
