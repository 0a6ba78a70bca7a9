import { Type, type Static } from 'typebox';
import { Id, Instant, OneOf } from '#kernel/schema.ts';

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
  problems: ['worker 4711 on app-2 has sent no heartbeat for 22 s'],
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
    problems: Type.Array(Type.String(), { description: 'Why it is not healthy, for people' }),
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
