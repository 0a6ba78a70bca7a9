import { Type, type Static } from 'typebox';
import { definePermission } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import type { Language } from '#kernel/language.ts';
import { PageQuery } from '#kernel/page.ts';
import { defineError } from '#kernel/problem.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import type { AnyUnit } from '#platform/database/port.ts';

const Channel = OneOf('email', 'inApp');
export type Channel = Static<typeof Channel>;
const Priority = OneOf('high', 'medium', 'low');
const Status = OneOf('pending', 'sent', 'delivered', 'failed');

const Attempt = Type.Object(
  {
    number: Type.Integer(),
    provider: Type.String(),
    startedAt: Instant,
    durationMs: Type.Integer(),
    outcome: OneOf('sent', 'deferred', 'bounced', 'error'),
    error: Nullable(Type.String()),
  },
  { title: 'DeliveryAttempt' },
);

/** A message as whoever may see it sees it: the address is masked, the content is not shown. */
export const Notification = Type.Object(
  {
    id: Id,
    channel: Channel,
    priority: Priority,
    category: Type.String(),
    template: Type.String(),
    recipient: Type.String(),
    subject: Type.String(),
    status: Status,
    createdAt: Instant,
    attempts: Type.Array(Attempt),
  },
  { title: 'Notification' },
);
export type Notification = Static<typeof Notification>;

export const NotificationQuery = Type.Object({
  ...PageQuery.properties,
  channel: Type.Optional(Channel),
  status: Type.Optional(Status),
});
export type NotificationQuery = Static<typeof NotificationQuery>;

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

/** Of each category that leaves a choice: whether it comes by e-mail too. In-app always comes. */
export const Preferences = Type.Object(
  { reminders: Type.Object({ email: Type.Boolean() }) },
  { title: 'NotificationPreferences' },
);
export type Preferences = Static<typeof Preferences>;

export const notificationPermissions = {
  read: definePermission('notifications.read', 'See messages that are addressed to oneself'),
  manageAll: definePermission('notifications.manage_all', 'See and manage the messages of everybody'),
};

export const notificationErrors = {
  notFound: defineError('notifications.not_found', 404, 'No such message'),
};

const MessageRef = Type.Object({ notificationId: Type.String() });

export const notificationEvents = {
  created: defineEvent('notifications.created', 1, 'notificationId', MessageRef),
  sent: defineEvent('notifications.sent', 1, 'notificationId', MessageRef),
  failed: defineEvent('notifications.failed', 1, 'notificationId', MessageRef),
};

export interface Recipient {
  readonly userId: string;
  readonly email: string;
  readonly language: Language;
  /** IANA name. */
  readonly timeZone: string;
}

export interface Message {
  /** Name in `templates.json`. */
  readonly template: string;
  readonly to: { readonly userId: string } | { readonly email: string; readonly language: Language };
  /** Default: e-mail alone. An address without an account has no in-app inbox. */
  readonly channels?: readonly Channel[];
  /** `security` cannot be declined; `reminders` come by e-mail only on wish. */
  readonly category: 'security' | 'reminders';
  /** Default: medium. */
  readonly priority?: Static<typeof Priority>;
  /** What the template names; stored sealed. A missing one is a bug of the caller. */
  readonly variables: Readonly<Record<string, string | number>>;
}

/** What other modules may call, in process, as part of their own unit. */
export interface NotificationsApi {
  /** Keeps where and how a person is reached; call again when it changes. */
  putRecipient(unit: AnyUnit, recipient: Recipient): Promise<void>;
  /** Accepts a message: it is rendered and sealed now, and delivered after the commit. To somebody unknown: nothing. */
  send(unit: AnyUnit, message: Message): Promise<void>;
}
