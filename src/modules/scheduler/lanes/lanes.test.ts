import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobApp } from '#testing/jobs/app.ts';
import { schedulerPermissions } from '../contract.ts';

test('a lane shows the run that holds a concurrency key, and those that wait for it', async (t) => {
  const [held, begun] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { app, sara, job } = await jobApp(t, ({ payload }) => {
    if (payload['word'] !== 'hold') return;
    begun.resolve();
    return held.promise;
  });
  const reader = app.signIn(schedulerPermissions.reports);
  const first = await job({ name: 'First', concurrencyKey: 'prices', payload: { word: 'hold' } });
  const same = await job({ name: 'Second', concurrencyKey: 'prices' });
  await sara.post(`/scheduler/jobs/${first}/run`);
  const draining = app.drain();
  await begun.promise;
  await sara.post(`/scheduler/jobs/${same}/run`);
  await Promise.race([draining, app.drain()]);

  const { body } = await reader.get('/scheduler/lanes');
  held.resolve();
  await draining;
  await app.drain(60_000);
  const after = await reader.get('/scheduler/lanes');

  const [lane, ...others] = body.items;
  const { kind, key, limit, running, waiting } = lane;
  assert.deepEqual(
    { kind, key, limit, running, waiting },
    { kind: 'key', key: 'prices', limit: 1, running: 1, waiting: 1 },
  );
  assert.deepEqual(
    lane.runs.map(({ jobName, status }: Record<string, string>) => [jobName, status]),
    [
      ['First', 'running'],
      ['Second', 'scheduled'],
    ],
  );
  assert.deepEqual([others, body.complete, after.body.items], [[], true, []]);
});

test('lanes are seen only with the permission for the runs of all jobs', async (t) => {
  const { app, sara } = await jobApp(t);
  assert.equal((await sara.get('/scheduler/lanes')).status, 200);
  assert.equal((await app.signIn(schedulerPermissions.read).get('/scheduler/lanes')).status, 403);
});
