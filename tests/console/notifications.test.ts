import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { notificationPermissions } from '../../src/modules/notifications/contract.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, openRow, shows, type Language } from './open.ts';
import { asUser, press } from './people.ts';

type Opened = Awaited<ReturnType<typeof openConsole>>;
const { templates, write } = notificationPermissions;
const SEND = '[role=dialog] [type=submit]';

const texts: Record<Language, { subject: string; before: string; after: string; value: string }> = {
  en: { subject: 'Your order', before: 'Thank you', after: 'We pack it today', value: 'a kettle' },
  fa: { subject: 'سفارش شما', before: 'سپاس از شما', after: 'امروز بسته‌بندی می‌شود', value: 'یک کتری' },
};

async function templateIn(app: Opened['app'], language: Language): Promise<string> {
  const { subject, before } = texts[language];
  const { body } = await app.signIn(templates).post('/notifications/templates', {
    name: 'shop.order',
    channel: 'email',
    language,
    subjectTemplate: subject,
    bodyTemplate: `<p>${before}, {{ thing }}</p>`,
  });
  return body.id;
}

for (const [language, { before, after, value }] of Object.entries(texts))
  test(
    `a template is edited, previewed and sent, and the mail has the new words (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, email, signIn, goTo, violations } = await openConsole(t, language as Language);
      const id = await templateIn(app, language as Language);
      await signIn();
      await goTo(`notifications/templates/${id}`);
      await shows(page, 'shop.order');
      await page.waitForSelector('[name=bodyTemplate]');

      await page.evaluate('document.querySelector("[name=bodyTemplate]").select()');
      await page.type('[name=bodyTemplate]', `<p>${after}: {{ thing }}</p>`);
      await page.click('form [type=submit]');
      await page.waitForFunction('document.querySelector("form [type=submit]").disabled');
      await page.evaluate('document.querySelector("fieldset input").select()');
      await page.type('fieldset input', value);
      await page.waitForFunction(
        `document.querySelector('section[aria-label] details pre').textContent.includes(${JSON.stringify(`${after}: ${value}`)})`,
      );
      const frame = await (await page.waitForSelector('main iframe'))?.contentFrame();
      const previewed = await frame?.evaluate(
        '[document.body.innerText, getComputedStyle(document.body).backgroundColor]',
      );
      await goTo(`notifications?open=new&template=${id}`);
      await page.waitForSelector('[name=recipient]');
      await page.type('[name=recipient]', email);
      await page.type('[name="values.thing"]', value);
      await page.click(SEND);
      await page.waitForFunction('/open=[0-9a-f-]{36}/.test(location.search)');
      await app.drain();

      const [mail] = await app.mailbox(email);
      const { rows } = await app.database.pool.query(
        'select revision, body_template from notifications.template where id = $1',
        [id],
      );
      const [text, background] = previewed as [string, string];
      assert.match(text, new RegExp(`${after}: ${value}`));
      assert.equal(background, 'rgb(241, 238, 230)'); // as the layout says, in an attribute
      assert.match(mail.text, new RegExp(`${after}: ${value}`));
      assert.doesNotMatch(mail.text, new RegExp(before));
      assert.deepEqual(rows, [{ revision: 2, bodyTemplate: `<p>${after}: {{ thing }}</p>` }]);
      assert.deepEqual(violations, []);
    },
  );

test(
  'the preview follows what is typed before it is saved, and shows the other language',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn, goTo } = await openConsole(t, 'en');
    const persian = await templateIn(app, 'fa');
    const id = await templateIn(app, 'en');
    const says = (text: string) =>
      page.waitForFunction(
        `document.querySelector('section[aria-label] details pre')?.textContent.includes(${JSON.stringify(text)})`,
      );
    await signIn();
    await goTo(`notifications/templates/${id}`);
    await page.waitForSelector('[name=bodyTemplate]');
    await says('Thank you, thing');

    await page.type('[name=bodyTemplate]', '<p>For {{ customer }}</p>');
    await says('For customer'); // a variable that the saved text does not have
    await page.select('section[aria-label] select', persian);
    await says('سپاس از شما, thing');
    await page.select('section[aria-label] select', id);
    await says('For customer');
    await page.type('[name=bodyTemplate]', '{{ broken');
    await page.waitForSelector('section[aria-label] [role=alert]');

    const { rows } = await app.database.pool.query('select revision from notifications.template where id = $1', [id]);
    assert.deepEqual(rows, [{ revision: 1 }]);
  },
);

test('a template that somebody else has revised is not overwritten: both are shown', { skip: noBrowser }, async (t) => {
  const { app, page, signIn, goTo } = await openConsole(t, 'en');
  const id = await templateIn(app, 'en');
  await signIn();
  await goTo(`notifications/templates/${id}`);
  await page.waitForSelector('[name=bodyTemplate]');
  await app.signIn(templates).put(`/notifications/templates/${id}`, { bodyTemplate: '<p>Theirs, {{ thing }}</p>' });

  await page.type('[name=bodyTemplate]', '<p>Mine</p>');
  await page.click('form [type=submit]');

  await shows(page, 'Theirs');
  const { rows } = await app.database.pool.query('select body_template from notifications.template where id = $1', [id]); // prettier-ignore
  assert.deepEqual(rows, [{ bodyTemplate: '<p>Theirs, {{ thing }}</p>' }]);
});

test('a suppression is removed after a question, and its address gets mail again', { skip: noBrowser }, async (t) => {
  const { app, page, signIn, goTo } = await openConsole(t, 'en');
  const recipient = app.randomEmail();
  const send = async () => {
    await app.signIn(write).post('/notifications', { channel: 'email', recipient, subject: 'A', body: 'B' });
    await app.drain();
    return (await app.mailbox(recipient)).length;
  };
  const before = await send();
  await suppress(app);
  const suppressed = await send();
  await signIn();
  await goTo('notifications/suppressions');
  await openRow(page);
  await page.waitForSelector('[role=dialog] button.text-bad');

  await page.click('[role=dialog] button.text-bad');
  await page.click('[role=alertdialog] button.text-bad');
  await page.waitForSelector('tbody [data-row]', { hidden: true });

  assert.deepEqual([before, suppressed, await send()], [1, 1, 2]);
});

test('a message is written for later in Persian, and its schedule is cancelled', { skip: noBrowser }, async (t) => {
  const { app, page, email, signIn, goTo } = await openConsole(t, 'fa', 'light', 'notifications?open=new');
  await signIn();
  await page.type('[name=recipient]', email);
  await page.type('[name=subject]', 'یادآوری');
  await page.type('[name=body]', 'جلسه فرداست');
  await page.select('[name=when]', 'repeat');
  await page.type('[name=date]', '۱۴۲۰/۱۰/۰۴');
  await page.type('[name=time]', '۱۴:۳۰');
  await page.waitForFunction(`document.querySelectorAll('form [role=status] li').length === 5`);
  const [first] = await page.$$eval('form [role=status] li', (lines) => lines.map(({ textContent }) => textContent));
  await page.click(SEND);
  await page.waitForFunction('/open=[0-9a-f-]{36}/.test(location.search)');
  await goTo('notifications/schedules');
  await openRow(page);
  const scheduled = await schedulesOf(app);

  await (await page.waitForSelector('[role=dialog] button.text-bad'))?.click();
  await page.click('[role=alertdialog] button.text-bad');
  await page.waitForSelector('[role=dialog] button.text-bad', { hidden: true });

  assert.match(String(first), /۴ دی ۱۴۲۰/);
  assert.deepEqual(scheduled, [{ rule: 'daily', status: 'active', day: '2041-12-24' }]);
  assert.deepEqual((await schedulesOf(app)).map(({ status }) => status), ['cancelled']); // prettier-ignore
});

for (const [language, rule, zone, calendars] of [
  ['en', 'Every Monday at 09:00', 'Asia/Tehran', ['Gregorian calendar', 'Persian calendar']],
  ['fa', 'هر دوشنبه ساعت ۰۹:۰۰', 'Asia/Tehran', ['شمسی', 'میلادی']],
] as const)
  test(
    `a cron expression is shown in words, with its zone and its next instants (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, email, signIn, goTo } = await openConsole(t, language);
      const message = {
        channel: 'email',
        recipient: email,
        subject: 'Stock',
        body: 'Count it',
        scheduledAtUtc: '2041-12-24T08:00:00Z',
      };
      const { body } = await asUser(app, email).then((admin) => admin.post('/notifications', message));
      await asUser(app, email).then((admin) =>
        admin.post(`/notifications/${body.id}/schedule`, { ruleName: '0 9 * * 1', timeZone: zone }),
      );
      await signIn();

      await goTo('notifications/schedules');
      const row = await page.waitForSelector('tbody [data-row]');
      const shown = await page.$eval('tbody tr', ({ textContent }) => textContent);
      await row?.click();
      await page.waitForSelector('[role=dialog] [data-instant]');
      const heads = await page.$$eval('[role=dialog] thead th', (all) => all.map(({ textContent }) => textContent));
      const instants = await page.$$eval('[role=dialog] [data-instant]', (all) => all.length);

      assert.ok(shown.startsWith('Stock'), shown); // what it sends
      assert.ok(shown.replaceAll('\u200f', '').includes(rule) && shown.includes(zone), shown);
      assert.deepEqual(heads.slice(0, 2), calendars);
      assert.equal(instants, 5);
    },
  );

async function schedulesOf(app: Opened['app']) {
  const { rows } = await app.database.pool.query<{ rule: string; status: string; day: string }>(
    `select rule_name as rule, status, to_char(next_run_at at time zone 'UTC', 'YYYY-MM-DD') as day from notifications.schedule
     where rule is not null`,
  );
  return rows;
}

test('users who hear of incidents are chosen by name, and taken away again', { skip: noBrowser }, async (t) => {
  const { app, page, email, signIn, goTo } = await openConsole(t, 'en');
  const operator = await asUser(app, email);
  const chosen = async () => {
    const { body } = await operator.get('/notifications/routing');
    return body.routes.find((route: { severity: string }) => route.severity === 'critical').userIds;
  };
  const { body: me } = await operator.get('/users/me');
  await signIn();
  await goTo('notifications/routing');

  await page.type('[name="critical.users"]', 'Amini');
  await page.waitForSelector('fieldset [role=option]');
  await page.keyboard.press('Enter');
  await page.waitForFunction(`document.querySelector('fieldset li')?.textContent.includes('Sara Amini')`);
  const focused = await page.evaluate('document.activeElement.name');
  await press(page, 'Save recipients');
  await shows(page, 'The recipients are saved.');
  const saved = await chosen();
  await page.click('fieldset li button');
  await page.waitForSelector('fieldset li', { hidden: true });
  const answer = page.waitForResponse((response) => response.request().method() === 'PUT');
  await press(page, 'Save recipients');
  await answer;

  assert.equal(focused, 'critical.users');
  assert.deepEqual(saved, [me.id]);
  assert.deepEqual(await chosen(), []);
});

/** A provider has said that the address of the newest message does not exist. */
async function suppress({ database }: Opened['app']): Promise<void> {
  await database.pool.query(
    `insert into notifications.suppression (id, channel, address_hash, reason, provider)
     select $1::uuid, 'email', recipient_hash, 'mailbox unavailable', 'smtp' from notifications.message
     where channel = 'email' order by id desc limit 1`,
    [newId()],
  );
}

for (const [language, theme] of looks)
  test(
    `axe finds nothing on the pages of notifications, and none is wider than its window (${language}, ${theme})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, email, signIn, goTo, violations } = await openConsole(t, language, theme);
      await signIn();
      const found: string[] = [];
      const look = async (name: string, path: string, selector: string) => {
        await goTo(path);
        await page.waitForSelector(selector);
        found.push(...(await faultsOf(page, name)));
      };
      await look('messages-empty', 'notifications?channel=webhook', 'main a[href]');
      await look('schedules-empty', 'notifications/schedules', 'main p');
      await look('suppressions-empty', 'notifications/suppressions', 'main p');
      const id = await templateIn(app, language);
      await goTo('notifications?open=new');
      await page.click(SEND);
      await page.waitForSelector('[aria-invalid]');
      found.push(...(await faultsOf(page, 'messages-errors')));
      await page.type('[name=recipient]', email);
      await page.type('[name=subject]', texts[language].subject);
      await page.type('[name=body]', texts[language].before);
      await page.click(SEND);
      await page.waitForFunction('/open=[0-9a-f-]{36}/.test(location.search)');
      await app.drain();
      await suppress(app);

      await look('messages', 'notifications', 'tbody [data-row]');
      await openRow(page);
      await page.waitForSelector('[role=dialog] ol li');
      found.push(...(await faultsOf(page, 'messages-drawer')));
      await look('messages-compose', `notifications?open=new&template=${id}`, '[name="values.thing"]');
      await look('templates', 'notifications/templates', 'tbody [data-row]');
      await look('templates-drawer', `notifications/templates?open=${id}`, '[role=dialog] pre');
      await look('templates-create', 'notifications/templates?open=new', '[role=dialog] [name=name]');
      await look('template-editor', `notifications/templates/${id}`, 'main iframe');
      await look('suppressions', 'notifications/suppressions', 'tbody [data-row]');
      await openRow(page);
      await page.waitForSelector('[role=dialog] dl');
      found.push(...(await faultsOf(page, 'suppressions-drawer')));
      await look('routing', 'notifications/routing', 'fieldset');
      await look('reports', 'notifications/reports', 'tbody tr');

      assert.deepEqual(found, []);
      assert.deepEqual(violations, []);
    },
  );
