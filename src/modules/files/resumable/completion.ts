import { randomUUID } from 'node:crypto';
import type { UsageBounds } from '../content/usage.ts';
import type { FilesUnit } from '../needs.ts';
import type { Places } from '../places/service.ts';
import { FILE_COLUMNS } from '../queries.ts';
import { countFile } from '../uploads/accept.ts';
import { HEAD_BYTES, type Validation } from '../validation/verdict.ts';
import { deleteUnfinishedParts, updateUpload, type UploadRow } from './queries.ts';

export interface CompletionNeeds {
  readonly validation: Validation;
  readonly places: Places;
  readonly config: UsageBounds;
}

type Judged = Pick<UploadRow, 'fileName' | 'declaredType' | 'head'>;

/** How an upload whose last byte is there becomes a file. The gate joins its parts. */
export function createCompletion({ validation, config, places }: CompletionNeeds) {
  /** The type by name and first bytes. @throws `files.type_mismatch`, `files.validation_failed` */
  function judge({ fileName, declaredType, head }: Judged): Promise<string> {
    return validation.judgeContent(fileName ?? '', declaredType, {
      bytes: head,
      isWhole: head.byteLength < HEAD_BYTES,
    });
  }

  /**
   * As part of the unit that stores the last byte. @throws `files.quota_exceeded`, `files.too_many_files`, `files.folder_not_found` and
   * `files.folder_deleted`: then that byte does not count, and the upload can go on when its folder is back
   */
  async function complete(unit: FilesUnit, upload: UploadRow, contentType: string, sizeBytes: number): Promise<void> {
    const { id, ownerId, fileName, description, module, tags } = upload;
    const folderId = (await places.locate(unit.tx, ownerId, toPlace(upload))) ?? null;
    const contentId = randomUUID();
    const file = await unit.tx
      .insertInto('files.file')
      .values({
        id,
        ownerId,
        fileName: fileName ?? '',
        description,
        module,
        folderId,
        tags,
        contentType,
        sizeBytes,
        contentId,
        stage: 'uploaded',
        isAtGate: true,
        createdAt: upload.createdAt,
      })
      .returning(FILE_COLUMNS)
      .executeTakeFirstOrThrow();
    await updateUpload(unit.tx, id, { fileId: id });
    await deleteUnfinishedParts(unit.tx, id); // of writers that counted as dead
    await countFile(unit, { ...file, contentId }, config);
  }

  return { judge, complete };
}

export type Completion = ReturnType<typeof createCompletion>;

/** By path a folder is looked for when the upload is complete, by its id it is the same one wherever it was moved. */
export function toPlace({ folder, folderId }: Pick<UploadRow, 'folder' | 'folderId'>) {
  return { folder: folder ?? undefined, folderId: folderId ?? undefined };
}
