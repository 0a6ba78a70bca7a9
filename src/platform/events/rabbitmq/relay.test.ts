import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { happened, probe } from '#testing/event-probe.ts';
import { installation, url } from '#testing/rabbitmq.ts';
import { pendingCursors, RELAY } from '../cursor.ts';

const EVENTS = 8;
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
}
