import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'puppeteer-core';
import { noBrowser } from '../../src/testing/browser.ts';
import { recordAtOnce, recordMany, tamper } from '../../src/testing/trail/trail.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, openRow, shows, type Language } from './open.ts';

const SECOND = `(select entry_id from audit.seal where sequence = 2)`;
const DIRECT = 20_000; // a check of more entries goes on as a run

const languages: Record<Language, { title: string; item: string; kind: string; refuted: string; proven: string }> = {
  en: {
    title: 'wrong place in',
    item: 'tampered entries',
    kind: 'The fields of the entry, or its checksum, were changed',
    refuted: 'Something does not fit.',
    proven: 'This entry is in the signed trail, as it is shown.',
  },
  fa: {
    title: 'یک جای نادرست',
    item: 'رکورد دستکاری‌شده دارد',
    kind: 'فیلدهای رکورد یا چک‌سام آن تغییر کرده است',
    refuted: 'چیزی جور نیست.',
    proven: 'این رکورد، همان‌طور که نشان داده شده، در لاگ امضاشده هست.',
  },
};

for (const [language, words] of Object.entries(languages)) {
  test(
    `an entry that was changed in the database turns integrity, menu and list red (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, signIn, goTo, violations } = await openConsole(t, language as Language, 'light', 'integrity');
      await recordMany(app, 5);
      await signIn();
      await page.waitForSelector('main [data-state=ok]');
      assert.equal(await page.$(`nav [aria-label="${words.item}"]`), null);
      await tamper(app, `update audit.entry set resource_id = 'no 7' where id = ${SECOND}`);

      await page.click('main button.bg-kashi');
      await shows(page, words.title);
      await page.waitForSelector(`nav [aria-label="${words.item}"]`);
      const kind = await textOf(page, '[data-state=bad] ~ * , main');
      await goTo('audit');
      await page.waitForSelector('main [role=alert]');
      await page.waitForSelector('main [role=alert] a');
      await page.click('main [role=alert] a');
      await page.waitForFunction('document.querySelectorAll("tbody [data-row]").length === 1');

      const { rows } = await app.database.pool.query('select sequence::int, kind from audit.finding');
      assert.deepEqual(rows, [{ sequence: 2, kind: 'entryChanged' }]);
      assert.ok(kind.includes(words.kind));
      assert.ok(await page.$('tbody tr .text-bad'));
      assert.deepEqual(violations, []);
    },
  );

  test(
    `the browser proves an entry, and refutes it after the stored hash was changed (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, signIn, violations } = await openConsole(t, language as Language, 'light', 'audit');
      await recordMany(app, 13);
      await signIn();
      const { rows } = await app.database.pool.query<{ id: string }>(`select ${SECOND} as id`);
      await openProof(page, app.origin, rows[0]?.id);
      await shows(page, words.proven);
      const before = await statesOf(page);
      await tamper(
        app,
        `update audit.seal set checksum = set_byte(checksum, 0, get_byte(checksum, 0) # 1) where sequence = 2`,
      );

      await openProof(page, app.origin, rows[0]?.id);
      await shows(page, words.refuted);

      assert.deepEqual(before, { key: 'ok', signature: 'ok', entry: 'ok', path: 'ok' });
      assert.deepEqual(await statesOf(page), { key: 'ok', signature: 'ok', entry: 'bad', path: 'bad' });
      assert.deepEqual(violations, []);
    },
  );
}

test(
  'fields that were changed, and a head that was not signed, do not pass as proven',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn } = await openConsole(t, 'en', 'light', 'audit');
    await recordMany(app, 3);
    await signIn();
    const { rows } = await app.database.pool.query<{ id: string }>(`select ${SECOND} as id`);
    await tamper(
      app,
      `update audit.entry set actor_id = 'somebody' where id = ${SECOND}`,
      `update audit.head set note = replace(note, E'\\n' || size || E'\\n', E'\\n0' || size || E'\\n')`,
    );
    await tamper(app, `update audit.head set note = regexp_replace(note, E'^(.)', 'x')`);

    await openProof(page, app.origin, rows[0]?.id);
    await page.waitForSelector('[data-verdict=bad]');

    const { entry, signature } = await statesOf(page);
    assert.equal(entry, 'bad');
    assert.equal(signature, 'bad');
  },
);

test(
  'a filter in the address asks the server, and a deep link opens an entry of an older page',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn, goTo } = await openConsole(
      t,
      'en',
      'light',
      'audit?action=probe.&type=thing&resource=no%203',
    );
    await recordMany(app, 60);
    await signIn();
    await page.reload();
    await page.waitForFunction('document.querySelectorAll("tbody [data-row]").length === 1');
    const { rows } = await app.database.pool.query<{ id: string }>(`select ${SECOND} as id`);

    await goTo(`audit?open=${rows[0]?.id}`);
    await page.waitForSelector('[role=dialog] dl');

    assert.match(await textOf(page, '[role=dialog]'), /Place in the chain\n2\n/);
  },
);

test(
  'a check of more entries than one call reads goes on as a run, and can be cancelled',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn } = await openConsole(t, 'en', 'light', 'integrity');
    await recordAtOnce(app, DIRECT + 1);
    await signIn();
    await page.waitForSelector('main [data-state=ok]');

    await page.click('main button.bg-kashi');
    await page.waitForSelector('[role=progressbar]');
    const link = page.url();
    await page.reload();
    await (await page.waitForSelector('main button.text-bad'))?.click();
    await shows(page, 'The check was cancelled');
    await page.click('main button.bg-kashi');
    await page.waitForSelector('[role=progressbar]');
    await app.drain();
    await shows(page, 'entries are as they were written');

    const { rows } = await app.database.pool.query('select status from audit.run order by id');
    assert.match(link, /run=[\w-]{36}$/);
    assert.deepEqual(rows, [{ status: 'cancelled' }, { status: 'succeeded' }]);
  },
);

async function openProof(page: Page, origin: string, id: string | undefined): Promise<void> {
  await page.goto(`${origin}/console/audit?open=${id}&tab=proof`);
  await page.waitForSelector('[role=dialog] [data-verdict]');
}

async function statesOf(page: Page): Promise<Record<string, string>> {
  const read = `Object.fromEntries([...document.querySelectorAll('[data-step]')].map((one) => [one.dataset.step, one.dataset.state]))`;
  return (await page.evaluate(read)) as Record<string, string>;
}

async function textOf(page: Page, selector: string): Promise<string> {
  return String(await page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.innerText`));
}

for (const [language, theme] of looks)
  test(
    `axe finds nothing on audit, its drawer, proof and filters, nor on integrity and its form (${language}, ${theme})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, signIn, goTo, violations } = await openConsole(t, language, theme, 'integrity');
      await signIn();
      const found: string[] = [];
      await goTo('audit?text=nothing-has-this');
      found.push(...(await faultsOf(page, 'audit-empty')));
      await app.users.createAdministrator(
        { email: app.randomEmail(), firstName: 'Omid', lastName: 'Rad', password: 'a long enough one' },
        { onlyFirst: false },
      );
      await recordMany(app, 6);
      await goTo('audit?from=2020-01-01');
      found.push(...(await faultsOf(page, 'audit')));
      await page.waitForSelector('tbody [data-row]');
      await openRow(page);
      await page.waitForSelector('[role=dialog] dl');
      found.push(...(await faultsOf(page, 'audit-drawer')));
      const { rows } = await app.database.pool.query<{ id: string }>(`select ${SECOND} as id`);
      await openProof(page, app.origin, rows[0]?.id);
      found.push(...(await faultsOf(page, 'audit-proof')));
      await tamper(app, `update audit.entry set resource_id = 'no 7' where id = ${SECOND}`);
      await openProof(page, app.origin, rows[0]?.id);
      found.push(...(await faultsOf(page, 'audit-refuted')));

      await goTo('integrity');
      await page.waitForSelector('main [data-state]');
      found.push(...(await faultsOf(page, 'integrity')));
      await page.click('main button.bg-kashi');
      await page.waitForSelector('main [data-state=bad]');
      found.push(...(await faultsOf(page, 'integrity-bad')));
      await goTo('audit');
      await page.waitForSelector('main [role=alert]');
      found.push(...(await faultsOf(page, 'audit-tampered')));
      await goTo('integrity?open=archive');
      await page.waitForSelector('[role=dialog] [type=submit]');
      await page.click('[role=dialog] [type=submit]');
      await page.waitForSelector('[aria-invalid]');
      found.push(...(await faultsOf(page, 'integrity-errors')));

      assert.deepEqual(found, []);
      assert.deepEqual(violations, []);
    },
  );
