import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { noBrowser } from '../../src/testing/browser.ts';
import { filesOf, press, send } from './files.ts';
import { openConsole, saveDownloads, shows } from './open.ts';

const ROW = 'tbody [data-row]';

test(
  'a new version takes the place of the content, and the older one is downloaded and restored',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn, violations } = await openConsole(t, 'en', 'light', 'files');
    const folder = await mkdtemp(join(tmpdir(), 'console-downloads-'));
    t.after(() => rm(folder, { recursive: true }));
    await saveDownloads(page, folder);
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
    const saved = join(folder, 'a.txt');
    await waitFor(async () => (await readFile(saved, 'utf8').catch(() => '')) !== '');
    const replaced = await app.database.pool.query(`select count(*)::int from files.file where version_of is not null`);
    await press(page, 'Restore');
    await shows(page, 'The version is the content of the file now.');

    assert.equal(await readFile(saved, 'utf8'), 'older');
    assert.deepEqual(replaced.rows, [{ count: 1 }]);
    assert.deepEqual(await sizes(), [{ size: 5 }]);
    assert.deepEqual(violations, []);
  },
);

test('selected files are downloaded as one archive with their folders', { skip: noBrowser }, async (t) => {
  const { app, page, signIn } = await openConsole(t, 'en', 'light', 'files');
  const folder = await mkdtemp(join(tmpdir(), 'console-downloads-'));
  t.after(() => rm(folder, { recursive: true }));
  await saveDownloads(page, folder);
  await signIn();
  await send(app, page, await filesOf(t, { 'گزارش.txt': 'one', 'b.txt': 'two' }));
  await shows(page, 'Ready, not scanned');

  await page.click('thead input[type=checkbox]');
  await press(page, 'Download 2 files');
  const saved = join(folder, 'files.zip');
  await waitFor(async () => (await readFile(saved).catch(() => Buffer.of())).length > 0);

  const bytes = await readFile(saved);
  assert.deepEqual([...bytes.subarray(0, 2)], [0x50, 0x4b]);
  assert.ok(['گزارش.txt', 'b.txt'].every((name) => bytes.includes(name)));
});

/** Until it is so, for ten seconds at most. */
async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  for (let left = 100; left > 0 && !(await isSo()); left--) await setTimeout(100);
}
