import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { smallestIdAt } from '#kernel/id.ts';
import { searchText } from '#kernel/text.ts';
import {
  containing,
  findFew,
  isExactly,
  newestFirst,
  pageOfWays,
  pageQuery,
  type Filter,
  type Ways,
} from '#platform/database/port.ts';
import type { FileQuery } from '../contract.ts';
import { FILE_COLUMNS, FILE_RESOURCE, seesAll, type FileLists, type FileViewer } from '../queries.ts';
import type { FilesReader } from '../tables.ts';

/** One page, newest first. What few files may match stops after a limited number of rows, and goes on by cursor. */
export async function listFiles(db: FilesReader, reader: FileViewer, query: FileQuery, lists: FileLists) {
  const asked = query.ownerId?.toLowerCase();
  const hasHidden = query.storageStatus !== 'deleted' && (await isDeletingFolders(db));
  const list = (owner: string | null, isEmpty = false) => listOf(db, { ownerId: owner, hasHidden, isEmpty }, query);
  const folderOwner = query.folderId === undefined ? undefined : await findFolderOwner(db, query.folderId);
  if (folderOwner === null || (folderOwner && asked && folderOwner !== asked)) return list(reader.id, true);
  // The files of a folder have its owner: they are either your own or shared with you.
  const ownerId = asked ?? folderOwner;
  if (seesAll(reader)) return list(ownerId ?? null);
  const shared = lists.listed(reader, FILE_RESOURCE, 'read');
  if (ownerId === reader.id || !(await hasAny(db, shared))) {
    const isOfOther = ownerId !== undefined && ownerId !== reader.id;
    return list(reader.id, isOfOther);
  }
  const pageOf = (few: readonly string[] | null) => {
    const ways = waysTo(reader, shared, { ...query, ownerId, hasHidden }, few);
    return pageOfWays(db, db.selectFrom('files.file as f').select(FILE_COLUMNS), ways, query, newestFirst('f.id'));
  };
  const newest = await pageOf(null);
  if (newest.items.length === newest.pageSize || newest.nextCursor === null || ownerId !== undefined) return newest;
  const few = await findFew(db, indexedBy(reader.id, query));
  return few ? pageOf(few) : newest;
}

/** Null if there is no such folder. */
async function findFolderOwner(db: FilesReader, id: string): Promise<string | null> {
  const folder = db.selectFrom('files.folder').select('ownerId').where('id', '=', id);
  return (await folder.executeTakeFirst())?.ownerId ?? null;
}

/** Whether files exist whose folder is in the trash, and that are not yet marked as deleted themselves. */
async function isDeletingFolders(db: FilesReader): Promise<boolean> {
  const work = db.selectFrom('files.folderWork').select('deletionId').where('stage', '<>', 'restoring').limit(1);
  return (await work.executeTakeFirst()) !== undefined;
}

function isNotHidden(folderId: string) {
  return sql<boolean>`not exists (
    select from files.folder hidden where hidden.id = ${sql.raw(folderId)} and hidden.deletion_id is not null)`;
}

function hasFolder(column: string, isInFolder: boolean): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${sql.raw(column)} is not null) = ${isInFolder}`;
}

async function hasAny(db: FilesReader, shared: ReturnType<FileLists['listed']>): Promise<boolean> {
  for (const listed of shared) {
    const { rows } = await sql`select from ${listed} listed limit 1`.execute(db);
    if (rows.length > 0) return true;
  }
  return false;
}

/** The indexes hold the files of each person and of each folder apart. Null: all files, in the order of the list. */
function listOf(
  db: FilesReader,
  { ownerId, hasHidden, isEmpty }: { ownerId: string | null; hasHidden: boolean; isEmpty: boolean },
  query: FileQuery,
) {
  const { contentType, module, folderId, isInFolder, storageStatus, createdFrom, createdTo } = query;
  let rows = db.selectFrom('files.file').select(FILE_COLUMNS).where('versionOf', 'is', null).where(stateOf(query));
  if (storageStatus === 'available') rows = rows.where('storageStatus', '=', sql.lit('available'));
  // Without the owner, whom the folder has: a plan for any value would read all files of the owner.
  const isByFolder = folderId !== undefined && storageStatus !== 'deleted';
  if (isByFolder) rows = rows.where(isExactly('folder_id', folderId));
  else if (folderId) rows = rows.where('folderId', '=', folderId);
  if (ownerId !== null && !isByFolder) rows = rows.where('ownerId', '=', ownerId);
  if (hasHidden) rows = rows.where(isNotHidden('folder_id'));
  if (isEmpty) rows = rows.where(sql<boolean>`false`);
  const hasModules = ownerId !== null && !isByFolder;
  if (module && hasModules) rows = rows.where('module', '=', module);
  if (createdFrom) rows = rows.where('id', '>=', smallestIdAt(Date.parse(createdFrom)));
  if (createdTo) rows = rows.where('id', '<', smallestIdAt(Date.parse(createdTo)));
  const filters: (Filter | null)[] = [
    isRare(query) ? { condition: sql<boolean>`storage_status = ${storageStatus}` } : null,
    module && !hasModules ? { condition: sql<boolean>`module = ${module}` } : null,
    contentType ? isOfType(contentType) : null,
    isInFolder === undefined ? null : { condition: hasFolder('folder_id', isInFolder) },
    ...indexedBy(ownerId, query),
  ];
  return pageQuery(
    db,
    rows,
    query,
    isByFolder ? { ...newestFirst(), bound: 'folder_id' } : newestFirst(),
    filters.filter((filter) => filter !== null),
  );
}

/** Your own files, of these only `few` if they are known to hold all that match, and those that are shared with you. */
function waysTo(
  { id }: FileViewer,
  shared: ReturnType<FileLists['listed']>,
  query: Omit<FileQuery, 'ownerId'> & { readonly ownerId: string | undefined; readonly hasHidden: boolean },
  few: readonly string[] | null,
): Ways {
  const { ownerId, text, tag, contentType, module, folderId, isInFolder, hasHidden, storageStatus } = query;
  const { createdFrom, createdTo } = query;
  const state = stateOf(query);
  const filters: (RawBuilder<SqlBool> | undefined)[] = [
    state,
    storageStatus === 'available' || isRare(query) ? sql<SqlBool>`f.storage_status = ${storageStatus}` : undefined,
    ownerId === undefined ? undefined : sql<SqlBool>`f.owner_id = ${ownerId}::uuid`,
    module ? sql<SqlBool>`f.module = ${module}` : undefined,
    folderId ? sql<SqlBool>`f.folder_id = ${folderId}::uuid` : undefined,
    isInFolder === undefined ? undefined : hasFolder('f.folder_id', isInFolder),
    hasHidden ? isNotHidden('f.folder_id') : undefined,
    contentType ? isOfType(contentType).condition : undefined,
    tag ? hasTag(null, searchText(tag)).condition : undefined,
    text ? containing({ table: 'files.file', alias: 'f' }, text)?.condition : undefined,
  ];
  const created = (column: string) => {
    const from = createdFrom ? sql`${sql.raw(column)} >= ${smallestIdAt(Date.parse(createdFrom))}::uuid` : sql`true`;
    const to = createdTo ? sql`${sql.raw(column)} < ${smallestIdAt(Date.parse(createdTo))}::uuid` : sql`true`;
    return sql<SqlBool>`${from} and ${to}`;
  };
  const isFew = few ? sql`f.id = any(${few}::uuid[])` : sql`true`;
  const own = {
    from: sql`files.file f`,
    // Not by `isExactly`: a plan for any owner then expects few rows, and sorts all of a person with many.
    where: sql<SqlBool>`f.owner_id = ${id}::uuid and f.version_of is null and ${state} and ${isFew} and ${created('f.id')}`,
  };
  const ofOthers = shared.map((listed) => ({
    from: sql`${listed} listed`,
    where: created('listed.resource_id'),
    id: 'listed.resource_id',
  }));
  const ways = ownerId === undefined ? [own, ...ofOthers] : ofOthers;
  return { table: 'files.file f', ways, filters: filters.filter((filter) => filter !== undefined) };
}

/** A literal, as in the indexes, which a parameter would not match. */
function stateOf({ storageStatus }: Pick<FileQuery, 'storageStatus'>): RawBuilder<SqlBool> {
  return sql.raw(storageStatus === 'deleted' ? "storage_status = 'deleted'" : "storage_status <> 'deleted'");
}

function isRare({ storageStatus }: Pick<FileQuery, 'storageStatus'>): boolean {
  return storageStatus !== undefined && storageStatus !== 'deleted' && storageStatus !== 'available';
}

/** What has an index, in which the files of each person are apart. */
function indexedBy(ownerId: string | null, { text, tag }: FileQuery): Filter[] {
  const filters = [tag ? hasTag(ownerId, searchText(tag)) : null, text ? contains(ownerId, text) : null];
  return filters.filter((filter) => filter !== null);
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
  return { condition, index: { table: 'files.file', condition: ofFiles(found) } };
}

function contains(ownerId: string | null, text: string): Filter | null {
  const found = containing({ table: 'files.file', scope: { sql: 'owner_id::text', value: ownerId ?? '' } }, text);
  if (!found?.index || ownerId === null) return found && { condition: found.condition };
  return { ...found, index: { ...found.index, condition: ofFiles(found.index.condition) } };
}

/** The indexes hold no versions. */
function ofFiles(condition: RawBuilder<SqlBool>): RawBuilder<SqlBool> {
  return sql<SqlBool>`${condition} and version_of is null`;
}
