import { admin, owner, type Asking } from './asking.ts';
import type { GrowthStage } from './stage.ts';

const YEARLY = { type: 'cron', cronExpression: '0 0 1 1 *' };
const job = async (stage: GrowthStage) => ({ jobId: stage.idOf('job', 102) });
const busyJob = async (stage: GrowthStage) => ({ jobId: stage.idOf('job', 2) });
const madeJob = async ({ call }: GrowthStage, n: number) => {
  const body = { name: `made ${n} ${Date.now()} ${Math.random()}`, type: 'platform.noop', tags: [`made ${n}`] };
  const made = await call('owner', 'POST', '/api/v1/scheduler/jobs', body);
  return { jobId: made.body.id, tag: `made ${n}` };
};
const scheduledJob = async (stage: GrowthStage, n: number) => {
  const made = await madeJob(stage, n);
  await stage.call('owner', 'POST', `/api/v1/scheduler/jobs/${made.jobId}/schedule`, YEARLY);
  return made;
};

/** How the operations of the Scheduler module are asked. */
export const SCHEDULER: Readonly<Record<string, Asking>> = {
  'GET /api/v1/scheduler/handlers': owner,
  'GET /api/v1/scheduler/jobs': owner,
  'GET /api/v1/scheduler/jobs/logs': admin,
  'GET /api/v1/scheduler/metrics': admin,
  'GET /api/v1/scheduler/lanes': admin,
  'GET /api/v1/scheduler/jobs/report': { ...admin, query: { from: '2099-01-01T00:00:00.000Z' } },
  'GET /api/v1/scheduler/jobs/{jobId}': { ...owner, prepare: job },
  'GET /api/v1/scheduler/jobs/{jobId}/logs': { ...owner, prepare: busyJob },
  'GET /api/v1/scheduler/jobs/{jobId}/schedule': { ...owner, prepare: job },
  'GET /api/v1/scheduler/jobs/{jobId}/schedule/preview': { ...owner, prepare: job },
  'GET /api/v1/scheduler/jobs/{jobId}/dependencies': { ...owner, prepare: job },
  'GET /api/v1/scheduler/jobs/{jobId}/permissions': { ...owner, prepare: job },
  'GET /api/v1/scheduler/executions/{executionId}': {
    ...owner,
    prepare: async (stage) => ({ executionId: stage.idOf('execution', 102) }),
  },
  'POST /api/v1/scheduler/jobs': {
    ...owner,
    body: { type: 'platform.noop' },
    prepare: async (_, n) => ({ name: `new ${n} ${Date.now()}` }),
  },
  'PUT /api/v1/scheduler/jobs/{jobId}': { ...owner, body: { maxRetryAttempts: 1 }, prepare: madeJob },
  'DELETE /api/v1/scheduler/jobs/{jobId}': { ...owner, prepare: madeJob },
  'POST /api/v1/scheduler/jobs/{jobId}/schedule': { ...owner, body: YEARLY, prepare: madeJob },
  'DELETE /api/v1/scheduler/jobs/{jobId}/schedule': { ...owner, prepare: scheduledJob },
  'POST /api/v1/scheduler/jobs/{jobId}/run': { ...owner, prepare: madeJob },
  'POST /api/v1/scheduler/jobs/{jobId}/pause': { ...owner, prepare: madeJob },
  'POST /api/v1/scheduler/jobs/{jobId}/resume': { ...owner, prepare: madeJob },
  'POST /api/v1/scheduler/jobs/{jobId}/replay': { ...owner, prepare: busyJob },
  'POST /api/v1/scheduler/jobs/{jobId}/quarantine': { ...owner, prepare: madeJob },
  'PUT /api/v1/scheduler/jobs/{jobId}/permissions': {
    ...owner,
    prepare: async (stage, n) => ({
      ...(await madeJob(stage, n)),
      subjectType: 'user',
      subjectValue: stage.idOf('user', 9 + n),
      canRead: true,
    }),
  },
  'POST /api/v1/scheduler/jobs/{jobId}/dependencies': {
    ...owner,
    prepare: async (stage, n) => ({ ...(await madeJob(stage, n)), dependsOnJobId: stage.idOf('job', 102) }),
  },
  'DELETE /api/v1/scheduler/jobs/{jobId}/dependencies/{dependsOnJobId}': {
    ...owner,
    prepare: async (stage, n) => ({
      jobId: stage.idOf('job', 202 + 2 * n),
      dependsOnJobId: stage.idOf('job', 201 + 2 * n),
    }),
  },
  'POST /api/v1/scheduler/executions/{executionId}/cancel': {
    ...owner,
    prepare: async (stage, n) => {
      const { jobId } = await madeJob(stage, n);
      const { body } = await stage.call('owner', 'POST', `/api/v1/scheduler/jobs/${jobId}/run`, {});
      return { executionId: body.executionId };
    },
  },
  'POST /api/v1/scheduler/pause': { ...owner, prepare: madeJob },
  'POST /api/v1/scheduler/resume': { ...owner, prepare: madeJob },
};
