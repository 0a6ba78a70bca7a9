import { roomOf } from '../content/usage.ts';
import { fileErrors } from '../contract.ts';
import type { FilesConfig } from '../needs.ts';
import type { FilesWriter } from '../tables.ts';
import type { Validation } from '../validation/verdict.ts';
import type { UploadRow } from './queries.ts';

export interface UploadBoundsNeeds {
  readonly validation: Validation;
  readonly config: Pick<FilesConfig, 'filesQuotaBytes'>;
}

/** How many bytes an upload may have. */
export function createUploadBounds({ validation, config }: UploadBoundsNeeds) {
  const { filesQuotaBytes: quotaBytes } = config;

  /**
   * Of an upload whose length is not known yet. The caller has locked the usage of the owner: until the unit ends, no other
   * upload gets that room.
   * @throws `files.too_large`, `files.quota_exceeded` when that is less than `bytes`
   */
  async function limitOf(tx: FilesWriter, upload: UploadRow, bytes: number): Promise<number> {
    const limit = Math.min(maxBytesOf(upload), await roomOf(tx, upload.ownerId, quotaBytes, upload.id));
    if (bytes > limit) throw beyond(upload, limit);
    return limit;
  }

  /** The refusal of more bytes than `limitOf` has allowed. */
  function beyond(upload: UploadRow, limit: number) {
    const maxBytes = maxBytesOf(upload);
    return limit < maxBytes ? fileErrors.quotaExceeded({ quotaBytes }) : fileErrors.tooLarge({ maxBytes });
  }

  function maxBytesOf({ kind, module }: UploadRow): number {
    return kind === 'partial' ? validation.largest : validation.maxBytesOf(module);
  }

  return { limitOf, beyond };
}

export type UploadBounds = ReturnType<typeof createUploadBounds>;
