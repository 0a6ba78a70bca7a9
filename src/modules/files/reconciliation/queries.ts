import { sql } from 'kysely';
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

/** Those of these that are blobs, or may become one: the gate writes the object before it commits the blob. */
export async function findBlobs(db: FilesReader, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from files.blob where id = any(${ids}::uuid[])
    union all select content_id from files.file where content_id = any(${ids}::uuid[]) and blob_id is null`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

export interface ListedBlob {
  readonly id: string;
  readonly sizeBytes: number;
}

/** By id, from the first after `after`. */
export function listBlobs(db: FilesReader, after: string | null, limit: number): Promise<ListedBlob[]> {
  const rows = db.selectFrom('files.blob').select(['id', 'sizeBytes']).orderBy('id').limit(limit);
  return (after === null ? rows : rows.where('id', '>', after)).execute();
}

/** Objects that no row knows are deleted at `dueAt`; answers how many of them were not listed before. */
export async function removeAt(tx: FilesWriter, keys: readonly string[], dueAt: string): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    insert into files.removal (object_key, due_at) select key, ${dueAt}::timestamptz from unnest(${keys}::text[]) key
    on conflict (object_key) do nothing`.execute(tx);
  return Number(numAffectedRows);
}

/** Files whose objects are gone; answers how many. */
export async function markLost(tx: FilesWriter, blobIds: readonly string[]): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('files.file')
    .set((eb) => ({ storageStatus: 'missing', updatedAt: sql<string>`now()`, version: eb('version', '+', 1) }))
    .where(sql<boolean>`blob_id = any(${blobIds}::uuid[])`)
    .where('storageStatus', '=', 'available')
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
