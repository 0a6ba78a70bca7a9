import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noBrowser } from '../../src/testing/browser.ts';
import { filesOf, press, send } from './files.ts';
import { openConsole, shows } from './open.ts';
import { saveDownloads } from './saving.ts';

const ROW = 'tbody [data-row]';

test(
  'a new version takes the place of the content, and the older one is downloaded and restored',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn, violations } = await openConsole(t, 'en', 'light', 'files');
    const downloads = await saveDownloads(t, page);
    const [older = '', newer = ''] = await filesOf(t, { 'a.txt': 'older', 'b.txt': 'newer content' });
    const sizes = async () =>
      (await app.database.pool.query('select size_bytes::int as size from files.file where version_of is null')).rows;
    await signIn();
    await send(app, page, [older]);
    await shows(page, 'Ready, not scanned');

    await page.click(ROW);
    await page.locator('::-p-aria([name="Versions"][role="tab"])').click();
    const input = await page.waitForSelector('[role=dialog] input[type=file]');
    await input?.uploadFile(newer);
    await shows(page, 'Waiting for the scan');
    await app.drain();
    await page.waitForSelector('[role=dialog] li');
    await press(page, 'Download');
    const { name, content } = await downloads.saved();
    const replaced = await app.database.pool.query(`select count(*)::int from files.file where version_of is not null`);
    await press(page, 'Restore');
    await shows(page, 'The version is the content of the file now.');

    assert.deepEqual([name, content.toString()], ['a.txt', 'older']);
    assert.deepEqual(replaced.rows, [{ count: 1 }]);
    assert.deepEqual(await sizes(), [{ size: 5 }]);
    assert.deepEqual(violations, []);
  },
);

test('selected files are downloaded as one archive with their folders', { skip: noBrowser }, async (t) => {
  const { app, page, signIn } = await openConsole(t, 'en', 'light', 'files');
  const downloads = await saveDownloads(t, page);
  await signIn();
  await send(app, page, await filesOf(t, { 'گزارش.txt': 'one', 'b.txt': 'two' }));
  await shows(page, 'Ready, not scanned');

  await page.click('thead input[type=checkbox]');
  await press(page, 'Download 2 files');
  const { name: saved, content } = await downloads.saved();

  assert.equal(saved, 'files.zip');
  assert.deepEqual([...content.subarray(0, 2)], [0x50, 0x4b]);
  assert.ok(['گزارش.txt', 'b.txt'].every((name) => content.includes(name)));
});
