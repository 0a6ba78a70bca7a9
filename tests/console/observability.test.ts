import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { newId } from '../../src/kernel/id.ts';
import { todoPermissions } from '../../src/modules/todos/contract.ts';
import { member, PASSWORD } from '../../src/testing/accounts.ts';
import { loggingPermissions } from '../../src/modules/logging/contract.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import type { TestApp } from '../../src/testing/app.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, shows, type Language } from './open.ts';

const HOUR_MS = 3_600_000;
const ROW = 'tbody [data-row]';
const press = (text: string) => `::-p-xpath(//button[normalize-space()=${JSON.stringify(text)}])`;
const CHART = '[role=img] canvas';

/** A piece of work that has used its attempts. */
async function killWork(app: TestApp): Promise<void> {
  const sara = app.signIn(todoPermissions.read, todoPermissions.write);
  await app.drainWithFailures();
  await sara.post('/todos', { description: 'x', remindAt: '2026-01-01T00:00:00.000Z' });
  await app.database.pool.query('alter table notifications.recipient rename to gone');
  await app.drainWithFailures(HOUR_MS);
  await app.database.pool.query('alter table notifications.gone rename to recipient');
}

async function openAlert(app: TestApp, subject: string, closed: string | null = null): Promise<void> {
  await app.database.pool.query(
    `insert into observability.alert (id, subject, tier, severity, details, opened_at, closed_at)
     values ($1, $2, 'problem', 'critical', 'messages of the outbox have failed', now() - interval '3 hours', $3)`,
    [newId(), subject, closed],
  );
}

/** What the objectives have counted: for half an hour, two hours ago, each tenth request failed. */
async function recordBadHour(app: TestApp): Promise<void> {
  await app.database.pool.query(
    `insert into observability.objective_slot (objective, slot, good, bad)
     select 'availability', date_bin('10 minutes', now(), 'epoch') - at * interval '10 minutes', 900, case when at between 12 and 15 then 100 else 0 end
     from generate_series(0, 100) at`,
  );
}

async function signedIn(
  t: TestContext,
  ...[language, theme, path]: Parameters<typeof openConsole> extends [unknown, ...infer R] ? R : never
) {
  const opened = await openConsole(t, language, theme, path);
  await opened.signIn();
  return opened;
}

test('the table of a chart has the numbers of the server', { skip: noBrowser }, async (t) => {
  const { app, page, goTo, violations } = await signedIn(t, 'en', 'light');
  await app.database.pool.query(
    `insert into observability.objective_minute (objective, minute, good, bad)
     select 'availability', date_trunc('minute', now()) - interval '20 minutes', 1794, 6`,
  );
  await goTo('observability');
  await page.waitForSelector(CHART);
  const label = await page.$eval('[role=img]', (chart) => chart.getAttribute('aria-label') ?? '');

  await page.locator('[aria-label="Show as table: Requests"]').click();

  const cells = await page.$$eval('section[aria-label=Requests] tbody tr', (rows) =>
    rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')),
  );
  assert.deepEqual(
    cells.flatMap(([, ...values]) => (values[0] === '30' ? [values] : [])),
    [['30', '0.1']],
  );
  assert.match(label, /Requests: now [\d.]+, lowest/);
  await shows(page, '1,800 requests were answered, 6 of them with a server error (0.3%).');
  assert.deepEqual(violations, []);
});

for (const [language, text] of [
  ['en', 'Open incident: Charges fail'],
  ['fa', 'رخداد باز: Charges fail'],
] as const)
  test(
    `an open incident is what the overview says needs a look, until it is resolved (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, goTo } = await signedIn(t, language);
      const program = app.signIn(loggingPermissions.write, loggingPermissions.alerts);
      await program.post('/logging/alerts/rules', { name: 'Charges fail', thresholdCount: 1, severity: 'high' });
      await program.post('/logging/events', { level: 'error', message: 'no answer', sourceService: 'shop' });
      const { items } = (await program.get('/logging/alerts/incidents')).body;

      await goTo('');
      await shows(page, text);
      const isBad = (await page.$('h1 .bg-bad')) !== null;
      await page.locator('main section a[href*="/incidents?open="]').click();
      await page.waitForSelector('[role=dialog] dl');
      await program.post(`/logging/alerts/incidents/${items[0].id}/resolve`, {});
      await goTo('');
      await page.waitForSelector('main h2');

      assert.equal(isBad, true);
      assert.equal((await page.$eval('main', (main) => main.innerText)).includes(text), false);
    },
  );

test(
  'a relative range stays relative over a reload; a custom one is typed in the Persian calendar and survives it too',
  { skip: noBrowser },
  async (t) => {
    const { page, goTo } = await signedIn(t, 'fa');
    await goTo('observability');
    await page.locator(press('۶ ساعت')).click();
    await page.waitForFunction(`location.search === '?range=6h'`);
    await page.reload();
    await page.waitForSelector('[aria-pressed=true][title="۶ ساعت گذشته"]');

    await page.locator(press('دلخواه')).click();
    for (const [name, typed] of [['from', '۱۴۰۵/۰۹/۰۱'], ['to', '۱۴۰۵/۰۹/۰۲ ۱۰:۳۰']] as const) {
    await page.locator(`input[name=${name}]`).fill(typed);
  } // prettier-ignore
    await page.keyboard.press('Enter');
    await page.waitForFunction(`location.search.includes('from=')`);
    await page.reload();

    await shows(page, '۲ آذر ۱۴۰۵');
    const search = new URLSearchParams(new URL(page.url()).search);
    const local = (...parts: [number, number, number, number?, number?]) => new Date(...parts).toISOString();
    assert.equal(search.get('range'), null);
    assert.deepEqual([search.get('from'), search.get('to')], [local(2026, 10, 22), local(2026, 10, 23, 10, 30)]);
  },
);

/** Where the first chart is, once nothing loads or moves it for half a second. */
const RESTING_CHART = `(() => {
  const place = document.querySelector('main .appears') ? null : document.querySelector('.u-over')?.getBoundingClientRect().toJSON();
  const seen = JSON.stringify(place ?? null);
  if (seen !== window.seen) [window.seen, window.since] = [seen, performance.now()];
  return place && performance.now() - window.since > 500 ? place : null;
})()`;

test('a drag over a chart becomes the time range of the page', { skip: noBrowser }, async (t) => {
  const { page, goTo } = await signedIn(t, 'en');
  await goTo('observability?range=6h');
  const place = await page.waitForFunction(RESTING_CHART);
  const box = (await place.jsonValue()) as { x: number; y: number; width: number; height: number };
  const y = box.y + box.height / 2;

  await page.mouse.move(box.x + box.width * 0.25, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, y, { steps: 5 });
  await page.mouse.up();
  await page.waitForFunction(`location.search.includes('from=')`);

  const search = new URLSearchParams(new URL(page.url()).search);
  const hours = (Date.parse(search.get('to') ?? '') - Date.parse(search.get('from') ?? '')) / HOUR_MS;
  assert.ok(Math.abs(hours - 3) < 0.1, `${hours} hours`);
});

test(
  'incidents and deploys of the range are marks in the charts, with a way to an incident',
  { skip: noBrowser },
  async (t) => {
    const { app, page, goTo, violations } = await signedIn(t, 'en');
    await app.database.pool.query(
      `insert into logging.incident (id, fingerprint, title, description, group_value, severity, status, count, reopened_count,
       opened_at, last_seen_at, notifies, cooldown_seconds, auto_resolve_seconds)
     values ($1, 'abc', 'Charges fail', '', '', 'high', 'open', 1, 0, now() - interval '5 minutes', now(), false, 60, 0)`,
      [newId()],
    );
    await app.database.pool.query(
      `insert into observability.deploy (at, release) values (now() - interval '9 minutes', '4f2a9c1')`,
    );

    await goTo('observability');
    const chart = 'main [role=img][aria-label^="Requests"]';
    await page.waitForSelector(`${chart}[aria-label*="Charges fail at"][aria-label*="Deploy of 4f2a9c1 at"]`);
    await page.waitForSelector('main ::-p-text(Deploys in this range:)');
    await page.locator('main a ::-p-text(Charges fail)').click();
    await page.waitForSelector('[role=dialog] ::-p-text(Charges fail)');

    assert.deepEqual(violations, []);
  },
);

const words: Record<Language, { dead: string; look: string; bricks: string }> = {
  en: { dead: '1 work item is dead.', look: 'Look at it', bricks: 'Background work: alerts in 4 of the last 24 hours' },
  fa: { dead: '۱ کار پس‌زمینه ناموفق مانده است.', look: 'رسیدگی', bricks: 'کارهای پس‌زمینه: هشدار در ۴ ساعت از ۲۴ ساعت گذشته' },
}; // prettier-ignore

for (const language of ['en', 'fa'] as const)
  test(
    `the overview says that work is dead, since when there are alerts, and leads to the message (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, signIn } = await openConsole(t, language);
      const say = words[language];
      await killWork(app);
      await openAlert(app, 'orchestration.work');
      await signIn();

      await shows(page, say.dead);
      const bricks = await page.$$eval('[role=img][title]', (strips) =>
        strips.map((strip) => strip.getAttribute('aria-label')),
      );
      await page.locator(`::-p-xpath(//main//ul//a[contains(., ${JSON.stringify(say.dead)})])`).click();

      await page.waitForSelector(ROW);
      assert.match(page.url(), /\/console\/messages\?box=work$/);
      assert.ok(bricks.includes(say.bricks), bricks.join('\n'));
    },
  );

for (const language of ['en', 'fa'] as const)
  test(
    `somebody without observability.read sees their own overview, and nothing of the system (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page } = await openConsole(t, language);
      const { email } = await member(app);
      const refused: string[] = [];
      page.on('response', (response) => void (response.status() === 403 && refused.push(response.url())));

      await page.type('[name=contact]', email);
      await page.type('[name=password]', PASSWORD);
      await page.keyboard.press('Enter');

      await shows(page, language === 'en' ? 'Hello, Sara' : 'سلام Sara');
      const links = await page.$$eval('nav a', (all) => all.map((link) => link.getAttribute('href')));
      assert.deepEqual(
        links.filter((link) => /observability|messages|webhooks/.test(link ?? '')),
        [],
      );
      assert.deepEqual(refused, []);
    },
  );

test('where nothing waits, nothing has an age', { skip: noBrowser }, async (t) => {
  const { app, page, goTo } = await signedIn(t, 'en');
  await app.drain();
  await goTo('observability?tab=health');
  await shows(page, 'Delivery of events');

  const rows = await page.$$eval('main tbody tr', (all) =>
    all.map((row) => [...row.children].map(({ textContent }) => textContent)),
  );

  assert.deepEqual(
    rows.find(([name]) => name === 'Outbox'),
    ['Outbox', '0', '–', '0', '0'],
  );
});

test('an objective shows when it would have alerted, also with another target', { skip: noBrowser }, async (t) => {
  const { app, page, goTo } = await signedIn(t, 'fa');
  await recordBadHour(app);
  await goTo('observability?tab=objectives&open=availability');
  await shows(page, 'مصرف تند (پنجره‌های ۱ ساعت و ۵ دقیقه)');

  await page.locator('[name=percent]').fill('۵۰');
  await page.locator(press('آزمودن با این هدف')).click();

  await shows(page, 'هشداری نمی‌داد.');
  assert.match(page.url(), /target=0\.5/);
});

for (const [language, theme] of looks)
  test(
    `axe finds nothing on the overview and observability (${language}, ${theme})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, goTo, violations } = await signedIn(t, language, theme);
      await goTo('observability?tab=alerts');
      const found = await faultsOf(page, 'observability-alerts-empty');
      await killWork(app);
      await recordBadHour(app);
      await openAlert(app, 'orchestration.work');
      await openAlert(app, 'orchestration.outbox', new Date(Date.now() - HOUR_MS).toISOString());
      await app.database.pool.query(`insert into observability.objective_minute (objective, minute, good, bad) values ('reads', date_trunc('minute', now()), 90, 10)`); // prettier-ignore
      for (const [name, path] of Object.entries({
        overview: '?range=1h',
        'observability-metrics': 'observability',
        'observability-objectives': 'observability?tab=objectives',
        'observability-alerts': 'observability?tab=alerts',
        'observability-events': 'observability?tab=events',
        'observability-events-none': 'observability?tab=events&search=nothing',
        'observability-health': 'observability?tab=health',
      })) {
        await goTo(path);
        await page.waitForSelector('main > :not(:has(h1)) :is(canvas, tbody, button), main li a, main canvas');
        found.push(...(await faultsOf(page, name)));
      }
      for (const tab of ['alerts', 'events']) {
        await goTo(`observability?tab=${tab}`);
        await page.locator(ROW).click();
        await page.waitForSelector('[role=dialog] pre');
        found.push(...(await faultsOf(page, `observability-${tab}-drawer`)));
      }
      await goTo('observability?tab=objectives&open=availability');
      await page.locator('[name=percent]').fill('4');
      await page.locator('[role=dialog] [type=submit]').click();
      await page.waitForSelector('[aria-invalid]');
      found.push(...(await faultsOf(page, 'observability-objectives-drawer')));
      await goTo('observability');
      await page.locator(`[role=group] [aria-haspopup=dialog]`).click();
      await page.locator('input[name=from]').fill('never');
      await page.keyboard.press('Enter');
      await page.waitForSelector('[aria-invalid]');
      found.push(...(await faultsOf(page, 'observability-range')));
      await page.keyboard.press('Escape');
      await page.locator('section [aria-pressed][title]').click();
      await page.waitForSelector('section[aria-label] tbody tr');
      found.push(...(await faultsOf(page, 'observability-table')));

      assert.deepEqual(found, []);
      assert.deepEqual(violations, []);
    },
  );
