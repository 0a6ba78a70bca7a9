import { Type, type Static } from 'typebox';
import { languages } from '#kernel/language.ts';
import { PageQuery } from '#kernel/page.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import { Category, Channel, LanguageTag, Severity, Status } from './contract.ts';

/** A message in a person's own inbox. */
export const InboxItem = Type.Object(
  {
    id: Id,
    category: Type.String(),
    subject: Type.String(),
    text: Type.String(),
    createdAt: Instant,
    readAt: Nullable(Instant),
  },
  { title: 'InboxItem' },
);
export type InboxItem = Static<typeof InboxItem>;

export const UnreadCount = Type.Object({ unreadCount: Type.Integer() }, { title: 'UnreadCount' });
export type UnreadCount = Static<typeof UnreadCount>;

const TemplateName = Type.String({ minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$' });
const SubjectTemplate = Type.String({ maxLength: 500 });
const BodyTemplate = Type.String({ minLength: 1, maxLength: 100_000 });

/** Liquid texts. The body is HTML for `email` (the program puts its layout around it), and plain text for the rest. */
export const Template = Type.Object(
  {
    id: Id,
    name: Type.String(),
    channel: Channel,
    language: Type.String(),
    subjectTemplate: Type.String(),
    bodyTemplate: Type.String(),
    /** Whether the texts may hold conditions and loops. */
    allowsLogic: Type.Boolean(),
    revision: Type.Integer(),
    /** Comes with the program: deleting an edit brings its own text back. */
    isShipped: Type.Boolean(),
    isEdited: Type.Boolean(),
    createdAt: Instant,
    updatedAt: Instant,
    version: Type.Integer(),
  },
  { title: 'Template' },
);
export type Template = Static<typeof Template>;

const TemplateRevision = Type.Object(
  {
    revision: Type.Integer(),
    subjectTemplate: Type.String(),
    bodyTemplate: Type.String(),
    createdBy: Nullable(Type.String()),
    createdAt: Instant,
  },
  { title: 'TemplateRevision' },
);
export type TemplateRevision = Static<typeof TemplateRevision>;

/** Newest revision first. */
export const TemplateWithRevisions = Type.Object(
  { ...Template.properties, variables: Type.Array(Type.String()), revisions: Type.Array(TemplateRevision) },
  { title: 'TemplateWithRevisions' },
);
export type TemplateWithRevisions = Static<typeof TemplateWithRevisions>;

export const NewTemplate = Type.Object(
  {
    name: TemplateName,
    channel: Channel,
    language: LanguageTag,
    subjectTemplate: Type.Optional(SubjectTemplate),
    bodyTemplate: BodyTemplate,
    /** Conditions and loops. Default: none. */
    allowsLogic: Type.Optional(Type.Boolean()),
  },
  { title: 'NewTemplate' },
);
export type NewTemplate = Static<typeof NewTemplate>;

/** The next revision. Name, channel and language, where sent along, must be what they are already: they never change. */
export const TemplateContent = Type.Object(
  {
    subjectTemplate: Type.Optional(SubjectTemplate),
    bodyTemplate: BodyTemplate,
    /** Default: as it was. */
    allowsLogic: Type.Optional(Type.Boolean()),
    name: Type.Optional(TemplateName),
    channel: Type.Optional(Channel),
    language: Type.Optional(LanguageTag),
  },
  { title: 'TemplateContent' },
);
export type TemplateContent = Static<typeof TemplateContent>;

export const TemplateQuery = Type.Object({
  ...PageQuery.properties,
  channel: Type.Optional(Channel),
  language: Type.Optional(LanguageTag),
  name: Type.Optional(Type.String({ maxLength: 100 })),
});
export type TemplateQuery = Static<typeof TemplateQuery>;

export const PreviewRequest = Type.Object(
  { variables: Type.Optional(Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })) },
  { title: 'PreviewRequest' },
);
export type PreviewRequest = Static<typeof PreviewRequest>;

export const Preview = Type.Object(
  { subject: Type.String(), text: Type.String(), html: Nullable(Type.String()) },
  { title: 'Preview' },
);
export type Preview = Static<typeof Preview>;

/** Once at `runAtUtc`, or by `ruleName`: `hourly`, `daily`, `weekly`, `monthly`, or a five-field cron expression. */
export const NewSchedule = Type.Object(
  {
    runAtUtc: Type.Optional(Nullable(Instant)),
    ruleName: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 100 }))),
    /** IANA name, or `recipient` for that of the person it is addressed to. Default: UTC. */
    timeZone: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 64 }))),
  },
  { title: 'NewNotificationSchedule' },
);
export type NewSchedule = Static<typeof NewSchedule>;

export const Schedule = Type.Object(
  {
    id: Id,
    notificationId: Id,
    ruleName: Nullable(Type.String()),
    timeZone: Type.String(),
    nextRunAtUtc: Nullable(Instant),
    lastRunAtUtc: Nullable(Instant),
    runCount: Type.Integer(),
    status: OneOf('active', 'done', 'cancelled'),
    createdAt: Instant,
  },
  { title: 'NotificationSchedule' },
);
export type Schedule = Static<typeof Schedule>;

export const ScheduleQuery = Type.Object({
  ...PageQuery.properties,
  status: Type.Optional(OneOf('active', 'done', 'cancelled')),
});
export type ScheduleQuery = Static<typeof ScheduleQuery>;

const Time = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' });
const QuietHours = Type.Object({ from: Time, to: Time });
const Choice = Type.Object(
  {
    category: OneOf('general', 'reminders', 'incidents', 'product'),
    channel: Channel,
    isWanted: Type.Boolean(),
    /** Messages within so many minutes become one; null: each by itself. */
    digestMinutes: Nullable(Type.Integer({ minimum: 1, maximum: 1440 })),
  },
  { title: 'NotificationChoice' },
);

/** What a person wants to hear of, where and when. In-app always comes; `security` can neither be declined nor put off. */
export const Preferences = Type.Object(
  {
    timeZone: Type.String(),
    /** In the person's own zone, over midnight where `to` is earlier; what comes meanwhile waits. */
    quietHours: Type.Unsafe<Static<typeof QuietHours> | null>({
      ...QuietHours,
      type: ['object', 'null'],
    }),
    choices: Type.Array(Choice),
  },
  { title: 'NotificationPreferences' },
);
export type Preferences = Static<typeof Preferences>;

/** What is left out stays as it is; of `choices` those that are named change. */
export const PreferencesChange = Type.Object(
  {
    timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    quietHours: Type.Optional(Preferences.properties.quietHours),
    choices: Type.Optional(
      Type.Array(
        Type.Object({
          category: Choice.properties.category,
          channel: Channel,
          isWanted: Type.Boolean(),
          digestMinutes: Type.Optional(Choice.properties.digestMinutes),
        }),
        { maxItems: 50 },
      ),
    ),
  },
  { title: 'NotificationPreferencesChange', minProperties: 1 },
);
export type PreferencesChange = Static<typeof PreferencesChange>;

const ReportFilters = {
  channel: Type.Optional(Channel),
  status: Type.Optional(Status),
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

/** From when a message was due to when a provider took it. */
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
    totals: Type.Array(Type.Object({ channel: Channel, status: Status, count: Type.Integer() })),
    /** Sent or delivered among those that ended; null while none has. */
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
    status: Status,
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

/** An address of a team rather than of a person: a room, a bot's chat, the phone on duty. */
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
    /** Names of roles; everybody who holds one hears of it. */
    roles: Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { maxItems: 20, uniqueItems: true }),
    userIds: Type.Array(Id, { maxItems: 100, uniqueItems: true }),
    /** Over which those people hear of it. */
    channels: Type.Array(OneOf('inApp', 'email'), { maxItems: 2, uniqueItems: true }),
    /** Hear of it besides. Not `uniqueItems`: the validator's comparison of objects falls over a `valueOf` sent to it. */
    targets: Type.Optional(Type.Array(RouteTarget, { maxItems: 20 })),
  },
  { title: 'IncidentRoute' },
);
export type Route = Static<typeof Route>;

/** One route for each severity. */
export const Routing = Type.Object({ routes: Type.Array(Route, { maxItems: 4 }) }, { title: 'IncidentRouting' });
export type Routing = Static<typeof Routing>;
