import type { PageQuery } from '#kernel/page.ts';
import { isExactly, newestFirst, pageQuery } from '#platform/database/port.ts';
import type { FilesReader } from '../tables.ts';

export interface StoredUploadLink {
  readonly id: string;
  readonly folderId: string;
  readonly createdBy: string;
  readonly apiKeyId: string | null;
  readonly passwordHash: string | null;
  readonly maxDownloads: number;
  readonly maxBytes: number | null;
  readonly contentTypes: string[] | null;
  readonly used: number;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly createdAt: string;
}

const COLUMNS = [
  'id',
  'folderId',
  'createdBy',
  'apiKeyId',
  'passwordHash',
  'maxDownloads',
  'maxBytes',
  'contentTypes',
  'used',
  'expiresAt',
  'revokedAt',
  'createdAt',
] as const;

type OfFolder = Pick<StoredUploadLink, 'folderId' | 'maxDownloads'>;

/** The link of a token; undefined also for one that was revoked, or leads to a file. */
export function findUploadLink(db: FilesReader, tokenHash: Buffer): Promise<StoredUploadLink | undefined> {
  return db
    .selectFrom('files.link')
    .select(COLUMNS)
    .where('tokenHash', '=', tokenHash)
    .where('revokedAt', 'is', null)
    .where('folderId', 'is not', null)
    .$narrowType<OfFolder>()
    .executeTakeFirst();
}

/** One page of the links to a folder, newest first. */
export function listUploadLinks(db: FilesReader, folderId: string, query: PageQuery) {
  const rows = db
    .selectFrom('files.link')
    .select(COLUMNS)
    .where(isExactly('folder_id', folderId))
    .$narrowType<OfFolder>();
  return pageQuery(db, rows, query, { ...newestFirst(), bound: 'folder_id' });
}
