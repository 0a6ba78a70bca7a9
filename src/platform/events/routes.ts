import type { Routes } from '#platform/module.ts';

/** `/asyncapi.json`: the published events, for programs of other teams that want to consume them. */
export function asyncApiRoutes(document: object): Routes {
  const text = JSON.stringify(document);
  return async (http) => {
    http.get('/asyncapi.json', { config: { access: 'public' }, schema: { hide: true } }, async (_, reply) =>
      reply.type('application/json').send(text),
    );
  };
}
