import { Page, pageErrors, PageQuery } from '#kernel/page.ts';
import { NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { storageErrors } from '#platform/storage/port.ts';
import { fileErrors, filePermissions } from '../contract.ts';
import { ByFolder, ByToken } from '../schemas.ts';
import { FolderAccess } from '../serving/schemas.ts';
import { ByFolderLink, ListedUploadLink, NewUploadLink, SendingForm, SentFile, UploadLink } from './schemas.ts';
import type { FileSending } from './sending.ts';
import type { UploadLinks } from './service.ts';

const { share } = filePermissions;
const errors = [fileErrors.folderNotFound];
const inList = [...errors, ...Object.values(pageErrors)];

export function uploadLinkRoutes(links: UploadLinks, sending: FileSending): Routes {
  return async (http) => {
    http.post(
      '/files/folders/:folderId/share',
      {
        config: {
          access: share,
          idempotency: 'refused',
          errors: [...errors, fileErrors.folderDeleted, fileErrors.tooManyLinks],
          location: '/api/v1/files/links',
        },
        schema: {
          operationId: 'shareFolder',
          summary: 'Create a link by which others send files to a folder',
          description: `Those who have it add files to your folder, and can neither list, read nor replace what is there. The
            files belong to you, and count for your quota. The token is in this answer alone; only its hash is stored.`,
          params: ByFolder,
          body: NewUploadLink,
          response: { 201: UploadLink },
        },
      },
      async ({ actor, params, body }, reply) => reply.code(201).send(await links.create(actor, params.folderId, body)),
    );

    http.get(
      '/files/folders/:folderId/links',
      {
        config: { access: share, errors: inList },
        schema: {
          operationId: 'listFolderLinks',
          summary: 'List the upload links to a folder',
          description: 'Newest first, without their tokens. Links go a day after they have expired.',
          params: ByFolder,
          querystring: PageQuery,
          response: { 200: Page(ListedUploadLink) },
        },
      },
      ({ actor, params, query }) => links.list(actor, params.folderId, query),
    );

    http.get(
      '/files/folders/:folderId/accesses',
      {
        config: { access: filePermissions.read, errors: inList },
        schema: {
          operationId: 'listFolderAccesses',
          summary: 'List what was sent to a folder by links',
          description: 'Who has sent a file, or has tried to, how and when; newest first.',
          params: ByFolder,
          querystring: PageQuery,
          response: { 200: Page(FolderAccess) },
        },
      },
      ({ actor, params, query }) => links.accesses(actor, params.folderId, query),
    );

    http.delete(
      '/files/folders/:folderId/links',
      {
        config: { access: share, errors },
        schema: {
          operationId: 'revokeFolderLinks',
          summary: 'Revoke all upload links to a folder',
          description: 'Nobody sends files by them any more. What was sent stays.',
          params: ByFolder,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await links.revoke(actor, params.folderId, null)),
    );

    http.delete(
      '/files/folders/:folderId/links/:linkId',
      {
        config: { access: share, errors },
        schema: {
          operationId: 'revokeFolderLink',
          summary: 'Revoke an upload link to a folder',
          description: 'Nobody sends files by it any more. Revoking it again changes nothing.',
          params: ByFolderLink,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) =>
        reply.code(204).send(await links.revoke(actor, params.folderId, params.linkId)),
    );

    http.post(
      '/files/public/:token/files',
      {
        config: {
          access: 'public',
          takes: 'form',
          form: SendingForm,
          idempotency: 'refused',
          headers: {
            'X-Link-Password': 'The password of the link, if it has one.',
            'Content-Digest':
              'SHA-256 or SHA-512 of the body, or of the file alone (RFC 9530): another one is refused.',
          },
          errors: [
            fileErrors.linkInvalid,
            fileErrors.linkExpired,
            fileErrors.linkPassword,
            fileErrors.validationFailed,
            fileErrors.invalidName,
            fileErrors.typeMismatch,
            fileErrors.tooLarge,
            fileErrors.unavailable,
            fileErrors.storageUnavailable,
            storageErrors.full,
            httpErrors.digestMismatch,
          ],
        },
        schema: {
          operationId: 'sendFile',
          summary: 'Send a file by an upload link',
          description: `Send \`multipart/form-data\` with one \`file\`, and \`sender\` if you like. The file is stored, inspected
            and scanned for the person who has made the link; you can neither read nor replace it, nor any other file.`,
          params: ByToken,
          response: { 202: SentFile },
        },
      },
      async (request, reply) => {
        const { actor, params, headers } = request;
        const { 'x-link-password': password, 'content-length': length } = headers;
        const opening = { token: params.token, password: password === undefined ? undefined : String(password) };
        const bodyBytes = length === undefined ? null : Number(length);
        return reply.code(202).send(await sending.send(actor, opening, request.readForm(), bodyBytes));
      },
    );
  };
}
