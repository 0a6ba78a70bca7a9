import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { codeFor, login, member, PASSWORD } from '../../src/testing/accounts.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { openConsole, openRow, shows, type Language } from './open.ts';

const NEW = 'a[href*="open=new"]';

const languages: Record<Language, { description: string; due: string; shown: string }> = {
  en: { description: 'Buy bread', due: '2026-12-25', shown: '25 Dec 2026' },
  fa: { description: 'خرید نان', due: '۱۴۰۵/۱۰/۰۴', shown: '۴ دی ۱۴۰۵' },
};

for (const [language, { description, due, shown }] of Object.entries(languages))
  test(
    `sign in, write a todo by keyboard, tick it, open it by its link (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, signIn, violations } = await openConsole(t, language as Language, 'light', 'todos');
      await signIn();

      await page.click(NEW);
      await page.type('[name=description]', description);
      await page.type('[name=due]', due);
      await page.keyboard.press('Enter');
      await page.waitForSelector('tbody [data-row]');
      await shows(page, shown);
      await page.click('tbody td [name=done]');
      await page.waitForSelector('tbody td [name=done]:checked');
      await page.focus('[data-row]');
      await page.keyboard.press('Enter');
      await page.waitForSelector('[role=dialog] [name=description]');
      const link = page.url();
      await page.goto('about:blank');
      await page.goto(link);
      await page.waitForSelector('[role=dialog] [name=description]');

      const typed = await page.evaluate('document.querySelector("[name=description]").value');
      const { rows } = await app.database.pool.query(
        'select description, due_date::text as due, completed_at is not null as done from todos.todo',
      );
      assert.equal(typed, description);
      assert.deepEqual(rows, [{ description, due: '2026-12-25', done: true }]);
      assert.match(link, /\/console\/todos\?open=[\w-]{36}$/);
      assert.deepEqual(violations, []);
    },
  );

test('a tick that the server refuses is taken back, and the reason is told', { skip: noBrowser }, async (t) => {
  const { app, page, signIn } = await openConsole(t, 'en', 'light', 'todos?open=new');
  await signIn();
  await page.type('[name=description]', 'Buy bread');
  await page.click('[role=dialog] [type=submit]');
  await page.waitForSelector('tbody [data-row]');
  await app.database.pool.query('delete from todos.todo');

  await page.click('tbody td [name=done]');

  await shows(page, 'The tick was taken back.');
  assert.equal(await page.$('tbody td [name=done]:checked'), null);
});

test(
  'a todo that somebody else has changed is not overwritten: both versions are shown',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn } = await openConsole(t, 'en', 'light', 'todos?open=new');
    await signIn();
    await page.type('[name=description]', 'Buy bread');
    await page.click('[role=dialog] [type=submit]');
    await openRow(page);
    await page.waitForSelector('[role=dialog] [name=description]');
    await app.database.pool.query(`update todos.todo set description = 'Buy rice', version = version + 1`);

    await page.type('[name=description]', ' and milk');
    await page.click('[role=dialog] [type=submit]');

    await shows(page, 'Buy rice');
    const { rows } = await app.database.pool.query('select description from todos.todo');
    assert.deepEqual(rows, [{ description: 'Buy rice' }]);
  },
);

test('leaving a drawer with unsaved changes asks, and staying loses nothing', { skip: noBrowser }, async (t) => {
  const { page, signIn } = await openConsole(t, 'en', 'light', 'todos?open=new');
  await signIn();
  await page.type('[name=description]', 'Buy bread');

  await page.keyboard.press('Escape');
  await page.waitForSelector('[role=alertdialog]');
  await page.keyboard.press('Escape');
  await page.waitForSelector('[role=alertdialog]', { hidden: true });

  assert.equal(await page.evaluate('document.querySelector("[name=description]").value'), 'Buy bread');
});

test(
  'a wrong password is refused in the language of the page, and nothing is signed in',
  { skip: noBrowser },
  async (t) => {
    const { page, email } = await openConsole(t, 'fa');
    await page.type('[name=contact]', email);
    await page.type('[name=password]', 'not the password');
    await page.keyboard.press('Enter');

    const text = await (await page.waitForSelector('[role=alert]'))?.evaluate((alert) => alert.textContent);

    assert.match(text ?? '', /[\u0600-\u06ff]/);
    assert.equal(await page.$('nav'), null);
  },
);

test('the page that is open is in sight in the sidebar of a low window', { skip: noBrowser }, async (t) => {
  const { page, signIn } = await openConsole(t, 'en', 'light', 'integrity');
  await page.setViewport({ width: 1280, height: 480 });
  await signIn();
  const seen = `(() => {
    const { top, bottom } = document.querySelector('nav a[aria-current=page]').getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  })()`;
  await page.waitForFunction(`location.pathname.endsWith('/integrity') && ${seen}`, { timeout: 5000 });
});

test('a reload is signed in, and no longer after signing out', { skip: noBrowser }, async (t) => {
  const { page, signIn, goTo } = await openConsole(t, 'en');
  await signIn();
  await goTo('users');
  await page.waitForSelector('tbody [data-row]');

  await page.click('header button[aria-haspopup=menu]');
  await page.waitForSelector('[role=menuitem]');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[name=password]');
  await page.reload();

  assert.ok(await page.waitForSelector('[name=password]'));
});

test('the keyboard alone goes to a page, into its search, and through its rows', { skip: noBrowser }, async (t) => {
  const { page, signIn } = await openConsole(t, 'en');
  await signIn();

  await page.keyboard.press('g');
  await page.keyboard.press('u');
  await page.waitForSelector('tbody [data-row]');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=dialog] dl');
  await page.keyboard.press('Escape');
  await page.waitForSelector('[role=dialog]', { hidden: true });
  await page.keyboard.press('/');

  assert.equal(await page.evaluate('document.activeElement.type'), 'search');
});

test('a code from a mail signs in, typed in Persian digits', { skip: noBrowser }, async (t) => {
  const { app, page, email } = await openConsole(t, 'fa');
  await page.click('[role=group] button:not([aria-pressed=true])');
  await page.type('[name=contact]', email);
  await page.keyboard.press('Enter');
  await page.waitForSelector('[name=code]');
  const code = await codeFor(app, email);

  await page.type(
    '[name=code]',
    code.replaceAll(/\d/g, (digit) => '۰۱۲۳۴۵۶۷۸۹'.charAt(Number(digit))),
  );
  await page.keyboard.press('Enter');

  assert.ok(await page.waitForSelector('nav a[aria-current=page]'));
});

test(
  'an account with a second factor is asked for it, and gets in with a recovery code',
  { skip: noBrowser },
  async (t) => {
    const { app, page, email } = await openConsole(t, 'en');
    const { body } = await login(app, email);
    const owner = app.withToken(body.accessToken);
    const { secret } = (await owner.post('/users/mfa/totp')).body;
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: app.now().getTime() });
    const { recoveryCodes } = (await owner.post('/users/mfa/totp/confirm', { code })).body;
    await page.type('[name=contact]', email);
    await page.type('[name=password]', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[name=code]');

    await page.type('[name=code]', recoveryCodes[0]);
    await page.keyboard.press('Enter');

    assert.ok(await page.waitForSelector('nav a[aria-current=page]'));
  },
);

test(
  'somebody without permissions sees no page of operators, and a link to one says what is missing',
  { skip: noBrowser },
  async (t) => {
    const { app, page, goTo } = await openConsole(t, 'en');
    const { email } = await member(app);
    await page.type('[name=contact]', email);
    await page.type('[name=password]', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('nav a[aria-current=page]');

    await goTo('users');

    await shows(page, 'users.access');
    assert.equal(await page.$('nav a[href$="/users"]'), null);
  },
);
