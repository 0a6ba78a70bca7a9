import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from 'rabbitmq-client';
import { createHealth } from '#platform/health/health.ts';
import type { Component } from '#platform/health/port.ts';
import { createLog } from '#platform/log/pino.ts';
import { deliveryConformance } from '#testing/conformance/events.ts';
import type { Bus } from '../delivery.ts';
import { probe } from '#testing/event-probe.ts';
import { inProcessBus } from '../in-process.ts';
import { openRabbit } from './open.ts';
import { createTopology } from './topology.ts';

const url = process.env['TEST_AMQP_URL'] ?? '';
const SOON_MS = 60_000;
const log = createLog('silent');

/** Nodes of one installation with its own names on the broker, which are deleted when `t` ends. */
function installation(t: TestContext, through = url) {
  const prefix = `t${randomBytes(5).toString('hex')}`;
  const buses: Bus[] = [];
  const components: Component[] = [];
  const operator = new Connection({ url });
  t.after(async () => {
    await Promise.all(buses.map((bus) => bus.close()));
    for (const consumer of ['one', 'two'])
      for (const shard of [0, 1, 2, 3]) await operator.queueDelete({ queue: `${prefix}.${consumer}.${shard}` });
    for (const queue of [`${prefix}.dead`, `${prefix}.nodes`]) await operator.queueDelete({ queue });
    for (const exchange of [`${prefix}.dead`, `${prefix}.events`]) await operator.exchangeDelete({ exchange });
    await operator.close();
  });
  const newBus = () => {
    const bus = openRabbit({ url: through, prefix, components, log });
    buses.push(bus);
    return bus;
  };
  return { prefix, components, operator, newBus };
}

/** A proxy to the broker that can be cut and restored. */
async function openProxy(t: TestContext) {
  const { hostname, port, username, password } = new URL(url);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const broker = connect(Number(port || 5672), hostname);
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => server.close());
  const drop = () => sockets.forEach((socket) => socket.destroy());
  return {
    url: `amqp://${username}:${password}@127.0.0.1:${(server.address() as AddressInfo).port}`,
    drop,
    cut() {
      isCut = true;
      drop();
    },
    mend() {
      isCut = false;
    },
  };
}

if (url === '') {
  test('RabbitMQ', { skip: 'TEST_AMQP_URL is not set' }, () => {});
} else {
  deliveryConformance('RabbitMQ', (t) => installation(t).newBus);

  test('while the broker is down, events wait and health is degraded; within 5 s after its return all are delivered', async (t) => {
    const { node, publishNext, effects, expected, pool } = await probe(t);
    const proxy = await openProxy(t);
    const { newBus, components } = installation(t, proxy.url);
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
      const { newBus } = installation(t, proxy.url);
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
      (await pool.query<{ consumer: string }>('select consumer from platform.cursor order by 1')).rows.map(
        ({ consumer }) => consumer,
      );

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
    assert.deepEqual(during, ['platform.relay']); // other cursors would keep the log forever
    assert.deepEqual(await cursors(), ['one', 'two']);
  });

  test('an event that no queue accepts is stored as failed with later events of its key, and replayed in order', async (t) => {
    const { node, workOf, publishNext, effects, pool } = await probe(t);
    const { prefix, operator, newBus } = installation(t);
    const delivery = node(newBus());
    const work = workOf(delivery);
    await delivery.registerConsumers();
    for (const key of ['k1', 'k2', 'k3', 'k4']) await publishNext(key);
    await delivery.drain();
    const { routingKeyOf } = createTopology(prefix, []);
    const event = { pos: 0, xid: '', id: '', at: '', type: 'probe.happened.v1', key: 'k1', body: null };
    const routingKey = routingKeyOf({
      ...event,
      origin: { requestId: '', traceparent: null },
    });
    const shard = routingKey.slice(-1);

    for (const consumer of ['one', 'two'])
      await operator.queueUnbind({ queue: `${prefix}.${consumer}.${shard}`, exchange: `${prefix}.events`, routingKey });
    for (const key of ['k1', 'k1', 'k2', 'k3', 'k4']) await publishNext(key);
    await delivery.drain();
    const kept = await pool.query<{ key: string; parked: boolean; never: boolean; error: string | null }>(
      `select key, parked, due_at = 'infinity' as never, error from platform.work where key = 'relay:k1' order by pos`,
    );
    const during = await effects();
    await work.drain(new Date(Date.now() + SOON_MS).toISOString());
    const untouched = await effects();
    await pool.query(`update platform.work set due_at = now() where queue = 'platform.outbox' and not parked`);
    await work.drain(new Date(Date.now() + SOON_MS).toISOString());
    await delivery.drain();

    assert.deepEqual(kept.rows, [
      { key: 'relay:k1', parked: false, never: true, error: 'no queue on the broker takes it' },
      { key: 'relay:k1', parked: true, never: false, error: null },
    ]);
    assert.deepEqual(during['one k1'], [1]);
    assert.ok(
      ['k2', 'k3', 'k4'].some((key) => during[`one ${key}`]?.length === 2),
      'other keys were not delivered',
    );
    assert.deepEqual(untouched, during);
    assert.deepEqual((await effects())['one k1'], [1, 2, 3]);
    await delivery.stop();
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
