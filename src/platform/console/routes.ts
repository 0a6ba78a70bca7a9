import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyReply, FastifyRequest } from 'fastify';
import staticFiles from '@fastify/static';
import { httpErrors } from '#platform/http/port.ts';
import type { Module, Routes } from '#platform/module.ts';
import { createConsoleDocument } from './document.ts';

const CONSOLE_PATH = '/console';
// A worker has the policy of its own file: the one that follows events may call the server, and nothing else.
const WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'";
const BUILT = new URL('../../../console/dist/', import.meta.url);

/** Whether it was built. */
export const hasConsole = (): boolean => existsSync(new URL('index.html', BUILT));

/**
 * The web console below `/console/`, built by `npm start` (`scripts/console.mjs`). Names of its files contain a hash of
 * their content, so browsers keep them; all other paths are the page itself. Without a build it is 404.
 */
export function consoleRoutes(modules: readonly Pick<Module, 'menu'>[], built = BUILT): Routes {
  return async (http) => {
    const open = { config: { access: 'public' }, schema: { hide: true } } as const;
    // A page has dozens of them, of which a browser asks each once.
    const file = { ...open, config: { access: 'public', isUncounted: true, skipsAuthentication: true } } as const;
    const template = await readFile(new URL('index.html', built), 'utf8').catch(() => null);
    const assets = await readdir(new URL('assets/', built)).catch(() => []);
    const menu = modules.flatMap(({ menu: items = [] }) => items);
    const documentFor = template === null ? null : createConsoleDocument(template, http.pageSite, menu, assets);
    await http.register(staticFiles, {
      root: fileURLToPath(new URL('assets/', built)),
      serve: false, // by the route below, which has an access rule
      preCompressed: true,
      maxAge: '365d',
      immutable: true,
    });

    http.get<{ Params: { '*': string } }>(`${CONSOLE_PATH}/assets/*`, file, ({ params }, reply) => {
      if (!documentFor) throw httpErrors.notFound();
      reply.header('content-security-policy', WORKER_POLICY);
      return reply.sendFile(params['*']);
    });
    http.get(CONSOLE_PATH, open, (_, reply) => reply.redirect(`${CONSOLE_PATH}/`));
    for (const path of ['/', '/*']) http.get(`${CONSOLE_PATH}${path}`, open, sendDocument);

    function sendDocument(request: FastifyRequest, reply: FastifyReply) {
      if (!documentFor) throw httpErrors.notFound();
      const { html, policy, language } = documentFor(request);
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', policy)
        .header('content-language', language)
        .send(html);
    }
  };
}
