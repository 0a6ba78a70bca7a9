import { Type } from 'typebox';
import type { Routes } from '#platform/module.ts';
import { httpErrors } from './port.ts';
import type { Catalogue } from './problems.ts';

const Words = Type.Object({ en: Type.String(), fa: Type.String() });
const Page = Type.Object(
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

/** Explains each error, and what to do about it. The `type` of every problem points here. */
export function problemRoutes(catalogue: Catalogue): Routes {
  return async (http) => {
    http.get(
      '/problems/:code',
      {
        config: { access: 'public', errors: [httpErrors.notFound] },
        schema: {
          operationId: 'explainProblem',
          summary: 'Explain an error code',
          description: `What the error means and what to do about it, in English and Persian. The \`type\` of every
            problem leads here.`,
          params: Type.Object({ code: Type.String({ maxLength: 100, description: '`code` of the problem' }) }),
          response: { 200: Page },
        },
      },
      async ({ params }) => {
        const page = catalogue.get(params.code);
        if (!page) throw httpErrors.notFound();
        return page;
      },
    );
  };
}
