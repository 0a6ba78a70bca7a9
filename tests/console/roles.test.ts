import assert from 'node:assert/strict';
import { test } from 'node:test';
import { member } from '../../src/testing/accounts.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, openRow, shows, type Language } from './open.ts';
import { asUser, openAs, press } from './people.ts';

const languages: Record<Language, { give: string; take: string; given: string; taken: string; role: string }> = {
  en: {
    give: 'Assign role',
    take: 'Remove the role office',
    given: 'Sara Amini has the role office',
    taken: 'Sara Amini no longer has the role office',
    role: 'office',
  },
  fa: {
    give: 'دادن نقش',
    take: 'گرفتن نقش پشتیبان',
    given: 'Sara Amini از درخواست بعدی نقش «پشتیبان» را دارد.',
    taken: 'Sara Amini دیگر نقش «پشتیبان» را ندارد.',
    role: 'پشتیبان',
  },
};

for (const [language, { give, take, given, taken, role }] of Object.entries(languages))
  test(
    `a role that is given opens a page in another browser on its next request, and taken away closes it (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, email, signIn, goTo } = await openConsole(t, language as Language);
      const administrator = await asUser(app, email);
      await administrator.post('/authorization/roles', { name: role, permissions: ['users.access'] });
      const sara = await member(app);
      const other = await openAs(t, app, sara.email, 'users', language as Language);
      await shows(other.page, 'users.access');
      await signIn();
      await goTo(`users?open=${sara.id}&tab=roles`);

      await page.waitForSelector('[role=dialog] [name=role]');
      await page.select('[role=dialog] [name=role]', role);
      await press(page, give);
      await shows(page, given);
      await other.goTo('users');
      await other.page.waitForSelector('tbody [data-row]');
      await press(page, take);
      await shows(page, taken);
      await other.goTo('users');
      await shows(other.page, 'users.access');

      assert.equal(await other.page.$('tbody [data-row]'), null);
    },
  );

test('the policy tester says why somebody was refused, and what would help', { skip: noBrowser }, async (t) => {
  const { app, page, email, signIn, goTo } = await openConsole(t, 'en');
  const administrator = await asUser(app, email);
  await administrator.post('/authorization/roles', { name: 'office', permissions: ['audit.read'] });
  const sara = await member(app);
  await signIn();

  await goTo('roles/why');
  await page.type('[name=person]', sara.email);
  await page.locator('[role=option]').click();
  await page.waitForSelector('option[value="audit.read"]');
  await page.select('[name=permission]', 'audit.read');
  await press(page, 'Check access');
  await shows(page, 'Refused: Sara Amini may not do audit.read.');
  await shows(page, 'No role and no grant gives it to them.');
  const helpful = await page.$$eval('main section [data-role]', (links) => links.map((one) => one.textContent));
  await administrator.post('/authorization/deny-permission', { userId: sara.id, permissionCode: 'audit.read' });
  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await shows(page, 'a denial wins over every role and grant');
  await administrator.post('/authorization/lift-denial', { userId: sara.id, permissionCode: 'audit.read' });
  await administrator.post('/authorization/assign-role', { userId: sara.id, roleName: 'office' });
  await page.reload();
  await shows(page, 'Allowed: Sara Amini may do audit.read.');

  await shows(page, 'A role gives it:');
  assert.deepEqual(helpful, ['admin', 'office']);
  await page.locator('main section [data-role=office]').click();
  await page.waitForSelector('[role=dialog] [value="audit.read"]:checked');
});

test('the policy tester answers in Persian for a resource that is of somebody else', { skip: noBrowser }, async (t) => {
  const { app, page, email, signIn, goTo } = await openConsole(t, 'fa');
  const administrator = await asUser(app, email);
  const { body: todo } = await administrator.post('/todos', { description: 'Buy bread' });
  const sara = await member(app);
  await signIn();

  await goTo(`roles/why?user=${sara.id}&permission=todos.read&type=todo&id=${todo.id}`);

  await shows(page, 'مجاز نیست: Sara Amini اجازهٔ');
  await shows(page, 'مجوزش را دارد، ولی این منبع برایش باز نیست');
});

test(
  'the keyboard alone gives a role a permission in the matrix, and the toast takes it back',
  { skip: noBrowser },
  async (t) => {
    const { app, page, email, signIn, goTo } = await openConsole(t, 'en');
    const administrator = await asUser(app, email);
    const { body: role } = await administrator.post('/authorization/roles', { name: 'office', includes: ['user'] });
    const own = async () => (await administrator.get(`/authorization/roles/${role.id}`)).body.permissions;
    await signIn();
    await goTo('roles/matrix?module=users');
    await page.waitForSelector('[role=grid]');

    await page.focus('[data-cell][tabindex="0"]');
    await page.keyboard.press('End');
    while (!(await focused(page)).includes(', office:')) await page.keyboard.press('ArrowLeft');
    const [code = ''] = (await focused(page)).split(',');
    await page.keyboard.press('Space');
    await shows(page, `office now gives ${code}.`);
    const after = await own();
    await press(page, 'Undo');
    await page.waitForSelector(`[aria-label="${code}, office: Not given"]`);

    assert.deepEqual(after, [code]);
    assert.deepEqual(await own(), []);
  },
);

async function focused(page: import('puppeteer-core').Page): Promise<string> {
  return String(await page.evaluate('document.activeElement.getAttribute("aria-label") ?? ""'));
}

test(
  'a role that somebody else has changed is not overwritten: both versions are shown',
  { skip: noBrowser },
  async (t) => {
    const { app, page, email, signIn, goTo } = await openConsole(t, 'en');
    const administrator = await asUser(app, email);
    await signIn();
    await goTo('roles?open=new');
    await page.waitForSelector('[role=dialog] [name=name]');
    await page.type('[role=dialog] [name=name]', 'office');
    await page.click('[role=dialog] [value="audit.read"]');
    await press(page, 'Create the role');
    await page.waitForFunction('/open=[\\w-]{36}/.test(location.search)');
    const [, id = ''] = /open=([\w-]{36})/.exec(page.url()) ?? [];
    await page.waitForSelector('[role=dialog] [value="audit.read"]:checked');
    await administrator.put(`/authorization/roles/${id}`, { name: 'bureau', permissions: ['audit.read'] });

    await page.click('[role=dialog] [value="users.access"]');
    await press(page, 'Save the role');

    await shows(page, 'bureau · 1 permission');
    assert.deepEqual((await administrator.get(`/authorization/roles/${id}`)).body.permissions, ['audit.read']);
  },
);

test('a person without authorization.manage sees no matrix and no item of it', { skip: noBrowser }, async (t) => {
  const { app } = await openConsole(t, 'en');
  const { email } = await member(app);

  const { page } = await openAs(t, app, email, 'roles/matrix');

  await shows(page, 'authorization.manage');
  assert.equal(await page.$('[role=grid]'), null);
  assert.equal(await page.$('a[href*="/roles"]'), null);
});

for (const [language, theme] of looks)
  test(
    `axe finds nothing on the pages of roles, and none is wider than its window (${language}, ${theme})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, email, signIn, goTo, violations } = await openConsole(t, language, theme);
      const administrator = await asUser(app, email);
      const names = language === 'fa' ? ['پشتیبان', 'حسابدار', 'ناظر'] : ['Support', 'Accountant', 'Auditor'];
      for (const [at, name] of names.entries())
        await administrator.post('/authorization/roles', {
          name,
          permissions: [['users.access', 'audit.read', 'files.manage_all'][at]],
          includes: ['user', ...names.slice(0, at)],
        });
      const sara = await member(app);
      await signIn();
      const found: string[] = [];
      const look = async (name: string, path: string, ready: string) => {
        await goTo(path);
        await page.waitForSelector(ready);
        found.push(...(await faultsOf(page, name)));
      };

      await look('roles', 'roles', 'tbody [data-row]');
      await openRow(page);
      await page.waitForSelector('[role=dialog] p, [role=dialog] form');
      found.push(...(await faultsOf(page, 'roles-drawer')));
      await goTo('roles?open=new');
      await page.waitForSelector('[role=dialog] [type=submit]');
      await page.click('[role=dialog] [type=submit]');
      await page.waitForSelector('[aria-invalid]');
      found.push(...(await faultsOf(page, 'roles-errors')));
      await look('roles-matrix', 'roles/matrix', '[role=grid]');
      await look('roles-matrix-empty', 'roles/matrix?search=nothing', 'main [role=search] ~ div');
      await look('roles-why', `roles/why?user=${sara.id}&permission=audit.read`, 'main section[aria-label] ul');
      await goTo('roles/why');
      await page.click('main [type=submit]');
      await page.waitForSelector('[aria-invalid]');
      found.push(...(await faultsOf(page, 'roles-why-errors')));

      assert.deepEqual(found, []);
      assert.deepEqual(violations, []);
    },
  );
