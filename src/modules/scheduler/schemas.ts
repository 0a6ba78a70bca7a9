import { Type, type Static } from 'typebox';
import { Id, Instant, Nullable, NullableOneOf, OneOf } from '#kernel/schema.ts';
import { intervalUnits } from '#kernel/time/next-instant.ts';
import { Execution } from './contract.ts';

export const ByJob = Type.Object({ jobId: Type.With(Id, { description: 'Id of the job' }) });
export const scheduleTypes = ['cron', 'interval', 'oneTime'] as const;
export const misfirePolicies = ['fireNow', 'skip', 'catchUp'] as const;

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

export const DryRun = Type.Object({
  dryRun: Type.Optional(Type.Boolean({ description: 'With `true` nothing is changed; the answer is the same.' })),
});

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
