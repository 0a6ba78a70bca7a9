import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'puppeteer-core';
import { createInvoices } from '../../examples/invoices/module.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { faultsOf } from './axe.ts';
import { openConsole, shows } from './open.ts';

const TIMEOUT_MS = 120_000;

test(
  'the list of an own module is a page of the console: in the menu, with its columns, in both languages',
  { skip: noBrowser, timeout: TIMEOUT_MS },
  async (t) => {
    const { app, page, email, violations, signIn } = await openConsole(
      t,
      'fa',
      'light',
      '',
      {},
      {
        ownModules: [createInvoices],
      },
    );
    const { body } = await app.anonymous.post('/users/login', { email, password: 'correct horse battery' });
    const sara = app.withToken(body.accessToken);
    const invoice = { customer: 'Sepideh Press', amount: 125_000, currency: 'EUR', dueOn: '2026-12-20' };
    await sara.post('/invoices', invoice);
    await sara.post('/invoices', { ...invoice, amount: 7 });

    await signIn();
    await page.click('nav a[href$="/console/modules/invoices"]');
    await page.waitForSelector('main table');
    for (const text of ['فاکتورها', 'مشتری', invoice.customer, '۱۲۵٬۰۰۰', 'پیش‌نویس', '۲۹ آذر ۱۴۰۵'])
      await shows(page, text);
    const ends = [await endsOfAmounts(page)];
    const inPersian = await faultsOf(page, 'own-list-fa');
    await page.setCookie({ name: 'bonyan_console_language', value: 'en', domain: 'localhost', path: '/console' });
    await page.reload();
    for (const text of ['Invoices', 'Draft', '20 Dec 2026']) await shows(page, text);

    ends.push(await endsOfAmounts(page));
    assert.deepEqual(
      ends.map((of) => new Set(of).size),
      [1, 1],
      'numbers of a list end below each other',
    );
    assert.deepEqual([...inPersian, ...(await faultsOf(page, 'own-list-en'))], []);
    assert.deepEqual(violations, []);
  },
);

test(
  'without the module there is no such page, and no place for it in the menu',
  { skip: noBrowser, timeout: TIMEOUT_MS },
  async (t) => {
    const { app, page, signIn } = await openConsole(t, 'en');

    await signIn();
    const link = await page.$('nav a[href$="/console/modules/invoices"]');
    await page.goto(`${app.origin}/console/modules/invoices`);
    await page.waitForSelector('main h1');

    assert.equal(link, null);
    assert.match(await page.$eval('main', ({ textContent }) => textContent ?? ''), /There is no such page/);
  },
);

/** Where the amounts end at the right, in pixels. */
async function endsOfAmounts(page: Page): Promise<number[]> {
  return (await page.evaluate(`[...document.querySelectorAll('tbody tr')].map((row) => {
    const amount = document.createRange();
    amount.selectNodeContents([...row.cells].find(({ textContent }) => /^[\\d۰-۹,٬]+$/.test(textContent)));
    return Math.round(amount.getBoundingClientRect().right);
  })`)) as number[];
}
