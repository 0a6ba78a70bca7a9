import { Type, type Static } from 'typebox';
import { languages } from '#kernel/language.ts';
import { PageQuery } from '#kernel/page.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import { Category, Channel, MessageStatus, Severity } from '../contract.ts';

const ReportFilters = {
  channel: Type.Optional(Channel),
  status: Type.Optional(MessageStatus),
  provider: Type.Optional(Type.String({ maxLength: 100 })),
  template: Type.Optional(Type.String({ maxLength: 100 })),
  category: Type.Optional(Category),
  /** Created at or after. Default: 30 days ago. */
  from: Type.Optional(Instant),
  /** Created before. */
  to: Type.Optional(Instant),
};
export const ReportQuery = Type.Object(ReportFilters);
export type ReportQuery = Static<typeof ReportQuery>;
export const DetailsQuery = Type.Object({ ...PageQuery.properties, ...ReportFilters });
export type DetailsQuery = Static<typeof DetailsQuery>;

/** From the time when messages were due until a provider took them. */
const Latency = Type.Object(
  {
    key: Type.String(),
    count: Type.Integer(),
    p50Ms: Type.Number(),
    p95Ms: Type.Number(),
    p99Ms: Type.Number(),
  },
  { title: 'DeliveryLatency' },
);
export type Latency = Static<typeof Latency>;

export const Summary = Type.Object(
  {
    totalCount: Type.Integer(),
    totals: Type.Array(Type.Object({ channel: Channel, status: MessageStatus, count: Type.Integer() })),
    /** The share of sent and delivered messages among those that ended; null while none has. */
    successRate: Nullable(Type.Number()),
    latency: Type.Object({
      byChannel: Type.Array(Latency),
      byProvider: Type.Array(Latency),
      byTemplate: Type.Array(Latency),
      byHour: Type.Array(Latency),
    }),
  },
  { title: 'DeliverySummary' },
);
export type Summary = Static<typeof Summary>;

export const Detail = Type.Object(
  {
    id: Id,
    channel: Channel,
    category: Type.String(),
    template: Nullable(Type.String()),
    recipient: Type.String(),
    status: MessageStatus,
    statusReason: Nullable(Type.String()),
    provider: Nullable(Type.String()),
    attemptCount: Type.Integer(),
    latencyMs: Nullable(Type.Integer()),
    lastError: Nullable(Type.String()),
    createdAt: Instant,
    sentAt: Nullable(Instant),
  },
  { title: 'DeliveryDetail' },
);
export type Detail = Static<typeof Detail>;

/** An address of a team: a room, a bot's chat, the phone on duty. */
const RouteTarget = Type.Object(
  {
    channel: OneOf('email', 'sms', 'slack', 'teams', 'telegram', 'webhook'),
    /** As in messages to the channel; `default` is the hook of the settings. */
    recipient: Type.String({ minLength: 1, maxLength: 2048 }),
    /** Default: `en`. */
    language: Type.Optional(OneOf(...languages)),
  },
  { title: 'IncidentTarget' },
);
export type RouteTarget = Static<typeof RouteTarget>;

const Route = Type.Object(
  {
    severity: Severity,
    /** Names of roles; all their members are notified. */
    roles: Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { maxItems: 20, uniqueItems: true }),
    userIds: Type.Array(Id, { maxItems: 100, uniqueItems: true }),
    /** The channels over which these people are notified. */
    channels: Type.Array(OneOf('inApp', 'email'), { maxItems: 2, uniqueItems: true }),
    /** Also notified. Not `uniqueItems`: the validator fails when it compares objects that contain a `valueOf`. */
    targets: Type.Optional(Type.Array(RouteTarget, { maxItems: 20 })),
  },
  { title: 'IncidentRoute' },
);
export type Route = Static<typeof Route>;

/** One route for each severity. */
export const Routing = Type.Object({ routes: Type.Array(Route, { maxItems: 4 }) }, { title: 'IncidentRouting' });
export type Routing = Static<typeof Routing>;
