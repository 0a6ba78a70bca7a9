import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobApp } from '#testing/jobs/app.ts';

const DAY_MS = 86_400_000;
const YEARLY = { type: 'cron', cronExpression: '0 0 1 1 *' };
type Shown = Record<'status' | 'occurrenceAtUtc', string> & { readonly skipReason: string | null };
type Stage = Awaited<ReturnType<typeof jobApp>>;

const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const daysAgo = (days: number) => new Date(today - days * DAY_MS).toISOString();
const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const statusesOf = (all: readonly Shown[]) =>
  all.map(({ status, skipReason }) => `${status} ${skipReason ?? ''}`.trim());

/** Two jobs, the second of which depends on the first. */
async function setUp(stage: Stage, fields: object = {}) {
  const [before, after] = [await stage.job(), await stage.job(fields)];
  await stage.sara.post(`/scheduler/jobs/${after}/dependencies`, { dependsOnJobId: before });
  return { before, after };
}

/** Runs of a job that are recorded for these instants, as older than all others. */
async function record({ app }: Stage, jobId: string, status: string, instants: readonly string[], isWaiting = false) {
  await app.database.pool.query(
    `insert into scheduler.execution (id, job_id, type, status, triggered_by, occurrence_at_utc, scheduled_at_utc, max_attempts,
       is_waiting, finished_at_utc)
     select ('00' || substr(md5(random()::text), 3))::uuid, $1, 'probe.act', $2, 'schedule', at, at, 1, $4, case when $4 then null else at end
     from unnest($3::timestamptz[]) at`,
    [jobId, status, instants, isWaiting],
  );
}

test('the window of a run begins at the instant before by its schedule, or at a later run', async (t) => {
  const stage = await jobApp(t);
  const { app, schedule, planAt, executions } = stage;
  const weekday = new Date(today).getUTCDay();
  const cases = {
    'a first weekly run, success two days before': { cron: `0 0 * * ${weekday}`, ran: null, succeeded: daysAgo(2) },
    'a first weekly run after a start, success two days before': {
      cron: `0 0 * * ${weekday}`,
      startAtUtc: daysAgo(1),
      ran: null,
      succeeded: daysAgo(2),
    },
    'a first weekly run, success eight days before': { cron: `0 0 * * ${weekday}`, ran: null, succeeded: daysAgo(8) },
    'a daily run a month after the last one, success two days before': {
      cron: '0 0 * * *',
      ran: daysAgo(30),
      succeeded: daysAgo(2),
    },
    'a daily run, success within the day': { cron: '0 0 * * *', ran: daysAgo(30), succeeded: daysAgo(0.5) },
    'a weekly run whose schedule was daily, success before the last run': {
      cron: `0 0 * * ${weekday}`,
      ran: daysAgo(1),
      succeeded: daysAgo(2),
    },
  };
  const found: Record<string, unknown> = {};
  for (const [name, { cron, ran, succeeded, ...start }] of Object.entries(cases)) {
    const { before, after } = await setUp(stage);
    await schedule(after, { type: 'cron', cronExpression: cron, ...start });
    await record(stage, before, 'succeeded', [succeeded]);
    if (ran !== null) await record(stage, after, 'succeeded', [ran]);
    await planAt(after, daysAgo(0));
    await app.drain();
    found[name] = statusesOf((await executions(after)).filter((each: Shown) => each.occurrenceAtUtc === daysAgo(0)))[0];
  }

  assert.deepEqual(found, {
    'a first weekly run, success two days before': 'succeeded',
    'a first weekly run after a start, success two days before': 'succeeded',
    'a first weekly run, success eight days before': 'skipped dependency',
    'a daily run a month after the last one, success two days before': 'skipped dependency',
    'a daily run, success within the day': 'succeeded',
    'a weekly run whose schedule was daily, success before the last run': 'skipped dependency',
  });
});

test('a hundred runs of a job wait at most; a further one is left out, and runs after all with the success that it needs', async (t) => {
  const stage = await jobApp(t);
  const { app, schedule, planAt, executions } = stage;
  const { before, after } = await setUp(stage, { concurrency: 'allow' });
  for (const id of [before, after]) await schedule(id, YEARLY);
  await app.drain();
  const instants = Array.from({ length: 100 }, (_, index) => secondsAgo(1000 - index));
  await record(stage, after, 'scheduled', instants, true);
  const at = secondsAgo(5);
  await app.database.pool.query(`update scheduler.job set next_run_at_utc = $2 where id = $1`, [before, at]); // not decided about yet

  await planAt(after, at);
  await app.drain();
  const full = statusesOf(await executions(after));
  await planAt(before, at);
  await app.drain();
  const run = statusesOf(await executions(after));

  const of = (all: readonly string[], status: string) => all.filter((each) => each === status).length;
  assert.deepEqual([of(full, 'scheduled'), of(full, 'skipped dependency')], [99, 1]); // a page of a hundred
  assert.deepEqual([of(run, 'scheduled'), of(run, 'succeeded')], [99, 1]);
});

test('the end of a run decides about the run that waits for it, and the end of a dependency about all that wait', async (t) => {
  const stage = await jobApp(t);
  const { app, sara, schedule, planAt, executions } = stage;
  const { before, after } = await setUp(stage, { concurrency: 'allow' });
  for (const id of [before, after]) await schedule(id, YEARLY);
  await app.drain();
  const instants = Array.from({ length: 45 }, (_, index) => secondsAgo(55 - index)); // more than two batches
  await record(stage, after, 'scheduled', instants, true);
  const waiting = async () => statusesOf(await executions(after)).filter((status) => status === 'scheduled').length;

  await planAt(before, instants[20] ?? '');
  await app.drain();
  const afterOne = await waiting();
  await sara.delete(`/scheduler/jobs/${after}/dependencies/${before}`);
  await app.drain();

  assert.deepEqual([afterOne, await waiting()], [44, 0]);
});

test('at most a thousand jobs are connected, wherever the next one joins', async (t) => {
  const { app, sara, job } = await jobApp(t);
  const [first, single, other] = [await job(), await job(), await job()];
  const { rows } = await app.database.pool.query<{ ids: string[] }>(
    `with made as (
       insert into scheduler.job (id, name, description, type, owner_id, payload, max_retry_attempts, retry_backoff_seconds,
         backoff, max_execution_seconds, max_consecutive_failures, concurrency, priority)
       select gen_random_uuid(), 'link ' || n, '', type, owner_id, '{}', 0, 0, 'fixed', 60, 0, 'forbid', 'medium'
       from scheduler.job, generate_series(1, 997) n where id = $1 returning id),
     chain as (select array_agg(id order by id) as ids from made),
     linked as (
       insert into scheduler.dependency (job_id, depends_on_job_id)
       select ids[n], case n when 1 then $1 else ids[n - 1] end from chain, generate_series(1, 997) n)
     select ids from chain`,
    [first],
  );
  const ids = rows[0]?.ids ?? [];
  const join = async (jobId: string, dependsOnJobId: string) => {
    const { status, body } = await sara.post(`/scheduler/jobs/${jobId}/dependencies`, { dependsOnJobId });
    return `${status} ${String(body.code ?? '')}`.trim();
  };

  const answers = [
    await join(single, other), // two jobs of their own
    await join(single, ids.at(-1) ?? ''), // 998 and 2
    await join(await job(), ids.at(-1) ?? ''),
    await join(first, await job()),
    await join(await job(), ids[500] ?? ''),
    await join(single, first), // connected already
  ];

  const refused = '409 scheduler.too_many_dependencies';
  assert.deepEqual(answers, ['201', '201', refused, refused, refused, '201']);
});

test('a run that waits when its job loses its schedule is decided about with the next end of a dependency', async (t) => {
  const stage = await jobApp(t);
  const { app, sara, schedule, planAt, executions } = stage;
  const { before, after } = await setUp(stage);
  for (const id of [before, after]) await schedule(id, YEARLY);
  await app.drain();
  const at = secondsAgo(20);
  await app.database.pool.query(`update scheduler.job set next_run_at_utc = $2 where id = $1`, [before, at]); // not decided about yet
  await planAt(after, at);
  await app.drain();
  const waiting = statusesOf(await executions(after));
  await sara.delete(`/scheduler/jobs/${after}/schedule`);
  await app.drain();

  await planAt(before, secondsAgo(10));
  await app.drain();

  assert.deepEqual(waiting, ['scheduled']);
  assert.deepEqual(statusesOf(await executions(after)), ['skipped dependency', 'succeeded']);
});

test('a change of the schedule does not change what a run waits for that exists', async (t) => {
  const stage = await jobApp(t);
  const { app, schedule, planAt, executions } = stage;
  const { before, after } = await setUp(stage);
  for (const id of [before, after]) await schedule(id, YEARLY);
  await app.drain();
  const [early, at] = [secondsAgo(50), secondsAgo(10)];
  await app.database.pool.query(`update scheduler.job set next_run_at_utc = $2 where id = $1`, [before, early]); // not decided about yet
  await planAt(after, at);
  await app.drain();
  const waiting = statusesOf(await executions(after));

  await schedule(after, { type: 'cron', cronExpression: '* * * * * *' }); // its instant before is a second ago
  await app.database.pool.query(`update scheduler.job set next_run_at_utc = now() + interval '1 day' where id = $1`, [
    after,
  ]);
  await planAt(before, early);
  await app.drain();

  assert.deepEqual(waiting, ['scheduled']);
  assert.deepEqual(statusesOf(await executions(after)), ['succeeded']);
});
