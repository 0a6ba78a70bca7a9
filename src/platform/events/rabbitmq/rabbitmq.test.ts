import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHealth } from '#platform/health/health.ts';
import { deliveryConformance } from '#testing/conformance/events.ts';
import { probe } from '#testing/event-probe.ts';
import { installation, openProxy, url } from '#testing/rabbitmq.ts';
import { createLog } from '#platform/log/pino.ts';
import { inProcessBus } from '../in-process.ts';
import { openRabbit } from './open.ts';

const SOON_MS = 60_000;

if (url === '') {
  test('RabbitMQ', { skip: 'TEST_AMQP_URL is not set' }, () => {});
} else {
  deliveryConformance('RabbitMQ', (t) => installation(t).newBus);
  deliveryConformance(
    'RabbitMQ, where each event that is not yet handled is taken for lost',
    (t) => installation(t, { lostAfterMs: 0 }).newBus,
  );

  test('while the broker is down, events wait and health is degraded; within 5 s after its return all are delivered', async (t) => {
    const { node, publishNext, effects, expected, pool } = await probe(t);
    const proxy = await openProxy(t);
    const { newBus, components } = installation(t, { through: proxy.url });
    const delivery = node(newBus());
    await delivery.registerConsumers();
    delivery.start();
    const polls = setInterval(() => void delivery.poll().catch(() => {}), 2000);
    t.after(() => clearInterval(polls));
    await publishNext('k1');
    await delivery.drain();
    const statusOf = async () => (await createHealth(components).report()).status;

    proxy.cut();
    for (const key of ['k1', 'k2', 'k1', 'k3']) await publishNext(key);
    delivery.wake();
    await sleep(3000);
    const away = { status: await statusOf(), effects: await effects() };
    proxy.mend();
    const mendedMs = performance.now();
    while (Object.keys(await effects()).length < 6 && performance.now() - mendedMs < 20_000) await sleep(20);
    await delivery.drain();
    const tookMs = performance.now() - mendedMs;

    assert.deepEqual(away, { status: 'degraded', effects: { 'one k1': [1], 'two k1': [1] } });
    assert.deepEqual(await effects(), await expected());
    assert.ok(tookMs < 5000, `it took ${tookMs} ms`);
    assert.equal(await statusOf(), 'healthy');
    assert.equal((await pool.query(`select 1 from platform.work where queue <> 'platform.job'`)).rowCount, 0);
    t.diagnostic(`all delivered ${Math.round(tookMs)} ms after the connection to the broker was restored`);
    await delivery.stop();
  });

  test(
    'connections that are cut repeatedly under load lose, duplicate and reorder no event',
    { timeout: 120_000 },
    async (t) => {
      const { node, publishNext, effects, expected } = await probe(t);
      const proxy = await openProxy(t);
      const { newBus } = installation(t, { through: proxy.url });
      const nodes = [node(newBus()), node(newBus())];
      await nodes[0]?.registerConsumers();
      for (const each of nodes) each.start();
      const endsMs = performance.now() + 8000;
      const isOver = () => performance.now() > endsMs;
      let cuts = 0;

      const writer = async () => {
        while (!isOver()) {
          await publishNext(`k${1 + Math.floor(Math.random() * 6)}`);
          for (const each of nodes) each.wake();
          await sleep(10);
        }
      };
      const cutter = async () => {
        while (!isOver()) {
          await sleep(300 + Math.random() * 700);
          proxy.drop();
          cuts++;
        }
      };
      const poller = async () => {
        while (!isOver()) {
          for (const each of nodes) await each.poll();
          await sleep(300);
        }
      };
      await Promise.all([writer(), writer(), writer(), writer(), cutter(), poller()]);
      await sleep(2000);
      for (const each of nodes) await each.drain();

      const found = await effects();
      assert.deepEqual(found, await expected());
      t.diagnostic(`${cuts} cuts, ${Object.values(found).flat().length} effects: 0 lost, 0 duplicated, 0 out of order`);
      await Promise.all(nodes.map((each) => each.stop()));
    },
  );

  test('a new node gets its share of a consumer, and when one node stops, the other takes over', async (t) => {
    const { node, publishNext, effects, expected, pool } = await probe(t);
    const { newBus } = installation(t);
    const [early, late] = [node(newBus()), node(newBus())];
    await early.registerConsumers();
    early.start();
    const publishAll = async () => {
      await Promise.all(Array.from({ length: 24 }, (_, index) => publishNext(`k${1 + index}`)));
      await early.drain();
    };
    const doneBy = async (number: number) =>
      (await pool.query<{ done: number }>('select count(*) as done from effect where node = $1', [number])).rows[0]
        ?.done;
    await publishAll();
    const alone = await doneBy(1);

    late.start();
    for (let round = 0; round < 40 && Number(await doneBy(1)) < 50; round++) {
      await sleep(100);
      await early.poll();
      await publishAll();
    }
    const together = Number(await doneBy(1));
    await early.stop();
    const byEarly = await doneBy(0);
    await publishNext('k1');
    await publishNext('k2');
    await late.drain();

    assert.equal(alone, 0);
    assert.ok(together >= 50, `the late node did ${together}`);
    assert.equal(await doneBy(0), byEarly);
    assert.deepEqual(await effects(), await expected());
    await late.stop();
  });

  test('changing to the broker and back loses and duplicates no event', async (t) => {
    const { node, publishNext, effects, expected, pool } = await probe(t);
    const inProcess = node(inProcessBus);
    const overBroker = node(installation(t).newBus());
    const cursors = async () =>
      (
        await pool.query<{ consumer: string }>(
          `select consumer from platform.cursor where consumer in ('one', 'two', 'platform.relay') order by 1`,
        )
      ).rows.map(({ consumer }) => consumer);

    await inProcess.registerConsumers();
    for (const key of ['k1', 'k2']) await publishNext(key);
    await inProcess.drain();
    for (const key of ['k1', 'k2']) await publishNext(key);
    await overBroker.registerConsumers();
    const during = await cursors();
    await publishNext('k1');
    await overBroker.drain();
    await overBroker.stop();
    await publishNext('k1');
    await inProcess.registerConsumers();
    await publishNext('k2');
    await inProcess.drain();

    assert.deepEqual(await effects(), await expected());
    assert.deepEqual(
      [during, await cursors()],
      [
        ['one', 'platform.relay', 'two'],
        ['one', 'two'],
      ],
    );
  });

  test('events that no queue accepts are delivered once queues and bindings are declared again', async (t) => {
    const { node, publishNext, effects, expected, pool } = await probe(t);
    const { newBus, unbind } = installation(t);
    const delivery = node(newBus());
    await delivery.registerConsumers();
    for (const key of ['k1', 'k2', 'k3', 'k4']) await publishNext(key);
    await delivery.drain();

    await unbind(['one', 'two']);
    for (const key of ['k1', 'k1', 'k2', 'k3', 'k4']) await publishNext(key);
    await delivery.drain();

    assert.deepEqual(await effects(), await expected());
    assert.equal((await pool.query(`select 1 from platform.work where queue = 'platform.outbox'`)).rowCount, 0);
    await delivery.stop();
  });

  test('a refused event and later ones of its key wait until an operator replays it, and come in order', async (t) => {
    const { node, workOf, publishNext, effects, pool } = await probe(t);
    const countEffects = async () => Object.values(await effects()).flat().length;
    const delivery = node(installation(t).newBus());
    const work = workOf(delivery);
    await delivery.registerConsumers();
    await publishNext('k1');
    // As the relay has stored it.
    await pool.query(
      `select platform.enqueue_keyed(gen_random_uuid(), 'platform.outbox', 1::smallint, 'relay ' || xid || ' ' || pos,
         'relay:k1', 'infinity', origin) from platform.event where key = 'k1'`,
    );
    for (const key of ['k1', 'k2']) await publishNext(key);

    await delivery.drain();
    await work.drain(new Date(Date.now() + SOON_MS).toISOString());
    const untouched = await effects();
    await pool.query(`update platform.work set due_at = now() where queue = 'platform.outbox' and not parked`);
    await work.drain(new Date(Date.now() + SOON_MS).toISOString());
    for (let look = 0; (await countEffects()) < 6 && look < 250; look++) await sleep(20);

    assert.deepEqual(untouched, { 'one k2': [1], 'two k2': [1] });
    assert.deepEqual(await effects(), { 'one k1': [1, 2], 'one k2': [1], 'two k1': [1, 2], 'two k2': [1] });
    await delivery.stop();
  });

  test('another number of shards is refused until events were delivered in process once', async (t) => {
    const { node, pool } = await probe(t);
    const { newBus, prefix } = installation(t);
    const other = openRabbit({ url, prefix, shards: 8, components: [], log: createLog('silent') });
    t.after(() => other.close());
    await node(newBus()).registerConsumers();

    await assert.rejects(node(other).registerConsumers(), /BONYAN_AMQP_SHARDS is 8, .* set up with 4/);
    await node(inProcessBus).registerConsumers();
    await node(other).registerConsumers();

    const { rows } = await pool.query(`select shards from platform.cursor where consumer = 'platform.relay'`);
    assert.deepEqual(rows, [{ shards: 8 }]);
  });

  test('an event that is too large is stored as failed, and other keys are delivered', async (t) => {
    const { node, publishNext, effects, pool } = await probe(t);
    const delivery = node(installation(t).newBus());
    await delivery.registerConsumers();

    await publishNext('k1', { ballast: 'x'.repeat(17 * 1024 * 1024) });
    await publishNext('k1');
    await publishNext('k2');
    await delivery.drain();

    const { rows } = await pool.query<{ error: string | null }>(
      `select error from platform.work where queue = 'platform.outbox' order by pos`,
    );
    assert.match(rows[0]?.error ?? '', /too large/);
    assert.deepEqual([rows.length, await effects()], [2, { 'one k2': [1], 'two k2': [1] }]);
    await delivery.stop();
  });

  test('a message that is not a valid event goes to the dead-letter queue and blocks nothing', async (t) => {
    const { node, publishNext, effects } = await probe(t);
    const { prefix, operator, newBus } = installation(t);
    const delivery = node(newBus());
    await delivery.registerConsumers();
    await publishNext('k1');
    await delivery.drain();
    const channel = await operator.acquire();
    await channel.confirmSelect();

    for (const shard of [0, 1, 2, 3])
      for (const body of ['no JSON {', '{"specversion":"1.0"}'])
        await channel.basicPublish({ routingKey: `${prefix}.one.${shard}`, durable: true }, Buffer.from(body));
    await channel.close();
    for (const key of ['k1', 'k2', 'k3']) await publishNext(key);
    await delivery.drain();
    let dead = 0;
    for (let look = 0; dead < 8 && look < 250; look++) {
      await sleep(20);
      dead = (await operator.queueDeclare({ queue: `${prefix}.dead`, passive: true })).messageCount;
    }

    assert.equal(dead, 8);
    assert.deepEqual((await effects())['one k1'], [1, 2]);
    await delivery.stop();
  });

  test('another program can bind its own queue and read CloudEvents', async (t) => {
    const { node, publishNext } = await probe(t);
    const { prefix, operator, newBus } = installation(t);
    const delivery = node(newBus());
    await delivery.registerConsumers();
    await publishNext('k1');
    await delivery.drain();
    const { queue } = await operator.queueDeclare({ queue: '', exclusive: true });
    await operator.queueBind({ queue, exchange: `${prefix}.events`, routingKey: 'probe.happened.v1.#' });

    await publishNext('k1');
    await delivery.drain();

    const message = await operator.basicGet({ queue, noAck: true });
    const { id, time, logxid, logpos, ...rest } = JSON.parse(String(message?.body));
    assert.equal(message?.contentType, 'application/cloudevents+json');
    assert.equal(message?.messageId, id);
    assert.ok(Date.parse(time) > Date.now() - SOON_MS && logxid && logpos);
    assert.deepEqual(rest, {
      specversion: '1.0',
      source: `/${prefix}/probe`,
      type: 'probe.happened.v1',
      subject: 'k1',
      datacontenttype: 'application/json',
      data: { key: 'k1', seq: 2 },
    });
    await delivery.stop();
  });
}
