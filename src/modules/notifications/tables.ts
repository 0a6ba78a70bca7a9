import type { Generated, Kysely, Transaction } from 'kysely';
import type { Language } from '#kernel/language.ts';
import type { Attempt, Category, Channel, Priority, Severity, MessageStatus } from './contract.ts';
import type { Unit } from '#platform/database/port.ts';

/** As migrations/ create them; the module's queries can name no other table. */
export type NotificationsTables = {
  'notifications.message': MessageRow;
  'notifications.attempt': AttemptRow;
  'notifications.recipient': RecipientRow;
  'notifications.preference': PreferenceRow;
  'notifications.optOut': { recipientHash: Buffer; category: Category };
  'notifications.inbox': { userId: string; seq: number };
  'notifications.template': TemplateRow;
  'notifications.templateRevision': RevisionRow;
  'notifications.templateCheck': { hash: string };
  'notifications.schedule': ScheduleRow;
  'notifications.digest': DigestRow;
  'notifications.suppression': SuppressionRow;
  'notifications.route': RouteRow;
};

export type MessageRow = {
  id: string;
  userId: string | null;
  createdBy: string | null;
  channel: Channel;
  category: Category;
  priority: Priority;
  template: string | null;
  templateId: string | null;
  templateRevision: number | null;
  language: string;
  recipientSealed: Buffer;
  recipientHash: Buffer | null;
  contentSealed: Buffer;
  status: MessageStatus;
  statusReason: string | null;
  scheduleId: string | null;
  scheduledAt: string | null;
  digestId: string | null;
  /** While it is pending or scheduled: until when quiet hours or a digest hold it. */
  heldUntil: string | null;
  inboxSeq: number | null;
  generation: Generated<number>;
  attemptCount: Generated<number>;
  /** Of these attempts, those that reached no provider. */
  sparedCount: Generated<number>;
  expiresAt: string | null;
  begunAt: string | null;
  sentAt: string | null;
  deliveredAt: string | null;
  provider: string | null;
  readAt: string | null;
  createdAt: Generated<string>;
  updatedAt: Generated<string>;
};

/** A message as it is read from the database. */
export type StoredMessage = Omit<
  MessageRow,
  'generation' | 'attemptCount' | 'sparedCount' | 'createdAt' | 'updatedAt'
> & {
  generation: number;
  attemptCount: number;
  sparedCount: number;
  createdAt: string;
  updatedAt: string;
};

export type AttemptRow = Omit<Attempt, 'messageId'> & { messageId: string; providerMessageId: string | null };

export type RecipientRow = {
  userId: string;
  /** Null for a person without an e-mail address. */
  emailSealed: Buffer | null;
  emailHash: Buffer | null;
  phoneSealed: Buffer | null;
  phoneHash: Buffer | null;
  /** That of the account. */
  language: Language;
  /** BCP 47; null: that of the account. */
  preferredLanguage: string | null;
  /** Null: that of the installation. */
  timeZone: string | null;
  /** `HH:MM:SS`. */
  quietFrom: string | null;
  quietTo: string | null;
};

export type PreferenceRow = {
  userId: string;
  category: Category;
  channel: Channel;
  wanted: boolean;
  digestMinutes: number | null;
};

export type TemplateRow = {
  id: string;
  name: string;
  channel: Channel;
  language: string;
  subjectTemplate: string;
  bodyTemplate: string;
  allowsLogic: boolean;
  revision: number;
  isShipped: boolean;
  isEdited: boolean;
  shippedSubject: string | null;
  shippedBody: string | null;
  isTwin: Generated<boolean>;
  deletedAt: string | null;
  createdAt: Generated<string>;
  updatedAt: Generated<string>;
};
export type StoredTemplate = Omit<TemplateRow, 'createdAt' | 'updatedAt' | 'isTwin'> & {
  createdAt: string;
  updatedAt: string;
};

export type RevisionRow = {
  templateId: string;
  revision: number;
  subjectTemplate: string;
  bodyTemplate: string;
  createdBy: string | null;
  createdAt: Generated<string>;
};

export type ScheduleRow = {
  id: string;
  notificationId: string;
  createdBy: string | null;
  /** Who created the message. */
  messageCreatedBy: string | null;
  rule: string | null;
  ruleName: string | null;
  timeZone: string;
  nextRunAt: string | null;
  lastRunAt: string | null;
  runCount: number;
  status: 'active' | 'done' | 'cancelled';
  createdAt: Generated<string>;
};
export type StoredSchedule = Omit<ScheduleRow, 'createdAt'> & { createdAt: string };

export type RouteRow = {
  severity: Severity;
  roles: string[];
  userIds: string[];
  channels: ('inApp' | 'email')[];
  /** JSON; null: none. */
  targetsSealed: Buffer | null;
};

export type DigestRow = {
  id: string;
  userId: string;
  category: Category;
  channel: Channel;
  dueAt: string;
  isOpen: Generated<boolean>;
};

export type SuppressionRow = {
  id: string;
  channel: Exclude<Channel, 'inApp'>;
  addressHash: Buffer;
  reason: string;
  provider: string;
  notificationId: string | null;
  createdAt: string;
};

export type NotificationsReader = Kysely<NotificationsTables>;
export type NotificationsWriter = Transaction<NotificationsTables>;
export type NotificationsUnit = Unit<NotificationsTables>;
