import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'puppeteer-core';
import { idOf, member, PASSWORD } from '../../src/testing/accounts.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, shows } from './open.ts';

test(
  'by keyboard alone, a page is found by its Persian name in English, and by its English name in Persian',
  { skip: noBrowser },
  async (t) => {
    const { page, signIn, violations } = await openConsole(t, 'en');
    await signIn();

    await openPalette(page);
    await page.keyboard.type('ممیزی');
    await page.waitForFunction(
      'document.querySelector("[cmdk-item][aria-selected=true]")?.innerText.includes("Audit trail")',
    );
    await page.keyboard.press('Enter');
    await page.waitForSelector('a[href$="/audit"][aria-current=page]');
    await openPalette(page);
    await page.keyboard.type('فارسی');
    await page.keyboard.press('Enter');
    await page.waitForSelector('html[lang=fa]');
    await openPalette(page);
    await page.keyboard.type('users');
    await page.waitForFunction(
      'document.querySelector("[cmdk-item][aria-selected=true]")?.innerText.includes("کاربران")',
    );
    await page.keyboard.press('Enter');
    await page.waitForSelector('a[href$="/users"][aria-current=page]');

    assert.deepEqual(violations, []);
  },
);

test('while a list is shown, the palette offers its export, by either language', { skip: noBrowser }, async (t) => {
  const { page, signIn, goTo } = await openConsole(t, 'en');
  await signIn();
  await openPalette(page);
  const before = await linesOf(page);
  await page.keyboard.press('Escape');
  await goTo('users');
  await page.waitForSelector('tbody [data-row]');

  await openPalette(page);
  await page.keyboard.type('خروجی');
  await page.waitForFunction('document.querySelectorAll("[cmdk-item]").length < 5');

  assert.ok(!before.includes('Rows of this list as CSV'));
  const found = (await linesOf(page)).filter((line) => line.startsWith('Rows'));
  assert.deepEqual(found, ['Rows of this list as CSV', 'Rows of this list as JSON']);
});

test(
  'the palette finds an account by its name, its address and its id, and opens it',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn } = await openConsole(t, 'en');
    const email = app.randomEmail();
    await app.users.createAdministrator(
      { email, firstName: 'نیلوفر', lastName: 'کریمی', password: PASSWORD },
      { onlyFirst: false },
    );
    const id = await idOf(app, email);
    await signIn();

    for (const typed of ['نیلوفر', email.slice(0, 12), id]) {
      await openPalette(page);
      await page.keyboard.type(typed);
      await page.waitForFunction(
        'document.querySelector("[cmdk-item]:last-child")?.innerText.includes("نیلوفر کریمی")',
      );
      await page.keyboard.press('ArrowUp'); // from the first line to the last
      await page.keyboard.press('Enter');
      await shows(page, email);

      assert.match(page.url(), new RegExp(`/users\\?open=${id}$`));
      await page.keyboard.press('Escape');
      await page.waitForSelector('[role=dialog]', { hidden: true });
    }
  },
);

test('somebody without permissions is offered no page and no thing of operators', { skip: noBrowser }, async (t) => {
  const { app, page } = await openConsole(t, 'en');
  const { email } = await member(app);
  await page.type('[name=contact]', email);
  await page.type('[name=password]', PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForSelector('nav a[aria-current=page]');

  await openPalette(page);
  const lines = await linesOf(page);
  await page.keyboard.type('Sara Amini');
  await shows(page, 'Nothing fits.');

  assert.ok(lines.includes('Todos'));
  assert.ok(!lines.some((line) => ['Users', 'Audit trail', 'Integrity', 'See the metrics'].includes(line)));
});

test('the list of keys names each page and key, and the palette opens it', { skip: noBrowser }, async (t) => {
  const { page, signIn } = await openConsole(t, 'fa');
  await signIn();

  await openPalette(page);
  await page.keyboard.type('میانبرهای صفحه کلید'); // without its half-spaces
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=dialog] kbd');
  const keys = (await page.$$eval('[role=dialog] dt', (all) => all.map(({ textContent }) => textContent))) as string[];

  assert.ok(
    ['x', 'e', 'r', '?', 'g a', 'g y', 'g o', 'g ,'].every((key) => keys.includes(key)),
    keys.join(),
  );
});

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.down('Control');
  await page.keyboard.press('KeyK');
  await page.keyboard.up('Control');
  await page.waitForSelector('[cmdk-input]');
}

async function linesOf(page: Page): Promise<string[]> {
  return page.$$eval('[cmdk-item]', (all) => all.map((one) => one.querySelector('span')?.textContent ?? ''));
}

for (const [language, theme] of looks)
  test(
    `axe finds nothing on the palette, empty and with results, and on settings (${language}, ${theme})`,
    { skip: noBrowser },
    async (t) => {
      const { page, signIn, goTo, violations } = await openConsole(t, language, theme);
      await signIn();
      await openPalette(page);
      const found = await faultsOf(page, 'palette');
      await page.keyboard.type(language === 'fa' ? 'سارا' : 'sara');
      await page.waitForSelector('[cmdk-item]');
      found.push(...(await faultsOf(page, 'palette-found')));
      await page.keyboard.type('zzzz');
      await page.waitForSelector('[cmdk-item]', { hidden: true });
      found.push(...(await faultsOf(page, 'palette-nothing')));
      await goTo('settings');
      await page.waitForSelector('main table');
      found.push(...(await faultsOf(page, 'settings')));
      await goTo('settings?open=metrics');
      await page.waitForSelector('[role=dialog] pre');
      found.push(...(await faultsOf(page, 'settings-metrics')));

      assert.deepEqual(found, []);
      assert.deepEqual(violations, []);
    },
  );
