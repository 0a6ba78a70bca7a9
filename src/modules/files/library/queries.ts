import { sql } from 'kysely';
import { smallestIdAt } from '#kernel/id.ts';
import { searchText } from '#kernel/text.ts';
import { containing, inBatches, newestFirst, pageQuery, type Filter } from '#platform/database/port.ts';
import { filePermissions, type FileQuery, type StorageStatus, type StoredFile } from '../contract.ts';
import { FILE_COLUMNS, visibleTo, type FileViewer } from '../queries.ts';
import type { FilesReader, FilesWriter } from '../tables.ts';

/** One page, newest first. What few files may match stops after a limited number of rows, and goes on by cursor. */
export function listFiles(db: FilesReader, reader: FileViewer, query: FileQuery) {
  const { text, tag, contentType, ownerId, module, storageStatus, createdFrom, createdTo } = query;
  // Literals, as in the indexes, which parameters would not match.
  const state = sql.raw(storageStatus === 'deleted' ? "storage_status = 'deleted'" : "storage_status <> 'deleted'");
  // The indexes hold the files of each person apart. Who sees all searches one person's, or reads the list in its order.
  const scope = ownerId ?? (reader.permissions.has(filePermissions.manageAll.code) ? null : reader.id);
  let rows = visibleTo(db, reader)
    .select(FILE_COLUMNS)
    .where(sql<boolean>`${state}`);
  if (storageStatus === 'available') rows = rows.where('storageStatus', '=', sql.lit('available'));
  if (ownerId) rows = rows.where('ownerId', '=', ownerId);
  if (module && scope !== null) rows = rows.where('module', '=', module);
  if (createdFrom) rows = rows.where('id', '>=', smallestIdAt(Date.parse(createdFrom)));
  if (createdTo) rows = rows.where('id', '<', smallestIdAt(Date.parse(createdTo)));
  const isRareState = storageStatus && storageStatus !== 'deleted' && storageStatus !== 'available';
  const filters = [
    isRareState ? { condition: sql<boolean>`storage_status = ${storageStatus}` } : null,
    module && scope === null ? { condition: sql<boolean>`module = ${module}` } : null,
    contentType ? isOfType(contentType) : null,
    tag ? hasTag(scope, searchText(tag)) : null,
    text ? contains(scope, text) : null,
  ];
  return pageQuery(
    db,
    rows,
    query,
    newestFirst(),
    filters.filter((filter) => filter !== null),
  );
}

/** `image/png`, or `image/*`. */
function isOfType(contentType: string): Filter {
  const condition = contentType.endsWith('/*')
    ? sql<boolean>`starts_with(content_type, ${contentType.slice(0, -1)})`
    : sql<boolean>`content_type = ${contentType}`;
  return { condition };
}

function hasTag(ownerId: string | null, form: string): Filter {
  const condition = sql<boolean>`${form} = any (tag_forms)`;
  if (ownerId === null) return { condition };
  const found = sql<boolean>`files.tag_keys(owner_id, tag_forms) @> array[${`${ownerId} ${form}`}]`;
  return { condition, index: { table: 'files.file', condition: found } };
}

function contains(ownerId: string | null, text: string): Filter | null {
  const found = containing({ table: 'files.file', scope: { sql: 'owner_id::text', value: ownerId ?? '' } }, text);
  return found && ownerId === null ? { condition: found.condition } : found;
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
    | 'encryptionStage'
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
