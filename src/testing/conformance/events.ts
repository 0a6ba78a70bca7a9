import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { KEYS, probe } from '../event-probe.ts';
import type { Bus } from '#platform/events/delivery.ts';

const SECONDS = Number(process.env['BONYAN_TEST_SECONDS'] ?? 2); // `npm run test:faults` sets 20
const WRITERS = 16;
const SOON_MS = 60_000;
/** The keys of a recorded workload, in the order of its events, and the effects that every transport must produce. */
const RECORDED = Array.from({ length: 120 }, (_, index) => `k${1 + ((index * index) % 7)}`);
const EFFECTS = Object.fromEntries(
  ['one', 'two'].flatMap((consumer) =>
    [...Map.groupBy(RECORDED, (key) => key)].map(([key, of]) => [
      `${consumer} ${key}`,
      of.map((_, index) => index + 1),
    ]),
  ),
);

/** Opens the transport of one installation; each call of the inner function gives the bus of another node. */
export type OpenBuses = (t: TestContext) => () => Bus;

/** The tests that every transport must pass. */
export function deliveryConformance(name: string, openBuses: OpenBuses): void {
  test(
    `${name}: ${WRITERS} writers, a transaction held open, two nodes: no event is lost, doubled or out of order per key`,
    { timeout: 300_000 },
    async (t) => {
      const { pool, node, publishNext, effects, expected } = await probe(t);
      const newBus = openBuses(t);
      const nodes = [node(newBus()), node(newBus())];
      await nodes[0]?.registerConsumers();
      for (const each of nodes) each.start();
      const held = await pool.connect();
      await held.query('begin');
      await held.query('select pg_current_xact_id()');
      const endsMs = performance.now() + SECONDS * 1000;
      const isOver = () => performance.now() > endsMs;

      const writer = async () => {
        while (!isOver()) {
          const isRefused = Math.random() < 0.05;
          await publishNext(`k${1 + Math.floor(Math.random() * KEYS)}`, { isRefused }).catch((error: Error) =>
            assert.match(error.message, /on purpose/),
          );
        }
      };
      const poller = async (index: number) => {
        for (let round = 1; !isOver(); round++) {
          if (round % 40 === 0) await nodes[index]?.poll();
          nodes[index]?.wake();
          await sleep(5);
        }
      };
      await Promise.all([...Array.from({ length: WRITERS }, writer), poller(0), poller(1)]);
      await held.query('commit');
      held.release();
      const behindMs = performance.now();
      for (const each of nodes) await each.drain();

      const caughtUpMs = Math.round(performance.now() - behindMs);
      assert.deepEqual(await effects(), await expected());
      const { rows } = await pool.query<{ node: number; done: number }>(
        'select node, count(*) as done from effect group by 1 order by 1',
      );
      t.diagnostic(
        `${SECONDS} s, effects by node: ${rows.map(({ done }) => done).join(' and ')}; behind by ${caughtUpMs} ms at the end; 0 lost, 0 doubled, 0 out of order`,
      );
      await Promise.all(nodes.map((each) => each.stop()));
    },
  );

  test(`${name}: a failing event is parked with the later ones of its key, other keys continue, and the order is kept after recovery`, async (t) => {
    const { pool, node, workOf, publishNext, effects } = await probe(t);
    let isBroken = true;
    const delivery = node(openBuses(t)(), (consumer, write) => async (unit, payload) => {
      await write(unit, payload);
      if (isBroken && consumer === 'one' && payload.key === 'k1' && payload.seq === 2) throw new Error('not now');
    });
    const work = workOf(delivery);
    await delivery.registerConsumers();
    for (const key of ['k1', 'k1', 'k1', 'k2', 'k1']) await publishNext(key);

    await delivery.drain();
    const during = await effects();
    isBroken = false;
    await publishNext('k1');
    await delivery.drain();
    await work.drain(new Date(Date.now() + SOON_MS).toISOString());

    assert.deepEqual([during['one k1'], during['one k2'], during['two k1']], [[1], [1], [1, 2, 3, 4]]);
    assert.deepEqual((await effects())['one k1'], [1, 2, 3, 4, 5]);
    assert.equal((await pool.query('select 1 from platform.work where queue = $1', ['platform.inbox'])).rowCount, 0);
    await delivery.stop();
  });

  test(`${name}: a parked event of a consumer that only another version has waits while the cursor exists`, async (t) => {
    const { pool, node, workOf, publishNext } = await probe(t);
    const delivery = node(openBuses(t)());
    await delivery.registerConsumers();
    await publishNext('k1');
    await pool.query(`insert into platform.cursor (consumer, seen) values ('newer', pg_current_snapshot())`);
    await pool.query(
      `insert into platform.work (id, queue, ref, origin)
       select gen_random_uuid(), 'platform.inbox', 'newer ' || xid || ' ' || pos, origin from platform.event where key = 'k1'`,
    );
    const countItems = async () =>
      (await pool.query(`select 1 from platform.work where queue = 'platform.inbox'`)).rowCount;

    await workOf(delivery).drain(null);
    const whileItExists = await countItems();
    await pool.query(`delete from platform.cursor where consumer = 'newer'`);
    await workOf(delivery).drain(new Date(Date.now() + 2 * SOON_MS).toISOString());

    assert.deepEqual([whileItExists, await countItems()], [1, 0]);
    await delivery.stop();
  });

  test(`${name}: an event that is delivered twice has its effect once`, async (t) => {
    const { pool, node, publishNext, effects } = await probe(t);
    const delivery = node(openBuses(t)());
    await delivery.registerConsumers();
    const { rows } = await pool.query<{ seen: string }>('select seen::text from platform.cursor limit 1');
    for (const key of ['k1', 'k2', 'k1']) await publishNext(key);
    await delivery.drain();

    await pool.query('update platform.cursor set seen = $1::pg_snapshot, head = null, pos = 0', [rows[0]?.seen]);
    await publishNext('k1');
    await publishNext('k2');
    await delivery.drain();

    const found = await effects();
    assert.deepEqual(
      [found['one k1'], found['two k1'], found['one k2']],
      [
        [1, 2, 3],
        [1, 2, 3],
        [1, 2],
      ],
    );
    await delivery.stop();
  });

  test(`${name}: a recorded workload with handlers that sometimes fail produces exactly the expected effects`, async (t) => {
    const { node, workOf, publishNext, effects } = await probe(t);
    const attempts = new Map<string, number>();
    const delivery = node(openBuses(t)(), (consumer, write) => async (unit, payload) => {
      await write(unit, payload);
      const of = `${consumer} ${payload.key} ${payload.seq}`;
      attempts.set(of, (attempts.get(of) ?? 0) + 1);
      if (payload.seq % 5 === 0 && (attempts.get(of) ?? 0) < 3) throw new Error('fails twice');
    });
    const work = workOf(delivery);
    await delivery.registerConsumers();
    for (const [index, key] of RECORDED.entries()) {
      await publishNext(key);
      if (index % 30 === 0) await delivery.drain();
    }

    for (let round = 0; round < 3; round++) {
      await delivery.drain();
      await work.drain(new Date(Date.now() + SOON_MS).toISOString());
    }

    assert.deepEqual(await effects(), EFFECTS);
    await delivery.stop();
  });

  test(`${name}: when one of many events fails, a handler that runs beside it has its effect once, and no part of it twice`, async (t) => {
    const { node, workOf, publishNext, effects, expected } = await probe(t);
    const failed = Promise.withResolvers<void>();
    let isFirst = true;
    const delivery = node(openBuses(t)(), (consumer, write) => async (unit, payload) => {
      if (consumer === 'one' && payload.key === 'k1' && isFirst) {
        isFirst = false;
        failed.resolve();
        throw new Error('not now');
      }
      if (consumer === 'one' && payload.key === 'k2') await failed.promise;
      await unit.tx.selectNoFrom(({ val }) => val(1).as('one')).execute();
      await write(unit, payload);
    });
    const work = workOf(delivery);
    await delivery.registerConsumers();
    for (let event = 0; event < 40; event++) await publishNext(`k${1 + (event % 4)}`);

    await delivery.drain();
    await work.drain(new Date(Date.now() + SOON_MS).toISOString());

    assert.equal(isFirst, false);
    assert.deepEqual(await effects(), await expected());
    await delivery.stop();
  });

  test(`${name}: events whose handlers are slow are handled in several units, in order`, async (t) => {
    const { pool, node, publishNext, effects, expected } = await probe(t);
    await pool.query('alter table effect add column xid xid8 default pg_current_xact_id()');
    const delivery = node(openBuses(t)(), (_, write) => async (unit, payload) => {
      await sql`select pg_sleep(0.05)`.execute(unit.tx);
      await write(unit, payload);
    });
    await delivery.registerConsumers();
    for (let event = 0; event < 24; event++) await publishNext(`k${1 + (event % 2)}`);

    await delivery.drain();

    const { rows } = await pool.query<{ units: number }>(
      `select count(distinct xid)::int as units from effect where consumer = 'one'`,
    );
    assert.deepEqual(await effects(), await expected());
    assert.ok((rows[0]?.units ?? 0) >= 2, `${rows[0]?.units} units for 1.2 s of work`);
    await delivery.stop();
  });
}
