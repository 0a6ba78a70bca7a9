import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createPartitions, dropPartitions } from '#platform/database/partitions.ts';
import type { Pool } from '#platform/database/pool.ts';
import { testApp } from '#testing/app.ts';
import {
  deleteUnusedCursor,
  listUnusedCursors,
  pendingCursorsQuery,
  registerCursors,
  registerRelay,
  RELAY,
  readWindow,
} from './cursor.ts';
import { eventTables } from './retention.ts';

const DAY_MS = 86_400_000;
const LONG_AGO = new Date('2020-02-29T12:00:00Z');

/** An app whose log has old partitions, with one event in one of them. */
async function probe(t: TestContext) {
  const { database } = await testApp(t);
  const { pool } = database;
  await createPartitions(pool, eventTables, LONG_AGO);
  const { rows } = await pool.query<{ xid: string; pos: number }>(
    `insert into platform.event (at, id, type, key, origin, body) values ($1, gen_random_uuid(), 'probe.v1', 'k', '{}', '{}') returning xid::text, pos`,
    [LONG_AGO.toISOString()],
  );
  const see = () => pool.query('update platform.cursor set seen = pg_current_snapshot()');
  const drop = async () =>
    (await dropPartitions(pool, eventTables, new Date())).filter((name) => name.includes('20200229'));
  return { pool, see, drop, ref: `one ${rows[0]?.xid} ${rows[0]?.pos}` };
}

test('partitions exist from yesterday to two weeks ahead, across the end of a year', async (t) => {
  const { database } = await testApp(t);
  await createPartitions(database.pool, eventTables, new Date('2030-12-30T23:59:59Z'));
  const exists = async (day: string) =>
    (await database.pool.query(`select 1 from pg_class where oid = to_regclass('platform.event_${day}')`)).rowCount ===
    1;

  const found = await Promise.all(['20301228', '20301229', '20301231', '20310101', '20310113', '20310114'].map(exists));

  assert.deepEqual(found, [false, true, true, true, true, false]);
});

test('a day that all cursors have passed is dropped, the log before the inbox', async (t) => {
  const { see, drop } = await probe(t);
  await see();
  assert.deepEqual(await drop(), ['platform.event_20200229', 'platform.inbox_20200229']);
});

for (const [left, leave] of Object.entries({
  'half detached': async (pool: Pool) => {
    const reader = await pool.connect();
    const detacher = await pool.connect();
    try {
      // A detachment waits for those that use the table, and is killed meanwhile.
      await reader.query('begin; lock table platform.event in access share mode');
      const { rows } = await detacher.query<{ pid: number }>('select pg_backend_pid() as pid');
      const detached = detacher
        .query('alter table platform.event detach partition platform.event_20200229 concurrently')
        .catch((error: unknown) => error);
      while (!(await isPending(pool))) await setImmediate();
      await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      assert.ok((await detached) instanceof Error);
      assert.ok(await isPending(pool));
    } finally {
      detacher.release(true);
      reader.release(true);
    }
  },
  'detached and not dropped': (pool: Pool) =>
    pool.query('alter table platform.event detach partition platform.event_20200229 concurrently'),
}))
  test(`a day that a killed run left ${left} is dropped`, async (t) => {
    const { pool, see, drop } = await probe(t);
    await see();
    await leave(pool);

    assert.deepEqual(await drop(), ['platform.event_20200229', 'platform.inbox_20200229']);
  });

async function isPending(pool: Pool): Promise<boolean> {
  return (await pool.query('select from pg_inherits where inhdetachpending')).rowCount === 1;
}

test('a day that a cursor has not passed is kept', async (t) => {
  const { pool, drop } = await probe(t);
  await pool.query(`update platform.cursor set seen = '1:1:'::pg_snapshot`);
  assert.deepEqual(await drop(), []);
});

test('a day with a parked event is kept, and so is its inbox', async (t) => {
  const { pool, see, drop, ref } = await probe(t);
  await see();
  await pool.query(
    `insert into platform.work (id, queue, ref, origin) values (gen_random_uuid(), 'platform.inbox', $1, '{}')`,
    [ref],
  );

  assert.deepEqual(await drop(), []);
});

test('recent days are kept, whether cursors have passed them or not', async (t) => {
  const { pool, see } = await probe(t);
  await see();
  const dropped = await dropPartitions(pool, eventTables, new Date(LONG_AGO.getTime() + 7 * DAY_MS));
  assert.ok(!dropped.some((name) => name.includes('20200229')));
});

test('after one huge transaction, neither the look for new events nor the decision about its day reads the log', async (t) => {
  const { database } = await testApp(t);
  const { pool } = database;
  await createPartitions(pool, eventTables, LONG_AGO);
  await pool.query(
    `insert into platform.event (at, id, type, key, origin, body)
     select $1::timestamptz, gen_random_uuid(), 'probe.v1', 'k', '{}', '{}' from generate_series(1, 20000)`,
    [LONG_AGO.toISOString()],
  );
  await pool.query(
    `insert into platform.work (id, queue, ref, key, parked, origin)
     select gen_random_uuid(), 'platform.inbox', 'one 1 ' || n, 'one:k', n > 1, '{}' from generate_series(1, 500) n`,
  );
  await pool.query(`update platform.cursor set seen = pg_current_snapshot()`);
  await pool.query('analyze');
  const needed = eventTables[0]?.isNeeded('platform.event_20200229') ?? '';
  const looks = { poll: pendingCursorsQuery('array(select consumer from platform.cursor)'), day: `select ${needed}` };
  const rowsOf: Record<string, number> = {};

  for (const [name, look] of Object.entries(looks)) {
    const { rows } = await pool.query(`explain (analyze, costs off, timing off, summary off) ${look}`);
    const lines = rows.map((row) => String(Object.values(row)[0]));
    const counts = lines.map((line) => Number(/(?:actual rows=|Removed by \S+ ?\S*: )(\d+)/.exec(line)?.[1] ?? 0));
    assert.ok(lines.some((line) => line.includes('event_20200229')));
    rowsOf[name] = Math.max(...counts);
  }

  assert.ok(Number(rowsOf['poll']) <= 500 && Number(rowsOf['day']) <= 500, JSON.stringify(rowsOf));
});

test('after one huge transaction, reading the events that come after it does not read the log', async (t) => {
  const { database } = await testApp(t, { environment: { BONYAN_DATABASE_POOL_SIZE: '2' } });
  const { pool } = database;
  const publish = (rows: number) =>
    pool.query(
      `insert into platform.event (id, type, key, origin, body)
       select gen_random_uuid(), 'probe.v1', 'k', '{}', '{}' from generate_series(1, ${rows})`,
    );
  await publish(20_000);
  const running = await pool.connect();
  await running.query('begin; select pg_current_xact_id()');
  await pool.query('select pg_current_xact_id()'); // a later transaction ends first, so that `seen` names the running one
  const { rows: now } = await pool.query<{ seen: string }>('select pg_current_snapshot()::text as seen');
  await running.query('commit');
  running.release();
  await pool.query('analyze platform.event');
  await publish(3);
  const cursor = { consumer: 'one', token: 1, seen: now[0]?.seen ?? '', head: null, pos: 0 };
  const counted = async () => {
    const { rows } = await pool.query<{ scanned: number; found: number }>(
      `select pg_stat_force_next_flush(), sum(seq_tup_read)::int as scanned, sum(idx_tup_fetch)::int as found
       from pg_stat_user_tables where relname ~ '^event_2'`,
    );
    return [Number(rows[0]?.scanned), Number(rows[0]?.found)] as const;
  };

  await counted();
  const before = await counted();
  for (let time = 0; time < 8; time++) await readWindow(pool, cursor, null); // a plan is kept after five
  await counted();
  const after = await counted();

  assert.deepEqual([after[0] - before[0], after[1] - before[1]], [0, 24]);
});

test('a consumer that was removed from the program keeps the log for 30 days, and no longer', async (t) => {
  const { pool, see, drop, ref } = await probe(t);
  await see();
  await pool.query(`insert into platform.cursor (consumer, seen) values ('removed', '1:1:')`);
  await pool.query(
    `insert into platform.work (id, queue, ref, origin, due_at)
     values (gen_random_uuid(), 'platform.inbox', $1, '{}', 'infinity')`,
    [ref.replace('one', 'removed')],
  );
  await pool.query(`update platform.cursor set known_at = now() - interval '31 days'`);
  const known = (await pool.query<{ consumer: string }>(`select consumer from platform.cursor`)).rows
    .map(({ consumer }) => consumer)
    .filter((consumer) => consumer !== 'removed');

  const kept = await drop();
  const unused = await listUnusedCursors(pool, known);
  await deleteUnusedCursor(pool, 'removed');

  assert.deepEqual([kept, unused], [[], ['removed']]);
  assert.deepEqual(await drop(), ['platform.event_20200229', 'platform.inbox_20200229']);
});

for (const [transport, register] of Object.entries({
  'in process': (pool: Pool) => registerCursors(pool, ['one']),
  'a broker': (pool: Pool) => registerRelay(pool, ['one'], 4),
}))
  test(`over ${transport}, a start after a long time without any process finds its cursors`, async (t) => {
    const { pool } = await probe(t);
    await register(pool);
    await pool.query(`update platform.cursor set known_at = now() - interval '31 days'`);

    await register(pool);

    const unused = await listUnusedCursors(pool, []);
    assert.ok(!unused.includes('one') && !unused.includes(RELAY), unused.join(', '));
  });

test('a removed consumer does not decide where the relay begins', async (t) => {
  const { pool, see } = await probe(t);
  await see();
  await pool.query(`insert into platform.cursor (consumer, seen) values ('removed', '1:1:')`);

  await registerRelay(pool, ['one'], 4);

  const { rows } = await pool.query(`select 1 from platform.cursor where consumer = $1 and seen::text <> '1:1:'`, [
    RELAY,
  ]);
  assert.equal(rows.length, 1);
});
