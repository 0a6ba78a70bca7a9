import type { ProviderConfig } from '#platform/config/port.ts';
import type { Branding } from '#platform/branding/port.ts';
import type { Db } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { MailPort } from '#platform/mail/port.ts';
import type { Outbound } from '#platform/outbound/port.ts';
import type { Supervise } from '#platform/resilience/port.ts';
import type { Tracer } from '#platform/telemetry/port.ts';
import type { AuthorizationApi } from '#modules/authorization/contract.ts';
import type { NotificationsTables } from './tables.ts';

export interface NotificationsNeeds {
  readonly db: Db<NotificationsTables>;
  readonly keys: Keys;
  readonly services: ProviderServices;
  readonly config: NotificationsConfig;
  readonly authorization: Pick<AuthorizationApi, 'accessLists' | 'membersOf'>;
  readonly branding: Branding;
  readonly inboxSignal: InboxSignal;
  readonly now: () => Date;
}

export interface NotificationsConfig extends ProviderConfig {
  readonly mode: 'development' | 'production';
  readonly notificationAttempts: number;
  /** Ended messages older than that are deleted; 0: never. */
  readonly notificationDays: number;
  /** Longest pause before the second attempt; doubles with each attempt. */
  readonly notificationRetryBaseMs: number;
  /** Attempts for one recipient within any minute. */
  readonly notificationsPerRecipient: number;
  /** Attempts by channel; a channel that is not in the map has no limit. */
  readonly notificationsPerSecond: ReadonlyMap<string, number>;
}

/** Services of the platform that providers send through. */
export interface ProviderServices {
  /** The mail servers, in order of preference. */
  readonly mails: readonly { readonly name: string; readonly mail: MailPort }[];
  /** Captures the messages of channels without a provider, in development; null where nothing is captured. */
  readonly mailbox: { readonly mail: MailPort } | null;
  /** For URLs that users give: internal addresses are refused. */
  readonly outbound: Outbound;
  /** For URLs from the settings, which may be internal. */
  readonly operated: Outbound;
  readonly supervise: Supervise;
  readonly tracer: Tracer;
}

/** Signals to all nodes that an inbox has changed. A signal may be lost: inboxes are also read every two seconds. */
export interface InboxSignal {
  send(): void;
  onChanged(listener: () => void): void;
}
