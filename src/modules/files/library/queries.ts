import { sql } from 'kysely';
import { among, inBatches } from '#platform/database/port.ts';
import { lockUsages } from '../content/usage.ts';
import type { FileFacts, StorageStatus, StoredFile } from '../contract.ts';
import { FILE_COLUMNS, RESTORES_TO, SHOWN_STATUS, visibleTo, type FileLists, type FileViewer } from '../queries.ts';
import type { FilesReader, FilesWriter } from '../tables.ts';

export function findFile(
  db: FilesReader,
  reader: FileViewer,
  id: string,
  lists: FileLists,
): Promise<StoredFile | undefined> {
  return visibleTo(db, reader, lists).select(FILE_COLUMNS).where('id', '=', id).executeTakeFirst();
}

export interface LockedFile extends StoredFile {
  readonly contentId: string;
  readonly blobId: string | null;
  readonly restoresTo: StorageStatus | null;
  readonly isAtGate: boolean;
}

/** Locks the row until the unit ends. */
export function lockFile(
  tx: FilesWriter,
  reader: FileViewer,
  id: string,
  lists: FileLists,
): Promise<LockedFile | undefined> {
  return visibleTo(tx, reader, lists)
    .select([...FILE_COLUMNS, 'contentId', 'blobId', 'isAtGate', RESTORES_TO.as('restoresTo')])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export type FileUpdate = Partial<
  Pick<
    LockedFile & { readonly deletionId: string | null },
    | 'fileName'
    | 'description'
    | 'contentType'
    | 'tags'
    | 'module'
    | 'folderId'
    | 'deletionId'
    | 'storageStatus'
    | 'restoresTo'
    | 'stage'
    | 'deletedAt'
    | 'encryptionStage'
    | 'reason'
    | 'isAtGate'
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
  readonly versionOf: string | null;
  readonly fileName: string;
  readonly ownerId: string;
  readonly sizeBytes: number | null;
  readonly storageStatus: StorageStatus;
  readonly restoresTo: StorageStatus | null;
  readonly isRetryable: boolean;
  readonly contentId: string;
  readonly blobId: string | null;
  readonly rewriteId: string | null;
}

const PURGED = [
  'id',
  'versionOf',
  'fileName',
  'ownerId',
  'sizeBytes',
  'storageStatus',
  RESTORES_TO.as('restoresTo'),
  'isRetryable',
  'contentId',
  'blobId',
  'rewriteId',
] as const;

/** With all their contents. The rows of these files are locked: no content is added meanwhile. */
export async function deleteFiles(tx: FilesWriter, ids: readonly string[]): Promise<PurgedFile[]> {
  await lockWhole(tx, ids);
  return tx
    .deleteFrom('files.file')
    .where(sql<boolean>`(id = any(${ids}::uuid[]) or version_of = any(${ids}::uuid[]))`)
    .returning(PURGED)
    .execute();
}

/** Locks files with all their contents. */
async function lockWhole(tx: FilesWriter, ids: readonly string[]): Promise<void> {
  await sql`select from files.file where id = any(${ids}::uuid[]) or version_of = any(${ids}::uuid[])
    order by version_of is not null, id for update`.execute(tx);
}

/** Ids of files that were deleted before `before`; they and the usage of their owners are locked. */
export async function lockExpired(tx: FilesWriter, before: string, limit: number): Promise<string[]> {
  const expired = tx
    .selectFrom('files.file')
    .select(['id', 'ownerId'])
    .where('storageStatus', '=', sql.lit('deleted'))
    .where('versionOf', 'is', null)
    .where('deletedAt', '<', before);
  const found = await expired.orderBy('deletedAt').limit(limit).execute();
  await lockUsages(
    tx,
    found.map(({ ownerId }) => ownerId),
  );
  // One that was restored or purged meanwhile is not among them.
  const ids = found.map(({ id }) => id);
  const locked = expired
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .orderBy('id')
    .forUpdate();
  return (await locked.execute()).map(({ id }) => id);
}

/**
 * Locks files of a person, and files that they have sent to others, at most so many of each, with all their contents: in one
 * statement, so that two people who have sent files to each other can be erased at the same time. Answers the ids of the first.
 */
export async function lockFilesOf(tx: FilesWriter, userId: string, limit: number): Promise<string[]> {
  const own = tx.selectFrom('files.file').select('id').where('ownerId', '=', userId).limit(limit);
  const ids = (await own.execute()).map(({ id }) => id);
  const sent = await sentBy(tx, userId, limit).execute();
  await lockWhole(tx, [...ids, ...sent.map(({ id }) => id)]);
  return ids;
}

function sentBy(tx: FilesWriter, userId: string, limit: number) {
  return tx.selectFrom('files.file').select('id').where('senderId', '=', userId).orderBy('id').limit(limit);
}

export async function deleteUsageOf(tx: FilesWriter, ownerId: string): Promise<void> {
  await tx.deleteFrom('files.usage').where('ownerId', '=', ownerId).execute();
}

/** The objects that are still sent to their addresses are listed for removal. */
export async function deleteEndedUploadsOf(tx: FilesWriter, ownerId: string): Promise<void> {
  await tx.deleteFrom('files.endedUpload').where('ownerId', '=', ownerId).execute();
}

/** Every file of one person, oldest first. */
export function exportFiles(db: FilesReader, ownerId: string): AsyncGenerator<StoredFile> {
  const rows = db
    .selectFrom('files.file')
    .select(FILE_COLUMNS)
    .where('ownerId', '=', ownerId)
    .where('versionOf', 'is', null)
    .orderBy('id');
  return inBatches((after, limit) => (after ? rows.where('id', '>', after.id) : rows).limit(limit).execute());
}

export async function isAvailableOf(db: FilesReader, ownerId: string, id: string): Promise<boolean> {
  const file = db.selectFrom('files.file').select('id').where('id', '=', id).where('ownerId', '=', ownerId);
  return (
    (await file.where('versionOf', 'is', null).where(SHOWN_STATUS, '=', 'available').executeTakeFirst()) !== undefined
  );
}

const FACTS = ['ownerId', SHOWN_STATUS.as('storageStatus'), 'contentType'] as const;

export function findFacts(db: FilesReader, id: string): Promise<Omit<FileFacts, 'isPicture'> | undefined> {
  return db
    .selectFrom('files.file')
    .select(FACTS)
    .where('id', '=', id)
    .where('versionOf', 'is', null)
    .executeTakeFirst();
}

/** Until the unit ends, nobody changes or deletes the file; others may hold it too. */
export function holdFacts(tx: FilesWriter, id: string): Promise<Omit<FileFacts, 'isPicture'> | undefined> {
  return tx
    .selectFrom('files.file')
    .select(FACTS)
    .where('id', '=', id)
    .where('versionOf', 'is', null)
    .forShare()
    .executeTakeFirst();
}

/**
 * Accesses of a person to files of others, and what they have sent to others, lose who it was, and links that the person has
 * made go: at most so many of each. Answers the most rows of one of these.
 */
export async function forgetAccesses(tx: FilesWriter, userId: string, limit: number): Promise<number> {
  const accesses = tx.selectFrom('files.access').select('id').where('userId', '=', userId).limit(limit);
  const links = tx.selectFrom('files.link').select('id').where('createdBy', '=', userId).limit(limit);
  const nobody = { userId: null, ip: null, userAgent: null };
  const { numUpdatedRows } = await tx
    .updateTable('files.access')
    .set(nobody)
    .where('id', '=', among(accesses))
    .executeTakeFirst();
  const { numDeletedRows } = await tx.deleteFrom('files.link').where('id', '=', among(links)).executeTakeFirst();
  const { numUpdatedRows: sentRows } = await tx
    .updateTable('files.file')
    .set({ senderId: null, senderName: null })
    .where('id', '=', among(sentBy(tx, userId, limit)))
    .executeTakeFirst();
  return Math.max(Number(numUpdatedRows), Number(sentRows), Number(numDeletedRows));
}
