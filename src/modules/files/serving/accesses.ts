import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { PageQuery } from '#kernel/page.ts';
import { columnsOf, newestFirst, pageQuery } from '#platform/database/port.ts';
import { FileAccess, type AccessWay } from '../schemas.ts';
import type { FilesReader, FilesWriter } from '../tables.ts';

export interface NewAccess {
  readonly fileId: string;
  readonly linkId: string | null;
  readonly way: AccessWay;
  /** The code of the refusal; null: the bytes are served. */
  readonly refusal: string | null;
}

/** Who asked for the bytes of a file, and whether they get them. Before the first byte leaves. */
export async function recordAccess(
  tx: FilesWriter,
  { type, id, origin: { ip, userAgent } }: Actor,
  { fileId, linkId, way, refusal }: NewAccess,
): Promise<void> {
  const userId = type === 'anonymous' ? null : id;
  await tx
    .insertInto('files.access')
    .values({ id: newId(), fileId, linkId, userId, way, isAllowed: refusal === null, reason: refusal, ip, userAgent })
    .execute();
}

/** One page of a file's accesses, newest first. */
export function listAccesses(db: FilesReader, fileId: string, query: PageQuery) {
  const rows = db.selectFrom('files.access').select(columnsOf(FileAccess)).where('fileId', '=', fileId);
  return pageQuery(db, rows, query, newestFirst());
}
