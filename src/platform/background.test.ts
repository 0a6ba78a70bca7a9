import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { createLog } from './log/pino.ts';
import { platformJobs } from './background.ts';
import { eventsComponent } from './events/health.ts';

/** Runs the job of the platform. */
async function forget(app: TestApp): Promise<void> {
  const job = platformJobs({
    database: app.database,
    delivery: { cursors: [], removeConsumer: async () => {} },
    daily: [],
    log: createLog('silent'),
    now: app.now,
  }).find(({ name }) => name === 'platform.forget');
  await job?.run(new AbortController().signal);
}

test('idempotency keys and invalidations that are over are deleted, more than one batch, and no other', async (t) => {
  const app = await testApp(t);
  const { pool } = app.database;
  await pool.query(
    `insert into platform.idempotency (caller, key, fingerprint, token, claimed_at)
     select 'probe', n::text, '', gen_random_uuid(), now() - n * interval '1 hour' from generate_series(1, 2524) n`,
  );
  await pool.query(
    `insert into platform.invalidation (topic, key, at)
     select 'probe', n::text, now() - n * interval '20 minutes' from generate_series(1, 2502) n`,
  );

  await forget(app);

  const { rows } = await pool.query<{ keys: number; invalidations: number }>(
    `select (select count(*) from platform.idempotency where caller = 'probe') as keys,
       (select count(*) from platform.invalidation where topic = 'probe') as invalidations`,
  );
  assert.deepEqual(rows, [{ keys: 23, invalidations: 2 }]);
});

test('a process that stopped is forgotten after an hour, but the last ones of a kind of which none runs stay', async (t) => {
  const app = await testApp(t);
  const { pool } = app.database;
  await pool.query(
    `insert into platform.node (id, kind, host, pid, state) values (gen_random_uuid(), 'worker', 'a', 1, '{}')`,
  );
  await pool.query(
    `insert into platform.stopped_node (id, kind, host, pid, started_at, heartbeat_at, state)
     select gen_random_uuid(), kind, 'a', 2, now() - age, now() - age, '{}'
     from unnest(array['serve', 'worker']) kind cross join unnest(array['59 min', '61 min', '29 days', '31 days']::interval[]) age`,
  );

  await forget(app);

  const { rows } = await pool.query(
    'select kind, count(*)::int as count from platform.stopped_node group by 1 order by 1',
  );
  assert.deepEqual(rows, [
    { kind: 'serve', count: 3 },
    { kind: 'worker', count: 1 },
  ]);
});

test('the lag of a consumer counts events of transactions that were open when it last looked', async (t) => {
  const { database } = await testApp(t);
  const { pool } = database;
  await pool.query(
    `insert into platform.event (at, id, type, key, origin, body)
     select now() - interval '1 hour', gen_random_uuid(), 'probe.v1', 'k', '{}', '{}' from generate_series(1, 3)`,
  );
  await pool.query(
    `insert into platform.cursor (consumer, seen)
     select 'probe', format('%s:%s:%s', xid, xid::text::bigint + 1, xid)::pg_snapshot from platform.event where type = 'probe.v1' limit 1`,
  );
  const probe = { name: 'probe', version: 1, type: 'probe.v1' };
  const consumers = [{ name: 'probe', subscriptions: [{ event: probe, handle: async () => {} }] }];

  await assert.rejects(eventsComponent(pool, consumers as never).probe(), /consumer probe is 3\d\d\d s behind/);
});
