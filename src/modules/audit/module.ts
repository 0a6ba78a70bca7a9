/**
 * Audit: the trail of sensitive operations.
 *
 * Offers    `/api/v1/audit`.
 * Publishes nothing yet.
 * Hears     nothing: units of all modules write their entries with their own transaction.
 * Stores    nothing of its own: the tables are the platform's, in schema `audit`.
 */
import { withTables } from '#platform/database/port.ts';
import type { Module } from '#platform/module.ts';
import { auditPermissions } from './contract.ts';
import type { AuditTables } from './queries.ts';
import { auditRoutes } from './routes.ts';
import { createAuditService, type AuditNeeds } from './service.ts';
import texts from './texts.json' with { type: 'json' };

export function createAudit(needs: AuditNeeds): Module<null> {
  const audit = createAuditService(needs);
  return {
    name: 'audit',
    api: null,
    routes: auditRoutes(audit),
    permissions: Object.values(auditPermissions),
    errors: [],
    texts,
    publishes: [],
    subscriptions: [],
    workers: [],
    jobs: [],
    migrations: null,
    health: [],
    privacy: {
      export: audit.exportFor,
      erase: (unit, userId) => audit.erase(withTables<AuditTables>(unit), userId),
    },
    menu: [{ path: '/audit', title: { en: 'Audit trail', fa: 'رد ممیزی' }, permission: auditPermissions.read.code }],
  };
}
