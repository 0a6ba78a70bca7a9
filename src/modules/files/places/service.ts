import { fileErrors } from '../contract.ts';
import { lockUsage } from '../content/usage.ts';
import type { FilesReader, FilesWriter } from '../tables.ts';
import { MAX_LEVELS } from '../validation/name.ts';
import * as queries from './queries.ts';

/** Of one person, those in the trash included: a whole tree of so many is moved to the trash in one statement. */
const MAX_FOLDERS = 10_000;

/** What a request says about the folder of a file: an id, or a path whose folders are made where they are missing. */
export interface WantedPlace {
  readonly folder?: string | null | undefined;
  readonly folderId?: string | null | undefined;
}

/**
 * Where files and folders lie. Whatever changes the tree of a person, or puts something into it, locks their usage first:
 * so no two moves make a cycle, and nothing comes into a folder that another unit moves to the trash.
 */
export function createPlaces() {
  /**
   * The folder that a request names; null: the top; undefined: it names none. Locks the usage of the owner until the unit ends.
   * @throws `files.folder_not_found`, `files.folder_deleted`, `files.too_many_folders`
   */
  async function locate(
    tx: FilesWriter,
    ownerId: string,
    { folder, folderId }: WantedPlace,
  ): Promise<string | null | undefined> {
    await lockUsage(tx, ownerId);
    if (folderId === undefined && folder === undefined) return undefined;
    if (folderId === null || (folderId === undefined && folder === null)) return null;
    if (folderId) return requireLive(tx, ownerId, folderId);
    let place: string | null = null;
    for (const name of folder?.split('/') ?? [])
      place = (await queries.findChild(tx, ownerId, place, name)) ?? (await make(tx, ownerId, place, name));
    return place;
  }

  /** What `locate` would refuse now; it makes no folder. @throws as `locate` */
  async function require(db: FilesReader, ownerId: string, { folder, folderId }: WantedPlace): Promise<void> {
    if (folderId) return void (await requireLive(db, ownerId, folderId));
    if (folder === undefined || folder === null || folderId === null) return;
    const names = folder.split('/');
    let place: string | null = null;
    for (const [depth, name] of names.entries()) {
      const child: string | undefined = await queries.findChild(db, ownerId, place, name);
      if (child === undefined) return requireFolders(db, ownerId, names.length - depth);
      place = child;
    }
  }

  /** Room for more folders. @throws `files.too_many_folders` */
  async function requireFolders(db: FilesReader, ownerId: string, more: number): Promise<void> {
    if ((await queries.countFolders(db, ownerId)) + more > MAX_FOLDERS)
      throw fileErrors.tooManyFolders({ limit: MAX_FOLDERS });
  }

  /** The caller has locked the usage of the owner, and found that no folder there has this name. @throws `files.too_many_folders` */
  async function make(tx: FilesWriter, ownerId: string, parentId: string | null, name: string): Promise<string> {
    await requireFolders(tx, ownerId, 1);
    return queries.insertFolder(tx, { ownerId, parentId, name });
  }

  /** @throws `files.folder_not_found` also for a folder of somebody else, `files.folder_deleted` */
  async function requireLive(db: FilesReader, ownerId: string, id: string): Promise<string> {
    const folder = await queries.findFolder(db, id);
    if (!folder || folder.ownerId !== ownerId) throw fileErrors.folderNotFound({ id });
    if (folder.deletionId !== null) throw fileErrors.folderDeleted({ id });
    return folder.id;
  }

  /** For a tree of `levels`. @throws `files.folder_too_deep` */
  async function requireRoom(db: FilesReader, parentId: string | null, levels: number): Promise<void> {
    const above = parentId === null ? 0 : (await queries.listAncestors(db, parentId)).length;
    if (above + levels > MAX_LEVELS) throw fileErrors.folderTooDeep({ limit: MAX_LEVELS });
  }

  return { locate, require, make, requireLive, requireRoom };
}

export type Places = ReturnType<typeof createPlaces>;
