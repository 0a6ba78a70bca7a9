import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { login, member, subjects } from '../../src/testing/accounts.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, shows, type Language } from './open.ts';
import { asUser, openAs, press } from './people.ts';

const languages: Record<Language, { send: string; told: string; status: string }> = {
  en: { send: 'Send the invitation', told: 'is on its way.', status: 'Not confirmed' },
  fa: { send: 'فرستادن دعوت‌نامه', told: 'فرستاده شد.', status: 'تأییدنشده' },
};

for (const [language, { send, told, status }] of Object.entries(languages))
  test(
    `inviting somebody makes a pending account with the chosen role, and sends a mail (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, email, signIn, goTo } = await openConsole(t, language as Language);
      const administrator = await asUser(app, email);
      await administrator.post('/authorization/roles', { name: 'office', permissions: ['audit.read'] });
      const invited = app.randomEmail();
      await signIn();
      await goTo('users?open=new');
      await page.waitForSelector('[role=dialog] [value=office]');

      await page.type('[role=dialog] [name=email]', invited);
      await page.type('[role=dialog] [name=firstName]', 'رضا');
      await page.type('[role=dialog] [name=lastName]', 'کریمی');
      await page.click('[role=dialog] [value=office]');
      await press(page, send);
      await shows(page, told);
      await shows(page, status);

      const { body } = await administrator.get(`/users?search=${invited}`);
      const [user] = body.items;
      assert.deepEqual([user.firstName, user.lastName, user.language], ['رضا', 'کریمی', language]);
      assert.deepEqual([user.status, user.roles], ['pending', ['office', 'user']]);
      assert.equal((await subjects(app, invited)).length, 1);
    },
  );

test(
  'a name that somebody else has changed is not overwritten: both versions are shown',
  { skip: noBrowser },
  async (t) => {
    const { app, page, email, signIn, goTo } = await openConsole(t, 'en');
    const administrator = await asUser(app, email);
    const sara = await member(app);
    const name = async () => (await administrator.get(`/users/${sara.id}`)).body.firstName;
    await signIn();
    await goTo(`users?open=${sara.id}`);
    await page.waitForSelector('[role=dialog] [name=firstName]');
    await administrator.put(`/users/${sara.id}`, { firstName: 'Sahar' });

    await page.type('[role=dialog] [name=firstName]', 'h');
    await press(page, 'Save the name');
    await shows(page, 'Sahar Amini');
    const kept = await name();
    await press(page, 'Save mine over it');
    await shows(page, 'The name is saved.');

    assert.equal(kept, 'Sahar');
    assert.equal(await name(), 'Sarah');
  },
);

test(
  'disabling an account ends its session in another browser with its next request',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn, goTo } = await openConsole(t, 'en');
    const sara = await member(app);
    const other = await openAs(t, app, sara.email, 'todos');
    await signIn();
    await goTo(`users?open=${sara.id}`);

    await press(page, 'Disable account');
    await page.waitForSelector('[role=alertdialog]');
    await page.locator('[role=alertdialog] button ::-p-text(Disable account)').click();
    await shows(page, 'The account is disabled');
    await other.page.reload();

    assert.ok(await other.page.waitForSelector('[name=password]'));
  },
);

test('an account is deleted only after its name was typed', { skip: noBrowser }, async (t) => {
  const { app, page, email, signIn, goTo } = await openConsole(t, 'en');
  const administrator = await asUser(app, email);
  const sara = await member(app);
  await signIn();
  await goTo(`users?open=${sara.id}`);
  await press(page, 'Delete account…');
  await page.type('[name=typed]', 'Sara');
  await page.keyboard.press('Enter');
  const before = await administrator.get(`/users/${sara.id}`);

  await page.type('[name=typed]', ' Amini');
  await page.keyboard.press('Enter');
  await shows(page, 'The account of Sara Amini is deleted.');
  await page.waitForSelector('[role=dialog]', { hidden: true });

  assert.equal(before.status, 200);
  assert.equal((await administrator.get(`/users/${sara.id}`)).status, 404);
});

test(
  'who acts on behalf of somebody sees until when and the token once, and can end it',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn, goTo } = await openConsole(t, 'en');
    const sara = await member(app);
    await signIn();
    await goTo(`users?open=${sara.id}`);

    await press(page, 'Act on behalf of Sara Amini');
    await page.type('[name=reason]', 'Ticket 4512: files are missing');
    await press(page, 'Act on behalf of Sara Amini');
    await shows(page, 'answered as if Sara Amini had sent them');
    const token = String(await page.$eval('[aria-label=Token]', (code) => code.textContent));
    const during = await app.withToken(token).get('/todos');
    await press(page, 'End it now');
    await shows(page, 'You no longer act on behalf of Sara Amini.');

    assert.equal(during.status, 200);
    assert.equal((await app.withToken(token).get('/todos')).status, 401);
  },
);

test('own fields are changed as JSON: what is taken out of the text is removed', { skip: noBrowser }, async (t) => {
  const { app, page, email, signIn, goTo } = await openConsole(t, 'en');
  const administrator = await asUser(app, email);
  const sara = await member(app);
  await administrator.patch(`/users/${sara.id}/metadata`, { privateMetadata: { plan: 'basic', old: true } });
  await signIn();
  await goTo(`users?open=${sara.id}&tab=fields`);

  await page.locator('[name=privateMetadata]').fill('{ "plan": "large" }');
  await press(page, 'Save the fields');
  await shows(page, 'The fields are saved.');

  const { body } = await administrator.get(`/users/${sara.id}/metadata`);
  assert.deepEqual(body.privateMetadata, { plan: 'large' });
});

test('a session that is ended here is over in its browser with the next request', { skip: noBrowser }, async (t) => {
  const { app, page, signIn, goTo } = await openConsole(t, 'en');
  const sara = await member(app);
  const { body } = await login(app, sara.email);
  await signIn();
  await goTo(`users?open=${sara.id}&tab=access`);
  await shows(page, 'Sara Amini has 2 open sessions.');

  await page.locator('[role=tabpanel] button ::-p-text(End all 2 sessions)').click();
  await page.locator('[role=alertdialog] button ::-p-text(End all 2 sessions)').click();
  await shows(page, 'Sara Amini is not signed in anywhere.');

  assert.equal((await app.withToken(body.accessToken).get('/users/me')).status, 401);
  assert.equal((await sara.get('/users/me')).status, 401);
});

test('a lost authenticator app is removed with a reason, which its owner reads', { skip: noBrowser }, async (t) => {
  const { app, page, email, signIn, goTo } = await openConsole(t, 'fa');
  const administrator = await asUser(app, email);
  const sara = await member(app);
  const { body } = await sara.post('/users/mfa/totp');
  const code = new TOTP({ secret: Secret.fromBase32(body.secret) }).generate();
  await sara.post('/users/mfa/totp/confirm', { code });
  await signIn();
  await goTo(`users?open=${sara.id}&tab=access`);

  await page.locator('[role=tabpanel] button[aria-label="حذف برنامهٔ احراز هویت"]').click();
  await page.waitForSelector('[role=tabpanel] [name=reason]:focus');
  await page.keyboard.type('کوتاه');
  await page.click('[role=tabpanel] [type=submit]');
  await page.waitForSelector('[name=reason][aria-invalid=true]');
  await page.type('[name=reason]', ' بود؛ گوشی دزدیده شده است');
  await page.click('[role=tabpanel] [type=submit]');
  await shows(page, 'برنامهٔ احراز هویت حذف شد');

  assert.deepEqual((await administrator.get(`/users/${sara.id}/factors`)).body.items, []);
  await app.drain();
  const mails = await app.mailbox(sara.email); // one of the app that was added, too, in any order
  assert.ok(
    mails.some(({ text }: { text: string }) => text.includes('گوشی دزدیده شده است')),
    JSON.stringify(mails),
  );
});

for (const [language, theme] of looks)
  test(
    `axe finds nothing on users, and none is wider than its window (${language}, ${theme})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, email, signIn, goTo, violations } = await openConsole(t, language, theme);
      const administrator = await asUser(app, email);
      const sara = await member(app);
      await administrator.post('/authorization/roles', {
        name: 'office',
        permissions: ['audit.read'],
        includes: ['user'],
      });
      await administrator.post('/authorization/assign-role', { userId: sara.id, roleName: 'office' });
      await administrator.post('/authorization/grant-permission', { userId: sara.id, permissionCode: 'users.access' });
      await administrator.post('/authorization/deny-permission', { userId: sara.id, permissionCode: 'files.read' });
      await signIn();
      const found: string[] = [];
      const look = async (name: string, path: string, ready: string) => {
        await goTo(path);
        await page.waitForSelector(ready);
        await page.waitForSelector('[role=dialog] .appears', { hidden: true });
        found.push(...(await faultsOf(page, name)));
      };

      await look('identity-users', 'users', 'tbody [data-row]');
      await look('identity-users-empty', 'users?search=nothing', 'main [role=search] a');
      for (const tab of ['profile', 'access', 'roles', 'audit', 'files', 'messages', 'fields'])
        await look(`identity-user-${tab}`, `users?open=${sara.id}&tab=${tab}`, '[role=dialog] [role=tabpanel] > *');
      await goTo('users?open=new');
      await page.waitForSelector('[role=dialog] [type=submit]');
      await page.click('[role=dialog] [type=submit]');
      await page.waitForSelector('[aria-invalid]');
      found.push(...(await faultsOf(page, 'identity-invite-errors')));

      assert.deepEqual(found, []);
      assert.deepEqual(violations, []);
    },
  );
