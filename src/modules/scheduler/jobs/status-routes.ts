import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { ScheduledJob, schedulerErrors, schedulerPermissions } from '../contract.ts';
import { ByJob, DryRun } from '../schemas.ts';
import { ChangedJobs, Pause, PauseMany, Quarantine, Resume, ResumedJob, ResumeMany } from './schemas.ts';
import type { JobStatuses } from './status.ts';

const { manage } = schedulerPermissions;
const { notFound, accessDenied, notRunnable, scheduleInvalid, handlerUnknown, handlerForbidden } = schedulerErrors;

export function statusRoutes(statuses: JobStatuses): Routes {
  return async (http) => {
    http.post(
      '/scheduler/jobs/:jobId/pause',
      {
        config: { access: manage, errors: [notFound, accessDenied, notRunnable, httpErrors.preconditionFailed] },
        schema: {
          operationId: 'pauseJob',
          summary: 'Pause a job',
          description: `Its schedule goes on, but each run is left out and recorded as skipped. With \`until\` the pause ends by
            itself. Runs that have begun go on.`,
          params: ByJob,
          body: Pause,
          response: { 200: ScheduledJob },
        },
      },
      ({ actor, params, body, precondition }) => statuses.pause(actor, params.jobId, body, precondition),
    );

    http.post(
      '/scheduler/jobs/:jobId/resume',
      {
        config: {
          access: manage,
          errors: [notFound, accessDenied, handlerUnknown, handlerForbidden, httpErrors.preconditionFailed],
        },
        schema: {
          operationId: 'resumeJob',
          summary: 'Resume a job',
          description: `Ends a pause or a quarantine, and makes an inactive job active. The next run is the first one from now on; the
            answer says how many were left out. With \`catchUp\` the newest of them run now, in order.`,
          params: ByJob,
          querystring: DryRun,
          body: Resume,
          response: { 200: ResumedJob },
        },
      },
      ({ actor, params, body, query, precondition }) =>
        statuses.resume(actor, params.jobId, { ...body, ...query }, precondition),
    );

    http.post(
      '/scheduler/jobs/:jobId/quarantine',
      {
        config: { access: manage, errors: [notFound, accessDenied, notRunnable, httpErrors.preconditionFailed] },
        schema: {
          operationId: 'quarantineJob',
          summary: 'Quarantine a job',
          description: `Its schedule stops until the quarantine ends, by time or by resuming the job. Its owner and the
            administrators are told. A job that fails too often in a row is quarantined by itself.`,
          params: ByJob,
          body: Quarantine,
          response: { 200: ScheduledJob },
        },
      },
      ({ actor, params, body, precondition }) => statuses.quarantine(actor, params.jobId, body, precondition),
    );

    http.post(
      '/scheduler/pause',
      {
        config: { access: manage, errors: [scheduleInvalid] },
        schema: {
          operationId: 'pauseJobs',
          summary: 'Pause all jobs of a type or with a tag',
          description: 'Pauses the active ones of the jobs that you may manage, at most 1,000.',
          body: PauseMany,
          response: { 200: ChangedJobs },
        },
      },
      ({ actor, body }) => statuses.pauseMany(actor, body),
    );

    http.post(
      '/scheduler/resume',
      {
        config: { access: manage, errors: [scheduleInvalid] },
        schema: {
          operationId: 'resumeJobs',
          summary: 'Resume all jobs of a type or with a tag',
          description: `Resumes the paused ones of the jobs that you may manage, at most 1,000. With \`catchUp\`, those that you may not
            run stay paused.`,
          body: ResumeMany,
          response: { 200: ChangedJobs },
        },
      },
      ({ actor, body }) => statuses.resumeMany(actor, body),
    );
  };
}
