import { sql } from 'kysely';
import { newId } from '#kernel/id.ts';
import { columnsOf } from '#platform/database/port.ts';
import { Type } from 'typebox';
import { Folder } from '../contract.ts';
import type { FilesReader, FilesWriter } from '../tables.ts';

export const FOLDER_COLUMNS = [
  ...columnsOf(Type.Omit(Folder, ['path'])),
  sql<string>`files.folder_path(id)`.as('path'),
] as const;

export function findFolder(db: FilesReader, id: string): Promise<Folder | undefined> {
  return db.selectFrom('files.folder').select(FOLDER_COLUMNS).where('id', '=', id).executeTakeFirst();
}

/**
 * Of one person, and not in the trash; `parentId` null: at the top. The database compares the name, as its index does: an older
 * PostgreSQL does not know all characters that the program knows.
 */
export async function findChild(
  db: FilesReader,
  ownerId: string,
  parentId: string | null,
  name: string,
): Promise<string | undefined> {
  const rows = db
    .selectFrom('files.folder')
    .select('id')
    .where('ownerId', '=', ownerId)
    .where('canonicalName', '=', sql<string>`platform.canonical_name(${name})`)
    .where('deletionId', 'is', null);
  const child = parentId === null ? rows.where('parentId', 'is', null) : rows.where('parentId', '=', parentId);
  return (await child.executeTakeFirst())?.id;
}

/** Counts it. The caller has locked the usage of the owner. */
export async function insertFolder(
  tx: FilesWriter,
  { ownerId, parentId, name }: Pick<Folder, 'ownerId' | 'parentId' | 'name'>,
): Promise<string> {
  const id = newId();
  await tx.insertInto('files.folder').values({ id, ownerId, parentId, name }).execute();
  await sql`update files.usage set folder_count = folder_count + 1 where owner_id = ${ownerId}`.execute(tx);
  return id;
}

export async function countFolders(db: FilesReader, ownerId: string): Promise<number> {
  const usage = db.selectFrom('files.usage').select('folderCount').where('ownerId', '=', ownerId);
  return (await usage.executeTakeFirst())?.folderCount ?? 0;
}

/** From a folder up to the top, itself first. */
export async function listAncestors(db: FilesReader, id: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive up (id, parent_id, place) as (
      select id, parent_id, 1 from files.folder where id = ${id}
      union all
      select f.id, f.parent_id, up.place + 1 from up join files.folder f on f.id = up.parent_id)
    select id from up order by place`.execute(db);
  return rows.map((row) => row.id);
}

/** Of a person, whose files have gone before. */
export async function deleteFoldersOf(tx: FilesWriter, ownerId: string): Promise<void> {
  await tx.deleteFrom('files.folder').where('ownerId', '=', ownerId).execute();
}
