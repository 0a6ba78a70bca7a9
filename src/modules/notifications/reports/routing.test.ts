import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { notificationPermissions, type Severity } from '../contract.ts';

const { read, routing } = notificationPermissions;

/** An account that can be reached; an administrator if `isAdmin`. */
async function account(app: TestApp, isAdministrator: boolean) {
  const caller = app.signIn(read, routing, auditPermissions.read);
  const email = app.randomEmail();
  await app.database.units.write(system('users'), async (unit: AnyUnit) => {
    const { userId } = caller;
    await app.authorization.admit(unit, userId);
    if (isAdministrator) await app.authorization.makeAdministrator(unit, userId);
    await app.notifications.putRecipient(unit, { userId, email, language: 'en', timeZone: 'UTC' });
  });
  return { ...caller, email };
}

const notify = (app: TestApp, severity: Severity) =>
  app.database.units.write(system('logging'), (unit: AnyUnit) =>
    app.notifications.notifyIncident(unit, {
      severity,
      title: 'Disk full',
      description: 'No space is left on node 1.',
      path: '/console/incidents/1',
    }),
  );

test('by default administrators are notified of every incident, in-app and by e-mail', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await account(app, true), await account(app, false)];

  const count = await notify(app, 'critical');
  await app.drain();

  assert.equal(count, 2);
  const [mail] = await app.mailbox(sara.email);
  assert.match(mail.subject, /Critical: Disk full/);
  assert.match(mail.text, /No space is left on node 1\.[^]*\/console\/incidents\/1/);
  assert.match((await sara.get('/notifications/inbox')).body.items[0].subject, /Disk full/);
  assert.equal((await reza.get('/notifications/inbox')).body.totalCount, 0);
});

test('the routing of each severity can be changed, and the change is audited', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await account(app, true), await account(app, false)];
  const low = { severity: 'low', roles: [], userIds: [reza.userId], channels: ['inApp'] };

  const before = (await sara.get('/notifications/routing')).body.routes;
  const { status, body } = await sara.put('/notifications/routing', { routes: [low] });
  const counts = [await notify(app, 'low'), await notify(app, 'high')];

  assert.deepEqual(
    before.map(({ severity, roles }: { severity: string; roles: string[] }) => [severity, ...roles]),
    ['low', 'medium', 'high', 'critical'].map((severity) => [severity, 'admin']),
  );
  assert.deepEqual([status, body.routes[0]], [200, { ...low, targets: [] }]);
  assert.deepEqual(counts, [1, 2]);
  assert.equal((await reza.get('/notifications/inbox')).body.totalCount, 1);
  const [entry] = (await sara.get('/audit?action=notifications.routing_changed')).body.items;
  assert.equal(entry.actorId, sara.userId);
});

test('a routing to an unknown person or role, or with one severity twice, is refused', async (t) => {
  const app = await testApp(t);
  const sara = await account(app, true);
  const route = { severity: 'low', roles: ['admin'], userIds: [], channels: ['inApp'] };

  for (const routes of [[route, route], [{ ...route, roles: ['nobody'] }], [{ ...route, userIds: [newId()] }]]) {
    const { status, body } = await sara.put('/notifications/routing', { routes });
    assert.deepEqual([status, body.code], [400, 'notifications.routing_invalid']);
  }
});

test('rooms, chats and numbers are notified in their language, stored sealed, and masked in the audit trail', async (t) => {
  const app = await testApp(t);
  const sara = await account(app, true);
  const hook = 'https://hooks.slack.com/services/T0/B0/key';
  const targets = [
    { channel: 'slack', recipient: hook },
    { channel: 'sms', recipient: '+989121234567', language: 'fa' },
    { channel: 'telegram', recipient: '-100123' },
    { channel: 'teams', recipient: 'default' },
    { channel: 'webhook', recipient: 'https://example.com/incidents' },
    { channel: 'email', recipient: 'oncall@example.com' },
  ];
  const route = { severity: 'critical', roles: [], userIds: [], channels: ['inApp'], targets };

  const { status, body } = await sara.put('/notifications/routing', { routes: [route] });
  const count = await notify(app, 'critical');
  await app.drain();

  assert.deepEqual([status, body.routes.at(-1), count], [200, route, targets.length]);
  for (const { recipient } of targets) assert.equal((await app.mailbox(recipient)).length, 1, recipient);
  assert.match((await app.mailbox('+989121234567'))[0].text, /مشاهدهٔ رخداد/);
  const [entry] = (await sara.get('/audit?action=notifications.routing_changed')).body.items;
  assert.ok(!JSON.stringify(entry).includes(hook) && JSON.stringify(entry).includes('hooks.slack.com/***'));
  const { rows } = await app.database.pool.query<{ kept: string }>('select r::text as kept from notifications.route r');
  assert.ok(rows.every(({ kept }) => !kept.includes(Buffer.from(hook).toString('hex'))));
});

test('a target that its channel cannot reach, or of a channel that is not enabled, is refused', async (t) => {
  const environment = { SMTP_URL: 'smtp://127.0.0.1:9', BONYAN_MODE: 'production' };
  const [app, production] = [await testApp(t), await testApp(t, { environment })];
  const put = async (on: TestApp, target: object) => {
    const route = { severity: 'low', roles: [], userIds: [], channels: [], targets: [target] };
    return (await (await account(on, true)).put('/notifications/routing', { routes: [route] })).body.code;
  };

  assert.equal(await put(app, { channel: 'sms', recipient: 'Sara' }), 'notifications.recipient_invalid');
  assert.equal(await put(app, { channel: 'slack', recipient: 'ftp://x' }), 'notifications.recipient_invalid');
  assert.equal(await put(app, { channel: 'push', recipient: 'x' }), 'http.invalid');
  assert.equal(await put(app, { channel: 'sms', recipient: { valueOf: 1 } }), 'http.invalid');
  assert.equal(await put(production, { channel: 'sms', recipient: '+989121234567' }), 'notifications.channel_disabled');
});
