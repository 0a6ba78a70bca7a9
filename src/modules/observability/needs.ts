import type { Db } from '#platform/database/port.ts';
import type { FailedMessages } from '#platform/failed-messages/port.ts';
import type { ObservabilityTables } from './tables.ts';

export interface ObservabilityNeeds {
  readonly db: Db<ObservabilityTables>;
  readonly messages: FailedMessages;
}
