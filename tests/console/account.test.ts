import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'puppeteer-core';
import { Secret, TOTP } from 'otpauth';
import { codeFor, idOf, login, member, PASSWORD, wrongCode } from '../../src/testing/accounts.ts';
import { noBrowser, openBrowser } from '../../src/testing/browser.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, shows, type Language } from './open.ts';

const options = { skip: noBrowser };

const languages: Record<Language, { firstName: string; birth: string; saved: string }> = {
  en: { firstName: 'Mina', birth: '1990-05-21', saved: 'Saved' },
  fa: { firstName: 'مینا', birth: '۱۳۶۹/۰۲/۳۱', saved: 'ذخیره شد' },
};

for (const [language, { firstName, birth, saved }] of Object.entries(languages))
  test(`a name and a date of birth that are typed are in the database (${language})`, options, async (t) => {
    const { app, page, email, signIn, violations } = await openConsole(
      t,
      language as Language,
      'light',
      'account/profile',
    );
    await signInAt(page, signIn, '[name=dateOfBirth]');

    await page.type('[name=firstName]', firstName);
    await page.type('[name=dateOfBirth]', birth);
    await page.keyboard.press('Enter');
    await shows(page, saved);

    const { rows } = await app.database.pool.query(
      'select first_name as name, date_of_birth::text as birth from profiles.profile where user_id = $1',
      [await idOf(app, email)],
    );
    assert.deepEqual(rows, [{ name: firstName, birth: '1990-05-21' }]);
    assert.deepEqual(violations, []);
  });

test('the account begins with whether it is safe, and leads to what makes it safe', options, async (t) => {
  const { page, email, signIn, goTo, violations } = await openConsole(t, 'en');
  await signIn();

  await goTo('account');
  await shows(page, 'protected by a password alone');
  await shows(page, '1 open session: this one');
  const text = await page.$eval('main', (main) => main.textContent);
  await page.click('::-p-text(Set up a second factor)');
  await page.waitForFunction(`location.pathname.endsWith('/account/security')`);

  assert.ok(text.includes(email));
  assert.deepEqual(violations, []);
});

test('a session that is ended in one browser is over in the other', options, async (t) => {
  const { app, page, email, signIn, goTo } = await openConsole(t, 'en');
  await signIn();
  const { page: other } = await openBrowser(t, app.origin, { isReused: true });
  await other.setViewport({ width: 1280, height: 860 });
  await other.goto(`${app.origin}/console/todos`);
  await other.waitForSelector('[name=contact]');
  await other.type('[name=contact]', email);
  await other.type('[name=password]', PASSWORD);
  await other.keyboard.press('Enter');
  await other.waitForSelector('nav a[aria-current=page]');

  await goTo('account/sessions');
  await (await page.waitForSelector('main li button'))?.click();
  await (await page.waitForSelector('[role=alertdialog] button:last-child'))?.click();
  await shows(page, 'The session has ended.');
  await other.click('a[href$="/console/users"]');

  await shows(other, 'Your session has ended.');
  assert.equal((await page.$$('main li')).length, 1);
});

test('the authenticator app is on once its code has come back, and signs in', options, async (t) => {
  const { app, page, email, signIn } = await openConsole(t, 'en', 'light', 'account/security');
  await signInAt(page, signIn, 'main h2');
  await clickText(page, 'Set up the app');
  await page.waitForSelector('svg[role=img]');
  const secret = await page.$eval('main form bdi', ({ textContent }) => textContent);
  const codeAt = (time: number) => new TOTP({ secret: Secret.fromBase32(secret ?? '') }).generate({ timestamp: time });

  await page.type('[name=code]', wrongCode(codeAt(app.now().getTime())));
  await page.keyboard.press('Enter');
  await page.waitForSelector('main form [role=alert]');
  await clear(page, '[name=code]');
  await page.type('[name=code]', codeAt(app.now().getTime()));
  await page.keyboard.press('Enter');
  await clickText(page, 'I have kept the codes');
  await shows(page, '10 left');

  assert.equal((await login(app, email)).body.mfaRequired, true);
});

test('an address changes when the code of the mail to the new one is typed, and not before', options, async (t) => {
  const { app, page, email, signIn } = await openConsole(t, 'fa', 'light', 'account/security');
  await signInAt(page, signIn, 'main h2');
  const id = await idOf(app, email);
  const next = app.randomEmail();
  const current = async () =>
    (await app.database.pool.query('select email from users.user where id = $1', [id])).rows[0];

  await clickText(page, 'تغییر ایمیل');
  await page.type('[name=typed]', next);
  await page.keyboard.press('Enter');
  await page.waitForSelector('main [name=code]');
  const before = await current();
  await page.type('main [name=code]', await codeFor(app, next));
  await page.keyboard.press('Enter');
  await shows(page, 'ایمیل عوض شد.');

  assert.deepEqual([before, await current()], [{ email }, { email: next }]);
});

test(
  'somebody who operates nothing has a bar in place of the sidebar, and deletes their account by its name',
  options,
  async (t) => {
    const { app, page, goTo } = await openConsole(t, 'en');
    const { email, id } = await member(app);
    await page.type('[name=contact]', email);
    await page.type('[name=password]', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('header nav a[href$="/account"]');
    const hasSidebar = (await page.$('aside')) !== null;

    await goTo('account/data');
    await clickText(page, 'Delete my account');
    await page.type('[name=typed]', 'somebody@example.com');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[aria-invalid]');
    await clear(page, '[name=typed]');
    await page.type('[name=typed]', email);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[name=contact]');

    const { rows } = await app.database.pool.query('select 1 from users.user where id = $1 and email = $2', [
      id,
      email,
    ]);
    assert.equal(hasSidebar, false);
    assert.deepEqual(rows, []);
  },
);

test(
  'an invitation to an organisation is accepted, and what is wanted of notifications is kept',
  options,
  async (t) => {
    const { app, page, signIn, email, goTo } = await openConsole(t, 'en');
    const { id, ...founder } = await member(app);
    const { body: organisation } = await founder.post('/organisations', { name: 'Acme' });
    await founder.post(`/organisations/${organisation.id}/invitations`, { email });
    await signIn();

    await goTo('account/organisations');
    await clickText(page, 'Accept');
    await shows(page, 'You are a member of Acme.');
    await goTo('account/notifications');
    await page.waitForSelector('form:has(table) [type=submit]:disabled'); // nothing has changed yet
    await (await page.waitForSelector('tbody tr:nth-child(2) input:not(:checked)'))?.click();
    await page.click('nav a[href$="/console/todos"]');
    await clickText(page, 'Go on editing');
    await clickText(page, 'Save');
    await shows(page, 'Saved');
    await page.waitForSelector('form:has(table) [type=submit]:disabled');

    const userId = await idOf(app, email);
    const { body: members } = await founder.get(`/organisations/${organisation.id}/members`);
    const chosen = await app.database.pool.query(
      'select category, wanted from notifications.preference where user_id = $1',
      [userId],
    );
    const joined = members.items.find((one: { userId: string }) => one.userId === userId);
    assert.equal(joined.role, 'user');
    assert.deepEqual(chosen.rows, [{ category: 'reminders', wanted: true }]);
    assert.notEqual(id, userId);
  },
);

test(
  'a picture that is uploaded is shown once it is checked, and all of the data can be downloaded',
  options,
  async (t) => {
    const { app, page, email, signIn, goTo, violations } = await openConsole(t, 'en', 'light', 'account/profile');
    await signInAt(page, signIn, 'main input[type=file]');
    const folder = await mkdtemp(join(tmpdir(), 'bonyan-'));
    t.after(() => rm(folder, { recursive: true }));
    const path = join(folder, 'me.png');
    await page.screenshot({ path });

    await (await page.$('input[type=file]'))?.uploadFile(path);
    let isShown = false;
    const shown = page.waitForSelector('main img').then(() => (isShown = true));
    while (!isShown) await app.drain();
    await shown;
    await goTo('account/data');
    await clickText(page, 'Download my data');
    await shows(page, 'The archive is downloaded.');

    const { rows } = await app.database.pool.query(
      'select f.file_name as name from profiles.profile p join files.file f on f.id = p.avatar_file_id where p.user_id = $1',
      [await idOf(app, email)],
    );
    assert.deepEqual(rows, [{ name: 'me.png' }]);
    assert.deepEqual(violations, []);
  },
);

for (const [language, theme] of looks)
  test(`axe finds nothing on the pages of the account (${language}, ${theme})`, options, async (t) => {
    const { app, page, signIn, goTo, email, violations } = await openConsole(t, language, theme);
    const { id, ...founder } = await member(app);
    const { body: organisation } = await founder.post('/organisations', { name: 'Acme' });
    await founder.post(`/organisations/${organisation.id}/invitations`, { email });
    await login(app, email);
    await signIn();
    const found: string[] = [];
    for (const part of ['profile', 'security', 'sessions', 'notifications', 'organisations', 'keys', 'data']) {
      await goTo(`account/${part}`);
      await page.waitForSelector('main section h2');
      found.push(...(await faultsOf(page, `account-${part}`)));
    }
    await goTo('account/security');
    await (await page.waitForSelector('main section:nth-of-type(4) button'))?.click();
    await page.waitForSelector('svg[role=img]');
    await page.click('main form [type=submit]');
    await page.waitForSelector('[aria-invalid]');
    found.push(...(await faultsOf(page, 'account-totp-errors')));
    await goTo('account/keys?open=new');
    await page.waitForSelector('[role=dialog] [type=submit]');
    await page.click('[role=dialog] [type=submit]');
    await page.waitForSelector('[aria-invalid]');
    found.push(...(await faultsOf(page, 'account-keys-errors')));
    app.pass(11 * 60_000);
    await goTo('account/security');
    await (await page.waitForSelector('main section:nth-of-type(4) button'))?.click();
    await page.waitForSelector('[role=dialog] [name=password]');
    found.push(...(await faultsOf(page, 'step-up')));

    assert.deepEqual(found, []);
    assert.deepEqual(violations, []);
    assert.notEqual(id, '');
  });

for (const [language, theme] of looks)
  test(`axe finds nothing in the bar of end users (${language}, ${theme})`, options, async (t) => {
    const { app, page, goTo } = await openConsole(t, language, theme);
    const { email } = await member(app);
    await page.type('[name=contact]', email);
    await page.type('[name=password]', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('header nav a[href$="/account"]');
    await goTo('account/sessions');
    await page.waitForSelector('main li');

    assert.deepEqual(await faultsOf(page, 'account-end-user'), []);
  });

/** Signs in at an address that is no page of the menu. */
async function signInAt(page: Page, signIn: () => Promise<void>, selector: string): Promise<void> {
  await signIn();
  await page.waitForSelector(selector);
}

async function clickText(page: Page, text: string): Promise<void> {
  const button = await page.waitForSelector(`xpath///button[normalize-space()=${JSON.stringify(text)}]`);
  await button?.click();
}

async function clear(page: Page, selector: string): Promise<void> {
  await page.evaluate(`document.querySelector('${selector}').select()`);
}
