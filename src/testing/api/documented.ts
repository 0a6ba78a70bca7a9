import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import createRouter from 'find-my-way';
import { operationsOf, type Operation } from './operations.ts';

let routes: ReturnType<typeof createRouter> | undefined; // read once for all tests of a file, at the first refusal
const DOCUMENT = new URL('../../../openapi.json', import.meta.url);

/**
 * A check that every refusal is one that `openapi.json` names for the operation. Answers of routes that it does not
 * have are not checked.
 */
export function createDocumentedCheck() {
  return (method: Operation['method'], url: string, status: number, code: unknown): void => {
    routes ??= readRoutes();
    const operation = routes.find(method, url.split('?')[0] ?? '')?.store as Operation | undefined;
    assert.ok(
      !operation || operation.problems.get(status)?.codes.has(String(code)),
      `${operation?.name} answers ${status} ${String(code)}, which openapi.json does not name: add it to \`errors\` of the route, then \`npm run openapi\``,
    );
  };
}

function readRoutes() {
  const router = createRouter();
  for (const operation of operationsOf(JSON.parse(readFileSync(DOCUMENT, 'utf8'))))
    router.on(operation.method, operation.path.replaceAll(/\{(\w+)\}/g, ':$1'), () => {}, operation);
  return router;
}
