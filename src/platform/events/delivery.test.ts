import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Type } from 'typebox';
import { system } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { createLog } from '#platform/log/pino.ts';
import { createWorkEngine } from '#platform/work/engine.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { createDelivery } from './delivery.ts';
import { on } from './port.ts';

const SECONDS = Number(process.env['BONYAN_TEST_SECONDS'] ?? 2); // `npm run test:faults` takes 20
const WRITERS = 16;
const KEYS = 24;
const happened = defineEvent('probe.happened', 1, 'key', Type.Object({ key: Type.String(), seq: Type.Integer() }));
const log = createLog('silent');

/** An app with a table of effects, in the order in which they were committed per key. */
async function probe(t: TestContext) {
  const app = await testApp(t, { environment: { BONYAN_DATABASE_POOL_SIZE: '24' } });
  const { pool, units } = app.database;
  await pool.query('create table effect (place bigint generated always as identity, consumer text, key text, seq int)');
  await pool.query('create table counter (key text primary key, seq int not null)');
  await pool.query(`insert into counter select 'k' || n, 0 from generate_series(1, ${KEYS}) n`);

  const write =
    (name: string) =>
    async ({ tx }: AnyUnit, { key, seq }: { key: string; seq: number }) => {
      await sql`insert into effect (consumer, key, seq) values (${name}, ${key}, ${seq})`.execute(tx);
    };
  const node = (handle = write) =>
    createDelivery({
      pool,
      units,
      nodeId: newId(),
      log,
      consumers: ['one', 'two'].map((name) => ({ name, subscriptions: [on(happened, handle(name))] })),
    });
  /** Publishes the key's next number; whoever comes next waits for this transaction, so numbers are in commit order. */
  const publishNext = (key: string, isRefused = false) =>
    units.write(system('probe'), async ({ tx, publish }: AnyUnit) => {
      const { rows } = await sql<{
        seq: number;
      }>`update counter set seq = seq + 1 where key = ${key} returning seq`.execute(tx);
      publish(happened, { key, seq: rows[0]?.seq ?? 0 });
      if (isRefused) throw new Error('rolled back on purpose');
    });
  return { app, pool, units, node, publishNext, write };
}

/** Numbers per consumer and key in the order of their effects. */
async function effects({ database }: TestApp): Promise<Map<string, number[]>> {
  const { rows } = await database.pool.query<{ of: string; seqs: number[] }>(
    `select consumer || ' ' || key as of, array_agg(seq order by place) as seqs from effect group by 1 order by 1`,
  );
  return new Map(rows.map(({ of, seqs }) => [of, seqs]));
}

test(
  `${WRITERS} writers and a transaction held open: nothing lost, doubled, or out of order per key`,
  { timeout: 300_000 },
  async (t) => {
    const { app, pool, node, publishNext } = await probe(t);
    const nodes = [node(), node()];
    await nodes[0]?.plant();
    const held = await pool.connect();
    await held.query('begin');
    await held.query('select pg_current_xact_id()');
    const endsMs = performance.now() + SECONDS * 1000;
    const isOver = () => performance.now() > endsMs;

    const writer = async () => {
      while (!isOver()) {
        const isRefused = Math.random() < 0.05;
        await publishNext(`k${1 + Math.floor(Math.random() * KEYS)}`, isRefused).catch((error: Error) =>
          assert.match(error.message, /on purpose/),
        );
      }
    };
    const reader = async (index: number) => {
      while (!isOver()) {
        await nodes[index]?.poll();
        await sleep(5);
      }
    };
    await Promise.all([...Array.from({ length: WRITERS }, writer), reader(0), reader(1)]);
    await held.query('commit');
    held.release();
    await nodes[0]?.poll();
    await nodes[1]?.poll();

    const found = await effects(app);
    const { rows } = await pool.query<{ key: string; seq: number }>('select key, seq from counter');
    const total = rows.reduce((sum, { seq }) => sum + seq, 0);
    for (const { key, seq } of rows) {
      const expected = Array.from({ length: seq }, (_, index) => index + 1);
      assert.deepEqual(found.get(`one ${key}`) ?? [], expected);
      assert.deepEqual(found.get(`two ${key}`) ?? [], expected);
    }
    assert.ok(total > 100, `only ${total} events were published`);
    t.diagnostic(`${total} events in ${SECONDS} s to 2 consumers over 2 nodes: 0 lost, 0 doubled, 0 out of order`);
  },
);

test('what fails steps aside with the later events of its key, others flow, and order holds when it recovers', async (t) => {
  const { app, pool, units, node, publishNext, write } = await probe(t);
  let isBroken = true;
  const delivery = node((name) => async (unit, payload) => {
    if (isBroken && name === 'one' && payload.key === 'k1' && payload.seq === 2) throw new Error('not now');
    await write(name)(unit, payload);
  });
  const work = createWorkEngine({ pool, units, workers: [delivery.inboxWorker], nodeId: newId(), log, concurrency: 4 });
  await delivery.plant();
  for (const key of ['k1', 'k1', 'k1', 'k2', 'k1']) await publishNext(key);

  await delivery.poll();
  const during = await effects(app);
  isBroken = false;
  await work.drain(new Date(Date.now() + 60_000).toISOString());
  const after = await effects(app);

  assert.deepEqual([during.get('one k1'), during.get('one k2'), during.get('two k1')], [[1], [1], [1, 2, 3, 4]]);
  assert.deepEqual(after.get('one k1'), [1, 2, 3, 4]);
  assert.equal((await pool.query('select 1 from platform.work where queue = $1', ['platform.inbox'])).rowCount, 0);
});

test('an event that was delivered before its holder lost the cursor is not delivered again', async (t) => {
  const { app, pool, node, publishNext } = await probe(t);
  const delivery = node();
  await delivery.plant();
  const { rows } = await pool.query<{ seen: string }>('select seen::text from platform.cursor where consumer = $1', [
    'one',
  ]);
  await publishNext('k1');
  await delivery.poll();

  await pool.query('update platform.cursor set seen = $1::pg_snapshot, head = null, pos = 0', [rows[0]?.seen]);
  await delivery.poll();

  assert.deepEqual((await effects(app)).get('one k1'), [1]);
});
