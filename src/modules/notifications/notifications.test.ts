import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { startSmtpServer } from '#testing/servers/smtp-server.ts';
import { userEvents } from '#modules/users/contract.ts';
import { sometime } from '#testing/branding.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { declareShop } from '#testing/shop.ts';
import { notificationPermissions } from './contract.ts';

const { read, manageAll } = notificationPermissions;
const HOUR_MS = 3_600_000;
const notice = { template: 'shop.alert', category: 'security', occurrence: sometime, variables: {} } as const;
const reminder = {
  template: 'shop.pickup',
  category: 'reminders',
  channels: ['inApp', 'email'],
  variables: { description: 'نان' },
} as const;

/** A person who can be reached, and who may read their messages. */
async function person(app: TestApp, email = app.randomEmail(), language: 'en' | 'fa' = 'en') {
  const caller = app.signIn(read);
  await declareShop(app);
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.notifications.putRecipient(unit, { userId: caller.userId, email, language, timeZone: 'UTC' }),
  );
  const send = (message: typeof notice | typeof reminder) =>
    app.database.units.write(system('users'), (unit: AnyUnit) =>
      app.notifications.send(unit, { ...message, to: { userId: caller.userId } }),
    );
  return { email, send, ...caller };
}

test('a message is pending until it is sent, and its attempt is on record', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  await sara.send(notice);

  const before = (await sara.get('/notifications')).body.items[0];
  await app.drain();
  const after = (await sara.get(`/notifications/${before.id}`)).body;

  assert.deepEqual([before.status, before.attempts], ['pending', []]);
  assert.deepEqual(
    [after.status, after.channel, after.recipient],
    ['sent', 'email', `${sara.email.charAt(0)}***@example.com`],
  );
  assert.deepEqual(
    after.attempts.map(({ number, outcome, error }: { number: number; outcome: string; error: null }) => [
      number,
      outcome,
      error,
    ]),
    [[1, 'sent', null]],
  );
  assert.equal((await app.mailbox(sara.email)).length, 1);
});

test('a message of a unit that rolls back is not sent', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  const failing = app.database.units.write(system('users'), async (unit: AnyUnit) => {
    await app.notifications.send(unit, { ...notice, to: { userId: sara.userId } });
    throw new Error('no');
  });

  await assert.rejects(failing, /no/);
  await app.drain();

  assert.deepEqual(await app.mailbox(sara.email), []);
});

test('over SMTP: a deferred message is retried and fails after five attempts, a bounced message fails at once', async (t) => {
  const smtp = await startSmtpServer(t);
  const app = await testApp(t, { environment: { SMTP_URL: smtp.url } });
  const [deferred, bounced, fine] = [
    await person(app, 'defer@example.com'),
    await person(app, 'bounce@example.com'),
    await person(app, 'fine@example.com', 'fa'),
  ];
  for (const { send } of [deferred, bounced, fine]) await send(notice);

  await app.drain(HOUR_MS);

  const states = await Promise.all(
    [deferred, bounced, fine].map(async ({ get }) => {
      const [{ status, attempts }] = (await get('/notifications')).body.items;
      return [status, attempts.map(({ outcome }: { outcome: string }) => outcome)];
    }),
  );
  assert.deepEqual(states, [
    ['failed', Array(5).fill('deferred')],
    ['failed', ['bounced']],
    ['sent', ['sent']],
  ]);
  const [mail] = await smtp.received('fine@example.com');
  assert.equal(mail?.subject, 'سفارش شما تغییر کرد');
  assert.match(mail?.html ?? '', /dir="rtl"/);
});

test('while the mail server cannot be reached, the message waits and is not lost', async (t) => {
  const app = await testApp(t, { environment: { SMTP_URL: 'smtp://127.0.0.1:9' } });
  const sara = await person(app);
  await sara.send(notice);

  await app.drain();

  const [message] = (await sara.get('/notifications')).body.items;
  assert.deepEqual([message.status, message.attempts[0].outcome], ['pending', 'deferred']);
});

test('people see their own messages, and all messages only with manage_all', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await person(app), await person(app)];
  await sara.send(notice);
  const [{ id }] = (await sara.get('/notifications')).body.items;
  const operator = app.signIn(read, manageAll);

  const foreign = await reza.get(`/notifications/${id}`);

  assert.deepEqual([foreign.status, foreign.body.code], [404, 'notifications.not_found']);
  assert.equal((await reza.get('/notifications')).body.totalCount, 0);
  assert.equal((await operator.get('/notifications?channel=email&status=pending')).body.totalCount, 1);
});

test('in-app messages are unread in the inbox until they are read', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await person(app), await person(app)];
  await sara.send(reminder);
  await sara.send(reminder);
  const { items } = (await sara.get('/notifications/inbox')).body;

  const foreign = await reza.post(`/notifications/inbox/${items[0].id}/read`);
  const first = await sara.post(`/notifications/inbox/${items[0].id}/read`);
  const unread = (await sara.get('/notifications/inbox')).body.items.filter(
    ({ readAt }: { readAt: string | null }) => readAt === null,
  ).length;
  await sara.post('/notifications/inbox/read-all');
  await app.drain();

  assert.deepEqual([items.length, items[0].text], [2, 'Your order is ready\n\nنان']);
  assert.deepEqual([foreign.status, first.status, unread], [404, 204, 1]);
  assert.ok(
    (await sara.get('/notifications/inbox')).body.items.every(
      ({ readAt }: { readAt: string | null }) => readAt !== null,
    ),
  );
  assert.deepEqual(await app.mailbox(sara.email), [], 'no e-mail was requested');
});

test('nothing is sent to an unknown or erased person, and nothing about them is kept', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  await sara.send(notice);
  const [{ id }] = (await sara.get('/notifications')).body.items;
  const reader = newId();
  const entry = { subjectType: 'user', subjectValue: reader, canRead: true } as const;
  const rights = { canWrite: false, canDelete: false, canExecute: false, canManage: false };
  await app.database.units.write(system('users'), async (unit: AnyUnit) => {
    await app.authorization.admit(unit, reader);
    await app.authorization.accessLists.put(unit, 'notification', id, { ...rights, ...entry });
  });
  await app.database.units.write(system('users'), async ({ publish }) =>
    publish(userEvents.deleted, { userId: sara.userId }),
  );
  await app.drain();

  await sara.send(notice);

  assert.equal((await sara.get('/notifications')).body.totalCount, 0);
  assert.equal((await sara.get(`/notifications/${newId()}`)).status, 404);
  assert.deepEqual(await app.authorization.accessLists.list('notification', id), []);
});
