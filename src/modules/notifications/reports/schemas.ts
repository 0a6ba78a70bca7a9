import { Type, type Static } from 'typebox';
import { PageQuery } from '#kernel/page.ts';
import { Id, Instant, LanguageName, Nullable, OneOf } from '#kernel/schema.ts';
import { Category, Channel, MessageStatus, Severity } from '../contract.ts';

const ReportFilters = {
  channel: Type.Optional(Type.With(Channel, { description: 'Only messages of this channel.' })),
  status: Type.Optional(Type.With(MessageStatus, { description: 'Only messages in this state.' })),
  provider: Type.Optional(
    Type.String({ maxLength: 100, description: 'Only messages that this provider delivered last.' }),
  ),
  template: Type.Optional(
    Type.String({ maxLength: 100, description: 'Only messages of the template with this name.' }),
  ),
  category: Type.Optional(Type.With(Category, { description: 'Only messages of this category.' })),
  from: Type.Optional(
    Type.With(Instant, { description: 'Only messages created at this instant or later, by default 30 days ago.' }),
  ),
  to: Type.Optional(Type.With(Instant, { description: 'Only messages created before this instant.' })),
};
export const ReportQuery = Type.Object(ReportFilters);
export type ReportQuery = Static<typeof ReportQuery>;

const DeliveryFilters = {
  ...ReportFilters,
  userId: Type.Optional(Type.With(Id, { description: 'Only messages to this account.' })),
};
export const DeliveriesQuery = Type.Object(DeliveryFilters);
export type DeliveriesQuery = Static<typeof DeliveriesQuery>;
export const DetailsQuery = Type.Object({ ...PageQuery.properties, ...DeliveryFilters });
export type DetailsQuery = Static<typeof DetailsQuery>;

/** From the time when messages were due until a provider took them. */
const Latency = Type.Object(
  {
    key: Type.String({ description: 'The channel, provider, template or hour', examples: ['email'] }),
    count: Type.Integer({ examples: [1240] }),
    p50Ms: Type.Number({ examples: [96] }),
    p95Ms: Type.Number({ examples: [410] }),
    p99Ms: Type.Number({ examples: [980] }),
  },
  {
    title: 'DeliveryLatency',
    description: 'From when a message was due until a provider accepted it; exact to 4.5 %.',
  },
);
export type Latency = Static<typeof Latency>;

export const Summary = Type.Object(
  {
    totalCount: Type.Integer({ examples: [1250] }),
    totals: Type.Array(Type.Object({ channel: Channel, status: MessageStatus, count: Type.Integer() })),
    successRate: Nullable(
      Type.Number({
        description: 'Share of sent and delivered among all that ended; null while none has',
        examples: [0.992],
      }),
    ),
    latency: Type.Object({
      byChannel: Type.Array(Latency),
      byProvider: Type.Array(Latency),
      byTemplate: Type.Array(Latency),
      byHour: Type.Array(Latency, {
        description: 'By hour of sending, of the messages created in the last week of the range',
      }),
    }),
  },
  { title: 'DeliverySummary' },
);
export type Summary = Static<typeof Summary>;

export const Detail = Type.Object(
  {
    id: Id,
    channel: Channel,
    category: Type.String({ examples: ['reminders'] }),
    template: Nullable(Type.String({ examples: ['notifications.incident'] })),
    recipient: Type.String({ examples: ['s***@example.com'] }),
    status: Type.With(MessageStatus, { examples: ['sent'] }),
    statusReason: Nullable(Type.String({ examples: [null] })),
    provider: Nullable(Type.String({ examples: ['smtp'] })),
    attemptCount: Type.Integer(),
    latencyMs: Nullable(Type.Integer({ examples: [96] })),
    lastError: Nullable(Type.String({ examples: [null] })),
    createdAt: Instant,
    sentAt: Nullable(Instant),
  },
  { title: 'DeliveryDetail' },
);
export type Detail = Static<typeof Detail>;

/** An address of a team: a room, a bot's chat, the phone on duty. */
const RouteTarget = Type.Object(
  {
    channel: Type.With(OneOf('email', 'sms', 'slack', 'teams', 'telegram', 'webhook'), { examples: ['slack'] }),
    recipient: Type.String({
      minLength: 1,
      maxLength: 2048,
      description: 'An address of the channel, as in a message; `default` is the hook of the configuration',
      examples: ['default'],
    }),
    language: Type.Optional(Type.With(LanguageName, { description: 'English by default' })),
  },
  { title: 'IncidentTarget', description: 'An address of a team: a room, a chat, the phone on duty.' },
);
export type RouteTarget = Static<typeof RouteTarget>;

const Route = Type.Object(
  {
    severity: Type.With(Severity, { examples: ['critical'] }),
    roles: Type.Array(Type.String({ minLength: 1, maxLength: 50 }), {
      maxItems: 20,
      uniqueItems: true,
      description: 'Names of roles; every user with one of them is notified',
      examples: [['admin']],
    }),
    userIds: Type.Array(Id, { maxItems: 100, uniqueItems: true, examples: [[]] }),
    channels: Type.Array(OneOf('inApp', 'email'), {
      maxItems: 2,
      uniqueItems: true,
      description: 'Over which these users are notified',
      examples: [['inApp', 'email']],
    }),
    targets: Type.Optional(Type.Array(RouteTarget, { maxItems: 20, description: 'Addresses that are notified too' })),
  },
  { title: 'IncidentRoute' },
);
export type Route = Static<typeof Route>;

/** One route for each severity. */
export const Routing = Type.Object(
  { routes: Type.Array(Route, { maxItems: 4 }) },
  { title: 'IncidentRouting', description: 'One route for each severity.' },
);
export type Routing = Static<typeof Routing>;
