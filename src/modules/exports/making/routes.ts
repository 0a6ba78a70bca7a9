import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import { Page, pageErrors, PageQuery } from '#kernel/page.ts';
import { ById, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { Export, exportErrors as errors, NewExport } from '../contract.ts';
import type { ExportService } from './service.ts';

const rows = { type: 'array', items: { type: 'object' }, examples: [[{ id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96' }]] };
const content = {
  'text/csv': { schema: Type.Unsafe<Readable>({ type: 'string' }) },
  'application/json': { schema: Type.Unsafe<Readable>(rows) },
};

export function exportRoutes(exports: ExportService): Routes {
  return async (http) => {
    http.get(
      '/exports',
      {
        config: { access: 'user', errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listExports',
          summary: 'List exports',
          description: 'Your own, newest first.',
          querystring: PageQuery,
          response: { 200: Page(Export) },
        },
      },
      ({ actor, query }) => exports.list(actor, query),
    );

    http.post(
      '/exports',
      {
        config: { access: 'user', errors: [errors.noList, errors.quotaUsed] },
        schema: {
          operationId: 'askForExport',
          summary: 'Export a list as a file',
          description: `All rows of a list, as CSV or JSON, made in the background: look at the export until it is \`done\`. Each
            page is read with the rights that you have then, so it fails once your session has ended. You may have ten; they are
            made one after the other. Each has up to 512 MiB, all together as much as the operator allows (1 GiB by default), and
            each is deleted a week after its end.`,
          body: NewExport,
          response: { 202: Export },
        },
      },
      async ({ actor, body }, reply) => reply.code(202).send(await exports.ask(actor, body)),
    );

    http.get(
      '/exports/:id',
      {
        config: { access: 'user', errors: [errors.notFound] },
        schema: {
          operationId: 'getExport',
          summary: 'Get an export',
          params: ById,
          response: { 200: Export },
        },
      },
      ({ actor, params }) => exports.get(actor, params.id),
    );

    http.get(
      '/exports/:id/content',
      {
        config: {
          access: 'user',
          serves: 'bytes',
          errors: [errors.notFound, errors.notDone, errors.noLongerAllowed],
        },
        schema: {
          operationId: 'downloadExport',
          summary: 'Download the file of an export',
          description: `CSV is UTF-8 with a byte order mark, and cells that a spreadsheet would run as a formula begin with an
            apostrophe. JSON is an array with one row a line. You must still be allowed to see the list.`,
          params: ById,
          response: { 200: { content } },
        },
      },
      async ({ actor, params }, reply) => reply.sendBytes(await exports.open(actor, params.id)),
    );

    http.delete(
      '/exports/:id',
      {
        config: { access: 'user', errors: [errors.notFound] },
        schema: {
          operationId: 'deleteExport',
          summary: 'Delete an export',
          description: 'Ends it if it waits or runs.',
          params: ById,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await exports.remove(actor, params.id)),
    );
  };
}
