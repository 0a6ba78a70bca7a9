import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { storageErrors } from '#platform/storage/port.ts';
import { fileErrors, filePermissions } from '../contract.ts';
import { ByUpload, UploadToken } from '../schemas.ts';
import type { Created } from './create.ts';
import { CHECKSUMS } from './headers.ts';
import type { UploadRow } from './queries.ts';
import type { Resumable, UploadAddress } from './service.ts';

const PATH = '/api/v1/files/uploads';
const VERSION = '1.0.0';
const EXTENSIONS = 'creation,creation-with-upload,creation-defer-length,expiration,termination,checksum,concatenation';

const tus = { 'Tus-Resumable': 'The version of the protocol: `1.0.0`.' };
const checksum = {
  'Upload-Checksum': '`sha256` or `sha1`, a space, and the checksum of the body in base64.',
  'Content-Digest': 'The digest of the body (RFC 9530).',
};
const uploadToken = { 'Upload-Token': 'The token of the upload, where it is not in the address.' };
const inAny = [fileErrors.tusVersion];
const inFinding = [
  ...inAny,
  fileErrors.uploadNotFound,
  fileErrors.uploadExpired,
  fileErrors.uploadConflict,
  httpErrors.notSignedIn,
  httpErrors.forbidden,
];
const inAdding = [
  fileErrors.uploadInvalid,
  fileErrors.uploadConflict,
  fileErrors.checksumMismatch,
  httpErrors.digestMismatch,
  fileErrors.validationFailed,
  fileErrors.typeMismatch,
  fileErrors.tooLarge,
  fileErrors.quotaExceeded,
  fileErrors.tooManyFiles,
  fileErrors.folderNotFound,
  fileErrors.folderDeleted,
  fileErrors.tooManyFolders,
  fileErrors.storageUnavailable,
  storageErrors.full,
];

export function resumableRoutes(resumable: Resumable): Routes {
  return async (http) => {
    http.addHook('onRequest', (request, reply, done) => {
      reply.header('tus-resumable', VERSION);
      if (request.method === 'OPTIONS' || request.headers['tus-resumable'] === VERSION) return done();
      reply.header('tus-version', VERSION);
      done(fileErrors.tusVersion());
    });

    const onRequest: onRequestHookHandler = (request, _reply, done) => {
      resumable.admit(request.actor, addressOf(request));
      done();
    };

    const continueUpload = async (request: FastifyRequest, reply: FastifyReply) => {
      const { actor, headers } = request;
      const upload = await resumable.append(actor, addressOf(request), headers, request.readBytes());
      return reply.code(204).headers(progressOf(upload)).send();
    };

    const endUpload = async (request: FastifyRequest, reply: FastifyReply) => {
      await resumable.terminate(request.actor, addressOf(request));
      return reply.code(204).send();
    };

    http.options('/files/uploads', { config: { access: 'public' }, schema: { hide: true } }, (_, reply) =>
      reply
        .code(204)
        .headers({
          'tus-version': VERSION,
          'tus-extension': EXTENSIONS,
          'tus-max-size': resumable.maxBytes,
          'tus-checksum-algorithm': CHECKSUMS.join(','),
          allow: 'OPTIONS, POST',
        })
        .send(),
    );

    http.post(
      '/files/uploads',
      {
        config: {
          access: filePermissions.write,
          impersonation: 'allowed',
          takes: 'bytes',
          idempotency: 'refused',
          headers: {
            ...tus,
            'Upload-Length': 'Bytes of the whole file.',
            'Upload-Defer-Length': '`1`: the length comes with a later request.',
            'Upload-Metadata':
              'Pairs of a key and a value in base64: `filename`, `filetype`, `module`, `folder`, `folderId`, `description`, `tags`.',
            'Upload-Concat': '`partial`, or `final;` and the addresses of the uploads to join.',
            ...checksum,
          },
          errors: [
            ...inAny,
            ...inAdding,
            fileErrors.invalidName,
            fileErrors.tooManyTags,
            fileErrors.tooManyUploads,
            fileErrors.uploadNotFound,
          ],
        },
        schema: {
          operationId: 'createResumableUpload',
          summary: 'Begin a resumable upload',
          description: `By tus 1.0 (https://tus.io/protocols/resumable-upload), with its extensions ${EXTENSIONS}.
            \`Location\` is the address of the upload. It holds a token: the upload goes on with it, also when the access
            token has expired, while the session lives and until \`Upload-Expires\`. The id of the upload is the id of the
            file that it becomes. The answer has no body.`,
          response: { 201: NoContent },
        },
      },
      async (request, reply) =>
        sendCreated(reply, await resumable.create(request.actor, request.headers, request.readBytes())),
    );

    http.head(
      '/files/uploads/:uploadId',
      {
        onRequest,
        config: { access: 'public', errors: inFinding },
        schema: { hide: true, params: ByUpload, querystring: UploadToken },
      },
      async (request, reply) => {
        const upload = await resumable.read(request.actor, addressOf(request));
        return reply
          .code(200)
          .headers({ ...progressOf(upload), ...descriptionOf(upload) })
          .send();
      },
    );

    http.patch(
      '/files/uploads/:uploadId',
      {
        onRequest,
        config: {
          access: 'public',
          takes: 'bytes',
          headers: {
            ...tus,
            'Upload-Offset': 'The position of the first byte: as many as the upload has.',
            'Upload-Length': 'Bytes of the whole file, where that was deferred.',
            ...checksum,
            ...uploadToken,
          },
          errors: [...new Set([...inFinding, ...inAdding, fileErrors.uploadFinal])],
        },
        schema: {
          operationId: 'continueResumableUpload',
          summary: 'Add bytes to a resumable upload',
          description: `For the owner with \`files.write\`, or who has the token of the upload. What has arrived is kept when
            the connection is lost, except with a checksum; \`HEAD\` answers how much it is. With the last byte the upload
            becomes a file, which goes to the gate. While another request adds bytes: 409.`,
          params: ByUpload,
          querystring: UploadToken,
          response: { 204: NoContent },
        },
      },
      continueUpload,
    );

    http.delete(
      '/files/uploads/:uploadId',
      {
        onRequest,
        config: { access: 'public', headers: { ...tus, ...uploadToken }, errors: inFinding },
        schema: {
          operationId: 'endResumableUpload',
          summary: 'End a resumable upload',
          description: 'What has arrived is deleted. An upload that is a file already is not ended: delete the file.',
          params: ByUpload,
          querystring: UploadToken,
          response: { 204: NoContent },
        },
      },
      endUpload,
    );

    // For clients that can send no other method (X-HTTP-Method-Override, tus 1.0).
    http.post(
      '/files/uploads/:uploadId',
      {
        onRequest,
        config: {
          access: 'public',
          takes: 'bytes',
          idempotency: 'refused',
          errors: [...new Set([...inFinding, ...inAdding])],
        },
        schema: { hide: true, params: ByUpload, querystring: UploadToken },
      },
      (request, reply) => (methodOf(request) === 'PATCH' ? continueUpload(request, reply) : endUpload(request, reply)),
    );
  };
}

/** @throws `files.upload_invalid` for a request that overrides its method with none of an upload */
function methodOf({ headers }: FastifyRequest): 'PATCH' | 'DELETE' {
  const method = String(headers['x-http-method-override']).toUpperCase();
  if (method !== 'PATCH' && method !== 'DELETE') throw fileErrors.uploadInvalid({ header: 'x-http-method-override' });
  return method;
}

function addressOf({ params, query, headers }: Pick<FastifyRequest, 'params' | 'query' | 'headers'>): UploadAddress {
  const { uploadId: id = '' } = params as { uploadId?: string };
  const { token = headers['upload-token'] } = query as { token?: string };
  return { id, token: token === undefined ? undefined : String(token) };
}

function sendCreated(reply: FastifyReply, { upload, token: secret }: Created): FastifyReply {
  const location = `${PATH}/${upload.id}?token=${secret}`;
  return reply
    .code(201)
    .headers({ ...progressOf(upload), location, 'cache-control': 'no-store' })
    .send();
}

function progressOf({ receivedBytes, expiresAt }: UploadRow): Record<string, string> {
  return { 'upload-offset': String(receivedBytes), 'upload-expires': new Date(expiresAt).toUTCString() };
}

function descriptionOf({ lengthBytes, metadata, concat }: UploadRow): Record<string, string> {
  return {
    'cache-control': 'no-store',
    ...(lengthBytes === null ? { 'upload-defer-length': '1' } : { 'upload-length': String(lengthBytes) }),
    ...(metadata !== null && { 'upload-metadata': metadata }),
    ...(concat !== null && { 'upload-concat': concat }),
  };
}
