import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { smallestIdAt } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { runJob } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';

const UNREAD = 10_050;
const DAY_MS = 86_400_000;

test('unread messages are counted up to 10,000, and all of them are read at once', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn();
  await app.database.pool.query(
    `insert into notifications.message (id, user_id, channel, category, priority, language, recipient_sealed, content_sealed,
       status, inbox_seq)
     select gen_random_uuid(), $1, 'inApp', 'general', 'medium', 'en', 'x', 'x', 'delivered', n
     from generate_series(1, $2::int) n`,
    [sara.userId, UNREAD],
  );

  const before = (await sara.get('/notifications/inbox/unread-count')).body;
  await sara.post('/notifications/inbox/read-all');
  const after = (await sara.get('/notifications/inbox/unread-count')).body;

  assert.deepEqual([before, after], [{ unreadCount: 10_000, unreadCountCapped: true }, { unreadCount: 0 }]);
});

test('what is tidied goes in batches, each in a transaction of its own', async (t) => {
  const app = await testApp(t);
  const { pool } = app.database;
  await pool.query(
    `insert into notifications.digest (id, user_id, category, channel, due_at, is_open)
     select gen_random_uuid(), gen_random_uuid(), 'general', 'email', now() - interval '8 days', false
     from generate_series(1, 4500)`,
  );
  await noteBatches(app, 'notifications.digest');

  await runJob(app, 'notifications.tidy');

  assert.deepEqual(await batches(app), [2000, 2000, 500]);
});

test('messages that ended before the days of the setting are deleted in batches of 1,000, and counts of reports stay', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_NOTIFICATION_DAYS: '30' } });
  const { pool } = app.database;
  const old = smallestIdAt(Date.now() - 31 * DAY_MS).slice(0, 24);
  await addMessages(app, {
    id: `('${old}' || lpad(n::text, 12, '0'))::uuid`,
    userId: app.signIn().userId,
    count: 2500,
  });
  await addMessages(app, { id: 'gen_random_uuid()', userId: app.signIn().userId, count: 2 }); // such ids sort after all others
  await pool.query(
    `update notifications.message set status = 'scheduled' where id = (select min(id::text)::uuid from notifications.message)`,
  );
  await pool.query(
    `insert into notifications.schedule (id, notification_id, time_zone, status)
     select gen_random_uuid(), id, 'UTC', case when place = 2 then 'active' else 'done' end
     from (select id, row_number() over (order by id) as place from notifications.message) m where place in (2, 3)`,
  );
  await runJob(app, 'notifications.report');
  await noteBatches(app, 'notifications.message');

  await runJob(app, 'notifications.retention');
  await runJob(app, 'notifications.report');

  const { rows: left } = await pool.query('select id from notifications.message');
  const { rows: counted } = await pool.query<{ count: number }>(
    'select sum(count)::int as count from notifications.report',
  );
  assert.deepEqual(await batches(app), [1000, 998, 500]);
  assert.deepEqual([left.length, counted], [4, [{ count: 2502 }]]);
});

test('without the setting, old messages stay', async (t) => {
  const app = await testApp(t);
  await addMessages(app, { id: `'${smallestIdAt(0)}'::uuid`, userId: app.signIn().userId, count: 1 });

  await runJob(app, 'notifications.retention');

  const { rows } = await app.database.pool.query('select from notifications.message');
  assert.equal(rows.length, 1);
});

test('the messages of a person are erased in batches of 1,000, with those to their addresses', async (t) => {
  const app = await testApp(t);
  const { pool } = app.database;
  const { userId } = app.signIn();
  await addMessages(app, { id: 'gen_random_uuid()', userId, count: 2500 });
  await addMessages(app, { id: 'gen_random_uuid()', userId: null, count: 1200 });
  await addMessages(app, { id: 'gen_random_uuid()', userId: app.signIn().userId, count: 1500 });
  await pool.query('update notifications.message set created_by = $1', [userId]);
  await noteBatches(app, 'notifications.message');
  const { privacy } = app.modules.find(({ name }) => name === 'notifications') ?? {};

  await app.database.units.write(system('users'), async (unit: AnyUnit) => privacy?.erase(unit, userId));
  await app.drain();

  const { rows } = await pool.query(
    'select count(*)::int as count, count(created_by)::int as authored from notifications.message',
  );
  assert.deepEqual(rows, [{ count: 1500, authored: 0 }]);
  assert.deepEqual(
    (await batches(app)).reduce((sum, count) => sum + count, 0),
    3700,
  );
  assert.equal(Math.max(...(await batches(app))), 1000);
});

/** E-mails to one address. `id` is SQL over the number `n`. */
async function addMessages(
  { database }: TestApp,
  { id, userId, count }: { readonly id: string; readonly userId: string | null; readonly count: number },
): Promise<void> {
  await database.pool.query(
    `insert into notifications.message (id, user_id, channel, category, priority, language, recipient_sealed, content_sealed,
       recipient_hash, status)
     select ${id}, $1, 'email', 'general', 'medium', 'en', 'x', 'x', 'address', 'sent' from generate_series(1, $2::int) n`,
    [userId, count],
  );
}

/** Notes from now on how many rows of a table each statement deletes. */
async function noteBatches({ database: { pool } }: TestApp, table: string): Promise<void> {
  await pool.query('create table public.batch (xid xid8, count int)');
  await pool.query(`create function public.note() returns trigger language plpgsql as $$ begin
    insert into public.batch select pg_current_xact_id(), count(*) from gone; return null; end $$`);
  await pool.query(`create trigger note after delete on ${table} referencing old table as gone
    for each statement execute function public.note()`);
}

/** Rows that each transaction has deleted, the most first. */
async function batches({ database }: TestApp): Promise<number[]> {
  const { rows } = await database.pool.query<{ count: number }>(
    'select sum(count)::int as count from public.batch group by xid having sum(count) > 0',
  );
  return rows.map(({ count }) => count).toSorted((a, b) => b - a);
}
