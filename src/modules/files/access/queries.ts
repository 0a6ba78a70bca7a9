import { sql } from 'kysely';
import { FILE_RESOURCE, seesAll, type FileLists, type FileViewer } from '../queries.ts';
import type { FilesReader } from '../tables.ts';

/** Ids of the files on which a person has a right, ascending; null: of those that they own. Administrators: all. */
export async function listFileIds(
  db: FilesReader,
  viewer: FileViewer,
  right: 'read' | 'write' | 'delete' | null,
  { after, limit }: { readonly after: string | null; readonly limit: number },
  lists: FileLists,
): Promise<string[]> {
  const isBehind = after === null ? sql`true` : sql`f.id > ${after}::uuid`;
  const page = sql`order by f.id limit ${limit}`;
  const own = seesAll(viewer) ? sql`true` : sql`f.owner_id = ${viewer.id}::uuid`;
  const ways = [sql`(select f.id from files.file f where ${own} and f.version_of is null and ${isBehind} ${page})`];
  if (right !== null && !seesAll(viewer)) {
    const isAllowed = right === 'read' ? sql`true` : lists.allows(viewer, FILE_RESOURCE, 'f.id', right);
    for (const listed of lists.listed(viewer, FILE_RESOURCE, 'read'))
      ways.push(sql`(select f.id from ${listed} listed join files.file f on f.id = listed.resource_id
        where ${isBehind} and ${isAllowed} ${page})`);
  }
  const { rows } = await sql<{ id: string }>`
    select id from (${sql.join(ways, sql` union `)}) every order by id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}
