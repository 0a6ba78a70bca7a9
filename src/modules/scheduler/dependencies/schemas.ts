import { Type, type Static } from 'typebox';
import { Id, Nullable } from '#kernel/schema.ts';
import { ByJob } from '../schemas.ts';

export const ByDependency = Type.Object({
  ...ByJob.properties,
  dependsOnJobId: Type.With(Id, { description: 'Id of the job that it depends on' }),
});

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
