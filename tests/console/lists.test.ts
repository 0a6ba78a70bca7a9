import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noBrowser } from '../../src/testing/browser.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, shows } from './open.ts';

const BOOKMARK = 'main button[aria-haspopup=dialog]';

test('a filter is kept under a name, and found again after a new sign-in', { skip: noBrowser }, async (t) => {
  const { page, signIn, goTo, violations } = await openConsole(t, 'fa', 'light', 'users?status=locked');
  await signIn();
  await (await page.waitForSelector(BOOKMARK))?.click();
  await page.type('[name=view]', 'قفل‌شده‌ها');
  await page.keyboard.press('Enter');
  await shows(page, 'قفل‌شده‌ها');
  await goTo('users');
  await (await page.waitForSelector(BOOKMARK))?.click();

  await (await page.waitForSelector('[role=dialog] li a'))?.click();

  await page.waitForFunction('location.search === "?status=locked"', { timeout: 5000 });
  assert.deepEqual(violations, []);
});

test('columns and density that were chosen stay after a reload', { skip: noBrowser }, async (t) => {
  const { page, signIn, goTo } = await openConsole(t, 'en', 'light', 'users');
  await signIn();
  await page.waitForSelector('tbody [data-row]');
  const heads = async () => Number(await page.evaluate('document.querySelectorAll("thead th").length'));
  const before = await heads();
  await page.click('main button[aria-haspopup=menu] ~ button[aria-haspopup=menu]');
  const items = await page.$$('[role=menuitemcheckbox]');
  await items[1]?.click(); // the phone, which is hidden at first

  await goTo('users');
  await page.waitForSelector('tbody [data-row]');

  assert.equal(await heads(), before + 1);
});

for (const [language, theme] of looks)
  test(`axe finds nothing on the tools of a list (${language}, ${theme})`, { skip: noBrowser }, async (t) => {
    const { page, signIn } = await openConsole(t, language, theme, 'users?status=active');
    await signIn();
    await (await page.waitForSelector(BOOKMARK))?.click();
    await page.waitForSelector('[name=view]');
    await page.keyboard.press('Enter');
    const found = await faultsOf(page, 'kept-views');
    await page.keyboard.press('Escape');
    await page.click('main button[aria-haspopup=menu] ~ button[aria-haspopup=menu]');
    await page.waitForSelector('[role=menuitemcheckbox]');
    found.push(...(await faultsOf(page, 'list-view')));

    assert.deepEqual(found, []);
  });
