import { sql } from 'kysely';
import type { EncryptionStage } from '../contract.ts';
import type { FilesReader, FilesWriter } from '../tables.ts';

/** A file whose object is being rewritten. */
export interface RewrittenFile {
  readonly id: string;
  /** Of an older content: its file. */
  readonly versionOf: string | null;
  readonly ownerId: string;
  readonly contentId: string;
  readonly blobId: string;
  readonly sha256: string;
  readonly encryptionStage: NonNullable<EncryptionStage>;
}

export function findRewritten(db: FilesReader, id: string): Promise<RewrittenFile | undefined> {
  return db
    .selectFrom('files.file')
    .select(['id', 'versionOf', 'ownerId', 'contentId', 'blobId', 'sha256', 'encryptionStage'])
    .where('id', '=', id)
    .where('encryptionStage', 'is not', null)
    .$narrowType<RewrittenFile>()
    .executeTakeFirst();
}

/** Locked until the unit ends: which object is being written for it. Undefined when the file does not wait any more. */
export function lockRewritten(
  tx: FilesWriter,
  { id, blobId, encryptionStage }: RewrittenFile,
): Promise<{ rewriteId: string | null } | undefined> {
  return tx
    .selectFrom('files.file')
    .select('rewriteId')
    .where('id', '=', id)
    .where('blobId', '=', blobId)
    .where('encryptionStage', '=', encryptionStage)
    .forUpdate()
    .executeTakeFirst();
}

export async function setRewriteId(tx: FilesWriter, id: string, rewriteId: string): Promise<void> {
  await tx.updateTable('files.file').set({ rewriteId }).where('id', '=', id).execute();
}

/**
 * How many other files of this person wait for this, whatever the number of their versions. Their requests are counted one
 * after the other.
 */
export async function countRewritten(tx: FilesWriter, ownerId: string, exceptId: string): Promise<number> {
  await tx.selectFrom('files.usage').select('ownerId').where('ownerId', '=', ownerId).forUpdate().execute();
  const { count } = await tx
    .selectFrom('files.file')
    .select(sql<number>`count(distinct coalesce(version_of, id))::int`.as('count'))
    .where('ownerId', '=', ownerId)
    .where('encryptionStage', 'is not', null)
    .where(sql<boolean>`coalesce(version_of, id) <> ${exceptId}`)
    .executeTakeFirstOrThrow();
  return count;
}

/** Whether this failed for a file of this person since then. */
export async function hasFailedSince(tx: FilesWriter, ownerId: string, since: string): Promise<boolean> {
  const failed = tx
    .selectFrom('files.file')
    .select('id')
    .where('ownerId', '=', ownerId)
    .where(sql<boolean>`reason in ('encryption_failed', 'decryption_failed')`)
    .where('updatedAt', '>', since);
  return (await failed.limit(1).executeTakeFirst()) !== undefined;
}

/** The file has no stage any more, and with `blobId` another object; `reason` when it failed. */
export async function endRewriting(
  tx: FilesWriter,
  id: string,
  {
    reason = null,
    ...change
  }: { readonly blobId?: string; readonly isEncrypted?: boolean; readonly reason?: string | null },
): Promise<void> {
  await tx
    .updateTable('files.file')
    .set((eb) => ({
      ...change,
      reason,
      encryptionStage: null,
      rewriteId: null,
      updatedAt: sql<string>`now()`,
      version: eb('version', '+', 1),
    }))
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

/** Whether a version of the file waits for this. */
export async function hasVersionAt(
  tx: FilesWriter,
  fileId: string,
  stage: NonNullable<EncryptionStage>,
): Promise<boolean> {
  const rows = tx.selectFrom('files.file').select('id').where('versionOf', '=', fileId);
  return (await rows.where('encryptionStage', '=', stage).limit(1).executeTakeFirst()) !== undefined;
}

/** The versions of a file that are stored otherwise, and are not being rewritten, wait too; answers their ids. */
export async function markVersions(tx: FilesWriter, fileId: string, isEncrypted: boolean): Promise<string[]> {
  const versions = await tx
    .updateTable('files.file')
    .set((eb) => ({
      encryptionStage: isEncrypted ? 'encrypting' : 'decrypting',
      reason: null,
      version: eb('version', '+', 1),
    }))
    .where('versionOf', '=', fileId)
    .where('storageStatus', '=', 'available')
    .where('isEncrypted', '!=', isEncrypted)
    .where('encryptionStage', 'is', null)
    .returning('id')
    .execute();
  return versions.map(({ id }) => id);
}
