import { sql } from 'kysely';
import { smallestIdAt } from '#kernel/id.ts';
import { COUNT_LIMIT } from '#kernel/page.ts';
import { searchText } from '#kernel/text.ts';
import { containing, inBatches, newestFirst, pageQuery } from '#platform/database/port.ts';
import { filePermissions, type FileQuery, type StorageStatus, type StoredFile } from '../contract.ts';
import { FILE_COLUMNS, visibleTo, type FileViewer } from '../queries.ts';
import type { FilesReader, FilesWriter } from '../tables.ts';

/** One page, newest first. */
export async function listFiles(db: FilesReader, reader: FileViewer, query: FileQuery) {
  const { text, tag, contentType, ownerId, module, storageStatus, createdFrom, createdTo } = query;
  // Literals, as in the indexes, which parameters would not match.
  const state = sql.raw(storageStatus === 'deleted' ? "storage_status = 'deleted'" : "storage_status <> 'deleted'");
  let rows = visibleTo(db, reader)
    .select(FILE_COLUMNS)
    .where(sql<boolean>`${state}`);
  if (storageStatus && storageStatus !== 'deleted') rows = rows.where('storageStatus', '=', storageStatus);
  if (ownerId) rows = rows.where('ownerId', '=', ownerId);
  if (module) rows = rows.where('module', '=', module);
  if (contentType?.endsWith('/*'))
    rows = rows.where(sql<boolean>`starts_with(content_type, ${contentType.slice(0, -1)})`);
  else if (contentType) rows = rows.where('contentType', '=', contentType);
  if (createdFrom) rows = rows.where('id', '>=', smallestIdAt(Date.parse(createdFrom)));
  if (createdTo) rows = rows.where('id', '<', smallestIdAt(Date.parse(createdTo)));
  // The index holds the files of each person apart. Who sees all searches one person's, or reads the list in its order.
  const scope = ownerId ?? (reader.permissions.has(filePermissions.manageAll.code) ? null : reader.id);
  if (text && scope !== null)
    rows = await containing(db, rows, { table: 'files.file', scope: { sql: 'owner_id::text', value: scope } }, text);
  else if (text) rows = rows.where(sql<boolean>`strpos(search_text, platform.search_text(${text})) > 0`);
  if (tag) rows = rows.where(await hasTag(db, scope, searchText(tag)));
  return pageQuery(db, rows, query, newestFirst());
}

/** A tag that is on few files of a person is looked up in the index; with a common one, the list is read in its order. */
async function hasTag(db: FilesReader, ownerId: string | null, form: string) {
  const has = sql<boolean>`${form} = any (tag_forms)`;
  if (ownerId === null) return has;
  const { rows } = await sql<{ id: string }>`select id from files.file
    where files.tag_keys(owner_id, tag_forms) @> array[${`${ownerId} ${form}`}] limit ${COUNT_LIMIT}`.execute(db);
  return rows.length === COUNT_LIMIT ? has : sql<boolean>`id = any (${rows.map(({ id }) => id)}::uuid[])`;
}

export function findFile(db: FilesReader, reader: FileViewer, id: string): Promise<StoredFile | undefined> {
  return visibleTo(db, reader).select(FILE_COLUMNS).where('id', '=', id).executeTakeFirst();
}

export interface LockedFile extends StoredFile {
  readonly contentId: string;
  readonly blobId: string | null;
  readonly restoresTo: StorageStatus | null;
}

/** Locks the row until the unit ends. */
export function lockFile(tx: FilesWriter, reader: FileViewer, id: string): Promise<LockedFile | undefined> {
  return visibleTo(tx, reader)
    .select([...FILE_COLUMNS, 'contentId', 'blobId', 'restoresTo'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export type FileUpdate = Partial<
  Pick<
    LockedFile,
    | 'fileName'
    | 'description'
    | 'contentType'
    | 'tags'
    | 'module'
    | 'folder'
    | 'storageStatus'
    | 'restoresTo'
    | 'stage'
    | 'deletedAt'
  >
>;

export function updateFile(tx: FilesWriter, id: string, change: FileUpdate): Promise<StoredFile> {
  const update = tx
    .updateTable('files.file')
    .set((eb) => ({ ...change, updatedAt: sql<string>`now()`, version: eb('version', '+', 1) }))
    .where('id', '=', id);
  return update.returning(FILE_COLUMNS).executeTakeFirstOrThrow();
}

export interface PurgedFile {
  readonly id: string;
  readonly ownerId: string;
  readonly sizeBytes: number | null;
  readonly restoresTo: StorageStatus | null;
  readonly isRetryable: boolean;
  readonly contentId: string;
  readonly blobId: string | null;
}

const PURGED = ['id', 'ownerId', 'sizeBytes', 'restoresTo', 'isRetryable', 'contentId', 'blobId'] as const;

export function deleteFiles(tx: FilesWriter, ids: readonly string[]): Promise<PurgedFile[]> {
  return tx
    .deleteFrom('files.file')
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .returning(PURGED)
    .execute();
}

/** Ids of files that were deleted before `before`, and that no other unit purges. */
export async function lockExpired(tx: FilesWriter, before: string, limit: number): Promise<string[]> {
  const expired = tx
    .selectFrom('files.file')
    .select('id')
    .where('storageStatus', '=', sql.lit('deleted'))
    .where('deletedAt', '<', before)
    .orderBy('deletedAt')
    .limit(limit)
    .forUpdate()
    .skipLocked();
  return (await expired.execute()).map(({ id }) => id);
}

export function deleteFilesOf(tx: FilesWriter, ownerId: string): Promise<PurgedFile[]> {
  return tx.deleteFrom('files.file').where('ownerId', '=', ownerId).returning(PURGED).execute();
}

export async function deleteUsageOf(tx: FilesWriter, ownerId: string): Promise<void> {
  await tx.deleteFrom('files.usage').where('ownerId', '=', ownerId).execute();
}

/** Every file of one person, oldest first. */
export function exportFiles(db: FilesReader, ownerId: string): AsyncGenerator<StoredFile> {
  const rows = db.selectFrom('files.file').select(FILE_COLUMNS).where('ownerId', '=', ownerId).orderBy('id');
  return inBatches((after, limit) => (after ? rows.where('id', '>', after.id) : rows).limit(limit).execute());
}

/** Ids of the files that a person sees, ascending. */
export async function listFileIds(
  db: FilesReader,
  reader: FileViewer,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<string[]> {
  const rows = visibleTo(db, reader).select('id').orderBy('id').limit(limit);
  return (await (after === null ? rows : rows.where('id', '>', after)).execute()).map(({ id }) => id);
}

/** Accesses of a person to files of others lose who it was. */
export async function forgetAccesses(tx: FilesWriter, userId: string): Promise<void> {
  const nobody = { userId: null, ip: null, userAgent: null };
  await tx.updateTable('files.access').set(nobody).where('userId', '=', userId).execute();
  await tx.deleteFrom('files.link').where('createdBy', '=', userId).execute();
}
