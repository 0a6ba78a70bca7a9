import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system, type Permission } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { notificationPermissions as permissions } from '../contract.ts';

const { read, write, manageAll, schedules, access } = permissions;
const raw = { channel: 'email', recipient: 'reza@example.com', subject: 'Hello', body: 'Dear Reza\n\nwelcome <b>!' };
const HOUR_MS = 3_600_000;

/** A user who writes messages and can be reached. */
async function writer(app: TestApp, ...more: Permission[]) {
  const caller = app.signIn(read, write, schedules, access, ...more);
  const email = app.randomEmail();
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.notifications.putRecipient(unit, { userId: caller.userId, email, language: 'fa', timeZone: 'Asia/Tehran' }),
  );
  return { ...caller, email };
}

const soon = (app: TestApp) => new Date(app.now().getTime() + HOUR_MS).toISOString();

test('a raw message is text: in an e-mail it is escaped, and its address is shown masked', async (t) => {
  const app = await testApp(t);
  const sara = await writer(app);

  const { status, body, headers } = await sara.post('/notifications', raw);
  await app.drain();

  assert.deepEqual([status, headers['location']], [201, `/api/v1/notifications/${body.id}`]);
  assert.deepEqual([body.status, body.priority, body.recipient], ['pending', 'medium', 'r***@example.com']);
  const [mail] = await app.mailbox('reza@example.com');
  assert.deepEqual([mail.subject, mail.text], ['Hello', 'Dear Reza\n\nwelcome <b>!']);
  assert.ok(mail.html.includes('welcome &lt;b&gt;!'));
  const sent = (await sara.get(`/notifications/${body.id}`)).body;
  assert.deepEqual([sent.status, sent.attempts.length, sent.attempts[0].outcome], ['sent', 1, 'sent']);
  assert.ok(sent.sentAt && sent.attempts[0].messageId);
});

test('a message to a person is in their language, goes to their address, and is visible to them', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await writer(app), await writer(app)];

  const byId = await sara.post('/notifications', { ...raw, recipient: reza.userId });
  const byAddress = await sara.post('/notifications', { ...raw, recipient: reza.email.toUpperCase() });
  const inApp = await sara.post('/notifications', { ...raw, channel: 'inApp', recipient: reza.userId });
  await app.drain();

  assert.deepEqual([byId.body.language, byAddress.body.language, inApp.body.status], ['fa', 'fa', 'delivered']);
  assert.equal((await app.mailbox(reza.email)).length, 2);
  assert.equal((await reza.get('/notifications')).body.totalCount, 3);
  assert.equal((await reza.get('/notifications/inbox')).body.items[0].text, 'Dear Reza\n\nwelcome <b>!');
});

test('every invalid new message gets its own error, and nothing is stored', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_MODE: 'production', SMTP_URL: 'smtp://127.0.0.1:9' } });
  const sara = await writer(app, permissions.templates);
  const { items } = (await sara.get('/notification-templates?name=todos.reminder&language=en&channel=email')).body;
  const templateId = items[0].id;
  const by = { channel: 'email', recipient: 'reza@example.com', templateId };
  const cases: [object, string][] = [
    [{ ...raw, channel: 'sms', recipient: '+4915112345678' }, 'notifications.channel_disabled'],
    [{ ...raw, channel: 'pigeon' }, 'http.invalid'],
    [{ ...raw, recipient: 'no address' }, 'notifications.recipient_invalid'],
    [{ ...raw, channel: 'inApp', recipient: newId() }, 'notifications.recipient_invalid'],
    [{ ...raw, channel: 'inApp', recipient: 'reza@example.com' }, 'notifications.recipient_invalid'],
    [{ ...raw, body: null }, 'notifications.content_invalid'],
    [{ ...raw, templateId }, 'notifications.content_invalid'],
    [{ ...raw, category: 'security' }, 'http.invalid'],
    [{ ...raw, scheduledAtUtc: '2020-01-01T00:00:00.000Z' }, 'notifications.schedule_in_past'],
    [{ ...by, templateId: newId() }, 'notifications.template_not_found'],
    [{ ...by, channel: 'inApp', recipient: sara.userId }, 'notifications.template_channel_mismatch'],
    [by, 'notifications.template_variable_missing'],
    [{ ...by, variables: { description: 'x'.repeat(70_000) } }, 'notifications.content_too_large'],
  ];

  for (const [input, code] of cases) assert.equal((await sara.post('/notifications', input)).body.code, code);

  assert.equal((await sara.get('/notifications')).body.totalCount, 0);
});

test('a scheduled message can be cancelled, also twice, and is never sent', async (t) => {
  const app = await testApp(t);
  const sara = await writer(app);
  const { body } = await sara.post('/notifications', { ...raw, scheduledAtUtc: soon(app) });

  const first = await sara.put(`/notifications/${body.id}/cancel`);
  const second = await sara.put(`/notifications/${body.id}/cancel`);
  await app.drain(2 * HOUR_MS);

  assert.deepEqual([body.status, first.body.status, second.body.status], ['scheduled', 'cancelled', 'cancelled']);
  assert.deepEqual(await app.mailbox(raw.recipient), []);
});

test('a recipient that a channel cannot reach is refused with what the channel expects', async (t) => {
  const app = await testApp(t);
  const sara = await writer(app);
  const expected: Record<string, RegExp> = {
    email: /e-mail address/,
    inApp: /id of a user/,
    sms: /E\.164/,
    push: /device token/,
    slack: /https:/,
    teams: /https:/,
    telegram: /chat/,
    webhook: /https:/,
  };

  for (const [channel, reason] of Object.entries(expected)) {
    const { body } = await sara.post('/notifications', { channel, recipient: '!', body: 'x' });
    assert.deepEqual([body.code, body.channel], ['notifications.recipient_invalid', channel]);
    assert.match(body.reason, reason, channel);
  }
});

test('a sent message can be archived, but neither cancelled nor scheduled', async (t) => {
  const app = await testApp(t);
  const sara = await writer(app);
  const { id } = (await sara.post('/notifications', raw)).body;
  await app.drain();

  const cancelled = await sara.put(`/notifications/${id}/cancel`);
  const scheduled = await sara.post(`/notifications/${id}/schedule`, { runAtUtc: soon(app) });
  const archived = await sara.delete(`/notifications/archive/${id}`);
  const again = await sara.delete(`/notifications/archive/${id}`);

  assert.deepEqual([cancelled.body.code, scheduled.body.code], Array(2).fill('notifications.already_sent'));
  assert.deepEqual([archived.status, again.status], [204, 204]);
  assert.equal((await sara.get(`/notifications/${id}`)).body.status, 'archived');
  assert.equal((await sara.get('/notifications?status=archived')).body.totalCount, 1);
});

test('when two cancel a message while a worker sends it, it ends in one state for all', async (t) => {
  const app = await testApp(t);
  const sara = await writer(app);
  const ids: string[] = [];
  for (let index = 0; index < 10; index++) ids.push((await sara.post('/notifications', raw)).body.id);

  const [answers] = await Promise.all([
    Promise.all(ids.map((id) => sara.put(`/notifications/${id}/cancel`))),
    app.drain(),
  ]);
  await app.drain();

  const cancelled = answers.filter(({ status }) => status === 200).length;
  assert.equal((await app.mailbox(raw.recipient)).length, 10 - cancelled);
  assert.equal((await sara.get('/notifications?status=cancelled')).body.totalCount, cancelled);
  assert.ok(answers.every(({ status, body }) => status === 200 || body.code === 'notifications.already_sent'));
});

test('others see a message only if it is shared with them, and change it only with that right', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await writer(app), await writer(app)];
  await app.database.units.write(system('users'), (unit: AnyUnit) => app.authorization.admit(unit, reza.userId));
  const { id } = (await sara.post('/notifications', { ...raw, scheduledAtUtc: soon(app) })).body;
  const entry = { subjectType: 'user', subjectValue: reza.userId, canRead: true };
  const tries = async () =>
    Promise.all([
      reza.get(`/notifications/${id}`),
      reza.get(`/notifications/${id}/permissions`),
      reza.put(`/notifications/${id}/permissions`, entry),
      reza.put(`/notifications/${id}/cancel`),
      reza.delete(`/notifications/archive/${id}`),
      reza.post(`/notifications/${id}/schedule`, { ruleName: 'daily' }),
    ]);

  const before = await tries();
  const put = await sara.put(`/notifications/${id}/permissions`, entry);
  const after = await tries();
  await sara.put(`/notifications/${id}/permissions`, { ...entry, canWrite: true });
  const allowed = await reza.put(`/notifications/${id}/cancel`);
  const unknown = await sara.put(`/notifications/${id}/permissions`, { ...entry, subjectValue: newId() });

  assert.deepEqual(
    before.map(({ body }) => body.code),
    Array(6).fill('notifications.not_found'),
  );
  assert.deepEqual([put.status, put.body.canRead, put.body.canWrite], [200, true, false]);
  assert.deepEqual(
    after.map(({ status }) => status),
    [200, 200, 404, 404, 404, 404],
  );
  assert.deepEqual([allowed.status, allowed.body.status], [200, 'cancelled']);
  assert.deepEqual([unknown.status, unknown.body.code], [404, authorizationErrors.userNotFound.code]);
  assert.equal((await reza.get('/notifications')).body.totalCount, 1);
  assert.equal((await sara.get(`/notifications/${id}/permissions`)).body.items.length, 1);
});

test('what an administrator does to messages of others is audited', async (t) => {
  const app = await testApp(t);
  const [sara, admin] = [await writer(app), app.signIn(read, write, manageAll, auditPermissions.read)];
  const { id } = (await sara.post('/notifications', { ...raw, scheduledAtUtc: soon(app) })).body;

  await admin.put(`/notifications/${id}/cancel`);
  await admin.delete(`/notifications/archive/${id}`);

  const { items } = (await admin.get(`/audit?resourceType=notification`)).body;
  assert.deepEqual(
    items.map(({ action, actorId }: { action: string; actorId: string }) => [action, actorId]),
    [
      ['notifications.message_archived', admin.userId],
      ['notifications.message_cancelled', admin.userId],
    ],
  );
});

test('a retried request creates one message, and lists are filtered by their dates', async (t) => {
  const app = await testApp(t);
  const sara = await writer(app);
  const key = { 'idempotency-key': newId() };

  const first = await sara.post('/notifications', raw, key);
  const second = await sara.post('/notifications', raw, key);
  const later = new Date(app.now().getTime() + HOUR_MS).toISOString();

  assert.deepEqual([second.status, second.body], [201, first.body]);
  assert.equal((await sara.get('/notifications')).body.totalCount, 1);
  assert.equal((await sara.get(`/notifications?from=${later}`)).body.totalCount, 0);
  assert.equal((await sara.get(`/notifications?to=${later}&channel=email`)).body.totalCount, 1);
});

test('recipients and contents are not readable anywhere in the database', async (t) => {
  const app = await testApp(t);
  const sara = await writer(app);
  await sara.post('/notifications', { ...raw, subject: 'topsecret subject', body: 'topsecret body' });

  const { rows } = await app.database.pool.query<{ text: string }>(
    `select m::text || coalesce(w::text, '') as text from notifications.message m, platform.work w`,
  );

  assert.ok(rows.length > 0 && rows.every(({ text }) => !/topsecret|reza@/.test(text)));
});
