import { Type, type Static } from 'typebox';
import { NAME_PATTERN, VISIBLE_PATTERN } from '#kernel/name.ts';
import { PageQuery } from '#kernel/page.ts';
import { Id, Instant, LanguageName, Nullable, NullableOneOf, OneOf } from '#kernel/schema.ts';
import { intervalUnits } from '#kernel/time/next-instant.ts';
import { Backoff, Concurrency, Execution, ExecutionStatus, JobPriority, JobStatus, ScheduledJob } from './contract.ts';

const MAX_CATCH_UP_RUNS = 1000;
const YEAR_SECONDS = 366 * 86_400;
const TYPE_PATTERN = '^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+$';

const HandlerType = Type.String({
  minLength: 3,
  maxLength: 100,
  pattern: TYPE_PATTERN,
  description: 'Of a handler, as `GET /scheduler/handlers` lists them',
});
const Tag = Type.String({ minLength: 1, maxLength: 50, pattern: NAME_PATTERN });
const Reason = Type.String({ minLength: 1, maxLength: 500, pattern: VISIBLE_PATTERN });

export const NewJob = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200, pattern: NAME_PATTERN, description: 'Unique' }),
    description: Type.Optional(Type.String({ maxLength: 2000 })),
    type: HandlerType,
    tags: Type.Optional(Type.Array(Tag, { maxItems: 20, uniqueItems: true })),
    payload: Type.Optional(
      Type.With(ScheduledJob.properties.payload, {
        description:
          'Input of the handler, by its schema, up to 64 KiB. A secret that is sent as `***` stays as it is.',
      }),
    ),
    concurrencyKey: Type.Optional(
      Type.With(Nullable(Type.String({ minLength: 1, maxLength: 100, pattern: NAME_PATTERN })), {
        description: 'Runs of one owner with the same type and key never run at the same time',
      }),
    ),
    maxRetryAttempts: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 20, description: 'Attempts after the first one' }),
    ),
    retryBackoffSeconds: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 86_400, description: 'Pause before the second attempt' }),
    ),
    backoff: Type.Optional(Backoff),
    maxExecutionSeconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 86_400, description: 'After this time an attempt has timed out' }),
    ),
    maxConsecutiveFailures: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1000,
        description: 'Failed runs in a row after which the job is quarantined; 0: never',
      }),
    ),
    concurrency: Type.Optional(Concurrency),
    priority: Type.Optional(JobPriority),
  },
  {
    title: 'NewJob',
    description: 'What is left out has the value that the handler suggests.',
    examples: [{ name: 'Heartbeat', type: 'platform.noop', payload: {}, tags: ['example'] }],
  },
);
export type NewJob = Static<typeof NewJob>;

export const JobChange = Type.Partial(NewJob, {
  title: 'JobChange',
  description: 'Fields that are left out stay as they are.',
  minProperties: 1,
  examples: [{ maxRetryAttempts: 5 }],
});
export type JobChange = Static<typeof JobChange>;

export const JobQuery = Type.Object({
  ...PageQuery.properties,
  status: Type.Optional(Type.With(JobStatus, { description: 'Only jobs in this state.' })),
  type: Type.Optional(Type.String({ maxLength: 100, description: 'Only jobs of this type.' })),
  tag: Type.Optional(Type.String({ maxLength: 50, description: 'Only jobs with this tag.' })),
  search: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'Text anywhere in name and description; case and Persian letters as in other lists.',
    }),
  ),
});
export type JobQuery = Static<typeof JobQuery>;

export const ByJob = Type.Object({ jobId: Type.With(Id, { description: 'Id of the job' }) });
export const ByExecution = Type.Object({ executionId: Type.With(Id, { description: 'Id of the execution' }) });
export const ByDependency = Type.Object({
  ...ByJob.properties,
  dependsOnJobId: Type.With(Id, { description: 'Id of the job that it depends on' }),
});

const Count = Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: '10 by default.' }));
export const PreviewQuery = Type.Object({ count: Count });

const Holiday = Type.String({
  pattern: '^(persian:)?(\\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$',
  description: '`YYYY-MM-DD`, or `MM-DD` in every year; with `persian:` in the Persian calendar',
  examples: ['persian:01-01'],
});

export const scheduleTypes = ['cron', 'interval', 'oneTime'] as const;
export const misfirePolicies = ['fireNow', 'skip', 'catchUp'] as const;

export const NewJobSchedule = Type.Object(
  {
    type: OneOf(...scheduleTypes),
    cronExpression: Type.Optional(
      Type.With(Nullable(Type.String({ minLength: 1, maxLength: 200 })), {
        description:
          `For \`cron\`: 5 fields, or 6 with seconds first; names, \`@daily\` and the like, \`L\`, \`LW\`, \`15W\`,
          \`5L\`, \`5#2\`. Day of month and day of week together mean that either is enough, as in Vixie cron.`.replace(
            /\s+/g,
            ' ',
          ),
      }),
    ),
    timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'IANA name; UTC by default' })),
    gap: Type.Optional(
      Type.With(NullableOneOf('end', 'shift', 'skip'), {
        description:
          'What a local time does that a change of the clock skips: run at the end of the gap (default), as much later as the gap is long, or not at all',
      }),
    ),
    fold: Type.Optional(
      Type.With(NullableOneOf('first', 'last', 'both'), {
        description:
          'When a repeated local time runs. Default: both times if minutes or hours have `*`, `/` or `-`, else the first time',
      }),
    ),
    intervalSeconds: Type.Optional(
      Type.With(Nullable(Type.Integer({ minimum: 1, maximum: YEAR_SECONDS })), {
        description: 'For `interval`, in seconds',
      }),
    ),
    every: Type.Optional(
      Type.With(Nullable(Type.Integer({ minimum: 1, maximum: 10_000 })), { description: 'For `interval`, in `unit`' }),
    ),
    unit: Type.Optional(
      Type.With(NullableOneOf(...intervalUnits), {
        description: 'Days, weeks and months keep the local time of the first run',
      }),
    ),
    oneTimeAtUtc: Type.Optional(Type.With(Nullable(Instant), { description: 'For `oneTime`' })),
    startAtUtc: Type.Optional(
      Type.With(Nullable(Instant), { description: 'No run before it; an interval begins there' }),
    ),
    endAtUtc: Type.Optional(Type.With(Nullable(Instant), { description: 'No run at it or after it' })),
    misfirePolicy: Type.Optional(
      Type.With(OneOf(...misfirePolicies), {
        description:
          'What happens to runs that are more than a minute late, because no process was running: one run now (default), none, or each',
      }),
    ),
    maxCatchUpRuns: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_CATCH_UP_RUNS,
        description: 'With `catchUp` the newest so many runs, in order; 10 by default',
      }),
    ),
    jitterSeconds: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 3600, description: 'Each run begins up to so much later, at random' }),
    ),
    holidays: Type.Optional(
      Type.Array(Holiday, { maxItems: 400, uniqueItems: true, description: 'Local days on which no run begins' }),
    ),
  },
  {
    title: 'NewJobSchedule',
    examples: [
      { type: 'cron', cronExpression: '30 6 * * sat-wed', timeZone: 'Asia/Tehran', holidays: ['persian:01-01'] },
    ],
  },
);
export type NewJobSchedule = Static<typeof NewJobSchedule>;

export const JobSchedule = Type.Object(
  {
    type: OneOf(...scheduleTypes),
    cronExpression: Nullable(Type.String({ examples: ['30 6 * * *'] })),
    timeZone: Type.String({ examples: ['Asia/Tehran'] }),
    gap: Type.With(NullableOneOf('end', 'shift', 'skip'), { examples: [null] }),
    fold: Type.With(NullableOneOf('first', 'last', 'both'), { examples: [null] }),
    intervalSeconds: Type.With(Nullable(Type.Integer()), { examples: [null] }),
    every: Type.With(Nullable(Type.Integer()), { examples: [null] }),
    unit: Type.With(NullableOneOf(...intervalUnits), { examples: [null] }),
    oneTimeAtUtc: Type.With(Nullable(Instant), { examples: [null] }),
    startAtUtc: Type.With(Nullable(Instant), { examples: [null] }),
    endAtUtc: Type.With(Nullable(Instant), { examples: [null] }),
    misfirePolicy: OneOf(...misfirePolicies),
    maxCatchUpRuns: Type.Integer({ examples: [10] }),
    jitterSeconds: Type.Integer({ examples: [0] }),
    holidays: Type.Array(Type.String({ examples: ['persian:01-01'] })),
    nextRunAtUtc: Nullable(Instant),
  },
  { title: 'JobSchedule' },
);
export type JobSchedule = Static<typeof JobSchedule>;

/** A schedule, and how many runs its change has left out. */
export const SetSchedule = Type.Object(
  {
    ...JobSchedule.properties,
    leftOut: Type.Integer({ description: 'Runs that were due and are not made up', examples: [0] }),
  },
  { title: 'SetJobSchedule' },
);
export type SetSchedule = Static<typeof SetSchedule>;

export const DryRun = Type.Object({
  dryRun: Type.Optional(Type.Boolean({ description: 'With `true` nothing is changed; the answer is the same.' })),
});

export const SchedulePreview = Type.Object({
  items: Type.Array(
    Type.Object({
      atUtc: Instant,
      local: Type.String({ description: 'On the clock of the zone', examples: ['2026-11-28T06:30:00+03:30'] }),
      isHoliday: Type.Boolean({ description: 'No run begins on this day', examples: [false] }),
    }),
  ),
});
export type SchedulePreview = Static<typeof SchedulePreview>;

export const Pause = Type.Object(
  {
    until: Type.Optional(
      Type.With(Nullable(Instant), { description: 'When the pause ends by itself; by default by hand' }),
    ),
    reason: Type.Optional(
      Type.With(Nullable(Reason), { description: 'Shown with the job and the runs that are left out' }),
    ),
  },
  { title: 'JobPause', examples: [{ reason: 'The price service is being moved' }] },
);
export type Pause = Static<typeof Pause>;

export const Resume = Type.Object(
  {
    catchUp: Type.Optional(
      Type.Boolean({ description: 'Also runs what the pause has left out, the newest `maxCatchUpRuns`, in order' }),
    ),
  },
  { title: 'JobResume', examples: [{ catchUp: false }] },
);
export type Resume = Static<typeof Resume>;

const WhichJobs = {
  type: Type.Optional(HandlerType),
  tag: Type.Optional(Tag),
};
export const PauseMany = Type.Object(
  { ...WhichJobs, ...Pause.properties },
  {
    title: 'JobsPause',
    description: 'All jobs of a type, or with a tag, that you may manage.',
    examples: [{ tag: 'prices', reason: 'Moving' }],
  },
);
export type PauseMany = Static<typeof PauseMany>;
export const ResumeMany = Type.Object(
  { ...WhichJobs, ...Resume.properties },
  {
    title: 'JobsResume',
    description: 'All jobs of a type, or with a tag, that you may manage.',
    examples: [{ tag: 'prices' }],
  },
);
export type ResumeMany = Static<typeof ResumeMany>;
export const ChangedJobs = Type.Object({
  changed: Type.Integer({ description: 'How many jobs were changed', examples: [3] }),
});

/** A job after a resumption, and what its pause or quarantine has left out. */
export const ResumedJob = Type.Object(
  {
    ...ScheduledJob.properties,
    leftOut: Type.Integer({ description: 'Runs that were due meanwhile', examples: [2] }),
    caughtUp: Type.Integer({ description: 'How many of them run now', examples: [0] }),
  },
  { title: 'ResumedJob' },
);
export type ResumedJob = Static<typeof ResumedJob>;

export const Quarantine = Type.Object(
  {
    quarantineMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 525_600, description: '60 by default' })),
    reason: Type.Optional(Nullable(Reason)),
  },
  { title: 'JobQuarantine', examples: [{ quarantineMinutes: 60, reason: 'Floods the price service' }] },
);
export type Quarantine = Static<typeof Quarantine>;

export const Started = Type.Object({ executionId: Id }, { title: 'StartedExecution' });

export const Replay = Type.Object(
  {
    take: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'The oldest so many; 100 by default' })),
  },
  { title: 'JobReplay', examples: [{ take: 10 }] },
);
export const Replayed = Type.Object({ replayed: Type.Integer({ examples: [2] }), executionIds: Type.Array(Id) });
export type Replayed = Static<typeof Replayed>;

const filters = {
  status: Type.Optional(Type.With(ExecutionStatus, { description: 'Only executions in this state.' })),
  from: Type.Optional(Type.With(Instant, { description: 'Only executions created at this instant or later.' })),
  to: Type.Optional(Type.With(Instant, { description: 'Only executions created before this instant.' })),
};
export const ExecutionQuery = Type.Object({ ...PageQuery.properties, ...filters });
export type ExecutionQuery = Static<typeof ExecutionQuery>;
export const AllExecutionsQuery = Type.Object({
  ...ExecutionQuery.properties,
  jobId: Type.Optional(Type.With(Id, { description: 'Only executions of this job.' })),
});
export type AllExecutionsQuery = Static<typeof AllExecutionsQuery>;
export const ExecutionReportQuery = Type.Object({
  ...filters,
  jobId: AllExecutionsQuery.properties.jobId,
  format: Type.Optional(Type.With(OneOf('csv', 'pdf'), { description: '`csv` by default.' })),
  language: Type.Optional(Type.With(LanguageName, { description: 'Of the PDF; `en` by default.' })),
});
export type ExecutionReportQuery = Static<typeof ExecutionReportQuery>;

/** An attempt that has ended while the run went on. */
export const PastAttempt = Type.Object(
  {
    attempt: Type.Integer({ examples: [1] }),
    nodeId: Id,
    startedAtUtc: Instant,
    endedAtUtc: Instant,
    outcome: Type.With(OneOf('failed', 'timedOut', 'lost'), { examples: ['failed'] }),
    error: Type.String({ examples: ['the server answered 503'] }),
  },
  { title: 'PastAttempt' },
);
export type PastAttempt = Static<typeof PastAttempt>;
export const LogLine = Type.Object(
  {
    atUtc: Instant,
    attempt: Type.Integer({ examples: [1] }),
    text: Type.String({ examples: ['GET answered 200 after 84 ms'] }),
  },
  { title: 'JobLogLine' },
);
export type LogLine = Static<typeof LogLine>;
export const ExecutionDetail = Type.Object(
  {
    ...Execution.properties,
    fencingToken: Type.With(Nullable(Type.Integer()), { description: 'Of the last attempt', examples: [4711] }),
    pastAttempts: Type.Array(PastAttempt, { description: 'Those before the last one', examples: [[]] }),
    log: Type.Array(LogLine, { examples: [[]] }),
  },
  { title: 'JobExecutionDetail' },
);
export type ExecutionDetail = Static<typeof ExecutionDetail>;

export const ShownHandler = Type.Object(
  {
    type: Type.String({ examples: ['platform.noop'] }),
    description: Type.String({ examples: ['Does nothing'] }),
    permission: Type.String({
      description: 'Saving and running a job of the type need it',
      examples: ['scheduler.write'],
    }),
    payload: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      description: 'JSON schema of the payload; fields with `writeOnly` are secrets',
      examples: [{ type: 'object', properties: {} }],
    }),
    isIsolated: Type.Boolean({
      examples: [false],
      description: 'Runs in a thread of its own, which is terminated at the time limit',
    }),
  },
  { title: 'JobHandler' },
);
export type ShownHandler = Static<typeof ShownHandler>;

export const NewDependency = Type.Object(
  { dependsOnJobId: Id },
  { title: 'NewJobDependency', examples: [{ dependsOnJobId: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96' }] },
);
export const Dependency = Type.Object(
  {
    dependsOnJobId: Id,
    name: Type.With(Nullable(Type.String()), {
      description: 'Null for a job that you may not see',
      examples: ['Fetch prices'],
    }),
  },
  { title: 'JobDependency' },
);
export type Dependency = Static<typeof Dependency>;

export const Metrics = Type.Object(
  {
    due: Type.Integer({ description: 'Runs that are due and have not begun', examples: [0] }),
    running: Type.Integer({ examples: [1] }),
    lagMs: Type.Integer({ description: 'How long the oldest due run has waited', examples: [0] }),
    quarantined: Type.Integer({ description: 'Jobs in quarantine', examples: [0] }),
    byType: Type.Array(
      Type.Object({
        type: Type.String(),
        succeeded: Type.Integer(),
        failed: Type.Integer(),
        quarantines: Type.Integer(),
        seconds: Type.Array(Type.Object({ upTo: Nullable(Type.Number()), count: Type.Integer() }), {
          description: 'Attempts by their duration in seconds, cumulative; null: all',
        }),
      }),
      { description: 'Counted by the answering process since its start', examples: [[]] },
    ),
  },
  { title: 'SchedulerMetrics' },
);
export type Metrics = Static<typeof Metrics>;
