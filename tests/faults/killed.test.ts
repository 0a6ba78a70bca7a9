import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBroker, type Broker } from './broker.ts';
import { startHolder } from './process.ts';
import { isLong, notOnce, openStage, outOfOrder, until } from './stage.ts';

const KILLS = isLong ? 30 : 5;
const LEASE_MS = 1000;
const CURSOR_LEASE_MS = 10_000; // of the process that delivers events, or of the relay
const SLACK_MS = 1000; // claimed work continues within its lease and a second
const EACH = 60; // items and events between two kills
const { TEST_AMQP_URL: amqpUrl = '' } = process.env;

test('workers killed at random moments lose nothing, double nothing and keep the order of each key', bounded(), (t) =>
  killed(t, null),
);

test(
  'the same with RabbitMQ between the processes',
  { ...bounded(), skip: amqpUrl ? false : 'TEST_AMQP_URL is not set' },
  (t) => killed(t, createBroker(t, amqpUrl)),
);

async function killed(t: TestContext, broker: Broker | null): Promise<void> {
  const { app, node, effects, left } = await openStage(t);
  const between = broker && { broker: { url: broker.url, prefix: broker.prefix } };
  const options = { url: app.databaseUrl, leaseMs: LEASE_MS, ...between };
  const sender = await node(broker ? { bus: broker.newBus() } : {});
  const workers = [await startHolder(t, options), await startHolder(t, options)];
  const refs: string[] = [];
  const published: string[] = [];
  async function send(): Promise<void> {
    for (let count = 0; count < EACH; count++) {
      const seq = published.length;
      await sender.enqueue(`item ${seq}`);
      refs.push(`item ${seq}`);
      await sender.publish(`k${seq % 5}`, seq);
      published.push(`k${seq % 5} ${seq}`);
    }
  }

  for (let kill = 0; kill < KILLS; kill++) {
    const sending = send();
    await sleep(randomInt(20, 400));
    const at = randomInt(workers.length);
    await workers[at]?.kill();
    workers[at] = await startHolder(t, options);
    await sending;
  }
  const beganMs = performance.now();
  const workMs = await until(async () => (await left()) === 0, 60_000, 'all work');
  await until(async () => notOnce(published, await effects('event')).length === 0, 60_000, 'all events');
  const eventsMs = Math.round(performance.now() - beganMs);

  t.diagnostic(
    `${KILLS} kills, ${refs.length} items and as many events; work ${workMs} ms, events ${eventsMs} ms later`,
  );
  assert.ok(workMs <= LEASE_MS + SLACK_MS, `${workMs} ms`);
  assert.ok(eventsMs <= CURSOR_LEASE_MS + SLACK_MS, `${eventsMs} ms`);
  const [work, events] = [await effects('work'), await effects('event')];
  assert.deepEqual(notOnce(refs, work), []);
  assert.deepEqual(notOnce(events.keys(), events), []);
  assert.deepEqual([work.size, events.size], [refs.length, published.length]);
  assert.deepEqual(await outOfOrder(app.database.pool), []);
}

function bounded() {
  return { timeout: 60_000 + KILLS * 4000 };
}
