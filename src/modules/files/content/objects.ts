import { pipeline, type Readable } from 'node:stream';
import type { FilesNeeds } from '../needs.ts';
import { sealedDataKeys } from '../secrets.ts';
import type { FilesReader } from '../tables.ts';
import { createOpener, sealedRange, sealedSize, type PlainRange } from './frames.ts';
import { contentKey } from './keys.ts';

/** The object that has the bytes of a file. */
export interface BlobOfFile {
  readonly id: string;
  /** Of the plain bytes. */
  readonly sizeBytes: number;
  /** Null: the object is not encrypted. */
  readonly keySealed: Buffer | null;
}

export function findBlobOf(db: FilesReader, fileId: string): Promise<BlobOfFile | undefined> {
  return db
    .selectFrom('files.blob')
    .innerJoin('files.file', 'files.file.blobId', 'files.blob.id')
    .where('files.file.id', '=', fileId)
    .select(['files.blob.id', 'files.blob.sizeBytes', 'files.blob.keySealed'])
    .executeTakeFirst();
}

export function storedSize({ sizeBytes, keySealed }: Omit<BlobOfFile, 'id'>): number {
  return keySealed === null ? sizeBytes : sealedSize(sizeBytes);
}

/** The plain bytes, or a part of them; null when the object is gone, or is encrypted and not whole. */
export async function readBlob(
  { storage, keys }: Pick<FilesNeeds, 'storage' | 'keys'>,
  { id, sizeBytes, keySealed }: BlobOfFile,
  part: PlainRange | null,
): Promise<Readable | null> {
  if (keySealed === null) return (await storage.get(contentKey(id), part ?? undefined))?.content ?? null;
  const opener = createOpener(keys.open(sealedDataKeys, id, keySealed), sizeBytes, part);
  const stored = await storage.get(contentKey(id), part === null ? undefined : sealedRange(part));
  if (!stored) return null;
  if (stored.sizeBytes !== sealedSize(sizeBytes)) {
    stored.content.destroy();
    return null;
  }
  return pipeline(stored.content, opener, () => {}); // its reader gets the error
}
