import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { eventsComponent } from '#platform/events/health.ts';
import { on } from '#platform/events/port.ts';
import { happened, KEYS, probe, type Handle } from '#testing/event-probe.ts';
import { installation } from '#testing/rabbitmq.ts';
import { startServers } from './outside.ts';
import { isLong, until } from './stage.ts';

const EVENTS = 1500;
const BEFORE = EVENTS / 3;
const WRITERS = 5;
const CONSUMERS = ['one', 'two'];
const SHARDS = [0, 1, 2, 3];
const DAY_MS = 86_400_000;
const PROGRAM = '/usr/lib/rabbitmq/bin/rabbitmq-server';

type Broker = Awaited<ReturnType<typeof startServers<'rabbitmq'>>>;
type Fault = ReturnType<typeof installation> & { readonly servers: Broker };

/** What may happen to a broker; each loses messages, or will lose the next ones. */
const faults: Record<string, (fault: Fault) => Promise<void>> = {
  'its data folder is emptied': async ({ servers }) => {
    await servers.down('rabbitmq');
    await servers.loseData('rabbitmq');
    await servers.up('rabbitmq');
  },
  'the queues of a consumer are unbound': ({ unbind }) => unbind(['one']),
  'the queues of a consumer are deleted': async ({ prefix, operator }) => {
    for (const shard of SHARDS) await operator.queueDelete({ queue: `${prefix}.one.${shard}` });
  },
};

/** Slower than what is published: messages wait in the queues of `one`. */
const slow = (consumer: string, write: Handle): Handle =>
  consumer === 'one'
    ? async (unit, payload) => {
        await sql`select pg_sleep(0.02)`.execute(unit.tx);
        await write(unit, payload);
      }
    : write;

/** Two nodes with two consumers, of which one is slow, over a broker of their own. */
async function openNodes(t: TestContext, servers: Broker) {
  const installed = installation(t, { broker: servers.environment.AMQP_URL });
  const { node, pool, publishNext, effects, expected } = await probe(t);
  const nodes = [node(installed.newBus(), slow), node(installed.newBus(), slow)];
  await nodes[0]?.registerConsumers();
  for (const each of nodes) each.start();
  const polls = setInterval(() => nodes.forEach((each) => void each.poll().catch(() => {})), 2000);
  t.after(() => clearInterval(polls));
  const health = eventsComponent(
    pool,
    CONSUMERS.map((name) => ({ name, subscriptions: [on(happened, async () => {})] })),
  );

  /** By several writers at once, each with a pause after each event. */
  async function publish(count: number, pauseMs: number): Promise<void> {
    const write = async () => {
      for (let index = 0; index < count / WRITERS; index++) {
        await publishNext(`k${1 + Math.floor(Math.random() * KEYS)}`);
        for (const each of nodes) each.wake();
        await sleep(pauseMs);
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, write));
  }

  /** Waits until each consumer has as many effects as there are events, and asserts which and in which order. */
  async function assertOnceInOrder(): Promise<number> {
    const isComplete = async () => Object.values(await effects()).flat().length >= EVENTS * CONSUMERS.length;
    const tookMs = await until(isComplete, 240_000, 'all effects');
    assert.deepEqual(await effects(), await expected());
    return tookMs;
  }

  const stop = () => Promise.all(nodes.map((each) => each.stop()));
  return { ...installed, servers, pool, health, publish, assertOnceInOrder, stop };
}

const limit = { timeout: 300_000 };
// The short form is `lost.test.ts` of the transport, over a broker that keeps its data folder.
const skip = isLong && existsSync(PROGRAM) ? false : 'only in the long form, where RabbitMQ is installed';

test('a RabbitMQ that loses what it has', { timeout: 1_200_000, skip }, async (parent) => {
  const servers = await startServers(parent, ['rabbitmq']);

  for (const [name, happen] of Object.entries(faults))
    await parent.test(`when ${name}, each effect happens once and in order, and health says so`, limit, async (t) => {
      const { pool, health, components, publish, assertOnceInOrder, stop, ...fault } = await openNodes(t, servers);
      await publish(BEFORE, 0);

      await Promise.all([happen({ ...fault, components }), publish(BEFORE, 50)]);
      await publish(EVENTS - 2 * BEFORE, 0);
      const tookMs = await assertOnceInOrder();
      const { rows } = await pool.query<{ lost: number }>(`select lost from platform.cursor where consumer = 'one'`);
      await assert.rejects(health.probe(), /did not deliver events of consumer one/);
      await pool.query(`update platform.cursor set lost_at = lost_at - interval '15 minutes'`);

      t.diagnostic(`${rows[0]?.lost} events of one consumer were taken from the log; all ${tookMs} ms after the load`);
      assert.ok((rows[0]?.lost ?? 0) > 0, 'no message was lost');
      await health.probe();
      await components[0]?.probe();
      await stop();
    });

  await parent.test(
    'messages that a shovel brings again, as they were or ten days old, have no effect',
    limit,
    async (t) => {
      const { pool, health, operator, prefix, publish, assertOnceInOrder, stop } = await openNodes(t, servers);
      const exchange = `${prefix}.events`;
      const isDeclared = () => operator.exchangeDeclare({ exchange, passive: true }).then(() => true);
      await until(isDeclared, 30_000, 'the exchange');
      const copies: { routingKey: string; body: string }[] = [];
      const { queue } = await operator.queueDeclare({ exclusive: false, autoDelete: true });
      await operator.queueBind({ queue, exchange, routingKey: '#' });
      const copying = operator.createConsumer({ queue, queueOptions: { passive: true } }, ({ routingKey, body }) => {
        copies.push({ routingKey, body: String(body) });
      });
      await publish(BEFORE, 0);
      await until(() => copies.length >= BEFORE, 30_000, 'all copies');
      await copying.close();
      const aged = copies.map(({ routingKey, body }) => {
        const event = JSON.parse(body);
        const time = new Date(Date.parse(event.time) - 10 * DAY_MS).toISOString();
        return { routingKey, body: JSON.stringify({ ...event, time }) };
      });
      const publisher = operator.createPublisher({ confirm: true });
      const shovel = async () => {
        for (const { routingKey, body } of [...copies, ...aged])
          await publisher.send({ exchange, routingKey, durable: true }, Buffer.from(body));
      };

      await Promise.all([shovel(), publish(EVENTS - BEFORE, 0)]);
      await assertOnceInOrder();
      const countDead = async () =>
        (await operator.queueDeclare({ queue: `${prefix}.dead`, passive: true })).messageCount;
      await until(async () => (await countDead()) >= aged.length * CONSUMERS.length, 60_000, 'dead letters');

      assert.equal(await countDead(), aged.length * CONSUMERS.length);
      assert.equal((await pool.query(`select 1 from platform.work where queue = 'platform.inbox'`)).rowCount, 0);
      await assertOnceInOrder();
      await assert.rejects(health.probe(), /consumer one has sent messages to the dead-letter queue/);
      await publisher.close();
      await stop();
    },
  );
});
