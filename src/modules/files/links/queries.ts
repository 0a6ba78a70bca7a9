import { sql, type Insertable } from 'kysely';
import type { PageQuery } from '#kernel/page.ts';
import { inBatches, isExactly, newestFirst, pageQuery } from '#platform/database/port.ts';
import type { LinkMode } from '../schemas.ts';
import { SERVED } from '../serving/queries.ts';
import type { FilesReader, FilesTables, FilesWriter } from '../tables.ts';

export interface StoredLink {
  readonly id: string;
  readonly fileId: string;
  readonly createdBy: string;
  readonly apiKeyId: string | null;
  readonly mode: LinkMode;
  readonly passwordHash: string | null;
  readonly maxDownloads: number | null;
  readonly used: number;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly createdAt: string;
}

const COLUMNS = [
  'id',
  'fileId',
  'createdBy',
  'apiKeyId',
  'mode',
  'passwordHash',
  'maxDownloads',
  'used',
  'expiresAt',
  'revokedAt',
  'createdAt',
] as const;

type OfFile = Pick<StoredLink, 'fileId' | 'mode'>;

/** Without what is secret. */
const EXPORTED = [
  'id',
  'fileId',
  'folderId',
  'mode',
  'maxDownloads',
  'used',
  'expiresAt',
  'revokedAt',
  'createdAt',
] as const;

/** What a link leads to. */
export type LinkTarget = { readonly fileId: string } | { readonly folderId: string };

export async function insertLink(tx: FilesWriter, link: Insertable<FilesTables['files.link']>): Promise<void> {
  await tx.insertInto('files.link').values(link).execute();
}

/** The link of a token, and its file; undefined also for one that was revoked, or leads to a folder. */
export async function findLink(db: FilesReader, tokenHash: Buffer) {
  const link = await db
    .selectFrom('files.link')
    .select(COLUMNS)
    .where('tokenHash', '=', tokenHash)
    .where('revokedAt', 'is', null)
    .where('fileId', 'is not', null)
    .$narrowType<OfFile>()
    .executeTakeFirst();
  if (!link) return undefined;
  const file = await db.selectFrom('files.file').select(SERVED).where('id', '=', link.fileId).executeTakeFirst();
  return file && { link, file };
}

/** One page of the links to a file, newest first. */
export function listLinks(db: FilesReader, fileId: string, query: PageQuery) {
  const rows = db.selectFrom('files.link').select(COLUMNS).where(isExactly('file_id', fileId)).$narrowType<OfFile>();
  return pageQuery(db, rows, query, { ...newestFirst(), bound: 'file_id' });
}

/** One link, or all of them, to a file or to a folder; answers the ids of those that were not revoked before. */
export async function revokeLinks(
  tx: FilesWriter,
  target: LinkTarget,
  linkId: string | null,
  at: string,
): Promise<string[]> {
  const live = tx.updateTable('files.link').set({ revokedAt: at }).where('revokedAt', 'is', null);
  let update =
    'fileId' in target ? live.where('fileId', '=', target.fileId) : live.where('folderId', '=', target.folderId);
  if (linkId !== null) update = update.where('id', '=', linkId);
  return (await update.returning('id').execute()).map(({ id }) => id);
}

/** Neither over nor revoked; counts up to `limit`. */
export async function countGoodLinks(db: FilesReader, target: LinkTarget, at: string, limit: number): Promise<number> {
  const good = db.selectFrom('files.link').select('id').where('revokedAt', 'is', null).where('expiresAt', '>', at);
  // In the order of an index: of a file with many links the planner expects some everywhere, and reads the table for them.
  const rows =
    'fileId' in target
      ? good.where(isExactly('file_id', target.fileId)).orderBy('fileId')
      : good.where(isExactly('folder_id', target.folderId)).orderBy('folderId');
  return (await rows.orderBy('id', 'desc').limit(limit).execute()).length;
}

/** All that a person has made; counts up to `limit`. */
export async function countLinksOf(db: FilesReader, makerId: string, limit: number): Promise<number> {
  const made = db.selectFrom('files.link').select('id').where('createdBy', '=', makerId).limit(limit).as('made');
  const { count } = await db
    .selectFrom(made)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Locks the link until the unit ends, so that parallel openings are counted one after another. */
export function lockLink(tx: FilesWriter, id: string) {
  const link = tx.selectFrom('files.link').select(['used', 'maxDownloads', 'expiresAt', 'revokedAt']);
  return link.where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
}

/** Counts one download, or one file that was sent. The caller has locked the link. */
export async function countUse(tx: FilesWriter, id: string): Promise<void> {
  await sql`update files.link set used = used + 1 where id = ${id}`.execute(tx);
}

export interface LinkUse {
  readonly id: string;
  readonly bytesLeft: number;
  /** Whether the first bytes of the file have left. */
  readonly hasStart: boolean;
}

/** The newest download that this client has begun, or has continued, since `since`. */
export function findUse(
  db: FilesReader,
  { linkId, client, since }: { readonly linkId: string; readonly client: string; readonly since: string },
): Promise<LinkUse | undefined> {
  return db
    .selectFrom('files.linkUse')
    .select(['id', 'bytesLeft', 'hasStart'])
    .where('linkId', '=', linkId)
    .where('client', '=', client)
    .where('startedAt', '>', since)
    .orderBy('startedAt', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Begins a download, or continues it. */
export async function putUse(
  tx: FilesWriter,
  use: LinkUse & { readonly linkId: string; readonly client: string; readonly startedAt: string },
): Promise<void> {
  const { bytesLeft, hasStart, startedAt } = use;
  await tx
    .insertInto('files.linkUse')
    .values(use)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ bytesLeft, hasStart, startedAt }))
    .execute();
}

/** Downloads and links that are over, and accesses that are older than `accessesBefore`; answers how many. */
export async function deleteOldLinks(
  tx: FilesWriter,
  { usesBefore, linksBefore, accessesBefore }: Record<'usesBefore' | 'linksBefore' | 'accessesBefore', string>,
  limit: number,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with uses as (
      delete from files.link_use where id = any (array(
        select id from files.link_use where started_at < ${usesBefore} order by started_at limit ${limit})) returning 1),
    links as (
      delete from files.link where id = any (array(
        select id from files.link where expires_at < ${linksBefore} order by expires_at limit ${limit})) returning 1),
    accesses as (
      delete from files.access where id = any (array(
        select id from files.access where created_at < ${accessesBefore} order by created_at limit ${limit})) returning 1)
    select greatest((select count(*) from uses), (select count(*) from links), (select count(*) from accesses)) as count`.execute(
    tx,
  );
  return rows[0]?.count ?? 0;
}

/** Every link that a person has made, oldest first. */
export function exportLinks(db: FilesReader, userId: string) {
  const rows = db.selectFrom('files.link').select(EXPORTED).where('createdBy', '=', userId);
  return inBatches((after: { readonly id: string } | null, limit) =>
    (after ? rows.where('id', '>', after.id) : rows).orderBy('id').limit(limit).execute(),
  );
}
