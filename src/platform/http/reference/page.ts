import { fileURLToPath } from 'node:url';
import staticFiles from '@fastify/static';
import type { Routes } from '#platform/module.ts';

export const DOCS_PATH = '/docs/api';

const PAGE_FOLDER = fileURLToPath(new URL('page/', import.meta.url));
// The plugin has the files of Swagger UI, whose own package runs a script when it is installed. Its routes are not used:
// they would make the document anew for each caller.
const SWAGGER_UI_FOLDER = fileURLToPath(new URL('static/', import.meta.resolve('@fastify/swagger-ui/package.json')));
const SERVED = new Set([
  '/index.html', // at DOCS_PATH
  '/page.css',
  '/page.js',
  '/swagger-ui.css',
  '/swagger-ui-bundle.js',
  '/favicon-32x32.png',
]);

/** The API reference: `/openapi.json` to read and to try. All files are streamed from the disk. */
export function referencePage(): Routes {
  return async (http) => {
    const open = { config: { access: 'public' }, schema: { hide: true } } as const;
    await http.register(staticFiles, {
      root: [PAGE_FOLDER, SWAGGER_UI_FOLDER],
      prefix: `${DOCS_PATH}/static/`,
      allowedPath: (path) => SERVED.has(path),
      index: false,
    });
    http.get(DOCS_PATH, open, (_, reply) => reply.sendFile('/index.html'));
    http.get(`${DOCS_PATH}/`, open, (_, reply) => reply.redirect('../api')); // the page has relative addresses
  };
}
