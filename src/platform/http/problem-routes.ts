import { Type } from 'typebox';
import type { Routes } from '#platform/module.ts';
import { httpErrors } from './port.ts';
import type { Catalogue } from './problems.ts';

const Words = Type.Object({ en: Type.String(), fa: Type.String() });
const Page = Type.Object(
  { code: Type.String(), status: Type.Integer(), title: Words, means: Words },
  { title: 'ProblemPage' },
);

/** What each error means and what to do about it; the `type` of every problem leads here. */
export function problemRoutes(catalogue: Catalogue): Routes {
  return async (http) => {
    http.get(
      '/problems/:code',
      {
        config: { access: 'public', errors: [httpErrors.notFound] },
        schema: {
          operationId: 'explainProblem',
          params: Type.Object({ code: Type.String({ maxLength: 100 }) }),
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
