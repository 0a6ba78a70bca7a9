import type { AuditedOperations } from '#platform/module.ts';

export const audited: AuditedOperations = {
  'GET /api/v1/audit/integrity': ['audit.integrity_checked', 'audit.integrity_requested'],
  'POST /api/v1/audit/archives': ['audit.archive_requested'],
  'DELETE /api/v1/audit/integrity/runs/{id}': ['audit.integrity_cancelled'],
  'GET /api/v1/audit/export': ['audit.exported'],
};
