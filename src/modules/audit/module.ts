/**
 * Audit: the trail of sensitive operations. Any later change to it is found.
 *
 * Offers    `/api/v1/audit`: search, export, integrity reports, proofs for outside verifiers, archives.
 * Publishes `audit.integrity_broken` for each new break, `audit.sealed_late` for entries that were chained too late.
 * Hears     nothing: units of all modules record their entries in their own transactions.
 * Stores    schema `audit`: seals, tree, signing keys, checkpoints, findings (the platform owns entries and payloads);
 *           old ranges as objects under `audit/archives`.
 *
 * Each sub-feature imports only from those above it in `createAudit`: chain, anchors, archives, integrity, proofs, entries.
 */
import type { Module } from '#platform/module.ts';
import { job, worker } from '#platform/work/port.ts';
import { createAnchors } from './anchors/service.ts';
import { createArchiveObjects } from './archives/objects.ts';
import { archiveRoutes } from './archives/routes.ts';
import { archiveQueue, createArchives } from './archives/service.ts';
import { audited } from './audited.ts';
import { trailGauges } from './chain/gauges.ts';
import { chainHealth } from './chain/health.ts';
import { createKeyRotation } from './chain/key-rotation.ts';
import { createSealer } from './chain/sealer.ts';
import { createSigningKeys } from './chain/signing-keys.ts';
import { auditErrors, auditEvents, auditPermissions, type AuditApi } from './contract.ts';
import { createPersonalData, erasureQueue } from './entries/personal-data.ts';
import { entryRoutes } from './entries/routes.ts';
import { createEntrySearch } from './entries/search.ts';
import { createTrailExport } from './entries/trail-export.ts';
import { verifyHandler } from './integrity/handler.ts';
import { createRestoration } from './integrity/restoration.ts';
import { integrityRoutes } from './integrity/routes.ts';
import { createIntegrity, integrityQueue } from './integrity/service.ts';
import type { AuditNeeds } from './needs.ts';
import { proofRoutes } from './proofs/routes.ts';
import { createProofs } from './proofs/service.ts';
import { auditSecrets } from './secrets.ts';
import texts from './texts.json' with { type: 'json' };

const ATTEMPTS = { maxAttempts: 5, leaseMs: 30_000 };
const WATCH_SECONDS = 300;
const WATCH_ALL_SECONDS = 86_400;
const WATCH_ARCHIVES_SECONDS = 30 * 86_400; // reads from object storage cost money

export function createAudit(needs: AuditNeeds): Module<AuditApi> {
  const signingKeys = createSigningKeys(needs);
  const sealer = createSealer({ ...needs, signingKeys });
  const keyRotation = createKeyRotation({ ...needs, signingKeys });
  const anchors = createAnchors({ ...needs, signingKeys });
  const objects = createArchiveObjects(needs);
  const archives = createArchives({ ...needs, signingKeys, objects });
  const integrity = createIntegrity(needs);
  const restoration = createRestoration({ ...needs, signingKeys });
  const proofs = createProofs(needs);
  const entries = createEntrySearch(needs);
  const personalData = createPersonalData(needs);
  const trailExport = createTrailExport({ ...needs, objects, sealer });

  return {
    name: 'audit',
    gauges: trailGauges(needs),
    api: {
      sealer,
      exportTrail: trailExport.exportTrail,
      rotateKey: keyRotation.rotate,
      acceptRestore: restoration.acceptRestore,
      anchor: anchors.anchor,
      archives: { begin: archives.begin, get: archives.get, verify: archives.verify, open: trailExport.openArchive },
    },
    routes: async (http) => {
      await http.register(entryRoutes(entries));
      await http.register(integrityRoutes(integrity));
      await http.register(proofRoutes(proofs));
      await http.register(archiveRoutes(archives));
    },
    tags: {
      audit: 'The tamper-evident trail of sensitive operations: search, integrity checks, proofs and archives.',
    },
    permissions: Object.values(auditPermissions),
    errors: Object.values(auditErrors),
    texts,
    publishes: Object.values(auditEvents),
    workers: [
      worker({ queue: integrityQueue, ...ATTEMPTS, handle: integrity.work, giveUp: integrity.giveUp }),
      worker({ queue: erasureQueue, ...ATTEMPTS, handle: personalData.eraseRest }),
      worker({ queue: archiveQueue, ...ATTEMPTS, handle: archives.work, giveUp: archives.giveUp }),
    ],
    jobs: [
      job({
        name: 'audit.watch',
        description: 'Verifies the entries that were chained after the last clean report',
        everySeconds: WATCH_SECONDS,
        run: (signal) => integrity.watch(true, signal),
      }),
      job({
        name: 'audit.watch_all',
        description: 'Verifies the whole trail',
        everySeconds: WATCH_ALL_SECONDS,
        run: (signal) => integrity.watch(false, signal),
      }),
      job({
        name: 'audit.watch_archives',
        description: 'Reads every archive back and compares it with its manifest',
        everySeconds: WATCH_ARCHIVES_SECONDS,
        run: (signal) => archives.watch(signal),
      }),
      job({
        name: 'audit.anchor',
        description: 'Signs the head of the trail and stores it outside the database',
        everySeconds: needs.anchorSeconds,
        async run() {
          await anchors.anchorOnSchedule();
          return { write: async () => {} };
        },
      }),
    ],
    handlers: [verifyHandler(integrity)],
    migrations: new URL('./migrations/', import.meta.url),
    sharedPaths: ['/api/v1/audit'],
    audited,
    health: [chainHealth({ ...needs, sealer }), anchors.health],
    privacy: {
      export: async (userId) => personalData.exportFor(userId),
      erase: personalData.erase,
      refusesErased: true,
    },
    secrets: auditSecrets,
    menu: [
      { path: '/audit', title: { en: 'Audit trail', fa: 'لاگ ممیزی' }, permission: auditPermissions.read.code },
      { path: '/integrity', title: { en: 'Integrity', fa: 'درستی داده‌ها' }, permission: auditPermissions.read.code },
    ],
  };
}
