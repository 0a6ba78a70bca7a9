import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { testApp } from '#testing/app.ts';
import { jobTools, probeHandler } from '#testing/jobs/app.ts';
import { startJobNode } from './job-process.ts';
import { isLong, until } from './stage.ts';

const LEASE_SECONDS = 3;
const SLACK_MS = 1000; // claimed work continues within its lease and a second
const DUE = isLong ? 10_000 : 500;
const SKEW_MS = 300_000; // each way: ten minutes apart
const bounded = { timeout: 180_000 };

/** An app that runs nothing itself, its administrator, and nodes. */
async function stage(t: TestContext) {
  const app = await testApp(t, { handlers: [probeHandler().handler] });
  const person = {
    email: 'admin@example.com',
    firstName: 'Sara',
    lastName: 'Amini',
    password: 'a long enough password',
  };
  const created = await app.users.createAdministrator(person, { onlyFirst: true });
  const ownerId = created?.id ?? '';
  const admin = app.client({ 'x-test-caller': ownerId });
  const node = (skewMs = 0) => startJobNode(t, { url: app.databaseUrl, leaseSeconds: LEASE_SECONDS, skewMs });
  const { job } = jobTools(app, admin);
  async function start(fields: object): Promise<string> {
    return (await admin.post(`/scheduler/jobs/${await job({ maxRetryAttempts: 2, ...fields })}/run`)).body.executionId;
  }
  const read = async (id: string) => (await admin.get(`/scheduler/executions/${id}`)).body;
  return { app, ownerId, node, start, read };
}

test(
  'the run of a node that is killed is taken up again within its lease, as a further attempt',
  bounded,
  async (t) => {
    const { node, start, read } = await stage(t);
    const first = await node();
    const id = await start({ payload: { word: 'wait' } });
    await until(async () => first.told.length > 0, 10_000, 'begun');
    const other = await node();

    first.kill('SIGKILL');
    const tookMs = await until(async () => other.told.length > 0, 20_000, 'taken over');
    other.goOn();
    await until(async () => (await read(id)).status === 'succeeded', 10_000, 'succeeded');

    const { attempt, nodeId, pastAttempts } = await read(id);
    t.diagnostic(`taken over ${tookMs} ms after the kill, with a lease of ${LEASE_SECONDS} s`);
    assert.ok(tookMs <= LEASE_SECONDS * 1000 + SLACK_MS, `${tookMs} ms`);
    assert.deepEqual([attempt, nodeId], [2, other.nodeId]);
    assert.deepEqual(
      pastAttempts.map((past: Record<string, unknown>) => [past['attempt'], past['outcome'], past['nodeId']]),
      [[1, 'lost', first.nodeId]],
    );
  },
);

test('a node that is frozen past its lease records nothing, and its signal aborts', bounded, async (t) => {
  const { node, start, read } = await stage(t);
  const frozen = await node();
  const id = await start({ payload: { word: 'wait' } });
  await until(async () => frozen.told.length > 0, 10_000, 'begun');
  const other = await node();

  frozen.kill('SIGSTOP');
  await until(async () => other.told.length > 0, 20_000, 'taken over');
  other.goOn();
  await until(async () => (await read(id)).status === 'succeeded', 10_000, 'succeeded');
  const before = await read(id);
  frozen.kill('SIGCONT');
  await until(async () => frozen.told.some(({ aborted }) => aborted === id), 10_000, 'aborted');
  frozen.goOn();

  assert.deepEqual([before.attempt, before.nodeId], [2, other.nodeId]);
  assert.deepEqual(await read(id), before);
});

test(
  'a handler that blocks the event loop costs its node the lease, and another node takes over',
  bounded,
  async (t) => {
    const { app, node, start, read } = await stage(t);
    const { pool } = app.database;
    await Promise.all([node(), node()]);
    const id = await start({ payload: { word: 'block' } });
    await until(async () => (await read(id)).status === 'running', 10_000, 'begun');
    const { nodeId: blocked } = await read(id);
    await pool.query(`update scheduler.job set payload = '{"word":"quick"}' where type = 'probe.act'`);

    const tookMs = await until(async () => (await read(id)).status === 'succeeded', 30_000, 'taken over');

    t.diagnostic(`taken over ${tookMs} ms after it began to block, with a lease of ${LEASE_SECONDS} s`);
    const { nodeId, attempt } = await read(id);
    assert.equal(attempt, 2);
    assert.notEqual(nodeId, blocked);
  },
);

test('two nodes whose clocks are ten minutes apart run each occurrence once, and none early', bounded, async (t) => {
  const { app, ownerId, node } = await stage(t);
  const { pool } = app.database;
  await Promise.all([node(SKEW_MS), node(-SKEW_MS)]);
  await pool.query(
    `insert into scheduler.job (id, name, description, type, owner_id, payload, max_retry_attempts, retry_backoff_seconds,
       backoff, max_execution_seconds, max_consecutive_failures, concurrency, priority, next_run_at_utc)
     select gen_random_uuid(), 'due ' || n, '', 'platform.noop', $1, '{}', 0, 0, 'fixed', 60, 0, 'forbid', 'medium',
       date_trunc('milliseconds', now() + interval '5 seconds' + n % 2000 * interval '1 millisecond')
     from generate_series(1, $2::int) n`,
    [ownerId, DUE],
  );
  await pool.query(
    `insert into scheduler.schedule (job_id, type, time_zone, one_time_at_utc, misfire_policy, max_catch_up_runs,
       jitter_seconds, anchor_at_utc, zone_data)
     select id, 'oneTime', 'UTC', next_run_at_utc, 'fireNow', 1, 0, now(), $1 from scheduler.job where name like 'due %'`,
    [process.versions.tz],
  );
  await pool.query(
    `insert into platform.work (id, queue, lane, ref, due_at, origin)
     select gen_random_uuid(), 'scheduler.due', 0, id || ' ' || scheduler.iso(next_run_at_utc), next_run_at_utc,
       '{"requestId":"","traceparent":null}'
     from scheduler.job where name like 'due %'`,
  );

  const done = async () =>
    (
      await pool.query<{ count: number }>(`select count(*)::int as count from scheduler.execution e
      join scheduler.job j on j.id = e.job_id where j.name like 'due %' and e.status = 'succeeded'`)
    ).rows[0]?.count;
  const tookMs = await until(async () => (await done()) === DUE, 120_000, 'all runs');

  const { rows } = await pool.query(
    `select count(*)::int as runs, count(distinct job_id)::int as jobs, count(distinct node_id)::int as nodes,
       (count(*) filter (where started_at_utc < occurrence_at_utc))::int as early
     from scheduler.execution e join scheduler.job j on j.id = e.job_id where j.name like 'due %'`,
  );
  t.diagnostic(`${DUE} runs on two nodes in ${tookMs} ms: ${JSON.stringify(rows[0])}`);
  assert.deepEqual([rows[0]?.['runs'], rows[0]?.['jobs'], rows[0]?.['early']], [DUE, DUE, 0]);
  assert.equal(rows[0]?.['nodes'], 2);
});
