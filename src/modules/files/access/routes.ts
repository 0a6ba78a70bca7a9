import { Type } from 'typebox';
import type { Routes } from '#platform/module.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { fileErrors, filePermissions } from '../contract.ts';
import { ByFile, FileAccessEntry } from '../schemas.ts';
import type { AccessOfFiles } from './service.ts';

const { managePermissions } = filePermissions;
const { userNotFound, roleNotFound, organisationNotFound } = authorizationErrors;
const errors = [fileErrors.notFound, fileErrors.accessDenied];

export function accessRoutes(access: AccessOfFiles): Routes {
  return async (http) => {
    http.get(
      '/files/permissions/:fileId',
      {
        config: { access: managePermissions, errors },
        schema: {
          operationId: 'listFileAccess',
          summary: 'List who else may read, change or delete a file',
          description:
            'The access list of the file: users first, then roles. Only its owner sees it, and administrators.',
          params: ByFile,
          response: { 200: Type.Object({ items: Type.Array(FileAccessEntry) }) },
        },
      },
      ({ actor, params }) => access.list(actor, params.fileId),
    );

    http.post(
      '/files/permissions/:fileId',
      {
        config: {
          access: managePermissions,
          errors: [...errors, userNotFound, roleNotFound, organisationNotFound],
        },
        schema: {
          operationId: 'setFileAccess',
          summary: 'Give a user, a role or an organisation access to a file',
          description: `Replaces the entry of one user, role or organisation; an entry without any right is removed. To change or delete the
            file, they must be allowed to read it too. The next request is decided by the new list.`,
          params: ByFile,
          body: FileAccessEntry,
          response: { 200: FileAccessEntry },
        },
      },
      ({ actor, params, body }) => access.put(actor, params.fileId, body),
    );
  };
}
