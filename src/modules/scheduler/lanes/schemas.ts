import { Type, type Static } from 'typebox';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';

const JOB_ID = '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96';

const LaneRun = Type.Object({
  id: Id,
  jobId: Id,
  jobName: Type.String(),
  status: Type.With(OneOf('running', 'scheduled'), { description: '`scheduled`: it is due and waits' }),
  sinceUtc: Type.With(Instant, { description: 'When it began, or since when it is due' }),
  nodeId: Type.With(Nullable(Id), { description: 'The process that runs it' }),
  progress: Nullable(Type.Integer()),
});
export type LaneRun = Static<typeof LaneRun>;

const RunLane = Type.Object({
  kind: Type.With(OneOf('type', 'key', 'job'), {
    description: `\`type\`: all runs of a type. \`key\`: those of one owner and type with one concurrency key. \`job\`: those
        of a job that allows no overlaps`,
  }),
  type: Type.String(),
  key: Nullable(Type.String({ description: 'The concurrency key' })),
  ownerId: Type.With(Nullable(Id), { description: 'Of the jobs with that key; null for the program' }),
  jobId: Nullable(Id),
  limit: Nullable(Type.Integer({ description: 'So many may run at the same time; null: any number' })),
  running: Type.Integer(),
  waiting: Type.Integer({ description: 'Are due and have not begun' }),
  runs: Type.Array(LaneRun, { description: 'The first 20: those that run, then those that wait, the oldest first' }),
});
export type RunLane = Static<typeof RunLane>;

export const SchedulerLanes = Type.Object(
  {
    items: Type.Array(RunLane, { description: 'Those in which runs wait come first' }),
    complete: Type.Boolean({
      description: 'Whether all were counted: at most 500 that run and 500 that wait are read',
    }),
  },
  {
    title: 'SchedulerLanes',
    examples: [
      {
        items: [
          {
            kind: 'key',
            type: 'http.request',
            key: 'prices',
            ownerId: JOB_ID,
            jobId: null,
            limit: 1,
            running: 1,
            waiting: 0,
            runs: [
              {
                id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e97',
                jobId: JOB_ID,
                jobName: 'Fetch prices',
                status: 'running',
                sinceUtc: '2026-11-23T08:00:00.000Z',
                nodeId: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e98',
                progress: 40,
              },
            ],
          },
        ],
        complete: true,
      },
    ],
  },
);
export type SchedulerLanes = Static<typeof SchedulerLanes>;
