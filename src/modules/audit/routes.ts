import { Page, pageErrors } from '#kernel/page.ts';
import type { Routes } from '#platform/module.ts';
import { AuditEntry, auditPermissions, AuditQuery } from './contract.ts';
import type { AuditService } from './service.ts';

export function auditRoutes(audit: AuditService): Routes {
  return async (http) => {
    http.get(
      '/audit',
      {
        config: { access: auditPermissions.read, errors: [pageErrors.cursorInvalid] },
        schema: { operationId: 'searchAudit', querystring: AuditQuery, response: { 200: Page(AuditEntry) } },
      },
      ({ query }) => audit.search(query),
    );
  };
}
