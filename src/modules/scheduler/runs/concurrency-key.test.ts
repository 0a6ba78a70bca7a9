import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { jobApp, jobPermissions, jobTools } from '#testing/jobs/app.ts';
import { jobNodes } from '#testing/jobs/nodes.ts';

const JOBS = 12;

test('a concurrency key holds among the jobs of one owner, and not for those of others', async (t) => {
  const [held, begun] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { app, sara, job, executions } = await jobApp(t, ({ payload }) => {
    if (payload['word'] !== 'hold') return;
    begun.resolve();
    return held.promise;
  });
  const omid = app.signIn(...jobPermissions);
  const others = jobTools(app, omid);
  const first = await job({ concurrencyKey: 'prices', payload: { word: 'hold' } });
  const same = await job({ concurrencyKey: 'prices' });
  const other = await others.job({ name: 'of somebody else', concurrencyKey: 'prices' });
  await sara.post(`/scheduler/jobs/${first}/run`);
  const draining = app.drain();
  await begun.promise;

  for (const [who, id] of [
    [sara, same],
    [omid, other],
  ] as const)
    await who.post(`/scheduler/jobs/${id}/run`);
  await Promise.race([draining, app.drain()]);
  const between = [...(await executions(same)), ...(await others.executions(other))].map(({ status }) => status);
  held.resolve();
  await draining;
  await app.drain(60_000);

  assert.deepEqual(between, ['scheduled', 'succeeded']);
  assert.deepEqual(
    (await executions(same)).map(({ status }: { status: string }) => status),
    ['succeeded'],
  );
});

test('a run that waits for its next attempt does not hold its concurrency key', async (t) => {
  const { app, sara, job, executions } = await jobApp(t, ({ payload, attempt }) => {
    if (payload['word'] === 'fails' && attempt === 1) throw new Error('no');
  });
  const policy = { concurrencyKey: 'prices', maxRetryAttempts: 1, retryBackoffSeconds: 3600 };
  const [failing, other] = [await job({ ...policy, payload: { word: 'fails' } }), await job(policy)];

  for (const id of [failing, other]) await sara.post(`/scheduler/jobs/${id}/run`);
  await app.drain(60_000);

  const statuses = [...(await executions(failing)), ...(await executions(other))].map(({ status }) => status);
  assert.deepEqual(statuses, ['failed', 'succeeded']);
});

test('runs with one key that two nodes begin at the same instant never overlap', async (t) => {
  let [running, most, ran] = [0, 0, 0];
  const { addJobs, addRuns, drainAll, outcomes } = await jobNodes(t, async () => {
    most = Math.max(most, ++running);
    ran++;
    await sleep(1); // longer than the beginning of another run
    running--;
  });
  await addJobs(JOBS, { concurrency: 'allow', concurrencyKey: 'prices' });
  await addRuns('manual');

  await drainAll(async () => [...(await outcomes()).values()].every((outcome) => outcome === 'succeeded'));

  assert.deepEqual([most, ran], [1, JOBS]);
});
