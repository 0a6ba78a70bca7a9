import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobApp } from '#testing/jobs/app.ts';

type Shown = Record<string, unknown>;
const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

test('the end of a run waits for no lock of a job that depends on its own, which is decided about afterwards', async (t) => {
  const { app, sara, job, executions } = await jobApp(t);
  const [first, second] = [await job(), await job()];
  await sara.post(`/scheduler/jobs/${second}/dependencies`, { dependsOnJobId: first });
  const { body } = await sara.post(`/scheduler/jobs/${first}/run`);
  const client = await app.database.pool.connect();
  await client.query('begin');
  await client.query('select from scheduler.job where id = $1 for update', [second]);

  const { status } = await sara.post(`/scheduler/executions/${body.executionId}/cancel`);
  const between = await executions(second);
  await client.query('rollback');
  client.release();
  await app.drain();

  assert.deepEqual([status, between], [200, []]);
  assert.deepEqual(
    (await executions(second)).map((each: Shown) => [each['status'], each['skippedFor']]),
    [['skipped', body.executionId]],
  );
});

test('a scheduled job behind a job without a schedule waits for what that one depends on, and is left out when nothing comes of it', async (t) => {
  let fails = false;
  const { app, sara, job, schedule, planAt, executions, runs } = await jobApp(t, ({ payload }) => {
    if (fails && payload['word'] === 'first') throw new Error('no');
  });
  const words = ['first', 'second', 'third', 'last'];
  const [first = '', second = '', third = '', last = ''] = await Promise.all(
    words.map((word) => job({ payload: { word }, maxConsecutiveFailures: 0 })),
  );
  for (const [id, dependsOnJobId] of [
    [second, first],
    [third, second],
    [last, third],
  ])
    await sara.post(`/scheduler/jobs/${id}/dependencies`, { dependsOnJobId });
  for (const id of [first, last]) await schedule(id, { type: 'cron', cronExpression: '0 0 1 1 *' });
  const runAt = async (at: string) => {
    for (const id of [last, first]) await planAt(id, at);
    await app.drain();
  };

  await runAt(secondsAgo(30));
  const order = runs.map(({ payload }) => payload['word']);
  fails = true;
  await runAt(secondsAgo(20));
  fails = false;
  await sara.delete(`/scheduler/jobs/${second}`);
  await runAt(secondsAgo(10));

  assert.deepEqual(order, words);
  assert.deepEqual(
    (await executions(last)).map((each: Shown) => [each['status'], each['skipReason']]),
    [
      ['succeeded', null],
      ['skipped', 'dependency'],
      ['skipped', 'dependency'],
    ],
  );
});

test('a job without a schedule that has come to depend on another one after its run is not waited for', async (t) => {
  const { app, sara, job, schedule, planAt, executions } = await jobApp(t);
  const [first, second, last] = [await job(), await job(), await job()];
  for (const id of [first, last]) await schedule(id, { type: 'cron', cronExpression: '0 0 1 1 *' });
  await planAt(first, secondsAgo(20));
  await app.drain();
  await sara.post(`/scheduler/jobs/${second}/dependencies`, { dependsOnJobId: first });
  await sara.post(`/scheduler/jobs/${last}/dependencies`, { dependsOnJobId: second });

  await planAt(last, secondsAgo(10));
  await app.drain();

  assert.deepEqual(
    (await executions(last)).map((each: Shown) => each['status']),
    ['skipped'],
  );
});

test('a scheduled run that was left out for a failure runs when the failed run is replayed with success, once and not while the replay fails', async (t) => {
  let fails = true;
  const { app, sara, job, schedule, planAt, executions, runs } = await jobApp(t, ({ payload }) => {
    if (fails && payload['word'] === 'first') throw new Error('no');
  });
  const first = await job({ payload: { word: 'first' }, maxConsecutiveFailures: 0 });
  const [second, last] = [await job(), await job({ payload: { word: 'last' } })];
  await sara.post(`/scheduler/jobs/${second}/dependencies`, { dependsOnJobId: first });
  for (const dependsOnJobId of [first, second])
    await sara.post(`/scheduler/jobs/${last}/dependencies`, { dependsOnJobId });
  for (const id of [first, last]) await schedule(id, { type: 'cron', cronExpression: '0 0 1 1 *' });
  for (const at of [secondsAgo(20), secondsAgo(10)]) {
    for (const id of [last, first]) await planAt(id, at);
    await app.drain();
  }
  const statuses = async () => (await executions(last)).map((each: Shown) => each['status']);
  const before = await statuses();

  await sara.post(`/scheduler/jobs/${first}/replay`, { take: 1 });
  await app.drain();
  const failed = await statuses();
  fails = false;
  await sara.post(`/scheduler/jobs/${first}/replay`, { take: 1 }); // of the later occurrence
  await app.drain();

  assert.deepEqual(
    [before, failed, await statuses()],
    [
      ['skipped', 'skipped'],
      ['skipped', 'skipped'],
      ['skipped', 'succeeded'],
    ],
  );
  assert.equal(runs.filter(({ payload }) => payload['word'] === 'last').length, 1);
});

test('what follows from a run is decided again after the death of a process, and changes nothing', async (t) => {
  const { app, sara, job, executions } = await jobApp(t);
  const { pool } = app.database;
  const [first, second, third] = [await job(), await job({ concurrency: 'replace' }), await job()];
  await sara.post(`/scheduler/jobs/${second}/dependencies`, { dependsOnJobId: first });
  await sara.post(`/scheduler/jobs/${third}/dependencies`, { dependsOnJobId: second });
  await sara.post(`/scheduler/jobs/${first}/run`);
  await app.drain();
  const shown = async () => [...(await executions(second)), ...(await executions(third))];
  const before = await shown();
  const { rows: left } = await pool.query('select id from scheduler.ended_run');

  await pool.query(
    `with again as (
       insert into scheduler.ended_run (id, job_id, occurrence_at_utc)
       select gen_random_uuid(), job_id, occurrence_at_utc from scheduler.execution where job_id = any($1) returning id)
     insert into platform.work (id, queue, lane, ref, due_at, origin)
     select gen_random_uuid(), 'scheduler.follow', 1, id, now(), '{"requestId":"","traceparent":null}' from again`,
    [[first, second]],
  );
  await app.drain();

  assert.deepEqual(
    before.map(({ status }: Shown) => status),
    ['succeeded', 'succeeded'],
  );
  assert.deepEqual([left, await shown()], [[], before]);
});
