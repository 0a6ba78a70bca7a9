import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGES = ['README.md', 'docs/*.md', 'docs/{operations,security,reference}/*.md'];
/** Written by a program from what happens, so they show no paths that are promised. */
const WRITTEN = /plans-\d+\.md$|logging-plans\.md$|first-story\.md$/;
const MENTION = /`(GET|POST|PUT|PATCH|DELETE) ((?:\/[\w{}.…-]+)+)(?=[`?])/g;
/** Outside OpenAPI, for programs that know them. */
const HIDDEN = ['GET /metrics'];

test('each operation that the manual names is one of the API', async () => {
  const { paths } = JSON.parse(await readFile(join(ROOT, 'openapi.json'), 'utf8')) as { paths: Record<string, object> };
  const known = new Set([
    ...HIDDEN,
    ...Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${toForm(path)}`),
    ),
  ]);
  const isKnown = (method: string, path: string) => {
    if (path.startsWith('/…/')) return [...known].some((one) => one.startsWith(`${method} `) && one.endsWith(toForm(path.slice(2)))); // prettier-ignore
    return known.has(`${method} ${toForm(path)}`) || known.has(`${method} ${toForm(`/api/v1${path}`)}`);
  };

  const unknown: string[] = [];
  for await (const page of glob(PAGES, { cwd: ROOT })) {
    if (WRITTEN.test(page)) continue;
    for (const [, method = '', path = ''] of (await readFile(join(ROOT, page), 'utf8')).matchAll(MENTION))
      if (!isKnown(method, path)) unknown.push(`${page}: ${method} ${path}`);
  }

  assert.deepEqual(unknown, []);
});

/** Without the names of parameters. */
function toForm(path: string): string {
  return path.replaceAll(/\{\w+\}/g, '{}');
}
