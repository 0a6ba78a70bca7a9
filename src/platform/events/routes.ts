import { answerNotModified, createDocumentHandler } from '#platform/http/conditions.ts';
import type { Routes } from '#platform/module.ts';

/** `/asyncapi.json`: the published events, for programs of other teams that want to consume them. */
export function asyncApiRoutes(document: object): Routes {
  return async (http) => {
    http.get(
      '/asyncapi.json',
      { config: { access: 'public' }, schema: { hide: true }, onSend: [answerNotModified] },
      createDocumentHandler(() => document),
    );
  };
}
