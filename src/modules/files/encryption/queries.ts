import { sql } from 'kysely';
import type { EncryptionStage } from '../contract.ts';
import type { FilesReader, FilesWriter } from '../tables.ts';

/** A file whose object is being rewritten. */
export interface RewrittenFile {
  readonly id: string;
  readonly ownerId: string;
  readonly contentId: string;
  readonly blobId: string;
  readonly sha256: string;
  readonly encryptionStage: NonNullable<EncryptionStage>;
}

export function findRewritten(db: FilesReader, id: string): Promise<RewrittenFile | undefined> {
  return db
    .selectFrom('files.file')
    .select(['id', 'ownerId', 'contentId', 'blobId', 'sha256', 'encryptionStage'])
    .where('id', '=', id)
    .where('encryptionStage', 'is not', null)
    .$narrowType<RewrittenFile>()
    .executeTakeFirst();
}

/** Whether the file still waits for this; then its row is locked until the unit ends. */
export async function lockRewritten(tx: FilesWriter, { id, blobId, encryptionStage }: RewrittenFile): Promise<boolean> {
  const row = tx
    .selectFrom('files.file')
    .select('id')
    .where('id', '=', id)
    .where('blobId', '=', blobId)
    .where('encryptionStage', '=', encryptionStage)
    .forUpdate();
  return (await row.executeTakeFirst()) !== undefined;
}

/** The file has no stage any more, and with `blobId` another object. */
export async function endRewriting(
  tx: FilesWriter,
  id: string,
  change: { readonly blobId?: string; readonly isEncrypted?: boolean },
): Promise<void> {
  await tx
    .updateTable('files.file')
    .set((eb) => ({ ...change, encryptionStage: null, updatedAt: sql<string>`now()`, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

export async function insertEncrypted(
  tx: FilesWriter,
  blob: { readonly id: string; readonly sizeBytes: number; readonly keySealed: Buffer },
): Promise<void> {
  await tx
    .insertInto('files.blob')
    .values({ ...blob, sha256: null, refs: 1 })
    .execute();
}
