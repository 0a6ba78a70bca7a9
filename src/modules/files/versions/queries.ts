import type { PageQuery } from '#kernel/page.ts';
import { columnsOf, inBatches, isExactly, newestFirst, pageQuery } from '#platform/database/port.ts';
import { FileVersion } from '../schemas.ts';
import { SERVED, type ServedFile } from '../serving/queries.ts';
import type { FilesReader } from '../tables.ts';

const VERSION_COLUMNS = columnsOf(FileVersion);

/** One page of the other contents of a file, the latest first. */
export function listVersions(db: FilesReader, fileId: string, query: PageQuery) {
  const rows = db.selectFrom('files.file').select(VERSION_COLUMNS).where(isExactly('version_of', fileId));
  return pageQuery(db, rows, query, { ...newestFirst(), bound: 'version_of' });
}

export function findVersion(db: FilesReader, fileId: string, id: string): Promise<ServedFile | undefined> {
  const rows = db.selectFrom('files.file').select(SERVED).where('id', '=', id);
  return rows.where('versionOf', '=', fileId).executeTakeFirst();
}

/** Of all files of a person, by id. */
export function exportVersions(db: FilesReader, ownerId: string) {
  const rows = db
    .selectFrom('files.file')
    .select(['versionOf as fileId', ...VERSION_COLUMNS])
    .where('ownerId', '=', ownerId)
    .where('versionOf', 'is not', null)
    .orderBy('id');
  return inBatches((after: { readonly id: string } | null, limit) =>
    (after ? rows.where('id', '>', after.id) : rows).limit(limit).execute(),
  );
}
