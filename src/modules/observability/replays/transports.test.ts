import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { Connection } from 'rabbitmq-client';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { closeConnection } from '#platform/events/rabbitmq/connections.ts';
import { userEvents } from '#modules/users/contract.ts';
import { testApp } from '#testing/app.ts';
import { deleteObjects, url } from '#testing/rabbitmq.ts';
import { observabilityPermissions } from '../contract.ts';

const { read, manage } = observabilityPermissions;
const HOUR_MS = 3_600_000;

async function operated(t: TestContext, broker: string) {
  const prefix = `t${randomBytes(5).toString('hex')}`;
  const environment = { AMQP_URL: broker, BONYAN_AMQP_PREFIX: prefix, BONYAN_AMQP_SHARDS: '4' };
  const app = await testApp(t, broker === '' ? {} : { environment });
  const { rows } = await app.database.pool.query<{ consumer: string }>('select consumer from platform.cursor');
  t.after(async () => {
    if (broker === '') return;
    const connection = new Connection({ url: broker });
    connection.on('error', () => {});
    await deleteObjects(
      connection,
      prefix,
      rows.map(({ consumer }) => consumer),
    );
    await closeConnection(connection);
  });
  const operator = app.signIn(read, manage);
  const messages = async (query: string) => (await operator.get(`/observability/messages?${query}`)).body;
  /** Answers the replay when it has ended. */
  async function replay(box: string) {
    const { body } = await operator.post(`/observability/orchestration/replay/${box}`, {});
    await app.drainWithFailures(HOUR_MS);
    return (await operator.get(`/observability/replays/${body.operationId}`)).body;
  }
  return { app, operator, messages, replay, pool: app.database.pool, write: app.database.units.write };
}

for (const [name, broker] of [
  ['in process', ''],
  ['over RabbitMQ', url],
] as const) {
  const skip = name !== 'in process' && broker === '' && 'TEST_AMQP_URL is not set';

  test(`${name}: a replay handles each event of a failed key once, in the order of the log`, { skip }, async (t) => {
    const { app, messages, replay, pool, write } = await operated(t, broker);
    const [one, two] = [newId(), newId()];
    for (const userId of [one, one, two, one])
      await write(system('users'), async ({ publish }: AnyUnit) => publish(userEvents.deleted, { userId }));
    await pool.query('alter table files.file rename to gone');
    await app.drainWithFailures(HOUR_MS);
    const failed = await messages('consumer=privacy.files');
    await pool.query('alter table files.gone rename to file');

    const { status, matched, succeeded } = await replay('inbox');

    const { rows } = await pool.query<{ pos: number }>(
      `select e.pos from platform.inbox i join platform.event e on e.id = i.event_id
       where consumer = 'privacy.files' and e.type = $1 and e.key = $2 order by i.xmin::text::bigint`,
      [userEvents.deleted.type, one],
    );
    const order = rows.map(({ pos }) => pos);
    assert.deepEqual([failed.totalCount, status, matched, succeeded], [2, 'finished', 2, 2]);
    assert.deepEqual([order.length, order], [3, order.toSorted((a, b) => a - b)]);
    assert.equal((await pool.query(`select 1 from platform.work where queue = 'platform.inbox'`)).rowCount, 0);
  });
}

test(
  'over RabbitMQ: an event of the outbox that is discarded reaches none of our consumers, also not from the log',
  { skip: url === '' && 'TEST_AMQP_URL is not set' },
  async (t) => {
    const { app, operator, messages, pool, write } = await operated(t, url);
    const userId = newId();
    await write(system('users'), async ({ publish }: AnyUnit) => publish(userEvents.deleted, { userId }));
    // As the relay parks what the broker refuses, before any consumer has it.
    await pool.query(
      `select platform.enqueue_keyed($1::uuid, 'platform.outbox', 1::smallint, 'relay ' || xid || ' ' || pos,
         'relay:' || key, 'infinity', origin) from platform.event where key = $2`,
      [newId(), userId],
    );
    await pool.query(`update platform.work set type = $1, error = 'refused' where queue = 'platform.outbox'`, [
      userEvents.deleted.type,
    ]);

    const { items } = await messages('box=outbox');
    const { status } = await operator.post(`/observability/messages/${items[0].id}/discard`, { reason: 'by hand' });
    const handled = async () =>
      (
        await pool.query<{ consumer: string }>(
          `select consumer from platform.inbox i join platform.event e on e.id = i.event_id where e.key = $1 order by 1`,
          [userId],
        )
      ).rows.map(({ consumer }) => consumer);
    const marked = await handled();
    await app.drainWithFailures(HOUR_MS);

    assert.equal(status, 204);
    assert.ok(marked.includes('privacy.files'), marked.join());
    assert.deepEqual(await handled(), marked);
    assert.equal((await pool.query('select 1 from platform.work where queue = $1', ['platform.outbox'])).rowCount, 0);
  },
);
