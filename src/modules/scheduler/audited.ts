import { authorizationActions } from '#modules/authorization/contract.ts';
import type { AuditedOperations } from '#platform/module.ts';

/** Every operation that manages a job is recorded. */
export const audited: AuditedOperations = {
  'POST /api/v1/scheduler/jobs': ['scheduler.job_created'],
  'PUT /api/v1/scheduler/jobs/{jobId}': ['scheduler.job_updated'],
  'DELETE /api/v1/scheduler/jobs/{jobId}': ['scheduler.job_deactivated'],
  'POST /api/v1/scheduler/jobs/{jobId}/schedule': ['scheduler.schedule_set'],
  'DELETE /api/v1/scheduler/jobs/{jobId}/schedule': ['scheduler.schedule_removed'],
  'POST /api/v1/scheduler/jobs/{jobId}/run': ['scheduler.job_run'],
  'POST /api/v1/scheduler/jobs/{jobId}/pause': ['scheduler.job_paused'],
  'POST /api/v1/scheduler/jobs/{jobId}/resume': ['scheduler.job_resumed'],
  'POST /api/v1/scheduler/jobs/{jobId}/replay': ['scheduler.executions_replayed'],
  'POST /api/v1/scheduler/jobs/{jobId}/quarantine': ['scheduler.job_quarantined'],
  'PUT /api/v1/scheduler/jobs/{jobId}/permissions': [authorizationActions.accessChanged],
  'POST /api/v1/scheduler/jobs/{jobId}/dependencies': ['scheduler.dependency_added'],
  'DELETE /api/v1/scheduler/jobs/{jobId}/dependencies/{dependsOnJobId}': ['scheduler.dependency_removed'],
  'POST /api/v1/scheduler/executions/{executionId}/cancel': ['scheduler.execution_canceled'],
  'POST /api/v1/scheduler/pause': ['scheduler.job_paused'],
  'POST /api/v1/scheduler/resume': ['scheduler.job_resumed'],
};
