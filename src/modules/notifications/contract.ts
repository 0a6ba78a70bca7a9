import { Type, type Static } from 'typebox';
import { definePermission } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import type { Language, Translated } from '#kernel/language.ts';
import { VISIBLE_PATTERN } from '#kernel/name.ts';
import { PageQuery } from '#kernel/page.ts';
import { defineError } from '#kernel/problem.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import type { TemplateSet } from '#kernel/template.ts';
import type { AnyUnit } from '#platform/database/port.ts';

export const channels = ['email', 'sms', 'push', 'inApp', 'slack', 'teams', 'telegram', 'webhook'] as const;
export const Channel = OneOf(...channels);
export type Channel = Static<typeof Channel>;
export const Priority = OneOf('high', 'medium', 'low');
export type Priority = Static<typeof Priority>;
export const statuses = [
  'pending',
  'scheduled',
  'sending',
  'sent',
  'delivered',
  'failed',
  'cancelled',
  'archived',
] as const;
export const MessageStatus = OneOf(...statuses);
export type MessageStatus = Static<typeof MessageStatus>;

/** What a provider reported of a message that it had taken: reasons of its state, the worst last. */
export const reportReasons = ['reported', 'bounced'] as const;

/**
 * What a message is about. `security` cannot be declined, and only modules send it; `product` has a link to
 * unsubscribe; `reminders` are sent by e-mail only to people who chose it.
 */
export const Category = OneOf('security', 'general', 'reminders', 'incidents', 'product');
export type Category = Static<typeof Category>;

/** BCP 47, or `default`, which is used when no language fits. */
export const LanguageTag = Type.String({
  minLength: 2,
  maxLength: 35,
  format: 'language-tag',
  pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$',
  examples: ['fa'],
});

/** Of a subject: none, or one that people can see something of. */
export const SUBJECT_PATTERN = `^$|${VISIBLE_PATTERN}`;

/** `lost`: the worker ended during the attempt; the provider may have taken the message or not. */
const Attempt = Type.Object(
  {
    number: Type.Integer({ description: 'From 1' }),
    provider: Type.String({ examples: ['smtp'] }),
    startedAt: Instant,
    durationMs: Type.Integer({ examples: [184] }),
    outcome: Type.With(OneOf('sent', 'deferred', 'bounced', 'error', 'lost'), {
      description: '`lost`: the worker ended meanwhile, so it is unknown whether the provider accepted it',
      examples: ['sent'],
    }),
    messageId: Nullable(Type.String({ description: 'Of the provider', examples: ['<019ab0f0@example.com>'] })),
    errorClass: Nullable(Type.String({ examples: [null] })),
    error: Nullable(Type.String({ examples: [null] })),
  },
  { title: 'DeliveryAttempt' },
);
export type Attempt = Static<typeof Attempt>;

/** A message without its content; the address is masked. */
export const Notification = Type.Object(
  {
    id: Id,
    channel: Channel,
    priority: Type.With(Priority, { examples: ['medium'] }),
    category: Type.String({ examples: ['reminders'] }),
    template: Nullable(
      Type.String({
        description: 'Name of the template; null for a raw message',
        examples: ['notifications.incident'],
      }),
    ),
    templateId: Type.With(Nullable(Id), { examples: ['019ab0c1-2d80-7f52-a6c3-9b4e10d7f836'] }),
    templateRevision: Nullable(Type.Integer({ examples: [1] })),
    language: Type.String({ examples: ['fa'] }),
    recipient: Type.String({ examples: ['s***@example.com'] }),
    subject: Type.String({ examples: ['یادآوری: خرید نان'] }),
    status: Type.With(MessageStatus, { examples: ['sent'] }),
    statusReason: Nullable(
      Type.String({
        description: `Why it waits (\`quietHours\`, \`digest\`), was cancelled (\`cancelled\`, \`optedOut\`,
          \`scheduleCancelled\`), failed without an attempt
          (\`attemptsUsedUp\`, \`expired\`), or in which state it was archived; or what its provider reported later:
          a failure (\`reported\`), or that the address does not exist (\`bounced\`)`,
        examples: [null],
      }),
    ),
    heldUntil: Type.With(Nullable(Instant), {
      description: 'Until when quiet hours or a digest of the recipient hold it',
      examples: [null],
    }),
    scheduledAtUtc: Type.With(Nullable(Instant), { examples: [null] }),
    sentAt: Nullable(Instant),
    deliveredAt: Type.With(Nullable(Instant), { examples: [null] }),
    createdAt: Instant,
    attempts: Type.Array(Attempt),
  },
  { title: 'Notification', description: 'A message. The address is masked, and the content is not shown.' },
);
export type Notification = Static<typeof Notification>;

/** Any JSON object, up to 64 KiB. */
const Variables = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true });

const RECIPIENTS = `Who receives it, by channel. \`email\`: an e-mail address, or the id of a user. \`inApp\`: the id of
a user. \`sms\`: a phone number in E.164, such as +989121234567. \`push\`: a browser's push subscription as JSON text, or a
device token of FCM. \`slack\`, \`teams\`: the URL of an incoming webhook, or \`default\` for that of the settings.
\`telegram\`: the id of a chat, or @channel. \`webhook\`: a URL that begins with https:// (or http://).`;

/**
 * From a template (`templateId`, `variables`) or raw (`subject`, `body`). `recipient` is an address of the channel, or
 * a user's id.
 */
export const NewNotification = Type.Object(
  {
    channel: Channel,
    priority: Type.Optional(Type.With(Priority, { description: '`medium` by default' })),
    category: Type.Optional(
      Type.With(OneOf('general', 'reminders', 'product'), {
        description: '`general` by default; preferences are per category',
      }),
    ),
    recipient: Type.String({
      minLength: 1,
      maxLength: 4096,
      description: RECIPIENTS,
    }),
    userId: Type.Optional(
      Type.With(Nullable(Id), {
        description: 'Whose address `recipient` is, if the channel cannot tell; their preferences apply',
      }),
    ),
    subject: Type.Optional(Nullable(Type.String({ maxLength: 500, pattern: SUBJECT_PATTERN }))),
    body: Type.Optional(Nullable(Type.String({ maxLength: 262_144, description: 'Plain text' }))),
    language: Type.Optional(
      Type.With(Nullable(LanguageTag), { description: 'BCP 47; by default that of the recipient' }),
    ),
    templateId: Type.Optional(Nullable(Id)),
    variables: Type.Optional(Type.With(Variables, { description: 'Values for the template' })),
    scheduledAtUtc: Type.Optional(Type.With(Nullable(Instant), { description: 'When to send it; at once by default' })),
  },
  {
    title: 'NewNotification',
    description: 'From a template (`templateId`, `variables`), or raw (`subject`, `body`).',
    examples: [
      {
        channel: 'email',
        recipient: 'sara@example.com',
        templateId: '019ab0c1-2d80-7f52-a6c3-9b4e10d7f836',
        variables: { description: 'خرید نان' },
        language: 'fa',
      },
    ],
  },
);
export type NewNotification = Static<typeof NewNotification>;

export const NotificationQuery = Type.Object({
  ...PageQuery.properties,
  channel: Type.Optional(Type.With(Channel, { description: 'Only messages of this channel.' })),
  status: Type.Optional(Type.With(MessageStatus, { description: 'Only messages in this state.' })),
  from: Type.Optional(Type.With(Instant, { description: 'Only messages created at this instant or later.' })),
  to: Type.Optional(Type.With(Instant, { description: 'Only messages created before this instant.' })),
});
export type NotificationQuery = Static<typeof NotificationQuery>;

export const notificationPermissions = {
  read: definePermission('notifications.read', 'See messages that you created or received'),
  write: definePermission('notifications.write', 'Create, cancel and archive messages'),
  manageAll: definePermission('notifications.manage_all', 'See and manage all messages'),
  schedules: definePermission('notifications.schedules.manage', 'Schedule messages'),
  templates: definePermission('notifications.templates.manage', 'Change the templates of messages'),
  reports: definePermission('notifications.reports.read', 'See how all messages were delivered'),
  access: definePermission('notifications.permissions.manage', 'Share your messages with others'),
  routing: definePermission('notifications.routing.manage', 'Decide who is notified of incidents'),
};

export const notificationErrors = {
  notFound: defineError('notifications.not_found', 404, 'No such message'),
  templateNotFound: defineError('notifications.template_not_found', 404, 'No such template'),
  scheduleNotFound: defineError('notifications.schedule_not_found', 404, 'No such schedule'),
  templateChannelMismatch: defineError(
    'notifications.template_channel_mismatch',
    400,
    'The template is for another channel',
  ),
  templateVariableMissing: defineError(
    'notifications.template_variable_missing',
    400,
    'The template names a variable that was not given',
  ),
  templateInvalid: defineError('notifications.template_invalid', 400, 'The template cannot be read or rendered'),
  contentInvalid: defineError('notifications.content_invalid', 400, 'Either a template or a body is needed'),
  contentTooLarge: defineError('notifications.content_too_large', 400, 'The message or its variables are too large'),
  scheduleInPast: defineError('notifications.schedule_in_past', 400, 'The time is in the past'),
  scheduleInvalid: defineError('notifications.schedule_invalid', 400, 'The schedule never runs'),
  timeZoneInvalid: defineError('notifications.time_zone_invalid', 400, 'No such time zone'),
  channelDisabled: defineError('notifications.channel_disabled', 400, 'The channel is not enabled'),
  pushNotConfigured: defineError('notifications.push_not_configured', 404, 'Web Push is not configured'),
  recipientInvalid: defineError('notifications.recipient_invalid', 400, 'The channel cannot reach that recipient'),
  unsubscribeInvalid: defineError('notifications.unsubscribe_invalid', 400, 'The link is not valid'),
  routingInvalid: defineError('notifications.routing_invalid', 400, 'The routing is not valid'),
  alreadySent: defineError('notifications.already_sent', 409, 'The message was sent, or is being sent'),
  ended: defineError('notifications.ended', 409, 'The message was cancelled or archived, or has failed'),
  templateExists: defineError(
    'notifications.template_exists',
    409,
    'A template of this name exists for the channel and language',
  ),
  templateShipped: defineError(
    'notifications.template_shipped',
    409,
    'The template comes with the program and cannot be deleted',
  ),
};

export const deliveryReportErrors = {
  suppressionNotFound: defineError('notifications.suppression_not_found', 404, 'No such suppression'),
  providerNotFound: defineError('notifications.provider_not_found', 404, 'No provider of this name sends reports'),
  reportUnsigned: defineError('notifications.report_unsigned', 400, 'The report is not signed by the provider'),
  reportMalformed: defineError('notifications.report_malformed', 400, 'The report cannot be read'),
  reportEarly: defineError('notifications.report_early', 503, 'The message is still being sent'),
};

const MessageRef = Type.Object({ notificationId: Type.String() });

export const notificationEvents = {
  created: defineEvent('notifications.created', 1, 'notificationId', MessageRef),
  sent: defineEvent('notifications.sent', 1, 'notificationId', MessageRef),
  failed: defineEvent('notifications.failed', 1, 'notificationId', MessageRef),
  archived: defineEvent('notifications.archived', 1, 'notificationId', MessageRef),
  /** A message has arrived in a person's inbox. */
  arrived: defineEvent(
    'notifications.arrived',
    1,
    'userId',
    Type.Object({ userId: Type.String(), notificationId: Type.String() }),
  ),
};

/** A person with an e-mail address, a phone number, or both. */
export interface Recipient {
  readonly userId: string;
  readonly email: string | null;
  /** E.164. Default: none. */
  readonly phone?: string | null;
  readonly language: Language;
  /** IANA name. Default: unchanged, at first that of the installation. */
  readonly timeZone?: string;
}

/** What a person has chosen of their messages, elsewhere than in the preferences. Fields that are left out stay. */
export interface ReaderChoice {
  readonly userId: string;
  /** BCP 47; null: the language of the account. */
  readonly language?: string | null;
  /** IANA name; null: that of the installation. */
  readonly timeZone?: string | null;
  /** Whether they want messages of the category `product`, over every channel. */
  readonly wantsProduct?: boolean;
}

/**
 * What a security message reports: shown below its text in the language, calendar and time zone of the reader, so that
 * they can tell whether it was they.
 */
export interface Occurrence {
  /** Instant. */
  readonly at: string;
  /** Of the request that led to it; null where the reader may not see it (an administrator's), or there was none. */
  readonly ip: string | null;
  /** Null as for `ip`. */
  readonly device: OccurrenceDevice | null;
}

/** Null: not known. */
export interface OccurrenceDevice {
  /** Such as `Firefox`. */
  readonly program: string | null;
  /** Such as `Linux`. */
  readonly system: string | null;
}

/** A security message says what led to it. */
type Subject =
  | { readonly category: 'security'; readonly occurrence: Occurrence }
  | { readonly category: Exclude<Category, 'security'>; readonly occurrence?: undefined };

/** The names of a template's variables, each with the type of its sample. */
type VariablesOf<Samples> = keyof Samples extends never ? Readonly<Record<string, never>> : Readonly<Samples>;

type MessageOf<Name, Samples> = Subject & {
  /** Name of a template that a module declares. */
  readonly template: Name;
  /** All variables of the template; stored sealed. */
  readonly variables: VariablesOf<Samples>;
  readonly to:
    | { readonly userId: string }
    /** `readerId`: the user whose language and time zone count, if it is an address that is not theirs now. */
    | { readonly email: string; readonly language: Language; readonly readerId?: string }
    /** The same by SMS. */
    | { readonly phone: string; readonly language: Language; readonly readerId?: string };
  /**
   * Default: e-mail alone. Who has no e-mail address gets an SMS instead, if the template has a text for it. An address
   * without an account has no in-app inbox.
   */
  readonly channels?: readonly ('email' | 'inApp' | 'sms')[];
  /** Default: high for `security`, else medium. */
  readonly priority?: Priority;
} & Expiry<Samples>;

/** A code or link, and for how long it is good. */
type Limited = ({ code: unknown } | { link: unknown }) & ({ minutes: unknown } | { days: unknown });

/** From `expiresAt` on the message is of no use, and is not sent any more. */
type Expiry<Samples> = Samples extends Limited ? { readonly expiresAt: Date } : { readonly expiresAt?: Date };

/**
 * A message by one of these templates. With `typeof templates` of a module's own `templates.json`, a misspelt template,
 * and a variable that is missing or that the template does not declare, do not compile.
 */
export type Message<Templates extends TemplateSet = TemplateSet> = {
  [Name in keyof Templates]: MessageOf<Name, Templates[Name]['variables']>;
}[keyof Templates];

export const Severity = OneOf('low', 'medium', 'high', 'critical');
export type Severity = Static<typeof Severity>;

/** An incident; the routing decides who is notified. */
export interface IncidentNotice {
  readonly severity: Severity;
  /** Title and description: a text alone where it is known in one language only. */
  readonly title: string | Translated;
  readonly description: string | Translated;
  /** Path of the console page that shows the incident. */
  readonly path: string;
}

/** What a module declares at the start. */
export interface DeclaredTemplates {
  /** Name of the module. */
  readonly name: string;
  readonly templates?: TemplateSet;
}

/**
 * What other modules may call, in process, as part of their own unit. `Templates` are those that the caller declares.
 */
export interface NotificationsApi<Templates extends TemplateSet = TemplateSet> {
  /**
   * Checks the templates of all modules, and stores those that are new or changed. At start, before anything is sent.
   * Rejects, naming module, template and variable, for a template that cannot be sent as it is declared.
   */
  prepare(modules: readonly DeclaredTemplates[]): Promise<void>;
  /** Stores where and how a person is reached; call it again when this changes. */
  putRecipient(unit: AnyUnit, recipient: Recipient): Promise<void>;
  /** The same for many people, each once. */
  putRecipients(unit: AnyUnit, recipients: readonly Recipient[]): Promise<void>;
  /** Counts from the next message on. Ignored for an unknown user. */
  setReader(unit: AnyUnit, choice: ReaderChoice): Promise<void>;
  /** Accepts a message: it is rendered and sealed now, and delivered after the commit. Ignored for an unknown user. */
  send(unit: AnyUnit, message: Message<Templates>): Promise<void>;
  /** Accepts a message for each person and channel that the routing of the severity names; answers how many. */
  notifyIncident(unit: AnyUnit, incident: IncidentNotice): Promise<number>;
}
