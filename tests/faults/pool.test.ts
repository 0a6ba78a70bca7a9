import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { todoPermissions } from '#modules/todos/contract.ts';
import { createPartitions } from '#platform/database/partitions.ts';
import { eventTables } from '#platform/events/retention.ts';
import { isLong, notOnce, openStage, RESUMES_MS, until } from './stage.ts';

const { read, write } = todoPermissions;
const POOL_SIZE = 5;
const DAY_MS = 86_400_000;
const REQUESTS = 130; // of which a hundred may wait
const HELD_MS = isLong ? 600_000 : 3000;

test('an exhausted pool sheds requests, answers liveness, and recovers at once', { timeout: 60_000 }, async (t) => {
  const { app, node, effects, left } = await openStage(t);
  const [busy, sender] = [await node({ poolSize: POOL_SIZE }), await node()];
  const sara = app.signIn(read, write);
  busy.background.start();
  await sender.enqueue('before');
  await until(async () => (await left()) === 0, RESUMES_MS, 'work before');
  // Each of another user, since of one fewer may wait. All are known: the first call of a user reads their permissions.
  const callers = Array.from({ length: REQUESTS }, () => app.signIn(read));
  for (const caller of callers) await caller.get('/todos');
  const pools = [app.database.pool, busy.database.pool];
  const held = await Promise.all(
    pools.flatMap((pool) => Array.from({ length: POOL_SIZE }, () => pool.connect())), // testApp has as many
  );

  const shedMs: number[] = [];
  async function list(caller: (typeof callers)[number]) {
    const beganMs = performance.now();
    const answer = await caller.get('/todos');
    shedMs.push(performance.now() - beganMs);
    return answer;
  }
  const requests: ReturnType<typeof list>[] = [];
  for (const caller of callers) {
    requests.push(list(caller));
    await setImmediate(); // as sockets do, they arrive one after another
  }
  const beganMs = performance.now();
  const live = await app.http.inject('/health/live');
  const liveMs = Math.round(performance.now() - beganMs);
  const ready = await app.http.inject('/health/ready');
  const refs = ['while 1', 'while 2', 'while 3'];
  await sender.enqueue(...refs);
  await sender.publish('k', 1);
  const answers = await Promise.all(requests);
  for (const connection of held) connection.release();
  const recovery = await Promise.all([
    until(async () => (await sara.get('/todos')).status === 200, 20_000, 'requests'),
    until(async () => notOnce(refs, await effects('work')).length === 0, 20_000, 'work'),
    until(async () => (await effects('event')).get('k 1') === 1, 20_000, 'events'),
    until(async () => (await app.health.report()).status === 'healthy', 20_000, 'health'),
  ]);

  const codes = Map.groupBy(answers, ({ body }) => body.code);
  t.diagnostic(`refused: ${[...codes].map(([code, of]) => `${of.length} ${code}`).join(', ')}`);
  t.diagnostic(`refused after ${Math.round(Math.min(...shedMs))} to ${Math.round(Math.max(...shedMs))} ms`);
  t.diagnostic(`alive in ${liveMs} ms; requests, work, events, health back after ${recovery.join(', ')} ms`);
  assert.deepEqual([live.statusCode, ready.statusCode], [200, 503]);
  assert.ok(liveMs < 1000);
  assert.deepEqual(
    answers.filter(({ status, headers }) => status !== 503 || !headers['retry-after']),
    [],
  );
  assert.ok((codes.get('http.overloaded')?.length ?? 0) >= REQUESTS - 101);
  assert.deepEqual(
    recovery.filter((ms) => ms > RESUMES_MS),
    [],
  );
  assert.deepEqual(notOnce(refs, await effects('work')), []);
});

test('a transaction that is held open delays neither requests nor work nor events', bounded(), async (t) => {
  const { app, node, effects, closing } = await openStage(t);
  const worker = await node();
  const sara = app.signIn(read, write);
  worker.background.start();
  const holder = new pg.Client({ connectionString: app.databaseUrl });
  await holder.connect();
  closing.push(() => holder.end());
  await holder.query('begin isolation level repeatable read');
  await holder.query('select pg_current_xact_id(), count(*) from platform.work');
  await holder.query('select count(*) from platform.event');

  const tookMs: number[] = [];
  const statuses = new Set<number>();
  const endsAt = Date.now() + HELD_MS;
  for (let seq = 0; Date.now() < endsAt; seq++) {
    await Promise.all([worker.enqueue(`item ${seq}`), worker.publish('k', seq)]);
    statuses.add((await sara.post('/todos', { description: 'x' })).status);
    tookMs.push(
      await until(async () => (await effects('work')).get(`item ${seq}`) === 1, 20_000, 'work'),
      await until(async () => (await effects('event')).get(`k ${seq}`) === 1, 20_000, 'events'),
    );
    await sleep(HELD_MS / 100);
  }
  // The lock of a new partition must not wait for the open transaction: all inserts would wait behind it.
  const later = new Date(Date.now() + 14 * DAY_MS);
  const partitionsMs = await until(
    () => createPartitions(app.database.pool, eventTables, later).then(() => true),
    RESUMES_MS,
    'partitions',
  );
  await holder.query('rollback');

  t.diagnostic(`partitions created in ${partitionsMs} ms while it was held`);
  t.diagnostic(`held for ${HELD_MS} ms: ${tookMs.length} effects, the slowest after ${Math.max(...tookMs)} ms`);
  assert.deepEqual([...statuses], [201]);
  assert.ok(Math.max(...tookMs) <= RESUMES_MS);
  const [work, events] = [await effects('work'), await effects('event')];
  assert.deepEqual([notOnce(work.keys(), work), notOnce(events.keys(), events)], [[], []]);
});

function bounded() {
  return { timeout: 60_000 + HELD_MS };
}
