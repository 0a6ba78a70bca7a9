import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobApp } from '#testing/jobs/app.ts';

const COPIES = 10_000; // schedules that a change of the zone data moves
const HOUR_MS = 3_600_000;
type Shown = Record<string, unknown> & { readonly id: string; readonly occurrenceAtUtc: string };
const count = (executions: Shown[], status: string) => executions.filter((each) => each['status'] === status).length;
const leftOut = (executions: Shown[]) =>
  executions
    .filter((each) => each['status'] === 'skipped')
    .reduce((sum, each) => sum + Number(each['leftOutCount']), 0);

test('each occurrence of a schedule runs once, and the next one is planned', async (t) => {
  const { app, sara, job, schedule, executions } = await jobApp(t);
  const id = await job({ concurrency: 'allow' }); // an hour passes at once here
  const set = await schedule(id, { type: 'cron', cronExpression: '*/10 * * * *', timeZone: 'Asia/Tehran' });

  await app.drain(HOUR_MS);

  const ran = await executions(id);
  assert.equal(ran.length, 6);
  assert.equal(ran[0].occurrenceAtUtc, set.nextRunAtUtc);
  assert.equal(new Set(ran.map(({ occurrenceAtUtc }: Shown) => occurrenceAtUtc)).size, 6);
  assert.equal(count(ran, 'succeeded'), 6);
  assert.ok((await sara.get(`/scheduler/jobs/${id}/schedule`)).body.nextRunAtUtc > ran[5].occurrenceAtUtc);
});

test('after three hours down the policy decides what runs, and the log has what was left out', async (t) => {
  const { app, job, schedule, shift, executions } = await jobApp(t);
  const cases = { skip: 0, fireNow: 1, catchUp: 10 } as const;
  const ids = new Map<string, string>();
  for (const misfirePolicy of Object.keys(cases)) {
    const id = await job();
    await schedule(id, { type: 'cron', cronExpression: '*/5 * * * *', misfirePolicy, maxCatchUpRuns: 10 });
    await shift(id, 3 * HOUR_MS);
    ids.set(misfirePolicy, id);
  }

  await app.drain();

  for (const [policy, wanted] of Object.entries(cases)) {
    const all: Shown[] = await executions(ids.get(policy) ?? '');
    const ran = all.filter((each) => each['status'] === 'succeeded');
    const order = ran.toSorted((a, b) => (String(a['startedAtUtc']) < String(b['startedAtUtc']) ? -1 : 1));
    assert.equal(ran.length, wanted, policy);
    assert.deepEqual(
      order.map(({ occurrenceAtUtc }) => occurrenceAtUtc),
      ran.map(({ occurrenceAtUtc }) => occurrenceAtUtc).toSorted(),
      policy,
    );
    assert.ok([36, 37].includes(wanted + leftOut(all)), `${policy}: ${wanted} and ${leftOut(all)}`);
    assert.ok(
      all.filter((each) => each['status'] === 'skipped').every((each) => each['skipReason'] === 'misfire'),
      policy,
    );
  }
});

test('a change of the schedule never runs what was due before, and counts it', async (t) => {
  const { app, sara, job, schedule, shift, executions } = await jobApp(t);
  const id = await job();
  await schedule(id, { type: 'cron', cronExpression: '*/10 * * * *' });
  await shift(id, HOUR_MS);

  const dry = await sara.post(`/scheduler/jobs/${id}/schedule?dryRun=true`, { type: 'interval', intervalSeconds: 60 });
  const before = await sara.get(`/scheduler/jobs/${id}/schedule`);
  const set = await schedule(id, { type: 'interval', intervalSeconds: 60 });
  await app.drain();

  assert.equal(before.body.type, 'cron');
  assert.ok(set.leftOut >= 5 && set.leftOut === dry.body.leftOut, `${set.leftOut} ${dry.body.leftOut}`);
  const all = await executions(id);
  assert.deepEqual([count(all, 'succeeded'), leftOut(all)], [0, set.leftOut]);
});

test('a paused job records what it leaves out, and its resumption runs it only when asked', async (t) => {
  const { app, sara, job, schedule, executions } = await jobApp(t);
  const ids = [await job(), await job()];
  for (const id of ids) await schedule(id, { type: 'interval', intervalSeconds: 600, maxCatchUpRuns: 2 });
  for (const id of ids) await sara.post(`/scheduler/jobs/${id}/pause`, { reason: 'Moving' });
  await app.drain(HOUR_MS);
  const [plain = '', caught = ''] = ids;

  const dry = await sara.post(`/scheduler/jobs/${caught}/resume?dryRun=true`, { catchUp: true });
  const resumed = await sara.post(`/scheduler/jobs/${plain}/resume`, {});
  const catching = await sara.post(`/scheduler/jobs/${caught}/resume`, { catchUp: true });
  await app.drain();

  assert.deepEqual(
    [resumed.body.status, resumed.body.caughtUp, count(await executions(plain), 'succeeded')],
    ['active', 0, 0],
  );
  assert.ok(resumed.body.leftOut >= 5);
  assert.deepEqual([dry.body.status, dry.body.caughtUp, catching.body.caughtUp], ['paused', 2, 2]);
  const all: Shown[] = await executions(caught);
  assert.equal(count(all, 'succeeded'), 2);
  assert.ok(all.filter((each) => each['status'] === 'skipped').every((each) => each['skipReason'] === 'paused'));
});

test('a pause with an end lifts itself, and all jobs of a tag are paused and resumed together', async (t) => {
  const { app, sara, job } = await jobApp(t);
  const ids = [await job({ tags: ['prices'] }), await job({ tags: ['prices'] }), await job()];
  const statuses = async () =>
    Promise.all(ids.map(async (id) => (await sara.get(`/scheduler/jobs/${id}`)).body.status));
  const until = new Date(Date.now() + 60_000).toISOString();
  await sara.post(`/scheduler/jobs/${ids[2]}/pause`, { until });

  const paused = await sara.post('/scheduler/pause', { tag: 'prices', reason: 'Moving' });
  const between = await statuses();
  const resumed = await sara.post('/scheduler/resume', { tag: 'prices' });
  await app.drain(120_000);
  const neither = await sara.post('/scheduler/pause', {});

  assert.deepEqual(
    [paused.body, between, resumed.body],
    [{ changed: 2 }, ['paused', 'paused', 'paused'], { changed: 2 }],
  );
  assert.deepEqual(await statuses(), ['active', 'active', 'active']);
  assert.deepEqual([neither.status, neither.body.code], [400, 'scheduler.schedule_invalid']);
});

test('an overlap is left out with the id of the run that held the place, or replaces it, or is allowed', async (t) => {
  const { app, sara, job, schedule, shift, executions } = await jobApp(t);
  const found: Record<string, unknown> = {};
  for (const concurrency of ['forbid', 'allow', 'replace']) {
    const id = await job({ concurrency });
    await schedule(id, { type: 'cron', cronExpression: '*/10 * * * *' });
    const { body } = await sara.post(`/scheduler/jobs/${id}/run`);
    await app.database.pool.query(`update platform.work set due_at = now() + interval '1 day' where ref = $1`, [
      body.executionId,
    ]);
    await shift(id, 600_000);
    await app.drain();
    const [held, next] = await executions(id);
    found[concurrency] = [held.status, next.status, next.skipReason, next.skippedFor === body.executionId];
  }

  assert.deepEqual(found, {
    forbid: ['scheduled', 'skipped', 'overlap', true],
    allow: ['scheduled', 'succeeded', null, false],
    replace: ['canceled', 'succeeded', null, false],
  });
});

test('no run begins on a holiday, also of the Persian calendar', async (t) => {
  const { app, sara, job, schedule, executions } = await jobApp(t);
  const id = await job();
  const day = Temporal.Now.zonedDateTimeISO('Asia/Tehran').add({ hours: 1 }).toPlainDate().withCalendar('persian');
  const two = (value: number) => String(value).padStart(2, '0');
  const holiday = `persian:${two(day.month)}-${two(day.day)}`;
  await schedule(id, { type: 'interval', intervalSeconds: 3600, timeZone: 'Asia/Tehran', holidays: [holiday] });

  await app.drain(HOUR_MS + 1000);
  const { body: preview } = await sara.get(`/scheduler/jobs/${id}/schedule/preview?count=1`);

  assert.deepEqual(
    (await executions(id)).map((each: Shown) => [each['status'], each['skipReason']]),
    [['skipped', 'holiday']],
  );
  assert.equal(typeof preview.items[0].isHoliday, 'boolean');
});

test('of missed runs, `fireNow` makes up for the newest that is on no holiday', async (t) => {
  const { app, job, schedule, planAt, executions } = await jobApp(t);
  const id = await job();
  const today = Temporal.Now.plainDateISO('UTC');
  const at = (days: number) => today.subtract({ days }).toString();
  await schedule(id, { type: 'cron', cronExpression: '0 0 * * *', misfirePolicy: 'fireNow', holidays: [at(0)] });
  await planAt(id, `${at(2)}T00:00:00.000Z`);

  await app.drain();

  const found = (await executions(id)).map((each: Shown) => [
    each['occurrenceAtUtc'].slice(0, 10),
    each['status'],
    each['skipReason'],
  ]);
  assert.deepEqual(found.toSorted(), [
    [at(2), 'skipped', 'misfire'],
    [at(1), 'succeeded', null],
    [at(0), 'skipped', 'holiday'],
  ]);
});

test('the preview shows the instants around a change of the clock', async (t) => {
  const { sara, job, schedule } = await jobApp(t);
  const id = await job();
  await schedule(id, {
    type: 'cron',
    cronExpression: '30 2 * * *',
    timeZone: 'Europe/Berlin',
    startAtUtc: '2027-03-27T12:00:00.000Z',
  });

  const { body } = await sara.get(`/scheduler/jobs/${id}/schedule/preview?count=2`);

  assert.deepEqual(
    body.items.map(({ atUtc, local }: Record<string, string>) => [atUtc, local]),
    [
      ['2027-03-28T01:00:00.000Z', '2027-03-28T03:00:00+02:00'],
      ['2027-03-29T00:30:00.000Z', '2027-03-29T02:30:00+02:00'],
    ],
  );
});

test('a schedule that is only tried answers its next instants, with the holidays among them', async (t) => {
  const { sara, job } = await jobApp(t);
  const id = await job();

  const { body } = await sara.post(`/scheduler/jobs/${id}/schedule?dryRun=true`, {
    type: 'interval',
    every: 1,
    unit: 'days',
    startAtUtc: '2099-03-20T08:00:00.000Z',
    timeZone: 'Asia/Tehran',
    holidays: ['persian:01-01'],
  });
  const saved = await sara.get(`/scheduler/jobs/${id}/schedule`);

  const instants = body.preview.map(({ atUtc, isHoliday }: Record<string, string>) => [atUtc?.slice(0, 10), isHoliday]);
  assert.deepEqual(instants.slice(0, 2), [
    ['2099-03-20', true],
    ['2099-03-21', false],
  ]);
  assert.deepEqual([instants.length, saved.status], [5, 404]);
});

test('why an expression is refused is told in the language of the request', async (t) => {
  const { sara, job } = await jobApp(t);
  const id = await job();
  const reasonIn = async (language: string) => {
    const fields = { type: 'cron', cronExpression: '61 * * * *' };
    const { body } = await sara.post(`/scheduler/jobs/${id}/schedule`, fields, { 'accept-language': language });
    return body.reason;
  };

  assert.equal(await reasonIn('en'), '61 is not from 0 to 59');
  assert.equal(await reasonIn('fa'), 'مقدار «61» باید از ۰ تا ۵۹ باشد');
});

test('a schedule that cannot be read or never runs is refused with its field', async (t) => {
  const { sara, job } = await jobApp(t);
  const id = await job();
  const set = async (fields: object) => {
    const { status, body } = await sara.post(`/scheduler/jobs/${id}/schedule`, fields);
    return `${status} ${body.code} ${body.field ?? body.errors?.[0]?.path ?? ''}`;
  };

  assert.equal(await set({ type: 'cron', cronExpression: '61 * * * *' }), '400 scheduler.cron_invalid minute');
  assert.equal(await set({ type: 'cron', cronExpression: '0 0 31 2 *' }), '400 scheduler.cron_invalid dayOfMonth');
  assert.equal(await set({ type: 'cron' }), '400 scheduler.schedule_invalid /cronExpression');
  assert.equal(await set({ type: 'interval' }), '400 scheduler.schedule_invalid /intervalSeconds');
  assert.equal(
    await set({ type: 'oneTime', oneTimeAtUtc: '2020-01-01T00:00:00Z' }),
    '400 scheduler.schedule_invalid /oneTimeAtUtc',
  );
  assert.equal(
    await set({ type: 'cron', cronExpression: '@daily', timeZone: 'Mars/Base' }),
    '400 scheduler.schedule_invalid /timeZone',
  );
  assert.equal((await sara.get(`/scheduler/jobs/${id}/schedule`)).body.code, 'scheduler.schedule_not_found');
});

test('a schedule that runs once runs once, and one that is removed does not run', async (t) => {
  const { app, sara, job, schedule, executions } = await jobApp(t);
  const [once, removed] = [await job(), await job()];
  await schedule(once, { type: 'oneTime', oneTimeAtUtc: new Date(Date.now() + 60_000).toISOString() });
  await schedule(removed, { type: 'interval', intervalSeconds: 60 });
  const deleted = await sara.delete(`/scheduler/jobs/${removed}/schedule`);

  await app.drain(HOUR_MS);

  assert.equal(deleted.status, 204);
  assert.equal((await executions(once)).length, 1);
  assert.equal((await executions(removed)).length, 0);
  assert.equal((await sara.get(`/scheduler/jobs/${once}`)).body.nextRunAtUtc, null);
});

test('after a change of the zone data the runs to come are computed anew, and those that are due stay', async (t) => {
  const { app, sara, job, schedule, planAt } = await jobApp(t);
  const { pool } = app.database;
  const [moved, due] = [await job(), await job()];
  for (const id of [moved, due])
    await schedule(id, { type: 'cron', cronExpression: '0 0 1 1 *', timeZone: 'Asia/Tehran' });
  const { nextRunAtUtc } = (await sara.get(`/scheduler/jobs/${moved}`)).body;
  await planAt(moved, '2090-06-01T00:00:00.000Z');
  await planAt(due, '2026-01-01T00:00:00.000Z');
  await pool.query(
    `with copy as (
       insert into scheduler.job (id, name, description, type, owner_id, payload, max_retry_attempts, retry_backoff_seconds,
         backoff, max_execution_seconds, max_consecutive_failures, concurrency, priority, next_run_at_utc)
       select gen_random_uuid(), 'copy ' || n, '', type, owner_id, '{}', 0, 0, backoff, 60, 0, 'forbid', 'medium', '2090-06-01'
       from scheduler.job, generate_series(1, $2::int) n where id = $1 returning id)
     insert into scheduler.schedule (job_id, type, cron_expression, time_zone, misfire_policy, max_catch_up_runs,
       jitter_seconds, anchor_at_utc, zone_data)
     select copy.id, type, cron_expression, time_zone, misfire_policy, max_catch_up_runs, jitter_seconds, anchor_at_utc, zone_data
     from copy, scheduler.schedule where job_id = $1`,
    [moved, COPIES],
  );
  await pool.query(`update scheduler.schedule set zone_data = '1999z'`);

  await app.scheduler.declare([]);

  const { rows } = await pool.query(
    `select scheduler.iso(next_run_at_utc) as at, count(*)::int as jobs from scheduler.job where not is_declared group by 1 order by 1`,
  );
  assert.deepEqual(rows, [
    { at: '2026-01-01T00:00:00.000Z', jobs: 1 },
    { at: nextRunAtUtc, jobs: COPIES + 1 },
  ]);
  const { rows: planned } = await pool.query(
    `select count(*)::int as items from platform.work where queue = 'scheduler.due' and scheduler.iso(due_at) = $1`,
    [nextRunAtUtc],
  );
  assert.equal(planned[0]?.['items'], COPIES + 1);
});

test('of more missed runs than are counted the newest ones run', async (t) => {
  const { app, job, schedule, shift, executions } = await jobApp(t);
  const id = await job();
  await schedule(id, {
    type: 'cron',
    cronExpression: '* * * * * *',
    misfirePolicy: 'catchUp',
    maxCatchUpRuns: 2,
    endAtUtc: new Date(Date.now() + 1500).toISOString(),
  });
  const beganMs = Date.now();
  await shift(id, 4 * HOUR_MS);

  await app.drain();

  const caught: Shown[] = (await executions(id)).filter((each: Shown) => each['triggeredBy'] === 'catchUp');
  assert.equal(caught.length, 2);
  for (const { occurrenceAtUtc } of caught) assert.ok(Date.parse(occurrenceAtUtc) > beganMs - 5000, occurrenceAtUtc);
});

test('a pause that is changed still counts what it has left out before', async (t) => {
  const { app, sara, job, schedule } = await jobApp(t);
  const id = await job();
  await schedule(id, { type: 'interval', intervalSeconds: 600 });
  await sara.post(`/scheduler/jobs/${id}/pause`, { reason: 'Moving' });
  await app.drain(HOUR_MS);
  await sara.post(`/scheduler/jobs/${id}/pause`, { reason: 'Still moving' });

  const { body } = await sara.post(`/scheduler/jobs/${id}/resume?dryRun=true`, {});

  assert.ok(body.leftOut >= 5, String(body.leftOut));
});

test('a run that has not begun when its job is paused or quarantined is left out, and those that were asked for run', async (t) => {
  const { app, sara, job, schedule, planAt, executions } = await jobApp(t);
  const found: Record<string, unknown> = {};
  for (const stop of ['pause', 'quarantine']) {
    const id = await job({ concurrency: 'allow' });
    await schedule(id, { type: 'cron', cronExpression: '*/10 * * * *', jitterSeconds: 3600 });
    await planAt(id, new Date().toISOString());
    await app.drain(); // the run waits for its jitter
    await sara.post(`/scheduler/jobs/${id}/run`);
    await sara.post(`/scheduler/jobs/${id}/${stop}`, {});

    await app.drain(2 * HOUR_MS);

    found[stop] = (await executions(id))
      .slice(0, 2)
      .map((each: Shown) => [each['triggeredBy'], each['status'], each['skipReason']]);
  }

  assert.deepEqual(found, {
    pause: [
      ['schedule', 'skipped', 'paused'],
      ['manual', 'succeeded', null],
    ],
    quarantine: [
      ['schedule', 'skipped', 'quarantined'],
      ['manual', 'succeeded', null],
    ],
  });
});

test('runs that make up for others begin when the run before has ended, whose process died', async (t) => {
  const { app, sara, job, schedule, shift, executions } = await jobApp(t);
  const id = await job();
  await schedule(id, { type: 'cron', cronExpression: '*/5 * * * *', misfirePolicy: 'catchUp', maxCatchUpRuns: 3 });
  const { body } = await sara.post(`/scheduler/jobs/${id}/run`);
  const { pool } = app.database;
  await pool.query(
    `update scheduler.execution set status = 'running', node_id = gen_random_uuid(), started_at_utc = now()`,
  );
  await pool.query(`update platform.work set due_at = now() + interval '1 day' where ref = $1`, [body.executionId]);
  await shift(id, HOUR_MS);
  await app.drain();
  const waiting = count(await executions(id), 'scheduled');

  await pool.query(`update scheduler.execution set status = 'succeeded', finished_at_utc = now() where id = $1`, [
    body.executionId,
  ]);
  await app.drain(60_000);

  const caught: Shown[] = (await executions(id)).filter((each: Shown) => each['triggeredBy'] === 'catchUp');
  assert.deepEqual([waiting, count(caught, 'succeeded')], [3, 3]);
});

test('a schedule that is set again to the same instants runs once for each', async (t) => {
  const { app, job, schedule, executions, runs } = await jobApp(t);
  const id = await job({ concurrency: 'allow' });
  const at = new Date(Date.now() + 60_000).toISOString();
  for (let time = 0; time < 3; time++) await schedule(id, { type: 'oneTime', oneTimeAtUtc: at });

  await app.drain(HOUR_MS);

  assert.equal(runs.length, 1);
  assert.deepEqual(
    (await executions(id)).map((each: Shown) => [each['status'], each['attempt']]),
    [['succeeded', 1]],
  );
});
