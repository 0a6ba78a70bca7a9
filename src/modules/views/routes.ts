import { Page, pageErrors } from '#kernel/page.ts';
import { ById, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { KeptView, KeptViewQuery, NewKeptView, viewErrors as errors } from './contract.ts';
import type { ViewService } from './service.ts';

export function viewRoutes(views: ViewService): Routes {
  return async (http) => {
    http.get(
      '/views',
      {
        config: { access: 'user', errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listKeptViews',
          summary: 'List kept views',
          description: 'Your own views of the console, newest first.',
          querystring: KeptViewQuery,
          response: { 200: Page(KeptView) },
        },
      },
      ({ actor, query }) => views.list(actor, query),
    );

    http.post(
      '/views',
      {
        config: { access: 'user', errors: [errors.nameTaken, errors.quotaUsed] },
        schema: {
          operationId: 'keepView',
          summary: 'Keep a view under a name',
          description: `Keeps the filters of a page of the console, so that you find them under this name in every browser.
            You may keep 200.`,
          body: NewKeptView,
          response: { 201: KeptView },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await views.keep(actor, body)),
    );

    http.delete(
      '/views/:id',
      {
        config: { access: 'user', errors: [errors.notFound] },
        schema: {
          operationId: 'forgetView',
          summary: 'Delete a kept view',
          description: 'The name is free again. The page itself is not changed.',
          params: ById,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await views.forget(actor, params.id)),
    );
  };
}
