import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { noBrowser } from '../../src/testing/browser.ts';
import { startServer, type Reply } from '../../src/testing/servers/message-providers.ts';
import { webhookPermissions } from '../../src/modules/webhooks/contract.ts';
import { eventWords } from '../../console/src/features/webhooks/event-words.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, shows, type Language, type Theme } from './open.ts';

const press = (text: string) => `::-p-xpath(//button[normalize-space()=${JSON.stringify(text)}])`;
const ROW = 'tbody [data-row]';

/** A console whose server may call this machine, and a receiver on it. */
async function stage(t: TestContext, language: Language, theme: Theme = 'light') {
  let reply: Reply = { status: 204 };
  const { url, heard } = await startServer(t, () => reply);
  const opened = await openConsole(t, language, theme, 'webhooks', { BONYAN_OUTBOUND_ALLOW: '127.0.0.1' });
  await opened.signIn();
  opened.page.on('dialog', (dialog) => void dialog.accept()); // unsaved changes are left
  const { app } = opened;
  await app.drain(); // what came before the webhook
  const admin = app.signIn(...Object.values(webhookPermissions));
  return {
    ...opened,
    admin,
    url: `${url}/hook`,
    heard,
    answerWith: (next: Reply) => void (reply = next),
    /** Delivers what waits, also what would be repeated later. */
    async deliver() {
      await app.drain();
      await app.database.pool.query(`update platform.work set due_at = now() where queue = 'webhooks.delivery'`);
      await app.drain();
    },
  };
}

const words: Record<Language, Record<'create' | 'kept' | 'test' | 'arrived' | 'pause' | 'paused' | 'save', string>> = {
  en: { create: 'Create the webhook', kept: 'I have copied the secret', test: 'Send a test event', arrived: 'Delivered', pause: 'Pause', paused: 'Paused', save: 'Save the webhook' },
  fa: { create: 'ساختن وب‌هوک', kept: 'رمز را کپی کردم', test: 'فرستادن رویداد آزمایشی', arrived: 'تحویل شد', pause: 'توقف', paused: 'متوقف', save: 'ذخیرهٔ وب‌هوک' },
}; // prettier-ignore

for (const language of ['en', 'fa'] as const)
  test(
    `a webhook is created; its test event arrives at a server, signed by the secret that was shown once (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { page, url, heard, goTo, deliver, violations } = await stage(t, language);
      const say = words[language];
      await goTo('webhooks?open=new');
      await page.type('[name=url]', url);
      await page.type('[name=description]', 'CRM');
      await page.locator(press(say.create)).click();
      await page.waitForSelector('[role=dialog] pre');
      const secret = await page.$eval('[role=dialog] pre', (pre) => pre.textContent ?? '');
      await page.locator(press(say.kept)).click();

      await page.locator(press(say.test)).click();
      await page.waitForFunction(`location.search.includes('tab=deliveries')`);
      await deliver();

      await shows(page, say.arrived);
      // It hears of all events, also of what happens here meanwhile.
      const tests = heard.filter(({ body }) => JSON.parse(body.toString()).type === 'webhooks.test.v1');
      const [{ headers, body } = assert.fail('nothing arrived'), ...others] = tests;
      new Webhook(secret).verify(body.toString(), headers as Record<string, string>);
      assert.deepEqual(others, []);
      assert.ok(!(await page.content()).includes(secret));
      assert.deepEqual(violations, []);
    },
  );

test('each event that can be chosen is described, and found by its words', { skip: noBrowser }, async (t) => {
  const { app, page, goTo } = await stage(t, 'fa');
  const published = app.modules.flatMap(({ publishes = [] }) => publishes.map(({ type }) => type));
  await goTo('webhooks?open=new');
  await page.waitForSelector('[name=all][value=some]');

  await page.click('[name=all][value=some]');
  await page.type('fieldset [type=search]', 'گذرواژه');
  const shown = await page.$$eval('fieldset li:not([hidden]) input', (inputs) => inputs.map(({ value }) => value));

  assert.deepEqual(Object.keys(eventWords).toSorted(), [...new Set(published)].toSorted());
  assert.deepEqual(shown, ['users.password_changed.v1']);
});

test('a paused webhook is paused in the database, and can be resumed', { skip: noBrowser }, async (t) => {
  const { app, admin, page, url, goTo } = await stage(t, 'fa');
  const { body } = await admin.post('/webhooks', { url, eventTypes: ['*'] });
  await goTo(`webhooks?open=${body.id}`);
  const isEnabled = async () => {
    const { rows } = await app.database.pool.query('select is_enabled from webhooks.endpoint');
    return rows[0]?.['isEnabled'];
  };

  await page.locator(press(words.fa.pause)).click();
  await page.waitForSelector(press('راه‌اندازی دوباره'));
  const paused = await isEnabled();
  await page.locator(press('راه‌اندازی دوباره')).click();
  await page.waitForSelector(press(words.fa.pause));

  assert.deepEqual([paused, await isEnabled()], [false, true]);
});

test('an edit that somebody else was faster with shows both versions', { skip: noBrowser }, async (t) => {
  const { admin, page, url, goTo } = await stage(t, 'en');
  const { body } = await admin.post('/webhooks', { url, eventTypes: ['*'], description: 'CRM' });
  await goTo(`webhooks?open=${body.id}`);
  await page.waitForSelector('[name=description]');
  await admin.patch(`/webhooks/${body.id}`, { description: 'Billing' }, { 'if-match': '*' });

  await page.type('[name=description]', ' two');
  await page.locator(press('Save the webhook')).click();
  await shows(page, 'Somebody else has changed this webhook meanwhile.');
  const before = await admin.get(`/webhooks/${body.id}`);
  await page.locator(press('Save mine over it')).click();
  await shows(page, 'The webhook was saved.');

  const after = await admin.get(`/webhooks/${body.id}`);
  assert.deepEqual([before.body.description, after.body.description], ['Billing', 'CRM two']);
});

test('a failed delivery shows what was answered, and arrives when it is sent again', { skip: noBrowser }, async (t) => {
  const { app, admin, page, url, heard, goTo, answerWith, deliver } = await stage(t, 'en');
  answerWith({ status: 500, body: 'out of order' });
  const { body } = await admin.post('/webhooks', { url, eventTypes: ['*'] });
  await admin.post(`/webhooks/${body.id}/test`);
  await app.drain();
  for (let hours = 0; hours < 30; hours += 5) {
    app.pass(5 * 3_600_000);
    await deliver();
  }
  heard.splice(0);
  answerWith({ status: 200 });

  await goTo(`webhooks?open=${body.id}&tab=deliveries`);
  await page.waitForSelector(press('Send all failed ones again'));
  const mayReplay = await page.$eval(press('Send all failed ones again'), (button) => button.matches(':enabled'));
  await page.locator('[role=dialog] a[aria-expanded]').click();
  await shows(page, 'out of order');
  await page.locator(press('Send it again')).click();
  await shows(page, 'It is sent again.');
  await deliver();

  await shows(page, 'Delivered');
  await page.waitForFunction(`document.querySelector('[role=dialog] [role=group] ~ div > button:disabled')`);
  assert.equal(mayReplay, true);
  assert.equal(heard.length, 1);
});

test('the name of an event begins beside its arrow, also in Persian', { skip: noBrowser }, async (t) => {
  const { admin, page, url, goTo, deliver } = await stage(t, 'fa');
  const { body } = await admin.post('/webhooks', { url, eventTypes: ['*'] });
  await admin.post(`/webhooks/${body.id}/test`);
  await deliver();
  await goTo(`webhooks?open=${body.id}&tab=deliveries`);
  await page.waitForSelector('[role=dialog] a[aria-expanded] bdi');

  const away = Number(
    await page.evaluate(`(() => {
    const link = document.querySelector('[role=dialog] a[aria-expanded]');
    const name = document.createRange();
    name.selectNodeContents(link.querySelector('bdi'));
    return link.querySelector('svg').getBoundingClientRect().left - name.getBoundingClientRect().right;
  })()`),
  );

  assert.ok(away >= 0 && away < 20, `${away} px`);
});

test(
  'a new secret signs what is sent afterwards, and the former one no longer without overlap',
  { skip: noBrowser },
  async (t) => {
    const { admin, page, url, heard, goTo, deliver } = await stage(t, 'en');
    const { body } = await admin.post('/webhooks', { url, eventTypes: ['*'] });
    await goTo(`webhooks?open=${body.id}`);
    await page.waitForSelector('[name=hours]');
    await page.select('[name=hours]', '0');
    await page.locator(press('Make a new secret')).click();
    await page.waitForSelector('[role=dialog] pre');
    const secret = await page.$eval('[role=dialog] pre', (pre) => pre.textContent ?? '');
    await page.locator(press('Send a test event')).click();
    await page.waitForFunction(`location.search.includes('tab=deliveries')`);
    await deliver();

    const [{ headers, body: sent } = assert.fail('nothing arrived')] = heard;
    const signed = headers as Record<string, string>;
    new Webhook(secret).verify(sent.toString(), signed);
    assert.throws(() => new Webhook(body.secret).verify(sent.toString(), signed));
  },
);

for (const [language, theme] of looks)
  test(`axe finds nothing on webhooks (${language}, ${theme})`, { skip: noBrowser }, async (t) => {
    const { admin, page, url, goTo, deliver, violations } = await stage(t, language, theme);
    const found = await faultsOf(page, 'webhooks-empty');
    await goTo('webhooks?open=new');
    await page.waitForSelector('[name=all][value=some]');
    await page.click('[name=all][value=some]');
    await page.waitForSelector('[name=types]');
    await page.locator('[role=dialog] [type=submit]').click();
    await page.waitForSelector('[aria-invalid]');
    found.push(...(await faultsOf(page, 'webhooks-errors')));
    const types = ['todos.created.v1', 'todos.completed.v1'];
    const { body } = await admin.post('/webhooks', { url, eventTypes: types, description: 'CRM' });
    const other = await admin.post('/webhooks', { url: `${url}/two`, eventTypes: ['*'] });
    await admin.patch(`/webhooks/${other.body.id}`, { isEnabled: false }, { 'if-match': '*' });
    await admin.post(`/webhooks/${body.id}/test`);
    await deliver();
    await goTo('webhooks');
    await page.waitForSelector(ROW);
    found.push(...(await faultsOf(page, 'webhooks')));
    await goTo(`webhooks?open=${body.id}`);
    await page.waitForSelector('[name=hours]');
    found.push(...(await faultsOf(page, 'webhooks-drawer')));
    await goTo(`webhooks?open=${body.id}&tab=deliveries`);
    await page.locator('[role=dialog] a[aria-expanded]').click();
    await page.waitForSelector('[role=dialog] pre');
    found.push(...(await faultsOf(page, 'webhooks-deliveries')));

    assert.deepEqual(found, []);
    assert.deepEqual(violations, []);
  });
