import type { ColumnType, Generated, GeneratedAlways, Kysely, Transaction } from 'kysely';
import type { Unit } from '#platform/database/port.ts';
import type { ScheduledJob } from './contract.ts';
import type { ExecutionDetail, LogLine, PastAttempt, JobSchedule } from './schemas.ts';

type Json<T> = ColumnType<T, string, string>;

type JobDefaults =
  | 'tags'
  | 'status'
  | 'statusUntil'
  | 'statusReason'
  | 'consecutiveFailures'
  | 'nextRunAtUtc'
  | 'lastRunAtUtc'
  | 'lastStatus'
  | 'createdAt'
  | 'updatedAt'
  | 'version';
type ExecutionDefaults =
  | 'triggeredById'
  | 'startedAtUtc'
  | 'finishedAtUtc'
  | 'nodeId'
  | 'attempt'
  | 'isReplay'
  | 'replayOf'
  | 'error'
  | 'deadLetterReason'
  | 'skipReason'
  | 'skippedFor'
  | 'leftOutCount'
  | 'progress'
  | 'progressNote'
  | 'fencingToken';

/** Mirrors migrations/; the only tables this module can name. */
export type SchedulerTables = {
  'scheduler.job': Omit<ScheduledJob, JobDefaults | 'payload'> & {
    [Column in JobDefaults]: Generated<ScheduledJob[Column]>;
  } & {
    payload: Json<ScheduledJob['payload']>;
    /** The secrets of the payload, sealed; null for none. */
    secret: Buffer | null;
    isDeclared: Generated<boolean>;
    /** Since when it is paused or quarantined; a change of the schedule begins both anew. */
    statusAt: Generated<string>;
    searchText: GeneratedAlways<string>;
  };
  'scheduler.schedule': Omit<JobSchedule, 'nextRunAtUtc' | 'holidays'> & {
    jobId: string;
    holidays: ColumnType<string[], string[], string[]>;
    /** Where an interval begins. */
    anchorAtUtc: string;
    /** Version of the time zone data that the next run was computed with. */
    zoneData: string;
  };
  'scheduler.execution': Omit<ExecutionDetail, ExecutionDefaults | 'durationMs' | 'pastAttempts' | 'log'> & {
    [Column in ExecutionDefaults]: Generated<ExecutionDetail[Column]>;
  } & {
    durationMs: GeneratedAlways<number | null>;
    pastAttempts: ColumnType<PastAttempt[], string | undefined, string>;
    log: ColumnType<LogLine[], string | undefined, string>;
    /** The run that repeats it. */
    replayedAs: ColumnType<string | null, undefined, string>;
    /** Waits for the jobs that its job depends on. */
    isWaiting: Generated<boolean>;
    /** How often it has come back after it was left out. Items of the queue name it. */
    generation: Generated<number>;
    windowAfter: Generated<string | null>;
  };
  'scheduler.endedRun': {
    id: string;
    jobId: string;
    occurrenceAtUtc: string | null;
    isOpen: Generated<boolean>;
  };
  'scheduler.dependency': { jobId: string; dependsOnJobId: string };
};

export type SchedulerReader = Kysely<SchedulerTables>;
export type SchedulerWriter = Transaction<SchedulerTables>;
export type SchedulerUnit = Unit<SchedulerTables>;

/** A job as its row is, with what its users do not see. */
export type StoredJob = ScheduledJob & {
  readonly secret: Buffer | null;
  readonly isDeclared: boolean;
  readonly statusAt: string;
};
export type StoredJobSchedule = JobSchedule & {
  readonly jobId: string;
  readonly anchorAtUtc: string;
  readonly zoneData: string;
};
