import { test } from 'node:test';
import { createAuditObserver } from '#testing/audited.ts';
import { jobApp } from '#testing/jobs/app.ts';
import { member } from '#testing/accounts.ts';
import { audited } from './audited.ts';

test('every operation leaves just the audit entries of its line in the table', async (t) => {
  const { app, sara, job } = await jobApp(t);
  const { did, assertTable } = createAuditObserver(app, audited);
  const { id: subjectValue } = await member(app, 'reader@example.com');
  const other = await job({ tags: ['x'] });
  const { body } = await did(sara, 'POST /scheduler/jobs', { name: 'Audited', type: 'platform.noop', tags: ['x'] });
  const params = { jobId: body.id, dependsOnJobId: other };

  await did(sara, 'PUT /scheduler/jobs/{jobId}', { maxRetryAttempts: 1 }, params);
  await did(sara, 'POST /scheduler/jobs/{jobId}/schedule', { type: 'interval', intervalSeconds: 60 }, params);
  await did(sara, 'DELETE /scheduler/jobs/{jobId}/schedule', undefined, params);
  const { body: started } = await did(sara, 'POST /scheduler/jobs/{jobId}/run', undefined, params);
  await did(sara, 'POST /scheduler/executions/{executionId}/cancel', undefined, { executionId: started.executionId });
  await did(sara, 'POST /scheduler/jobs/{jobId}/replay', {}, params);
  await did(sara, 'POST /scheduler/jobs/{jobId}/pause', {}, params);
  await did(sara, 'POST /scheduler/jobs/{jobId}/resume', {}, params);
  await did(sara, 'POST /scheduler/jobs/{jobId}/quarantine', {}, params);
  await did(
    sara,
    'PUT /scheduler/jobs/{jobId}/permissions',
    { subjectType: 'user', subjectValue, canRead: true },
    params,
  );
  await did(sara, 'POST /scheduler/jobs/{jobId}/dependencies', { dependsOnJobId: other }, params);
  await did(sara, 'DELETE /scheduler/jobs/{jobId}/dependencies/{dependsOnJobId}', undefined, params);
  await did(sara, 'POST /scheduler/pause', { tag: 'x' });
  await did(sara, 'POST /scheduler/resume', { tag: 'x' });
  await did(sara, 'DELETE /scheduler/jobs/{jobId}', undefined, params);

  await assertTable(import.meta.dirname);
});
