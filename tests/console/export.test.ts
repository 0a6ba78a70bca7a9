import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import type { Page } from 'puppeteer-core';
import { noBrowser } from '../../src/testing/browser.ts';
import type { TestApp } from '../../src/testing/app.ts';
import { recordMany } from '../../src/testing/trail/trail.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, openRow, shows } from './open.ts';
import { saveDownloads } from './saving.ts';

test(
  'an export of 2,500 accounts has 2,501 lines, and a formula in a name is defused',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn, violations } = await openConsole(t, 'en', 'light', 'users');
    await addAccounts(app, 2499);
    await signIn();
    await page.waitForSelector('tbody [data-row]');
    const downloads = await saveDownloads(t, page);

    await exportAs(page, 0);
    const text = await textOf(downloads, app);
    await shows(page, '2,500 rows are in the file.');

    const rows: Record<string, string>[] = parse(text, { bom: true, columns: true });
    assert.ok(text.startsWith('\ufeff'));
    assert.equal(text.split('\r\n').length - 1, 2501);
    assert.equal(rows.length, 2500);
    assert.equal(new Set(rows.map(({ id }) => id)).size, 2500);
    assert.ok(
      rows.some(({ firstName, lastName }) => firstName === `'=HYPERLINK("http://x.example")` && lastName === 'a,b'),
    );
    assert.deepEqual(violations, []);
  },
);

test(
  'an export keeps the filters of the list, from its first page on, and JSON is as the API gives it',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn } = await openConsole(t, 'fa', 'light', 'users?search=person-7');
    await addAccounts(app, 150);
    await signIn();
    await page.waitForSelector('tbody [data-row]');
    const downloads = await saveDownloads(t, page);

    await exportAs(page, 1);
    const rows = JSON.parse(await textOf(downloads, app)) as { email: string; roles: string[] }[];

    assert.deepEqual(
      new Set(rows.map(({ email }) => email)),
      new Set([7, ...Array.from({ length: 10 }, (_, at) => 70 + at)].map((n) => `person-${n}@example.com`)),
    );
    assert.deepEqual(rows[0]?.roles, []);
  },
);

test('an export of more than 10,000 rows has them all', { skip: noBrowser }, async (t) => {
  const { app, page, signIn } = await openConsole(t, 'en', 'light', 'users');
  await addAccounts(app, 10_050);
  await signIn();
  await page.waitForSelector('tbody [data-row]');
  const downloads = await saveDownloads(t, page);

  await exportAs(page, 0);
  const text = await textOf(downloads, app);

  await shows(page, '10,051 rows are in the file.');
  assert.equal(text.split('\r\n').length - 1, 10_052);
});

test('an export that is cancelled ends on the server too', { skip: noBrowser }, async (t) => {
  const { app, page, signIn } = await openConsole(t, 'en', 'light', 'users');
  await signIn();
  await page.waitForSelector('tbody [data-row]');
  await exportAs(page, 0);
  while ((await exportsIn(app)) === 0) await pause(20);

  await (await page.waitForSelector('main ~ section li button'))?.click();
  await shows(page, 'Cancelled');

  for (let at = 0; (await exportsIn(app)) > 0 && at < 100; at++) await pause(50);
  assert.equal(await exportsIn(app), 0);
});

test(
  'an export goes on over a reload: it comes back into the dock, and its page has the file',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn, goTo, violations } = await openConsole(t, 'en', 'light', 'users');
    await addAccounts(app, 20);
    await signIn();
    await page.waitForSelector('tbody [data-row]');
    const downloads = await saveDownloads(t, page);
    await exportAs(page, 0);
    while ((await exportsIn(app)) === 0) await pause(20);

    await page.reload();
    await page.waitForSelector('main ~ section [role=progressbar]');
    await app.drain();
    await shows(page, '21 rows. The file waits to be downloaded.');
    await page.click('main ~ section a');
    await page.locator('tbody button[aria-label="Download the file"]').click();
    const text = await textOf(downloads, app);
    await openRow(page);
    await page.locator('[role=dialog] button ::-p-text(Delete the file)').click();
    await shows(page, 'Nothing was exported yet.');

    assert.equal(text.split('\r\n').length - 1, 22);
    assert.equal(await exportsIn(app), 0);
    await goTo('exports');
    assert.deepEqual(violations, []);
  },
);

test('where there is no room for another export, the oldest goes', { skip: noBrowser }, async (t) => {
  const { app, page, signIn } = await openConsole(t, 'en', 'light', 'users');
  await signIn();
  await page.waitForSelector('tbody [data-row]');
  await app.database.pool.query(
    `insert into exports.export (id, owner_id, path, query, format, status, ended_at)
     select ('019ab0f0-4c00-7d31-a1f4-0000000000' || n)::uuid, u.id, '/api/v1/todos', '', 'csv', 'failed', now()
     from users."user" u, generate_series(10, 19) n`,
  );
  const downloads = await saveDownloads(t, page);

  await exportAs(page, 0);
  await textOf(downloads, app);

  const { rows } = await app.database.pool.query('select id from exports.export order by id');
  assert.equal(rows.length, 10);
  assert.equal(rows[0]?.id, '019ab0f0-4c00-7d31-a1f4-000000000011');
});

test('the whole audit trail is exported by the server, which records that', { skip: noBrowser }, async (t) => {
  const { app, page, signIn } = await openConsole(t, 'en', 'light', 'audit?action=probe.');
  await recordMany(app, 30);
  await signIn();
  await page.waitForSelector('tbody [data-row]');
  const downloads = await saveDownloads(t, page);

  await exportAs(page, 3);
  const lines = (await textOf(downloads, app)).trimEnd().split('\n');

  const { rows } = await app.database.pool.query(`select resource_id from audit.entry where action = 'audit.exported'`);
  assert.equal(lines.length, 30);
  assert.deepEqual(rows, [{ resourceId: 'ndjson' }]);
});

for (const [language, theme] of looks)
  test(
    `axe finds nothing on a list with the outcome of its export (${language}, ${theme})`,
    { skip: noBrowser },
    async (t) => {
      const { page, signIn } = await openConsole(t, language, theme, 'users');
      await signIn();
      await page.waitForSelector('tbody [data-row]');
      await saveDownloads(t, page);
      await page.click('main button[aria-haspopup=menu]');
      await page.waitForSelector('[role=menuitem]');

      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForSelector('[role=menuitem]', { hidden: true });
      await page.waitForSelector('main ~ section li');
      const found = await faultsOf(page, 'export-done');

      assert.deepEqual(found, []);
    },
  );

for (const [language, theme] of looks)
  test(`axe finds nothing on the page of exports (${language}, ${theme})`, { skip: noBrowser }, async (t) => {
    const { app, page, signIn, goTo, violations } = await openConsole(t, language, theme);
    await signIn();
    const found: string[] = [];
    const look = async (name: string, path: string, ready: string) => {
      await goTo(path);
      await page.waitForSelector(ready);
      found.push(...(await faultsOf(page, name)));
    };
    await look('exports-empty', 'exports', 'main p');
    await app.database.pool.query(
      `insert into exports.export (id, owner_id, path, query, format, status, row_count, size_bytes, error, ended_at)
       select ('019ab0f0-4c00-7d31-a1f4-00000000000' || n)::uuid, u.id, v.path, v.query, v.format, v.status, v.rows, v.bytes, v.error, v.ended
       from users."user" u, (values
         (1, '/api/v1/users', 'status=locked&pageSize=20', 'csv', 'done', 25000, 3100000, null, now()),
         (2, '/api/v1/audit', '', 'json', 'failed', 100, null, 'http.forbidden', now()),
         (3, '/api/v1/todos', '', 'csv', 'running', 1200, null, null, null)
       ) v (n, path, query, format, status, rows, bytes, error, ended)`,
    );
    await look('exports', 'exports', 'tbody [data-row]');
    await look('exports-drawer', 'exports?open=019ab0f0-4c00-7d31-a1f4-000000000001', '[role=dialog] dl');

    assert.deepEqual([...found, ...violations], []);
  });

async function exportsIn(app: TestApp): Promise<number> {
  return (await app.database.pool.query('select id from exports.export')).rows.length;
}

/** Accounts `person-1@example.com` and so on; the first one has a formula for a name. */
async function addAccounts(app: TestApp, count: number): Promise<void> {
  await app.database.pool.query(
    `insert into users."user" (id, email, first_name, last_name, password_hash, status, language, email_verified_at, created_at)
     select gen_random_uuid(), 'person-' || n || '@example.com',
            case n when 1 then '=HYPERLINK("http://x.example")' else 'Reza' end, case n when 1 then 'a,b' else 'Karimi' end,
            o.password_hash, 'active', 'en', now(), now() - n * interval '1 second'
     from generate_series(1, $1::int) n, (select password_hash from users."user" limit 1) o`,
    [count],
  );
}

/** Chooses a line of the menu, by its place. */
async function exportAs(page: Page, place: number): Promise<void> {
  await page.click('main button[aria-haspopup=menu]');
  await page.waitForSelector('[role=menuitem]');
  await (await page.$$('[role=menuitem]'))[place]?.click();
}

/** Of the file, once the server has made it and the browser has written it. */
async function textOf({ saved }: Awaited<ReturnType<typeof saveDownloads>>, app: TestApp): Promise<string> {
  const { content } = await saved(() => app.drain());
  return content.toString();
}
