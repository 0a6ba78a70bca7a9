import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import type { StorageStatus } from '../contract.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import type { FilesReader, FilesWriter } from '../tables.ts';
import { contentKey, stagingKey } from './keys.ts';
import { removeLater, removeServed } from './removal.ts';
import { sendToRewriting } from './rewriting.ts';

export interface NewBlob {
  /** Its object is there already. */
  readonly id: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** The blob that has these bytes already; never an encrypted one. */
async function findBlob(db: FilesReader, { sha256, sizeBytes }: Omit<NewBlob, 'id'>): Promise<string | null> {
  const same = db.selectFrom('files.blob').select('id').where('sha256', '=', sha256);
  return (await same.where('sizeBytes', '=', sizeBytes).executeTakeFirst())?.id ?? null;
}

/** The blob that a new one may share; null: there is none. */
export interface Shared {
  readonly blobId: string | null;
  readonly isMended: boolean;
}

/** The blob that has the same bytes; if its object is gone or not whole, these bytes replace it. */
export async function mendShared({ db, storage }: Pick<FilesNeeds, 'db' | 'storage'>, own: NewBlob): Promise<Shared> {
  const blobId = await findBlob(db.read, own);
  if (blobId === null || blobId === own.id) return { blobId: null, isMended: false };
  const isWhole = (await storage.head(contentKey(blobId)))?.sizeBytes === own.sizeBytes;
  if (!isWhole) {
    if (!(await storage.copy(contentKey(own.id), contentKey(blobId))))
      throw new Error(`the object ${own.id} has gone while it was released`);
    // In a unit of its own: it locks files of anybody.
    await db.write(system('files'), (unit) => markFound(unit, [blobId]));
  }
  return { blobId, isMended: !isWhole };
}

/**
 * The blob of these bytes, with one more file: the new one, or `shared`, whose object is known to be whole. Null when
 * another blob has these bytes meanwhile. Every upload writes its own object first, so that nobody notices from the time
 * it takes that a file was there before.
 */
export async function shareBlob(
  unit: FilesUnit,
  { id, sha256, sizeBytes }: NewBlob,
  shared: Shared | null,
): Promise<string | null> {
  const { tx } = unit;
  const mendedId = shared?.isMended ? shared.blobId : null;
  const { rows } = await sql<{ id: string }>`
    insert into files.blob (id, sha256, size_bytes, refs) values (${id}, ${sha256}, ${sizeBytes}, 1)
    on conflict (sha256, size_bytes) do update set refs = files.blob.refs + 1
      where files.blob.id = ${shared?.blobId ?? null}::uuid returning id`.execute(tx);
  const blobId = rows[0]?.id ?? null;
  // The blob is gone: these bytes came too late to its object.
  if (mendedId !== null && mendedId !== blobId) await removeLater(unit, [contentKey(mendedId)]);
  return blobId;
}

/**
 * How many files these blobs have. They are locked in one order, so that the counts stay true until the commit, and no
 * two units wait for each other.
 */
export function lockBlobs(tx: FilesWriter, ids: readonly string[]): Promise<{ id: string; refs: number }[]> {
  const blobs = tx
    .selectFrom('files.blob')
    .select(['id', 'refs'])
    .where(sql<boolean>`id = any(${ids}::uuid[])`);
  return blobs.orderBy('id').forUpdate().execute();
}

/** Files and versions in this state that have one of these blobs, and the files of these versions, in the order of locks. */
export async function lockHolders(
  tx: FilesWriter,
  blobIds: readonly string[],
  storageStatus: StorageStatus,
): Promise<void> {
  await sql`
    with held as materialized (
      select id, version_of from files.file where blob_id = any(${blobIds}::uuid[]) and storage_status = ${storageStatus})
    select from files.file where id in (select id from held union all select version_of from held)
    order by version_of is not null, id for update`.execute(tx);
}

/**
 * Files whose objects are there again; answers how many. A version that was away while its file was encrypted is encrypted
 * now; the files are locked before, so that no request to encrypt them misses it. Nothing else is in the unit before.
 */
export async function markFound(unit: FilesUnit, blobIds: readonly string[]): Promise<number> {
  const { tx } = unit;
  await lockHolders(tx, blobIds, 'missing');
  const found = await tx
    .updateTable('files.file')
    .set((eb) => ({ storageStatus: 'available', updatedAt: sql<string>`now()`, version: eb('version', '+', 1) }))
    .where(sql<boolean>`blob_id = any(${blobIds}::uuid[])`)
    .where('storageStatus', '=', 'missing')
    .returning('id')
    .execute();
  const { rows } = await sql<{ id: string }>`
    update files.file v set encryption_stage = 'encrypting', reason = null, version = v.version + 1
    from files.file f
    where v.id = any(${found.map(({ id }) => id)}::uuid[]) and f.id = v.version_of
      and not v.is_encrypted and v.encryption_stage is null
      and case when f.encryption_stage is null then f.is_encrypted else f.encryption_stage = 'encrypting' end
    returning v.id`.execute(tx);
  for (const { id } of rows) sendToRewriting(unit, id);
  return found.length;
}

/** Where the bytes of a file are. */
export interface FileContent {
  readonly contentId: string;
  readonly blobId: string | null;
  /** The object that is being written for it. */
  readonly rewriteId: string | null;
}

/** After the rows of these files were deleted: removes every object that no file has any more. */
export async function dropContents(unit: FilesUnit, files: readonly FileContent[]): Promise<void> {
  const uses = Map.groupBy(
    files.flatMap(({ blobId }) => (blobId === null ? [] : [blobId])),
    (id) => id,
  );
  const blobs = await lockBlobs(unit.tx, [...uses.keys()]);
  const used = (id: string) => uses.get(id)?.length ?? 0;
  const [left, gone] = [
    blobs.filter(({ id, refs }) => refs > used(id)),
    blobs.filter(({ id, refs }) => refs <= used(id)),
  ];
  if (left.length > 0)
    await sql`
      update files.blob b set refs = b.refs - u.uses
      from unnest(${left.map(({ id }) => id)}::uuid[], ${left.map(({ id }) => used(id))}::int[]) u (id, uses)
      where b.id = u.id`.execute(unit.tx);
  if (gone.length > 0)
    await sql`delete from files.blob where id = any(${gone.map(({ id }) => id)}::uuid[])`.execute(unit.tx);
  const unreleased = files.filter(({ blobId }) => blobId === null);
  const rewritten = files.flatMap(({ rewriteId }) => (rewriteId === null ? [] : [rewriteId]));
  await removeServed(
    unit,
    gone.map(({ id }) => contentKey(id)),
  );
  await removeLater(unit, [
    // Of a file that is being released, both may be there.
    ...unreleased.flatMap(({ contentId }) => [stagingKey(contentId), contentKey(contentId)]),
    ...rewritten.map(contentKey),
  ]);
}
