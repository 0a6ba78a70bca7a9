import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { createKeys } from '#platform/keys/derived.ts';
import { createCapturedMail } from '#platform/mail/captured.ts';
import { notificationPermissions } from '../../src/modules/notifications/contract.ts';
import { idOf } from '../../src/testing/accounts.ts';
import { MAILBOX_KEY, SECRET } from '../../src/testing/app.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { previewOf } from '../../console/src/features/inbox/preview.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, openRow, shows } from './open.ts';

const { write } = notificationPermissions;
const BELL = '[data-bell]';
const subjects = { en: 'Your order', fa: 'سفارش شما' };

const previews = [
  {
    title: 'a heading that says the subject again is left out, and lines are kept apart',
    subject: 'The API keys of your Bonyan account have changed',
    text: 'The API keys of your account have changed\n\nThe API key “Shop” was created.\nIf it was not you, tell us.',
    preview: 'The API key “Shop” was created. · If it was not you, tell us.',
  },
  { title: 'a severity before it', subject: 'Critical: Disk full', text: 'Disk full\nNo space.', preview: 'No space.' },
  { title: 'another first line stays', subject: 'Your order', text: 'Ready\nCome by.', preview: 'Ready · Come by.' },
  { title: 'no subject', subject: '', text: 'Ready  now', preview: 'Ready now' },
  { title: 'no text', subject: 'Your order', text: '', preview: '' },
];

for (const { title, subject, text, preview } of previews)
  test(`the preview of a message of the inbox: ${title}`, () => {
    assert.equal(previewOf(subject, text), preview);
  });

for (const language of ['en', 'fa'] as const)
  test(
    `the bell shows a new message without a reload, and opening it marks it as read (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, email, signIn, violations } = await openConsole(t, language);
      await signIn();
      await page.waitForSelector(`${BELL}[data-bell="0"]`);
      const recipient = await idOf(app, email);
      const subject = subjects[language];

      await app.signIn(write).post('/notifications', { channel: 'inApp', recipient, subject, body: 'Ready' });
      await app.drain();
      await page.waitForSelector(`${BELL}[data-bell="1"]`, { timeout: 10_000 });
      await page.click(BELL);
      await shows(page, subject);
      await page.click('[role=dialog] li a');
      await page.waitForSelector(`${BELL}[data-bell="0"]`);
      await page.waitForFunction('location.pathname.endsWith("/inbox")');

      await until(async () => {
        const { rows } = await app.database.pool.query(
          `select read_at is not null as read from notifications.message where channel = 'inApp' and read_at is not null`,
        );
        return rows.length === 1;
      });
      assert.deepEqual(violations, []);
    },
  );

test('a mail with a script and a remote image runs nothing and loads nothing', { skip: noBrowser }, async (t) => {
  let connections = 0;
  const outside = createServer((socket) => void ((connections += 1), socket.destroy()));
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  t.after(() => outside.close());
  const away = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`; // an object, since it listens on TCP
  const { app, page, signIn, goTo } = await openConsole(t, 'en');
  const { driver } = createCapturedMail(app.database.pool, createKeys(SECRET));
  const html = `<html><head><meta http-equiv="refresh" content="0;url=${away}/refresh"><base href="${away}/">
    <link rel="stylesheet" href="${away}/a.css"><link rel="preconnect" href="${away}">
    <style>@import url(${away}/b.css); body { background: url(${away}/c.png) }</style></head>
    <body onload="top.hacked = 1"><p id="words" style="color: rgb(1, 2, 3); background: url(${away}/d.png)">Read me</p>
    <p style="color: red</style><script>top.hacked = 2</script>">x</p><script>top.hacked = 3; fetch('${away}/e')</script>
    <img src="${away}/f.png" onerror="top.hacked = 4"><iframe src="${away}/g"></iframe><video src="${away}/h" autoplay></video>
    <form action="${away}/i"><button>Go</button></form><svg onload="top.hacked = 5"><image href="${away}/j.png"/></svg></body></html>`;
  await driver.port.send({ id: newId(), to: 'sara@example.com', subject: 'Hostile', text: 'Code 482913', html });
  await signIn();
  await goTo('mailbox');
  await page.type('[name=key]', MAILBOX_KEY);
  await page.keyboard.press('Enter');
  await shows(page, '482913');

  const frame = await (await page.waitForSelector('main iframe'))?.contentFrame();
  await frame?.waitForSelector('#words');
  const colour = await frame?.evaluate('getComputedStyle(document.getElementById("words")).color');
  const own = await frame?.evaluate('[document.scripts.length, document.images[0].complete, origin]');
  await page.evaluate('new Promise((resolve) => setTimeout(resolve, 500))'); // what would load has begun by then

  assert.equal(colour, 'rgb(1, 2, 3)');
  assert.deepEqual(own, [0, true, 'null']);
  assert.equal(await page.evaluate('typeof window.hacked'), 'undefined');
  assert.equal(connections, 0);
});

test('all mails of the mailbox are deleted after a question', { skip: noBrowser }, async (t) => {
  const { app, page, signIn, goTo } = await openConsole(t, 'fa');
  const { driver } = createCapturedMail(app.database.pool, createKeys(SECRET));
  await driver.port.send({ id: newId(), to: 'sara@example.com', subject: 'A', text: 'B', html: null });
  await signIn();
  await goTo(`mailbox?key=${MAILBOX_KEY}`);
  await page.waitForSelector('article');

  await page.click('main button.text-bad');
  await page.click('[role=alertdialog] button.text-bad');
  await page.waitForSelector('article', { hidden: true });

  assert.deepEqual(await app.mailbox('sara@example.com'), []);
});

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await isTrue())) if (Date.now() > end) throw new Error('it did not become true within 10 s');
}

for (const [language, theme] of looks)
  test(
    `axe finds nothing on the bell, the inbox and the mailbox, and none is wider than its window (${language}, ${theme})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, email, signIn, goTo, violations } = await openConsole(t, language, theme);
      await signIn();
      await goTo('inbox');
      const found = await faultsOf(page, 'inbox-empty');
      const recipient = await idOf(app, email);
      const message = {
        recipient,
        subject: subjects[language],
        body: 'a text that is longer than its line '.repeat(9),
      };
      await app.signIn(write).post('/notifications', { channel: 'inApp', ...message });
      await app.signIn(write).post('/notifications', { channel: 'email', ...message });
      await app.drain();
      await page.waitForSelector('tbody [data-row]');
      found.push(...(await faultsOf(page, 'inbox')));
      await page.click(BELL);
      await page.waitForSelector('[role=dialog] li');
      found.push(...(await faultsOf(page, 'bell')));
      await page.keyboard.press('Escape');
      await openRow(page);
      await page.waitForSelector('[role=dialog] dl');
      found.push(...(await faultsOf(page, 'inbox-drawer')));
      await goTo('mailbox');
      await page.click('main [type=submit]');
      await page.waitForSelector('[aria-invalid]');
      found.push(...(await faultsOf(page, 'mailbox-key')));
      await goTo(`mailbox?key=${MAILBOX_KEY}`);
      await page.waitForSelector('main iframe');
      found.push(...(await faultsOf(page, 'mailbox')));
      await goTo(`mailbox?key=${MAILBOX_KEY}&to=nobody@example.com`);
      await page.waitForFunction('!document.querySelector("main iframe")');
      found.push(...(await faultsOf(page, 'mailbox-empty')));

      assert.deepEqual(found, []);
      assert.deepEqual(violations, []);
    },
  );
