import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schedulerPermissions } from '#modules/scheduler/contract.ts';
import { jobApp } from '#testing/jobs/app.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
type Shown = Record<'status' | 'occurrenceAtUtc', string> & { readonly skipReason: string | null };
type Stage = Awaited<ReturnType<typeof jobApp>>;
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

/** As if the pause or quarantine had begun and ended so long ago, and no process had run since. */
async function endStop({ app: { database } }: Stage, jobId: string, beganMs: number, endedMs: number): Promise<void> {
  const until = ago(endedMs);
  const job = `update scheduler.job set status_at = $2, status_until = $3 where id = $1`;
  await database.pool.query(job, [jobId, ago(beganMs), until]);
  const item = `update platform.work set ref = $1 || ' ' || $2, due_at = $2::timestamptz
    where queue = 'scheduler.lift' and ref like $1 || '%'`;
  await database.pool.query(item, [jobId, until]);
}

/** Ways in which a job stops and goes on. */
const ways: Record<string, (stage: Stage, path: string, jobId: string) => Promise<unknown>> = {
  pause: async ({ sara }, path) => {
    await sara.post(`${path}/pause`, {});
    await sara.post(`${path}/resume`, {});
  },
  timedPause: async (stage, path, jobId) => {
    await stage.sara.post(`${path}/pause`, { until: new Date(Date.now() + HOUR_MS).toISOString() });
    await endStop(stage, jobId, 2 * MINUTE_MS, 0);
  },
  quarantine: async ({ sara }, path) => {
    await sara.post(`${path}/quarantine`, {});
    await sara.post(`${path}/resume`, {});
  },
  timedQuarantine: async (stage, path, jobId) => {
    await stage.sara.post(`${path}/quarantine`, {});
    await endStop(stage, jobId, 2 * MINUTE_MS, 0);
  },
  deactivate: async ({ sara }, path) => {
    await sara.delete(path);
    await sara.post(`${path}/resume`, {});
  },
  edit: async ({ schedule }, _, jobId) => schedule(jobId, { type: 'cron', cronExpression: '0 0 1 1 *' }),
};

test('no occurrence from before the end of a pause, a quarantine or a deactivation runs after it, nor from before a change', async (t) => {
  const stage = await jobApp(t);
  const { app, job, schedule, shift, executions } = stage;
  const [found, began]: [Record<string, unknown>, string] = [{}, ago(0)];
  for (const [name, way] of Object.entries(ways)) {
    const id = await job();
    await schedule(id, { type: 'cron', cronExpression: '0 * * * *' });
    await shift(id, 3 * HOUR_MS);
    await way(stage, `/scheduler/jobs/${id}`, id);
    await app.drain();
    found[name] = (await executions(id)).filter(
      (each: Shown) => each.status !== 'skipped' && each.occurrenceAtUtc < began,
    );
  }

  assert.deepEqual(found, Object.fromEntries(Object.keys(ways).map((name) => [name, []])));
});

test('a run that has not begun when its job stops does not begin after the stop', async (t) => {
  const stage = await jobApp(t);
  const { app, job, schedule, planAt, executions } = stage;
  // A run that exists is not lost by a change.
  const stops = Object.entries(ways).filter(([name]) => name !== 'edit');
  const found: Record<string, unknown> = {};
  for (const [name, way] of stops) {
    const id = await job();
    await schedule(id, { type: 'cron', cronExpression: '0 0 1 1 *', jitterSeconds: 3600 });
    await planAt(id, ago(0));
    await app.drain(); // the run waits for its jitter
    await way(stage, `/scheduler/jobs/${id}`, id);
    await app.drain(2 * HOUR_MS);
    found[name] = (await executions(id)).map((each: Shown) => `${each.status} ${each.skipReason ?? ''}`);
  }

  assert.deepEqual(found, {
    pause: ['skipped paused'],
    timedPause: ['skipped paused'],
    quarantine: ['skipped quarantined'],
    timedQuarantine: ['skipped quarantined'],
    deactivate: ['canceled '],
  });
});

test('a pause and a quarantine end at their instant, also when no process ran then: what was due later was missed', async (t) => {
  const stage = await jobApp(t);
  const { app, sara, job, schedule, shift, executions } = stage;
  for (const [stop, skipReason] of Object.entries({ pause: 'paused', quarantine: 'quarantined' })) {
    const id = await job();
    await schedule(id, { type: 'cron', cronExpression: '*/10 * * * *', misfirePolicy: 'catchUp', maxCatchUpRuns: 100 });
    await sara.post(`/scheduler/jobs/${id}/${stop}`, { ...(stop === 'pause' && { until: ago(-HOUR_MS) }) });
    if (stop === 'pause') await shift(id, 3 * HOUR_MS);
    const ended = ago(HOUR_MS);
    await endStop(stage, id, 3 * HOUR_MS, HOUR_MS);

    await app.drain();

    const all: Shown[] = await executions(id);
    const [before, after] = [
      all.filter(({ occurrenceAtUtc }) => occurrenceAtUtc < ended),
      all.filter(({ occurrenceAtUtc }) => occurrenceAtUtc >= ended),
    ];
    assert.ok([12, 13].includes(before.length) && [6, 7].includes(after.length), `${before.length} ${after.length}`);
    assert.ok(
      before.every((each) => each.skipReason === skipReason),
      stop,
    );
    assert.ok(
      after.every((each) => each.status === 'succeeded'),
      stop,
    );
    assert.equal((await sara.get(`/scheduler/jobs/${id}`)).body.status, 'active');
  }
});

test('a schedule that is changed during a quarantine runs for nothing from before the change', async (t) => {
  const { app, sara, job, schedule, executions } = await jobApp(t);
  const id = await job();
  await schedule(id, { type: 'cron', cronExpression: '0 0 1 1 *', maxCatchUpRuns: 10 });
  await sara.post(`/scheduler/jobs/${id}/quarantine`, {});
  await app.database.pool.query('update scheduler.job set status_at = $2 where id = $1', [id, ago(3 * HOUR_MS)]);
  await schedule(id, { type: 'cron', cronExpression: '*/10 * * * *', maxCatchUpRuns: 10 });

  const { body } = await sara.post(`/scheduler/jobs/${id}/resume`, { catchUp: true });
  await app.drain();

  assert.deepEqual([body.leftOut, body.caughtUp, await executions(id)], [0, 0, []]);
});

test('a resumption does not make up for runs of a schedule that was changed during the pause', async (t) => {
  const { app, sara, job, schedule, planAt, executions } = await jobApp(t);
  const id = await job();
  await schedule(id, { type: 'cron', cronExpression: '0 0 1 1 *', maxCatchUpRuns: 10 });
  await sara.post(`/scheduler/jobs/${id}/pause`, {});
  await planAt(id, ago(0));
  await app.drain();
  await schedule(id, { type: 'cron', cronExpression: '0 0 2 1 *', maxCatchUpRuns: 10 });

  const { body } = await sara.post(`/scheduler/jobs/${id}/resume`, { catchUp: true });
  await app.drain();

  const found = (await executions(id)).map((each: Shown) => `${each.status} ${each.skipReason}`);
  assert.deepEqual([body.leftOut, body.caughtUp, found], [0, 0, ['skipped paused']]);
});

test('runs of a pause that are made up for wait for what the job depends on, and are left out when it has failed', async (t) => {
  let fails = true;
  const { app, sara, job, schedule, planAt, executions } = await jobApp(t, ({ payload }) => {
    if (fails && payload['word'] === 'before') throw new Error('no');
  });
  const before = await job({ payload: { word: 'before' }, maxConsecutiveFailures: 0 });
  const after = await job();
  await sara.post(`/scheduler/jobs/${after}/dependencies`, { dependsOnJobId: before });
  for (const id of [before, after])
    await schedule(id, { type: 'cron', cronExpression: '0 0 1 1 *', maxCatchUpRuns: 9 });
  await sara.post(`/scheduler/jobs/${after}/pause`, {});
  const instants = [ago(30_000), ago(20_000), ago(10_000)];
  for (const [index, at] of instants.entries()) {
    fails = index === 0;
    await planAt(after, at);
    if (index < 2) await planAt(before, at);
    await app.drain();
  }
  const last = instants[2] ?? '';
  await app.database.pool.query('update scheduler.job set next_run_at_utc = $2 where id = $1', [before, last]);

  const { body } = await sara.post(`/scheduler/jobs/${after}/resume`, { catchUp: true });
  await app.drain();
  const shown = async () =>
    (await executions(after)).map((each: Shown) => `${each.status} ${each.skipReason ?? ''}`.trim());
  const between = await shown();
  await planAt(before, last);
  await app.drain();

  assert.equal(body.caughtUp, 2, 'what is left out is not counted');
  assert.deepEqual(between, ['skipped dependency', 'succeeded', 'scheduled']);
  assert.deepEqual(await shown(), ['skipped dependency', 'succeeded', 'succeeded']);
});

test('a run that a pause left out before it began, and that a resumption makes up for, runs once', async (t) => {
  const { app, sara, job, schedule, planAt, executions, runs } = await jobApp(t);
  const id = await job();
  await schedule(id, { type: 'cron', cronExpression: '0 0 1 1 *', jitterSeconds: 3600, maxCatchUpRuns: 9 });
  await planAt(id, ago(0));
  await app.drain(); // the run waits for its jitter
  await sara.post(`/scheduler/jobs/${id}/pause`, {});

  // Both items are due at the same instant.
  await app.database.pool.query(`update platform.work set due_at = now() where queue = 'scheduler.run'`);
  const { body } = await sara.post(`/scheduler/jobs/${id}/resume`, { catchUp: true });
  await app.drain();

  assert.equal(body.caughtUp, 1);
  assert.deepEqual(
    (await executions(id)).map((each: Shown & { attempt: number }) => [each.status, each.attempt]),
    [['succeeded', 1]],
  );
  assert.equal(runs.length, 1);
});

test('who may not run a type of job does not make up for runs of it, also not of many jobs at once', async (t) => {
  const { app, sara, job, schedule, planAt, executions } = await jobApp(t);
  const { manage, manageAll, read } = schedulerPermissions;
  const admin = app.signIn(manage, manageAll, read);
  const id = await job({ tags: ['prices'] });
  await schedule(id, { type: 'cron', cronExpression: '0 0 1 1 *', maxCatchUpRuns: 9 });
  await sara.post(`/scheduler/jobs/${id}/pause`, {});
  await planAt(id, ago(0));
  await app.drain();

  const caughtUp = await admin.post('/scheduler/resume', { tag: 'prices', catchUp: true });
  const paused = await admin.get(`/scheduler/jobs/${id}`);
  const resumed = await admin.post('/scheduler/resume', { tag: 'prices' });
  await app.drain();

  assert.deepEqual([caughtUp.body, paused.body.status, resumed.body], [{ changed: 0 }, 'paused', { changed: 1 }]);
  assert.deepEqual(
    (await executions(id)).map((each: Shown) => each.status),
    ['skipped'],
  );
});

test('one call resumes no further jobs once two thousand runs are caught up, and the next call does', async (t) => {
  const { sara, job, schedule, shift } = await jobApp(t);
  for (let n = 0; n < 3; n++) {
    const id = await job({ tags: ['prices'] });
    await schedule(id, { type: 'cron', cronExpression: '* * * * *', misfirePolicy: 'catchUp', maxCatchUpRuns: 1000 });
    await sara.post(`/scheduler/jobs/${id}/pause`, {});
    await shift(id, 20 * HOUR_MS);
  }
  const resume = async () => (await sara.post('/scheduler/resume', { tag: 'prices', catchUp: true })).body.changed;

  assert.deepEqual([await resume(), await resume(), await resume()], [2, 1, 0]);
});
