import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listeningApp, noBrowser, openBrowser } from '#testing/browser.ts';

test(
  'the API reference shows access rules, filters operations, and keeps the authorisation after a reload',
  { skip: noBrowser },
  async (t) => {
    const app = await listeningApp(t);
    const { page } = await openBrowser(t, app.origin);
    const faults: unknown[] = [];
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(error));
    page.setDefaultTimeout(60_000);
    const operation = '#operations-todos-createTodo';

    await page.goto(`${app.origin}/docs/api`);
    await page.waitForSelector(operation);
    await page.click(`${operation} .opblock-summary-control`);
    await page.waitForSelector(`${operation} .opblock-body tr`);
    const text = await page.$eval(operation, (node) => node.textContent ?? '');
    await page.type('input.operation-filter-input', 'platform');
    await page.waitForSelector(operation, { hidden: true });
    await page.click('button.authorize');
    await page.type('.auth-container input', 'a-token');
    await page.click('.auth-btn-wrapper button.authorize');
    await page.reload();
    await page.waitForSelector('button.authorize.locked');

    assert.match(text, /Access: permission todos\.write.*Idempotency-Key.*x-access"?todos\.write/s);
    assert.deepEqual(faults, []);
  },
);
