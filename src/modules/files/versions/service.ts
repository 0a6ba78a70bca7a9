import type { Actor } from '#kernel/access.ts';
import type { PageQuery } from '#kernel/page.ts';
import type { Precondition } from '#platform/http/port.ts';
import {
  dropVersions,
  lockContent,
  lockOtherContents,
  replaceContent,
  requireRoomForVersions,
  type ContentRow,
} from '../content/versions.ts';
import { fileErrors, type StoredFile } from '../contract.ts';
import { findFile } from '../library/queries.ts';
import type { Library } from '../library/service.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import { requireRight } from '../queries.ts';
import { findServed } from '../serving/queries.ts';
import { available, type Served, type Serving } from '../serving/service.ts';
import type { Validation } from '../validation/verdict.ts';
import * as queries from './queries.ts';

export interface VersionsNeeds extends Pick<FilesNeeds, 'db' | 'config' | 'accessLists'> {
  readonly library: Pick<Library, 'change'>;
  readonly serving: Pick<Serving, 'serveFile' | 'admissionTo'>;
  readonly validation: Pick<Validation, 'judgeRename'>;
}

/** Other contents of files: older ones, and new ones that are not released. Who may read the file may read them. */
export function createVersions({ db, config, accessLists, library, serving, validation }: VersionsNeeds) {
  /** @throws `files.not_found` */
  async function list(actor: Actor, fileId: string, query: PageQuery) {
    const file = await findFile(db.read, actor, fileId, accessLists);
    if (!file) throw fileErrors.notFound({ id: fileId });
    return queries.listVersions(db.read, fileId, query);
  }

  /**
   * Under the name that the file has now. @throws `files.not_found`, `files.version_not_found`, `files.pending`,
   * `files.malicious_content`, `files.unavailable`
   */
  async function serve(actor: Actor, fileId: string, id: string, isRedirected: boolean): Promise<Served> {
    const file = await findServed(db.read, actor, fileId, accessLists);
    if (!file) throw fileErrors.notFound({ id: fileId });
    const version = await queries.findVersion(db.read, fileId, id);
    if (!version) throw fileErrors.versionNotFound({ id });
    const admission = { ...serving.admissionTo(file, actor, 'download'), isRedirected };
    const storageStatus = file.storageStatus === 'deleted' ? 'deleted' : version.storageStatus;
    return serving.serveFile({ ...version, storageStatus, fileName: file.fileName }, 'attachment', admission);
  }

  /**
   * The version becomes the content, and what was the content a version. @throws `files.not_found`,
   * `files.access_denied`, `files.version_not_found`, `files.pending`, `files.malicious_content`, `files.unavailable`,
   * `files.type_mismatch`, `files.too_many_versions`, `http.precondition_failed`
   */
  function restore(actor: Actor, fileId: string, id: string, precondition: Precondition): Promise<StoredFile> {
    return library.change(actor, fileId, precondition, async (_, unit) => {
      const { file, version } = await lockBoth(unit, fileId, id);
      const next = available(version);
      if (file.fileName !== version.fileName) validation.judgeRename(file.fileName, version.contentType);
      const maxVersions = Math.max(config.filesVersions, 1);
      await requireRoomForVersions(unit, file, maxVersions, 0); // fewer may be kept than before
      await replaceContent(unit, file, next, maxVersions);
      note(unit, 'files.version_restored', file, version);
      const restored = await findFile(unit.tx, actor, fileId, accessLists);
      if (!restored) throw fileErrors.notFound({ id: fileId });
      return restored;
    });
  }

  /**
   * For good: for the owner and administrators. A new content that waits or has failed is given up by those who may write.
   * @throws `files.not_found`, `files.access_denied`, `files.version_not_found`, `http.precondition_failed`
   */
  async function remove(actor: Actor, fileId: string, id: string, precondition: Precondition): Promise<void> {
    await library.change(actor, fileId, precondition, async (stored, unit) => {
      const { file, version } = await lockBoth(unit, fileId, id);
      const isGivenUp = version.storageStatus === 'pending' || version.storageStatus === 'failed';
      if (!isGivenUp) await requireRight(unit.tx, actor, file, 'own', accessLists);
      await dropVersions(unit, [id]);
      return stored;
    });
  }

  async function lockBoth({ tx }: FilesUnit, fileId: string, id: string) {
    const file = await lockContent(tx, fileId);
    await lockOtherContents(tx, fileId);
    const version = await lockContent(tx, id, fileId);
    if (!file || !version) throw fileErrors.versionNotFound({ id });
    return { file, version };
  }

  return { list, serve, restore, remove, exportFor: (userId: string) => queries.exportVersions(db.read, userId) };
}

export type Versions = ReturnType<typeof createVersions>;

function note({ audit }: FilesUnit, action: string, file: ContentRow, { id, sizeBytes, sha256 }: ContentRow): void {
  const payload = { versionId: id, sizeBytes, sha256 };
  audit({ action, resourceType: 'file', resourceId: file.id, subjectId: file.ownerId, payload });
}
