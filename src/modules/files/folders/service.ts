import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { Precondition } from '#platform/http/port.ts';
import type { WorkResult } from '#platform/work/port.ts';
import { lockUsage } from '../content/usage.ts';
import { fileErrors, type Folder } from '../contract.ts';
import type { Library } from '../library/service.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import { findChild, findFolder, listAncestors } from '../places/queries.ts';
import type { Places } from '../places/service.ts';
import { seesAll } from '../queries.ts';
import type { FolderChange, FolderOperation, FolderQuery, FolderRestoration, NewFolder } from './schemas.ts';
import type { FilesReader, FilesTables } from '../tables.ts';
import { parseFolderName } from '../validation/name.ts';
import * as queries from './queries.ts';
import { createWorkingOff, folderQueue } from './working-off.ts';

const DAY_MS = 86_400_000;
const PURGED_AT_ONCE = 500;

export interface FoldersNeeds extends Pick<FilesNeeds, 'db' | 'config' | 'now'> {
  readonly library: Pick<Library, 'purgeFiles'>;
  readonly places: Places;
}

/** Folders of files: made, renamed, moved, put into the trash with all that is in them, and taken out of it. */
export function createFolders({ db, config, now, places, library }: FoldersNeeds) {
  const { worker } = createWorkingOff({ db, now, library });

  /**
   * Of a folder, at the top, or in the trash; none of somebody else, but for administrators. @throws `files.folder_not_found` for a folder that the actor may not see; so
   * does every method here that takes an id
   */
  async function list(actor: Actor, { parentId, isDeleted, ownerId = actor.id, ...query }: FolderQuery) {
    const owner = ownerId === actor.id || seesAll(actor) ? ownerId : null;
    if (isDeleted) return queries.listDeletedFolders(db.read, owner, query);
    if (parentId === undefined) return queries.listFolders(db.read, { ownerId: owner }, query);
    const { id } = await get(actor, parentId);
    return queries.listFolders(db.read, { parentId: id }, query);
  }

  const get = (actor: Actor, id: string): Promise<Folder> => find(db.read, actor, id);

  /** @throws `files.invalid_name`, `files.folder_exists`, `files.folder_deleted`, `files.folder_too_deep`, `files.too_many_folders` */
  function create(actor: Actor, { name: text, parentId = null }: NewFolder): Promise<Folder> {
    const name = judgeName(text);
    return db.write(actor, async (unit) => {
      const { tx } = unit;
      const ownerId = parentId === null ? actor.id : (await find(tx, actor, parentId)).ownerId;
      await lockUsage(tx, ownerId);
      if (parentId !== null) await places.requireLive(tx, ownerId, parentId);
      await places.requireRoom(tx, parentId, 1);
      await requireFree(tx, { id: null, ownerId, parentId, name });
      const folder = await find(tx, actor, await places.make(tx, ownerId, parentId, name));
      if (ownerId !== actor.id) note(unit, 'files.folder_created', folder, { path: folder.path });
      return folder;
    });
  }

  /**
   * Renames, moves, or both. @throws `files.invalid_name`, `files.folder_exists`, `files.folder_deleted`,
   * `files.folder_cycle`, `files.folder_too_deep`, `http.precondition_failed`
   */
  function change(actor: Actor, id: string, wanted: FolderChange, precondition: Precondition): Promise<Folder> {
    const wantedName = wanted.name === undefined ? undefined : judgeName(wanted.name);
    return db.write(actor, async (unit) => {
      const { tx } = unit;
      const folder = await lockTree(tx, actor, id, precondition);
      if (folder.deletionId !== null) throw fileErrors.folderDeleted({ id });
      const { name = folder.name, parentId = folder.parentId } = { ...wanted, ...(wantedName && { name: wantedName }) };
      if (parentId !== folder.parentId) await requireMovable(tx, folder, parentId);
      await requireFree(tx, { id: folder.id, ownerId: folder.ownerId, parentId, name });
      await queries.updateFolder(tx, folder.id, { name, parentId });
      const changed = await find(tx, actor, id);
      // What others change; what its owner does can be seen in the folder itself.
      if (folder.ownerId !== actor.id)
        note(unit, 'files.folder_changed', folder, { before: toNoted(folder), after: toNoted(changed) });
      return changed;
    });
  }

  async function requireMovable(tx: FilesReader, folder: Folder, parentId: string | null): Promise<void> {
    if (parentId !== null) {
      await places.requireLive(tx, folder.ownerId, parentId);
      if ((await listAncestors(tx, parentId)).includes(folder.id)) throw fileErrors.folderCycle({ id: folder.id });
    }
    await places.requireRoom(tx, parentId, await queries.countLevels(tx, folder));
  }

  /** With all that is in it, as one operation. @throws `files.folder_deleted`, `files.folder_busy`, `http.precondition_failed` */
  function remove(actor: Actor, id: string, precondition: Precondition): Promise<FolderOperation> {
    return db.write(actor, async (unit) => {
      const folder = await lockTree(unit.tx, actor, id, precondition);
      if (folder.deletionId !== null) throw fileErrors.folderDeleted({ id });
      const { ownerId } = folder;
      await requireRestored(unit.tx, ownerId);
      const deletion = { deletionId: newId(), folderId: folder.id, ownerId, deletedAt: now().toISOString() };
      await queries.markDeleted(unit.tx, deletion);
      await workOff(unit, deletion, 'deleting');
      noteOperation(unit, 'files.folder_deleted', folder, deletion);
      return { operationId: deletion.deletionId };
    });
  }

  /**
   * Just what its deletion took; to the top, if the folder in which it was is gone. Answers 404 for a folder that is not
   * in the trash. @throws `files.invalid_name`, `files.folder_exists`, `files.folder_deleted` for one that another took
   * along, `files.folder_too_deep`, `http.precondition_failed`
   */
  function restore(actor: Actor, id: string, wanted: FolderRestoration, precondition: Precondition): Promise<Folder> {
    const wantedName = wanted?.name === undefined ? undefined : judgeName(wanted.name);
    return db.write(actor, async (unit) => {
      const { tx } = unit;
      const { folder, deletion, above } = await lockDeleted(tx, actor, id, precondition);
      const { name = folder.name } = { name: wantedName };
      const parentId = above && above.deletionId === null ? above.id : null;
      await places.requireRoom(tx, parentId, await queries.countLevels(tx, folder));
      await requireFree(tx, { id: folder.id, ownerId: folder.ownerId, parentId, name });
      await queries.markRestored(tx, deletion, { parentId, name });
      await workOff(unit, deletion, 'restoring');
      noteOperation(unit, 'files.folder_restored', folder, deletion);
      return find(tx, actor, id);
    });
  }

  /**
   * For good, what its deletion took; it answers 404 from then on. What was deleted before stays in the trash.
   * @throws `files.folder_deleted` for one that another took along, `http.precondition_failed`
   */
  function purge(actor: Actor, id: string, precondition: Precondition): Promise<FolderOperation> {
    return db.write(actor, async (unit) => {
      const { folder, deletion } = await lockDeleted(unit.tx, actor, id, precondition);
      await queries.markPurged(unit.tx, folder);
      await workOff(unit, deletion, 'purging');
      noteOperation(unit, 'files.folder_purged', folder, deletion);
      return { operationId: deletion.deletionId };
    });
  }

  /** The folder that a deletion named, and the one in which it was. */
  async function lockDeleted(tx: FilesUnit['tx'], actor: Actor, id: string, precondition: Precondition) {
    const folder = await lockTree(tx, actor, id, precondition);
    const { deletionId, deletedAt, ownerId } = folder;
    if (deletionId === null || deletedAt === null) throw fileErrors.folderNotFound({ id });
    const above = folder.parentId === null ? undefined : await findFolder(tx, folder.parentId);
    if (above?.deletionId === deletionId) throw fileErrors.folderDeleted({ id: above.id });
    return { folder, above, deletion: { deletionId, folderId: folder.id, ownerId, deletedAt } };
  }

  /** Else repeating both would pile up work: each changes the rows of all files. @throws `files.folder_busy` */
  async function requireRestored(tx: FilesReader, ownerId: string): Promise<void> {
    if (await queries.isRestoring(tx, ownerId)) throw fileErrors.folderBusy({ retryAfterSeconds: 1 });
  }

  async function workOff(unit: FilesUnit, deletion: queries.FolderDeletion, stage: queries.FolderStage) {
    await queries.putWork(unit.tx, deletion, stage);
    unit.enqueue(folderQueue, { ref: deletion.deletionId });
  }

  /** As it is once no other unit changes the tree. @throws `files.folder_not_found`, `http.precondition_failed` */
  async function lockTree(tx: FilesUnit['tx'], actor: Actor, id: string, precondition: Precondition): Promise<Folder> {
    await lockUsage(tx, (await find(tx, actor, id)).ownerId);
    const folder = await find(tx, actor, id);
    precondition.require(folder.version);
    return folder;
  }

  async function find(reader: FilesReader, actor: Actor, id: string): Promise<Folder> {
    const folder = await findFolder(reader, id);
    if (!folder || (folder.ownerId !== actor.id && !seesAll(actor))) throw fileErrors.folderNotFound({ id });
    const { deletionId } = folder;
    if (deletionId !== null && (await queries.isPurging(reader, deletionId))) throw fileErrors.folderNotFound({ id });
    return folder;
  }

  /** For good, what has been in the trash for long enough. The files in it have gone by themselves. */
  async function emptyTrash(signal: AbortSignal): Promise<WorkResult<FilesTables>> {
    const before = new Date(now().getTime() - config.filesTrashDays * DAY_MS).toISOString();
    while (!signal.aborted) {
      const ownerId = await queries.findExpiredOwner(db.read, before);
      if (ownerId === undefined) break;
      await db.write(system('files'), async ({ tx }) => {
        await lockUsage(tx, ownerId);
        await queries.deleteExpired(tx, ownerId, before, PURGED_AT_ONCE);
      });
    }
    return { write: async () => {} };
  }

  const exportFor = (userId: string) => queries.exportFolders(db.read, userId);

  return { worker, list, get, create, change, remove, restore, purge, emptyTrash, exportFor };
}

export type Folders = ReturnType<typeof createFolders>;

/** @throws `files.invalid_name` */
function judgeName(text: string): string {
  const name = parseFolderName(text);
  if (name === null) throw fileErrors.invalidName();
  return name;
}

/** @throws `files.folder_exists` */
async function requireFree(
  tx: FilesReader,
  { id, ownerId, parentId, name }: Pick<Folder, 'ownerId' | 'parentId' | 'name'> & { readonly id: string | null },
): Promise<void> {
  const other = await findChild(tx, ownerId, parentId, name);
  if (other !== undefined && other !== id) throw fileErrors.folderExists({ id: other });
}

/** The payload is encrypted under the owner's key, and becomes unreadable with them. */
function note({ audit }: FilesUnit, action: string, { id, ownerId }: Folder, payload: Record<string, unknown>): void {
  audit({ action, resourceType: 'folder', resourceId: id, subjectId: ownerId, payload });
}

function noteOperation(
  unit: FilesUnit,
  action: string,
  folder: Folder,
  { deletionId: operationId }: Pick<queries.FolderDeletion, 'deletionId'>,
): void {
  note(unit, action, folder, { path: folder.path, operationId });
}

function toNoted({ path, parentId }: Folder) {
  return { path, parentId };
}
