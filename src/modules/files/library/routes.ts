import { Type } from 'typebox';
import { Page, pageErrors, PageQuery } from '#kernel/page.ts';
import { NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { FileChange, fileErrors, FilePlace, filePermissions, FileQuery, FileTag, StoredFile } from '../contract.ts';
import { ByFile, FilesUsage } from '../schemas.ts';
import type { Library } from './service.ts';

const { read, write, delete: remove } = filePermissions;
const errors = [fileErrors.notFound];
const inChange = [...errors, fileErrors.accessDenied, httpErrors.preconditionFailed];
const listErrors = Object.values(pageErrors);

export function libraryRoutes(library: Library): Routes {
  return async (http) => {
    http.get(
      '/files/search',
      {
        config: { access: read, errors: listErrors },
        schema: {
          operationId: 'searchFiles',
          summary: 'Search files',
          description: `Your own files, and those that are shared with you, that match all filters, newest first; with
            \`files.manage_all\` those of everybody. Without a filter, all of them but those in the trash. Where files are shared
            with you, a page may have fewer items than it could, and a \`nextCursor\` that goes on; then \`totalCount\` is null.`,
          querystring: FileQuery,
          response: { 200: Page(StoredFile) },
        },
      },
      ({ actor, query }) => library.list(actor, query),
    );

    http.get(
      '/files/filter',
      {
        config: { access: read, errors: listErrors },
        schema: {
          operationId: 'filterFiles',
          summary: 'List the files of a module',
          description: 'The files of `module` that match the other filters too, newest first.',
          querystring: FileQuery,
          response: { 200: Page(StoredFile) },
        },
      },
      ({ actor, query }) => library.list(actor, query),
    );

    http.get(
      '/files/usage',
      {
        config: { access: read },
        schema: {
          operationId: 'getFilesUsage',
          summary: 'Get the space that your files use',
          description: 'Bytes of all your files, those in the trash included, and how many you may have.',
          response: { 200: FilesUsage },
        },
      },
      ({ actor }) => library.usage(actor),
    );

    http.get(
      '/files/:fileId',
      {
        config: { access: read, errors },
        schema: {
          operationId: 'getFile',
          summary: 'Get a file',
          description: `What is known of the file, and its \`storageStatus\`. Answers 404 also for a file
            that you may not read.`,
          params: ByFile,
          response: { 200: StoredFile },
        },
      },
      ({ actor, params }) => library.get(actor, params.fileId),
    );

    http.put(
      '/files/:fileId',
      {
        config: {
          access: write,
          impersonation: 'allowed',
          errors: [...inChange, fileErrors.invalidName, fileErrors.validationFailed, fileErrors.typeMismatch],
        },
        schema: {
          operationId: 'editFile',
          summary: 'Change name or description of a file',
          description: 'The extension of a new name must be one of the same type.',
          params: ByFile,
          body: FileChange,
          response: { 200: StoredFile },
        },
      },
      ({ actor, params, body, precondition }) => library.edit(actor, params.fileId, body, precondition),
    );

    http.patch(
      '/files/:fileId/move',
      {
        config: {
          access: write,
          errors: [
            ...inChange,
            fileErrors.invalidName,
            fileErrors.folderNotFound,
            fileErrors.folderDeleted,
            fileErrors.tooManyFolders,
          ],
        },
        schema: {
          operationId: 'moveFile',
          summary: 'Move a file to another module or folder',
          description: `The bytes stay where they are. Into a folder of its owner: by its id, or by its path, whose folders are
            made where they are missing. For those who may write to that folder: its owner, and administrators. Everybody who
            may write to the file can move it to the top.`,
          params: ByFile,
          body: FilePlace,
          response: { 200: StoredFile },
        },
      },
      ({ actor, params, body, precondition }) => library.move(actor, params.fileId, body, precondition),
    );

    http.get(
      '/files/tags/:tag',
      {
        config: { access: read, errors: listErrors },
        schema: {
          operationId: 'listTaggedFiles',
          summary: 'List the files with a tag',
          description: 'Newest first; the tag in any spelling of its letters.',
          params: Type.Object({ tag: Type.String({ maxLength: 50, description: 'The tag' }) }),
          querystring: PageQuery,
          response: { 200: Page(StoredFile) },
        },
      },
      ({ actor, params, query }) => library.list(actor, { ...query, tag: params.tag }),
    );

    http.post(
      '/files/:fileId/tags',
      {
        config: { access: write, impersonation: 'allowed', errors: [...inChange, fileErrors.tooManyTags] },
        schema: {
          operationId: 'addFileTag',
          summary: 'Add a tag to a file',
          description: 'At most 20. Adding a tag twice, in any spelling, changes nothing.',
          params: ByFile,
          body: FileTag,
          response: { 200: StoredFile },
        },
      },
      ({ actor, params, body, precondition }) => library.addTag(actor, params.fileId, body, precondition),
    );

    http.delete(
      '/files/:fileId/tags/:tag',
      {
        config: { access: write, impersonation: 'allowed', errors: inChange },
        schema: {
          operationId: 'removeFileTag',
          summary: 'Remove a tag from a file',
          description: 'In any spelling. Removing a tag that the file does not have changes nothing.',
          params: Type.Object({ ...ByFile.properties, tag: Type.String({ maxLength: 50, description: 'The tag' }) }),
          response: { 200: StoredFile },
        },
      },
      ({ actor, params, precondition }) => library.removeTag(actor, params.fileId, params.tag, precondition),
    );

    http.delete(
      '/files/:fileId',
      {
        config: { access: remove, impersonation: 'allowed', errors: inChange },
        schema: {
          operationId: 'deleteFile',
          summary: 'Move a file to the trash',
          description: `Nobody can download it any more. It can be restored until it is purged, after 30 days by default.`,
          params: ByFile,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params, precondition }, reply) =>
        reply.code(204).send(await library.remove(actor, params.fileId, precondition)),
    );

    http.post(
      '/files/:fileId/restore',
      {
        config: { access: remove, impersonation: 'allowed', errors: inChange },
        schema: {
          operationId: 'restoreFile',
          summary: 'Restore a file from the trash',
          description:
            'The file is as it was before it was deleted, but at the top if its folder is in the trash. Answers 404 for a file that is not in the trash.',
          params: ByFile,
          response: { 200: StoredFile },
        },
      },
      ({ actor, params, precondition }) => library.restore(actor, params.fileId, precondition),
    );

    http.delete(
      '/files/:fileId/purge',
      {
        config: { access: remove, errors: inChange },
        schema: {
          operationId: 'purgeFile',
          summary: 'Delete a file from the trash for good',
          description: 'Its bytes are deleted, and count no more. Answers 404 for a file that is not in the trash.',
          params: ByFile,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params, precondition }, reply) =>
        reply.code(204).send(await library.purge(actor, params.fileId, precondition)),
    );
  };
}
