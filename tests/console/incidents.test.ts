import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loggingPermissions } from '../../src/modules/logging/contract.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, openRow, shows, type Language } from './open.ts';

const { alerts, write, read } = loggingPermissions;
const RULE = { name: 'Charges fail', service: 'shop', thresholdCount: 1, severity: 'high' };
const FAILURE = { level: 'error', message: 'handler charge failed: timeout', sourceService: 'shop' };
const ACKNOWLEDGED: Record<Language, string> = { en: 'The incident is acknowledged.', fa: 'رخداد در دست بررسی است.' };
const SUBMIT = '[role=dialog] [type=submit]';

for (const language of ['en', 'fa'] as const)
  test(
    `the failure of a handler appears as an incident in two open tabs, and is acknowledged in one (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, signIn, goTo, violations } = await openConsole(t, language);
      const program = app.signIn(write, alerts);
      await program.post('/logging/alerts/rules', RULE);
      await signIn();
      await goTo('incidents');
      const other = await page.browserContext().newPage();
      await other.goto(page.url());
      await other.waitForSelector('header [role=status] span');

      await program.post('/logging/events', FAILURE);
      await shows(other, RULE.name);
      await page.bringToFront();
      await shows(page, RULE.name);
      await openRow(page);
      await shows(page, FAILURE.message);
      await page.type('[name=note]', 'The provider is down');
      await page.click('[role=dialog] button.bg-kashi');
      await shows(page, ACKNOWLEDGED[language]);

      const { rows } = await app.database.pool.query(
        `select i.status, s.note from logging.incident i join logging.incident_step s on s.incident_id = i.id
         where i.title = $1 and s.kind = 'acknowledged'`,
        [RULE.name],
      );
      const workers = page
        .browserContext()
        .targets()
        .filter((target) => target.type() === 'shared_worker');
      assert.deepEqual(rows, [{ status: 'acknowledged', note: 'The provider is down' }]);
      assert.equal(workers.length, 1);
      assert.deepEqual(violations, []);
    },
  );

test('a silence is created for a service, and ended', { skip: noBrowser }, async (t) => {
  const { app, page, signIn, goTo, violations } = await openConsole(t, 'en');
  await signIn();
  await goTo('incidents?tab=silences&open=new');
  const silences = async () => {
    const sql = `select service, reason, round(extract(epoch from ends_at - starts_at) / 60) as minutes from logging.silence`;
    return (await app.database.pool.query(sql)).rows.map((row) => ({ ...row, minutes: Number(row.minutes) }));
  };

  await page.type('[name=service]', 'shop*');
  await page.select('[name=minutes]', '240');
  await page.type('[name=reason]', 'Upgrade of the shop');
  await page.click(SUBMIT);
  await page.waitForSelector('tbody [data-row]');
  const created = await silences();
  await openRow(page);
  await (await page.waitForSelector('[role=dialog] ::-p-text(End silence)'))?.click();
  await (await page.waitForSelector('[role=alertdialog] ::-p-text(End silence)'))?.click();
  await shows(page, 'The silence has ended.');

  assert.deepEqual(created, [{ service: 'shop*', reason: 'Upgrade of the shop', minutes: 240 }]);
  assert.deepEqual(await silences(), []);
  assert.deepEqual(violations, []);
});

test(
  'a rule is written in Persian digits, tested over stored events, changed and deleted',
  { skip: noBrowser },
  async (t) => {
    const { app, page, signIn, goTo } = await openConsole(t, 'fa');
    const rules = async () =>
      (await app.database.pool.query('select name, threshold_count, window_seconds from logging.rule')).rows;
    await app.signIn(write).post('/logging/events/bulk', { events: [FAILURE, FAILURE, FAILURE] });
    await signIn();
    await goTo('incidents?tab=rules&open=new');

    await page.type('[name=name]', 'پرداخت');
    await page.type('[name=service]', 'shop');
    await page.click('[name=thresholdCount]', { count: 3 });
    await page.type('[name=thresholdCount]', '۳');
    await page.click(SUBMIT);
    await page.waitForSelector('tbody [data-row]');
    const created = await rules();
    await openRow(page);
    await page.locator('::-p-text(آزمایش قاعده)').click();
    await shows(page, '۳ سطر بررسی شد: ۳ سطر جور است و ۱ رخداد باز می‌شد.');
    await page.click('[role=dialog] a[href*="edit=yes"]');
    await page.waitForSelector('[name=windowSeconds]');
    await page.click('[name=windowSeconds]', { count: 3 });
    await page.type('[name=windowSeconds]', '120');
    await page.click(SUBMIT);
    await page.locator('[role=dialog] ::-p-text(حذف قاعده)').click();
    const changed = await rules();
    await page.locator('[role=alertdialog] ::-p-text(حذف قاعده)').click();
    await shows(page, 'قاعده حذف شد.');

    assert.deepEqual(created, [{ name: 'پرداخت', thresholdCount: 3, windowSeconds: 60 }]);
    assert.deepEqual(changed, [{ name: 'پرداخت', thresholdCount: 3, windowSeconds: 120 }]);
    assert.deepEqual(await rules(), []);
  },
);

for (const [language, theme] of looks)
  test(
    `axe finds nothing on incidents, silences and rules, and none is wider than its window (${language}, ${theme})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, signIn, goTo, violations } = await openConsole(t, language, theme);
      const program = app.signIn(write, read, alerts);
      await signIn();
      const found: string[] = [];
      for (const path of ['incidents', 'incidents?tab=silences', 'incidents?tab=rules']) {
        await goTo(path);
        found.push(...(await faultsOf(page, `${path.replace('?tab=', '-')}-empty`)));
      }
      for (const tab of ['silences', 'rules']) {
        await goTo(`incidents?tab=${tab}&open=new`);
        await (await page.waitForSelector(SUBMIT))?.click();
        await page.waitForSelector('[aria-invalid]');
        found.push(...(await faultsOf(page, `incidents-${tab}-errors`)));
      }
      await program.post('/logging/alerts/rules', RULE);
      await program.post('/logging/events', FAILURE);
      const startsAt = new Date().toISOString();
      const endsAt = new Date(Date.now() + 3_600_000).toISOString();
      await program.post('/logging/alerts/silences', { service: 'shop', reason: 'Upgrade', startsAt, endsAt });
      for (const path of ['incidents', 'incidents?tab=silences', 'incidents?tab=rules']) {
        await goTo(path);
        await page.waitForSelector('tbody [data-row]');
        found.push(...(await faultsOf(page, path.replace('?tab=', '-'))));
        await openRow(page);
        await page.waitForSelector('[role=dialog] dl');
        found.push(...(await faultsOf(page, `${path.replace('?tab=', '-')}-drawer`)));
      }

      assert.deepEqual(found, []);
      assert.deepEqual(violations, []);
    },
  );
