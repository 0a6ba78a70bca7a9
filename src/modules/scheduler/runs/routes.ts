import { Page, pageErrors } from '#kernel/page.ts';
import type { Routes } from '#platform/module.ts';
import { Execution, schedulerErrors, schedulerPermissions } from '../contract.ts';
import { ByJob, ExecutionDetail } from '../schemas.ts';
import { AllExecutionsQuery, ByExecution, ExecutionQuery, Metrics, Replay, Replayed, Started } from './schemas.ts';
import type { SchedulerMetrics } from './metrics.ts';
import type { Runs } from './service.ts';

const { read, execute, manage, reports } = schedulerPermissions;
const { notFound, accessDenied, notRunnable, handlerUnknown, handlerForbidden, executionNotFound, executionEnded } =
  schedulerErrors;
const pages = Object.values(pageErrors);

export function runRoutes(runs: Runs, metrics: SchedulerMetrics): Routes {
  return async (http) => {
    http.get(
      '/scheduler/jobs/logs',
      {
        config: { access: reports, errors: pages },
        schema: {
          operationId: 'listAllExecutions',
          summary: 'List the executions of all jobs',
          description: 'Newest first, also those that were left out.',
          querystring: AllExecutionsQuery,
          response: { 200: Page(Execution) },
        },
      },
      ({ query }) => runs.listAll(query),
    );

    http.get(
      '/scheduler/jobs/:jobId/logs',
      {
        config: { access: read, errors: [notFound, ...pages] },
        schema: {
          operationId: 'listExecutions',
          summary: 'List the executions of a job',
          description: 'Newest first, also those that were left out, with the reason.',
          params: ByJob,
          querystring: ExecutionQuery,
          response: { 200: Page(Execution) },
        },
      },
      ({ actor, params, query }) => runs.list(actor, params.jobId, query),
    );

    http.post(
      '/scheduler/jobs/:jobId/run',
      {
        config: { access: execute, errors: [notFound, accessDenied, handlerUnknown, handlerForbidden, notRunnable] },
        schema: {
          operationId: 'runJob',
          summary: 'Run a job now',
          description: `Beside its schedule, which does not change. Answers 409 for a job that is not active, and for one that
            forbids overlaps and has a run that has not ended.`,
          params: ByJob,
          response: { 202: Started },
        },
      },
      async ({ actor, params }, reply) => reply.code(202).send(await runs.run(actor, params.jobId)),
    );

    http.post(
      '/scheduler/jobs/:jobId/replay',
      {
        config: { access: manage, errors: [notFound, accessDenied, handlerUnknown, handlerForbidden, notRunnable] },
        schema: {
          operationId: 'replayJob',
          summary: 'Repeat the dead-lettered executions of a job',
          description: 'The oldest first, each of them once.',
          params: ByJob,
          body: Replay,
          response: { 202: Replayed },
        },
      },
      async ({ actor, params, body }, reply) => reply.code(202).send(await runs.replay(actor, params.jobId, body)),
    );

    http.get(
      '/scheduler/executions/:executionId',
      {
        config: { access: read, errors: [executionNotFound] },
        schema: {
          operationId: 'getExecution',
          summary: 'Get an execution',
          description:
            'With its attempts and the lines that its handler has logged. Answers 404 also for a job of another user.',
          params: ByExecution,
          response: { 200: ExecutionDetail },
        },
      },
      ({ actor, params }) => runs.get(actor, params.executionId),
    );

    http.post(
      '/scheduler/executions/:executionId/cancel',
      {
        config: { access: manage, errors: [executionNotFound, notFound, accessDenied, executionEnded] },
        schema: {
          operationId: 'cancelExecution',
          summary: 'Cancel an execution',
          description: 'Its handler is told within a second, and whatever it does then is not recorded.',
          params: ByExecution,
          response: { 200: Execution },
        },
      },
      ({ actor, params }) => runs.cancel(actor, params.executionId),
    );

    http.get(
      '/scheduler/metrics',
      {
        config: { access: reports },
        schema: {
          operationId: 'getSchedulerMetrics',
          summary: 'Get the metrics of the scheduler',
          description:
            'What is due, running and in quarantine over all processes, and what the answering process has run.',
          response: { 200: Metrics },
        },
      },
      () => metrics.read(),
    );
  };
}
