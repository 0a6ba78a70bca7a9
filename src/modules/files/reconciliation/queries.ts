import { sql } from 'kysely';
import { lockHolders } from '../content/blobs.ts';
import type { BlobOfFile } from '../content/objects.ts';
import type { FilesReader, FilesWriter } from '../tables.ts';

/** Those of these uploads whose bytes may be in staging: they are not released, or are in quarantine. */
export async function findStaged(db: FilesReader, contentIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select content_id as id from files.file where content_id = any(${contentIds}::uuid[]) and blob_id is null`.execute(
    db,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Those of these that are parts of uploads. */
export async function findParts(db: FilesReader, ids: readonly string[]): Promise<Set<string>> {
  const parts = db
    .selectFrom('files.uploadPart')
    .select('id')
    .where(sql<boolean>`id = any(${ids}::uuid[])`);
  return new Set((await parts.execute()).map(({ id }) => id));
}

/** Those of these uploads whose bytes clients send to the storage. Once they are files, their bytes are elsewhere. */
export async function findPresigned(db: FilesReader, ids: readonly string[]): Promise<Set<string>> {
  const uploads = db
    .selectFrom('files.upload')
    .select('id')
    .where('kind', '=', 'presigned')
    .where('fileId', 'is', null);
  const found = uploads.where(sql<boolean>`id = any(${ids}::uuid[])`);
  return new Set((await found.execute()).map(({ id }) => id));
}

/** Those of these that are blobs, or may become one: the gate writes the object before it commits the blob. */
export async function findBlobs(db: FilesReader, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from files.blob where id = any(${ids}::uuid[])
    union all select content_id from files.file where content_id = any(${ids}::uuid[]) and blob_id is null`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** What was stored for these blobs; not of encrypted ones, whose bytes change with the key. */
export async function findHashes(db: FilesReader, ids: readonly string[]) {
  const { rows } = await sql<{ id: string; sha256: string; sizeBytes: number }>`
    select id, sha256, size_bytes from files.blob where id = any(${ids}::uuid[]) and sha256 is not null`.execute(db);
  return rows;
}

/** By id, from the first after `after`. */
export function listBlobs(db: FilesReader, after: string | null, limit: number): Promise<BlobOfFile[]> {
  const rows = db.selectFrom('files.blob').select(['id', 'sizeBytes', 'keySealed']).orderBy('id').limit(limit);
  return (after === null ? rows : rows.where('id', '>', after)).execute();
}

/** Files whose objects are gone; answers how many. */
export async function markLost(tx: FilesWriter, blobIds: readonly string[]): Promise<number> {
  await lockHolders(tx, blobIds, 'available');
  const { numUpdatedRows } = await tx
    .updateTable('files.file')
    .set((eb) => ({ storageStatus: 'missing', updatedAt: sql<string>`now()`, version: eb('version', '+', 1) }))
    .where(sql<boolean>`blob_id = any(${blobIds}::uuid[])`)
    .where('storageStatus', '=', 'available')
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
