import { Page, pageErrors, PageQuery } from '#kernel/page.ts';
import { NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { fileErrors, filePermissions } from '../contract.ts';
import { ByFile } from '../schemas.ts';
import { ByLink, FileLink, LinkQuery, ListedLink, NewLink } from './schemas.ts';
import type { FileLinks } from './service.ts';

const { share } = filePermissions;
const errors = [fileErrors.notFound, fileErrors.accessDenied];
const inMaking = [...errors, fileErrors.tooManyLinks];

export function linkRoutes(links: FileLinks): Routes {
  return async (http) => {
    http.get(
      '/files/:fileId/link',
      {
        exposeHeadRoute: false, // it makes a link, whose token HEAD would not tell
        config: { access: share, impersonation: 'refused', errors: inMaking },
        schema: {
          operationId: 'getFileLink',
          summary: 'Get a link to a file',
          description: 'A new link that is good for 15 minutes. Its token is in this answer alone.',
          params: ByFile,
          querystring: LinkQuery,
          response: { 200: FileLink },
        },
      },
      ({ actor, params, query }) => links.create(actor, params.fileId, query),
    );

    http.post(
      '/files/:fileId/share',
      {
        config: { access: share, idempotency: 'refused', errors: inMaking, location: '/api/v1/files/links' },
        schema: {
          operationId: 'shareFile',
          summary: 'Create a link to a file',
          description: `With its own time, number of downloads and password. The token is in this answer alone; only its
            hash is stored.`,
          params: ByFile,
          body: NewLink,
          response: { 201: FileLink },
        },
      },
      async ({ actor, params, body }, reply) => reply.code(201).send(await links.create(actor, params.fileId, body)),
    );

    http.get(
      '/files/:fileId/links',
      {
        config: { access: share, errors: [...errors, ...Object.values(pageErrors)] },
        schema: {
          operationId: 'listFileLinks',
          summary: 'List the links to a file',
          description: 'Newest first, without their tokens. Links go a day after they have expired.',
          params: ByFile,
          querystring: PageQuery,
          response: { 200: Page(ListedLink) },
        },
      },
      ({ actor, params, query }) => links.list(actor, params.fileId, query),
    );

    http.delete(
      '/files/:fileId/links',
      {
        config: { access: share, errors },
        schema: {
          operationId: 'revokeFileLinks',
          summary: 'Revoke all links to a file',
          description: 'None of them opens the file any more.',
          params: ByFile,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await links.revoke(actor, params.fileId, null)),
    );

    http.delete(
      '/files/:fileId/links/:linkId',
      {
        config: { access: share, errors },
        schema: {
          operationId: 'revokeFileLink',
          summary: 'Revoke a link to a file',
          description: 'It does not open the file any more. Revoking it again changes nothing.',
          params: ByLink,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await links.revoke(actor, params.fileId, params.linkId)),
    );
  };
}
