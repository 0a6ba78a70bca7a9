import { once } from 'node:events';
import { pipeline, type Readable } from 'node:stream';
import { Problem } from '#kernel/problem.ts';
import { storageErrors, type ByteRange, type ObjectContent, type ObjectStorage } from '#platform/storage/port.ts';
import type { FilesNeeds } from '../needs.ts';
import { sealedDataKeys } from '../secrets.ts';
import type { FilesReader } from '../tables.ts';
import { createOpener, sealedRange, sealedSize, type PlainRange } from './frames.ts';
import { contentKey } from './keys.ts';
import { toStorageFault } from './storage-faults.ts';

/** The object that has the bytes of a file. */
export interface BlobOfFile {
  readonly id: string;
  /** Of the plain bytes. */
  readonly sizeBytes: number;
  /** Null: the object is not encrypted. */
  readonly keySealed: Buffer | null;
}

/** By the content and not by the file, which may have another one meanwhile. */
export function findBlobOf(db: FilesReader, contentId: string): Promise<BlobOfFile | undefined> {
  return db
    .selectFrom('files.blob')
    .innerJoin('files.file', 'files.file.blobId', 'files.blob.id')
    .where('files.file.contentId', '=', contentId)
    .select(['files.blob.id', 'files.blob.sizeBytes', 'files.blob.keySealed'])
    .executeTakeFirst();
}

export function storedSize({ sizeBytes, keySealed }: Omit<BlobOfFile, 'id'>): number {
  return keySealed === null ? sizeBytes : sealedSize(sizeBytes);
}

/**
 * The plain bytes, or a part of them, when the first of them are there and are right. Null when the object is gone, or is
 * not whole. @throws `files.storage_unavailable`; an error that is no problem when the key or these bytes are damaged
 */
export async function readBlob(
  { storage, keys }: Pick<FilesNeeds, 'storage' | 'keys'>,
  blob: BlobOfFile,
  part: PlainRange | null,
): Promise<Readable | null> {
  const { id, sizeBytes, keySealed } = blob;
  const opener = keySealed && createOpener(keys.open(sealedDataKeys, id, keySealed), sizeBytes, part);
  const stored = await getObject(storage, contentKey(id), part && opener ? sealedRange(part) : part);
  if (!stored) return null;
  if (stored.sizeBytes !== storedSize(blob)) {
    stored.content.destroy();
    return null;
  }
  if (!opener) return stored.content;
  pipeline(stored.content, opener, () => {}); // its reader gets the error
  await once(opener, 'readable');
  return opener;
}

/** With its first bytes; null when it is gone, or ends before the range. @throws `files.storage_unavailable` */
async function getObject(storage: ObjectStorage, key: string, range: ByteRange | null): Promise<ObjectContent | null> {
  try {
    const stored = await storage.get(key, range ?? undefined);
    if (stored) await once(stored.content, 'readable'); // also at its end
    return stored;
  } catch (error) {
    if (error instanceof Problem && error.code === storageErrors.invalidRange.code) return null;
    throw toStorageFault(error);
  }
}
