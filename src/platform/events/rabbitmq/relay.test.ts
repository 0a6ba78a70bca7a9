import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { happened, probe } from '#testing/event-probe.ts';
import { deleteObjects, installation, openProxy, url } from '#testing/rabbitmq.ts';
import { pendingCursors, RELAY } from '../cursor.ts';

const EVENTS = 8;
const [OF_SHARD_1, OF_SHARD_3] = ['k3', 'k1'];
const HELD = 2; // messages that the queue of another program holds; it refuses more

if (url === '') {
  test('the relay and a full queue', { skip: 'TEST_AMQP_URL is not set' }, () => {});
} else {
  test('a full queue that is emptied slowly does not hold the relay for ever', { timeout: 60_000 }, async (t) => {
    const { node, publishNext, pool } = await probe(t);
    const { prefix, operator, newBus } = installation(t);
    const delivery = node(newBus());
    await delivery.registerConsumers();
    await delivery.drain();
    await publishNext('k1');
    await delivery.poll();
    const { queue } = await operator.queueDeclare({
      queue: '',
      exclusive: true,
      arguments: { 'x-max-length': HELD, 'x-overflow': 'reject-publish' },
    });
    await operator.queueBind({ queue, exchange: `${prefix}.events`, routingKey: `${happened.type}.#` });
    for (let n = 0; n < EVENTS; n++) await publishNext('k1');

    let rounds = 0;
    let isBehind = true;
    for (; isBehind && rounds < 4 * EVENTS; rounds++) {
      await delivery.poll().catch(() => {});
      isBehind = (await pendingCursors(pool, [RELAY])).length > 0;
      await operator.queuePurge({ queue });
      await sleep(300); // the circuit closes again
    }

    t.diagnostic(`${rounds} rounds`);
    assert.equal(isBehind, false);
    await delivery.stop();
  });

  test(
    'what the broker confirms before an event that it cannot take is not sent again',
    { timeout: 60_000 },
    async (t) => {
      const { node, publishNext, pool } = await probe(t);
      const { prefix, operator, newBus } = installation(t);
      const delivery = node(newBus());
      await delivery.registerConsumers();
      await delivery.drain();
      const full = { exclusive: true, arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' as const } };
      const { queue } = await operator.queueDeclare({ queue: '', ...full });
      await operator.queueBind({ queue, exchange: `${prefix}.events`, routingKey: `${happened.type}.1` });
      for (const key of [OF_SHARD_3, OF_SHARD_1, OF_SHARD_3, OF_SHARD_3, OF_SHARD_1, OF_SHARD_3])
        await publishNext(key);

      await delivery.poll();
      await delivery.stop(); // when the relay has ended, for which a poll does not wait

      const { rows } = await pool.query<{ passed: string[] }>(
        `select array_agg(e.key order by e.pos) as passed from platform.event e, platform.cursor c
       where c.consumer = $1 and e.key in ('${OF_SHARD_1}', '${OF_SHARD_3}') and e.pos <= c.pos`,
        [RELAY],
      );
      assert.deepEqual(rows[0]?.passed, [OF_SHARD_3, OF_SHARD_1, OF_SHARD_3, OF_SHARD_3]);
    },
  );

  test('a refused event that is replayed is handled also when the broker then loses it', async (t) => {
    const { node, workOf, publishNext, pool, effects } = await probe(t);
    const { newBus, operator, prefix } = installation(t);
    const sender = node(newBus()); // it listens to no queue
    await sender.registerConsumers();
    await publishNext('k1');
    await pool.query(
      `select platform.enqueue_keyed(gen_random_uuid(), 'platform.outbox', 1::smallint, 'relay ' || xid || ' ' || pos,
         'relay:k1', now(), origin) from platform.event where key = 'k1'`,
    );
    while ((await pendingCursors(pool, sender.cursors)).length > 0) await sender.poll();

    await workOf(sender).drain(null);
    await deleteObjects(operator, prefix, ['one', 'two']);

    assert.deepEqual(await effects(), { 'one k1': [1], 'two k1': [1] });
    assert.equal((await pool.query(`select 1 from platform.work where queue = 'platform.outbox'`)).rowCount, 0);
    await sender.stop();
  });

  test('a node stops also when the broker does not answer', { timeout: 30_000 }, async (t) => {
    const { node } = await probe(t);
    const proxy = await openProxy(t);
    const { newBus } = installation(t, { through: proxy.url });
    const bus = newBus();
    const delivery = node(bus);
    await delivery.registerConsumers();
    await delivery.drain();

    proxy.stall();
    await bus.close();
  });
}
