import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { newId } from '#kernel/id.ts';
import { on } from '../port.ts';
import { happened, probe, type Handle } from '#testing/event-probe.ts';
import { deleteObjects, installation, openProxy, publishForeign, url } from '#testing/rabbitmq.ts';
import { eventsComponent, readLags } from '../health.ts';

const DAY_MS = 86_400_000;
const SHARDS = [0, 1, 2, 3];
const KEYS = ['k1', 'k2', 'k3', 'k4', 'k5', 'k6'];

interface Fault {
  readonly prefix: string;
  readonly operator: ReturnType<typeof installation>['operator'];
  readonly unbind: ReturnType<typeof installation>['unbind'];
  readonly proxy: Awaited<ReturnType<typeof openProxy>>;
}

/** What may happen to the broker; each loses messages, or will lose the next ones. */
const faults: Record<string, (fault: Fault) => Promise<void>> = {
  'the bindings of a consumer are removed': ({ unbind }) => unbind(['one']),
  'the queues of a consumer are deleted': async ({ prefix, operator }) => {
    for (const shard of SHARDS) await operator.queueDelete({ queue: `${prefix}.one.${shard}` });
  },
  'the queues of a consumer are emptied': async ({ prefix, operator }) => {
    for (const shard of SHARDS) await operator.queuePurge({ queue: `${prefix}.one.${shard}` });
  },
  'the broker comes back without its data': async ({ prefix, operator, proxy }) => {
    proxy.cut();
    await deleteObjects(operator, prefix, ['one', 'two']);
    proxy.mend();
  },
};

/** Slower than what is published: messages wait in the queues of `one`, and a drain, which may take 30 s, ends. */
const slow = (consumer: string, write: Handle): Handle =>
  consumer === 'one'
    ? async (unit, payload) => {
        await sql`select pg_sleep(0.02)`.execute(unit.tx);
        await write(unit, payload);
      }
    : write;

async function setUp(t: TestContext, options: { lostAfterMs?: number } = {}) {
  const proxy = await openProxy(t);
  const installed = installation(t, { through: proxy.url, ...options });
  const probed = await probe(t);
  const consumers = ['one', 'two'].map((name) => ({ name, subscriptions: [on(happened, async () => {})] }));
  const health = eventsComponent(probed.pool, consumers);
  return { ...installed, ...probed, proxy, consumers, health };
}

/** Resolves when each queue of both consumers has a listener. */
async function untilListened(operator: Fault['operator'], prefix: string): Promise<void> {
  for (const queue of ['one', 'two'].flatMap((name) => SHARDS.map((shard) => `${prefix}.${name}.${shard}`))) {
    const countListeners = () => operator.queueDeclare({ queue, passive: true }).then((found) => found.consumerCount);
    while ((await countListeners().catch(() => 0)) === 0) await sleep(20);
  }
}

if (url === '') {
  test('RabbitMQ that loses messages', { skip: 'TEST_AMQP_URL is not set' }, () => {});
} else {
  for (const [name, happen] of Object.entries(faults)) {
    test(
      `under load ${name}: each effect happens once, in order, and health says so`,
      { timeout: 120_000 },
      async (t) => {
        const { node, newBus, publishNext, effects, expected, pool, health, ...fault } = await setUp(t, {
          lostAfterMs: 200,
        });
        const nodes = [node(newBus(), slow), node(newBus(), slow)];
        await nodes[0]?.registerConsumers();
        for (const each of nodes) each.start();
        let isOver = false;
        const writer = async () => {
          while (!isOver) {
            await publishNext(KEYS[Math.floor(Math.random() * KEYS.length)] ?? '');
            for (const each of nodes) each.wake();
            await sleep(2);
          }
        };
        const writing = Promise.all([writer(), writer()]);
        const polls = setInterval(() => nodes.forEach((each) => void each.poll().catch(() => {})), 300);
        t.after(() => clearInterval(polls));

        await untilListened(fault.operator, fault.prefix);
        await sleep(500);
        await happen(fault);
        await sleep(2500);
        isOver = true;
        await writing;
        for (const each of nodes) await each.drain();

        assert.deepEqual(await effects(), await expected());
        const { rows } = await pool.query<{ lost: number }>(`select lost from platform.cursor where consumer = 'one'`);
        t.diagnostic(`${Object.values(await effects()).flat().length} effects, ${rows[0]?.lost} taken from the log`);
        assert.ok((rows[0]?.lost ?? 0) > 0, 'no message was lost');
        await assert.rejects(health.probe(), /did not deliver events of consumer one/);
        await Promise.all(nodes.map((each) => each.stop()));
      },
    );
  }

  test('an event whose earlier ones were lost is handled after them', async (t) => {
    const { node, newBus, publishNext, effects, unbind, pool, consumers } = await setUp(t);
    const [sender, receiver] = [node(newBus()), node(newBus())];
    await sender.registerConsumers();
    await publishNext('k1');
    await sender.drain();
    await unbind(['one']);
    for (let lost = 0; lost < 3; lost++) await publishNext('k1');
    sender.start();
    while ((await effects())['two k1']?.length !== 4) await sleep(20);
    await sender.stop();
    const before = (await effects())['one k1'];

    receiver.start(); // binds again; no poll moves the marks
    await sleep(300);
    await publishNext('k1');
    receiver.wake();
    for (let look = 0; (await effects())['one k1']?.length !== 5 && look < 250; look++) await sleep(20);

    assert.deepEqual(before, [1]);
    assert.deepEqual((await effects())['one k1'], [1, 2, 3, 4, 5]);
    assert.deepEqual(
      (await readLags(pool, consumers)).map(({ consumer, lost }) => [consumer, lost]),
      [
        ['one', 3],
        ['two', 0],
      ],
    );
    await receiver.stop();
  });

  test('an event that the log does not have is not handled; the payload comes from the log', async (t) => {
    const { node, newBus, publishNext, effects, prefix, operator, pool, unbind } = await setUp(t);
    const delivery = node(newBus());
    await delivery.registerConsumers();
    await delivery.drain();
    await untilListened(operator, prefix); // before, a queue drops what comes to its name, or is bound after the unbinding
    await unbind(['one', 'two']);
    await publishNext('k1');
    const { rows } = await pool.query<{ id: string; time: string; xid: string; pos: number }>(
      `select id, to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time, xid::text, pos
       from platform.event where key = 'k1'`,
    );
    const [{ id, time, xid, pos } = assert.fail('nothing was published')] = rows;
    const real = { id, time, logxid: xid, logpos: String(pos) };
    const forge = (queue: string, fields: object) => {
      const data = { key: 'k1', seq: 99 };
      const fixed = { specversion: '1.0', source: '/t/probe', type: happened.type, subject: 'k1', data };
      const body = { ...fixed, datacontenttype: 'application/json', ...real, ...fields };
      return publishForeign(operator, { routingKey: queue }, body);
    };

    await forge(`${prefix}.one.0`, { id: newId() });
    await forge(`${prefix}.one.1`, { subject: 'k2' });
    await forge(`${prefix}.one.2`, { logpos: String(pos + 1) });
    let dead = 0;
    for (let look = 0; dead < 3 && look < 1000; look++) {
      await sleep(20);
      dead = (await operator.queueDeclare({ queue: `${prefix}.dead`, passive: true })).messageCount;
    }
    await forge(`${prefix}.one.3`, {}); // last: a forged copy of what is handled already counts as handled
    for (let look = 0; !(await effects())['one k1'] && look < 1000; look++) await sleep(20);

    assert.ok(dead >= 3, `${dead} messages in the dead-letter queue`);
    assert.deepEqual(await effects(), { 'one k1': [1] });
    await delivery.stop();
  });

  for (const [name, daysAgo] of Object.entries({ 'ten days old': 10, 'of a month that has not come': -30 })) {
    test(`a message ${name} goes to the dead-letter queue and holds no other event of its key`, async (t) => {
      const { node, newBus, publishNext, effects, expected, prefix, operator, pool, health } = await setUp(t);
      const delivery = node(newBus());
      await delivery.registerConsumers();
      await publishNext('k1');
      await delivery.drain();
      const time = new Date(Date.now() - daysAgo * DAY_MS).toISOString();
      const data = { key: 'k1', seq: 99 };
      const event = { specversion: '1.0', id: newId(), source: '/t/probe', type: happened.type, subject: 'k1', time };
      const message = { ...event, datacontenttype: 'application/json', logxid: '5', logpos: '5', data };

      for (const shard of SHARDS)
        await publishForeign(
          operator,
          { exchange: `${prefix}.events`, routingKey: `${happened.type}.${shard}` },
          message,
        );
      await publishNext('k1');
      await delivery.drain();
      let dead = 0;
      for (let look = 0; dead < 8 && look < 250; look++) {
        await sleep(20);
        dead = (await operator.queueDeclare({ queue: `${prefix}.dead`, passive: true })).messageCount;
      }

      assert.ok(dead >= 8, `${dead} messages of four queues of two consumers`);
      assert.deepEqual(await effects(), await expected());
      assert.equal((await pool.query(`select 1 from platform.work where queue = 'platform.inbox'`)).rowCount, 0);
      await assert.rejects(health.probe(), /consumer one has sent messages to the dead-letter queue/);
      await pool.query(`update platform.cursor set refused_at = refused_at - interval '15 minutes'`);
      await health.probe();
      await delivery.stop();
    });
  }
}
