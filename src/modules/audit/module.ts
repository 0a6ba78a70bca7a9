/**
 * Audit: the trail of sensitive operations, which cannot be changed without it showing.
 *
 * Offers    `/api/v1/audit`: search, export, integrity reports, and what an outsider verifies with.
 * Publishes `audit.integrity_broken` for each break that is new, `audit.sealed_late` for what was chained too late.
 * Hears     nothing: units of all modules write their entries with their own transaction.
 * Stores    schema `audit`: entries and payloads (the platform's units write them), seals, tree, signing keys, findings;
 *           old ranges as objects under `audit/archives`.
 */
import type { Module } from '#platform/module.ts';
import { job, worker } from '#platform/work/port.ts';
import { auditErrors, auditEvents, auditPermissions, type AuditApi } from './contract.ts';
import { archiveQueue } from './archives/service.ts';
import { auditRoutes } from './entries/routes.ts';
import { integrityQueue } from './integrity/service.ts';
import { auditSecrets } from './secrets.ts';
import { createAuditService, type AuditNeeds } from './service.ts';
import texts from './texts.json' with { type: 'json' };

const WATCH_SECONDS = 300;
const WATCH_ALL_SECONDS = 86_400;
const WATCH_ARCHIVES_SECONDS = 30 * 86_400; // reading from object storage is paid for

export function createAudit(needs: AuditNeeds): Module<AuditApi> {
  const audit = createAuditService(needs);
  return {
    name: 'audit',
    api: audit.api,
    routes: auditRoutes(audit),
    permissions: Object.values(auditPermissions),
    errors: Object.values(auditErrors),
    texts,
    publishes: Object.values(auditEvents),
    subscriptions: [],
    workers: [
      worker({
        queue: integrityQueue,
        maxAttempts: 5,
        leaseMs: 30_000,
        handle: audit.runs.work,
        giveUp: audit.runs.giveUp,
      }),
      worker({
        queue: archiveQueue,
        maxAttempts: 5,
        leaseMs: 30_000,
        handle: audit.archives.work,
        giveUp: audit.archives.giveUp,
      }),
    ],
    jobs: [
      job({
        name: 'audit.watch',
        description: 'Verifies what was chained since the last clean report',
        everySeconds: WATCH_SECONDS,
        run: (signal) => audit.watch(true, signal),
      }),
      job({
        name: 'audit.watch_all',
        description: 'Verifies the whole trail',
        everySeconds: WATCH_ALL_SECONDS,
        run: (signal) => audit.watch(false, signal),
      }),
      job({
        name: 'audit.watch_archives',
        description: 'Reads every archive back and holds it against its manifest',
        everySeconds: WATCH_ARCHIVES_SECONDS,
        run: (signal) => audit.watchArchives(signal),
      }),
      job({
        name: 'audit.anchor',
        description: 'Signs the head of the trail and leaves it outside the database',
        everySeconds: needs.anchorSeconds,
        async run() {
          await audit.anchorRegularly();
          return { write: async () => {} };
        },
      }),
    ],
    migrations: new URL('./migrations/', import.meta.url),
    health: audit.health,
    privacy: { export: async (userId) => audit.exportFor(userId), erase: audit.erase },
    secrets: auditSecrets,
    menu: [{ path: '/audit', title: { en: 'Audit trail', fa: 'رد ممیزی' }, permission: auditPermissions.read.code }],
  };
}
