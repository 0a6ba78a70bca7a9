import { isDeepStrictEqual } from 'node:util';
import { system, type Actor } from '#kernel/access.ts';
import { mapPage } from '#kernel/page.ts';
import { searchText, uniqueTexts } from '#kernel/text.ts';
import { withoutTables, withTables } from '#platform/database/port.ts';
import type { Precondition } from '#platform/http/port.ts';
import type { WorkResult } from '#platform/work/port.ts';
import { lockUsageOfFile, usageOf } from '../content/usage.ts';
import { dropRows } from '../content/versions.ts';
import {
  fileErrors,
  fileEvents,
  MAX_TAGS,
  type FileChange,
  type FileFacts,
  type FilePlace,
  type FilesApi,
  type FileTag,
  type FileQuery,
  type StoredFile,
} from '../contract.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import { PICTURES } from '../inspection/pictures.ts';
import { findFolder } from '../places/queries.ts';
import type { Places } from '../places/service.ts';
import { asSeenBy, FILE_RESOURCE, requireRight, seesAll, type FileRight } from '../queries.ts';
import type { FilesUsage } from '../schemas.ts';
import type { FilesTables } from '../tables.ts';
import { sendToGate } from '../uploads/gate.ts';
import { parseFolder } from '../validation/name.ts';
import type { Validation } from '../validation/verdict.ts';
import { listFiles } from './list.ts';
import * as queries from './queries.ts';

const PURGED_AT_ONCE = 100;
const DAY_MS = 86_400_000;
const NOTED = ['fileName', 'description', 'tags', 'module', 'folder', 'folderId'] as const;

export interface LibraryNeeds extends Pick<FilesNeeds, 'db' | 'config' | 'now' | 'accessLists'> {
  readonly validation: Validation;
  readonly places: Places;
}

/** What is known of files: found, changed, put into the trash and out of it. */
export function createLibrary({ db, config, validation, places, accessLists, now }: LibraryNeeds) {
  async function list(actor: Actor, query: FileQuery) {
    return mapPage(await listFiles(db.read, actor, query, accessLists), (file) => asSeenBy(actor, file));
  }

  /**
   * @throws `files.not_found` for a file that the actor may not read; so does every method here that takes an id, and
   * `files.access_denied` for one that they may read only.
   */
  async function get(actor: Actor, id: string): Promise<StoredFile> {
    return asSeenBy(actor, orNotFound(await queries.findFile(db.read, actor, id, accessLists), id));
  }

  async function usage(actor: Actor): Promise<FilesUsage> {
    const { bytes, fileCount } = await usageOf(db.read, actor.id);
    return { usedBytes: bytes, fileCount, quotaBytes: config.filesQuotaBytes || null };
  }

  /** @throws `files.invalid_name`, `files.type_mismatch`, `http.precondition_failed` */
  function edit(actor: Actor, id: string, { fileName, ...rest }: FileChange, precondition: Precondition) {
    return change(actor, id, precondition, async (file, unit) => {
      const name = fileName === undefined ? file.fileName : validation.judgeName(fileName);
      if (name !== file.fileName) validation.judgeRename(name, file.contentType);
      return queries.updateFile(unit.tx, id, { fileName: name, ...rest });
    });
  }

  /**
   * @throws `files.invalid_name`, `files.folder_not_found`, `files.folder_deleted`, `files.too_many_folders`,
   * `http.precondition_failed`
   */
  function move(actor: Actor, id: string, { module, folder, folderId }: FilePlace, precondition: Precondition) {
    const path = folder ? parseFolder(folder) : folder;
    if (folder && path === null) throw fileErrors.invalidName();
    return change(actor, id, precondition, async (file, unit) => {
      await requireTarget(unit, file, path, folderId);
      const place = await places.locate(unit.tx, file.ownerId, { folder: path, folderId });
      return queries.updateFile(unit.tx, id, {
        ...(module !== undefined && { module }),
        ...(place !== undefined && { folderId: place }),
      });
    });
  }

  /**
   * Folders have no access lists: those of a person are their own, and nobody else may write to them, or see them. The top
   * is for all who may write to the file.
   */
  async function requireTarget(
    { tx, actor }: FilesUnit,
    file: StoredFile,
    path: string | null | undefined,
    folderId: string | null | undefined,
  ): Promise<void> {
    const isOther = file.ownerId !== actor.id && !seesAll(actor);
    if (isOther && folderId) throw fileErrors.folderNotFound({ id: folderId });
    if (path && folderId === undefined) await requireRight(tx, actor, file, 'own', accessLists);
  }

  /** Adding a tag twice, in any spelling, is adding it once. @throws `files.too_many_tags`, `http.precondition_failed` */
  function addTag(actor: Actor, id: string, { tag }: FileTag, precondition: Precondition) {
    return change(actor, id, precondition, async (file, unit) => {
      const tags = uniqueTexts([...file.tags, tag]);
      if (tags.length === file.tags.length) return file;
      if (tags.length > MAX_TAGS) throw fileErrors.tooManyTags({ limit: MAX_TAGS });
      return queries.updateFile(unit.tx, id, { tags });
    });
  }

  /** In any spelling. A tag that the file does not have is removed already. @throws `http.precondition_failed` */
  function removeTag(actor: Actor, id: string, tag: string, precondition: Precondition) {
    return change(actor, id, precondition, async (file, unit) => {
      const tags = file.tags.filter((other) => searchText(other) !== searchText(tag));
      return tags.length === file.tags.length ? file : queries.updateFile(unit.tx, id, { tags });
    });
  }

  /** Of a file that is not in the trash, under a lock. @throws `http.precondition_failed`, and what `write` throws */
  function change(
    actor: Actor,
    id: string,
    precondition: Precondition,
    write: (file: queries.LockedFile, unit: FilesUnit) => Promise<StoredFile>,
    right: FileRight = 'write',
  ): Promise<StoredFile> {
    return db.write(actor, async (unit) => {
      await lockUsageOfFile(unit.tx, id);
      const file = orNotFound(await queries.lockFile(unit.tx, actor, id, accessLists), id);
      await requireRight(unit.tx, actor, file, right, accessLists);
      precondition.require(file.version);
      if (file.storageStatus === 'deleted' || file.stage === 'uploading') throw fileErrors.notFound({ id });
      const changed = await write(file, unit);
      noteChange(unit, file, changed);
      return asSeenBy(actor, changed);
    });
  }

  /** Into the trash. @throws `http.precondition_failed` */
  async function remove(actor: Actor, id: string, precondition: Precondition): Promise<void> {
    await change(
      actor,
      id,
      precondition,
      async (file, unit) => {
        const { ownerId, fileName, storageStatus: restoresTo } = file;
        unit.publish(fileEvents.deleted, { fileId: id, ownerId });
        noteFile(unit, 'files.deleted', file, { fileName });
        const deletedAt = now().toISOString();
        return queries.updateFile(unit.tx, id, { storageStatus: 'deleted', restoresTo, stage: null, deletedAt });
      },
      'delete',
    );
  }

  /**
   * Out of the trash; to the top, if its folder is there. A file that was at the gate goes there again.
   * @throws `http.precondition_failed`
   */
  function restore(actor: Actor, id: string, precondition: Precondition): Promise<StoredFile> {
    return db.write(actor, async (unit) => {
      const file = await lockDeleted(unit, actor, id, precondition, 'delete');
      const storageStatus = file.restoresTo ?? 'failed';
      const stage = storageStatus === 'pending' ? 'uploaded' : null;
      const isAtGate = storageStatus === 'pending';
      if (isAtGate && !file.isAtGate) sendToGate(unit, { ...file, versionOf: null });
      noteFile(unit, 'files.restored', file, { fileName: file.fileName });
      const folderId = await livingFolder(unit, file);
      const back = { restoresTo: null, deletedAt: null, deletionId: null } as const;
      return asSeenBy(
        actor,
        await queries.updateFile(unit.tx, id, { ...back, storageStatus, stage, folderId, isAtGate }),
      );
    });
  }

  /** For good, from the trash. @throws `http.precondition_failed` */
  function purge(actor: Actor, id: string, precondition: Precondition): Promise<void> {
    return db.write(actor, async (unit) => {
      const file = await lockDeleted(unit, actor, id, precondition, 'own');
      await purgeFiles(unit, [file.id]);
    });
  }

  /** Null if it is in the trash. The usage of the owner is locked, as for all that comes into a folder. */
  async function livingFolder({ tx }: FilesUnit, { folderId }: StoredFile): Promise<string | null> {
    if (folderId === null) return null;
    return (await findFolder(tx, folderId))?.deletionId === null ? folderId : null;
  }

  async function lockDeleted(
    { tx }: FilesUnit,
    actor: Actor,
    id: string,
    precondition: Precondition,
    right: FileRight,
  ) {
    await lockUsageOfFile(tx, id);
    const file = orNotFound(await queries.lockFile(tx, actor, id, accessLists), id);
    await requireRight(tx, actor, file, right, accessLists);
    precondition.require(file.version);
    if (file.storageStatus !== 'deleted' || file.stage === 'uploading') throw fileErrors.notFound({ id });
    return file;
  }

  /** The usage of their owners, and the rows of these files, are locked. */
  async function purgeFiles(unit: FilesUnit, ids: readonly string[]): Promise<void> {
    const deleted = await queries.deleteFiles(unit.tx, ids);
    for (const file of deleted) {
      if (file.versionOf !== null) continue;
      const { id: fileId, ownerId, fileName } = file;
      if (file.storageStatus !== 'deleted') {
        // Only its folder was deleted, and the work on its files has not come to it.
        unit.publish(fileEvents.deleted, { fileId, ownerId });
        noteFile(unit, 'files.deleted', file, { fileName });
      }
      noteFile(unit, 'files.purged', file, { fileName });
    }
    await accessLists.forget(withoutTables(unit), FILE_RESOURCE, ids);
    await dropRows(unit, deleted);
  }

  /** Purges what has been in the trash for long enough. */
  async function emptyTrash(signal: AbortSignal): Promise<WorkResult<FilesTables>> {
    const before = new Date(now().getTime() - config.filesTrashDays * DAY_MS).toISOString();
    const purgeSome = () =>
      db.write(system('files'), async (unit) => {
        const ids = await queries.lockExpired(unit.tx, before, PURGED_AT_ONCE);
        await purgeFiles(unit, ids);
        return ids.length;
      });
    for (let count = PURGED_AT_ONCE; count === PURGED_AT_ONCE && !signal.aborted;) count = await purgeSome();
    return { write: async () => {} };
  }

  async function exportFor(userId: string) {
    const { bytes: usedBytes } = await usageOf(db.read, userId);
    return { usedBytes, files: queries.exportFiles(db.read, userId) };
  }

  const find: FilesApi['find'] = async (id) => toFacts(await queries.findFacts(db.read, id));
  const hold: FilesApi['hold'] = async (unit, id) =>
    toFacts(await queries.holdFacts(withTables<FilesTables>(unit).tx, id));
  const isAvailableTo = (userId: string, id: string) => queries.isAvailableOf(db.read, userId, id);

  return {
    list,
    get,
    change,
    usage,
    edit,
    move,
    addTag,
    removeTag,
    remove,
    restore,
    purge,
    purgeFiles,
    emptyTrash,
    exportFor,
    isAvailableTo,
    find,
    hold,
  };
}

export type Library = ReturnType<typeof createLibrary>;

/** The payload is encrypted under the owner's key, and becomes unreadable with them. */
export function noteFile(
  { audit }: FilesUnit,
  action: string,
  { id, ownerId }: Pick<StoredFile, 'id' | 'ownerId'>,
  payload: Record<string, unknown>,
): void {
  audit({ action, resourceType: 'file', resourceId: id, subjectId: ownerId, payload });
}

/** What others change in a file; what its owner does can be seen in the file itself. */
function noteChange(unit: FilesUnit, before: StoredFile, after: StoredFile): void {
  if (unit.actor.id === before.ownerId) return;
  const keys = NOTED.filter((key) => !isDeepStrictEqual(before[key], after[key]));
  if (keys.length === 0) return;
  const valuesOf = (file: StoredFile) => Object.fromEntries(keys.map((key) => [key, file[key]]));
  noteFile(unit, 'files.changed', before, { before: valuesOf(before), after: valuesOf(after) });
}

function toFacts(file: Omit<FileFacts, 'isPicture'> | undefined): FileFacts | null {
  return file ? { ...file, isPicture: PICTURES.has(file.contentType) } : null;
}

function orNotFound<F>(file: F | undefined, id: string): F {
  if (!file) throw fileErrors.notFound({ id });
  return file;
}
