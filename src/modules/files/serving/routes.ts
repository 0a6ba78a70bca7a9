import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { Page, pageErrors, PageQuery } from '#kernel/page.ts';
import { OneOf } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { fileErrors, filePermissions } from '../contract.ts';
import { ByFile } from '../schemas.ts';
import { FileAccess } from './schemas.ts';
import type { Served, Serving } from './service.ts';

const { read } = filePermissions;
export const servingErrors = [
  fileErrors.pending,
  fileErrors.unavailable,
  fileErrors.maliciousContent,
  fileErrors.storageUnavailable,
];
const errors = [fileErrors.notFound, ...servingErrors];
export const How = Type.Object({
  mode: Type.Optional(
    Type.With(OneOf('proxy', 'redirect'), {
      description:
        '`redirect`: to an address of the storage that is good for a minute, where the storage is S3 and the file is not encrypted.',
    }),
  ),
});
const content = { content: { 'application/octet-stream': { schema: Type.String({ format: 'binary' }) } } };
/** What routes answer that serve bytes, for the document. */
export const bytesResponse = { 200: content, 206: content, 302: Type.Null() };

export function servingRoutes(serving: Serving): Routes {
  return async (http) => {
    http.get(
      '/files/:fileId/download',
      {
        config: { access: read, serves: 'bytes', errors },
        schema: {
          operationId: 'downloadFile',
          summary: 'Download a file',
          description: `The bytes as an attachment. \`ETag\` and \`Last-Modified\` name them; ranges and conditions count as
            RFC 9110 says.`,
          params: ByFile,
          querystring: How,
          response: bytesResponse,
        },
      },
      async ({ actor, params, query }, reply) =>
        send(reply, await serving.serve(actor, params.fileId, 'attachment', query.mode === 'redirect')),
    );

    http.get(
      '/files/:fileId/stream',
      {
        config: { access: read, serves: 'bytes', errors },
        schema: {
          operationId: 'streamFile',
          summary: 'Show or play a file',
          description: `As the download, but shown in the browser if it is a picture (no SVG), audio, video, PDF or plain
            text. Players ask for the ranges that they need.`,
          params: ByFile,
          querystring: How,
          response: bytesResponse,
        },
      },
      async ({ actor, params, query }, reply) =>
        send(reply, await serving.serve(actor, params.fileId, 'inline', query.mode === 'redirect')),
    );

    http.get(
      '/files/audit/:fileId',
      {
        config: { access: read, errors: [fileErrors.notFound, fileErrors.accessDenied, ...Object.values(pageErrors)] },
        schema: {
          operationId: 'listFileAccesses',
          summary: 'List who accessed a file',
          description:
            'Each time that somebody asked for its bytes, newest first, kept for half a year. For the owner.',
          params: ByFile,
          querystring: PageQuery,
          response: { 200: Page(FileAccess) },
        },
      },
      ({ actor, params, query }) => serving.accesses(actor, params.fileId, query),
    );
  };
}

export function send(reply: FastifyReply, served: Served): FastifyReply | Promise<FastifyReply> {
  return 'url' in served ? reply.redirect(served.url) : reply.sendBytes(served.bytes);
}
