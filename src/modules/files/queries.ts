import { sql, type SqlBool } from 'kysely';
import { Type } from 'typebox';
import type { Actor } from '#kernel/access.ts';
import { columnsOf } from '#platform/database/port.ts';
import type { AccessLists } from '#modules/authorization/contract.ts';
import { fileErrors, filePermissions, StoredFile, type StorageStatus } from './contract.ts';
import type { FilesReader } from './tables.ts';

/** The status of a file; one whose folder is in the trash is deleted from that moment on. */
export const SHOWN_STATUS = sql<StorageStatus>`case when exists (
  select from files.folder shown where shown.id = folder_id and shown.deletion_id is not null)
  then 'deleted' else storage_status end`;
/** Of a deleted file: the status before. */
export const RESTORES_TO = sql<StorageStatus | null>`case when storage_status = 'deleted' then restores_to
  else storage_status end`;
export const FOLDER_PATH = sql<string | null>`files.folder_path(folder_id)`;

export const FILE_COLUMNS = [
  ...columnsOf(Type.Omit(StoredFile, ['folder', 'storageStatus'])),
  SHOWN_STATUS.as('storageStatus'),
  FOLDER_PATH.as('folder'),
] as const;
/** Type of files in access lists. */
export const FILE_RESOURCE = 'file';

export type FileViewer = Pick<Actor, 'id' | 'permissions'>;
/** What an entry can give beside reading; `own`: nothing but what owner and administrators may do. */
export type FileRight = 'write' | 'delete' | 'own';
export type FileLists = Pick<AccessLists, 'allows' | 'listed'>;

export function seesAll({ permissions }: FileViewer): boolean {
  return permissions.has(filePermissions.manageAll.code);
}

/**
 * The access rule for rows that are known by their ids: people see their own files and those that a list lets them read,
 * administrators all. Lists find the same rows by `waysTo`.
 */
export function visibleTo(db: FilesReader, viewer: FileViewer, lists: FileLists) {
  const rows = db.selectFrom('files.file').where('versionOf', 'is', null);
  if (seesAll(viewer)) return rows;
  const isListed = lists.allows(viewer, FILE_RESOURCE, 'files.file.id', 'read');
  return rows.where(sql<SqlBool>`(owner_id = ${viewer.id} or ${isListed})`);
}

/** Whether all of a file is for the viewer; others get no more than its access list gives them. */
export function ownsOrManages(viewer: FileViewer, { ownerId }: Pick<StoredFile, 'ownerId'>): boolean {
  return ownerId === viewer.id || seesAll(viewer);
}

/** Where a file lies, and who has sent it by a link, is for its owner and administrators. */
export function asSeenBy(viewer: FileViewer, file: StoredFile): StoredFile {
  if (ownsOrManages(viewer, file)) return file;
  return { ...file, folder: null, folderId: null, senderId: null, senderName: null };
}

/** For a file that the viewer may read. @throws `files.access_denied` */
export async function requireRight(
  db: FilesReader,
  viewer: FileViewer,
  { id, ownerId }: Pick<StoredFile, 'id' | 'ownerId'>,
  right: FileRight,
  lists: FileLists,
): Promise<void> {
  if (ownsOrManages(viewer, { ownerId })) return;
  if (right !== 'own') {
    const rows = db.selectFrom('files.file').select('id').where('id', '=', id);
    const isListed = lists.allows(viewer, FILE_RESOURCE, 'files.file.id', right);
    if (await rows.where(sql<SqlBool>`${isListed}`).executeTakeFirst()) return;
  }
  throw fileErrors.accessDenied({ id });
}
