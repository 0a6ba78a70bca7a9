import type { Routes } from '#platform/module.ts';
import { fileErrors, filePermissions, StoredFile } from '../contract.ts';
import { ByUpload } from '../schemas.ts';
import { NewPresignedUpload, PresignedUpload } from './schemas.ts';
import type { Presigned } from './service.ts';

const inBoth = [
  fileErrors.validationFailed,
  fileErrors.typeMismatch,
  fileErrors.quotaExceeded,
  fileErrors.tooManyFiles,
  fileErrors.folderNotFound,
  fileErrors.folderDeleted,
  fileErrors.storageUnavailable,
];

export function presignedRoutes(presigned: Presigned): Routes {
  return async (http) => {
    http.post(
      '/files/uploads/presign',
      {
        config: {
          access: filePermissions.write,
          impersonation: 'allowed',
          idempotency: 'refused',
          location: '/api/v1/files/uploads',
          errors: [
            ...inBoth,
            fileErrors.presignUnavailable,
            fileErrors.invalidName,
            fileErrors.tooLarge,
            fileErrors.tooManyUploads,
          ],
        },
        schema: {
          operationId: 'presignUpload',
          summary: 'Get an address of the storage to upload a file to',
          description: `Where the storage is S3. Send the bytes there by \`PUT\` with exactly these headers, within an hour, and
            then complete the upload. The address takes only bytes of this length and SHA-256.`,
          body: NewPresignedUpload,
          response: { 201: PresignedUpload },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await presigned.presign(actor, body)),
    );

    http.post(
      '/files/uploads/:uploadId/complete',
      {
        config: {
          access: filePermissions.write,
          impersonation: 'allowed',
          idempotency: 'refused', // it is repeated without a key
          isLong: true, // the storage copies all bytes, and all are read
          errors: [
            ...inBoth,
            fileErrors.uploadNotFound,
            fileErrors.uploadExpired,
            fileErrors.uploadConflict,
            fileErrors.checksumMismatch,
            fileErrors.tooManyFolders,
            fileErrors.unavailable,
          ],
        },
        schema: {
          operationId: 'completeUpload',
          summary: 'Complete an upload to the storage',
          description: `Within a day. The bytes are copied, and the copy is compared with what you have announced; the file has the
            id of the upload, is \`pending\` then, and goes on as any other. This takes as long as it takes to read the bytes, and
            goes on without the client. Completing it again answers the file. Bytes that are refused end the upload.`,
          params: ByUpload,
          response: { 202: StoredFile },
        },
      },
      async ({ actor, params }, reply) => reply.code(202).send(await presigned.complete(actor, params.uploadId)),
    );
  };
}
