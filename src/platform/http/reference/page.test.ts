import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import axe from 'axe-core';
import { testApp } from '#testing/app.ts';
import { listeningApp, noBrowser, openBrowser } from '#testing/browser.ts';

// Swagger UI renders, and axe looks at, ten thousand elements.
const options = { skip: noBrowser, timeout: 300_000 };
const tag = '#operations-tag-todos';
const operation = '#operations-todos-createTodo';
const list = '#operations-todos-listTodos';

/** Opens the API reference. `faults`: what the browser logs as an error; `foreign`: requests to other hosts. */
async function openReference(t: TestContext) {
  const app = await listeningApp(t);
  const { page } = await openBrowser(t, app.origin);
  const [faults, foreign]: [unknown[], string[]] = [[], []];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${app.origin}/`) && !url.startsWith('data:')) foreign.push(url);
  });
  page.setDefaultTimeout(60_000);
  await page.goto(`${app.origin}/docs/api`);
  await page.waitForSelector(tag);
  await page.click(`${tag} button`);
  await page.waitForSelector(operation);

  async function open(selector: string): Promise<string> {
    await page.click(`${selector} .opblock-summary-control`);
    await page.waitForSelector(`${selector} .opblock-body tr`);
    return page.$eval(selector, (node) => node.textContent ?? '');
  }

  return { page, open, faults, foreign };
}

test(
  'the API reference shows access rules, filters operations, and keeps the authorisation after a reload',
  options,
  async (t) => {
    const { page, open, faults, foreign } = await openReference(t);

    const text = await open(operation);
    const address = new URL(page.url()).hash;
    await page.type('input.operation-filter-input', 'platform');
    await page.waitForSelector(tag, { hidden: true });
    await page.click('button.authorize');
    await page.type('.auth-container input', 'a-token');
    await page.click('.auth-btn-wrapper button.authorize');
    await page.reload();
    await page.waitForSelector('button.authorize.locked');

    assert.match(text, /Access: permission todos\.write.*Idempotency-Key.*x-access"?todos\.write/s);
    assert.equal(address, '#/todos/createTodo');
    assert.deepEqual([faults, foreign], [[], []]);
  },
);

/** Runs in the page: each rule of WCAG 2.2 A and AA that something in `root` breaks, with the first place. */
const violations = (root: string) => `axe
  .run('${root}', {
    resultTypes: ['violations'],
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  })
  .then((found) => found.violations.map(({ id, nodes }) => ({ id, count: nodes.length, first: nodes[0].html })))`;

test(
  'the API reference passes axe, light and dark: all tags, two operations open, one tried, a schema, the dialog',
  options,
  async (t) => {
    const { page, open } = await openReference(t);
    await page.evaluate(axe.source);
    const found: Record<string, unknown> = {};
    const show = (scheme: string) =>
      page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: scheme },
        { name: 'prefers-reduced-motion', value: 'reduce' }, // no colour is still on its way when axe looks
      ]);

    await open(list);
    await open(operation);
    await page.click(`${operation} .execute`);
    await page.waitForSelector(`${operation} .live-responses-table`);
    await page.$eval(`${list} .tab li:nth-child(2) button`, (tab) => tab.click()); // the schema of the answer
    await page.waitForSelector(`${list} .model-box article`);
    for (const scheme of ['light', 'dark']) {
      await show(scheme);
      found[scheme] = await page.evaluate(violations('html'));
    }
    await page.click('button.authorize');
    await page.waitForSelector('.auth-container input');
    found['dialog, dark'] = await page.evaluate(violations('.dialog-ux'));
    await show('light');
    await page.type('.auth-container input', 'a-token');
    await page.click('.auth-btn-wrapper button.authorize');
    found['dialog, authorised, light'] = await page.evaluate(violations('.dialog-ux'));

    assert.deepEqual(found, { light: [], dark: [], 'dialog, dark': [], 'dialog, authorised, light': [] });
  },
);

test('the files of the API reference are served from the disk, with entity tags, and no others', async (t) => {
  const { http } = await testApp(t);
  const get = (url: string, headers = {}) => http.inject({ url, headers });

  const page = await get('/docs/api');
  const script = await get('/docs/api/static/page.js');
  const same = await get('/docs/api/static/page.js', { 'if-none-match': script.headers['etag'] });
  const renderer = await get('/docs/api/static/swagger-ui-bundle.js');
  const slash = await get('/docs/api/');
  const others = ['page.ts', 'oauth2-redirect.html', '../page.ts', '%2e%2e/page.ts', '../static', ''];
  const refused = [...others.map((name) => `/docs/api/static/${name}`), '/docs/api/json', '/docs/api/yaml'];
  const answers = await Promise.all(refused.map((path) => get(path)));

  assert.match(String(page.headers['content-security-policy']), /default-src 'self'; img-src 'self' data:;/);
  assert.deepEqual([page.statusCode, script.statusCode, same.statusCode, renderer.statusCode], [200, 200, 304, 200]);
  assert.deepEqual([slash.statusCode, slash.headers['location']], [302, '../api']);
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    refused.map(() => 404),
  );
});
