import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLinks } from '#kernel/links.ts';
import { administrator } from '#testing/authorization.ts';
import { listeningApp, noBrowser, openBrowser } from '#testing/browser.ts';
import { codeFor, login, member, PASSWORD } from '#testing/accounts.ts';
import texts from '../texts.json' with { type: 'json' };
import { brandingOf } from '#testing/branding.ts';
import { createLinkPages } from './pages.ts';

type App = Awaited<ReturnType<typeof listeningApp>>;
type Page = Awaited<ReturnType<typeof openBrowser>>['page'];
const options = { skip: noBrowser };
const OTHER_PASSWORD = 'another horse battery';

async function linkTo(app: App, email: string): Promise<string> {
  await app.drain();
  const [mail] = await app.mailbox(email);
  return /https?:\/\/\S+#token=[\w-]+/.exec(mail.text)?.[0] ?? '';
}

/** Fills in the fields, submits the form, and waits for its message. */
async function submit(page: Page, fields: Record<string, string> = {}): Promise<string> {
  for (const [name, value] of Object.entries(fields)) await page.type(`input[name=${name}]`, value);
  await page.click('form button');
  await page.waitForFunction(`document.querySelector('#message').textContent !== ''`);
  return await page.$eval('#message', (node) => node.textContent ?? '');
}

test('every link in a mail leads to a page that works in any browser', options, async (t) => {
  const app = await listeningApp(t);
  const { page } = await openBrowser(t, app.origin);
  const email = app.randomEmail();
  await app.anonymous.post('/users/register', { email, firstName: 'Sara', lastName: 'Amini', password: PASSWORD });

  await page.goto(await linkTo(app, email));
  const shown = page.url();
  const verified = await submit(page, { newPassword: PASSWORD });
  await app.anonymous.post('/users/forgot-password', { email });
  await page.goto(await linkTo(app, email));
  const refused = await submit(page, { newPassword: 'password' });
  await page.$eval('input', (input) => void (input.value = ''));
  await page.type('input', OTHER_PASSWORD);
  await page.click('form button');
  await page.waitForFunction(`document.querySelector('form').hidden`);

  assert.equal(shown, `${app.origin}/console/verify`); // the address no longer contains the token
  assert.match(verified, /confirmed/);
  assert.match(refused, /12/);
  assert.equal((await login(app, email, OTHER_PASSWORD)).status, 200);
});

test('a link signs in in the browser that asked, and shows its code in another', options, async (t) => {
  const app = await listeningApp(t);
  const { email } = await member(app);
  const [{ page: own }, { page: other }] = [await openBrowser(t, app.origin), await openBrowser(t, app.origin)];
  await own.goto(`${app.origin}/console/verify`);
  await own.evaluate(
    (address) =>
      fetch('/api/v1/users/login/code', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: address }),
      }).then(({ status }) => status),
    email,
  );
  const link = await linkTo(app, email);

  await other.goto(link);
  const shown = await submit(other);
  await own.goto(link);
  const signedIn = await submit(own);
  const cookies = (await own.browserContext().cookies()).map(({ name }) => name);

  assert.match(shown, new RegExp(`${await codeFor(app, email)}$`));
  assert.match(signedIn, /signed in/);
  assert.ok(cookies.some((name) => name.endsWith('bonyan_refresh')));
});

test('an invitation is accepted in the browser, in Persian where that is its language', options, async (t) => {
  const app = await listeningApp(t);
  const { page } = await openBrowser(t, app.origin);
  const [admin, email] = [await administrator(app), app.randomEmail()];
  await admin.post('/users', { email, firstName: 'Reza', lastName: 'Rad' });

  await page.goto(await linkTo(app, email));
  await page.click('#languages button[lang=fa]');
  const direction = await page.evaluate('document.documentElement.dir');
  const said = await submit(page, { newPassword: PASSWORD });

  assert.equal(direction, 'rtl');
  assert.match(said, /[\u0600-\u06ff]/);
  assert.equal((await login(app, email)).status, 200);
});

test('a page without its token says what is missing', options, async (t) => {
  const app = await listeningApp(t);
  const { page } = await openBrowser(t, app.origin);

  for (const path of ['/setup', '/console/verify', '/console/reset-password', '/console/accept-invitation']) {
    await page.goto(app.origin + path);
    await page.waitForFunction(`document.querySelector('#message').textContent.includes('#token')`);
    assert.equal(await page.$eval('form', (form) => form.hidden), true, path);
  }
});

test('each page names every password rule that a refusal can name, in both languages', () => {
  const described = texts.errors['users.password_refused'].means.en;
  const rules = described.match(/\b(?:too|needs|contains)[A-Z]\w+|\bcommon\b|\busedBefore\b/g) ?? [];

  const missing = Object.entries(createLinkPages(createLinks('https://bonyan.example'), brandingOf())).flatMap(
    ([path, page]) => {
      const data = /id="page">(.*?)<\/script>/.exec(page)?.[1] ?? '';
      const { en, fa } = JSON.parse(data).texts;
      return rules.filter((rule) => !en[rule] || !fa[rule]).map((rule) => `${path} ${rule}`);
    },
  );

  assert.ok(rules.length >= 10);
  assert.deepEqual(missing, []);
});
