import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { languages } from '#kernel/language.ts';
import { createKeys } from '#platform/keys/derived.ts';
import { createCapturedMail } from '#platform/mail/captured.ts';
import { MAILBOX_KEY, SECRET, testApp } from '#testing/app.ts';
import { brandingOf } from '#testing/branding.ts';
import { listeningApp, noBrowser, openBrowser } from '#testing/browser.ts';
import { findLinked, pathOfDocument, readDocuments } from './documents.ts';
import { createManual } from './manual.ts';
import { createPageSite, prefersHtml, renderPage, withLanguage } from './port.ts';

const CHROMIUM = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
const MAILBOX = `/dev/mailbox?key=${MAILBOX_KEY}`;
const PAGES = [
  '/',
  '/docs',
  '/docs/operations/runbooks',
  '/docs/reference/settings',
  '/problems',
  '/problems/http.invalid',
  MAILBOX,
];
const browser = { accept: CHROMIUM, host: 'localhost' };
const withBrowser = { skip: noBrowser };

test('only who names HTML and prefers it to JSON gets a page', () => {
  const pages = [CHROMIUM, 'text/html', 'TEXT/HTML', 'text/html, */*', 'application/json;q=0.5, text/html;q=0.6'];
  const data = [undefined, '', '*/*', 'application/json', 'application/json, text/plain, */*', 'text/*'];
  const dataToo = [
    'text/html;q=0',
    'text/html;q=0.5, */*',
    'text/html;q=0.5, application/json',
    'application/problem+json, text/html',
    'x',
  ];

  assert.deepEqual(pages.filter((accept) => !prefersHtml(accept)), []); // prettier-ignore
  assert.deepEqual([...data, ...dataToo].filter((accept) => prefersHtml(accept)), []); // prettier-ignore
});

test('a browser gets each page in both languages, and a program gets what it got before', async (t) => {
  const { http } = await testApp(t);

  for (const url of PAGES)
    for (const [language, direction] of [
      ['en', 'ltr'],
      ['fa', 'rtl'],
    ]) {
      // prettier-ignore
      const byHeader = await http.inject({ url, headers: { ...browser, 'accept-language': `${language},x;q=0.5` } });
      const byLink = await http.inject({ url: `${url}${url.includes('?') ? '&' : '?'}lang=${language}`, headers: browser }); // prettier-ignore
      for (const { statusCode, headers, payload } of [byHeader, byLink]) {
        assert.deepEqual([statusCode, headers['content-type']], [200, 'text/html; charset=utf-8'], url);
        assert.ok(payload.includes(`<html lang="${language}" dir="${direction}">`), `${url} ${language}`);
        assert.doesNotMatch(String(headers['content-security-policy']), /unsafe/);
      }
    }
  const types = await Promise.all(
    ['/problems', '/problems/http.invalid', MAILBOX].map(async (url) => {
      const { statusCode, headers } = await http.inject({ url, headers: { host: 'localhost', accept: '*/*' } });
      return [statusCode, String(headers['content-type']).split(';')[0]];
    }),
  );
  assert.deepEqual(types.map((one) => one.join(' ')), Array(3).fill('200 application/json')); // prettier-ignore
  assert.equal((await http.inject('/')).headers.location, '/docs/api');
});

test('the start page, the API reference, OpenAPI and AsyncAPI carry the name of the application', async (t) => {
  const { http } = await testApp(t, { environment: { BONYAN_APP_NAME: 'Nan & Co', BONYAN_APP_NAME_FA: 'نان' } });
  const read = async (url: string) => (await http.inject({ url, headers: browser })).payload;

  const [en, fa, reference] = await Promise.all(['/?lang=en', '/?lang=fa', '/docs/api'].map(read));
  const titles = await Promise.all(
    ['/openapi.json', '/asyncapi.json'].map(async (url) => JSON.parse(await read(url)).info.title),
  );

  assert.match(en ?? '', /<h1>Nan &amp; Co runs here<\/h1>/);
  assert.match(fa ?? '', /<h1>نان در حال اجراست<\/h1>/);
  assert.deepEqual(titles, ['Nan & Co', 'Nan & Co']);
  assert.doesNotMatch(`${en} ${fa} ${reference}`, /bonyan(?! -- mailbox)|بنیان/i);
});

test('the list of errors has each code once, each leads to its page, and pages show both texts', async (t) => {
  const { http } = await testApp(t);
  const { items } = (await http.inject('/problems')).json();
  const { payload } = await http.inject({ url: '/problems?lang=fa', headers: browser });

  const linked = [...payload.matchAll(/href="\/problems\/([^?"]+)\?lang=fa"/g)].map(([, code]) => code);
  assert.deepEqual(linked, items.map(({ code }: { code: string }) => code)); // prettier-ignore
  const [first] = items;
  for (const language of ['en', 'fa'] as const) {
    const page = await http.inject({ url: `/problems/${first.code}?lang=${language}`, headers: browser });
    assert.ok(page.payload.includes(first.title[language]), page.payload);
  }
});

test('a refusal is a page for who follows a link, and problem+json for every call of the API', async (t) => {
  const { http } = await testApp(t);
  const typeOf = async (method: 'GET' | 'POST' | 'DELETE', url: string, headers = browser) => {
    const answer = await http.inject({ method, url, headers });
    return [answer.statusCode, String(answer.headers['content-type']).split(';')[0]];
  };

  for (const url of [
    '/nothing',
    '/problems/none.such',
    '/docs/none',
    '/docs/api/static/none.js',
    '/docs/images/none.png',
    '/docs/%2e%2e%2fpackage.json',
    '/docs/..%2f..%2fpackage.json',
    '/dev/mailbox',
  ])
    // prettier-ignore
    assert.deepEqual(await typeOf('GET', url), [404, 'text/html'], url);
  assert.deepEqual(await typeOf('GET', '/problems?lang=xx'), [400, 'text/html']);
  assert.deepEqual(await typeOf('GET', '/nothing', { ...browser, accept: '*/*' }), [404, 'application/problem+json']);
  assert.deepEqual(await typeOf('GET', '/api/v1/todos'), [401, 'application/problem+json']);
  assert.deepEqual(await typeOf('POST', '/nothing'), [404, 'application/problem+json']);
  for (const [url, status] of [
    ['/api/v1/notifications/unsubscribe?token=x', 400],
    ['/api/v1/users/oauth/none/start', 404],
    ['/api/v1/users/oauth/callback?state=x', 400],
  ] as const)
    assert.deepEqual(await typeOf('GET', url), [status, 'text/html'], url);
});

test('each document of the manual is reached from its contents, and each link leads to a page and a heading', async (t) => {
  const { http } = await testApp(t);
  const open = new Set(['/docs?lang=en', '/docs?lang=fa']);
  const pages = new Map<string, string>();
  const links: { from: string; to: string; heading: string }[] = [];

  for (const url of open) {
    const { statusCode, payload } = await http.inject({ url, headers: browser });
    assert.equal(statusCode, 200, url);
    pages.set(url, payload);
    for (const [, path = '', heading = ''] of payload.matchAll(
      /(?:href|src)="(\/docs(?!\/api)[^"#]*|)(?:#([^"]+))?"/g,
    )) {
      if (path !== '') open.add(path);
      if (heading !== '') links.push({ from: url, to: path === '' ? url : path, heading });
    }
  }

  const { documents } = await readDocuments();
  const lost = documents.flatMap(({ slug }) =>
    languages.map((language) => withLanguage(pathOfDocument(slug), language)).filter((url) => !open.has(url)),
  );
  assert.deepEqual(lost, []);
  assert.deepEqual(
    links.filter(({ to, heading }) => !pages.get(to)?.includes(`id="${decodeURIComponent(heading)}"`)),
    [],
  );
});

test('each link to a document is one that the manual has', async () => {
  const { documents, byPath } = await readDocuments();

  const dead = documents.flatMap((document) =>
    languages.flatMap((language) =>
      [...document.texts[language].matchAll(/\]\((?!https?:)([^)#\s]+\.md)/g)]
        .map(([, href = '']) => href)
        .filter((href) => !findLinked(byPath, document, language, href))
        .map((href) => `${document.paths[language]}: ${href}`),
    ),
  );

  assert.deepEqual(dead, []);
});

test('HTML and scripts in a document are shown as text', () => {
  const text = '# A <b>\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![y](javascript:alert(1)) [z](src/a.ts)';
  const both = { en: text, fa: text };
  const paths = { en: 'docs/a.md', fa: 'docs/a.md' };
  const document = { slug: 'a', paths, titles: both, texts: both, written: { en: 'en', fa: 'en' } as const };
  const render = createManual({
    documents: [document],
    sections: { en: [], fa: [] },
    bySlug: new Map(),
    byPath: new Map(),
    images: new Set(),
    readImage: () => Promise.reject(new Error('there is none')),
  });

  const html = renderPage(render(document, 'en'), createPageSite(brandingOf(), { prefix: '' }));

  assert.doesNotMatch(html, /<script|<b>|(?:href|src)="(?:javascript|src)/);
  assert.match(html, /&lt;script&gt;/);
  assert.match(html, /<code>z<\/code>/); // a file of the project that is no page
});

test('each page passes axe in both languages, light and dark, and fits 360 px', withBrowser, async (t) => {
  const app = await listeningApp(t);
  const { page } = await openBrowser(t, app.origin);
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const { driver } = createCapturedMail(app.database.pool, createKeys(SECRET));
  for (const html of [null, '<p>a</p>'])
    await driver.port.send({
      id: newId(),
      to: 'a@example.com',
      subject: 'long'.repeat(40),
      text: 'x'.repeat(999),
      html,
    });
  await page.setBypassCSP(true); // for axe itself
  await page.setViewport({ width: 360, height: 740 });

  for (const [language, value] of [
    ['en', 'light'],
    ['fa', 'dark'],
  ] as const)
    // prettier-ignore
    for (const url of [...PAGES, `${MAILBOX}&to=none@example.com`, '/nothing']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
      await page.goto(`${app.origin}${url}${url.includes('?') ? '&' : '?'}lang=${language}`);
      const found = await page.evaluate(
        `${axe}; axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] })
          .then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
      );
      assert.deepEqual([found, await page.evaluate('document.documentElement.scrollWidth')], [[], 360], url);
    }
});

test('a hostile mail runs nothing, loads nothing from outside, and cannot leave its frame', withBrowser, async (t) => {
  let connections = 0;
  const outside = createServer((socket) => void ((connections += 1), socket.destroy()));
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  t.after(() => outside.close());
  const away = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`; // an object, since it listens on TCP
  const app = await listeningApp(t);
  const { page } = await openBrowser(t, app.origin);
  const { driver } = createCapturedMail(app.database.pool, createKeys(SECRET));
  const hostile = `<html><head><meta http-equiv="refresh" content="0;url=${away}/refresh"><base href="${away}/">
    <link rel="stylesheet" href="${away}/css"><link rel=preconnect href="${away}"><LINK rel='prefetch' href='${away}/p'>
    <style>@import url(${away}/import); @font-face { font-family: f; src: url(${away}/font) } body { font-family: f;
    background: url(${away}/back) }</style></head><body onload="top.document.title='taken'">
    <script>top.document.title = 'taken'; fetch('${away}/fetch')</script><img src="${away}/img" onerror="top.document.title='taken'">
    <svg><image href="${away}/svg"/><script>top.document.title='taken'</script></svg><video src="${away}/v" poster="${away}/w"></video>
    <iframe src="${away}/frame" srcdoc="<script>top.document.title='taken'</script>"></iframe><object data="${away}/o"></object>
    <embed src="${away}/e"><form action="${away}/form"><button autofocus>x</button></form><li<link>nk rel=preconnect href="${away}">
    <a id="link" href="${app.origin}/health/live">a link</a></body></html>`;
  await driver.port.send({
    id: newId(),
    to: 'a@example.com',
    subject: '<script>1</script>',
    text: `<b>${away}`,
    html: hostile,
  });

  await page.goto(app.origin + MAILBOX, { waitUntil: 'networkidle0' });
  const frame = page.frames().find((each) => each.url().includes('/dev/mailbox/html'));
  assert.ok(frame, page.frames().map((each) => each.url()).join()); // prettier-ignore
  const tab = new Promise<string>((resolve) => page.browser().once('targetcreated', (target) => resolve(target.url())));
  await frame.click('#link');
  await tab;
  const direct = await page.goto(frame.url(), { waitUntil: 'networkidle0' });

  assert.equal(await page.title(), '');
  assert.equal(direct?.headers()['referrer-policy'], 'no-referrer');
  assert.equal(page.url(), frame.url());
  assert.equal(connections, 0);
});
