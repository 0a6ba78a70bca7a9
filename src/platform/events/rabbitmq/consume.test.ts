import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AsyncMessage } from 'rabbitmq-client';
import { sql } from 'kysely';
import { newId } from '#kernel/id.ts';
import { createLog } from '#platform/log/pino.ts';
import { happened, probe } from '#testing/event-probe.ts';
import { createBatchDelivery } from '../batch.ts';
import { registerRelay, type StoredEvent } from '../cursor.ts';
import { createHandling } from '../handle.ts';
import { on } from '../port.ts';
import { toCloudEvent } from './cloud-event.ts';
import { createConsume } from './consume.ts';
import { readReceived } from './log-state.ts';
import { someTelemetry } from '#platform/telemetry/none.ts';

const TYPES = [happened.type];

/** The consumer `one` without a broker: its messages are given. */
async function setUp(t: TestContext) {
  const { app, pool, publishNext, effects } = await probe(t);
  const write = on(happened, async ({ tx }, { key, seq }) => {
    await sql`insert into effect (consumer, key, seq) values ('one', ${key}, ${seq})`.execute(tx);
  });
  const consumer = { name: 'one', subscriptions: [write] };
  const log = createLog('silent');
  const { units } = app.database;
  const needs = { pool, units, consumers: [consumer], nodeId: newId(), log, telemetry: someTelemetry() };
  await registerRelay(pool, ['one'], 1);
  const handling = createHandling(needs);
  const consume = createConsume(consumer, needs, handling, createBatchDelivery(pool, handling));
  /** Publishes so many events of a key, and answers them as the log has them. */
  const publish = async (key: string, count: number) => {
    for (let n = 0; n < count; n++) await publishNext(key);
    const { rows } = await pool.query<StoredEvent>(
      `select pos, xid::text, id, at::text as at, type, key, origin, body from platform.event where key = $1 order by pos`,
      [key],
    );
    return rows;
  };
  const lost = async () =>
    (await pool.query<{ lost: number }>(`select lost from platform.cursor where consumer = 'one'`)).rows[0]?.lost;
  return { pool, consume, publish, effects, lost };
}

const toMessage = (event: StoredEvent, redeliveries = 0) =>
  ({ body: toCloudEvent(event, 't'), headers: { 'x-delivery-count': redeliveries } }) as unknown as AsyncMessage;

test('of an event whose values PostgreSQL refuses it knows nothing, and of the others what it knew', async (t) => {
  const { pool, publish } = await setUp(t);
  const events = await publish('k1', 1);
  const [event = assert.fail('nothing was published')] = events;

  for (const wrong of [{ key: 'k\0' }, { xid: '18446744073709551616' }, { at: '2026-02-30T00:00:00Z' }]) {
    const states = await readReceived(pool, 'one', TYPES, [{ ...event, ...wrong }, event]);
    assert.deepEqual(
      states.map(({ origin }) => origin !== null),
      [false, true],
    );
  }
});

test(
  'a message with what PostgreSQL refuses is dead, and others of its batch are done',
  { timeout: 20_000 },
  async (t) => {
    const { consume, publish, effects } = await setUp(t);
    const [event = assert.fail('nothing was published')] = await publish('k1', 1);
    let isOurs = true;
    const giveUp = sleep(5000, undefined, { ref: false }).then(() => {
      isOurs = false;
    });

    const outcomes = await consume(
      [toMessage({ ...event, xid: '18446744073709551616' }), toMessage(event)],
      () => isOurs,
    );

    void giveUp;
    assert.deepEqual(outcomes, ['dead', 'done']);
    assert.deepEqual(await effects(), { 'one k1': [1] });
  },
);

test('a message that the log does not have, of a key whose events are still to come, loses none of them', async (t) => {
  const { consume, publish, effects, lost } = await setUp(t);
  const [first, second] = await publish('k1', 2);
  if (!first || !second) assert.fail('nothing was published');

  const outcomes = await consume([toMessage({ ...second, id: newId() })], () => true);

  assert.deepEqual([outcomes, await effects(), await lost()], [['dead'], {}, 0]);
});

for (const redeliveries of [0, 1])
  test(`a later event that precedes its predecessor in a batch is handled after it, redelivered: ${redeliveries}`, async (t) => {
    const { consume, publish, effects, lost } = await setUp(t);
    const [first, second] = await publish('k1', 2);
    if (!first || !second) assert.fail('nothing was published');

    const outcomes = await consume(
      [second, first, second].map((event) => toMessage(event, redeliveries)),
      () => true,
    );

    assert.deepEqual([outcomes, await effects(), await lost()], [['done', 'done', 'done'], { 'one k1': [1, 2] }, 0]);
  });

test('an event whose predecessor arrives only damaged is handled after it, from the log', async (t) => {
  const { consume, publish, effects } = await setUp(t);
  const [first, second] = await publish('k1', 2);
  if (!first || !second) assert.fail('nothing was published');

  await consume([toMessage({ ...first, pos: first.pos + 10 }), toMessage(second)], () => true);

  assert.deepEqual(await effects(), { 'one k1': [1, 2] });
});
