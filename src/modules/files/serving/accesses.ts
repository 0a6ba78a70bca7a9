import { sql } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import { newId, smallestIdAt } from '#kernel/id.ts';
import type { PageQuery } from '#kernel/page.ts';
import { columnsOf, inBatches, isExactly, newestFirst, pageQuery } from '#platform/database/port.ts';
import { type AccessWay } from '../schemas.ts';
import { FileAccess, FolderAccess } from './schemas.ts';
import type { FilesReader, FilesWriter } from '../tables.ts';

const MINUTE_MS = 60_000;

export interface NewAccess {
  /** Null: of a folder, to which nothing was sent. */
  readonly fileId: string | null;
  readonly folderId?: string | null;
  readonly linkId: string | null;
  readonly way: AccessWay;
  /** The code of the refusal; null: the bytes are served. */
  readonly refusal: string | null;
}

/** Who asked for the bytes of a file, and whether they get them. Before the first byte leaves. */
export async function recordAccess(
  tx: FilesWriter,
  { type, id, origin: { ip, userAgent } }: Actor,
  { fileId, folderId = null, linkId, way, refusal }: NewAccess,
): Promise<void> {
  const userId = type === 'anonymous' ? null : id;
  await tx
    .insertInto('files.access')
    .values({
      id: newId(),
      fileId,
      folderId,
      linkId,
      userId,
      way,
      isAllowed: refusal === null,
      reason: refusal,
      ip,
      userAgent,
    })
    .execute();
}

/**
 * The same, but once in a minute for each person (or address), way and outcome: for what one client asks for many times,
 * such as the ranges of a film.
 */
export async function recordAccessOfMinute(tx: FilesWriter, actor: Actor, access: NewAccess): Promise<void> {
  const { fileId, folderId = null, linkId, way, refusal } = access;
  const userId = actor.type === 'anonymous' ? null : actor.id;
  const { ip } = actor.origin;
  const key = JSON.stringify([fileId, folderId, linkId, userId, ip, way, refusal]);
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx);
  const recorded = tx
    .selectFrom('files.access')
    .select('id')
    .where((eb) => (fileId === null ? eb('folderId', '=', folderId) : eb('fileId', '=', fileId)))
    .where('id', '>=', smallestIdAt(Date.now() - MINUTE_MS)) // ids are made by this clock
    .where('linkId', 'is not distinct from', linkId)
    .where('userId', 'is not distinct from', userId)
    .where('ip', 'is not distinct from', ip)
    .where('way', '=', way)
    .where('reason', 'is not distinct from', refusal);
  if (!(await recorded.limit(1).executeTakeFirst())) await recordAccess(tx, actor, access);
}

/** One page of a file's accesses, newest first. */
export function listAccesses(db: FilesReader, fileId: string, query: PageQuery) {
  const rows = db.selectFrom('files.access').select(columnsOf(FileAccess)).where(isExactly('file_id', fileId));
  return pageQuery(db, rows, query, { ...newestFirst(), bound: 'file_id' });
}

/** One page of what was sent to a folder by links, and of what was refused, newest first. */
export function listAccessesOfFolder(db: FilesReader, folderId: string, query: PageQuery) {
  const rows = db.selectFrom('files.access').select(columnsOf(FolderAccess)).where(isExactly('folder_id', folderId));
  return pageQuery(db, rows, query, { ...newestFirst(), bound: 'folder_id' });
}

/** Everything that a person has asked for, oldest first. */
export function exportAccesses(db: FilesReader, userId: string) {
  const rows = db
    .selectFrom('files.access')
    .select(['fileId', 'folderId', ...columnsOf(FileAccess)])
    .where('userId', '=', userId);
  return inBatches((after: { readonly id: string } | null, limit) =>
    (after ? rows.where('id', '>', after.id) : rows).orderBy('id').limit(limit).execute(),
  );
}

export async function hasAccesses(db: FilesReader, fileId: string): Promise<boolean> {
  const row = db.selectFrom('files.access').select('id').where('fileId', '=', fileId).limit(1);
  return (await row.executeTakeFirst()) !== undefined;
}
