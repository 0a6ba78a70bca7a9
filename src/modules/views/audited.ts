import type { AuditedOperations } from '#platform/module.ts';

export const audited: AuditedOperations = {
  'POST /api/v1/views': 'a user’s own filters',
  'DELETE /api/v1/views/{id}': 'a user’s own filters',
};
