import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobApp } from '#testing/jobs/app.ts';

type Shown = Record<string, unknown>;

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
