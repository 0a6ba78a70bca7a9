import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profilePermissions } from '../../src/modules/profiles/contract.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, openRow, shows } from './open.ts';
import { saveDownloads } from './saving.ts';

type App = Awaited<ReturnType<typeof openConsole>>['app'];
const { write } = profilePermissions;

/** One is public and has a biography, the other only a name. */
async function createProfiles(app: App): Promise<void> {
  await app.signIn(write).post('/profiles/me', { firstName: 'Nasrin', lastName: 'Karimi' });
  const full = { firstName: 'علی‌رضا', lastName: 'کریمی', bio: 'عکاس و کوهنورد', isProfilePublic: true };
  await app.signIn(write).post('/profiles/me', full);
}

test(
  'profiles are found by name in Arabic letters, and the file has the rows that are shown',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn, goTo } = await openConsole(t, 'fa');
    await createProfiles(app);
    const downloads = await saveDownloads(t, page);
    await signIn();
    await goTo('profiles');
    await shows(page, 'Nasrin');

    await page.type('[type=search]', 'عليرضا كريمي');
    await page.waitForFunction('document.querySelectorAll("tbody [data-row]").length === 1');
    await shows(page, 'علی‌رضا');
    await page.click('main button[aria-label="خروجی گرفتن"]');
    await (await page.waitForSelector('[role=menuitem]'))?.click();

    const csv = (await downloads.saved(() => app.drain())).content.toString();
    assert.match(csv, /علی‌رضا/);
    assert.doesNotMatch(csv, /Nasrin/);
  },
);

for (const [language, theme] of looks)
  test(
    `axe finds nothing on profiles, and none is wider than its window (${language}, ${theme})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, signIn, goTo, violations } = await openConsole(t, language, theme, 'profiles');
      await signIn();
      const found = await faultsOf(page, 'profiles-empty');
      await createProfiles(app);
      await goTo('profiles');
      await page.waitForSelector('tbody [data-row]');
      found.push(...(await faultsOf(page, 'profiles')));
      await openRow(page);
      await page.waitForSelector('[role=dialog] dl');
      found.push(...(await faultsOf(page, 'profiles-drawer')));
      await goTo('profiles?search=nothing');
      found.push(...(await faultsOf(page, 'profiles-filtered')));

      assert.deepEqual(found, []);
      assert.deepEqual(violations, []);
    },
  );
