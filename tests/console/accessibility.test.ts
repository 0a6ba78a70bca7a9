import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noBrowser } from '../../src/testing/browser.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, openRow } from './open.ts';

for (const [language, theme] of looks)
  test(
    `axe finds nothing on sign-in, overview, todos and users, and none is wider than its window (${language}, ${theme})`,
    { skip: noBrowser },
    async (t) => {
      const { page, signIn, goTo, violations } = await openConsole(t, language, theme);
      const found = await faultsOf(page, 'sign-in');
      await page.click('[type=submit]');
      await page.waitForSelector('[aria-invalid]');
      found.push(...(await faultsOf(page, 'sign-in-errors')));
      await signIn();
      await goTo('todos');
      found.push(...(await faultsOf(page, 'todos-empty')));
      await goTo('todos?open=new');
      await page.click('[role=dialog] [type=submit]');
      await page.waitForSelector('[aria-invalid]');
      found.push(...(await faultsOf(page, 'todos-errors')));
      await page.type('[name=description]', 'خرید نان، and a very long word: antidisestablishmentarianism');
      await page.type('[name=due]', '2026-11-25');
      await page.click('[role=dialog] [type=submit]');
      await page.waitForSelector('tbody [data-row]');

      for (const [name, path] of Object.entries({
        overview: '',
        todos: 'todos',
        'todos-filtered': 'todos?search=nothing',
        users: 'users',
        nowhere: 'nowhere',
      })) {
        await goTo(path);
        found.push(...(await faultsOf(page, name)));
      }
      for (const path of ['todos', 'users']) {
        await goTo(path);
        await page.waitForSelector('tbody [data-row]');
        await openRow(page);
        await page.waitForSelector('[role=dialog] button');
        found.push(...(await faultsOf(page, `${path}-drawer`)));
      }

      assert.deepEqual(found, []);
      assert.deepEqual(violations, []);
    },
  );
