import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { newId } from '#kernel/id.ts';
import { createLog } from '#platform/log/pino.ts';
import { happened, probe } from '#testing/event-probe.ts';
import { createBatchDelivery } from '../batch.ts';
import { registerRelay, RELAY, type StoredEvent } from '../cursor.ts';
import { createHandling } from '../handle.ts';
import { on } from '../port.ts';
import { createMarks } from './marks.ts';
import { createTopology } from './topology.ts';
import { someTelemetry } from '#platform/telemetry/none.ts';

/** The mark of the consumer `one`, where the relay has passed everything and all queues are empty. */
async function setUp(t: TestContext, lostAfterMs: number) {
  const { app, pool, publishNext, effects } = await probe(t);
  const release = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const write = on(happened, async ({ tx }, { key, seq }) => {
    await sql`insert into effect (consumer, key, seq) values ('one', ${key}, ${seq})`.execute(tx);
    begun.resolve();
    await release.promise;
  });
  const consumer = { name: 'one', subscriptions: [write] };
  const consumers = [consumer];
  const { units } = app.database;
  const log = createLog('silent');
  const needs = { pool, units, consumers, nodeId: newId(), log, telemetry: someTelemetry() };
  await registerRelay(pool, ['one'], 1);
  const handling = createHandling(needs);
  const marks = createMarks({
    ...needs,
    topology: createTopology('t', 1, consumers),
    deliverBatch: createBatchDelivery(pool, handling),
    lostAfterMs,
    countReady: async () => 0,
    declare: async () => {},
  });
  const publish = async (key: string) => {
    await publishNext(key);
    await pool.query('update platform.cursor set seen = pg_current_snapshot() where consumer = $1', [RELAY]);
    const { rows } = await pool.query<StoredEvent>(
      `select pos, xid::text, id, at::text as at, type, key, origin, body from platform.event where key = $1 order by pos`,
      [key],
    );
    return rows.at(-1) ?? assert.fail('nothing was published');
  };
  const lost = async () =>
    (await pool.query<{ lost: number }>(`select lost from platform.cursor where consumer = 'one'`)).rows[0]?.lost;
  const handle = (event: StoredEvent) => handling.handle(consumer, event, null);
  return { pool, marks, publish, handle, lost, effects, begun: begun.promise, release: release.resolve };
}

test('an event whose handler runs longer than a queue may stand still is not lost', async (t) => {
  const { marks, publish, handle, lost, effects, begun, release } = await setUp(t, 0);
  const handled = handle(await publish('k1'));
  await begun;

  const polled = marks.poll(['one']);
  await Promise.race([polled, sleep(1000)]);
  release();
  await Promise.all([polled, handled]);

  assert.deepEqual([await lost(), await effects()], [0, { 'one k1': [1] }]);
});

test('after a loss, the next events count as lost only when they have waited themselves', async (t) => {
  const { marks, publish, lost, effects, release } = await setUp(t, 300);
  release();
  const counts: (number | undefined)[] = [];
  const poll = async () => {
    await marks.poll(['one']);
    counts.push(await lost());
  };

  await publish('k1');
  await poll();
  await sleep(400);
  await poll();
  await publish('k1');
  await poll();
  await sleep(400);
  await poll();

  assert.deepEqual([counts, await effects()], [[0, 1, 1, 2], { 'one k1': [1, 2] }]);
});

test('a mark follows the relay within its window, and takes nothing for lost that is not yet published', async (t) => {
  const { pool, marks, publish, handle, lost, release } = await setUp(t, 0);
  release();
  const start = `(select seen from platform.cursor where consumer = 'one')`;
  const events: StoredEvent[] = [];
  for (const key of ['k1', 'k2', 'k3']) events.push(await publish(key));
  const [first, second, third] = events as [StoredEvent, StoredEvent, StoredEvent];
  const relay = (set: string, values: unknown[] = []) =>
    pool.query(`update platform.cursor set ${set} where consumer = '${RELAY}'`, values);
  await relay(`seen = ${start}, head = pg_current_snapshot(), pos = $1`, [second.pos]);
  const places: unknown[] = [];
  const poll = async () => {
    await marks.poll(['one']);
    const { rows } = await pool.query(
      `select pos, head is not null as "isWithin", pg_visible_in_snapshot($1::xid8, seen) as "isBehind"
       from platform.cursor where consumer = 'one'`,
      [third.xid],
    );
    places.push(rows[0]);
  };

  await handle(first);
  await handle(second);
  await poll();
  await poll();
  await handle(third);
  await poll();
  await relay('seen = head, head = null, pos = 0');
  await poll();

  const within = { pos: second.pos, isWithin: true, isBehind: false };
  const behind = { pos: 0, isWithin: false, isBehind: true };
  assert.deepEqual([places, await lost()], [[within, within, within, behind], 0]);
});
