import type { EventDef } from '#kernel/event.ts';
import type { Db } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { Outbound } from '#platform/outbound/port.ts';
import type { NotificationsApi } from '#modules/notifications/contract.ts';
import type { WebhooksTables } from './tables.ts';
import type templates from './templates.json';

export interface WebhooksNeeds {
  readonly db: Db<WebhooksTables>;
  readonly keys: Keys;
  /** Refuses internal addresses: users give the URLs. */
  readonly outbound: Outbound;
  readonly notifications: NotificationsApi<typeof templates>;
  /** Every event that the other modules publish. */
  readonly heard: readonly EventDef[];
  readonly now: () => Date;
}
