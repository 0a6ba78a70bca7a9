/**
 * Files: uploaded, validated, scanned, stored, found and served. Read `uploads/receive.ts` (how bytes arrive),
 * `resumable/append.ts` (how they arrive by several requests), `uploads/gate.ts` (how a file becomes available),
 * `serving/service.ts` (how it is served), `encryption/rewrite.ts` (how its object is encrypted) and `content/removal.ts`
 * (how bytes go).
 *
 * Offers    `/api/v1/files`; `isAvailableTo` to other modules (`FilesApi`).
 * Publishes `files.uploaded`, `files.available`, `files.infected`, `files.deleted`, `files.shared`,
 *           `files.permission_changed`, `files.public_link_accessed`.
 * Hears     nothing; scans, removals and encryption are its own work items.
 * Stores    schema `files`; bytes in the object storage below `files/`. The database is the truth about them.
 */
import type { Module } from '#platform/module.ts';
import { job, worker } from '#platform/work/port.ts';
import { accessRoutes } from './access/routes.ts';
import { createFileAccess } from './access/service.ts';
import { audited } from './audited.ts';
import { createRemoval, removalQueue } from './content/removal.ts';
import { fileErrors, fileEvents, filePermissions, type FilesApi } from './contract.ts';
import { encryptionRoutes } from './encryption/routes.ts';
import { createEncryption } from './encryption/service.ts';
import { createInspection } from './inspection/inspect.ts';
import { libraryRoutes } from './library/routes.ts';
import { createLibrary } from './library/service.ts';
import { linkRoutes } from './links/routes.ts';
import { createFileLinks } from './links/service.ts';
import type { FilesNeeds } from './needs.ts';
import { fileSecrets } from './secrets.ts';
import templates from './templates.json' with { type: 'json' };
import texts from './texts.json' with { type: 'json' };
import { imageRoutes } from './images/routes.ts';
import { createImages } from './images/service.ts';
import { createReconciliation } from './reconciliation/service.ts';
import { resumableRoutes } from './resumable/routes.ts';
import { createResumable } from './resumable/service.ts';
import { servingRoutes } from './serving/routes.ts';
import { createServing } from './serving/service.ts';
import { uploadRoutes } from './uploads/routes.ts';
import { createUploads } from './uploads/service.ts';
import { createValidation } from './validation/verdict.ts';

export function createFiles(needs: FilesNeeds): Module<FilesApi> {
  const validation = createValidation(needs.config);
  const removal = createRemoval(needs);
  const inspection = createInspection(needs);
  const uploads = createUploads({ ...needs, validation, inspection });
  const resumable = createResumable({ ...needs, validation, inBounds: uploads.inBounds });
  const library = createLibrary({ ...needs, validation });
  const serving = createServing(needs);
  const encryption = createEncryption({ ...needs, library });
  const links = createFileLinks({ ...needs, serving });
  const images = createImages({ serving });
  const reconciliation = createReconciliation(needs);
  const access = createFileAccess(needs);
  const routes = [
    accessRoutes(access),
    uploadRoutes(uploads),
    resumableRoutes(resumable),
    libraryRoutes(library),
    servingRoutes(serving),
    encryptionRoutes(encryption),
    imageRoutes(images),
    linkRoutes(links),
  ];

  async function exportFor(userId: string) {
    const own = await library.exportFor(userId);
    return {
      ...own,
      uploads: resumable.exportFor(userId),
      links: links.exportFor(userId),
      accesses: serving.exportFor(userId),
    };
  }

  return {
    name: 'files',
    api: { isAvailableTo: library.isAvailableTo },
    routes: async (http) => {
      for (const each of routes) await http.register(each);
    },
    tags: { files: 'Files: upload, scan, find, download.' },
    permissions: Object.values(filePermissions),
    errors: Object.values(fileErrors),
    texts,
    templates,
    publishes: Object.values(fileEvents),
    workers: [
      uploads.worker,
      encryption.worker,
      worker({
        queue: removalQueue,
        maxAttempts: 100,
        leaseMs: 30_000,
        slots: { burst: 0 },
        handle: removal.removeAll,
      }),
    ],
    jobs: [
      job({
        name: 'files.tidy',
        description: 'Removes what uploads have left that were given up, links that are over, and useless objects',
        everySeconds: 60,
        run: async (signal) => {
          await uploads.tidy(signal);
          await resumable.tidy(signal);
          await links.tidy(signal);
          return removal.removeAll(null, signal);
        },
      }),
      job({
        name: 'files.purge_trash',
        description: 'Purges files that have been in the trash for long enough',
        everySeconds: 3600,
        run: library.emptyTrash,
      }),
      job({
        name: 'files.reconcile',
        description: 'Compares the storage with the database: lost files, found ones, objects that no row knows',
        everySeconds: 86_400,
        run: reconciliation.reconcile,
      }),
    ],
    migrations: new URL('./migrations/', import.meta.url),
    resourceRules: [access.rule],
    sharedPaths: ['/api/v1/files/public', '/api/v1/files/tags'], // a token, and a word
    audited,
    secrets: fileSecrets,
    privacy: { export: exportFor, erase: library.forgetUser },
    menu: [{ path: '/files', title: { en: 'Files', fa: 'فایل‌ها' }, permission: filePermissions.read.code }],
  };
}
