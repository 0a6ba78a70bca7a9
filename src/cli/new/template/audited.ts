import type { AuditedOperations } from 'bonyan';

/** Each operation that changes something: the actions of its audit entries, or the reason why it writes none. */
export const audited: AuditedOperations = {
  'POST /api/v1/gadgets': 'a user’s own list',
  'DELETE /api/v1/gadgets/{id}': 'a user’s own list',
};
