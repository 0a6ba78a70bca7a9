import { Type } from 'typebox';
import { Page, pageErrors } from '#kernel/page.ts';
import { NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { AccessEntry, authorizationErrors } from '#modules/authorization/contract.ts';
import { ScheduledJob, schedulerErrors, schedulerPermissions } from '../contract.ts';
import type { HandlerRegistry } from '../handlers/registry.ts';
import { ByJob } from '../schemas.ts';
import { ShownHandler } from '../handlers/schemas.ts';
import { JobChange, JobQuery, NewJob } from './schemas.ts';
import type { JobAccess } from './access.ts';
import type { Jobs } from './service.ts';

const { read, write, manage, access: manageAccess } = schedulerPermissions;
const { notFound, accessDenied, jobDeclared, handlerUnknown, handlerForbidden, payloadInvalid, nameTaken } =
  schedulerErrors;
const saving = [handlerUnknown, handlerForbidden, payloadInvalid, nameTaken];

export function jobRoutes(jobs: Jobs, access: JobAccess, registry: HandlerRegistry): Routes {
  return async (http) => {
    http.get(
      '/scheduler/handlers',
      {
        config: { access: read },
        schema: {
          operationId: 'listJobHandlers',
          summary: 'List the types of jobs',
          description:
            'What jobs can do, by name: with the schema of the payload and the permission that saving and running need.',
          response: { 200: Type.Object({ items: Type.Array(ShownHandler) }) },
        },
      },
      () => ({ items: registry.list() }),
    );

    http.get(
      '/scheduler/jobs',
      {
        config: { access: read, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listJobs',
          summary: 'List jobs',
          description: `Your own jobs and those that others share with you, newest first; administrators see all, also the
            recurring duties of the program.`,
          querystring: JobQuery,
          response: { 200: Page(ScheduledJob) },
        },
      },
      ({ actor, query }) => jobs.list(actor, query),
    );

    http.post(
      '/scheduler/jobs',
      {
        config: { access: write, errors: saving },
        schema: {
          operationId: 'createJob',
          summary: 'Create a job',
          description: `It runs in your name, with the permissions that you have at that moment. It runs when you start it, by
            its schedule, or after jobs that it depends on.`,
          body: NewJob,
          response: { 201: ScheduledJob },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await jobs.create(actor, body)),
    );

    http.get(
      '/scheduler/jobs/:jobId',
      {
        config: { access: read, errors: [notFound] },
        schema: {
          operationId: 'getJob',
          summary: 'Get a job',
          description: 'Answers 404 also for a job of another user. Secrets of the payload are shown as `***`.',
          params: ByJob,
          response: { 200: ScheduledJob },
        },
      },
      ({ actor, params }) => jobs.get(actor, params.jobId),
    );

    http.put(
      '/scheduler/jobs/:jobId',
      {
        config: {
          access: write,
          errors: [notFound, accessDenied, jobDeclared, ...saving, httpErrors.preconditionFailed],
        },
        schema: {
          operationId: 'editJob',
          summary: 'Change a job',
          description: `Fields that you leave out keep their values; of the payload, only secrets that you send as \`***\`. Send the
            \`ETag\` of the version that you have read in \`If-Match\`, so that you do not overwrite another change.`,
          params: ByJob,
          body: JobChange,
          response: { 200: ScheduledJob },
        },
      },
      ({ actor, params, body, precondition }) => jobs.edit(actor, params.jobId, body, precondition),
    );

    http.delete(
      '/scheduler/jobs/:jobId',
      {
        config: { access: manage, errors: [notFound, accessDenied, jobDeclared, httpErrors.preconditionFailed] },
        schema: {
          operationId: 'deactivateJob',
          summary: 'Deactivate a job',
          description: `The job stays with its executions, but does not run any more; runs that have not ended are cancelled.
            Resuming it makes it active again.`,
          params: ByJob,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params, precondition }, reply) =>
        reply.code(204).send(await jobs.deactivate(actor, params.jobId, precondition)),
    );

    http.get(
      '/scheduler/jobs/:jobId/permissions',
      {
        config: { access: manageAccess, errors: [notFound, accessDenied] },
        schema: {
          operationId: 'listJobAccess',
          summary: 'List who else may see, change or manage a job',
          description:
            'The access list of the job: users first, then roles. Only its owner sees it, and administrators.',
          params: ByJob,
          response: { 200: Type.Object({ items: Type.Array(AccessEntry) }) },
        },
      },
      ({ actor, params }) => access.list(actor, params.jobId),
    );

    http.put(
      '/scheduler/jobs/:jobId/permissions',
      {
        config: {
          access: manageAccess,
          errors: [
            notFound,
            accessDenied,
            jobDeclared,
            authorizationErrors.userNotFound,
            authorizationErrors.roleNotFound,
            authorizationErrors.organisationNotFound,
          ],
        },
        schema: {
          operationId: 'setJobAccess',
          summary: 'Give a user, a role or an organisation access to a job',
          description: `Replaces the entry of one user, role or organisation; an entry without any right is removed. \`canWrite\` also lets them
            run the job, \`canManage\` pause, resume, quarantine and replay it. For all of these they must be allowed to read it too.`,
          params: ByJob,
          body: AccessEntry,
          response: { 200: AccessEntry },
        },
      },
      ({ actor, params, body }) => access.put(actor, params.jobId, body),
    );
  };
}
