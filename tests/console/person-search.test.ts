import assert from 'node:assert/strict';
import { test } from 'node:test';
import { member } from '../../src/testing/accounts.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole } from './open.ts';

const PERSON = '[name=actor]';

for (const [typed, what] of [
  ['Amini', 'a name'],
  ['۰۹۱۲ ۳۴۵ ۶۷۸۹', 'a number as it is dialled, in Persian digits'],
] as const)
  test(`the keyboard alone finds a person by ${what}, and the address keeps the id`, { skip: noBrowser }, async (t) => {
    const { app, page, signIn, goTo } = await openConsole(t, 'fa');
    const sara = await member(app);
    await app.database.pool.query("update users.user set phone = '+989123456789' where id = $1", [sara.id]);
    await signIn();
    await goTo('audit');
    await page.locator('[role=search] button').click();
    await page.type(PERSON, typed);
    await page.waitForSelector('[role=option]');

    await page.keyboard.press('Enter');
    await page.waitForFunction('location.search.includes("actor=")');

    assert.equal(new URL(page.url()).searchParams.get('actor'), sara.id);
  });

test('Escape closes what was found and leaves the text', { skip: noBrowser }, async (t) => {
  const { app, page, signIn, goTo } = await openConsole(t, 'en');
  await member(app);
  await signIn();
  await goTo('roles/why');
  await page.type('[name=person]', 'Amini');
  await page.waitForSelector('[role=option]');

  await page.keyboard.press('Escape');
  await page.waitForSelector('[role=option]', { hidden: true });

  assert.equal(await page.$eval('[name=person]', (input) => Reflect.get(input, 'value')), 'Amini');
});

for (const [language, theme] of looks)
  test(`axe finds nothing on the search of a person (${language}, ${theme})`, { skip: noBrowser }, async (t) => {
    const { app, page, signIn, goTo, violations } = await openConsole(t, language, theme);
    await member(app);
    await signIn();
    await goTo('roles/why');
    const found: string[] = [];
    for (const [name, typed, ready] of [
      ['found', 'a', '[role=option]'],
      ['nobody', 'zz', '[role=listbox]:empty'],
    ] as const) {
      await page.type('[name=person]', `${typed}m`);
      await page.waitForSelector(ready);
      found.push(...(await faultsOf(page, `person-${name}`)));
    }

    await goTo('roles/why');
    await page.type('[name=person]', 'am');
    await page.locator('[role=option]').click();
    await page.waitForSelector('form p button');
    found.push(...(await faultsOf(page, 'person-chosen')));

    assert.deepEqual([...found, ...violations], []);
  });
