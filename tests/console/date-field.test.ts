import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noBrowser } from '../../src/testing/browser.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole } from './open.ts';

const CHOSEN = '[role=grid] [data-selected=true] button';

const dates = {
  en: { typed: '2026-11-25', day: '25 November 2026', next: '26 November 2026', written: '2026-11-26' },
  fa: { typed: '1405/9/4', day: '۴ آذر ۱۴۰۵', next: '۵ آذر ۱۴۰۵', written: '۱۴۰۵/۰۹/۰۵' },
};

for (const [language, theme] of looks)
  test(
    `a date is typed, and moved by a day in the calendar with the keyboard alone; axe finds nothing (${language}, ${theme})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, signIn, violations } = await openConsole(t, language, theme, 'todos?open=new');
      const { typed, day, next, written } = dates[language];
      await signIn();
      await page.type('[name=description]', 'Bread');
      await page.type('[name=due]', typed);

      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.waitForSelector(CHOSEN);
      const label = await page.$eval(CHOSEN, (button) => button.getAttribute('aria-label'));
      const found = await faultsOf(page, 'date-field');
      await page.keyboard.press(language === 'fa' ? 'ArrowLeft' : 'ArrowRight');
      const moved = await page.evaluate('document.activeElement.getAttribute("aria-label")');
      await page.keyboard.press('Enter');
      await page.waitForSelector('[role=grid]', { hidden: true });
      const shown = await page.evaluate('document.querySelector("[name=due]").value');
      await page.click('[role=dialog] [type=submit]');
      await page.waitForSelector('tbody [data-row]');

      const { rows } = await app.database.pool.query('select due_date::text as due from todos.todo');
      assert.deepEqual(rows, [{ due: '2026-11-26' }]);
      assert.equal(label?.includes(day), true);
      assert.equal(moved, next);
      assert.equal(shown, written);
      assert.deepEqual(found, []);
      assert.deepEqual(violations, []);
    },
  );

test('a day that does not exist is refused when it is left, and nothing is saved', { skip: noBrowser }, async (t) => {
  const { app, page, signIn } = await openConsole(t, 'fa', 'light', 'todos?open=new');
  await signIn();
  await page.type('[name=description]', 'Bread');
  await page.type('[name=due]', '۱۴۰۵/۱۲/۳۰');
  await page.keyboard.press('Tab');
  await page.waitForSelector('[name=due][aria-invalid]');

  await page.click('[role=dialog] [type=submit]');

  const { rows } = await app.database.pool.query('select from todos.todo');
  assert.equal(rows.length, 0);
  assert.equal(await page.evaluate('document.activeElement.name'), 'due');
});
