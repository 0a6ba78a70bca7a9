import { Type, type Static } from 'typebox';
import { definePermission } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { defineError } from '#kernel/problem.ts';
import { Id, Instant, Nullable, NullableOneOf, OneOf } from '#kernel/schema.ts';
import type { JobHandler } from '#platform/jobs/port.ts';
import type { Job } from '#platform/work/port.ts';

export const JobStatus = OneOf('active', 'inactive', 'paused', 'quarantined');
export type JobStatus = Static<typeof JobStatus>;

export const executionStatuses = [
  'scheduled',
  'running',
  'succeeded',
  'failed',
  'canceled',
  'timedOut',
  'skipped',
  'deadLettered',
] as const;
export const ExecutionStatus = OneOf(...executionStatuses);
export type ExecutionStatus = Static<typeof ExecutionStatus>;

export const Backoff = OneOf('fixed', 'linear', 'exponential');
export const Concurrency = OneOf('forbid', 'allow', 'replace');
export const JobPriority = OneOf('high', 'medium', 'low');

/** Any JSON object. */
const Payload = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true });

export const ScheduledJob = Type.Object(
  {
    id: Id,
    name: Type.String({ examples: ['Call the price service'] }),
    description: Type.String({ examples: [''] }),
    type: Type.String({
      description: 'Of its handler, as `GET /scheduler/handlers` lists them',
      examples: ['http.request'],
    }),
    ownerId: Type.With(Nullable(Id), {
      description: 'In whose name it runs; null for a recurring duty of the program',
    }),
    tags: Type.Array(Type.String(), { examples: [['prices']] }),
    payload: Type.With(Payload, {
      description: 'Input of the handler. A secret is shown as `***`; sent back like that, it stays as it is.',
      examples: [{ url: 'https://example.com/prices' }],
    }),
    concurrencyKey: Type.With(Nullable(Type.String()), {
      description: 'Runs of one owner with the same type and key never run at the same time',
      examples: [null],
    }),
    maxRetryAttempts: Type.Integer({ description: 'Attempts after the first one', examples: [3] }),
    retryBackoffSeconds: Type.Integer({ description: 'Pause before the second attempt', examples: [10] }),
    backoff: Type.With(Backoff, {
      description: 'How the pause grows with each attempt; up to a quarter is added at random',
      examples: ['exponential'],
    }),
    maxExecutionSeconds: Type.Integer({ description: 'After this time an attempt has timed out', examples: [300] }),
    maxConsecutiveFailures: Type.Integer({
      description: 'Failed runs in a row after which the job is quarantined; 0: never',
      examples: [5],
    }),
    concurrency: Type.With(Concurrency, {
      description: 'When a run is due while another one has not ended: leave it out, run both, or cancel the other one',
      examples: ['forbid'],
    }),
    priority: Type.With(JobPriority, { examples: ['medium'] }),
    status: Type.With(JobStatus, { examples: ['active'] }),
    statusUntil: Type.With(Nullable(Instant), {
      description: 'When a pause or a quarantine ends by itself; null: by hand',
      examples: [null],
    }),
    statusReason: Type.With(Nullable(Type.String()), { examples: [null] }),
    consecutiveFailures: Type.Integer({ examples: [0] }),
    nextRunAtUtc: Type.With(Nullable(Instant), { description: 'Null without a schedule, or when it has ended' }),
    lastRunAtUtc: Nullable(Instant),
    lastStatus: Type.With(NullableOneOf(...executionStatuses), { examples: ['succeeded'] }),
    createdAt: Instant,
    updatedAt: Instant,
    version: Type.Integer({ description: 'Counts the changes; `ETag` returns it, `If-Match` takes it' }),
  },
  { title: 'Job' },
);
export type ScheduledJob = Static<typeof ScheduledJob>;

/** What triggered a run. */
export const Trigger = OneOf('schedule', 'manual', 'dependency', 'catchUp', 'replay');
export type Trigger = Static<typeof Trigger>;

/** Why a run was left out. */
const SkipReason = NullableOneOf('overlap', 'paused', 'holiday', 'misfire', 'quarantined', 'dependency', 'owner');
export type SkipReason = NonNullable<Static<typeof SkipReason>>;

/** One run of a job, with all its attempts. */
export const Execution = Type.Object(
  {
    id: Id,
    jobId: Id,
    type: Type.String({ examples: ['http.request'] }),
    status: Type.With(ExecutionStatus, { examples: ['succeeded'] }),
    triggeredBy: Type.With(Trigger, { examples: ['schedule'] }),
    triggeredById: Type.With(Nullable(Id), { description: 'The user who started it; null for none', examples: [null] }),
    occurrenceAtUtc: Type.With(Instant, { description: 'The instant of the schedule that it stands for' }),
    scheduledAtUtc: Type.With(Instant, { description: 'When it is due: the occurrence, and its jitter' }),
    startedAtUtc: Nullable(Instant),
    finishedAtUtc: Nullable(Instant),
    durationMs: Type.With(Nullable(Type.Integer()), { description: 'Of the last attempt', examples: [184] }),
    nodeId: Type.With(Nullable(Id), { description: 'The process of the last attempt' }),
    attempt: Type.Integer({ description: '0 before the first one', examples: [1] }),
    maxAttempts: Type.Integer({ examples: [4] }),
    isReplay: Type.Boolean({ examples: [false] }),
    replayOf: Type.With(Nullable(Id), { description: 'The run that it repeats', examples: [null] }),
    error: Type.With(Nullable(Type.String()), { description: 'Of the last attempt that failed', examples: [null] }),
    deadLetterReason: Type.With(Nullable(Type.String()), { examples: [null] }),
    skipReason: Type.With(SkipReason, { examples: [null] }),
    skippedFor: Type.With(Nullable(Id), {
      description: 'With `overlap` the run that held the place, with `dependency` the run that did not succeed',
      examples: [null],
    }),
    leftOutCount: Type.Integer({ description: 'How many runs a skipped one stands for', examples: [1] }),
    progress: Type.With(Nullable(Type.Integer()), {
      description: 'Percent, as the handler reports it',
      examples: [100],
    }),
    progressNote: Type.With(Nullable(Type.String()), { examples: [null] }),
  },
  { title: 'JobExecution' },
);
export type Execution = Static<typeof Execution>;

export const schedulerPermissions = {
  read: definePermission('scheduler.read', 'See your own jobs and those that others share with you'),
  write: definePermission('scheduler.write', 'Create and change jobs and their schedules'),
  execute: definePermission('scheduler.execute', 'Run jobs at once'),
  manage: definePermission('scheduler.manage', 'Pause, resume, quarantine, replay and deactivate jobs'),
  manageAll: definePermission('scheduler.manage_all', 'See and manage all jobs'),
  reports: definePermission('scheduler.reports.read', 'See the executions of all jobs, and their report'),
  access: definePermission('scheduler.permissions.manage', 'Share your jobs with others'),
  http: definePermission('scheduler.http', 'Have jobs call addresses on the internet'),
};

export const schedulerErrors = {
  notFound: defineError('scheduler.not_found', 404, 'No such job'),
  executionNotFound: defineError('scheduler.execution_not_found', 404, 'No such execution'),
  scheduleNotFound: defineError('scheduler.schedule_not_found', 404, 'The job has no schedule'),
  dependencyNotFound: defineError('scheduler.dependency_not_found', 404, 'No such dependency'),
  accessDenied: defineError('scheduler.access_denied', 403, 'You may see this job, but not do this with it'),
  handlerForbidden: defineError('scheduler.handler_forbidden', 403, 'You lack the permission of this type of job'),
  handlerUnknown: defineError('scheduler.handler_unknown', 400, 'No module has a handler of this type'),
  payloadInvalid: defineError('scheduler.payload_invalid', 400, 'The payload does not fit the handler'),
  cronInvalid: defineError('scheduler.cron_invalid', 400, 'The cron expression cannot be read, or never comes'),
  scheduleInvalid: defineError('scheduler.schedule_invalid', 400, 'The schedule is incomplete, or never runs'),
  dependencyCycle: defineError('scheduler.dependency_cycle', 409, 'A job cannot depend on itself, at any depth'),
  tooManyDependencies: defineError('scheduler.too_many_dependencies', 409, 'The job depends on as many jobs as it may'),
  nameTaken: defineError('scheduler.name_taken', 409, 'A job with this name already exists'),
  notRunnable: defineError('scheduler.not_runnable', 409, 'The job cannot be run in its present state'),
  jobDeclared: defineError('scheduler.job_declared', 409, 'The job belongs to the program and cannot be changed'),
  executionEnded: defineError('scheduler.execution_ended', 409, 'The execution has ended'),
};

const JobRef = Type.Object({ jobId: Type.String() });
const ExecutionRef = Type.Object({ jobId: Type.String(), executionId: Type.String() });

export const schedulerEvents = {
  jobCreated: defineEvent('scheduler.job_created', 1, 'jobId', JobRef),
  jobUpdated: defineEvent('scheduler.job_updated', 1, 'jobId', JobRef),
  executionSucceeded: defineEvent('scheduler.execution_succeeded', 1, 'jobId', ExecutionRef),
  executionFailed: defineEvent('scheduler.execution_failed', 1, 'jobId', ExecutionRef),
  jobQuarantined: defineEvent('scheduler.job_quarantined', 1, 'jobId', JobRef),
};

/** What the program itself calls. */
export interface SchedulerApi {
  /**
   * Registers the handlers and recurring duties of the modules and of the platform. Once, after the migrations; several
   * processes may do it at the same time.
   */
  declare(modules: readonly DeclaredJobs[]): Promise<void>;
}

export interface DeclaredJobs {
  readonly handlers?: readonly JobHandler[];
  readonly jobs?: readonly Job[];
}
