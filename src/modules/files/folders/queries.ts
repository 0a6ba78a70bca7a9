import { sql } from 'kysely';
import type { PageQuery } from '#kernel/page.ts';
import { inBatches, newestFirst, pageQuery, type PageOrder } from '#platform/database/port.ts';
import type { Folder } from '../contract.ts';
import { FOLDER_COLUMNS } from '../places/queries.ts';
import type { FilesReader, FilesWriter } from '../tables.ts';

const isText = (text: string) => text.length <= 1000 && text.isWellFormed() && !text.includes('\0');

/** As names are compared, by the column: an older PostgreSQL does not know all characters that the program knows. */
const byName: PageOrder<{ id: string; canonicalName: string }> = {
  name: 'name:asc',
  direction: 'asc',
  by: { sql: 'canonical_name', type: 'text' },
  value: ({ canonicalName }) => canonicalName,
  isValue: isText,
};

/** One page of the folders in a folder, or of one person at the top. */
export function listFolders(db: FilesReader, place: { ownerId: string } | { parentId: string }, query: PageQuery) {
  const columns = [...FOLDER_COLUMNS, 'canonicalName'] as const;
  const rows = db.selectFrom('files.folder').select(columns).where('deletionId', 'is', null);
  const found =
    'parentId' in place
      ? rows.where('parentId', '=', place.parentId)
      : rows.where('ownerId', '=', place.ownerId).where('parentId', 'is', null);
  return pageQuery(db, found, query, byName);
}

/** One page of the folders that one person has deleted, newest first; not of those in them. */
export function listDeletedFolders(db: FilesReader, ownerId: string, query: PageQuery) {
  const rows = db.selectFrom('files.folder').select(FOLDER_COLUMNS).where('ownerId', '=', ownerId);
  return pageQuery(db, rows.where(sql<boolean>`is_deleted_root`), query, newestFirst());
}

/** How many levels a folder has with what is in it; of one in the trash, with what its deletion took along. */
export async function countLevels(db: FilesReader, { id, deletionId }: Pick<Folder, 'id' | 'deletionId'>) {
  const { rows } = await sql<{ levels: number }>`
    with recursive tree (id, level) as (
      select ${id}::uuid, 1
      union all
      select f.id, tree.level + 1 from tree join files.folder f on f.parent_id = tree.id
        and f.deletion_id is not distinct from ${deletionId}::uuid)
    select max(level) as levels from tree`.execute(db);
  return rows[0]?.levels ?? 1;
}

export async function updateFolder(
  tx: FilesWriter,
  id: string,
  change: Partial<Pick<Folder, 'name' | 'parentId'>>,
): Promise<void> {
  await tx
    .updateTable('files.folder')
    .set((eb) => ({ ...change, updatedAt: sql<string>`now()`, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

export interface FolderDeletion {
  readonly deletionId: string;
  readonly folderId: string;
  readonly ownerId: string;
  readonly deletedAt: string;
}

/** Puts a folder and all that is in it into the trash; what is there already belongs to an earlier deletion. */
export async function markDeleted(tx: FilesWriter, { deletionId, folderId, deletedAt }: FolderDeletion): Promise<void> {
  await sql`
    with recursive tree (id) as (
      select ${folderId}::uuid
      union all
      select f.id from tree join files.folder f on f.parent_id = tree.id and f.deletion_id is null)
    update files.folder f
    set deletion_id = ${deletionId}, deleted_at = ${deletedAt}, is_deleted_root = f.id = ${folderId},
      updated_at = now(), version = version + 1
    from tree where f.id = tree.id`.execute(tx);
}

/** The folders that one deletion has taken come back; the one that it named to `parentId`. */
export async function markRestored(
  tx: FilesWriter,
  { deletionId, folderId }: Pick<FolderDeletion, 'deletionId' | 'folderId'>,
  parentId: string | null,
): Promise<void> {
  await sql`
    update files.folder
    set deletion_id = null, deleted_at = null, is_deleted_root = false, updated_at = now(), version = version + 1,
      parent_id = case when id = ${folderId} then ${parentId}::uuid else parent_id end
    where deletion_id = ${deletionId}`.execute(tx);
}

/** What is to be done with the files of a deletion. Replaces what was to be done before. */
export async function putWork(tx: FilesWriter, deletion: FolderDeletion, stage: 'deleting' | 'restoring') {
  await tx
    .insertInto('files.folderWork')
    .values({ ...deletion, stage })
    .onConflict((conflict) => conflict.column('deletionId').doUpdateSet({ stage }))
    .execute();
}

/** Every folder of one person, in the order of their ids. */
export function exportFolders(db: FilesReader, ownerId: string): AsyncGenerator<Folder> {
  const rows = db.selectFrom('files.folder').select(FOLDER_COLUMNS).where('ownerId', '=', ownerId).orderBy('id');
  return inBatches((after, limit) => (after ? rows.where('id', '>', after.id) : rows).limit(limit).execute());
}

/** Whose folder has been in the trash since before `before`, and is worked off. */
export async function findExpiredOwner(db: FilesReader, before: string): Promise<string | undefined> {
  return (await expired(db, before).select('ownerId').orderBy('deletedAt').limit(1).executeTakeFirst())?.ownerId;
}

/** Of one person, for good; answers how many. The caller has locked their usage. */
export async function deleteExpired(tx: FilesWriter, ownerId: string, before: string, limit: number): Promise<number> {
  const ids = expired(tx, before).select('id').where('ownerId', '=', ownerId).limit(limit);
  const { numDeletedRows } = await tx.deleteFrom('files.folder').where('id', 'in', ids).executeTakeFirst();
  const count = Number(numDeletedRows);
  await sql`update files.usage set folder_count = folder_count - ${count} where owner_id = ${ownerId}`.execute(tx);
  return count;
}

function expired(db: FilesReader, before: string) {
  const isWorkedOff = sql<boolean>`not exists (
    select from files.folder_work work where work.deletion_id = files.folder.deletion_id)`;
  const rows = db.selectFrom('files.folder').where('deletionId', 'is not', null).where('deletedAt', '<', before);
  return rows.where(isWorkedOff);
}
