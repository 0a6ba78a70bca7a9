import { sql } from 'kysely';
import { httpErrors } from '#platform/http/port.ts';
import { fileErrors } from '../contract.ts';
import type { FilesConfig } from '../needs.ts';
import type { FilesReader, FilesWriter } from '../tables.ts';

export interface FilesUsed {
  readonly bytes: number;
  readonly fileCount: number;
}

export async function usageOf(db: FilesReader, ownerId: string): Promise<FilesUsed> {
  const row = await db
    .selectFrom('files.usage')
    .select(['bytes', 'fileCount'])
    .where('ownerId', '=', ownerId)
    .executeTakeFirst();
  return row ?? { bytes: 0, fileCount: 0 };
}

/** How many uploads of a person are unfinished, and the bytes that they have or will have. */
export async function unfinishedOf(db: FilesReader, ownerId: string, exceptId: string | null = null) {
  const rows = db
    .selectFrom('files.upload')
    .select([
      sql<number>`count(*)::int`.as('count'),
      sql<number>`coalesce(sum(coalesce(length_bytes, received_bytes)), 0)::int8`.as('bytes'),
    ])
    .where('ownerId', '=', ownerId)
    .where('fileId', 'is', null);
  return (exceptId === null ? rows : rows.where('id', '!=', exceptId)).executeTakeFirstOrThrow();
}

/**
 * Bytes that the next file may have, beside all other unfinished uploads; less than 0 after the quota was lowered.
 * `quotaBytes` 0: no limit. Exact only after `lockUsage`.
 */
export async function roomOf(
  db: FilesReader,
  ownerId: string,
  quotaBytes: number,
  uploadId: string | null = null,
): Promise<number> {
  if (quotaBytes === 0) return Number.MAX_SAFE_INTEGER;
  const [used, reserved] = [await usageOf(db, ownerId), await unfinishedOf(db, ownerId, uploadId)];
  return quotaBytes - used.bytes - reserved.bytes - (await sendableBytesOf(db, ownerId));
}

/** A file that was refused counts no more; while the address of its upload takes bytes, these do. */
export async function countSendable(
  tx: FilesWriter,
  { id, sizeBytes }: { id: string; sizeBytes: number },
): Promise<void> {
  await tx.updateTable('files.endedUpload').set({ sizeBytes }).where('id', '=', id).execute();
}

/** Bytes that may still be sent to addresses of uploads that have ended. */
async function sendableBytesOf(db: FilesReader, ownerId: string): Promise<number> {
  const row = await db
    .selectFrom('files.endedUpload')
    .select(sql<number>`coalesce(sum(size_bytes), 0)::int8`.as('bytes'))
    .where('ownerId', '=', ownerId)
    .where('until', '>', sql<string>`now()`)
    .executeTakeFirstOrThrow();
  return row.bytes;
}

/*
 * The order of locks. Every unit of this module takes them in this order, so that no two units wait for each other:
 *
 * 1. the usage of the owner; of several owners, by their ids
 * 2. uploads, with their parts
 * 3. work on deleted folders, folders, links to folders
 * 4. files, by their ids; then their other contents, by their ids, each after its file
 * 5. links to these files, uploads that became them, and access lists
 * 6. blobs, by their ids
 * 7. objects to remove, by their keys
 *
 * A unit may leave out what it does not need, but never goes back: one that changes what a person has in the end locks
 * their usage at its beginning. What shares a blob can belong to anybody: such units lock files by `lockHolders`.
 */

/**
 * One at a time for each person: locks the row of their used space until the unit ends.
 * @throws `http.not_signed_in` when the person was erased meanwhile: what came now would stay for ever
 */
export async function lockUsage(tx: FilesWriter, ownerId: string): Promise<void> {
  await sql`insert into files.usage (owner_id) values (${ownerId}) on conflict do nothing`.execute(tx);
  const { rows } = await sql`select 1 from files.usage where owner_id = ${ownerId} for update`.execute(tx);
  if (rows.length === 0) throw httpErrors.notSignedIn();
}

/** The same for several people. One who was erased has nothing that counts, and gets no row. */
export async function lockUsages(tx: FilesWriter, ownerIds: readonly string[]): Promise<void> {
  if (ownerIds.length === 0) return;
  await sql`select 1 from files.usage where owner_id = any(${ownerIds}::uuid[]) order by owner_id for update`.execute(
    tx,
  );
}

/** Of the owner of a file, before that is locked: its owner never changes. */
export async function lockUsageOfFile(tx: FilesWriter, fileId: string): Promise<void> {
  await sql`select 1 from files.usage where owner_id = (select owner_id from files.file where id = ${fileId})
    for update`.execute(tx);
}

/**
 * Counts one more file, or one more content of a file, exactly: its owner's files are counted one after the other. An
 * unfinished upload keeps its room. The caller has locked the usage of the owner.
 * @throws `files.quota_exceeded`, `files.too_many_files`
 */
export async function charge(
  tx: FilesWriter,
  { ownerId, sizeBytes, versionOf }: CountedContent,
  { filesQuotaBytes: quotaBytes, filesMaxCount }: UsageBounds,
): Promise<void> {
  const bytes = sizeBytes ?? 0;
  if (versionOf === null) await requireRoomForFile(tx, ownerId, filesMaxCount);
  if (bytes > (await roomOf(tx, ownerId, quotaBytes))) throw fileErrors.quotaExceeded({ quotaBytes });
  await sql`
    update files.usage set bytes = bytes + ${bytes}, file_count = file_count + ${versionOf === null ? 1 : 0}
    where owner_id = ${ownerId}`.execute(tx);
}

export type UsageBounds = Pick<FilesConfig, 'filesQuotaBytes' | 'filesMaxCount'>;

/** `limit` 0: none. Exact only after `lockUsage`. @throws `files.too_many_files` */
export async function requireRoomForFile(db: FilesReader, ownerId: string, limit: number): Promise<void> {
  if (limit > 0 && (await usageOf(db, ownerId)).fileCount >= limit) throw fileErrors.tooManyFiles({ limit });
}

export interface CountedContent {
  readonly ownerId: string;
  readonly sizeBytes: number | null;
  /** Bytes of such a content count, but it is no file. */
  readonly versionOf: string | null;
}

/** Files and contents whose bytes are gone count no more. */
export async function discharge(tx: FilesWriter, files: readonly CountedContent[]): Promise<void> {
  const counted = files.filter(({ sizeBytes }) => sizeBytes !== null);
  if (counted.length === 0) return;
  await sql`
    update files.usage u set bytes = u.bytes - gone.bytes, file_count = u.file_count - gone.files
    from (select owner_id, sum(size_bytes)::int8 as bytes, count(*) filter (where is_file)::int as files
          from unnest(${counted.map(({ ownerId }) => ownerId)}::uuid[], ${counted.map(({ sizeBytes }) => sizeBytes)}::int8[],
                      ${counted.map(({ versionOf }) => versionOf === null)}::boolean[])
            f (owner_id, size_bytes, is_file) group by owner_id) gone
    where u.owner_id = gone.owner_id`.execute(tx);
}
