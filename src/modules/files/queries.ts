import type { Actor } from '#kernel/access.ts';
import { columnsOf } from '#platform/database/port.ts';
import { filePermissions, StoredFile } from './contract.ts';
import type { FilesReader } from './tables.ts';

export const FILE_COLUMNS = columnsOf(StoredFile);

export type FileViewer = Pick<Actor, 'id' | 'permissions'>;

/** The only access rule, for lists and for single rows: people see their own files, administrators all. */
export function visibleTo(db: FilesReader, { id, permissions }: FileViewer) {
  const rows = db.selectFrom('files.file');
  return permissions.has(filePermissions.manageAll.code) ? rows : rows.where('ownerId', '=', id);
}
