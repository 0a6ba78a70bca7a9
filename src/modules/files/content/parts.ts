import { sql } from 'kysely';
import { among } from '#platform/database/port.ts';
import { system } from '#kernel/access.ts';
import type { StoredObject } from '#platform/storage/port.ts';
import type { Work } from '#platform/work/port.ts';
import type { FilesNeeds } from '../needs.ts';
import type { FilesReader, FilesWriter } from '../tables.ts';
import { partKey, stagingKey } from './keys.ts';
import { removeLater } from './removal.ts';
import { lockUsages } from './usage.ts';

/** A file whose bytes are in parts, until they are joined. */
interface FileInParts {
  readonly id: string;
  readonly ownerId: string;
  readonly contentId: string;
  readonly sizeBytes: number;
}

/**
 * Joins the parts of an upload to the one object that the gate judges. Parts are read one after the other, in bounded
 * memory. A repetition writes the same bytes.
 */
export function createJoining({ db, storage }: Pick<FilesNeeds, 'db' | 'storage'>) {
  /** The hash of all bytes; null when some are gone. */
  async function join(
    { id, ownerId, contentId, sizeBytes }: FileInParts,
    origin: Work['origin'],
  ): Promise<string | null> {
    const lost = new Error('a part is gone');
    const parts = await partsOf(db.read, id);
    // Else another item has joined them, and its object must not be replaced.
    if (parts.reduce((sum, part) => sum + part.sizeBytes, 0) !== sizeBytes) return null;
    let joined: StoredObject;
    try {
      joined = await storage.put(stagingKey(contentId), readAll(parts, lost), { maxBytes: sizeBytes });
    } catch (error) {
      if (error === lost) return null;
      throw error;
    }
    const { sha256 } = joined;
    const isFirst = await db.write(system('files', origin), async (unit) => {
      await lockUsages(unit.tx, [ownerId]);
      if (!(await setHash(unit.tx, { id, contentId }, sha256))) {
        // A join that took too long has written the object again, perhaps after it was released.
        if (!(await isAwaited(unit.tx, { id, contentId }))) await removeLater(unit, [stagingKey(contentId)]);
        return false;
      }
      await deletePartsOf(unit.tx, id);
      // The entry of the upload was written before its hash was known.
      const payload = { sha256 };
      unit.audit({ action: 'files.joined', resourceType: 'file', resourceId: id, subjectId: ownerId, payload });
      return true;
    });
    return isFirst ? sha256 : null;
  }

  async function* readAll(parts: readonly Part[], lost: Error): AsyncGenerator<Uint8Array, void> {
    for (const { id, sizeBytes } of parts) {
      const part = await storage.get(partKey(id));
      if (part?.sizeBytes !== sizeBytes) {
        part?.content.destroy();
        throw lost;
      }
      yield* part.content;
    }
  }

  return { join };
}

export type Joining = ReturnType<typeof createJoining>;

interface Part {
  readonly id: string;
  readonly sizeBytes: number;
}

type Awaiting = Pick<FileInParts, 'id' | 'contentId'>;

/** False when another item has joined the parts, or the file does not wait for it any more. */
async function setHash(tx: FilesWriter, { id, contentId }: Awaiting, sha256: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('files.file')
    .set({ sha256 })
    .where('id', '=', id)
    .where('contentId', '=', contentId)
    .where('sha256', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Whether the gate, or a file that may come back to it, still needs the joined object. */
async function isAwaited(tx: FilesWriter, { id, contentId }: Awaiting): Promise<boolean> {
  const rows = tx.selectFrom('files.file').select('id').where('id', '=', id).where('contentId', '=', contentId);
  const open = rows.where('blobId', 'is', null).where(sql<boolean>`storage_status <> 'failed' or is_retryable`);
  return (await open.executeTakeFirst()) !== undefined;
}

/** In the order of their bytes. */
async function partsOf(db: FilesReader, fileId: string): Promise<Part[]> {
  const parts = db
    .selectFrom('files.uploadPart as part')
    .innerJoin('files.upload as upload', 'upload.id', 'part.uploadId')
    .select(['part.id', 'part.sizeBytes'])
    .where('upload.fileId', '=', fileId)
    .where('part.sizeBytes', 'is not', null)
    .$narrowType<{ sizeBytes: number }>()
    .orderBy('part.position');
  return parts.execute();
}

/** Their objects are deleted after the commit. */
export async function deletePartsOf(tx: FilesWriter, fileId: string): Promise<void> {
  const uploads = tx.selectFrom('files.upload').select('id').where('fileId', '=', fileId);
  await tx.deleteFrom('files.uploadPart').where('uploadId', 'in', uploads).execute();
}

/** At most so many uploads of a person, with their parts; answers how many. */
export async function deleteUploadsOf(tx: FilesWriter, ownerId: string, limit: number): Promise<number> {
  const some = tx.selectFrom('files.upload').select('id').where('ownerId', '=', ownerId).limit(limit);
  const { numDeletedRows } = await tx.deleteFrom('files.upload').where('id', '=', among(some)).executeTakeFirst();
  return Number(numDeletedRows);
}
