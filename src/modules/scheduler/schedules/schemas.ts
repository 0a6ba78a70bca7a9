import { Type, type Static } from 'typebox';
import { Instant, Nullable, NullableOneOf, OneOf } from '#kernel/schema.ts';
import { intervalUnits } from '#kernel/time/next-instant.ts';
import { JobSchedule, misfirePolicies, scheduleTypes } from '../schemas.ts';

const MAX_CATCH_UP_RUNS = 1000;
const YEAR_SECONDS = 366 * 86_400;
const Count = Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: '10 by default.' }));
export const PreviewQuery = Type.Object({ count: Count });

const Holiday = Type.String({
  pattern: '^(persian:)?(\\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$',
  description: '`YYYY-MM-DD`, or `MM-DD` in every year; with `persian:` in the Persian calendar',
  examples: ['persian:01-01'],
});

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

const Instants = Type.Array(
  Type.Object({
    atUtc: Instant,
    local: Type.String({ description: 'On the clock of the zone', examples: ['2026-11-28T06:30:00+03:30'] }),
    isHoliday: Type.Boolean({ description: 'No run begins on this day', examples: [false] }),
  }),
);

/** A schedule, and how many runs its change has left out. */
export const SetSchedule = Type.Object(
  {
    ...JobSchedule.properties,
    leftOut: Type.Integer({ description: 'Runs that were due and are not made up', examples: [0] }),
    preview: Type.With(Instants, { description: 'The next five instants, also of a schedule that is only tried' }),
  },
  { title: 'SetJobSchedule' },
);
export type SetSchedule = Static<typeof SetSchedule>;

export const JobSchedulePreview = Type.Object({
  items: Instants,
});
export type JobSchedulePreview = Static<typeof JobSchedulePreview>;
