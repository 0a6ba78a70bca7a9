import { Type } from 'typebox';
import type { Routes } from '#platform/module.ts';
import { languages } from '#kernel/language.ts';
import { languageOf, prefersHtml, sendPage } from '#platform/pages/port.ts';
import { problemListPage, problemPage } from '#platform/pages/problem-pages.ts';
import { answerNotModified, createDocumentHandler } from './conditions.ts';
import { httpErrors } from './port.ts';
import type { Catalogue } from './problems.ts';

const Words = Type.Object({ en: Type.String(), fa: Type.String() });
const Explained = Type.Object(
  { code: Type.String(), status: Type.Integer(), title: Words, means: Words },
  {
    title: 'ProblemPage',
    examples: [
      {
        code: 'http.not_signed_in',
        status: 401,
        title: { en: 'Sign in first', fa: 'ابتدا وارد شوید' },
        means: {
          en: 'The call needs an access token or an API key.',
          fa: 'این فراخوانی به توکن دسترسی یا کلید API نیاز دارد.',
        },
      },
    ],
  },
);

const InLanguage = Type.Object({
  lang: Type.Optional(Type.Enum(languages, { description: 'Language of the page that a browser gets.' })),
});

/** Explains each error, and what to do about it. The `type` of every problem points here. */
export function problemRoutes(catalogue: Catalogue): Routes {
  const list = createDocumentHandler(() => ({ items: [...catalogue.values()] }));
  return async (http) => {
    http.get(
      '/problems',
      {
        config: { access: 'public' },
        onSend: [answerNotModified],
        schema: {
          operationId: 'listProblems',
          summary: 'List all error codes',
          description: 'What each error means and what to do about it, in English and Persian. A browser gets a page.',
          querystring: InLanguage,
          response: { 200: Type.Object({ items: Type.Array(Explained) }, { title: 'ProblemPages' }) },
        },
      },
      async (request, reply) =>
        prefersHtml(request.headers.accept)
          ? sendPage(reply, problemListPage([...catalogue.values()], languageOf(request)))
          : list(request, reply),
    );

    http.get(
      '/problems/:code',
      {
        config: { access: 'public', errors: [httpErrors.notFound] },
        schema: {
          operationId: 'explainProblem',
          summary: 'Explain an error code',
          description: `What the error means and what to do about it, in English and Persian. A browser gets a page. The
            \`type\` of every problem leads here.`,
          params: Type.Object({ code: Type.String({ maxLength: 100, description: '`code` of the problem' }) }),
          querystring: InLanguage,
          response: { 200: Explained },
        },
      },
      async (request, reply) => {
        const error = catalogue.get(request.params.code);
        if (!error) throw httpErrors.notFound();
        return prefersHtml(request.headers.accept) ? sendPage(reply, problemPage(error, languageOf(request))) : error;
      },
    );
  };
}
