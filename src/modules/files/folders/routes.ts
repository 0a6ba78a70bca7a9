import { Page, pageErrors } from '#kernel/page.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { fileErrors, filePermissions, Folder } from '../contract.ts';
import { ByFolder } from '../schemas.ts';
import { FolderChange, FolderOperation, FolderQuery, FolderRestoration, NewFolder } from './schemas.ts';
import type { Folders } from './service.ts';

const { read, write, delete: remove } = filePermissions;
const errors = [fileErrors.folderNotFound];
const inTree = [...errors, fileErrors.folderExists, fileErrors.folderDeleted, fileErrors.folderTooDeep];
const inChange = httpErrors.preconditionFailed;

export function folderRoutes(folders: Folders): Routes {
  return async (http) => {
    http.get(
      '/files/folders',
      {
        config: { access: read, errors: [...errors, ...Object.values(pageErrors)] },
        schema: {
          operationId: 'listFolders',
          summary: 'List folders',
          description: `By name: the folders in \`parentId\`, or those at the top. With \`isDeleted\` those in the trash,
            the latest deleted first. The files of a folder are found by \`folderId\` of \`GET /files/search\`.`,
          querystring: FolderQuery,
          response: { 200: Page(Folder) },
        },
      },
      ({ actor, query }) => folders.list(actor, query),
    );

    http.post(
      '/files/folders',
      {
        config: {
          access: write,
          impersonation: 'allowed',
          errors: [...inTree, fileErrors.invalidName, fileErrors.tooManyFolders],
        },
        schema: {
          operationId: 'createFolder',
          summary: 'Create a folder',
          description: `In another folder, or at the top. Two folders in one place have different names: case, kinds of
            letters and digits, and half-spaces make no difference. At most 20 levels, and 10,000 folders of one person.`,
          body: NewFolder,
          response: { 201: Folder },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await folders.create(actor, body)),
    );

    http.get(
      '/files/folders/:folderId',
      {
        config: { access: read, errors },
        schema: {
          operationId: 'getFolder',
          summary: 'Get a folder',
          description: 'Also one in the trash. Answers 404 for a folder of somebody else.',
          params: ByFolder,
          response: { 200: Folder },
        },
      },
      ({ actor, params }) => folders.get(actor, params.folderId),
    );

    http.patch(
      '/files/folders/:folderId',
      {
        config: { access: write, errors: [...inTree, inChange, fileErrors.invalidName, fileErrors.folderCycle] },
        schema: {
          operationId: 'changeFolder',
          summary: 'Rename or move a folder',
          description: 'With all that is in it. Never into itself, or into a folder below it.',
          params: ByFolder,
          body: FolderChange,
          response: { 200: Folder },
        },
      },
      ({ actor, params, body, precondition }) => folders.change(actor, params.folderId, body, precondition),
    );

    http.delete(
      '/files/folders/:folderId',
      {
        config: {
          access: remove,
          impersonation: 'allowed',
          errors: [...errors, inChange, fileErrors.folderDeleted, fileErrors.folderBusy],
        },
        schema: {
          operationId: 'deleteFolder',
          summary: 'Move a folder to the trash, with all that is in it',
          description: `One operation with an id. Nobody can download the files any more from this moment on; that each of them
            is in the trash follows. They can be restored until they are purged, after 30 days by default.`,
          params: ByFolder,
          response: { 202: FolderOperation },
        },
      },
      async ({ actor, params, precondition }, reply) =>
        reply.code(202).send(await folders.remove(actor, params.folderId, precondition)),
    );

    http.post(
      '/files/folders/:folderId/restore',
      {
        config: { access: remove, impersonation: 'allowed', errors: [...inTree, inChange, fileErrors.invalidName] },
        schema: {
          operationId: 'restoreFolder',
          summary: 'Restore a folder from the trash',
          description: `Brings back what its deletion took, and nothing that was deleted before. The folders are there at once,
            the files follow. If the folder in which it was is gone, it comes back at the top. Answers 404 for a folder that is
            not in the trash, 409 for one that was deleted with the folder above it: restore that one. With \`name\` it gets
            another name, for example where its own is taken.`,
          params: ByFolder,
          body: FolderRestoration,
          response: { 202: Folder },
        },
      },
      async ({ actor, params, body, precondition }, reply) =>
        reply.code(202).send(await folders.restore(actor, params.folderId, body, precondition)),
    );

    http.delete(
      '/files/folders/:folderId/purge',
      {
        config: { access: remove, errors: [...errors, inChange, fileErrors.folderDeleted] },
        schema: {
          operationId: 'purgeFolder',
          summary: 'Delete a folder from the trash for good',
          description: `With all that its deletion took, and nothing that was deleted before. The folder cannot be restored from
            this moment on; that its files and their bytes are gone follows. Answers 404 for a folder that is not in the trash, 409
            for one that was deleted with the folder above it: purge that one.`,
          params: ByFolder,
          response: { 202: FolderOperation },
        },
      },
      async ({ actor, params, precondition }, reply) =>
        reply.code(202).send(await folders.purge(actor, params.folderId, precondition)),
    );
  };
}
