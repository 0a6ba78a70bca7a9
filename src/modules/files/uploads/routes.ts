import { NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { storageErrors } from '#platform/storage/port.ts';
import { fileErrors, filePermissions, StoredFile } from '../contract.ts';
import { ByFile, FileVersion } from '../schemas.ts';
import { Candidate, ContentForm, Judgement, ScanForm, ScanResult, UploadForm } from './schemas.ts';
import type { Uploads } from './service.ts';

const { write } = filePermissions;
const inReceiving = [fileErrors.validationFailed, fileErrors.tooLarge, httpErrors.digestMismatch];
const inStorage = [fileErrors.storageUnavailable, storageErrors.full];
const digest = {
  'Content-Digest': 'SHA-256 or SHA-512 of the body, or of the file alone (RFC 9530): another one is refused.',
};

export function uploadRoutes(uploads: Uploads): Routes {
  return async (http) => {
    http.post(
      '/files',
      {
        config: {
          access: write,
          impersonation: 'allowed',
          takes: 'form',
          form: UploadForm,
          idempotency: 'refused',
          location: '/api/v1/files',
          headers: digest,
          errors: [
            ...inReceiving,
            ...inStorage,
            fileErrors.invalidName,
            fileErrors.typeMismatch,
            fileErrors.quotaExceeded,
            fileErrors.tooManyFiles,
            fileErrors.folderNotFound,
            fileErrors.folderDeleted,
            fileErrors.tooManyFolders,
            fileErrors.unavailable,
          ],
        },
        schema: {
          operationId: 'uploadFile',
          summary: 'Upload a file',
          description: `Send \`multipart/form-data\` with one \`file\`, and the other fields before or after it. The bytes
            are stored as they arrive. The answer comes when all are stored; the file is \`pending\` then, and \`available\`
            after it was inspected and scanned. Name, declared type and content must agree.`,
          response: { 202: StoredFile },
        },
      },
      async (request, reply) =>
        reply.code(202).send(await uploads.receive(request.actor, request.readForm(), lengthOf(request.headers))),
    );

    http.put(
      '/files/:fileId/content',
      {
        config: {
          access: write,
          takes: 'form',
          form: ContentForm,
          headers: digest,
          errors: [
            ...inReceiving,
            ...inStorage,
            fileErrors.typeMismatch,
            fileErrors.quotaExceeded,
            fileErrors.notFound,
            fileErrors.accessDenied,
            fileErrors.pending,
            fileErrors.tooManyVersions,
            fileErrors.maliciousContent,
            fileErrors.unavailable,
            httpErrors.preconditionFailed,
          ],
        },
        schema: {
          operationId: 'replaceContent',
          summary: 'Replace the content of a file',
          description: `Send \`multipart/form-data\` with one \`file\`, whose name is not used: the file keeps its own. It is
            judged as an upload. Until it is released the older content is served; then that is kept as a version. The
            answer is the new content, in the list of versions until then. If it is refused, its \`reason\` is there. While one
            is pending, another is refused.`,
          params: ByFile,
          response: { 202: FileVersion },
        },
      },
      async (request, reply) => {
        const { actor, params, headers, precondition } = request;
        const version = await uploads.replace(
          actor,
          params.fileId,
          request.readForm(),
          lengthOf(headers),
          precondition,
        );
        return reply.code(202).send(version);
      },
    );

    http.post(
      '/files/scan',
      {
        config: {
          access: write,
          impersonation: 'allowed',
          takes: 'form',
          form: ScanForm,
          idempotency: 'refused',
          headers: digest,
          errors: [...inReceiving, ...inStorage, fileErrors.scannerUnavailable],
        },
        schema: {
          operationId: 'scanFile',
          summary: 'Scan a file without keeping it',
          description:
            'Send `multipart/form-data` with one `file`. It is judged as an upload of this name and type, scanned, and deleted.',
          response: { 200: ScanResult },
        },
      },
      (request) => uploads.scanOnly(request.actor, request.readForm()),
    );

    http.post(
      '/files/validate',
      {
        config: { access: write, impersonation: 'allowed' },
        schema: {
          operationId: 'validateFile',
          summary: 'Ask whether a file would be accepted',
          description: `Judges name, size and declared type as an upload would. The content can still be refused when it is
            uploaded.`,
          body: Candidate,
          response: { 200: Judgement },
        },
      },
      ({ body }) => uploads.validate(body),
    );

    http.post(
      '/files/:fileId/retry',
      {
        config: { access: write, impersonation: 'allowed', errors: [fileErrors.notFound, fileErrors.accessDenied] },
        schema: {
          operationId: 'retryFile',
          summary: 'Try to release a file again',
          description: 'For a file that failed by a fault (`isRetryable`), after what was wrong is mended.',
          params: ByFile,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await uploads.retry(actor, params.fileId)),
    );
  };
}

function lengthOf(headers: { readonly 'content-length'?: string | undefined }): number | null {
  const { 'content-length': length } = headers;
  return length === undefined ? null : Number(length);
}
