import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { jobApp } from '#testing/jobs/app.ts';
import { jobNodes } from '#testing/jobs/nodes.ts';

type Nodes = Awaited<ReturnType<typeof jobNodes>>;

const LATER_MS = 5000; // shorter than a lease
const later = () => new Date(Date.now() + LATER_MS).toISOString();

/** Ways to stop the job or its run. */
const stops = {
  pause: ({ admin }: Nodes, jobId: string) => admin.post(`/scheduler/jobs/${jobId}/pause`, {}),
  quarantine: ({ admin }: Nodes, jobId: string) => admin.post(`/scheduler/jobs/${jobId}/quarantine`, {}),
  deactivate: ({ admin }: Nodes, jobId: string) => admin.delete(`/scheduler/jobs/${jobId}`),
  cancel: ({ admin }: Nodes, _: string, runId: string) => admin.post(`/scheduler/executions/${runId}/cancel`),
  erase: ({ app }: Nodes, jobId: string) => app.database.pool.query(`delete from scheduler.job where id = $1`, [jobId]),
} as const;

/** What the run has come to when the job is stopped. */
const states = {
  due: { triggeredBy: 'schedule' },
  asked: { triggeredBy: 'manual' },
  retried: { triggeredBy: 'schedule', status: 'failed', attempt: 1 },
  waiting: { triggeredBy: 'schedule', isWaiting: true },
  running: { triggeredBy: 'schedule' },
} as const;

type Stop = keyof typeof stops;
type State = keyof typeof states;

const expected: Record<Stop, Record<State, string>> = {
  pause: { due: 'paused', asked: 'succeeded', retried: 'succeeded', waiting: 'paused', running: 'succeeded' },
  quarantine: {
    due: 'quarantined',
    asked: 'succeeded',
    retried: 'succeeded',
    waiting: 'quarantined',
    running: 'succeeded',
  },
  deactivate: { due: 'canceled', asked: 'canceled', retried: 'canceled', waiting: 'canceled', running: 'canceled' },
  cancel: { due: 'canceled', asked: 'canceled', retried: 'canceled', waiting: 'canceled', running: 'canceled' },
  erase: { due: 'gone', asked: 'gone', retried: 'gone', waiting: 'gone', running: 'gone' },
};

test('each way to stop a job or its run, in each state of the run, ends it as the table says', async (t) => {
  const released = Promise.withResolvers<void>();
  const aborted: string[] = [];
  const begun: string[] = [];
  const nodes = await jobNodes(t, async ({ executionId, signal }) => {
    begun.push(executionId);
    if (!running.includes(executionId)) return;
    if (running.every((id) => begun.includes(id))) allBegun.resolve();
    await Promise.race([released.promise, once(signal, 'abort')]);
    if (!signal.aborted) return;
    aborted.push(executionId);
    if (aborted.length === 3) allAborted.resolve();
  });
  const [allBegun, allAborted] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const cells = (Object.keys(stops) as Stop[]).flatMap((stop) =>
    (Object.keys(states) as State[]).map((state) => ({ stop, state })),
  );
  const jobIds = await nodes.addJobs(cells.length, { concurrency: 'allow' });
  const runs = cells.map((cell, index) => ({ ...cell, jobId: jobIds[index] ?? '' }));
  const of = (state: State) => runs.filter((run) => run.state === state);
  const add = async (state: State) => {
    const ids = await nodes.addRuns(states[state].triggeredBy, {
      ...states[state],
      jobIds: of(state).map(({ jobId }) => jobId),
    });
    return of(state).map((run, index) => ({ ...run, id: ids[index] ?? '' }));
  };
  const onOther = await add('running');
  const running = onOther.map(({ id }) => id);
  const draining = nodes.other.background.drain(later());
  await allBegun.promise;
  const all = [...onOther];
  for (const state of ['due', 'asked', 'retried', 'waiting'] as const) all.push(...(await add(state)));

  for (const { stop, jobId, id } of all) await stops[stop](nodes, jobId, id);
  await allAborted.promise; // the other node is told within a second
  released.resolve();
  await draining;
  await nodes.release();
  for (const node of [nodes.app, nodes.other]) await node.background.drain(later());

  const ended = await nodes.outcomes();
  const found = Object.fromEntries(
    Object.keys(stops).map((stop) => [
      stop,
      Object.fromEntries(
        all.filter((run) => run.stop === stop).map(({ state, id }) => [state, ended.get(id) ?? 'gone']),
      ),
    ]),
  );
  assert.deepEqual(found, expected);
  const ran = new Set(begun);
  const left = all.filter(({ state, id }) => state !== 'running' && ended.get(id) !== 'succeeded');
  assert.deepEqual(
    left.filter(({ id }) => ran.has(id)),
    [],
    'what was stopped before it began did not run',
  );
});

test('a run that is cancelled at the instant in which another node begins it is cancelled, or has ended before', async (t) => {
  const nodes = await jobNodes(t);
  await nodes.addJobs(60, { concurrency: 'forbid' });
  const ids = await nodes.addRuns('manual');

  const [answers] = await Promise.all([
    Promise.all(ids.map((id) => nodes.admin.post(`/scheduler/executions/${id}/cancel`))),
    nodes.other.background.drain(later()),
  ]);

  const ended = await nodes.outcomes();
  assert.deepEqual(
    ids.map((id) => ended.get(id)),
    answers.map(({ status }) => (status === 200 ? 'canceled' : 'succeeded')),
  );
});

test('a repeated run that is cancelled while it waits for its next attempt does not hold up the others of its job', async (t) => {
  let fails = true;
  const { app, sara, job, executions } = await jobApp(t, () => {
    if (fails) throw new Error('no');
  });
  const ways: Record<string, (id: string) => Promise<unknown>> = {
    cancel: async (id) => {
      const waiting = (await executions(id)).find(({ status }: { status: string }) => status === 'failed');
      return sara.post(`/scheduler/executions/${waiting.id}/cancel`);
    },
    deactivate: async (id) => {
      await sara.delete(`/scheduler/jobs/${id}`);
      await sara.post(`/scheduler/jobs/${id}/resume`, {});
      await sara.post(`/scheduler/jobs/${id}/replay`, {}); // a run that was deactivated stays cancelled
    },
  };
  const found: Record<string, unknown> = {};
  for (const [name, way] of Object.entries(ways)) {
    fails = true;
    const id = await job({ maxConsecutiveFailures: 0 });
    const runs = name === 'cancel' ? 2 : 3;
    for (let run = 0; run < runs; run++) {
      await sara.post(`/scheduler/jobs/${id}/run`);
      await app.drain();
    }
    await sara.put(`/scheduler/jobs/${id}`, { maxRetryAttempts: 1, retryBackoffSeconds: 3600 });
    await sara.post(`/scheduler/jobs/${id}/replay`, { take: 2 });
    await app.drain();
    fails = false;
    await way(id);
    await app.drain();
    found[name] = (await executions(id)).slice(runs).map(({ status }: { status: string }) => status);
  }

  assert.deepEqual(found, {
    cancel: ['canceled', 'succeeded'],
    deactivate: ['canceled', 'canceled', 'succeeded'],
  });
});
