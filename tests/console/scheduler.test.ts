import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'puppeteer-core';
import { login } from '../../src/testing/accounts.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, shows, type Language } from './open.ts';

type Console = Awaited<ReturnType<typeof openConsole>>;
const DRAWER = '[role=dialog]';
const SAVE = `${DRAWER} form [type=submit]`;

const texts: Record<Language, { run: string; done: string; waiting: string; pause: string; see: string }> = {
  en: { run: 'Run now', done: 'Succeeded', waiting: 'Waiting', pause: 'Pause', see: 'Show it' },
  fa: { run: 'اجرا کن', done: 'موفق', waiting: 'در نوبت', pause: 'توقف', see: 'نشان بده' },
};

function press(page: Page, text: string): Promise<void> {
  return page.locator(`::-p-xpath(//button[normalize-space()="${text}"])`).click();
}

async function retype(page: Page, field: string, text: string): Promise<void> {
  await page.waitForSelector(`[name=${field}]`);
  await page.evaluate(`document.querySelector('[name=${field}]').select()`);
  await page.type(`[name=${field}]`, text);
}

/** Creates a job as the administrator, by the API; answers its id. */
async function createJob({ app, email }: Console, fields: object = {}): Promise<string> {
  const { body } = await login(app, email);
  const { body: job } = await app
    .withToken(body.accessToken)
    .post('/scheduler/jobs', { name: 'Fetch prices', type: 'platform.noop', payload: {}, ...fields });
  return job.id;
}

for (const language of ['en', 'fa'] as const)
  test(
    `a job is created in the page, started, and watched to its end; the database agrees (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, signIn, violations } = await openConsole(t, language, 'light', 'scheduler?open=new');
      const { run, done, waiting, see } = texts[language];
      await signIn();
      await page.type('[name=name]', 'Heartbeat');
      await page.select('[name=type]', 'platform.noop');
      await retype(page, 'payload', '{"waitMs": 20}');
      await page.type('[name=tags]', 'example، prices');
      await page.click(SAVE);
      await page.waitForFunction('location.search.includes("tab=schedule")');

      await press(page, run);
      await press(page, see);
      await page.waitForSelector(`${DRAWER} dl`);
      await shows(page, waiting);
      await app.drain();
      await page.waitForFunction(`document.querySelector('${DRAWER}').innerText.includes(${JSON.stringify(done)})`);

      const { rows } = await app.database.pool.query(
        `select job.name, job.tags, job.payload, execution.status, triggered_by as by
           from scheduler.execution join scheduler.job on job.id = job_id where job.type = 'platform.noop'`,
      );
      assert.deepEqual(rows, [
        { name: 'Heartbeat', tags: ['example', 'prices'], payload: { waitMs: 20 }, status: 'succeeded', by: 'manual' },
      ]);
      assert.deepEqual(violations, []);
    },
  );

test(
  'a cron schedule previews the Jalali dates that Intl says, before and after it is saved',
  { skip: noBrowser },
  async (t) => {
    const open = await openConsole(t, 'fa', 'light');
    const { app, page, signIn, goTo } = open;
    const id = await createJob(open);
    await signIn();
    await goTo(`scheduler?open=${id}&tab=schedule`);
    await press(page, 'تعیین زمان‌بندی');
    await page.select('[name=kind]', 'cron');
    await page.type('[name=cron]', '۳۰ 6 * * sat-wed');
    await retype(page, 'timeZone', 'Asia/Tehran');
    await page.waitForSelector('[aria-busy=false] [data-instant]');

    const draft = await instantsOf(page);
    await page.click(SAVE);
    await page.waitForSelector(`${DRAWER} form`, { hidden: true });
    await page.waitForFunction('document.querySelectorAll("[data-instant]").length === 10');
    const saved = await instantsOf(page);

    const inTehran = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat('fa-IR-u-ca-persian', { timeZone: 'Asia/Tehran', ...options });
    const weekday = inTehran({ weekday: 'long' });
    const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    const day = inTehran({ day: 'numeric', month: 'long', year: 'numeric', ...clock });
    const { rows } = await app.database.pool.query(
      `select cron_expression as cron, time_zone as zone from scheduler.schedule where job_id = $1`,
      [id],
    );
    const { rows: planned } = await app.database.pool.query(
      'select from scheduler.job where id = $1 and next_run_at_utc = $2',
      [id, saved[0]?.at],
    );
    assert.deepEqual(rows, [{ cron: '30 6 * * sat-wed', zone: 'Asia/Tehran' }]);
    assert.equal(planned.length, 1);
    assert.deepEqual(draft, saved.slice(0, draft.length));
    assert.deepEqual(
      saved.map(({ shown }) => shown),
      saved.map(({ at }) => `${weekday.format(new Date(at))} ${day.format(new Date(at))}`),
    );
    const words = await page.$eval(`${DRAWER} [role=tabpanel] p`, (line) => line.textContent);
    assert.match((words ?? '').replaceAll('\u200f', ''), /^هر شنبه، یکشنبه، دوشنبه، سه‌شنبه،? و چهارشنبه ساعت ۰۶:۳۰/);
  },
);

async function instantsOf(page: Page): Promise<{ at: string; shown: string }[]> {
  return (await page.evaluate(
    '[...document.querySelectorAll("[data-instant]")].map((row) => ({ at: row.dataset.instant, shown: row.cells[0].innerText }))',
  )) as { at: string; shown: string }[];
}

test('a job that is paused in the page runs nothing until it is resumed there', { skip: noBrowser }, async (t) => {
  const open = await openConsole(t, 'en', 'light');
  const { app, page, signIn, goTo } = open;
  const id = await createJob(open);
  const { body } = await login(app, open.email);
  await app
    .withToken(body.accessToken)
    .post(`/scheduler/jobs/${id}/schedule`, { type: 'interval', every: 1, unit: 'seconds' });
  await signIn();
  await goTo(`scheduler?open=${id}`);

  await press(page, 'Pause');
  await shows(page, '“Fetch prices” is paused.');
  const before = await runsOf(open, id);
  await app.drain(5000);
  const held = (await runsOf(open, id)).slice(before.length);
  await press(page, 'Undo');
  await shows(page, 'Active again.');

  const { rows } = await app.database.pool.query('select status from scheduler.job where id = $1', [id]);
  assert.ok(held.length > 0);
  assert.deepEqual(new Set(held), new Set(['skipped paused']));
  assert.deepEqual(rows, [{ status: 'active' }]);
});

async function runsOf({ app }: Console, jobId: string): Promise<string[]> {
  const { rows } = await app.database.pool.query(
    `select concat_ws(' ', status, skip_reason) as run from scheduler.execution where job_id = $1 order by id`,
    [jobId],
  );
  return rows.map(({ run }) => String(run));
}

test(
  'duties of the program are listed apart, and a lane shows the runs that wait for one concurrency key',
  { skip: noBrowser },
  async (t) => {
    const opened = await openConsole(t, 'en');
    const { app, page, signIn, goTo, email } = opened;
    const { body } = await login(app, email);
    const admin = app.withToken(body.accessToken);
    for (const name of ['Fetch prices', 'Fetch rates']) {
      const id = await createJob(opened, { name, concurrencyKey: 'bank' });
      await admin.post(`/scheduler/jobs/${id}/run`);
    }
    await signIn();
    const names = () => page.$$eval('tbody [data-row]', (rows) => rows.map((row) => row.textContent));

    await goTo('scheduler');
    await page.waitForSelector('tbody [data-row]');
    const people = await names();
    await press(page, 'System jobs');
    await page.waitForFunction(`document.querySelector('tbody').innerText.includes('audit.watch')`);
    const duties = await names();
    await goTo('scheduler/metrics');
    const lane = await page.waitForSelector('[data-lane=key]');
    const shown = (await lane?.evaluate((one) => one.textContent)) ?? '';

    assert.deepEqual(people, ['Fetch rates', 'Fetch prices']);
    assert.ok(!duties.includes('Fetch rates'));
    assert.match(shown, /bank.*0 of 1 places taken.*2 waiting.*Fetch prices.*Fetch rates/);
  },
);

for (const [language, refused] of [
  ['en', 'This is not JSON'],
  ['fa', 'این متن JSON نیست'],
] as const)
  // prettier-ignore
  test(
    `a payload that is not JSON is refused at its field when it is left, and nothing is created (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, signIn } = await openConsole(t, language, 'light', 'scheduler?open=new');
      await signIn();
      await page.type('[name=name]', 'Heartbeat');
      await page.select('[name=type]', 'platform.noop');
      await retype(page, 'payload', '{"waitMs": ');
      await page.keyboard.press('Tab');
      await page.waitForSelector('[name=payload][aria-invalid]');

      await page.click(SAVE);

      const told = await page.evaluate(
        'document.querySelector("[name=payload]").getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id).innerText).join(" ")',
      );
      const { rows } = await app.database.pool.query(`select from scheduler.job where type = 'platform.noop'`);
      assert.match(String(told), new RegExp(refused));
      assert.equal(await page.evaluate('document.activeElement.name'), 'payload');
      assert.equal(rows.length, 0);
    },
  );

test('a payload that the type refuses is told at the field of the payload', { skip: noBrowser }, async (t) => {
  const { page, signIn } = await openConsole(t, 'en', 'light', 'scheduler?open=new');
  await signIn();
  await page.type('[name=name]', 'Heartbeat');
  await page.select('[name=type]', 'platform.noop');
  await retype(page, 'payload', '{"waits": 1}');
  await page.click(SAVE);

  await page.waitForSelector('[name=payload][aria-invalid]');

  await shows(page, 'waits:');
});

test(
  'a job that somebody else has changed is not overwritten: both versions are shown',
  { skip: noBrowser },
  async (t) => {
    const open = await openConsole(t, 'en', 'light');
    const { app, page, signIn, goTo } = open;
    const id = await createJob(open);
    await signIn();
    await goTo(`scheduler?open=${id}&tab=edit`);
    await retype(page, 'name', 'Fetch all prices');
    await app.database.pool.query(
      `update scheduler.job set name = 'Fetch other prices', version = version + 1 where id = $1`,
      [id],
    );

    await page.click(SAVE);

    await page.waitForSelector(`${DRAWER} [role=alert]`);
    await shows(page, 'Fetch other prices');
    await press(page, 'Save mine over it');
    await shows(page, 'The job has been saved.');
    const { rows } = await app.database.pool.query('select name from scheduler.job where id = $1', [id]);
    assert.deepEqual(rows, [{ name: 'Fetch all prices' }]);
  },
);

for (const [language, theme] of looks)
  test(
    `axe finds nothing on the pages of the scheduler, and none is wider than its window (${language}, ${theme})`,
    { skip: noBrowser },
    async (t) => {
      const open = await openConsole(t, language, theme);
      const { app, page, signIn, goTo, violations } = open;
      const id = await createJob(open, { tags: ['prices'], description: 'Fetches them', payload: { waitMs: 5 } });
      const failing = await createJob(open, {
        name: 'Fails twice',
        payload: { fails: true },
        maxRetryAttempts: 1,
        retryBackoffSeconds: 0,
      });
      const { body } = await login(app, open.email);
      const owner = app.withToken(body.accessToken);
      const found: string[] = [];
      const look = async (name: string, path: string, ready: string) => {
        await goTo(path);
        await page.waitForSelector(ready);
        found.push(...(await faultsOf(page, `scheduler-${name}`)));
      };
      await signIn();
      await look('runs-empty', 'scheduler/runs', 'main p');
      await owner.post(`/scheduler/jobs/${id}/schedule`, {
        type: 'cron',
        cronExpression: '0 8 * * sat',
        timeZone: 'Asia/Tehran',
        holidays: ['persian:01-01', '2026-12-26'],
      });
      await owner.post(`/scheduler/jobs/${id}/dependencies`, { dependsOnJobId: failing });
      await owner.put(`/scheduler/jobs/${id}/permissions`, {
        subjectType: 'role',
        subjectValue: 'administrator',
        canRead: true,
      });
      await owner.post(`/scheduler/jobs/${id}/run`);
      const { body: run } = await owner.post(`/scheduler/jobs/${failing}/run`);
      await app.drainWithFailures(60_000);

      await look('jobs', 'scheduler', 'tbody [data-row]');
      await look('filtered', 'scheduler?search=zzzz', 'main p');
      for (const tab of ['facts', 'edit', 'schedule', 'runs', 'dependencies', 'access'])
        await look(tab, `scheduler?open=${id}&tab=${tab}`, `${DRAWER} [role=tabpanel] :is(dl, form, table, ul)`);
      await look('errors', 'scheduler?open=new', SAVE);
      await page.click(SAVE);
      await page.waitForSelector('[aria-invalid]');
      found.push(...(await faultsOf(page, 'scheduler-errors')));
      await goTo(`scheduler?open=${id}&tab=schedule`);
      await page.waitForSelector(`${DRAWER} table`);
      await press(page, language === 'fa' ? 'تغییر زمان‌بندی' : 'Change schedule');
      await page.waitForSelector('[data-instant]');
      await page.click('details summary');
      found.push(...(await faultsOf(page, 'scheduler-editor')));
      await look('runs-all', 'scheduler/runs', 'tbody [data-row]');
      await look('run', `scheduler/runs?open=${run.executionId}`, `${DRAWER} dl`);
      await look('metrics', 'scheduler/metrics', 'main table');

      assert.deepEqual(found, []);
      assert.deepEqual(violations, []);
    },
  );
