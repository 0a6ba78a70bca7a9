import { Type } from 'typebox';
import { NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { schedulerErrors, schedulerPermissions } from '../contract.ts';
import { ByJob } from '../schemas.ts';
import { ByDependency, Dependency, NewDependency } from './schemas.ts';
import type { JobDependencies } from './service.ts';

const { read, manage } = schedulerPermissions;
const {
  notFound,
  accessDenied,
  jobDeclared,
  dependencyCycle,
  dependencyNotFound,
  tooManyDependencies,
  handlerUnknown,
  handlerForbidden,
} = schedulerErrors;

export function dependencyRoutes(dependencies: JobDependencies): Routes {
  return async (http) => {
    http.get(
      '/scheduler/jobs/:jobId/dependencies',
      {
        config: { access: read, errors: [notFound] },
        schema: {
          operationId: 'listJobDependencies',
          summary: 'List the jobs that a job depends on',
          description: 'At most 50.',
          params: ByJob,
          response: { 200: Type.Object({ items: Type.Array(Dependency) }) },
        },
      },
      ({ actor, params }) => dependencies.list(actor, params.jobId),
    );

    http.post(
      '/scheduler/jobs/:jobId/dependencies',
      {
        config: {
          access: manage,
          errors: [
            notFound,
            accessDenied,
            jobDeclared,
            handlerUnknown,
            handlerForbidden,
            dependencyCycle,
            tooManyDependencies,
          ],
        },
        schema: {
          operationId: 'addJobDependency',
          summary: 'Make a job depend on another one',
          description: `Without a schedule of its own, the job runs once for each occurrence for which all that it depends on have
            succeeded. With one, its run waits until they have succeeded since its occurrence before. When one fails, the run is
            left out and recorded as skipped. Adding a dependency twice changes nothing.`,
          params: ByJob,
          body: NewDependency,
          response: { 201: Dependency },
        },
      },
      async ({ actor, params, body }, reply) =>
        reply.code(201).send(await dependencies.add(actor, params.jobId, body.dependsOnJobId)),
    );

    http.delete(
      '/scheduler/jobs/:jobId/dependencies/:dependsOnJobId',
      {
        config: { access: manage, errors: [notFound, accessDenied, dependencyNotFound] },
        schema: {
          operationId: 'removeJobDependency',
          summary: 'Remove a dependency of a job',
          params: ByDependency,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) =>
        reply.code(204).send(await dependencies.remove(actor, params.jobId, params.dependsOnJobId)),
    );
  };
}
