import { sql, type Insertable, type Selectable } from 'kysely';
import { inBatches } from '#platform/database/port.ts';
import type { FilesReader, FilesTables, FilesWriter } from '../tables.ts';

export type UploadRow = Selectable<FilesTables['files.upload']>;

/** A writer that does not renew its mark for so long has died. */
const DEAD_SECONDS = 15;

export async function insertUpload(tx: FilesWriter, row: Insertable<FilesTables['files.upload']>): Promise<UploadRow> {
  return tx.insertInto('files.upload').values(row).returningAll().executeTakeFirstOrThrow();
}

export function findUpload(db: FilesReader, id: string): Promise<UploadRow | undefined> {
  return db.selectFrom('files.upload').selectAll().where('id', '=', id).executeTakeFirst();
}

export type LockedUpload = UploadRow & { readonly isWriting: boolean };

/** Locks the row until the unit ends. */
export function lockUpload(tx: FilesWriter, id: string): Promise<LockedUpload | undefined> {
  return locked(tx).where('id', '=', id).executeTakeFirst();
}

function locked(tx: FilesWriter) {
  return tx
    .selectFrom('files.upload')
    .selectAll()
    .select(
      sql<boolean>`coalesce(writing_at > clock_timestamp() - make_interval(secs => ${DEAD_SECONDS}), false)`.as(
        'isWriting',
      ),
    )
    .forUpdate();
}

/** Those of one person, locked in one order. */
export function lockPartials(tx: FilesWriter, ownerId: string, ids: readonly string[]): Promise<LockedUpload[]> {
  const rows = locked(tx).where('ownerId', '=', ownerId).where('kind', '=', 'partial').where('id', 'in', ids);
  return rows.orderBy('id').execute();
}

type UploadChange = Partial<
  Pick<UploadRow, 'lengthBytes' | 'receivedBytes' | 'head' | 'partCount' | 'writer' | 'isAwaited' | 'expiresAt'> & {
    fileId: string;
  }
>;

/** With a writer: marks it as living, too. */
export async function updateUpload(tx: FilesWriter, id: string, change: UploadChange): Promise<void> {
  const { writer } = change;
  const writingAt = writer === undefined ? {} : { writingAt: writer && sql<string>`clock_timestamp()` };
  await tx
    .updateTable('files.upload')
    .set({ ...change, ...writingAt })
    .where('id', '=', id)
    .execute();
}

/** Parts that are complete wait for the others that are still sent, each for at most `maxLifeMs` after its beginning. */
export async function renewPartials(
  tx: FilesWriter,
  ownerId: string,
  expiresAt: string,
  maxLifeMs: number,
): Promise<void> {
  const end = sql<string>`created_at + make_interval(secs => ${maxLifeMs / 1000})`;
  await tx
    .updateTable('files.upload')
    .set({ expiresAt: sql<string>`least(${expiresAt}::timestamptz, ${end})` })
    .where('ownerId', '=', ownerId)
    .where('kind', '=', 'partial')
    .whereRef('receivedBytes', '=', 'lengthBytes')
    .execute();
}

/** Renews the mark of a writer. False when it has another one, or a client waits for it to end. */
export async function beat(tx: FilesWriter, id: string, writer: string): Promise<boolean> {
  const row = await tx
    .updateTable('files.upload')
    .set({ writingAt: sql<string>`clock_timestamp()` })
    .where('id', '=', id)
    .where('writer', '=', writer)
    .returning('isAwaited')
    .executeTakeFirst();
  return row?.isAwaited === false;
}

/** Asks the request that writes it to end. */
export async function awaitWriter(tx: FilesWriter, id: string): Promise<void> {
  const rows = tx.updateTable('files.upload').set({ isAwaited: true }).where('id', '=', id);
  await rows.where('writer', 'is not', null).where('isAwaited', '=', false).execute();
}

export async function leave(tx: FilesWriter, id: string, writer: string): Promise<void> {
  await tx
    .updateTable('files.upload')
    .set({ writer: null, writingAt: null })
    .where('id', '=', id)
    .where('writer', '=', writer)
    .execute();
}

/** With its parts. One that is a file stays; with a writer, also one that another request writes. */
export async function deleteUnfinished(tx: FilesWriter, id: string, writer: string | null = null): Promise<void> {
  const rows = tx.deleteFrom('files.upload').where('id', '=', id).where('fileId', 'is', null);
  await (writer === null ? rows : rows.where('writer', '=', writer)).execute();
}

/**
 * What has expired; not what a request adds to or completes, and not files that wait at the gate with their parts. Answers
 * how many.
 */
export async function deleteExpired(tx: FilesWriter, before: string, limit: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from files.upload where id in (
      select id from files.upload u where expires_at < ${before}::timestamptz
        and (file_id is null or not exists (select 1 from files.upload_part where upload_id = u.id))
        and not exists (select 1 from files.file where id = u.id and stage = 'uploading')
        and (writing_at is null or writing_at < clock_timestamp() - make_interval(secs => ${DEAD_SECONDS}))
      order by expires_at limit ${limit} for update skip locked)`.execute(tx);
  return Number(numAffectedRows);
}

/** Ended uploads whose addresses take no more bytes: what was sent to these is listed for removal. Answers how many. */
export async function deleteEnded(tx: FilesWriter, limit: number): Promise<number> {
  const { rows } = await sql`
    with ended as (
      delete from files.ended_upload where id in (
        select id from files.ended_upload where until < now() order by until limit ${limit} for update skip locked)
      returning id),
    listed as (
      insert into files.removal (object_key) select 'files/presigned/' || id from ended on conflict do nothing)
    select from ended`.execute(tx);
  return rows.length;
}

/** False when the upload is gone, or another request writes it. */
export async function insertPart(
  tx: FilesWriter,
  { id, uploadId, position }: { readonly id: string; readonly uploadId: string; readonly position: number },
  writer: string,
): Promise<boolean> {
  // Locked, so that the row it refers to is not deleted meanwhile.
  const { numAffectedRows = 0n } = await sql`
    insert into files.upload_part (id, upload_id, position)
    select ${id}::uuid, u.id, ${position}::int8 from files.upload u
    where u.id = ${uploadId} and u.writer = ${writer} for key share`.execute(tx);
  return numAffectedRows === 1n;
}

/** False when the part is gone. */
export async function finishPart(tx: FilesWriter, id: string, sizeBytes: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('files.uploadPart')
    .set({ sizeBytes })
    .where('id', '=', id)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** What a writer has left that did not finish. */
export async function deleteUnfinishedParts(tx: FilesWriter, uploadId: string): Promise<void> {
  await tx.deleteFrom('files.uploadPart').where('uploadId', '=', uploadId).where('sizeBytes', 'is', null).execute();
}

/** Deletes those of these parts that were not finished; answers those that were. */
export async function dropUnfinished(tx: FilesWriter, ids: readonly string[]): Promise<Set<string>> {
  await tx.deleteFrom('files.uploadPart').where('id', 'in', ids).where('sizeBytes', 'is', null).execute();
  const kept = await tx.selectFrom('files.uploadPart').select('id').where('id', 'in', ids).execute();
  return new Set(kept.map(({ id }) => id));
}

/** The bytes of one upload become bytes of another, from `position` on. Parts that are not finished stay. */
export async function moveParts(tx: FilesWriter, from: string, to: string, position: number): Promise<void> {
  await tx
    .updateTable('files.uploadPart')
    .set((eb) => ({ uploadId: to, position: eb('position', '+', position) }))
    .where('uploadId', '=', from)
    .where('sizeBytes', 'is not', null)
    .execute();
}

/** Every upload of one person that is not a file, oldest first. */
export function exportUploads(db: FilesReader, ownerId: string) {
  const rows = db
    .selectFrom('files.upload')
    .select([
      'id',
      'fileName',
      'description',
      'module',
      'folder',
      'folderId',
      'tags',
      'metadata',
      'receivedBytes',
      'createdAt',
    ])
    .where('ownerId', '=', ownerId)
    .where('fileId', 'is', null)
    .orderBy('id');
  return inBatches((after: { readonly id: string } | null, limit) =>
    (after ? rows.where('id', '>', after.id) : rows).limit(limit).execute(),
  );
}
