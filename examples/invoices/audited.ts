import type { AuditedOperations } from 'bonyan';

/** Each operation that changes something: the actions of its audit entries, or the reason why it writes none. */
export const audited: AuditedOperations = {
  'POST /api/v1/invoices': 'a draft obliges nobody',
  'PUT /api/v1/invoices/{id}/issue': ['invoices.issued'],
  'PUT /api/v1/invoices/{id}/pay': ['invoices.paid'],
};
