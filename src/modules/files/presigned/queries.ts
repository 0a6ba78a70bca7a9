import type { Insertable } from 'kysely';
import type { FilesReader, FilesTables, FilesWriter } from '../tables.ts';
import type { UploadRow } from '../resumable/queries.ts';

export interface PresignedRow extends UploadRow {
  readonly fileName: string;
  readonly lengthBytes: number;
  readonly sha256: string;
}

export function findPresigned(db: FilesReader, ownerId: string, id: string): Promise<PresignedRow | undefined> {
  return db
    .selectFrom('files.upload')
    .selectAll()
    .where('id', '=', id)
    .where('ownerId', '=', ownerId)
    .where('kind', '=', 'presigned')
    .$narrowType<Pick<PresignedRow, 'fileName' | 'lengthBytes' | 'sha256'>>()
    .executeTakeFirst();
}

/** The row of the file, before its bytes are copied. False when there is one already. */
export async function insertFile(tx: FilesWriter, row: Insertable<FilesTables['files.file']>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('files.file')
    .values({ ...row, stage: 'uploading' })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Its address takes bytes until then: afterwards `files.tidy` removes what was sent again. */
export async function insertEnded(tx: FilesWriter, row: FilesTables['files.endedUpload']): Promise<void> {
  await tx.insertInto('files.endedUpload').values(row).execute();
}
