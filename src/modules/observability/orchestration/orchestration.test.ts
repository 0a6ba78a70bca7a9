import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { createNode } from '#platform/database/node.ts';
import { createLog } from '#platform/log/pino.ts';
import { dutyQueue } from '#platform/work/port.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { observabilityPermissions } from '../contract.ts';

const HEALTH = '/dashboard/orchestration-health';
const log = createLog('silent');

async function nodeOf({ database: { pool } }: TestApp, { kind = 'worker', silentSeconds = 0 } = {}) {
  const id = newId();
  await pool.query(
    `insert into platform.node (id, kind, host, pid, heartbeat_at, started_at, state)
     values ($1, $2, 'app-1', 1, now() - make_interval(secs => $3), now() - make_interval(secs => $3), $4)`,
    [id, kind, silentSeconds, JSON.stringify({ runsBackground: true, held: { 'observability.replay': 2 } })],
  );
  return id;
}

test('a node is shown with what it runs', async (t) => {
  const app = await testApp(t);
  const operator = app.signIn(observabilityPermissions.read);
  const id = await nodeOf(app);

  const { body } = await operator.get(HEALTH);

  const [node] = body.nodes;
  assert.deepEqual([body.status, body.problems], ['healthy', []]);
  assert.deepEqual([node.id, node.status, node.runsBackground], [id, 'alive', true]);
  assert.deepEqual(node.running, [{ queue: 'observability.replay', count: 2 }]);
  assert.equal(body.nodes.length, 1, 'commands are no nodes');
});

test('a worker that stopped is shown after 20 seconds, also when its row was deleted, until it is started again', async (t) => {
  const app = await testApp(t);
  const operator = app.signIn(observabilityPermissions.read);
  await nodeOf(app, { kind: 'serve' });
  const id = await nodeOf(app, { silentSeconds: 21 });
  const early = await operator.get(HEALTH);
  await app.database.pool.query(`update platform.node set heartbeat_at = now() - interval '31 s' where id = $1`, [id]);
  const other = createNode(app.database.pool, newId(), 'command', log);
  await other.start(); // its heartbeat deletes the other's row
  t.after(() => other.close());

  const late = await operator.get(HEALTH);
  await nodeOf(app);
  const again = await operator.get(HEALTH);

  const statusOf = ({ body }: typeof late) => body.nodes.find((node: { id: string }) => node.id === id)?.status;
  assert.deepEqual([early, late, again].map(statusOf), ['stopped', 'stopped', 'stopped']);
  assert.deepEqual(
    [early, late, again].map(({ body }) => [body.status, body.problems.length]),
    [
      ['degraded', 1],
      ['degraded', 1],
      ['healthy', 0],
    ],
  );
});

test('without a process that runs the background the answer is degraded', async (t) => {
  const app = await testApp(t);
  const { body } = await app.signIn(observabilityPermissions.read).get(HEALTH);
  const [problem, ...others] = body.problems;
  assert.deepEqual([body.status, problem.key, others], ['degraded', 'background', []]);
  assert.match(problem.text.fa, /^هیچ پردازه‌ای/);
});

test('failed messages and work that waits too long are problems', async (t) => {
  const app = await testApp(t);
  const operator = app.signIn(observabilityPermissions.read);
  await nodeOf(app);
  await app
    .signIn(todoPermissions.write)
    .post('/todos', { description: 'x', remindAt: new Date(Date.now() - 300_000).toISOString() });

  const waiting = await operator.get(HEALTH);
  await app.database.pool.query('alter table notifications.recipient rename to gone');
  await app.drainWithFailures(3_600_000);
  const failed = await operator.get(HEALTH);

  const dueOf = ({ body }: typeof waiting) =>
    body.queues.filter(({ name, due }: { name: string; due: number }) => due > 0 && name !== dutyQueue.name);
  const [queue, ...others] = dueOf(waiting);
  assert.deepEqual([queue.due, others], [1, []]);
  assert.match(JSON.stringify(waiting.body.problems), /work of queue \S+ has waited for 30\d s.*به مدت ۳۰[۰-۹] ثانیه/);
  assert.deepEqual([dueOf(failed), failed.body.work.failed, failed.body.status], [[], 1, 'degraded']);
});

test('without a broker the outbox has no failed messages, and says so', async (t) => {
  const app = await testApp(t);
  const { body } = await app.signIn(observabilityPermissions.read).get(HEALTH);
  assert.deepEqual([body.broker, body.outbox.transport, body.outbox.failed], [null, 'inProcess', 0]);
});

test('a broker that does not answer is a problem', async (t) => {
  const app = await testApp(t, { environment: { AMQP_URL: 'amqp://127.0.0.1:9' } });
  await nodeOf(app);
  const { body } = await app.signIn(observabilityPermissions.read).get(HEALTH);
  assert.deepEqual([body.broker.status, body.outbox.transport, body.status], ['unhealthy', 'rabbitmq', 'degraded']);
  assert.match(JSON.stringify(body.problems), /the broker does not answer/);
});
