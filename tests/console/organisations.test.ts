import assert from 'node:assert/strict';
import { test } from 'node:test';
import { member } from '../../src/testing/accounts.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, shows, type Language } from './open.ts';
import { asUser, openAs, press } from './people.ts';

const languages: Record<
  Language,
  Readonly<Record<'name' | 'found' | 'invite' | 'invited' | 'join' | 'leave', string>>
> = {
  en: {
    name: 'Book shop',
    found: 'Create organisation',
    invite: 'Send the invitation',
    invited: 'As user, until',
    join: 'Join',
    leave: 'Leave',
  },
  fa: {
    name: 'کتاب‌فروشی آفتاب',
    found: 'ساختن سازمان',
    invite: 'فرستادن دعوت‌نامه',
    invited: 'با نقش «user»، تا',
    join: 'عضویت',
    leave: 'ترک سازمان',
  },
};

for (const [language, { name, found, invite, invited, join, leave }] of Object.entries(languages))
  test(
    `one creates an organisation and invites, the other joins in another browser and leaves again (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, signIn, goTo } = await openConsole(t, language as Language);
      const sara = await member(app);
      await signIn();
      await goTo('organisations?open=new');
      await page.type('[role=dialog] [name=name]', name);
      await press(page, found);
      await page.waitForFunction('/open=[\\w-]{36}/.test(location.search)');
      const [, id = ''] = /open=([\w-]{36})/.exec(page.url()) ?? [];
      const members = async () => {
        const { rows } = await app.database.pool.query(
          'select 1 from "authorization".member where organisation_id = $1',
          [id],
        );
        return rows.length;
      };

      await goTo(`organisations?open=${id}&tab=invitations`);
      await page.waitForSelector('[role=dialog] [name=email]');
      await page.type('[role=dialog] [name=email]', sara.email);
      await press(page, invite);
      await shows(page, invited);
      const other = await openAs(t, app, sara.email, 'organisations', language as Language);
      await press(other.page, join);
      await other.page.waitForSelector('tbody [data-row]');
      const joined = await members();
      await other.goTo(`organisations?open=${id}&tab=members`);
      await press(other.page, leave);
      await other.page.waitForSelector('[role=alertdialog]');
      await other.page.locator(`[role=alertdialog] button ::-p-text(${leave})`).click();
      await other.page.waitForSelector('[role=dialog]', { hidden: true });

      assert.equal(joined, 2);
      assert.equal(await members(), 1);
    },
  );

test(
  'a role that is changed and a member who is removed are told by the server with its next answer',
  { skip: noBrowser },
  async (t) => {
    const { app, page, email, signIn, goTo } = await openConsole(t, 'en');
    const administrator = await asUser(app, email);
    const sara = await member(app);
    const { body: shop } = await administrator.post('/organisations', { name: 'Book shop' });
    await administrator.put(`/organisations/${shop.id}/members/${sara.id}`, { role: 'user' });
    const seen = async () => (await sara.get('/organisations')).body.items.map(({ role }: { role: string }) => role);
    await signIn();
    await goTo(`organisations?open=${shop.id}&tab=members`);

    await press(page, 'Role of Sara Amini: user');
    await page.waitForSelector('[role=menuitem]:not([data-disabled])');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await shows(page, 'Sara Amini now has the role admin here.');
    const changed = await seen();
    await press(page, 'Remove: Sara Amini');
    await page.waitForSelector('[role=alertdialog]');
    await page.locator('[role=alertdialog] button ::-p-text(Remove)').click();
    await shows(page, 'Sara Amini is no longer a member.');

    assert.deepEqual(changed, ['admin']);
    assert.deepEqual(await seen(), []);
  },
);

test(
  'a plain member sees their own organisations alone, and can change nobody in them',
  { skip: noBrowser },
  async (t) => {
    const { app, email } = await openConsole(t, 'en');
    const administrator = await asUser(app, email);
    const sara = await member(app);
    const { body: shop } = await administrator.post('/organisations', { name: 'Book shop' });
    await administrator.post('/organisations', { name: 'Bakery' });
    await administrator.put(`/organisations/${shop.id}/members/${sara.id}`, { role: 'user' });

    const { page, goTo } = await openAs(t, app, sara.email, 'organisations');
    await page.waitForSelector('tbody [data-row]');
    const rows = await page.$$eval('tbody [data-row]', (links) => links.map(({ textContent }) => textContent));
    await goTo(`organisations?open=${shop.id}&tab=members`);
    await shows(page, '(you)');
    const buttons = await page.$$eval('[role=tabpanel] button', (all) =>
      all.map(({ ariaLabel, textContent }) => ariaLabel ?? textContent),
    );
    const tabs = await page.$$eval('[role=tab]', (all) => all.length);

    assert.deepEqual(rows, ['Book shop']);
    assert.deepEqual(buttons, ['As an API call', 'Export', 'Leave']);
    assert.equal(tabs, 2);
  },
);

for (const [language, theme] of looks)
  test(
    `axe finds nothing on organisations, and none is wider than its window (${language}, ${theme})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, email, signIn, goTo, violations } = await openConsole(t, language, theme);
      const administrator = await asUser(app, email);
      const sara = await member(app);
      const found: string[] = [];
      const look = async (name: string, path: string, ready: string) => {
        await goTo(path);
        await page.waitForSelector(ready);
        await page.waitForSelector('[role=dialog] .appears', { hidden: true });
        found.push(...(await faultsOf(page, name)));
      };
      await signIn();
      await look('organisations-empty', 'organisations', 'main p');
      await goTo('organisations?open=new');
      await page.click('[role=dialog] [type=submit]');
      await page.waitForSelector('[aria-invalid]');
      found.push(...(await faultsOf(page, 'organisations-errors')));

      const { body: shop } = await administrator.post('/organisations', { name: 'کتاب‌فروشی آفتاب' });
      await administrator.put(`/organisations/${shop.id}/members/${sara.id}`, { role: 'user' });
      await administrator.post(`/organisations/${shop.id}/invitations`, { email: 'reza@example.com', role: 'user' });
      await sara.post('/organisations', { name: 'Bakery' });
      const { body: bakery } = await sara.get('/organisations');
      const own = bakery.items.find(({ name }: { name: string }) => name === 'Bakery');
      await sara.post(`/organisations/${own.id}/invitations`, { email, role: 'user' });
      await look('organisations', 'organisations', 'tbody [data-row]');
      await look('organisations-own', 'organisations?scope=own', 'tbody [data-row]');
      for (const tab of ['overview', 'members', 'invitations'])
        await look(`organisation-${tab}`, `organisations?open=${shop.id}&tab=${tab}`, '[role=tabpanel] > *');

      assert.deepEqual(found, []);
      assert.deepEqual(violations, []);
    },
  );
