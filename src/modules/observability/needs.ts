import type { Db } from '#platform/database/port.ts';
import type { PublishedEvent } from '#platform/events/port.ts';
import type { FailedMessages } from '#platform/failed-messages/port.ts';
import type { Log } from '#platform/log/port.ts';
import type { Orchestration } from '#platform/orchestration/port.ts';
import type { RequestCounts, Registry } from '#platform/telemetry/port.ts';
import type { OperationalIncidents } from '#modules/logging/contract.ts';
import type { NotificationsApi } from '#modules/notifications/contract.ts';
import type { ObservabilityTables } from './tables.ts';

export interface ObservabilityNeeds {
  readonly db: Db<ObservabilityTables>;
  readonly messages: FailedMessages;
  readonly orchestration: Orchestration;
  /** Of all modules, this one included: asked when a request comes. */
  readonly events: () => readonly PublishedEvent[];
  /** Also of parts of the platform with figures that have limits. */
  readonly moduleNames: () => readonly string[];
  readonly registry: Pick<Registry, 'collect' | 'counted'>;
  /** Of this process. */
  readonly requestCounts: () => RequestCounts;
  /** What runs here, such as a commit. */
  readonly release: string;
  readonly nodeId: string;
  /** Bad events in the short window of a burn alert without which nobody is alerted. */
  readonly alertLeastBad: number;
  /** Where the manual is served. */
  readonly publicUrl: string;
  readonly notifications: Pick<NotificationsApi, 'notifyIncident'>;
  /** Where alerts open incidents, which notify people themselves; without it alerts notify them. */
  readonly incidents?: OperationalIncidents | undefined;
  readonly now: () => Date;
  readonly log: Log;
}
