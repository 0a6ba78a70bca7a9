import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { jobApp } from '#testing/jobs/app.ts';

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
  });
});
