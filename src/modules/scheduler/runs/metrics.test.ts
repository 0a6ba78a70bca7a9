import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobApp } from '#testing/jobs/app.ts';

const TOKEN = 'only-for-tests-token';

test('attempts, their lengths and quarantines are counted by type for the monitor', async (t) => {
  let fails = false;
  const environment = { BONYAN_METRICS_TOKEN: TOKEN };
  const { app, sara, job } = await jobApp(
    t,
    () => {
      if (fails) throw new Error('no');
    },
    { environment },
  );
  const id = await job({ maxRetryAttempts: 0, maxConsecutiveFailures: 1 });
  const run = async () => {
    await sara.post(`/scheduler/jobs/${id}/run`);
    await app.drain();
  };

  await run();
  await run();
  fails = true;
  await run();

  const answer = await app.http.inject({ url: '/metrics', headers: { authorization: `Bearer ${TOKEN}` } });
  const { body: shown } = await sara.get(`/scheduler/jobs/${id}`);
  const lines = answer.body.split('\n').filter((line) => line.includes(`type="${shown.type}"`));
  const values = lines.map((line) => [
    line.replace(/\{.*/, ''),
    /outcome="(\w+)"/.exec(line)?.[1],
    line.split(' ').at(-1),
  ]);
  const without = values.filter(([name]) => !/_bucket$|_sum$/.test(name ?? ''));
  assert.deepEqual(
    without.toSorted((one, other) => String(one).localeCompare(String(other))),
    [
      ['bonyan_scheduler_quarantines_total', undefined, '1'],
      ['bonyan_scheduler_run_seconds_count', undefined, '3'],
      ['bonyan_scheduler_runs_total', 'failed', '1'],
      ['bonyan_scheduler_runs_total', 'succeeded', '2'],
    ],
  );
});
