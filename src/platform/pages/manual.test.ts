import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { readDocuments } from './documents.ts';

const browser = { accept: 'text/html,*/*;q=0.8' };

test('paths as people type them, and as the repository has them, lead to the page in its language', async (t) => {
  const { http } = await testApp(t);
  const paths: Record<string, string> = {
    '/docs/': '/docs?lang=en',
    '/docs/users/': '/docs/users?lang=en',
    '/docs/users/?lang=fa': '/docs/users?lang=fa',
    '/docs/users.md': '/docs/users?lang=en',
    '/docs/fa/users.md': '/docs/users?lang=fa',
    '/docs/fa/users': '/docs/users?lang=fa',
    '/docs/fa/': '/docs?lang=fa',
  };

  const answers = await Promise.all(Object.keys(paths).map((url) => http.inject({ url, headers: browser })));

  assert.deepEqual(
    answers.map(({ headers }) => headers.location ?? ''),
    Object.values(paths),
  );
});

test('pages and pictures of the manual are sent once, in each language, and again when they have changed', async (t) => {
  const { http } = await testApp(t);
  const { images } = await readDocuments();
  const urls = ['/docs', '/docs/users?lang=fa', `/docs/${[...images][0] ?? ''}`];

  for (const url of urls)
    for (const method of ['GET', 'HEAD'] as const) {
      const first = await http.inject({ method, url, headers: browser });
      const again = (tag: unknown, language: string) =>
        http.inject({
          method,
          url,
          headers: { ...browser, 'if-none-match': String(tag), 'accept-language': language },
        });
      const same = await again(first.headers.etag, 'en');

      assert.deepEqual([first.statusCode, same.statusCode, same.body], [200, 304, ''], `${method} ${url}`);
      assert.deepEqual([first.headers['cache-control'], same.headers.etag], ['no-cache', first.headers.etag]);
      assert.equal((await again('"other"', 'en')).statusCode, 200);
      if (url === '/docs') assert.equal((await again(first.headers.etag, 'fa')).statusCode, 200);
    }
  assert.equal((await http.inject({ url: '/docs/none', headers: browser })).headers.etag, undefined);
});
