import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { Precondition } from '#platform/http/port.ts';
import type { WorkResult } from '#platform/work/port.ts';
import { lockUsage } from '../content/usage.ts';
import { fileErrors, type Folder } from '../contract.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import { findChild, findFolder, listAncestors } from '../places/queries.ts';
import type { Places } from '../places/service.ts';
import { seesAll } from '../queries.ts';
import type { FolderChange, FolderOperation, FolderQuery, NewFolder } from '../schemas.ts';
import type { FilesReader, FilesTables } from '../tables.ts';
import { parseFolderName } from '../validation/name.ts';
import * as queries from './queries.ts';
import { createWorkingOff, folderQueue } from './working-off.ts';

const DAY_MS = 86_400_000;
const PURGED_AT_ONCE = 500;

export interface FoldersNeeds extends Pick<FilesNeeds, 'db' | 'config' | 'now'> {
  readonly places: Places;
}

/** Folders of files: made, renamed, moved, put into the trash with all that is in them, and taken out of it. */
export function createFolders({ db, config, now, places }: FoldersNeeds) {
  const { worker } = createWorkingOff({ db, now });

  /**
   * Of a folder, at the top, or in the trash. @throws `files.folder_not_found` for a folder that the actor may not see; so
   * does every method here that takes an id
   */
  async function list(actor: Actor, { parentId, isDeleted, ...query }: FolderQuery) {
    if (isDeleted) return queries.listDeletedFolders(db.read, actor.id, query);
    if (parentId === undefined) return queries.listFolders(db.read, { ownerId: actor.id }, query);
    const { id } = await get(actor, parentId);
    return queries.listFolders(db.read, { parentId: id }, query);
  }

  const get = (actor: Actor, id: string): Promise<Folder> => find(db.read, actor, id);

  /** @throws `files.invalid_name`, `files.folder_exists`, `files.folder_deleted`, `files.folder_too_deep`, `files.too_many_folders` */
  function create(actor: Actor, { name: text, parentId = null }: NewFolder): Promise<Folder> {
    const name = judgeName(text);
    return db.write(actor, async ({ tx }) => {
      const ownerId = parentId === null ? actor.id : (await find(tx, actor, parentId)).ownerId;
      await lockUsage(tx, ownerId);
      if (parentId !== null) await places.requireLive(tx, ownerId, parentId);
      await places.requireRoom(tx, parentId, 1);
      await requireFree(tx, { id: null, ownerId, parentId, name });
      return find(tx, actor, await places.make(tx, ownerId, parentId, name));
    });
  }

  /**
   * Renames, moves, or both. @throws `files.invalid_name`, `files.folder_exists`, `files.folder_deleted`,
   * `files.folder_cycle`, `files.folder_too_deep`, `http.precondition_failed`
   */
  function change(actor: Actor, id: string, wanted: FolderChange, precondition: Precondition): Promise<Folder> {
    const wantedName = wanted.name === undefined ? undefined : judgeName(wanted.name);
    return db.write(actor, async ({ tx }) => {
      const folder = await lockTree(tx, actor, id, precondition);
      if (folder.deletionId !== null) throw fileErrors.folderDeleted({ id });
      const { name = folder.name, parentId = folder.parentId } = { ...wanted, ...(wantedName && { name: wantedName }) };
      if (parentId !== folder.parentId) await requireMovable(tx, folder, parentId);
      await requireFree(tx, { id, ownerId: folder.ownerId, parentId, name });
      await queries.updateFolder(tx, id, { name, parentId });
      return find(tx, actor, id);
    });
  }

  async function requireMovable(tx: FilesReader, folder: Folder, parentId: string | null): Promise<void> {
    if (parentId !== null) {
      await places.requireLive(tx, folder.ownerId, parentId);
      if ((await listAncestors(tx, parentId)).includes(folder.id)) throw fileErrors.folderCycle({ id: folder.id });
    }
    await places.requireRoom(tx, parentId, await queries.countLevels(tx, folder));
  }

  /** With all that is in it, as one operation. @throws `files.folder_deleted`, `http.precondition_failed` */
  function remove(actor: Actor, id: string, precondition: Precondition): Promise<FolderOperation> {
    return db.write(actor, async (unit) => {
      const folder = await lockTree(unit.tx, actor, id, precondition);
      if (folder.deletionId !== null) throw fileErrors.folderDeleted({ id });
      const { ownerId } = folder;
      const deletion = { deletionId: newId(), folderId: id, ownerId, deletedAt: now().toISOString() };
      await queries.markDeleted(unit.tx, deletion);
      await workOff(unit, deletion, 'deleting');
      note(unit, 'files.folder_deleted', folder, deletion.deletionId);
      return { operationId: deletion.deletionId };
    });
  }

  /**
   * Just what its deletion took; to the top, if the folder in which it was is gone. Answers 404 for a folder that is not
   * in the trash. @throws `files.folder_exists`, `files.folder_deleted` for one that another took along,
   * `files.folder_too_deep`, `http.precondition_failed`
   */
  function restore(actor: Actor, id: string, precondition: Precondition): Promise<Folder> {
    return db.write(actor, async (unit) => {
      const { tx } = unit;
      const folder = await lockTree(tx, actor, id, precondition);
      const { deletionId, deletedAt, ownerId, name } = folder;
      if (deletionId === null || deletedAt === null) throw fileErrors.folderNotFound({ id });
      const above = folder.parentId === null ? undefined : await findFolder(tx, folder.parentId);
      if (above?.deletionId === deletionId) throw fileErrors.folderDeleted({ id: above.id });
      const parentId = above && above.deletionId === null ? above.id : null;
      await places.requireRoom(tx, parentId, await queries.countLevels(tx, folder));
      await requireFree(tx, { id, ownerId, parentId, name });
      await queries.markRestored(tx, { deletionId, folderId: id }, parentId);
      await workOff(unit, { deletionId, folderId: id, ownerId, deletedAt }, 'restoring');
      note(unit, 'files.folder_restored', folder, deletionId);
      return find(tx, actor, id);
    });
  }

  async function workOff(unit: FilesUnit, deletion: queries.FolderDeletion, stage: 'deleting' | 'restoring') {
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

  return { worker, list, get, create, change, remove, restore, emptyTrash, exportFor };
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
function note({ audit }: FilesUnit, action: string, { id, ownerId, path }: Folder, operationId: string): void {
  audit({ action, resourceType: 'folder', resourceId: id, subjectId: ownerId, payload: { path, operationId } });
}
