import { Page, pageErrors, PageQuery } from '#kernel/page.ts';
import { NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { fileErrors, filePermissions, StoredFile } from '../contract.ts';
import { ByFile, ByVersion, FileVersion } from '../schemas.ts';
import { bytesResponse, How, send, servingErrors } from '../serving/routes.ts';
import type { Versions } from './service.ts';

const { read, write, delete: remove } = filePermissions;
const errors = [fileErrors.notFound, fileErrors.versionNotFound];
const inChange = [...errors, fileErrors.accessDenied, httpErrors.preconditionFailed];

export function versionRoutes(versions: Versions): Routes {
  return async (http) => {
    http.get(
      '/files/:fileId/versions',
      {
        config: { access: read, errors: [fileErrors.notFound, ...Object.values(pageErrors)] },
        schema: {
          operationId: 'listFileVersions',
          summary: 'List the other contents of a file',
          description: 'Older contents that are kept, and new ones that are not released, the latest first.',
          params: ByFile,
          querystring: PageQuery,
          response: { 200: Page(FileVersion) },
        },
      },
      ({ actor, params, query }) => versions.list(actor, params.fileId, query),
    );

    http.get(
      '/files/:fileId/versions/:versionId/download',
      {
        config: { access: read, serves: 'bytes', errors: [...errors, ...servingErrors] },
        schema: {
          operationId: 'downloadFileVersion',
          summary: 'Download an older content of a file',
          description: 'As the download of the file, whose name it has.',
          params: ByVersion,
          querystring: How,
          response: bytesResponse,
        },
      },
      async ({ actor, params, query }, reply) =>
        send(reply, await versions.serve(actor, params.fileId, params.versionId, query.mode === 'redirect')),
    );

    http.post(
      '/files/:fileId/versions/:versionId/restore',
      {
        config: {
          access: write,
          errors: [
            ...inChange,
            fileErrors.pending,
            fileErrors.maliciousContent,
            fileErrors.unavailable,
            fileErrors.typeMismatch,
            fileErrors.tooManyVersions,
          ],
        },
        schema: {
          operationId: 'restoreFileVersion',
          summary: 'Make an older content the current one',
          description: `What is the content now becomes a version. The type of the older one must go with the name that the
            file has now.`,
          params: ByVersion,
          response: { 200: StoredFile },
        },
      },
      ({ actor, params, precondition }) => versions.restore(actor, params.fileId, params.versionId, precondition),
    );

    http.delete(
      '/files/:fileId/versions/:versionId',
      {
        config: { access: remove, errors: inChange },
        schema: {
          operationId: 'deleteFileVersion',
          summary: 'Delete an older content of a file for good',
          description:
            'For its owner and administrators: its bytes are deleted, and count no more. Who may write can give up a new content that waits or has failed.',
          params: ByVersion,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params, precondition }, reply) =>
        reply.code(204).send(await versions.remove(actor, params.fileId, params.versionId, precondition)),
    );
  };
}
