import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runJob } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { startSmtpServer } from '#testing/servers/smtp-server.ts';
import { notificationPermissions } from '../contract.ts';

const { read, write, reports } = notificationPermissions;
const STEP = 2 ** (1 / 16) + 0.001; // from the middle of a step to its ends

/** Numbers below `end`, the same ones in each run. */
function randomNumbers(seed: number) {
  let state = seed;
  return (end: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * end);
  };
}

/** Messages as a worker, a provider's report and people change them; the last statement deletes what one person has. */
async function traffic({ database: { pool } }: TestApp, seed: number): Promise<void> {
  const random = randomNumbers(seed);
  const user = `00000000-0000-7000-8000-${String(seed).padStart(12, '0')}`;
  await pool.query(
    `insert into notifications.message (id, user_id, channel, category, priority, template, language, recipient_sealed,
       content_sealed, status, created_at)
     select gen_random_uuid(), case when n % 5 = 0 then $1::uuid end, (array['email', 'sms'])[1 + n % 2], 'general', 'medium',
       (array['a', 'b', null])[1 + n % 3], 'en', 'x', 'x', (array['pending', 'scheduled'])[1 + n % 4 / 3],
       now() - n * interval '10 minutes' from generate_series(1, 60) n`,
    [user],
  );
  const changes = [
    `status = 'sending'`,
    `status = 'pending', provider = 'smtp'`, // a retry
    `status = 'sent', provider = 'smtp', sent_at = created_at + $1::int * interval '7 milliseconds'`,
    `status = 'delivered' where status = 'sent'`,
    `status = 'failed' where status = 'sent'`, // a bounce after it was sent
    `status = 'failed', provider = 'twilio'`,
    `status = 'cancelled'`,
    `status_reason = status, status = 'archived'`,
  ];
  for (let index = 0; index < 120; index++) {
    const [change = '', condition = 'true'] = (changes[random(changes.length)] ?? '').split(' where ');
    const some = `select id from notifications.message where $1::int >= 0 order by id offset ${random(120)} limit 3`;
    await pool.query(`update notifications.message set ${change} where ${condition} and id in (${some})`, [
      random(5000),
    ]);
  }
  await pool.query(`insert into public.removed select * from notifications.message
    where user_id = '${user}' and status not in ('pending', 'scheduled', 'sending')`);
  await pool.query('delete from notifications.message where user_id = $1', [user]);
}

/** By all that a report distinguishes, as the messages have it, and as the reports count it. */
async function both({ database: { pool } }: TestApp) {
  const columns = 'hour, channel, category, template, provider, status, sent_hour';
  const count = async (from: string, value: string) =>
    (await pool.query(`select ${columns}, ${value}::int as count from ${from} group by ${columns}
      having ${value} <> 0 order by ${columns}`)).rows; // prettier-ignore
  return {
    scanned: await count(
      `(select date_trunc('hour', created_at, 'UTC') as hour, date_trunc('hour', sent_at, 'UTC') as sent_hour, m.*
        from (table notifications.message union all table public.removed) m) m`,
      'count(*)',
    ),
    counted: await count(
      `(select ${columns}, count from notifications.report union all
        select ${columns}, count from notifications.report_change) r`,
      'sum(count)',
    ),
  };
}

const keepRemoved = ({ database }: TestApp) =>
  database.pool.query('create table public.removed (like notifications.message)');

test('reports count what a scan finds: sent, retried, bounced later, cancelled, archived, and of deleted persons', async (t) => {
  const smtp = await startSmtpServer(t);
  const app = await testApp(t, { environment: { SMTP_URL: smtp.url } });
  await keepRemoved(app);
  const sara = app.signIn(read, write, reports);
  for (const recipient of ['one@example.com', 'two@example.com', 'bounce@example.com'])
    await sara.post('/notifications', { channel: 'email', recipient, body: 'x' });
  await app.drain();

  for (const seed of [1, 2]) {
    await traffic(app, seed);
    const before = await both(app);
    await runJob(app, 'notifications.report');
    const after = await both(app);
    assert.deepEqual(before.counted, before.scanned);
    assert.deepEqual(after, before);
  }

  const { rows } = await app.database.pool.query<{ channel: string; count: number; p50: number; p99: number }>(
    `select channel, count(*)::int as count, percentile_disc(0.5) within group (order by ms)::float8 as p50,
            percentile_disc(0.99) within group (order by ms)::float8 as p99
     from (select channel, greatest(1, extract(epoch from sent_at - created_at) * 1000) as ms
       from (table notifications.message union all table public.removed) m where sent_at is not null) m
     group by 1 order by 1`,
  );
  const { byChannel } = (await sara.get('/notifications/reports/summary')).body.latency;
  const keysOf = (all: { channel?: string; key?: string; count: number }[]) => all.map((one) => [one.channel ?? one.key, one.count]); // prettier-ignore
  assert.deepEqual(keysOf(byChannel), keysOf(rows));
  for (const [index, { p50, p99 }] of rows.entries()) {
    const { p50Ms, p99Ms } = byChannel[index];
    for (const [shown, real] of [[p50Ms, p50], [p99Ms, p99]]) assert.ok(Math.max(shown / real, real / shown) <= STEP, `${shown} ${real}`); // prettier-ignore
  }
});

test('messages from before the counts are counted once, also those that change meanwhile', async (t) => {
  const app = await testApp(t);
  const { pool } = app.database;
  await keepRemoved(app);
  await pool.query('alter table notifications.message disable trigger user');
  await traffic(app, 3);
  await pool.query('alter table notifications.message enable trigger user');
  await pool.query(`truncate notifications.report_change, public.removed`);
  const { rows } = await pool.query<{ id: string }>(
    'select id from notifications.message order by id offset 20 limit 1',
  );
  await pool.query(`insert into notifications.report_backfill
    select '00000000-0000-0000-0000-000000000000', max(id::text)::uuid from notifications.message`);

  await pool.query(`update notifications.message set status = 'failed' where id <= $1`, [rows[0]?.id]);
  await runJob(app, 'notifications.report');
  await pool.query(`update notifications.message set status = 'delivered' where id <= $1`, [rows[0]?.id]);
  const { scanned, counted } = await both(app);

  assert.deepEqual(counted, scanned);
});
