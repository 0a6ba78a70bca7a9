import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { notificationPermissions } from '../contract.ts';

const { read, write, schedules, manageAll } = notificationPermissions;
const DAY_MS = 86_400_000;
const raw = { channel: 'email', recipient: 'reza@example.com', subject: 'Hello', body: 'Dear Reza' };
const caller = (app: TestApp) => app.signIn(read, write, schedules);
const inDays = (app: TestApp, days: number) => new Date(app.now().getTime() + days * DAY_MS).toISOString();

/** A message that is scheduled far in the future, so that its schedule can be changed before it is sent. */
async function waiting(app: TestApp, sara: ReturnType<typeof caller>, change: object = {}): Promise<string> {
  const { body } = await sara.post('/notifications', { ...raw, ...change, scheduledAtUtc: inDays(app, 3000) });
  return body.id;
}

test('a message goes out once, at its time and not before', async (t) => {
  const app = await testApp(t);
  const sara = caller(app);
  const id = await waiting(app, sara);

  const { status, body, headers } = await sara.post(`/notifications/${id}/schedule`, { runAtUtc: inDays(app, 2) });
  await app.drain(DAY_MS);
  const early = (await app.mailbox(raw.recipient)).length;
  app.pass(3 * DAY_MS);
  await app.drain(3 * DAY_MS);

  assert.deepEqual([status, headers['location']], [201, `/api/v1/notifications/schedules/${body.id}`]);
  assert.deepEqual([body.status, body.nextRunAtUtc, body.runCount], ['active', body.nextRunAtUtc, 0]);
  assert.deepEqual([early, (await app.mailbox(raw.recipient)).length], [0, 1]);
  const [plan] = (await sara.get('/notifications/schedules?status=done')).body.items;
  assert.deepEqual([plan.id, plan.status, plan.runCount, plan.nextRunAtUtc], [body.id, 'done', 1, null]);
});

test('a repeating schedule sends the message and then copies of it, each with its own attempts', async (t) => {
  const app = await testApp(t);
  const sara = caller(app);
  const id = await waiting(app, sara);
  const { body } = await sara.post(`/notifications/${id}/schedule`, { ruleName: 'daily', runAtUtc: inDays(app, 1) });

  for (let day = 0; day < 3; day++) {
    app.pass(DAY_MS + 1000);
    await app.drain((day + 1) * (DAY_MS + 1000));
  }

  const [plan] = (await sara.get('/notifications/schedules?status=active')).body.items;
  assert.deepEqual([plan.id, plan.runCount], [body.id, 3]);
  const { items } = (await sara.get('/notifications')).body;
  assert.deepEqual(
    items.map(({ status }: { status: string }) => status),
    ['sent', 'sent', 'sent'],
  );
  assert.equal((await app.mailbox(raw.recipient)).length, 3);
});

for (const [timeZone, night, times] of [
  ['Europe/Berlin', '2027-03-27T12:00:00.000Z', ['2027-03-28T01:00:00.000Z', '2027-03-29T00:30:00.000Z']],
  ['Europe/Berlin', '2027-10-30T12:00:00.000Z', ['2027-10-31T00:30:00.000Z', '2027-11-01T01:30:00.000Z']],
  ['Asia/Tehran', '2027-03-20T12:00:00.000Z', ['2027-03-20T23:00:00.000Z', '2027-03-21T23:00:00.000Z']],
] as const) {
  test(`02:30 every day in ${timeZone} from ${night.slice(0, 10)} comes once a day`, async (t) => {
    const app = await testApp(t);
    const sara = caller(app);
    await app.database.units.write(system('users'), (unit: AnyUnit) =>
      app.notifications.putRecipient(unit, { userId: sara.userId, email: raw.recipient, language: 'en', timeZone }),
    );
    const id = await waiting(app, sara, { recipient: sara.userId });
    app.pass(Date.parse(night) - app.now().getTime());
    const { body } = await sara.post(`/notifications/${id}/schedule`, {
      ruleName: '30 2 * * *',
      timeZone: 'recipient',
    });
    const planned: string[] = [body.nextRunAtUtc];

    for (let day = 0; day < 2; day++) {
      const [plan] = (await sara.get('/notifications/schedules?status=active')).body.items;
      app.pass(Date.parse(plan.nextRunAtUtc) + 1000 - app.now().getTime());
      const aheadMs = app.now().getTime() - Date.now();
      await app.drain(aheadMs);
      planned.push((await sara.get('/notifications/schedules?status=active')).body.items[0].nextRunAtUtc);
    }

    assert.deepEqual(planned.slice(0, 2), times);
    assert.equal((await app.mailbox(raw.recipient)).length, 2);
  });
}

test('scheduled messages and digests go to the address that the person has when they are sent', async (t) => {
  const app = await testApp(t);
  const sara = caller(app);
  const [before, after] = ['before@example.com', 'after@example.com'];
  const moveTo = (email: string) =>
    app.database.units.write(system('users'), (unit: AnyUnit) =>
      app.notifications.putRecipient(unit, { userId: sara.userId, email, language: 'en' }),
    );
  await moveTo(before);
  const id = await waiting(app, sara, { recipient: sara.userId });
  await sara.post(`/notifications/${id}/schedule`, { ruleName: 'daily', runAtUtc: inDays(app, 1) });
  app.pass(DAY_MS + 1000);
  await app.drain(DAY_MS + 1000);
  const choices = [{ category: 'product', channel: 'email', isWanted: true, digestMinutes: 60 }];
  await sara.put('/notifications/preferences', { choices, timeZone: 'Asia/Tehran' });
  for (const subject of ['One', 'Two'])
    await sara.post('/notifications', { ...raw, subject, category: 'product', recipient: sara.userId });

  await moveTo(after);
  app.pass(DAY_MS + 1000);
  await app.drain(2 * DAY_MS + 2000);

  const subjects = async (address: string) =>
    (await app.mailbox(address)).map(({ subject }: { subject: string }) => subject).toSorted();
  assert.deepEqual([await subjects(before), await subjects(after)], [['Hello'], ['2 messages from Bonyan', 'Hello']]);
  assert.equal((await sara.get('/notifications/preferences')).body.timeZone, 'Asia/Tehran', 'the zone stays');
});

test('a digest cuts the texts of its messages between letters, and a mail its subject', async (t) => {
  const app = await testApp(t);
  const sara = caller(app);
  const email = app.randomEmail();
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.notifications.putRecipient(unit, { userId: sara.userId, email, language: 'en' }),
  );
  const long = (letters: number) => `${'a'.repeat(letters - 1)}👨‍👩‍👧`;
  await sara.post('/notifications', { channel: 'email', recipient: email, subject: long(200), body: 'x' });
  await app.drain();
  const choices = [{ category: 'product', channel: 'email', isWanted: true, digestMinutes: 60 }];
  await sara.put('/notifications/preferences', { choices });
  for (const subject of ['One', 'Two'])
    await sara.post('/notifications', {
      ...raw,
      subject,
      body: long(300),
      category: 'product',
      recipient: sara.userId,
    });

  app.pass(DAY_MS);
  await app.drain(DAY_MS);

  const [digest, mail] = await app.mailbox(email);
  assert.equal(mail.subject, 'a'.repeat(199));
  assert.match(digest.text, /a{299}/);
  assert.doesNotMatch(digest.text, /[\u{D800}-\u{DFFF}👨👩👧]/u);
});

test('runs that were missed while no process was running become one run', async (t) => {
  const app = await testApp(t);
  const sara = caller(app);
  const id = await waiting(app, sara);
  await sara.post(`/notifications/${id}/schedule`, { ruleName: '*/5 * * * *' });

  app.pass(DAY_MS);
  await app.drain(DAY_MS - 60_000);

  const [plan] = (await sara.get('/notifications/schedules?status=active')).body.items;
  assert.equal(plan.runCount, 1);
  assert.ok(Date.parse(plan.nextRunAtUtc) > app.now().getTime());
});

test('a cancelled schedule sends nothing more, and cancels the message that waited for it', async (t) => {
  const app = await testApp(t);
  const sara = caller(app);
  const id = await waiting(app, sara);
  const { body } = await sara.post(`/notifications/${id}/schedule`, { runAtUtc: inDays(app, 1) });

  const first = await sara.delete(`/notifications/schedules/${body.id}`);
  const second = await sara.delete(`/notifications/schedules/${body.id}`);
  await app.drain(4000 * DAY_MS);

  assert.deepEqual([first.status, second.status], [204, 204]);
  assert.equal((await sara.get(`/notifications/${id}`)).body.status, 'cancelled');
  assert.deepEqual(await app.mailbox(raw.recipient), []);
});

test('a new schedule replaces the former one', async (t) => {
  const app = await testApp(t);
  const sara = caller(app);
  const id = await waiting(app, sara);
  await sara.post(`/notifications/${id}/schedule`, { runAtUtc: inDays(app, 1) });
  await sara.post(`/notifications/${id}/schedule`, { runAtUtc: inDays(app, 5) });

  await app.drain(2 * DAY_MS);

  assert.deepEqual(await app.mailbox(raw.recipient), []);
  assert.equal((await sara.get('/notifications/schedules?status=active')).body.totalCount, 1);
  assert.equal((await sara.get('/notifications/schedules?status=cancelled')).body.totalCount, 2);
});

test('every invalid schedule gets its own error', async (t) => {
  const app = await testApp(t);
  const sara = caller(app);
  const id = await waiting(app, sara);
  const cases: [object, string][] = [
    [{}, 'notifications.schedule_invalid'],
    [{ runAtUtc: '2020-01-01T00:00:00.000Z' }, 'notifications.schedule_in_past'],
    [{ runAtUtc: '2027-12-31T23:59:60Z' }, 'http.invalid'],
    [{ ruleName: 'sometimes' }, 'notifications.schedule_invalid'],
    [{ ruleName: '0 0 30 2 *' }, 'notifications.schedule_invalid'],
    [{ ruleName: 'daily', timeZone: 'Europe/Nowhere' }, 'notifications.time_zone_invalid'],
  ];

  for (const [input, code] of cases)
    assert.equal((await sara.post(`/notifications/${id}/schedule`, input)).body.code, code);
  const nowhere = await sara.post(`/notifications/${newId()}/schedule`, { ruleName: 'daily' });

  assert.deepEqual([nowhere.status, nowhere.body.code], [404, 'notifications.not_found']);
});

test('a message that is cancelled or archived loses its schedule, and gets no new one', async (t) => {
  const app = await testApp(t);
  const sara = caller(app);
  const [cancelled, archived] = [await waiting(app, sara), await waiting(app, sara)];
  for (const id of [cancelled, archived]) await sara.post(`/notifications/${id}/schedule`, { ruleName: 'daily' });

  await sara.put(`/notifications/${cancelled}/cancel`);
  await sara.delete(`/notifications/archive/${archived}`);

  assert.equal((await sara.get('/notifications/schedules?status=active')).body.totalCount, 0);
  for (const id of [cancelled, archived]) {
    const { status, body } = await sara.post(`/notifications/${id}/schedule`, { ruleName: 'daily' });
    assert.deepEqual([status, body.code], [409, 'notifications.ended']);
  }
  await app.drain(4000 * DAY_MS);
  assert.deepEqual(await app.mailbox(raw.recipient), []);
});

test('you see and can cancel a schedule that somebody else made for your message', async (t) => {
  const app = await testApp(t);
  const [sara, admin] = [caller(app), app.signIn(read, write, schedules, manageAll)];
  const id = await waiting(app, sara);
  const { body } = await admin.post(`/notifications/${id}/schedule`, { ruleName: 'weekly' });

  const [seen] = (await sara.get('/notifications/schedules?status=active')).body.items;
  const ended = await sara.delete(`/notifications/schedules/${body.id}`);

  assert.deepEqual([seen?.id, ended.status], [body.id, 204]);
  assert.equal((await admin.get('/notifications/schedules?status=active')).body.totalCount, 0);
});

test('schedules of others are visible and can be cancelled only with manage_all', async (t) => {
  const app = await testApp(t);
  const [sara, reza, admin] = [caller(app), caller(app), app.signIn(read, write, schedules, manageAll)];
  const id = await waiting(app, sara);
  const { body } = await sara.post(`/notifications/${id}/schedule`, { ruleName: 'weekly' });

  const foreign = await reza.delete(`/notifications/schedules/${body.id}`);
  const seen = (await admin.get('/notifications/schedules?status=active')).body.totalCount;
  const ended = await admin.delete(`/notifications/schedules/${body.id}`);

  assert.deepEqual([foreign.status, foreign.body.code], [404, 'notifications.schedule_not_found']);
  assert.equal((await reza.get('/notifications/schedules')).body.totalCount, 0);
  assert.deepEqual([seen, ended.status], [1, 204]);
});

test('a preview lists the instants of a schedule that is not stored', async (t) => {
  const app = await testApp(t);
  const sara = caller(app);
  const preview = (input: object) => sara.post('/notifications/schedules/preview', input);
  const tehran = { ruleName: '30 6 * * *', timeZone: 'Asia/Tehran' };

  const first = `${inDays(app, 2).slice(0, 16)}:00.000Z`;
  const daily = await preview(tehran);
  const once = await preview({ runAtUtc: first });
  const begun = await preview({ ruleName: 'weekly', runAtUtc: first });
  const refused = await Promise.all(
    [{}, { ruleName: 'x' }, { runAtUtc: inDays(app, -1) }, { ...tehran, timeZone: 'No/Where' }].map(preview),
  );

  assert.deepEqual(
    daily.body.items.map((at: string) => at.slice(10)),
    Array.from({ length: 5 }, () => 'T03:00:00.000Z'),
  );
  assert.deepEqual(once.body.items, [first]);
  assert.deepEqual(
    begun.body.items,
    [0, 7, 14, 21, 28].map((days) => new Date(Date.parse(first) + days * DAY_MS).toISOString()),
  );
  assert.deepEqual(
    refused.map(({ body }) => body.code),
    [
      'notifications.schedule_invalid',
      'notifications.schedule_invalid',
      'notifications.schedule_in_past',
      'notifications.time_zone_invalid',
    ],
  );
  assert.equal((await sara.get('/notifications/schedules')).body.totalCount, 0);
});
