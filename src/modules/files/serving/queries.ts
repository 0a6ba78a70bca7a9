import { sql } from 'kysely';
import { lockHolders } from '../content/blobs.ts';
import type { StoredFile } from '../contract.ts';
import { FOLDER_PATH, SHOWN_STATUS, visibleTo, type FileLists, type FileViewer } from '../queries.ts';
import type { FilesReader, FilesWriter } from '../tables.ts';

export const SERVED = [
  'id',
  'ownerId',
  'fileName',
  'contentType',
  'sizeBytes',
  'sha256',
  'isEncrypted',
  'contentId',
  'blobId',
  'createdAt',
  'contentAt',
  SHOWN_STATUS.as('storageStatus'),
  FOLDER_PATH.as('folder'),
] as const;

export type ServedFile = Pick<
  StoredFile,
  Exclude<Extract<(typeof SERVED)[number], string>, 'contentId' | 'blobId' | 'contentAt'> | 'storageStatus' | 'folder'
> & {
  readonly contentId: string;
  readonly blobId: string | null;
  /** When the content came; null: with the file. */
  readonly contentAt: string | null;
};

export function findServed(
  db: FilesReader,
  viewer: FileViewer,
  id: string,
  lists: FileLists,
): Promise<ServedFile | undefined> {
  return visibleTo(db, viewer, lists).select(SERVED).where('id', '=', id).executeTakeFirst();
}

export function findAnyServed(db: FilesReader, id: string): Promise<ServedFile | undefined> {
  const rows = db.selectFrom('files.file').select(SERVED).where('id', '=', id);
  return rows.where('versionOf', 'is', null).executeTakeFirst();
}

/** Of all files that share the object. */
export async function markMissing(tx: FilesWriter, blobId: string): Promise<void> {
  await lockHolders(tx, [blobId], 'available');
  await tx
    .updateTable('files.file')
    .set((eb) => ({ storageStatus: 'missing', updatedAt: sql<string>`now()`, version: eb('version', '+', 1) }))
    .where('blobId', '=', blobId)
    .where('storageStatus', '=', 'available')
    .execute();
}

/** Bytes of those of these files that the viewer may read. */
export async function sumBytes(
  db: FilesReader,
  viewer: FileViewer,
  ids: readonly string[],
  lists: FileLists,
): Promise<number> {
  const rows = visibleTo(db, viewer, lists)
    .select(sql<number>`coalesce(sum(size_bytes), 0)::int8`.as('bytes'))
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .where(SHOWN_STATUS, '=', 'available');
  return (await rows.executeTakeFirstOrThrow()).bytes;
}
