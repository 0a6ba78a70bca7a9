import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallestIdAt } from '#kernel/id.ts';
import { testApp } from '#testing/app.ts';
import { everything } from '#testing/authorization.ts';
import { notificationPermissions } from '../contract.ts';

const { read, write, access, manageAll } = notificationPermissions;
const ROWS = 12_000;
const MINUTE_MS = 60_000;

test('a filter that nothing of many passes ends its page early, with a cursor that goes on, and without a count', async (t) => {
  const app = await testApp(t);
  const [sara, other] = [app.signIn(read), app.signIn(read)];
  const admin = app.signIn(read, manageAll);
  const { pool } = app.database;
  await pool.query(`insert into "authorization".subject (user_id) values ($1)`, [sara.userId]);
  await pool.query(
    `insert into notifications.message (id, user_id, created_by, channel, category, priority, language, recipient_sealed,
       content_sealed, status)
     select gen_random_uuid(), $1::uuid, $1, 'email', 'general', 'medium', 'en', 'x', 'x', 'sent' from generate_series(1, $2::int)`,
    [sara.userId, ROWS],
  );
  await pool.query(
    `insert into "authorization".access_entry (resource_type, resource_id, user_id, can_read, can_write, can_delete, can_manage)
     select 'notification', id, $1, true, false, false, false from notifications.message`,
    [sara.userId],
  );

  const own = (await sara.get('/notifications?channel=sms')).body;
  const next = (await sara.get(`/notifications?channel=sms&cursor=${own.nextCursor}`)).body;
  const counted = (await admin.get('/notifications?channel=sms')).body;
  const nobody = (await other.get('/notifications?channel=sms')).body;

  assert.deepEqual([own.items, own.totalCount, next.items], [[], null, []]);
  assert.ok(own.nextCursor !== null && next.nextCursor !== null);
  assert.deepEqual([counted.items, counted.totalCount, counted.nextCursor], [[], 0, null]);
  assert.deepEqual([nobody.totalCount, nobody.nextCursor], [0, null]);
});

test('a message that somebody created, received and was given is listed and counted once', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write, access);
  const { pool } = app.database;
  await pool.query(`insert into "authorization".subject (user_id) values ($1)`, [sara.userId]);
  for (const recipient of ['a@example.com', 'b@example.com', 'c@example.com'])
    await sara.post('/notifications', { channel: 'email', recipient, subject: recipient, body: 'x' });
  await pool.query('update notifications.message set user_id = $1', [sara.userId]);
  await pool.query(
    `insert into "authorization".access_entry (resource_type, resource_id, user_id, can_read, can_write, can_delete, can_manage)
     select 'notification', id, $1, true, false, false, false from notifications.message`,
    [sara.userId],
  );

  const first = (await sara.get('/notifications?pageSize=2')).body;
  const second = (await sara.get(`/notifications?pageSize=2&cursor=${first.nextCursor}`)).body;
  const byNumber = (await sara.get('/notifications?pageSize=2&page=2')).body;
  const [oldest] = second.items;

  const subjects = [...first.items, ...second.items].map(({ subject }: { subject: string }) => subject);
  assert.deepEqual(subjects, ['c@example.com', 'b@example.com', 'a@example.com']);
  assert.deepEqual([first.totalCount, second.nextCursor, byNumber.items[0].id], [3, null, oldest.id]);
  const { createdAt } = oldest;
  const later = (await sara.get(`/notifications?from=${createdAt}`)).body;
  const before = (await sara.get(`/notifications?to=${createdAt}`)).body;
  assert.deepEqual([later.totalCount, before.totalCount], [3, 0]);
});

test('messages that several roles of somebody share are each on one page', async (t) => {
  const app = await testApp(t);
  const [sara, writer, admin] = [app.signIn(read), app.signIn(read, write), everything(app)];
  const { pool } = app.database;
  await pool.query(`insert into "authorization".subject (user_id) values ($1)`, [sara.userId]);
  for (let n = 0; n < 12; n++)
    await writer.post('/notifications', { channel: 'email', recipient: 'a@example.com', subject: 'x', body: 'x' });
  for (const name of ['first', 'second']) {
    const { body: role } = await admin.post('/authorization/roles', { name, permissions: [] });
    await admin.post('/authorization/assign-role', { userId: sara.userId, roleName: name });
    await pool.query(
      `insert into "authorization".access_entry (resource_type, resource_id, role_id, can_read, can_write, can_delete, can_manage)
       select 'notification', id, $1, true, false, false, false from notifications.message`,
      [role.id],
    );
  }
  const found: string[] = [];

  let page = (await sara.get('/notifications?pageSize=5')).body;
  const { totalCount } = page;
  for (;;) {
    found.push(...page.items.map(({ id }: { id: string }) => id));
    if (page.nextCursor === null) break;
    page = (await sara.get(`/notifications?pageSize=5&cursor=${page.nextCursor}`)).body;
  }

  assert.deepEqual([totalCount, found.length, new Set(found).size], [12, 12, 12]);
});

test('all messages of a time are those created from its begin until before its end, also where clocks differ', async (t) => {
  const app = await testApp(t);
  const admin = app.signIn(read, manageAll);
  const beginMs = Date.parse('2026-01-01T12:00:00.000Z');
  const [short, long] = [4 * MINUTE_MS, 60 * MINUTE_MS];
  const created = [-1, 0, short - 1, short, long - 1, long].map((ms) => beginMs + ms);
  await app.database.pool.query(
    `insert into notifications.message (id, channel, category, priority, language, recipient_sealed, content_sealed, status, created_at)
     select id, 'email', 'general', 'medium', 'en', 'x', 'x', 'sent', at from unnest($1::uuid[], $2::timestamptz[]) m (id, at)`,
    [
      created.map((ms, at) => smallestIdAt(ms + (at % 2 === 0 ? 4 : -4) * MINUTE_MS + at)),
      created.map((ms) => new Date(ms).toISOString()),
    ],
  );
  const countWithin = async (lengthMs: number) => {
    const [from, to] = [beginMs, beginMs + lengthMs].map((ms) => new Date(ms).toISOString());
    return (await admin.get(`/notifications?from=${from}&to=${to}&page=2`)).body.totalCount; // an empty page: contents are none
  };

  assert.deepEqual([await countWithin(short), await countWithin(long)], [2, 4]);
});
