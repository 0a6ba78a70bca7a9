import { sql } from 'kysely';
import type { StoredFile } from '../contract.ts';
import { SHOWN_STATUS, visibleTo, type FileLists, type FileViewer } from '../queries.ts';
import type { FilesReader, FilesWriter } from '../tables.ts';

export const SERVED = [
  'id',
  'ownerId',
  'fileName',
  'contentType',
  'sizeBytes',
  'sha256',
  'isEncrypted',
  'blobId',
  'createdAt',
  SHOWN_STATUS.as('storageStatus'),
] as const;

export type ServedFile = Pick<
  StoredFile,
  Exclude<Extract<(typeof SERVED)[number], string>, 'blobId'> | 'storageStatus'
> & {
  readonly blobId: string | null;
};

export function findServed(
  db: FilesReader,
  viewer: FileViewer,
  id: string,
  lists: FileLists,
): Promise<ServedFile | undefined> {
  return visibleTo(db, viewer, lists).select(SERVED).where('id', '=', id).executeTakeFirst();
}

/** Of all files that share the object. */
export async function markMissing(tx: FilesWriter, blobId: string): Promise<void> {
  await tx
    .updateTable('files.file')
    .set((eb) => ({ storageStatus: 'missing', updatedAt: sql<string>`now()`, version: eb('version', '+', 1) }))
    .where('blobId', '=', blobId)
    .where('storageStatus', '=', 'available')
    .execute();
}
