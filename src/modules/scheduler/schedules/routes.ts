import { NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { schedulerErrors, schedulerPermissions } from '../contract.ts';
import { ByJob, DryRun, JobSchedule } from '../schemas.ts';
import { NewJobSchedule, JobSchedulePreview, PreviewQuery, SetSchedule } from './schemas.ts';
import type { JobSchedules } from './service.ts';

const { read, write, manage } = schedulerPermissions;
const {
  notFound,
  accessDenied,
  jobDeclared,
  scheduleNotFound,
  cronInvalid,
  scheduleInvalid,
  handlerUnknown,
  handlerForbidden,
} = schedulerErrors;

export function scheduleRoutes(schedules: JobSchedules): Routes {
  return async (http) => {
    http.get(
      '/scheduler/jobs/:jobId/schedule',
      {
        config: { access: read, errors: [notFound, scheduleNotFound] },
        schema: {
          operationId: 'getJobSchedule',
          summary: 'Get the schedule of a job',
          description: 'Answers 404 also for a job without a schedule.',
          params: ByJob,
          response: { 200: JobSchedule },
        },
      },
      ({ actor, params }) => schedules.get(actor, params.jobId),
    );

    http.post(
      '/scheduler/jobs/:jobId/schedule',
      {
        config: {
          access: write,
          errors: [notFound, accessDenied, jobDeclared, handlerUnknown, handlerForbidden, cronInvalid, scheduleInvalid],
        },
        schema: {
          operationId: 'setJobSchedule',
          summary: 'Set the schedule of a job',
          description: `Replaces the one before. The next run is the first one from now on: what was due before does not run, and
            the answer counts it. With \`dryRun=true\` nothing is changed.`,
          params: ByJob,
          querystring: DryRun,
          body: NewJobSchedule,
          response: { 201: SetSchedule },
        },
      },
      async ({ actor, params, body, query }, reply) =>
        reply.code(201).send(await schedules.set(actor, params.jobId, body, query)),
    );

    http.delete(
      '/scheduler/jobs/:jobId/schedule',
      {
        config: { access: manage, errors: [notFound, accessDenied, jobDeclared, scheduleNotFound] },
        schema: {
          operationId: 'removeJobSchedule',
          summary: 'Remove the schedule of a job',
          description: 'Runs that have been created already go on.',
          params: ByJob,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await schedules.remove(actor, params.jobId)),
    );

    http.get(
      '/scheduler/jobs/:jobId/schedule/preview',
      {
        config: { access: read, errors: [notFound, scheduleNotFound] },
        schema: {
          operationId: 'previewJobSchedule',
          summary: 'List the next instants of a schedule',
          description: 'In UTC and on the clock of the zone, with changes of the clock and holidays.',
          params: ByJob,
          querystring: PreviewQuery,
          response: { 200: JobSchedulePreview },
        },
      },
      ({ actor, params, query }) => schedules.preview(actor, params.jobId, query),
    );
  };
}
