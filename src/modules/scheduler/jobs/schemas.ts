import { Type, type Static } from 'typebox';
import { NAME_PATTERN, VISIBLE_PATTERN } from '#kernel/name.ts';
import { PageQuery } from '#kernel/page.ts';
import { Instant, Nullable } from '#kernel/schema.ts';
import { Backoff, Concurrency, JobPriority, JobStatus, ScheduledJob } from '../contract.ts';

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
  declared: Type.Optional(
    Type.Boolean({ description: 'Only duties of the program, or only what people have made. By default both.' }),
  ),
  search: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'Text anywhere in name and description; case and Persian letters as in other lists.',
    }),
  ),
});
export type JobQuery = Static<typeof JobQuery>;

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
