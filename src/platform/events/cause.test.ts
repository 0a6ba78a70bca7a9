import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { defineQueue } from '#kernel/work.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { createLog } from '#platform/log/pino.ts';
import { origin, tamper } from '#testing/trail/trail.ts';
import { happened } from '#testing/event-probe.ts';
import { testApp } from '#testing/app.ts';
import { inProcessBus } from './in-process.ts';
import { on } from './port.ts';
import { someTelemetry } from '#platform/telemetry/none.ts';

const queue = defineQueue('probe.thing');
const sara: Actor = { ...system('x', origin), type: 'user', id: newId() };
const { requestId, traceparent } = origin;

/** A node with a consumer, and what the log and the work table keep of the origin that caused each row. */
async function probe(t: TestContext, handle: (unit: AnyUnit) => Promise<void>) {
  const app = await testApp(t);
  const { pool, units } = app.database;
  const consumers = [{ name: 'one', subscriptions: [on(happened, handle)] }];
  const log = createLog('silent');
  const delivery = inProcessBus.createDelivery({
    pool,
    units,
    nodeId: newId(),
    log,
    telemetry: someTelemetry(),
    consumers,
  });
  await delivery.registerConsumers();
  async function origins() {
    const { rows } = await pool.query<{ what: string; origin: unknown }>(
      `select type as what, origin from platform.event where type = $1
       union all select queue, origin from platform.work where queue <> 'platform.job' order by 1`,
      [happened.type],
    );
    return rows.map(({ what, origin: kept }) => [what, kept]);
  }
  return { app, pool, units, delivery, origins };
}

test('events and work items keep the request and the trace of their cause, not its address and its agent', async (t) => {
  const { units, origins } = await probe(t, async () => {});

  await units.write(sara, async ({ publish, enqueue }: AnyUnit) => {
    publish(happened, { key: 'k', seq: 1 });
    enqueue(queue, { ref: 'unkeyed' });
    enqueue(queue, { ref: 'keyed', key: 'k' });
    enqueue(queue, { ref: 'behind it', key: 'k' });
  });

  const kept = { requestId, traceparent };
  assert.deepEqual(await origins(), [
    ['probe.happened.v1', kept],
    ['probe.thing', kept],
    ['probe.thing', kept],
    ['probe.thing', kept],
  ]);
});

test('neither does a parked event, or what a consumer enqueues', async (t) => {
  let isFailing = true;
  const { units, delivery, origins } = await probe(t, async ({ actor, enqueue }) => {
    if (isFailing) throw new Error('on purpose');
    assert.deepEqual([actor.origin.ip, actor.origin.userAgent], [null, null]);
    enqueue(queue, { ref: 'of a consumer' });
  });
  const publish = (key: string) => units.write(sara, async (unit: AnyUnit) => unit.publish(happened, { key, seq: 1 }));

  await publish('parked');
  await delivery.drain();
  isFailing = false;
  await publish('handled');
  await delivery.drain();

  const kept = { requestId, traceparent };
  assert.deepEqual(await origins(), [
    ['platform.inbox', kept],
    ['probe.happened.v1', kept],
    ['probe.happened.v1', kept],
    ['probe.thing', kept],
  ]);
});

test('the migration removes addresses and agents from rows of earlier versions, and nothing else', async (t) => {
  const { app, pool, origins } = await probe(t, async () => {});
  await pool.query(
    `insert into platform.event (id, type, key, origin, body) values (gen_random_uuid(), $1, 'k', $2, '{}')`,
    [happened.type, JSON.stringify(origin)],
  );
  await pool.query(
    `insert into platform.work (id, queue, ref, origin) values (gen_random_uuid(), 'probe.thing', 'x', $1)`,
    [JSON.stringify(origin)],
  );

  const sql = await readFile(new URL('../database/migrations/0003_cause.sql', import.meta.url), 'utf8');
  await tamper(app, ...sql.split(/(?<=;)\n/));

  const kept = { requestId, traceparent };
  assert.deepEqual(await origins(), [
    ['probe.happened.v1', kept],
    ['probe.thing', kept],
  ]);
});
