import type { AuditedOperations } from './module.ts';

/** The operations of the platform's own routes. See `Module.audited`. */
export const audited: AuditedOperations = {
  'GET /api/v1/users/me/export': ['privacy.data_exported'],
  'DELETE /dev/mailbox': 'empties the mailbox of development, which does not exist in production',
};
