import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { fileErrors, filePermissions } from '../contract.ts';
import { ArchivedFiles } from '../schemas.ts';
import { toDisposition } from '../serving/disposition.ts';
import type { FileArchives } from './service.ts';

const NAME = 'files.zip';
const content = { 'application/zip': { schema: Type.Unsafe<Readable>({ type: 'string', format: 'binary' }) } };

export function archiveRoutes(archives: FileArchives): Routes {
  return async (http) => {
    http.post(
      '/files/archive',
      {
        config: {
          access: filePermissions.read,
          impersonation: 'allowed',
          idempotency: 'refused',
          errors: [fileErrors.archiveTooLarge, fileErrors.storageUnavailable, httpErrors.tooManyRequests],
        },
        schema: {
          operationId: 'archiveFiles',
          summary: 'Download several files as one ZIP archive',
          description: `At most 500 files, with 10 GiB together. The folders of the files are folders of the archive. Access is
            judged, and recorded, for each file as for its download; \`not-included.txt\` in the archive names, in English and
            Persian, those that you do not get, and why. An archive that breaks off is no valid archive: nothing of it is
            missing unnoticed.`,
          body: ArchivedFiles,
          response: { 200: { content } },
        },
      },
      async ({ actor, body }, reply) =>
        reply
          .headers({ 'content-type': 'application/zip', 'content-disposition': toDisposition('attachment', NAME) })
          .header('cache-control', 'no-store')
          .send(await archives.archive(actor, body.ids)),
    );
  };
}
