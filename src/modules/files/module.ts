/**
 * Files: uploaded, validated, scanned, stored, found and served. Read `uploads/receive.ts` (how bytes arrive),
 * `resumable/append.ts` (how they arrive by several requests), `uploads/gate.ts` (how a file becomes available),
 * `content/versions.ts` (how it gets another content), `serving/service.ts` (how it is served), `encryption/rewrite.ts`
 * (how its object is encrypted), `folders/working-off.ts` (how a tree goes to the trash) and `content/removal.ts` (how
 * bytes go).
 *
 * Offers    `/api/v1/files`; `find`, `hold`, `showSquare` and `isAvailableTo` to other modules (`FilesApi`).
 * Publishes `files.uploaded`, `files.available`, `files.infected`, `files.deleted`, `files.shared`,
 *           `files.permission_changed`, `files.public_link_accessed`.
 * Hears     nothing; scans, removals, encryption and erasure are its own work items.
 * Stores    schema `files`; bytes in the object storage below `files/`. The database is the truth about them.
 */
import type { Module } from '#platform/module.ts';
import { job, worker } from '#platform/work/port.ts';
import { accessRoutes } from './access/routes.ts';
import { createFileAccess } from './access/service.ts';
import { archiveRoutes } from './archives/routes.ts';
import { createFileArchives } from './archives/service.ts';
import { audited } from './audited.ts';
import { createRemoval, removalQueue } from './content/removal.ts';
import { fileErrors, fileEvents, filePermissions, type FilesApi } from './contract.ts';
import { encryptionRoutes } from './encryption/routes.ts';
import { createEncryption } from './encryption/service.ts';
import { createInspection } from './inspection/inspect.ts';
import { createErasure } from './library/erasure.ts';
import { libraryRoutes } from './library/routes.ts';
import { createLibrary } from './library/service.ts';
import { linkOpeningRoutes } from './links/opening-routes.ts';
import { linkRoutes } from './links/routes.ts';
import { createFileLinks } from './links/service.ts';
import { folderRoutes } from './folders/routes.ts';
import { createFolders } from './folders/service.ts';
import type { FilesNeeds } from './needs.ts';
import { createPlaces } from './places/service.ts';
import { presignedRoutes } from './presigned/routes.ts';
import { createPresigned } from './presigned/service.ts';
import { fileSecrets } from './secrets.ts';
import templates from './templates.json' with { type: 'json' };
import texts from './texts.json' with { type: 'json' };
import { imageRoutes } from './images/routes.ts';
import { createImages } from './images/service.ts';
import { fileGauges } from './reconciliation/gauges.ts';
import { createReconciliation } from './reconciliation/service.ts';
import { createRights } from './rights/service.ts';
import { resumableRoutes } from './resumable/routes.ts';
import { createResumable } from './resumable/service.ts';
import { servingRoutes } from './serving/routes.ts';
import { createServing } from './serving/service.ts';
import { uploadLinkRoutes } from './upload-links/routes.ts';
import { createSending } from './upload-links/sending.ts';
import { createUploadLinks } from './upload-links/service.ts';
import { uploadRoutes } from './uploads/routes.ts';
import { createUploads } from './uploads/service.ts';
import { createValidation } from './validation/verdict.ts';
import { versionRoutes } from './versions/routes.ts';
import { createVersions } from './versions/service.ts';

export function createFiles(needs: FilesNeeds): Module<FilesApi> {
  const validation = createValidation(needs.config);
  const rights = createRights(needs);
  const removal = createRemoval(needs);
  const inspection = createInspection(needs);
  const places = createPlaces();
  const uploads = createUploads({ ...needs, validation, rights, inspection, places });
  const resumable = createResumable({ ...needs, validation, rights, places, inBounds: uploads.inBounds });
  const library = createLibrary({ ...needs, validation, places });
  const presigned = createPresigned({ ...needs, validation, places, uploads, resumable, rights });
  const folders = createFolders({ ...needs, places, library });
  const erasure = createErasure(needs);
  const serving = createServing({ ...needs, rights });
  const encryption = createEncryption({ ...needs, library });
  const versions = createVersions({ ...needs, validation, library, serving });
  const archives = createFileArchives({ ...needs, rights, serving });
  const links = createFileLinks({ ...needs, rights, serving });
  const uploadLinks = createUploadLinks({ ...needs, folders });
  const sending = createSending({ ...needs, rights, uploads, validation });
  const images = createImages({ serving });
  const reconciliation = createReconciliation(needs);
  const access = createFileAccess(needs);
  const routes = [
    accessRoutes(access),
    uploadRoutes(uploads),
    resumableRoutes(resumable),
    presignedRoutes(presigned),
    libraryRoutes(library),
    folderRoutes(folders),
    servingRoutes(serving),
    versionRoutes(versions),
    archiveRoutes(archives),
    encryptionRoutes(encryption),
    imageRoutes(images),
    linkRoutes(links),
    linkOpeningRoutes(links),
    uploadLinkRoutes(uploadLinks, sending),
  ];

  async function exportFor(userId: string) {
    const own = await library.exportFor(userId);
    return {
      ...own,
      folders: folders.exportFor(userId),
      versions: versions.exportFor(userId),
      uploads: resumable.exportFor(userId),
      links: links.exportFor(userId),
      accesses: serving.exportFor(userId),
    };
  }

  return {
    name: 'files',
    api: {
      isAvailableTo: library.isAvailableTo,
      find: library.find,
      hold: library.hold,
      showSquare: images.showSquare,
    },
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
      erasure.worker,
      folders.worker,
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
        everySeconds: 300,
        run: async (signal) => {
          // A storage that cannot do one of them stops none of the others. Removal comes last: it removes what they list.
          const ends = await Promise.allSettled([uploads.tidy(signal), resumable.tidy(signal), links.tidy(signal)]);
          await removal.removeAll(null, signal);
          for (const end of ends) if (end.status === 'rejected') throw end.reason;
          return { write: async () => {} };
        },
      }),
      job({
        name: 'files.purge_trash',
        description: 'Purges files and folders that have been in the trash for long enough',
        everySeconds: 3600,
        run: async (signal) => {
          await library.emptyTrash(signal);
          return folders.emptyTrash(signal);
        },
      }),
      job({
        name: 'files.reconcile',
        description: 'Compares the storage with the database: lost files, found ones, objects that no row knows',
        everySeconds: 86_400,
        run: reconciliation.reconcile,
      }),
    ],
    gauges: fileGauges(needs),
    migrations: new URL('./migrations/', import.meta.url),
    resourceRules: [access.rule],
    sharedPaths: ['/api/v1/files/public', '/api/v1/files/tags'], // a token, and a word
    audited,
    findStored: reconciliation.findStored,
    secrets: fileSecrets,
    privacy: { export: exportFor, erase: erasure.erase },
    menu: [{ path: '/files', title: { en: 'Files', fa: 'فایل‌ها' }, permission: filePermissions.read.code }],
  };
}
