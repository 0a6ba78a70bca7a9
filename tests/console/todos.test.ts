import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'puppeteer-core';
import type { TestApp } from '../../src/testing/app.ts';
import { idOf } from '../../src/testing/accounts.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, shows, type Language } from './open.ts';

const ROW = 'tbody [data-row]';
/** Ends the session, without the page's own doing. */
const REVOKE = `fetch('/api/v1/users/revoke', {
  method: 'POST', headers: { 'content-type': 'application/json', 'x-requested-with': 'bonyan' }, body: '{}',
})`;

async function write(app: TestApp, email: string, descriptions: readonly string[]): Promise<void> {
  const ownerId = await idOf(app, email);
  await app.database.pool.query(
    `insert into todos.todo (id, owner_id, description) select gen_random_uuid(), $1, text from unnest($2::text[]) text`,
    [ownerId, descriptions],
  );
}

async function press(page: Page, name: string): Promise<void> {
  await page.locator(`::-p-aria([name="${name}"][role="button"])`).click();
}

const languages: Record<Language, { remind: string; complete: string; remove: string; done: string; copy: string }> = {
  en: {
    remind: '2026-12-25 08:05',
    complete: 'Complete 3 todos',
    remove: 'Delete 3 todos',
    done: '3 done',
    copy: 'Duplicate todo',
  },
  fa: {
    remind: '۱۴۰۵/۱۰/۰۴ ۸:۰۵',
    complete: 'انجام ۳ کار',
    remove: 'حذف ۳ کار',
    done: '۳ کار انجام شد',
    copy: 'ساختن کپی از کار',
  },
};

for (const [language, say] of Object.entries(languages))
  test(
    `selected todos are completed and deleted together; deleting asks first, with the count (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, email, signIn, goTo } = await openConsole(
        t,
        language as Language,
        'light',
        'todos?state=open',
      );
      await write(app, email, ['a', 'b', 'c']);
      const states = async () =>
        (await app.database.pool.query('select completed_at is not null as done from todos.todo')).rows;
      await signIn();
      await page.waitForSelector(ROW);

      await page.click('thead input[type=checkbox]');
      await press(page, say.complete);
      await shows(page, say.done);
      await page.waitForSelector(ROW, { hidden: true });
      const completed = await states();
      await goTo('todos');
      await page.waitForSelector(ROW);
      await page.click('thead input[type=checkbox]');
      await press(page, say.remove);
      await page.waitForSelector('[role=alertdialog]');
      const asked = await states();
      await page.locator('[role=alertdialog] button:last-child').click();
      await page.waitForSelector(ROW, { hidden: true });

      assert.deepEqual(completed, [{ done: true }, { done: true }, { done: true }]);
      assert.equal(asked.length, 3);
      assert.deepEqual(await states(), []);
    },
  );

for (const [language, say] of Object.entries(languages))
  test(
    `a reminder is typed in the calendar of the reader, shown again as typed, and copied with the todo (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, signIn } = await openConsole(t, language as Language, 'light', 'todos?open=new');
      await signIn();
      await page.type('[name=description]', 'نان');
      await page.type('[name=remind]', say.remind);
      await page.keyboard.press('Enter');
      await (await page.waitForSelector(ROW))?.click();
      await page.waitForSelector('[name=remind]');

      const shown = await page.evaluate('document.querySelector("[name=remind]").value');
      await press(page, say.copy);
      await page.waitForFunction(`document.querySelectorAll('${ROW}').length === 2`);

      const zone = String(await page.evaluate('Intl.DateTimeFormat().resolvedOptions().timeZone'));
      const { rows } = await app.database.pool.query(
        `select to_char(remind_at at time zone $1, 'YYYY-MM-DD HH24:MI') as at from todos.todo`,
        [zone],
      );
      assert.deepEqual(rows, [{ at: '2026-12-25 08:05' }, { at: '2026-12-25 08:05' }]);
      assert.equal(shown, language === 'en' ? say.remind : '۱۴۰۵/۱۰/۰۴ ۰۸:۰۵');
    },
  );

test(
  'when the session is ended elsewhere, work on many rows stops at once, and the sign-in is shown',
  { skip: noBrowser },
  async (t) => {
    const { app, page, email, signIn } = await openConsole(t, 'en', 'light', 'todos?state=open');
    await write(
      app,
      email,
      Array.from({ length: 12 }, (_, n) => `todo ${n}`),
    );
    await signIn();
    await page.waitForSelector(ROW);
    await page.click('thead input[type=checkbox]');
    const statuses: number[] = [];
    page.on('response', (response) => {
      if (response.url().endsWith('/complete')) statuses.push(response.status());
    });
    await page.setRequestInterception(true);
    let asked = 0;
    page.on('request', (request) => {
      const isSecond = request.url().endsWith('/complete') && ++asked === 2;
      void (isSecond ? page.evaluate(REVOKE) : Promise.resolve()).then(() => request.continue());
    });

    await press(page, 'Complete 12 todos');
    await page.waitForSelector('[name=contact]');
    await shows(page, 'Your session has ended.');

    assert.deepEqual(statuses, [200, 401]);
  },
);

for (const [language, theme] of looks)
  test(
    `axe finds nothing on selected todos and the running work, and nothing is wider than its window (${language}, ${theme})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, email, signIn } = await openConsole(t, language, theme, 'todos');
      await write(app, email, ['خرید نان و پنیر', 'Buy bread']);
      await signIn();
      await page.waitForSelector(ROW);
      await page.click('thead input[type=checkbox]');
      await page.waitForSelector('[role=region] button');
      const found = await faultsOf(page, 'todos-selected');
      await page.click('[role=region] button');
      await page.waitForSelector('section li .text-ok');
      found.push(...(await faultsOf(page, 'todos-dock')));

      assert.deepEqual(found, []);
    },
  );
