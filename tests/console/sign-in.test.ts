import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Page } from 'puppeteer-core';
import { codeFor, idOf, linkFor, login, member, PASSWORD, wrongCode } from '../../src/testing/accounts.ts';
import { listeningApp, noBrowser, openBrowser } from '../../src/testing/browser.ts';
import { startOidc } from '../../src/testing/servers/oidc-provider.ts';
import { faultsOf, looks } from './axe.ts';
import { ensureConsole, openConsole, shows, type Language } from './open.ts';

const options = { skip: noBrowser };
const OTHER_PASSWORD = 'another horse battery';
const FRAME = 'nav a[aria-current=page]';

const languages: Record<Language, { firstName: string; lastName: string }> = {
  en: { firstName: 'Sara', lastName: 'Amini' },
  fa: { firstName: 'سارا', lastName: 'محمدی' },
};

/** A server without any account, or with what `environment` says, and a browser at its console. */
async function openEmpty(t: TestContext, language: Language, environment: Record<string, string> = {}) {
  ensureConsole();
  const app = await listeningApp(t, async () => environment);
  const { page } = await openBrowser(t, app.origin, { isReused: true });
  await page
    .browserContext()
    .setCookie({ name: 'bonyan_console_language', value: language, domain: 'localhost', path: '/console' });
  return { app, page };
}

async function fill(page: Page, values: Record<string, string>): Promise<void> {
  await page.waitForSelector(`[name=${Object.keys(values)[0]}]`);
  for (const [name, value] of Object.entries(values)) {
    await page.evaluate(`document.querySelector('[name=${name}]').select()`);
    await page.type(`[name=${name}]`, value);
  }
  await page.keyboard.press('Enter');
}

for (const [language, person] of Object.entries(languages)) {
  test(
    `the first run makes an administrator with the link that the server prints (${language})`,
    options,
    async (t) => {
      const { app, page } = await openEmpty(t, language as Language);
      const email = app.randomEmail();
      await page.goto(`${app.origin}/console/users`);

      await fill(page, {
        token: `${app.origin}/setup#token=${await app.users.setupToken()}`,
        ...person,
        email,
        password: PASSWORD,
      });
      await page.waitForSelector('tbody [data-row]');

      const { rows } = await app.database.pool.query(
        `select u.first_name as "firstName", u.last_name as "lastName" from users.user u
        join "authorization".subject_role r on r.user_id = u.id where u.email = $1`,
        [email],
      );
      assert.equal(new URL(page.url()).pathname, '/console/users');
      assert.deepEqual(rows[0], person);
    },
  );

  test(`register, a wrong code, the code of the mail: signed in (${language})`, options, async (t) => {
    const { app, page } = await openConsole(t, language as Language, 'light', 'todos#register');
    const email = app.randomEmail();

    await fill(page, { ...person, contact: email, password: PASSWORD });
    await page.waitForSelector('[name=code]');
    const code = await codeFor(app, email);
    await fill(page, { code: wrongCode(code) });
    const refusal = await (await page.waitForSelector('[role=alert]'))?.evaluate(({ textContent }) => textContent);
    const before = await app.database.pool.query('select status from users.user where email = $1', [email]);
    await fill(page, { code });
    await page.waitForSelector(FRAME);

    const { rows } = await app.database.pool.query(
      'select first_name as name, status from users.user where email = $1',
      [email],
    );
    assert.match(refusal ?? '', language === 'fa' ? /[\u0600-\u06ff]/ : /[a-z]/);
    assert.deepEqual(before.rows, [{ status: 'pending' }]);
    assert.deepEqual(rows, [{ name: person.firstName, status: 'active' }]);
    assert.equal(page.url(), `${app.origin}/console/todos`);
  });
}

test(
  'a forgotten password: the code of the mail sets a new one, which signs in, and the old one does not',
  options,
  async (t) => {
    const { app, page, email } = await openConsole(t, 'en', 'light', '#forgot');

    await fill(page, { contact: email });
    await page.waitForSelector('[name=newPassword]');
    const code = await codeFor(app, email);
    await fill(page, { code, newPassword: 'password' });
    await shows(page, 'it is shorter than 12 characters');
    await fill(page, { code, newPassword: OTHER_PASSWORD });
    await page.waitForSelector(FRAME);

    assert.equal((await login(app, email)).status, 401);
    assert.equal((await login(app, email, OTHER_PASSWORD)).status, 200);
  },
);

test('links of mails keep working: one sets a password, and the console signs in with it', options, async (t) => {
  const { app, page, email } = await openConsole(t, 'en');
  await app.anonymous.post('/users/forgot-password', { email });

  await page.goto(`${app.origin}/console/reset-password#token=${await linkFor(app, email)}`);
  await page.type('input[name=newPassword]', OTHER_PASSWORD);
  await page.click('form button');
  await page.waitForFunction(`document.querySelector('form').hidden`);
  await page.goto(`${app.origin}/console/`);
  await fill(page, { contact: email, password: OTHER_PASSWORD });

  assert.ok(await page.waitForSelector(FRAME));
});

test('a passkey that was added in the account signs in without a password', options, async (t) => {
  const { app, page, email, signIn, goTo, violations } = await openConsole(t, 'en');
  await signIn();
  await goTo('account/security');
  await clickText(page, 'Add a passkey');
  await fill(page, { name: 'laptop' });
  await clickText(page, 'I have kept the codes');
  await shows(page, 'laptop');
  await signOut(page);

  await clickText(page, 'Sign in with a passkey');
  await page.waitForSelector(FRAME);

  const { rows } = await app.database.pool.query('select name from users.passkey where user_id = $1', [
    await idOf(app, email),
  ]);
  assert.deepEqual(rows, [{ name: 'laptop' }]);
  assert.deepEqual(violations, []);
});

test('after the password, a passkey is the second factor', options, async (t) => {
  const { page, email, signIn, goTo } = await openConsole(t, 'en');
  await signIn();
  await goTo('account/security');
  await clickText(page, 'Add a passkey');
  await fill(page, { name: 'laptop' });
  await clickText(page, 'I have kept the codes');
  await signOut(page);

  await fill(page, { contact: email, password: PASSWORD });
  await clickText(page, 'Use a passkey or security key');

  assert.ok(await page.waitForSelector(FRAME));
});

for (const [name, isVerified] of Object.entries({ 'vouches for': true, 'does not vouch for': false }))
  test(`a provider that ${name} the address signs in, and leads back to where it began`, options, async (t) => {
    const email = 'sara@example.com';
    const sara = { email, email_verified: isVerified, given_name: 'Sara', family_name: 'Amini' };
    ensureConsole();
    const app = await listeningApp(t, async (origin) => {
      const provider = await startOidc(t, `${origin}/api/v1/users/oauth/callback`, { sara });
      return provider.environment('ACME');
    });
    await app.users.createAdministrator(
      { email: app.randomEmail(), firstName: 'a', lastName: 'b', password: PASSWORD },
      { onlyFirst: true },
    );
    const { page } = await openBrowser(t, app.origin, { isReused: true });
    await page.goto(`${app.origin}/console/todos?search=bread`);

    await (await page.waitForSelector('a[href*="/oauth/"]'))?.click();
    if (!isVerified) {
      await page.waitForSelector('[name=code]');
      await fill(page, { code: await codeFor(app, email) });
    }
    await page.waitForSelector(FRAME);

    const { rows } = await app.database.pool.query('select first_name as name from users.user where email = $1', [
      email,
    ]);
    assert.deepEqual(rows, [{ name: 'Sara' }]);
    assert.equal(page.url(), `${app.origin}/console/todos?search=bread`);
  });

test('where the server wants a proof that no bot asks, the page works for it by itself', options, async (t) => {
  const environment = { BONYAN_BOT_CHECK: 'altcha', BONYAN_BOT_CHECK_AFTER: '0' };
  const { app, page } = await openEmpty(t, 'en', environment);
  const email = app.randomEmail();
  await app.users.createAdministrator(
    { email, firstName: 'a', lastName: 'b', password: PASSWORD },
    { onlyFirst: true },
  );
  await page.goto(`${app.origin}/console/`);

  await fill(page, { contact: email, password: PASSWORD });

  assert.ok(await page.waitForSelector(FRAME, { timeout: 60_000 }));
});

test(
  'what needs a fresh proof asks for the password once, and is then done without another click',
  options,
  async (t) => {
    const { app, page, email, signIn, goTo } = await openConsole(t, 'en');
    await signIn();
    await goTo('account/keys?open=new');
    app.pass(11 * 60_000);

    await page.type('[role=dialog] [name=name]', 'reports');
    await page.click('[role=dialog] [value="todos.read"]');
    await page.click('[role=dialog] [type=submit]');
    await shows(page, 'Is it still you?');
    await fill(page, { password: 'not the password' });
    await page.waitForSelector('[role=alert]');
    await fill(page, { password: PASSWORD });
    await shows(page, 'bny_');

    const { rows } = await app.database.pool.query('select name, scopes from users.api_key where user_id = $1', [
      await idOf(app, email),
    ]);
    assert.deepEqual(rows, [{ name: 'reports', scopes: ['todos.read'] }]);
  },
);

test('who cancels the step-up is told why nothing was done', options, async (t) => {
  const { app, page, signIn, goTo } = await openConsole(t, 'en');
  await signIn();
  await goTo('account/security');
  app.pass(11 * 60_000);

  await clickText(page, 'Set up the app');
  await shows(page, 'Is it still you?');
  await page.keyboard.press('Escape');

  assert.ok(await page.waitForSelector('main [role=alert]'));
});

for (const [language, theme] of looks)
  test(`axe finds nothing on the ways to sign in (${language}, ${theme})`, options, async (t) => {
    const { app, page } = await openConsole(t, language, theme, '#register');
    const found = await faultsOf(page, 'sign-in-register');
    await page.click('[type=submit]');
    await page.waitForSelector('[aria-invalid]');
    found.push(...(await faultsOf(page, 'sign-in-register-errors')));
    const { email, ...owner } = await member(app);
    await owner.post('/users/mfa/totp');
    await page.goto('about:blank');
    await page.goto(`${app.origin}/console/#forgot`);
    await page.waitForSelector('[name=contact]');
    found.push(...(await faultsOf(page, 'sign-in-forgot')));
    await fill(page, { contact: email });
    await page.waitForSelector('[name=newPassword]');
    found.push(...(await faultsOf(page, 'sign-in-reset')));

    assert.deepEqual(found, []);
  });

for (const [language, theme] of looks)
  test(`axe finds nothing on the first run (${language}, ${theme})`, options, async (t) => {
    const { app, page } = await openEmpty(t, language);
    await page.goto(`${app.origin}/console/`);
    await page.waitForSelector('[name=token]');

    assert.deepEqual(await faultsOf(page, `sign-in-setup-${theme}`), []);
  });

async function clickText(page: Page, text: string): Promise<void> {
  const button = await page.waitForSelector(`xpath///button[normalize-space()=${JSON.stringify(text)}]`);
  await button?.click();
}

async function signOut(page: Page): Promise<void> {
  await page.click('header button[aria-haspopup=menu]');
  await page.waitForSelector('[role=menuitem]');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[name=password]');
}
