import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { defineHandler } from '#platform/jobs/port.ts';
import { subjects } from '#testing/accounts.ts';
import { jobApp } from '#testing/jobs/app.ts';
import { schedulerPermissions } from '../contract.ts';

type Shown = Record<string, unknown> & { readonly id: string };
const pick = (executions: Shown[], ...names: string[]) => executions.map((each) => names.map((name) => each[name]));

test('a run that is started now succeeds once, with a fencing token that grows, its log and its event', async (t) => {
  const { app, sara, job, runs, executions } = await jobApp(t, ({ log, report }) => {
    report(50, 'half');
    log('done');
  });
  const id = await job({ payload: { word: 'x' } });
  const first = await sara.post(`/scheduler/jobs/${id}/run`);
  await app.drain();
  await sara.post(`/scheduler/jobs/${id}/run`);
  await app.drain();

  const { body } = await sara.get(`/scheduler/executions/${first.body.executionId}`);
  const { body: shown } = await sara.get(`/scheduler/jobs/${id}`);
  assert.equal(first.status, 202);
  assert.deepEqual(pick(await executions(id), 'status', 'triggeredBy', 'attempt'), [
    ['succeeded', 'manual', 1],
    ['succeeded', 'manual', 1],
  ]);
  assert.deepEqual([body.progress, body.progressNote, body.log[0].text], [50, 'half', 'done']);
  assert.ok(Number(runs[0]?.fencingToken) < Number(runs[1]?.fencingToken));
  assert.deepEqual([runs[0]?.payload, runs[0]?.actor.id], [{ word: 'x' }, sara.userId]);
  assert.deepEqual([shown.lastStatus, shown.consecutiveFailures], ['succeeded', 0]);
  const { rows } = await app.database.pool.query(
    `select count(*)::int as count from platform.event where key = $1 and type = 'scheduler.execution_succeeded.v1'`,
    [id],
  );
  assert.deepEqual(rows, [{ count: 2 }]);
});

test('a failed attempt is repeated with backoff, and the last one dead-letters the run', async (t) => {
  const { app, sara, job, runs, executions } = await jobApp(t, () => {
    throw new Error('no');
  });
  const id = await job({ maxRetryAttempts: 2, retryBackoffSeconds: 10, backoff: 'exponential' });
  const { body } = await sara.post(`/scheduler/jobs/${id}/run`);

  await app.drain();
  const [between] = await executions(id);
  await app.drain(3_600_000);
  const { body: ended } = await sara.get(`/scheduler/executions/${body.executionId}`);

  assert.deepEqual(pick([between], 'status', 'attempt', 'error'), [['failed', 1, 'no']]);
  assert.deepEqual(pick([ended], 'status', 'attempt', 'maxAttempts', 'deadLetterReason'), [
    ['deadLettered', 3, 3, 'failed'],
  ]);
  assert.deepEqual(
    ended.pastAttempts.map(({ attempt, outcome }: Shown) => [attempt, outcome]),
    [
      [1, 'failed'],
      [2, 'failed'],
    ],
  );
  assert.equal(runs.length, 3);
});

test('a handler that ignores its signal is timed out, and its slot is free', async (t) => {
  const block = Promise.withResolvers<void>();
  const { app, sara, job, runs, executions } = await jobApp(t, ({ attempt }) =>
    attempt === 1 ? block.promise : undefined,
  );
  const id = await job({ maxExecutionSeconds: 1 });
  await sara.post(`/scheduler/jobs/${id}/run`);

  await app.drain();
  block.resolve();

  assert.deepEqual(pick(await executions(id), 'status', 'deadLetterReason'), [['timedOut', 'timedOut']]);
  assert.equal(runs[0]?.signal.aborted, true);
});

test('a run that is cancelled is told, and what its handler does then is not recorded', async (t) => {
  const begun = Promise.withResolvers<void>();
  const { app, sara, job, runs, executions } = await jobApp(t, async ({ signal }) => {
    begun.resolve();
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
  });
  const id = await job();
  const { body } = await sara.post(`/scheduler/jobs/${id}/run`);
  const draining = app.drain();
  await begun.promise;

  const canceled = await sara.post(`/scheduler/executions/${body.executionId}/cancel`);
  await draining;
  const again = await sara.post(`/scheduler/executions/${body.executionId}/cancel`);

  assert.deepEqual([canceled.status, canceled.body.status], [200, 'canceled']);
  assert.deepEqual([again.status, again.body.code], [409, 'scheduler.execution_ended']);
  assert.equal(runs[0]?.signal.aborted, true);
  assert.deepEqual(pick(await executions(id), 'status'), [['canceled']]);
});

test('an isolated handler runs in a thread of its own, and is terminated at its time limit', async (t) => {
  const isolated = {
    type: 'probe.isolated',
    description: 'Blocks its thread',
    payload: Type.Object({ blocks: Type.Boolean() }),
    permission: schedulerPermissions.write,
    isolated: new URL('../../../testing/jobs/isolated.ts', import.meta.url),
    run: async () => {},
  };
  const { app, sara, job, executions } = await jobApp(t, () => {}, { handlers: [defineHandler(isolated)] });
  const quick = await job({ type: 'probe.isolated', payload: { blocks: false } });
  const blocking = await job({ type: 'probe.isolated', payload: { blocks: true }, maxExecutionSeconds: 1 });
  const { body } = await sara.post(`/scheduler/jobs/${quick}/run`);
  await sara.post(`/scheduler/jobs/${blocking}/run`);

  await app.drain();

  const { body: ended } = await sara.get(`/scheduler/executions/${body.executionId}`);
  assert.deepEqual([ended.status, ended.progress, ended.log[0]?.text], ['succeeded', 100, 'in the thread']);
  assert.deepEqual(pick(await executions(blocking), 'status'), [['timedOut']]);
});

test('a run whose process died is taken up again as a further attempt, and dead-lettered when none is left', async (t) => {
  const { app, sara, job, runs } = await jobApp(t);
  const [retried, over] = [await job({ maxRetryAttempts: 1 }), await job()];
  const started = await Promise.all([retried, over].map((id) => sara.post(`/scheduler/jobs/${id}/run`)));
  await app.database.pool.query(
    `update scheduler.execution set status = 'running', attempt = 1, started_at_utc = now(), node_id = gen_random_uuid()`,
  );

  await app.drain();

  const [first, second] = await Promise.all(
    started.map(async ({ body }) => (await sara.get(`/scheduler/executions/${body.executionId}`)).body),
  );
  assert.deepEqual([first.status, first.attempt, first.pastAttempts[0].outcome], ['succeeded', 2, 'lost']);
  assert.deepEqual([second.status, second.deadLetterReason], ['deadLettered', 'lost']);
  assert.equal(runs.length, 1);
});

test('a run acts with the permissions that its owner has at that moment, and else the job is paused', async (t) => {
  const { app, job, executions, sara, runs } = await jobApp(t);
  const id = await job();
  await sara.post(`/scheduler/jobs/${id}/run`);
  await app.database.pool.query('update scheduler.job set owner_id = gen_random_uuid() where id = $1', [id]);

  await app.drain();

  await app.database.pool.query('update scheduler.job set owner_id = $2 where id = $1', [id, sara.userId]);
  assert.deepEqual(pick(await executions(id), 'status', 'skipReason'), [['skipped', 'owner']]);
  assert.equal((await sara.get(`/scheduler/jobs/${id}`)).body.status, 'paused');
  assert.equal(runs.length, 0);
});

test('repeated failures quarantine the job, and stop its schedule until the quarantine ends by itself', async (t) => {
  const { app, sara, job, schedule, executions } = await jobApp(t, () => {
    throw new Error('no');
  });
  const id = await job({ maxConsecutiveFailures: 2 });
  await schedule(id, { type: 'interval', intervalSeconds: 600 });
  for (let run = 0; run < 2; run++) {
    await sara.post(`/scheduler/jobs/${id}/run`);
    await app.drain();
  }

  const { body: quarantined } = await sara.get(`/scheduler/jobs/${id}`);
  const refused = await sara.post(`/scheduler/jobs/${id}/run`);
  await app.drain(61 * 60_000); // the end of the quarantine
  const { body: released } = await sara.get(`/scheduler/jobs/${id}`);

  assert.deepEqual([quarantined.status, quarantined.nextRunAtUtc], ['quarantined', null]);
  assert.deepEqual([refused.status, refused.body.code], [409, 'scheduler.not_runnable']);
  assert.notEqual(released.nextRunAtUtc, null);
  const { rows } = await app.database.pool.query(
    `select type from platform.event where key = $1 and type like '%quarantined%'`,
    [id],
  );
  assert.ok(rows.length >= 1);
  assert.ok((await executions(id)).length >= 2);
});

test('dead-lettered runs are repeated once each, marked as replays', async (t) => {
  let fails = true;
  const { app, sara, job, executions } = await jobApp(t, () => {
    if (fails) throw new Error('no');
  });
  const id = await job({ maxConsecutiveFailures: 0 });
  for (let run = 0; run < 3; run++) {
    await sara.post(`/scheduler/jobs/${id}/run`);
    await app.drain();
  }
  fails = false;

  const replayed = await sara.post(`/scheduler/jobs/${id}/replay`, { take: 2 });
  const rest = await sara.post(`/scheduler/jobs/${id}/replay`, {});
  await app.drain();
  const none = await sara.post(`/scheduler/jobs/${id}/replay`, {});

  const replays = (await executions(id)).filter(({ isReplay }: Shown) => isReplay);
  assert.deepEqual([replayed.status, replayed.body.replayed, rest.body.replayed, none.body.replayed], [202, 2, 1, 0]);
  assert.deepEqual(
    pick(replays, 'status', 'triggeredBy'),
    Array.from({ length: 3 }, () => ['succeeded', 'replay']),
  );
});

test('at most as many runs of a type begin as may run at once', async (t) => {
  let [running, most] = [0, 0];
  const limited = {
    type: 'probe.limited',
    description: 'Two at once',
    payload: Type.Object({}),
    permission: schedulerPermissions.write,
    maxConcurrent: 2,
    async run() {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
    },
  };
  const { app, sara, job, executions } = await jobApp(t, () => {}, { handlers: [defineHandler(limited)] });
  const ids = await Promise.all(Array.from({ length: 6 }, () => job({ type: 'probe.limited' })));
  for (const id of ids) await sara.post(`/scheduler/jobs/${id}/run`);

  await app.drain(60_000);

  const statuses = (await Promise.all(ids.map(executions))).flat().map(({ status }: Shown) => status);
  assert.deepEqual(
    statuses,
    ids.map(() => 'succeeded'),
  );
  assert.ok(most <= 2, String(most));
});

test('runs that fail during a pause do not turn it into a quarantine, which would end by itself', async (t) => {
  const { app, sara, job } = await jobApp(t, () => {
    throw new Error('no');
  });
  const id = await job({ maxConsecutiveFailures: 2 });
  await sara.post(`/scheduler/jobs/${id}/run`);
  await app.drain();
  await sara.post(`/scheduler/jobs/${id}/pause`, {});

  await sara.post(`/scheduler/jobs/${id}/replay`, {});
  await app.drain();

  const { body } = await sara.get(`/scheduler/jobs/${id}`);
  assert.deepEqual([body.status, body.statusUntil, body.consecutiveFailures], ['paused', null, 2]);
});

test('a quarantine is told to the owner and to every administrator, and ends by hand', async (t) => {
  const { app, sara, job, schedule } = await jobApp(t, () => {
    throw new Error('no');
  });
  const [first, second] = [app.randomEmail(), app.randomEmail()];
  for (const email of [first, second])
    await app.users.createAdministrator(
      { email, firstName: 'Sara', lastName: 'Amini', password: 'four words are enough' },
      { onlyFirst: false },
    );
  const id = await job({ name: 'Prices', maxConsecutiveFailures: 1 });
  await schedule(id, { type: 'interval', intervalSeconds: 600 });
  await sara.post(`/scheduler/jobs/${id}/run`);
  await app.drain();

  const told = [await subjects(app, first), await subjects(app, second)];
  const resumed = await sara.post(`/scheduler/jobs/${id}/resume`, {});
  const again = await sara.post(`/scheduler/jobs/${id}/run`);

  assert.deepEqual(
    told.map((mails) => mails.filter((subject) => subject.includes('Prices')).length),
    [1, 1],
  );
  assert.deepEqual([resumed.body.status, resumed.body.consecutiveFailures, again.status], ['active', 0, 202]);
  assert.notEqual(resumed.body.nextRunAtUtc, null);
});

test('what a handler writes is stored, whatever characters it has and wherever it is cut', async (t) => {
  const text = `a\0b\ud800c${'🥖'.repeat(2000)}`;
  const { app, sara, job } = await jobApp(t, ({ log, report, payload }) => {
    for (const shift of ['', 'x']) log(shift + text);
    report(10, text);
    if (payload['word'] === 'fails') throw new Error(text);
  });
  const found = [];
  for (const word of ['succeeds', 'fails']) {
    const { body } = await sara.post(`/scheduler/jobs/${await job({ payload: { word } })}/run`);
    await app.drain();
    found.push((await sara.get(`/scheduler/executions/${body.executionId}`)).body);
  }

  assert.deepEqual(
    found.map(({ status, progress, log }) => [status, progress, log.length]),
    [
      ['succeeded', 10, 2],
      ['deadLettered', 10, 2],
    ],
  );
  assert.match(found[1].error, /^a\ufffdb\ufffdc(🥖)+$/u);
  assert.ok(found[1].error.length <= 1000);
});

test('a run whose job is erased while it runs is stopped', async (t) => {
  const begun = Promise.withResolvers<void>();
  const { app, sara, job, runs } = await jobApp(t, async ({ signal }) => {
    begun.resolve();
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
  });
  const id = await job();
  await sara.post(`/scheduler/jobs/${id}/run`);
  const draining = app.drain();
  await begun.promise;

  await app.database.pool.query('delete from scheduler.job where id = $1', [id]);
  await draining;

  assert.equal(runs[0]?.signal.aborted, true);
});

test('a run whose handler is gone, or whose payload does not fit it any more, ends with the reason and without another attempt', async (t) => {
  const { app, sara, job, runs, executions } = await jobApp(t);
  const changes = {
    gone: `type = 'probe.gone'`,
    unknown: `payload = '{"unknown": 1}'`,
    wrong: `payload = '{"word": 7}'`,
    refused: `type = 'http.request', payload = '{"url": "http://127.0.0.1/"}'`,
  };
  const found: Record<string, unknown> = {};
  for (const [name, change] of Object.entries(changes)) {
    const id = await job({ maxRetryAttempts: 5 });
    await sara.post(`/scheduler/jobs/${id}/run`);
    await app.database.pool.query(`update scheduler.job set ${change} where id = $1`, [id]);
    await app.drain(3_600_000);
    found[name] = pick(await executions(id), 'status', 'attempt', 'deadLetterReason', 'error')[0];
  }

  const { refused, ...others } = found;
  assert.match(String(refused), /^deadLettered,1,permanent,the payload does not fit: \/url /);
  assert.deepEqual(others, {
    gone: ['deadLettered', 1, 'permanent', 'this program has no handler probe.gone'],
    unknown: ['deadLettered', 1, 'permanent', 'the payload does not fit: /unknown must NOT have additional properties'],
    wrong: ['deadLettered', 1, 'permanent', 'the payload does not fit: /word must be string'],
  });
  assert.equal(runs.length, 0);
});
