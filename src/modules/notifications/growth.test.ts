import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runJob } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';

const UNREAD = 10_050;

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
  await pool.query('create table public.batch (xid xid8, count int)');
  await pool.query(`create function public.note() returns trigger language plpgsql as $$ begin
    insert into public.batch select pg_current_xact_id(), count(*) from gone; return null; end $$`);
  await pool.query(`create trigger note after delete on notifications.digest referencing old table as gone
    for each statement execute function public.note()`);

  await runJob(app, 'notifications.tidy');

  const { rows } = await pool.query<{ count: number }>(
    'select sum(count)::int as count from public.batch group by xid',
  );
  assert.deepEqual(rows.map(({ count }) => count).toSorted((a, b) => b - a), [2000, 2000, 500]); // prettier-ignore
});
