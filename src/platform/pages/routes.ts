import { Type } from 'typebox';
import { languages } from '#kernel/language.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { pathOfDocument, readDocuments } from './documents.ts';
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

    http.get('/docs', { config, schema }, async (request, reply) => {
      const { documents, render } = await (reading ??= openManual());
      const first = documents.bySlug.get('');
      if (!first) throw httpErrors.notFound();
      return sendPage(reply, render(first, languageOf(request)));
    });

    http.get('/docs/*', { config, schema }, async (request, reply) => {
      const { documents, render } = await (reading ??= openManual());
      const { '*': path = '' } = request.params as { '*'?: string }; // of the path above
      const document = documents.bySlug.get(path);
      if (document?.slug) return sendPage(reply, render(document, languageOf(request)));
      const meant = documents.byPath.get(`docs/${path}`) ?? documents.byPath.get(path); // a link from a repository
      if (meant) return reply.redirect(withLanguage(pathOfDocument(meant.slug), languageOf(request)));
      if (!documents.images.has(path)) throw httpErrors.notFound();
      return reply.type(TYPES[path.split('.').at(-1) ?? ''] ?? '').send(await documents.readImage(path));
    });
  };
}

async function openManual() {
  const documents = await readDocuments();
  return { documents, render: createManual(documents) };
}
