import { Type, type Static } from 'typebox';
import { PageQuery } from '#kernel/page.ts';
import { Id, Instant, Nullable } from '#kernel/schema.ts';
import { ExecutionStatus } from '../contract.ts';

export const ByExecution = Type.Object({ executionId: Type.With(Id, { description: 'Id of the execution' }) });
export const Started = Type.Object({ executionId: Id }, { title: 'StartedExecution' });

export const Replay = Type.Object(
  {
    take: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'The oldest so many; 100 by default' })),
  },
  { title: 'JobReplay', examples: [{ take: 10 }] },
);
export const Replayed = Type.Object({ replayed: Type.Integer({ examples: [2] }), executionIds: Type.Array(Id) });
export type Replayed = Static<typeof Replayed>;

/** Of executions. */
export const executionFilters = {
  status: Type.Optional(Type.With(ExecutionStatus, { description: 'Only executions in this state.' })),
  from: Type.Optional(Type.With(Instant, { description: 'Only executions created at this instant or later.' })),
  to: Type.Optional(Type.With(Instant, { description: 'Only executions created before this instant.' })),
};
export const ExecutionQuery = Type.Object({ ...PageQuery.properties, ...executionFilters });
export type ExecutionQuery = Static<typeof ExecutionQuery>;
export const AllExecutionsQuery = Type.Object({
  ...ExecutionQuery.properties,
  jobId: Type.Optional(Type.With(Id, { description: 'Only executions of this job.' })),
});
export type AllExecutionsQuery = Static<typeof AllExecutionsQuery>;
export const Metrics = Type.Object(
  {
    due: Type.Integer({ description: 'Runs that are due and have not begun', examples: [0] }),
    running: Type.Integer({ examples: [1] }),
    lagMs: Type.Integer({ description: 'How long the oldest run that could begin has waited', examples: [0] }),
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
