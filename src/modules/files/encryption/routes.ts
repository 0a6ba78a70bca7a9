import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { fileErrors, filePermissions, StoredFile } from '../contract.ts';
import { ByFile } from '../schemas.ts';
import type { Encryption } from './service.ts';

const access = filePermissions.managePermissions;
const errors = [
  fileErrors.notFound,
  fileErrors.accessDenied,
  fileErrors.pending,
  fileErrors.maliciousContent,
  fileErrors.unavailable,
  fileErrors.encryptionBusy,
  httpErrors.preconditionFailed,
  httpErrors.tooManyRequests,
];
const response = { 202: StoredFile };

export function encryptionRoutes(encryption: Encryption): Routes {
  return async (http) => {
    http.post(
      '/files/encrypt/:fileId',
      {
        config: { access, errors },
        schema: {
          operationId: 'encryptFile',
          summary: 'Encrypt the stored bytes of a file',
          description: `The file stays available meanwhile. \`encryptionStage\` is \`encrypting\` until \`isEncrypted\` is
            true, or, after hours of failed attempts, \`reason\` is \`encryption_failed\`. It is null if the file is
            encrypted already. Clients get the same bytes and the same \`ETag\` as before.`,
          params: ByFile,
          response,
        },
      },
      async ({ actor, params, precondition }, reply) => {
        return reply.code(202).send(await encryption.request(actor, params.fileId, true, precondition));
      },
    );

    http.post(
      '/files/decrypt/:fileId',
      {
        config: { access, errors },
        schema: {
          operationId: 'decryptFile',
          summary: 'Store the bytes of a file without encryption again',
          description: `The file stays available meanwhile. \`encryptionStage\` is \`decrypting\` until \`isEncrypted\` is
            false, or, after hours of failed attempts, \`reason\` is \`decryption_failed\`. It is null if the file is not
            encrypted.`,
          params: ByFile,
          response,
        },
      },
      async ({ actor, params, precondition }, reply) => {
        return reply.code(202).send(await encryption.request(actor, params.fileId, false, precondition));
      },
    );
  };
}
