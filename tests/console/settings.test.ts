import assert from 'node:assert/strict';
import { test } from 'node:test';
import { member, PASSWORD } from '../../src/testing/accounts.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { latinDigits } from './pages/digits.ts';
import { openConsole, shows } from './open.ts';

test('language, theme and single keys are chosen, and are kept by a reload', { skip: noBrowser }, async (t) => {
  const { page, signIn, violations } = await openConsole(t, 'en', 'light', 'settings');
  await signIn();
  const press = (group: string, name: string) =>
    page.click(`::-p-aria([role="group"][name="${group}"]) ::-p-aria([name="${name}"])`);

  await press('Theme', 'Dark');
  await press('Single-key shortcuts', 'Off');
  await press('Language', 'فارسی');
  await page.waitForSelector('html[lang=fa][dir=rtl][data-theme=dark]');
  await page.reload();
  await page.waitForSelector('html[lang=fa][dir=rtl][data-theme=dark] main h1');
  await page.keyboard.press('?');

  assert.equal(await page.$('[role=dialog]'), null);
  assert.deepEqual(violations, []);
});

test('in Persian, no number of the page is in Latin digits', { skip: noBrowser }, async (t) => {
  const { page, signIn } = await openConsole(t, 'fa', 'light', 'settings');
  await signIn();
  await page.waitForSelector('main table');
  await shows(page, 'نسخهٔ ۱');

  assert.deepEqual(await latinDigits(page), []);
});

test(
  'the page shows each component of the server, and metrics only to who may read them',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn, goTo } = await openConsole(t, 'en', 'light', 'settings');
    await signIn();
    await page.waitForSelector('main table');
    const { components } = (await app.http.inject({ url: '/health' })).json<{
      components: { name: string }[];
    }>();
    const shown = await page.$$eval('main tbody th bdi', (all) => all.map(({ textContent }) => textContent));
    await page.click('main a[href$="open=metrics"]');
    await shows(page, '# TYPE');
    const { email } = await member(app);
    await page.deleteCookie(...(await page.cookies()).filter(({ httpOnly }) => httpOnly));
    await goTo('settings').catch(() => {});
    await page.waitForSelector('[name=contact]');
    await page.type('[name=contact]', email);
    await page.type('[name=password]', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('main table');

    assert.deepEqual(
      shown,
      components.map(({ name }) => name),
    );
    assert.equal(await page.$('main a[href$="open=metrics"]'), null);
  },
);
