import type { JobHandler } from '#platform/jobs/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { Log } from '#platform/log/port.ts';
import type { PermissionsOf } from '#platform/http/port.ts';
import type { Registry } from '#platform/telemetry/port.ts';
import type { Outbound } from '#platform/outbound/port.ts';
import type { Db } from '#platform/database/port.ts';
import type { AuthorizationApi } from '#modules/authorization/contract.ts';
import type { NotificationsApi } from '#modules/notifications/contract.ts';
import type { SchedulerTables } from './tables.ts';
import type templates from './templates.json';

/** What `app.ts` passes to the module. */
export interface SchedulerNeeds {
  readonly db: Db<SchedulerTables>;
  /** Seals the secrets of payloads. */
  readonly keys: Keys;
  readonly authorization: Pick<AuthorizationApi, 'accessLists' | 'holdersOf'>;
  readonly notifications: NotificationsApi<typeof templates>;
  /** What the owner of a job may do now. */
  readonly permissionsOf: PermissionsOf;
  /** Calls the addresses that users give, and no internal ones. */
  readonly outbound: Outbound;
  /** Counts and measures runs. */
  readonly registry: Pick<Registry, 'counter' | 'histogram'>;
  readonly nodeId: string;
  /** How long the silent holder of a run is trusted. */
  readonly leaseMs: number;
  /** Days after which executions that have ended are deleted; 0: never. */
  readonly executionDays: number;
  /** Of the installation: for times in reports. IANA name. */
  readonly timeZone: string;
  readonly log: Log;
  /** Of tests, beside those of the modules. */
  readonly handlers: readonly JobHandler[];
}
