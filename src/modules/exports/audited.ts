import type { AuditedOperations } from '#platform/module.ts';

/** What leaves the installation is recorded with its filters. */
export const audited: AuditedOperations = {
  'POST /api/v1/exports': ['exports.asked'],
  'DELETE /api/v1/exports/{id}': 'a user’s own files',
};
