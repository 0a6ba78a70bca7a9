import type { Kysely, Transaction } from 'kysely';
import type { Problem } from '#kernel/problem.ts';
import type { ClickHouse } from '#platform/clickhouse/port.ts';
import type { Db, Unit } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { LogLines } from '#platform/log/port.ts';

import type { AuthorizationApi } from '#modules/authorization/contract.ts';
import type { NotificationsApi } from '#modules/notifications/contract.ts';
import type { LoggingTables } from './tables.ts';

/** What `app.ts` passes to the module. */
export interface LoggingNeeds {
  readonly db: Db<LoggingTables>;
  /** Where older events are; null when PostgreSQL keeps all of them. */
  readonly clickHouse: ClickHouse | null;
  /** Signs events. */
  readonly keys: Keys;
  readonly notifications: NotificationsApi;
  readonly authorization: AuthorizationApi;
  readonly config: LoggingConfig;
  /** Runs what several requests share, so that none of them can end it. */
  readonly detached: <R>(work: () => R) => R;
  /** Why nothing should be stored in masses: the disk of the database has fewer bytes free, or was full just now; else null. */
  readonly diskRefusal: (minFreeBytes: number) => Problem | null;
  /** The log lines of this process; null where nobody writes them. */
  readonly lines: LogLines | null;
  readonly nodeId: string;
  readonly now: () => Date;
}

export interface LoggingConfig {
  /** Days for which events are kept. */
  readonly loggingKeepDays: number;
  /** By level, where that differs. */
  readonly loggingKeepDaysByLevel: ReadonlyMap<string, number>;
  /** What is removed from events beside secrets and card numbers. */
  readonly loggingRedact: readonly RegExp[];
  /** Bytes of events that are under way at once; more are refused. */
  readonly loggingMaxBytes: number;
  /** Bytes that the disk of the database must have free; with fewer, events are refused. */
  readonly loggingMinFreeBytes: number;
  /** Whether what happens in this system is stored too. */
  readonly loggingOwn: 'on' | 'off';
  /** With ClickHouse: whole days before today for which PostgreSQL keeps events too. */
  readonly loggingPostgresDays: number;
}

export type LoggingReader = Kysely<LoggingTables>;
export type LoggingWriter = Transaction<LoggingTables>;
export type LoggingUnit = Unit<LoggingTables>;
