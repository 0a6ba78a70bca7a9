import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { withoutTables } from '#platform/database/port.ts';
import { jobApp } from '#testing/jobs/app.ts';

const LAYERS = 24;

type Shown = Record<string, unknown>;
const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

test('a chain of jobs runs in order for one occurrence, and a failure leaves out what follows', async (t) => {
  let fails = false;
  const { app, sara, job, runs, executions } = await jobApp(t, ({ payload }) => {
    if (fails && payload['word'] === 'first') throw new Error('no');
  });
  const [first, second, third] = [
    await job({ payload: { word: 'first' } }),
    await job({ payload: { word: 'second' } }),
    await job({ payload: { word: 'third' } }),
  ];
  await sara.post(`/scheduler/jobs/${second}/dependencies`, { dependsOnJobId: first });
  await sara.post(`/scheduler/jobs/${third}/dependencies`, { dependsOnJobId: second });

  await sara.post(`/scheduler/jobs/${first}/run`);
  await app.drain();
  const ran = runs.map(({ payload }) => payload['word']);
  fails = true;
  const { body } = await sara.post(`/scheduler/jobs/${first}/run`);
  await app.drain();

  assert.deepEqual(ran, ['first', 'second', 'third']);
  const [, skipped] = await executions(second);
  const [, last] = await executions(third);
  assert.deepEqual(
    [skipped.status, skipped.skipReason, skipped.skippedFor],
    ['skipped', 'dependency', body.executionId],
  );
  assert.deepEqual([last.status, last.skipReason, last.skippedFor], ['skipped', 'dependency', skipped.id]);
});

test('when a failed run is replayed with success, those that it had left out run', async (t) => {
  let fails = true;
  const { app, sara, job, executions } = await jobApp(t, ({ payload }) => {
    if (fails && payload['word'] === 'first') throw new Error('no');
  });
  const [first, second, third] = [await job({ payload: { word: 'first' } }), await job(), await job()];
  await sara.post(`/scheduler/jobs/${second}/dependencies`, { dependsOnJobId: first });
  await sara.post(`/scheduler/jobs/${third}/dependencies`, { dependsOnJobId: second });
  await sara.post(`/scheduler/jobs/${first}/run`);
  await app.drain();
  const statuses = async () =>
    Promise.all([second, third].map(async (id) => (await executions(id)).map(({ status }: Shown) => status)));
  const before = await statuses();

  fails = false;
  const { status } = await sara.post(`/scheduler/jobs/${first}/replay`, {});
  await app.drain();

  assert.equal(status, 202);
  assert.deepEqual(
    [before, await statuses()],
    [
      [['skipped'], ['skipped']],
      [['succeeded'], ['succeeded']],
    ],
  );
});

test('a job that depends on two runs when both have succeeded for the same occurrence, and not with the success of yesterday', async (t) => {
  const { app, sara, job, schedule, planAt, executions } = await jobApp(t);
  const [left, right, both] = [await job(), await job(), await job()];
  for (const id of [left, right]) {
    await sara.post(`/scheduler/jobs/${both}/dependencies`, { dependsOnJobId: id });
    await schedule(id, { type: 'cron', cronExpression: '0 0 1 1 *' });
  }
  const at = secondsAgo(2);
  await planAt(left, at);
  await app.drain();
  const alone = await executions(both);
  await planAt(right, at);
  await app.drain();
  const together = await executions(both);
  await sara.post(`/scheduler/jobs/${right}/run`);
  await app.drain();

  assert.deepEqual(alone, []);
  assert.deepEqual(
    together.map(({ status, triggeredBy }: Shown) => [status, triggeredBy]),
    [['succeeded', 'dependency']],
  );
  assert.equal((await executions(both)).length, 1, 'the success of `left` was for another occurrence');
});

test('a scheduled job waits for its dependencies of the same occurrence', async (t) => {
  let fails = false;
  const { app, sara, job, schedule, planAt, executions, runs } = await jobApp(t, ({ payload }) => {
    if (fails && payload['word'] === 'before') throw new Error('no');
  });
  const [before, after] = [await job({ payload: { word: 'before' } }), await job({ payload: { word: 'after' } })];
  await sara.post(`/scheduler/jobs/${after}/dependencies`, { dependsOnJobId: before });
  for (const id of [after, before]) await schedule(id, { type: 'cron', cronExpression: '0 0 1 1 *' });
  const [one, two] = [secondsAgo(20), secondsAgo(10)];
  for (const id of [after, before]) await planAt(id, one);

  await app.drain();
  const order = runs.map(({ payload }) => payload['word']);
  fails = true;
  for (const id of [after, before]) await planAt(id, two);
  await app.drain();

  assert.deepEqual(order, ['before', 'after']);
  const all = await executions(after);
  assert.deepEqual(
    all.map(({ status, skipReason }: Shown) => [status, skipReason]),
    [
      ['succeeded', null],
      ['skipped', 'dependency'],
    ],
  );
});

test('a cycle of any length is refused, and a dependency that is removed does not hold', async (t) => {
  const { app, sara, job, executions } = await jobApp(t);
  const ids = [await job(), await job(), await job()];
  const [a = '', b = '', c = ''] = ids;
  await sara.post(`/scheduler/jobs/${b}/dependencies`, { dependsOnJobId: a });
  await sara.post(`/scheduler/jobs/${c}/dependencies`, { dependsOnJobId: b });

  const refused = await Promise.all(
    [a, c].map(async (id) => (await sara.post(`/scheduler/jobs/${a}/dependencies`, { dependsOnJobId: id })).body.code),
  );
  const { body: listed } = await sara.get(`/scheduler/jobs/${c}/dependencies`);
  const removed = await sara.delete(`/scheduler/jobs/${b}/dependencies/${a}`);
  const missing = await sara.delete(`/scheduler/jobs/${b}/dependencies/${newId()}`);
  await sara.post(`/scheduler/jobs/${a}/run`);
  await app.drain();

  assert.deepEqual(refused, ['scheduler.dependency_cycle', 'scheduler.dependency_cycle']);
  assert.deepEqual(
    listed.items.map(({ dependsOnJobId }: Shown) => dependsOnJobId),
    [b],
  );
  assert.deepEqual([removed.status, missing.body.code], [204, 'scheduler.dependency_not_found']);
  assert.deepEqual(await executions(b), []);
});

test('a run that waits is left out when the run that it waits for will not come', async (t) => {
  const { app, sara, job, schedule, planAt, executions } = await jobApp(t);
  const yearly = { type: 'cron', cronExpression: '0 0 1 1 *' };
  const stops: Record<string, (id: string) => Promise<unknown>> = {
    deactivate: (id) => sara.delete(`/scheduler/jobs/${id}`),
    quarantine: (id) => sara.post(`/scheduler/jobs/${id}/quarantine`, {}),
    changeSchedule: (id) => schedule(id, yearly),
    removeSchedule: (id) => sara.delete(`/scheduler/jobs/${id}/schedule`),
    removeDependency: (id) => sara.delete(`/scheduler/jobs/${followers.get(id)}/dependencies/${id}`),
    eraseOwner: async (id) => {
      const { userId } = app.signIn();
      await app.database.pool.query('update scheduler.job set owner_id = $2 where id = $1', [id, userId]);
      const scheduler = app.modules.find(({ name }) => name === 'scheduler');
      const erase = (unit: Parameters<typeof withoutTables>[0]) =>
        scheduler?.privacy.erase(withoutTables(unit), userId) ?? Promise.resolve();
      await app.database.forModule().write(system('platform'), erase);
    },
  };
  const followers = new Map<string, string>();
  const found: Record<string, unknown> = {};
  for (const [name, stop] of Object.entries(stops)) {
    const [before, after] = [await job(), await job()];
    followers.set(before, after);
    await sara.post(`/scheduler/jobs/${after}/dependencies`, { dependsOnJobId: before });
    for (const id of [before, after]) await schedule(id, yearly);
    const at = secondsAgo(5);
    // It is due at the same instant, and not decided about yet.
    await app.database.pool.query(`update scheduler.job set next_run_at_utc = $2 where id = $1`, [before, at]);
    await planAt(after, at);
    await app.drain();
    const [waiting] = await executions(after);
    await stop(before);
    await app.drain();
    const [ended] = await executions(after);
    found[name] = [waiting?.status, ended?.status, ended?.skipReason];
  }

  assert.deepEqual(found, {
    deactivate: ['scheduled', 'skipped', 'dependency'],
    quarantine: ['scheduled', 'skipped', 'dependency'],
    changeSchedule: ['scheduled', 'skipped', 'dependency'],
    removeSchedule: ['scheduled', 'skipped', 'dependency'],
    removeDependency: ['scheduled', 'succeeded', null],
    eraseOwner: ['scheduled', 'succeeded', null],
  });
});

test('a run by dependency replaces the one before where the job says so, and never one of a later occurrence', async (t) => {
  const { app, sara, job, executions } = await jobApp(t);
  const [first, second] = [await job(), await job({ concurrency: 'replace' })];
  await sara.post(`/scheduler/jobs/${second}/dependencies`, { dependsOnJobId: first });
  const runHeld = async () => {
    const { body } = await sara.post(`/scheduler/jobs/${second}/run`);
    const later = `update platform.work set due_at = now() + interval '1 day' where ref = $1`;
    await app.database.pool.query(later, [body.executionId]);
  };
  const statuses = async () => (await executions(second)).map(({ status }: Shown) => status);
  await runHeld();

  const { body: run } = await sara.post(`/scheduler/jobs/${first}/run`);
  await app.drain();
  const replaced = await statuses();
  await runHeld();
  // The same occurrence succeeds once more.
  const fail = `update scheduler.execution set status = 'deadLettered' where id = $1`;
  await app.database.pool.query(fail, [run.executionId]);
  const { body: replay } = await sara.post(`/scheduler/jobs/${first}/replay`, {});
  await app.drain();

  assert.deepEqual(replaced, ['canceled', 'succeeded']);
  assert.equal(replay.replayed, 1);
  assert.deepEqual(await statuses(), ['canceled', 'succeeded', 'scheduled']);
});

test('a run by dependency is left out where it would replace one of a later occurrence', async (t) => {
  const { app, sara, job, executions } = await jobApp(t);
  const { pool } = app.database;
  const [first, second] = [await job({ concurrency: 'allow' }), await job({ concurrency: 'replace' })];
  await sara.post(`/scheduler/jobs/${second}/dependencies`, { dependsOnJobId: first });
  await sara.post(`/scheduler/jobs/${first}/run`);
  await pool.query(`update platform.work set due_at = now() + interval '1 hour' where queue = 'scheduler.run'`);
  await sara.post(`/scheduler/jobs/${first}/run`);
  await app.drain();
  await pool.query(`update scheduler.execution set status = 'scheduled' where job_id = $1`, [second]);

  await app.drain(2 * 3_600_000); // the earlier one of the first job runs

  const all: Shown[] = await executions(second);
  assert.deepEqual(
    all.map((each) => [each['status'], each['skipReason'], each['skippedFor']]),
    [
      ['scheduled', null, null],
      ['skipped', 'overlap', all[0]?.['id']],
    ],
  );
});

test('a run that is caught up is left out when what the job depends on has not run', async (t) => {
  const { app, sara, job, schedule, planAt, executions } = await jobApp(t);
  const [before, after] = [await job(), await job()];
  await sara.post(`/scheduler/jobs/${after}/dependencies`, { dependsOnJobId: before });
  const yesterday = Temporal.Now.plainDateISO('UTC').subtract({ days: 1 }).toString();
  const daily = { type: 'cron', cronExpression: '0 0 * * *', misfirePolicy: 'catchUp', maxCatchUpRuns: 5 };
  await schedule(after, daily);
  await planAt(after, `${yesterday}T00:00:00.000Z`);

  await app.drain();

  const found = (await executions(after)).map(({ status, skipReason }: Shown) => [status, skipReason]);
  assert.deepEqual(
    found,
    Array.from({ length: 2 }, () => ['skipped', 'dependency']),
  );
});

test(
  'a failure goes down through layers of jobs that all depend on all, once for each job',
  { timeout: 120_000 },
  async (t) => {
    const { app, sara, job, executions } = await jobApp(t, () => {
      throw new Error('no');
    });
    const root = await job();
    const layers = [[root]];
    for (let layer = 0; layer < LAYERS; layer++) {
      const above = layers[layer] ?? [];
      const ids = [await job(), await job()];
      for (const id of ids)
        for (const dependsOnJobId of above) await sara.post(`/scheduler/jobs/${id}/dependencies`, { dependsOnJobId });
      layers.push(ids);
    }

    await sara.post(`/scheduler/jobs/${root}/run`);
    await app.drain(); // through 2 to the power of 24 ways it would not end

    for (const id of layers.slice(1).flat()) {
      const found = await executions(id);
      assert.deepEqual(
        found.map(({ status, skipReason }: Shown) => [status, skipReason]),
        [['skipped', 'dependency']],
      );
    }
  },
);

test('at most 100 jobs depend on one', async (t) => {
  const { app, sara, job } = await jobApp(t);
  const [followed, hundred, late] = [await job(), await job(), await job()];
  await app.database.pool.query(
    `with made as (
       insert into scheduler.job (id, name, description, type, owner_id, payload, max_retry_attempts, retry_backoff_seconds,
         backoff, max_execution_seconds, max_consecutive_failures, concurrency, priority)
       select gen_random_uuid(), 'follower ' || n, '', type, owner_id, '{}', 0, 0, 'fixed', 60, 0, 'forbid', 'medium'
       from scheduler.job, generate_series(1, 99) n where id = $1 returning id)
     insert into scheduler.dependency (job_id, depends_on_job_id) select id, $1 from made`,
    [followed],
  );
  const follow = (id: string) => sara.post(`/scheduler/jobs/${id}/dependencies`, { dependsOnJobId: followed });

  const answers = [await follow(hundred), await follow(late), await follow(hundred)];

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.code]),
    [
      [201, undefined],
      [409, 'scheduler.too_many_dependencies'],
      [201, undefined],
    ],
  );
});
