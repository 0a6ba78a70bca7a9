import { sql } from 'kysely';
import type { PageQuery } from '#kernel/page.ts';
import { inBatches, pageQuery, type PageOrder } from '#platform/database/port.ts';
import { Value } from 'typebox/value';
import { Instant } from '#kernel/schema.ts';
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

/** The latest deletion first, whenever the folders were made. */
const latestDeleted: PageOrder<Pick<Folder, 'id' | 'deletedAt'>> = {
  name: 'deletedAt:desc',
  direction: 'desc',
  by: { sql: 'deleted_at', type: 'timestamptz' },
  value: ({ deletedAt }) => deletedAt ?? '',
  isValue: (text) => Value.Check(Instant, text),
};

/** One page of the folders in a folder, or of one person at the top; with `ownerId` null none. */
export function listFolders(
  db: FilesReader,
  place: { readonly ownerId: string | null } | { readonly parentId: string },
  query: PageQuery,
) {
  const columns = [...FOLDER_COLUMNS, 'canonicalName'] as const;
  const rows = db.selectFrom('files.folder').select(columns).where('deletionId', 'is', null);
  const found =
    'parentId' in place
      ? rows.where('parentId', '=', place.parentId)
      : rows.where(isOf(place.ownerId)).where('parentId', 'is', null);
  return pageQuery(db, found, query, byName);
}

/** One page of the folders of one person that were deleted, the latest first; not of those in them. With null none. */
export function listDeletedFolders(db: FilesReader, ownerId: string | null, query: PageQuery) {
  const rows = db.selectFrom('files.folder').select(FOLDER_COLUMNS).where(isOf(ownerId));
  return pageQuery(db, rows.where(sql<boolean>`is_deleted_root`), query, latestDeleted);
}

function isOf(ownerId: string | null) {
  return ownerId === null ? sql<boolean>`false` : sql<boolean>`owner_id = ${ownerId}`;
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

export type FolderStage = 'deleting' | 'restoring' | 'purging';

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

/** The folders that one deletion has taken come back; the one that it named to `parentId`, as `name`. */
export async function markRestored(
  tx: FilesWriter,
  { deletionId, folderId }: Pick<FolderDeletion, 'deletionId' | 'folderId'>,
  { parentId, name }: Pick<Folder, 'parentId' | 'name'>,
): Promise<void> {
  await sql`
    update files.folder
    set deletion_id = null, deleted_at = null, is_deleted_root = false, updated_at = now(), version = version + 1,
      parent_id = case when id = ${folderId} then ${parentId}::uuid else parent_id end,
      name = case when id = ${folderId} then ${name} else name end
    where deletion_id = ${deletionId}`.execute(tx);
}

/** The folder is listed in the trash no more, and cannot be restored: see `isPurging`. */
export async function markPurged(tx: FilesWriter, { id }: Pick<Folder, 'id'>): Promise<void> {
  await tx.updateTable('files.folder').set({ isDeletedRoot: false }).where('id', '=', id).execute();
}

/** Whether the folders of a deletion go for good. */
export async function isPurging(db: FilesReader, deletionId: string): Promise<boolean> {
  const work = db.selectFrom('files.folderWork').select('deletionId').where('deletionId', '=', deletionId);
  return (await work.where('stage', '=', 'purging').executeTakeFirst()) !== undefined;
}

/** Whether files of a person still come back from the trash. */
export async function isRestoring(db: FilesReader, ownerId: string): Promise<boolean> {
  const rows = db.selectFrom('files.folderWork').select('deletionId').where('ownerId', '=', ownerId);
  return (await rows.where('stage', '=', 'restoring').limit(1).executeTakeFirst()) !== undefined;
}

/** What is to be done with the files of a deletion. Replaces what was to be done before. */
export async function putWork(tx: FilesWriter, deletion: FolderDeletion, stage: FolderStage) {
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

/** Of one person, for good. The caller has locked their usage. */
export async function deleteExpired(tx: FilesWriter, ownerId: string, before: string, limit: number): Promise<void> {
  const ids = await expired(tx, before).select('id').where('ownerId', '=', ownerId).limit(limit).execute();
  await deleteFolders(tx, ownerId, ids);
}

/** Of one deletion, for good, the folder that it named last; answers whether any was left. */
export async function deleteSomeOf(
  tx: FilesWriter,
  { deletionId, folderId, ownerId }: Omit<FolderDeletion, 'deletedAt'>,
  limit: number,
): Promise<boolean> {
  const rows = tx.selectFrom('files.folder').select('id').where('deletionId', '=', deletionId);
  const ids = await rows
    .orderBy(sql`id = ${folderId}`)
    .orderBy('id')
    .limit(limit)
    .execute();
  return (await deleteFolders(tx, ownerId, ids)) > 0;
}

async function deleteFolders(tx: FilesWriter, ownerId: string, ids: readonly { id: string }[]): Promise<number> {
  if (ids.length === 0) return 0;
  const wanted = ids.map(({ id }) => id);
  const { numDeletedRows } = await tx.deleteFrom('files.folder').where('id', 'in', wanted).executeTakeFirst();
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
