import { Type, type Static } from 'typebox';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';

const Status = OneOf('healthy', 'degraded', 'unhealthy');
const counts = {
  failed: Type.Integer({ description: 'Wait for an operator, counted up to 10,000' }),
  retrying: Type.Integer({ description: 'Are tried again by themselves, counted up to 10,000' }),
};
const lag = {
  pending: Type.Integer({ description: 'Counted among the next 1,000 events' }),
  oldestSeconds: Type.Number({ description: 'Age of the oldest of them' }),
};
const ConsumerLag = Type.Object({ name: Type.String(), ...lag });
const QueueState = Type.Object({
  name: Type.String(),
  due: Type.Integer({ description: 'Could begin now, counted up to 10,000' }),
  oldestDueSeconds: Type.Number(),
});
const NodeState = Type.Object({
  id: Id,
  kind: OneOf('serve', 'worker'),
  host: Type.String(),
  pid: Type.Integer(),
  status: Type.With(OneOf('alive', 'stopped'), {
    description: '`stopped`: two heartbeats are missing. Shown for an hour; a process that ends in order is not shown',
  }),
  startedAt: Instant,
  lastHeartbeatAt: Instant,
  runsBackground: Type.Boolean({ description: 'Whether it delivers events and runs work' }),
  running: Type.Array(Type.Object({ queue: Type.String(), count: Type.Integer() }), {
    description: 'Work that it held at its last heartbeat',
  }),
  delivering: Type.Array(Type.String(), { description: 'Consumers whose events it delivers now' }),
});

const EXAMPLE = {
  status: 'degraded',
  problems: [
    {
      key: 'background',
      text: {
        en: 'no process delivers events and runs work',
        fa: 'هیچ پردازه‌ای رویدادها را تحویل نمی‌دهد و کارهای پس‌زمینه را اجرا نمی‌کند',
      },
    },
  ],
  outbox: { transport: 'inProcess', failed: 0, retrying: 0, pending: 0, oldestSeconds: 0 },
  inbox: {
    failed: 1,
    retrying: 0,
    consumers: [{ name: 'notifications', pending: 0, oldestSeconds: 0 }],
  },
  work: { failed: 0, retrying: 2 },
  broker: null,
  nodes: [
    {
      id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96',
      kind: 'worker',
      host: 'app-2',
      pid: 4711,
      status: 'stopped',
      startedAt: '2026-11-23T08:00:00.000Z',
      lastHeartbeatAt: '2026-11-23T09:00:00.000Z',
      runsBackground: true,
      running: [{ queue: 'observability.replay', count: 2 }],
      delivering: [],
    },
  ],
  queues: [{ name: 'observability.replay', due: 2, oldestDueSeconds: 0.4 }],
} as const;

export const OrchestrationHealth = Type.Object(
  {
    status: Status,
    problems: Type.Array(
      Type.Object({
        key: Type.String({ description: 'Stays the same while its numbers change' }),
        text: Type.Object({ en: Type.String(), fa: Type.String() }),
      }),
      { description: 'Why it is not healthy, for people' },
    ),
    outbox: Type.Object({
      transport: Type.With(OneOf('inProcess', 'rabbitmq'), { description: 'Without a broker, `failed` is always 0' }),
      ...counts,
      ...lag,
    }),
    inbox: Type.Object({ ...counts, consumers: Type.Array(ConsumerLag) }),
    work: Type.Object(counts),
    broker: Type.Unsafe<{ status: Static<typeof Status>; latencyMs: number; lastError: string | null } | null>({
      type: ['object', 'null'],
      properties: { status: Status, latencyMs: { type: 'number' }, lastError: { type: ['string', 'null'] } },
      required: ['status', 'latencyMs', 'lastError'],
      description: 'Null without a broker',
    }),
    nodes: Type.Array(NodeState),
    queues: Type.Array(QueueState),
  },
  { title: 'OrchestrationHealth', examples: [EXAMPLE] },
);
export type OrchestrationHealth = Static<typeof OrchestrationHealth>;

export const EventContract = Type.Object(
  {
    type: Type.String({ description: 'On the wire: `name.vN`' }),
    name: Type.String(),
    version: Type.Integer(),
    producer: Type.String({ description: 'The module that publishes it' }),
    consumers: Type.Array(Type.String(), { description: 'Who handles it, in this program' }),
    key: Type.String({ description: 'The field of the payload by which events are kept in order' }),
    schema: Type.Unknown({ description: 'JSON Schema of the payload' }),
    examplePayload: Type.Unknown({ description: 'A payload that the schema accepts' }),
  },
  {
    title: 'EventContract',
    examples: [
      {
        type: 'observability.replay_finished.v1',
        name: 'observability.replay_finished',
        version: 1,
        producer: 'observability',
        consumers: [],
        key: 'replayId',
        schema: { type: 'object', required: ['replayId'], properties: { replayId: { type: 'string' } } },
        examplePayload: { replayId: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96' },
      },
    ],
  },
);
export const EventCatalogue = Type.Object({ items: Type.Array(EventContract) }, { title: 'EventCatalogue' });
export type EventContract = Static<typeof EventContract>;

const KpiStatus = OneOf('ok', 'warning', 'breached', 'noData');
const OrNull = (description?: string) => Nullable(Type.Number(description ? { description } : {}));
const Quantiles = { p50Ms: Type.Number(), p95Ms: Type.Number(), p99Ms: Type.Number() };
const KPI_EXAMPLE = {
  at: '2026-11-23T08:00:00.000Z',
  nodeId: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96',
  uptimeSeconds: 3600,
  requests: {
    windowSeconds: 300,
    total: 1200,
    perSecond: 4,
    errors: 0,
    errorShare: 0,
    routes: [{ method: 'GET', route: '/api/v1/todos', total: 900, errors: 0, p50Ms: 3, p95Ms: 9, p99Ms: 21 }],
  },
  eventLoop: { p50Ms: 0.2, p95Ms: 1.1, p99Ms: 3.4, utilization: 0.04 },
  memory: { rssBytes: 210_000_000, heapUsedBytes: 90_000_000 },
  databasePool: { busy: 0, idle: 3, waiting: 0 },
  outbox: { pending: 0, failed: 0, oldestSeconds: 0 },
  inbox: { pending: 0, failed: 0, retrying: 0 },
  work: { failed: 0, retrying: 0 },
  modules: [{ module: 'scheduler', name: 'lag_seconds', values: [{ label: '', value: 0 }] }],
  objectives: [
    {
      name: 'availability',
      about: 'Requests that are answered with a status below 500',
      status: 'ok' as const,
      target: 0.999,
      value: 1,
      alert: null,
      budget: { windowDays: 30, left: 1, burnRate: 0, endsAt: null },
    },
  ],
};

/** Numbers of the database are null while it cannot be read. */
export const KpiSnapshot = Type.Object(
  {
    at: Instant,
    nodeId: Type.String({ description: 'The process that answers: requests, event loop, memory and pool are its own' }),
    uptimeSeconds: Type.Number(),
    requests: Type.Object(
      {
        windowSeconds: Type.Number({ description: 'Over so many seconds' }),
        total: Type.Integer(),
        perSecond: Type.Number(),
        errors: Type.Integer({ description: 'Answered with a status from 500 on' }),
        errorShare: OrNull(),
        routes: Type.Array(
          Type.Object({
            method: Type.String(),
            route: Type.String({ description: 'Pattern of the path; unknown: of no route' }),
            total: Type.Integer(),
            errors: Type.Integer(),
            ...Quantiles,
          }),
        ),
      },
      { description: 'Of the last five minutes; of a younger process since its start' },
    ),
    eventLoop: Type.Object(
      { ...Quantiles, utilization: Type.Number() },
      { description: 'Its delay, over the last five minutes at most' },
    ),
    memory: Type.Object({ rssBytes: Type.Number(), heapUsedBytes: Type.Number() }),
    databasePool: Type.Object({ busy: Type.Integer(), idle: Type.Integer(), waiting: Type.Integer() }),
    outbox: Type.Object({ pending: OrNull(), failed: OrNull(), oldestSeconds: OrNull() }),
    inbox: Type.Object({
      pending: OrNull('Of all consumers together, each counted up to 1,000'),
      failed: OrNull(),
      retrying: OrNull(),
    }),
    work: Type.Object({ failed: OrNull(), retrying: OrNull() }),
    modules: Type.Array(
      Type.Object({
        module: Type.String(),
        name: Type.String(),
        values: Type.Array(Type.Object({ label: Type.String(), value: Type.Number() })),
      }),
      { description: 'What modules measure of themselves' },
    ),
    objectives: Type.Array(
      Type.Object({
        name: Type.String(),
        about: Type.String(),
        status: Type.With(KpiStatus, { description: '`noData`: nothing was counted, so that nothing is known' }),
        target: Type.Number({ description: 'Least share of good events over 30 days, or the highest value' }),
        value: OrNull(),
        alert: Nullable(Type.String({ description: 'The tier that fires' })),
        budget: Nullable(
          Type.Object({
            windowDays: Type.Integer(),
            left: OrNull('Share of the bad events of the window that may still happen'),
            burnRate: OrNull('1: as fast as allowed; over the last 6 hours'),
            endsAt: Nullable(Type.String({ format: 'date-time', description: 'When it is used up at this rate' })),
          }),
        ),
      }),
    ),
  },
  { title: 'KpiSnapshot', examples: [KPI_EXAMPLE] },
);
export type KpiSnapshot = Static<typeof KpiSnapshot>;

export const RequestHistoryQuery = Type.Object({
  from: Type.With(Instant, { description: 'From this instant on. 30 days are kept.' }),
  to: Type.Optional(Type.With(Instant, { description: 'Before this instant; by default until now.' })),
});
export type RequestHistoryQuery = Static<typeof RequestHistoryQuery>;

export const RequestHistory = Type.Object(
  {
    stepSeconds: Type.Integer({ description: 'Length of each step: at least a minute, the longer the time is' }),
    items: Type.Array(
      Type.Object({
        at: Type.With(Instant, { description: 'When the step begins' }),
        total: Type.Integer({ description: 'Requests that were answered' }),
        errors: Type.Integer({ description: 'Answered with a status from 500 on' }),
        reads: Type.Integer({ description: 'GET and HEAD, without streams and bytes of files' }),
        slowReads: Type.Integer({ description: 'Reads that took longer than 300 ms' }),
      }),
      { description: 'Oldest first; steps in which no process has recorded are left out' },
    ),
  },
  {
    title: 'RequestHistory',
    examples: [
      {
        stepSeconds: 60,
        items: [{ at: '2026-11-23T08:00:00.000Z', total: 1200, errors: 1, reads: 900, slowReads: 12 }],
      },
    ],
  },
);
export type RequestHistory = Static<typeof RequestHistory>;

export const AlertRehearsal = Type.Object(
  {
    target: Type.Number(),
    firings: Type.Array(Type.Object({ tier: Type.String(), firedAt: Instant, clearedAt: Nullable(Instant) }), {
      description: 'Oldest first; null: it fires still',
    }),
  },
  {
    title: 'AlertRehearsal',
    examples: [
      {
        target: 0.999,
        firings: [{ tier: 'fast', firedAt: '2026-11-20T08:03:00.000Z', clearedAt: '2026-11-20T08:31:00.000Z' }],
      },
    ],
  },
);
export type AlertRehearsal = Static<typeof AlertRehearsal>;
