import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { languages } from '#kernel/language.ts';
import { answerNotModified } from '#platform/http/conditions.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { pathOfDocument, readDocuments, type Documents, type ManualDocument } from './documents.ts';
import { createManual } from './manual.ts';
import { languageOf, prefersHtml, sendPage, withLanguage } from './port.ts';
import { startPage } from './start-page.ts';

const config = { access: 'public' as const };
const InLanguage = Type.Object({ lang: Type.Optional(Type.Enum(languages)) });
const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  svg: 'image/svg+xml',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
};

/** The page at `/`, and the manual at `/docs`: the project's own documents. */
export function pageRoutes({ hasMailbox, referencePath }: { hasMailbox: boolean; referencePath: string }): Routes {
  return async (http) => {
    const schema = { hide: true, querystring: InLanguage };
    let reading: ReturnType<typeof openManual> | undefined; // only where somebody reads it

    http.get('/', { config, schema }, (request, reply) => {
      if (!prefersHtml(request.headers.accept)) return reply.redirect(referencePath);
      const language = languageOf(request);
      return sendPage(reply, startPage(language, http.pageSite.names[language], hasMailbox));
    });

    const kept = { config, schema, onSend: [keep, answerNotModified] };
    http.get('/docs', kept, async (request, reply) => {
      const { documents, render } = await (reading ??= openManual());
      const first = documents.bySlug.get('');
      if (!first) throw httpErrors.notFound();
      return sendPage(reply, render(first, languageOf(request)));
    });

    http.get('/docs/', { config, schema }, (request, reply) =>
      reply.redirect(withLanguage(pathOfDocument(''), languageOf(request))),
    );

    http.get('/docs/*', kept, async (request, reply) => {
      const { documents, render } = await (reading ??= openManual());
      const { '*': path = '' } = request.params as { '*'?: string }; // of the path above
      const document = documents.bySlug.get(path);
      if (document?.slug) return sendPage(reply, render(document, languageOf(request)));
      const meant = findMeant(documents, path);
      const language = path.startsWith('fa/') ? 'fa' : languageOf(request);
      if (meant) return reply.redirect(withLanguage(pathOfDocument(meant.slug), language));
      if (!documents.images.has(path)) throw httpErrors.notFound();
      return reply.type(TYPES[path.split('.').at(-1) ?? ''] ?? '').send(await documents.readImage(path));
    });
  };
}

/** For a path of the repository, one with a slash at its end, and one with the language in front. */
function findMeant({ bySlug, byPath }: Documents, path: string): ManualDocument | undefined {
  const slug = path.replace(/^fa\//, '').replace(/\/$/, '');
  return byPath.get(`docs/${path}`) ?? byPath.get(path) ?? bySlug.get(slug);
}

/** Pages and pictures stay in the browser, which asks each time whether they are still the same. */
function keep(
  _: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: null, payload?: unknown) => void,
) {
  if (reply.statusCode === 200 && (typeof payload === 'string' || Buffer.isBuffer(payload)))
    reply.headers({
      etag: `"${hash('sha256', payload, 'base64url')}"`,
      'cache-control': 'no-cache',
      vary: 'Origin, Accept-Language',
    });
  done(null, payload);
}

async function openManual() {
  const documents = await readDocuments();
  return { documents, render: createManual(documents) };
}
