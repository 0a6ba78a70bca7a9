import type { Db } from '#platform/database/port.ts';
import type { PublishedEvent } from '#platform/events/port.ts';
import type { FailedMessages } from '#platform/failed-messages/port.ts';
import type { Orchestration } from '#platform/orchestration/port.ts';
import type { ObservabilityTables } from './tables.ts';

export interface ObservabilityNeeds {
  readonly db: Db<ObservabilityTables>;
  readonly messages: FailedMessages;
  readonly orchestration: Orchestration;
  /** Of all modules, this one included: asked when a request comes. */
  readonly events: () => readonly PublishedEvent[];
  readonly now: () => Date;
}
