import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobApp, jobPermissions, jobTools } from '#testing/jobs/app.ts';

type Shown = Record<string, unknown>;

test('a duty that a new version does not have runs no more, and what waits for it is left out', async (t) => {
  const { app } = await jobApp(t);
  const admin = app.signIn(...jobPermissions);
  const { job, schedule, planAt, executions } = jobTools(app, admin);
  const { body } = await admin.get('/scheduler/jobs?tag=program&pageSize=100');
  const duty: string = body.items.find(({ type }: Shown) => type === 'platform.forget').id;
  const after = await job();
  await admin.post(`/scheduler/jobs/${after}/dependencies`, { dependsOnJobId: duty });
  await schedule(after, { type: 'cron', cronExpression: '0 0 1 1 *' });
  const at = new Date(Date.now() - 5000).toISOString();
  await app.database.pool.query('update scheduler.job set next_run_at_utc = $2 where id = $1', [duty, at]);
  await planAt(after, at);
  await app.drain();
  const [waiting] = await executions(after);
  const other: string = body.items.find(({ id }: Shown) => id !== duty).id;
  await admin.post(`/scheduler/jobs/${other}/run`);

  await app.scheduler.declare([]);
  await app.drain();

  const [ended] = await executions(after);
  const [run] = await executions(other);
  const { body: shown } = await admin.get(`/scheduler/jobs/${duty}`);
  assert.equal(waiting.status, 'scheduled');
  assert.deepEqual([ended.status, ended.skipReason], ['skipped', 'dependency']);
  assert.deepEqual([run.status, shown.status, shown.nextRunAtUtc], ['canceled', 'inactive', null]);
});

test('duties of the program and jobs of people are listed apart, for those who see all', async (t) => {
  const { app, job } = await jobApp(t);
  const id = await job();
  const admin = app.signIn(...jobPermissions);

  const people = await admin.get('/scheduler/jobs?declared=false');
  const duties = await admin.get('/scheduler/jobs?declared=true&pageSize=100');
  const all = await admin.get('/scheduler/jobs?pageSize=100');

  const idsOf = ({ body }: typeof people) => body.items.map((one: Shown) => one['id']);
  assert.deepEqual(idsOf(people), [id]);
  assert.ok(duties.body.items.every(({ tags }: { tags: string[] }) => tags.includes('program')));
  assert.equal(all.body.totalCount, duties.body.totalCount + 1);
});

test('a duty whose interval a new version changes stays paused', async (t) => {
  const { app } = await jobApp(t);
  const admin = app.signIn(...jobPermissions);
  const { body } = await admin.get('/scheduler/jobs?tag=program&pageSize=100');
  const { id, type } = body.items.find((each: Shown) => each['type'] === 'platform.forget');
  await admin.post(`/scheduler/jobs/${id}/pause`, {});
  const duty = { name: type, description: '', everySeconds: 7777, run: async () => ({ write: async () => {} }) };

  await app.scheduler.declare([{ jobs: [duty] }]);

  const { body: shown } = await admin.get(`/scheduler/jobs/${id}`);
  const { body: schedule } = await admin.get(`/scheduler/jobs/${id}/schedule`);
  assert.deepEqual([shown.status, schedule.intervalSeconds], ['paused', 7777]);
});
