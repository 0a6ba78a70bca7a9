import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { idOf, member, PASSWORD } from '../../src/testing/accounts.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { faultsOf, looks } from './axe.ts';
import { choose, filesOf, press, send } from './files.ts';
import { openConsole, openRow, shows, type Language } from './open.ts';

const ROW = 'tbody [data-row]';
const CHOICE = 'main input[type=file]';

const RECEIVED = 'Received. It can be opened as soon as it is scanned.';

const languages: Record<Language, { make: string; file: string; links: string; copy: string; clean: string }> = {
  en: { make: 'Make link', file: 'Report.txt', links: 'Links', copy: 'Copy: Link', clean: 'Ready, not scanned' },
  fa: { make: 'ساختن پیوند', file: 'گزارش‌ها.txt', links: 'پیوندها', copy: 'کپی: پیوند', clean: 'آماده، بدون اسکن' },
};

for (const [language, say] of Object.entries(languages))
  test(
    `a file is uploaded, scanned, and shared by a link with a password, which opens it without an account (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, signIn, violations } = await openConsole(t, language as Language, 'light', 'files');
      const paths = await filesOf(t, { [say.file]: 'سلام' });
      await signIn();

      await send(app, page, paths);
      await shows(page, say.clean);
      await page.click(ROW);
      await page.locator(`::-p-aria([name="${say.links}"][role="tab"])`).click();
      await page.waitForSelector('[name=password]');
      await page.type('[name=password]', 'open-sesame');
      await press(page, say.make);
      await page.waitForSelector(`[aria-label="${say.copy}"]`);
      const url = String(await page.evaluate('document.querySelector("[role=dialog] [role=status] bdi").innerText'));
      const stranger = await page.browser().createBrowserContext();
      const other = await stranger.newPage();
      await other.goto(`${app.origin}/console/`);
      await other.waitForSelector('[name=contact]'); // nobody is signed in
      const open = (password: string) =>
        other.evaluate(
          `fetch(${JSON.stringify(url)}, { headers: { 'x-link-password': '${password}' } }).then(async (answer) => [answer.status, answer.status === 200 ? await answer.text() : (await answer.json()).code])`,
        );
      const [wrong, right] = [await open('guess-guess'), await open('open-sesame')];

      const { rows } = await app.database.pool.query(
        'select file_name as name, storage_status as status from files.file',
      );
      const used = await app.database.pool.query('select used from files.link');
      assert.deepEqual(rows, [{ name: say.file, status: 'available' }]);
      assert.deepEqual(wrong, [403, 'files.link_password']);
      assert.deepEqual(right, [200, 'سلام']);
      assert.deepEqual(used.rows, [{ used: 1 }]);
      assert.deepEqual(violations, []);
    },
  );

test(
  'an upload whose connection was cut goes on by itself, also on another page, and ends with the right checksum',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn } = await openConsole(t, 'en', 'light', 'files');
    const content = Buffer.concat([Buffer.from([1, 2, 3, 4]), randomBytes(40_000_000)]);
    const paths = await filesOf(t, { 'data.bin': content });
    page.on('dialog', (dialog) => void dialog.accept()); // leaving asks while something is uploaded
    await signIn();
    await page.click('nav a[href$="/todos"]');
    await page.waitForFunction(`document.title.startsWith('Todos')`);
    await page.click('nav a[href$="/files"]');
    await page.waitForSelector(CHOICE);
    const offsets: number[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']));
    });
    const devtools = await page.createCDPSession();
    await devtools.send('Network.enable');
    const network = (offline: boolean, uploadThroughput: number) =>
      devtools.send('Network.emulateNetworkConditions', {
        offline,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      });
    await network(false, 1_200_000);

    await choose(page, paths);
    const share = `Number(document.querySelector('[role=progressbar]')?.ariaValueNow)`;
    await page.waitForFunction(`${share} > 5`); // the browser and the system have several megabytes more on their way
    await network(true, -1);
    await page.click('nav a[href$="/todos"]');
    await page.waitForFunction(`document.title.startsWith('Todos')`);
    await page.waitForSelector('[role=progressbar]');
    await network(false, -1);

    await shows(page, RECEIVED);
    await app.drain();
    const sha256 = createHash('sha256').update(content).digest('hex');
    await page.click('nav a[href$="/files"]');
    await shows(page, 'Ready, not scanned');
    const { rows } = await app.database.pool.query('select sha256, storage_status as status from files.file');
    const resumedAt = offsets.at(-1) ?? 0; // what had arrived is not sent again
    assert.ok(offsets[0] === 0 && resumedAt > 0 && resumedAt < content.length, offsets.join());
    assert.deepEqual(rows, [{ sha256, status: 'available' }]);
  },
);

test(
  'a deleted file is in the trash until Undo brings it back; deleting for good asks for its name',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn, goTo } = await openConsole(t, 'en', 'light', 'files');
    const status = async () => (await app.database.pool.query('select storage_status as status from files.file')).rows;
    await signIn();
    await send(app, page, await filesOf(t, { 'a.txt': 'hello' }));
    await shows(page, 'Ready, not scanned');
    await shows(page, '5 bytes of 10 GiB used'); // as the setting says it

    await page.click(ROW);
    await press(page, 'Delete file');
    await page.waitForSelector(ROW, { hidden: true });
    const deleted = await status();
    await press(page, 'Undo');
    await page.waitForSelector(ROW);
    const restored = await status();
    await page.click(ROW);
    await press(page, 'Delete file');
    await page.waitForSelector('[role=dialog]', { hidden: true });
    await goTo('files/trash');
    await page.waitForSelector(ROW);
    const columns = await page.$$eval('thead th', (heads) => heads.map(({ textContent }) => textContent));
    await page.click(ROW);
    await press(page, 'Delete for good');
    await page.waitForSelector('[name=expected]');
    const isLocked = await page.$eval('form:has([name=expected]) [type=submit]', (button) => button.disabled);
    await page.type('[name=expected]', 'a.txt');
    await page.keyboard.press('Enter');
    await shows(page, 'is deleted for good');

    assert.deepEqual(deleted, [{ status: 'deleted' }]);
    assert.deepEqual(restored, [{ status: 'available' }]);
    assert.deepEqual([columns.includes('Size'), columns.includes('Status')], [true, false]);
    assert.equal(isLocked, true);
    assert.deepEqual(await status(), []);
  },
);

test(
  'several files are uploaded into a new folder, tagged together, and found by the tag',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn } = await openConsole(t, 'en', 'light', 'files?open=new-folder');
    await signIn();
    await page.type('[name=name]', 'گزارش‌ها');
    await page.keyboard.press('Enter');
    await (await page.waitForSelector(ROW))?.click();
    await page.waitForFunction(`location.pathname.includes('/files/folders/')`);
    await send(app, page, await filesOf(t, { 'a.txt': 'one', 'b.txt': 'two', 'c.txt': 'three' }));
    await page.waitForFunction(`document.querySelectorAll('tbody [data-row]').length === 3`);
    await page.waitForFunction(`document.body.innerText.split('Ready, not scanned').length === 4`);

    await page.click('thead input[type=checkbox]');
    await press(page, 'Tag');
    await page.waitForSelector('[name=tag]');
    await page.type('[name=tag]', 'مالی');
    await page.keyboard.press('Enter');
    await shows(page, '3 done');
    await page.locator('tbody a[href*="tag="]').click();
    await shows(page, 'Tag: مالی');

    const { rows } = await app.database.pool.query(
      `select file_name as name, tags, d.name as folder from files.file f join files.folder d on d.id = f.folder_id order by 1`,
    );
    assert.deepEqual(
      rows,
      ['a.txt', 'b.txt', 'c.txt'].map((name) => ({ name, tags: ['مالی'], folder: 'گزارش‌ها' })),
    );
    assert.equal((await page.$$(ROW)).length, 3);
  },
);

test(
  'all files that match are tagged together, also on pages that are not shown; those in folders are not among them',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn, goTo } = await openConsole(t, 'en', 'light', 'files?open=new-folder');
    const count = async (where: string) => {
      const { rows } = await app.database.pool.query(`select count(*)::int as count from files.file where ${where}`);
      return rows[0]?.['count'];
    };
    await signIn();
    await page.type('[name=name]', 'Folder');
    await page.keyboard.press('Enter');
    await page.waitForSelector(ROW);
    await app.database.pool.query(
      `insert into files.file (id, owner_id, file_name, content_type, content_id, folder_id, storage_status)
       select gen_random_uuid(), owner_id, 'file ' || n || '.txt', 'text/plain', gen_random_uuid(),
         case when n <= 10 then id end, 'missing' from files.folder, generate_series(1, 140) n`,
    );

    await goTo('files?in=none');
    await shows(page, '130');
    await page.click('thead input[type=checkbox]');
    await press(page, 'Select all 130 that match');
    await press(page, 'Tag all files');
    await page.waitForSelector('[name=tag]');
    await page.type('[name=tag]', 'loose');
    await page.keyboard.press('Enter');
    await shows(page, '130 done');

    assert.deepEqual(
      [
        await count(`tags = '{loose}' and folder_id is null`),
        await count(`tags = '{loose}' and folder_id is not null`),
      ],
      [130, 0],
    );
  },
);

/** A second of silence. */
function silence(): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + 8000, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  for (const [at, value] of [[20, 1], [22, 1], [32, 1], [34, 8]] as const) head.writeUInt16LE(value, at); // prettier-ignore
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(8000, 28);
  head.write('data', 36);
  head.writeUInt32LE(8000, 40);
  return Buffer.concat([head, Buffer.alloc(8000, 128)]);
}

test(
  'a sound is played in the drawer; its link with a password opens by a form, without an account',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn, violations } = await openConsole(t, 'en', 'light', 'files');
    await signIn();
    await send(app, page, await filesOf(t, { 'sound.wav': silence() }));
    await shows(page, 'Ready, not scanned');
    await page.click(ROW);
    await page.waitForSelector('[role=dialog] [role=tab]');

    await press(page, 'Play (8 kB)');
    await page.waitForFunction(`document.querySelector('audio')?.duration === 1`);
    await page.locator(`::-p-aria([name="Links"][role="tab"])`).click();
    await page.waitForSelector('[name=password]');
    await page.type('[name=password]', 'open-sesame');
    await press(page, 'Make link');
    await page.waitForSelector('[aria-label="Copy: Link"]');
    const url = String(await page.evaluate('document.querySelector("[role=dialog] [role=status] bdi").innerText'));
    const stranger = await (await page.browser().createBrowserContext()).newPage();
    await stranger.setJavaScriptEnabled(false);
    await stranger.goto(url);
    await stranger.type('[name=password]', 'guess');
    await Promise.all([stranger.waitForNavigation(), stranger.keyboard.press('Enter')]);
    const alert = await stranger.$('[role=alert]');
    await stranger.type('[name=password]', 'open-sesame');
    const answered = stranger.waitForResponse((answer) => answer.request().method() === 'POST');
    await stranger.keyboard.press('Enter');

    assert.ok(alert);
    const { 'content-disposition': disposition } = (await answered).headers();
    assert.match(String(disposition), /^attachment; filename="sound.wav"/);
    assert.equal(stranger.url(), url);
    assert.deepEqual(violations, []);
  },
);

test('somebody who only reads sees their files, and nothing that they may not do', { skip: noBrowser }, async (t) => {
  const { app, page, goTo } = await openConsole(t, 'en');
  const { email } = await member(app);
  const userId = await idOf(app, email);
  await app.database.pool.query(
    `insert into "authorization".subject_denial (user_id, permission) select $1, code from unnest(array['files.write', 'files.delete', 'files.share', 'files.permissions.manage']) code`,
    [userId],
  );
  await page.type('[name=contact]', email);
  await page.type('[name=password]', PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForSelector('nav a[aria-current=page]');

  await goTo('files');

  await shows(page, 'There is nothing here yet.');
  assert.equal(await page.$(CHOICE), null);
  assert.equal(await page.$('a[href*="new-folder"]'), null);
});

for (const [language, theme] of looks)
  test(
    `axe finds nothing on files, their drawer, forms and trash, and none is wider than its window (${language}, ${theme})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, signIn, goTo, violations } = await openConsole(t, language, theme, 'files');
      await signIn();
      const found = await faultsOf(page, 'files-empty');
      await goTo('files?open=new-folder');
      await page.click('[role=dialog] [type=submit]');
      await page.waitForSelector('[aria-invalid]');
      found.push(...(await faultsOf(page, 'files-errors')));
      await page.type('[name=name]', 'گزارش‌های فصلی');
      await page.click('[role=dialog] [type=submit]');
      await page.waitForSelector(ROW);
      await send(
        app,
        page,
        await filesOf(t, {
          'گزارش‌های پاییز.txt': 'سلام به همه',
          'a very long name of a file that goes on and on until it does not fit into its column any more.txt': 'hello',
          'wrong.png': 'no picture',
        }),
      );
      await page.waitForFunction(`document.querySelectorAll('${ROW}').length === 3`);
      await page.waitForSelector('li .text-bad');
      found.push(...(await faultsOf(page, 'files')));
      await openRow(page, 'tbody tr:last-child [data-row]');
      await page.waitForSelector('[role=dialog] [role=tab]');
      found.push(...(await faultsOf(page, 'files-drawer')));
      const link = page.url();
      for (const tab of ['versions', 'links', 'access', 'accesses']) {
        await page.goto(`${link}&tab=${tab}`);
        await page.waitForSelector('[role=dialog] [role=tab]');
        found.push(...(await faultsOf(page, `files-${tab}`)));
      }
      for (const [name, path] of Object.entries({
        'files-filtered': 'files?text=nothing',
        'files-trash': 'files/trash',
      })) {
        await goTo(path);
        found.push(...(await faultsOf(page, name)));
      }
      await goTo('files');
      await (await page.waitForSelector(ROW))?.click();
      await page.waitForFunction(`location.pathname.includes('/files/folders/')`);
      await page.goto(`${page.url().split('?')[0]}?open=folder`);
      await page.waitForSelector('[role=dialog] [type=submit]');
      found.push(...(await faultsOf(page, 'files-folder')));

      assert.deepEqual(found, []);
      assert.deepEqual(violations, []);
    },
  );
