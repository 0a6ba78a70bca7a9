import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { startSmtpServer } from '#testing/servers/smtp-server.ts';
import { sometime } from '#testing/branding.ts';
import { testApp, type TestApp, type TestOptions } from '#testing/app.ts';
import { declareShop } from '#testing/shop.ts';
import { notificationPermissions } from '../contract.ts';

const { read, write } = notificationPermissions;
const HOUR_MS = 3_600_000;
const raw = { channel: 'email', subject: 'Hello', body: 'Dear you' };
const product = { ...raw, category: 'product' };

async function person(app: TestApp, timeZone = 'UTC', email = app.randomEmail()) {
  const caller = app.signIn(read, write);
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.notifications.putRecipient(unit, { userId: caller.userId, email, language: 'en', timeZone }),
  );
  const choose = (change: object) => caller.put('/notifications/preferences', change);
  const say = (category: string, isWanted: boolean, more: object = {}) =>
    choose({ choices: [{ category, channel: 'email', isWanted, ...more }] });
  return { ...caller, email, choose, say };
}

test('a message that its recipient declined is stored as cancelled, and security messages are sent all the same', async (t) => {
  const app = await testApp(t);
  await declareShop(app);
  const sara = await person(app);
  await sara.say('general', false);

  const general = await sara.post('/notifications', { ...raw, recipient: sara.userId });
  const reminder = await sara.post('/notifications', { ...raw, category: 'reminders', recipient: sara.email });
  const notice = { template: 'shop.alert', category: 'security', occurrence: sometime, variables: {} } as const;
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.notifications.send(unit, { ...notice, to: { userId: sara.userId } }),
  );
  await app.drain();

  assert.deepEqual([general.body.status, general.body.statusReason], ['cancelled', 'optedOut']);
  assert.equal(reminder.body.status, 'cancelled', 'reminders are sent by e-mail only if chosen');
  assert.deepEqual(
    (await app.mailbox(sara.email)).map(({ subject }: { subject: string }) => subject),
    ['Your order was changed'],
  );
});

test('a scheduled message is not sent to a person who declines it meanwhile', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  const scheduledAtUtc = new Date(app.now().getTime() + HOUR_MS).toISOString();
  const { body } = await sara.post('/notifications', { ...raw, recipient: sara.userId, scheduledAtUtc });

  await sara.say('general', false);
  await app.drain(2 * HOUR_MS);

  const { status, statusReason } = (await sara.get(`/notifications/${body.id}`)).body;
  assert.deepEqual([status, statusReason], ['cancelled', 'optedOut']);
});

test('preferences show every choice, keep what is left out, and refuse unknown time zones and people', async (t) => {
  const app = await testApp(t);
  const [sara, stranger] = [await person(app), app.signIn()];

  await sara.say('reminders', true, { digestMinutes: 30 });
  const { body } = await sara.choose({ quietHours: { from: '22:00', to: '07:00' }, timeZone: 'Asia/Tehran' });
  await sara.say('reminders', false);
  const after = (await sara.get('/notifications/preferences')).body;
  const answers = [
    await sara.choose({ timeZone: 'Nowhere' }),
    await sara.choose({ quietHours: { from: '25:00', to: '07:00' } }),
    await sara.choose({ choices: [{ category: 'security', channel: 'email', isWanted: false }] }),
    await stranger.put('/notifications/preferences', { timeZone: 'UTC' }),
  ];

  assert.deepEqual([body.timeZone, body.quietHours], ['Asia/Tehran', { from: '22:00', to: '07:00' }]);
  const chosen = after.choices.find(
    ({ category, channel }: { category: string; channel: string }) => category === 'reminders' && channel === 'email',
  );
  assert.deepEqual(chosen, { category: 'reminders', channel: 'email', isWanted: false, digestMinutes: 30 });
  assert.deepEqual(
    answers.map(({ body: problem }) => problem.code),
    ['notifications.time_zone_invalid', 'http.invalid', 'http.invalid', 'notifications.recipient_invalid'],
  );
});

for (const [timeZone, night, before, after] of [
  ['Europe/Berlin', '2027-03-27T22:30:00Z', '2027-03-28T04:59:00Z', '2027-03-28T05:00:02Z'],
  ['Europe/Berlin', '2027-10-30T22:30:00Z', '2027-10-31T05:59:00Z', '2027-10-31T06:00:02Z'],
  ['Asia/Tehran', '2027-03-20T20:00:00Z', '2027-03-21T03:29:00Z', '2027-03-21T03:30:02Z'],
] as const) {
  test(`a message in the quiet hours of ${timeZone} on ${night.slice(0, 10)} waits for the morning`, async (t) => {
    const app = await testApp(t);
    const sara = await person(app, timeZone);
    await sara.choose({ quietHours: { from: '22:00', to: '07:00' } });
    const at = (instant: string) => app.pass(Date.parse(instant) - app.now().getTime());
    at(night);
    for (let count = 0; count < 5; count++) await sara.post('/notifications', { ...raw, recipient: sara.userId });

    await Promise.all([app.drain(), app.drain()]);
    at(before);
    await makeDue(app);
    await app.drain();
    const early = (await app.mailbox(sara.email)).length;
    at(after);
    await makeDue(app);
    await Promise.all([app.drain(), app.drain()]);

    assert.equal(early, 0);
    assert.equal((await app.mailbox(sara.email)).length, 5);
    const { items } = (await sara.get('/notifications')).body;
    assert.ok(
      items.every(({ attempts }: { attempts: unknown[] }) => attempts.length === 1),
      'waiting does not count as an attempt',
    );
  });
}

test('messages of one category within a digest become one, and the inbox has each', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  await sara.say('general', true, { digestMinutes: 60 });
  for (const subject of ['First', 'Second', 'Third'])
    await sara.post('/notifications', { ...raw, subject, recipient: sara.userId });
  await sara.post('/notifications', { ...raw, subject: 'Product', category: 'product', recipient: sara.userId });

  await app.drain();
  const before = (await app.mailbox(sara.email)).map(({ subject }: { subject: string }) => subject);
  await app.drain(2 * HOUR_MS);

  assert.deepEqual(before, ['Product'], 'another category goes out by itself');
  const [digest, ...rest] = await app.mailbox(sara.email);
  assert.deepEqual([digest.subject, rest.length], ['3 messages from Bonyan', 1]);
  assert.match(digest.text, /First[^]*Second[^]*Third/);
  const { items } = (await sara.get('/notifications')).body;
  assert.deepEqual(items.map(({ status }: { status: string }) => status).toSorted(), [
    'archived',
    'archived',
    'archived',
    'sent',
    'sent',
  ]);
});

test('a digest with a single message sends it as it is', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  await sara.say('general', true, { digestMinutes: 60 });
  await sara.post('/notifications', { ...raw, recipient: sara.userId });

  await app.drain(2 * HOUR_MS);

  assert.deepEqual(
    (await app.mailbox(sara.email)).map(({ subject }: { subject: string }) => subject),
    ['Hello'],
  );
});

/** An app that sends over a real SMTP server, where headers can be read. */
async function withSmtp(t: Parameters<typeof testApp>[0], options: TestOptions = {}) {
  const smtp = await startSmtpServer(t);
  const app = await testApp(t, { ...options, environment: { SMTP_URL: smtp.url, ...options.environment } });
  return { smtp, app };
}

function linkIn(text: string): string {
  return /http\S+unsubscribe\?token=\S+/.exec(text)?.[0].replace(/^http:\/\/[^/]+/, '') ?? '';
}

test('a product message has the one-click link of RFC 8058, which works by a post and without sign-in', async (t) => {
  const { smtp, app } = await withSmtp(t);
  const sara = await person(app);
  await sara.post('/notifications', { ...product, recipient: sara.userId });
  await sara.post('/notifications', { ...raw, recipient: sara.userId });
  await app.drain();
  const mails = await smtp.received(sara.email);
  const link = linkIn(mails.find(({ text }) => text.includes('Unsubscribe'))?.text ?? '');
  const post = (url: string) =>
    app.http.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'List-Unsubscribe=One-Click',
    });

  const page = await app.http.inject({ url: link, headers: { 'accept-language': 'fa' } });
  const looked = await sara.post('/notifications', { ...product, recipient: sara.userId });
  const clicked = await post(link);
  const twice = await post(link);
  const after = await sara.post('/notifications', { ...product, recipient: sara.userId });
  const forged = await post(`${link.slice(0, -8)}AAAAAAAA`);
  const invented = await post('/api/v1/notifications/unsubscribe?token=invented');

  assert.equal(mails.filter(({ text }) => text.includes('Unsubscribe')).length, 1);
  assert.deepEqual([page.statusCode, looked.body.status], [200, 'pending'], 'opening the page changes nothing');
  assert.match(page.body, /dir="rtl"[^]*<form method="post">/);
  assert.deepEqual([clicked.statusCode, twice.statusCode, after.body.status], [200, 200, 'cancelled']);
  assert.deepEqual([forged.statusCode, forged.json().code], [400, 'notifications.unsubscribe_invalid']);
  assert.equal(invented.json().code, 'notifications.unsubscribe_invalid');
});

test('an address without an account can decline too', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  await sara.post('/notifications', { ...product, recipient: 'Reza@example.com' });
  await app.drain();
  const [mail] = await app.mailbox('reza@example.com');

  await app.http.inject({ method: 'POST', url: linkIn(mail.text) });
  const after = await sara.post('/notifications', { ...product, recipient: 'reza@EXAMPLE.com' });
  const other = await sara.post('/notifications', { ...raw, recipient: 'reza@example.com' });

  assert.deepEqual(
    [after.body.status, after.body.statusReason, other.body.status],
    ['cancelled', 'optedOut', 'pending'],
  );
});

/** Product mails go to an address without an account; answers the link that the first of them carries. */
async function mailedLink(app: TestApp, sara: Awaited<ReturnType<typeof person>>, recipient: string) {
  await sara.post('/notifications', { ...product, recipient });
  await app.drain();
  const [mail] = await app.mailbox(recipient);
  return { click: () => app.http.inject({ method: 'POST', url: linkIn(mail.text) }) };
}

test('messages that wait for an address without an account, once or repeatedly, are not sent after it unsubscribes', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  const planner = app.signIn(notificationPermissions.manageAll, notificationPermissions.schedules, write, read);
  const recipient = 'reza@example.com';
  const { click } = await mailedLink(app, sara, recipient);
  const scheduledAtUtc = new Date(app.now().getTime() + HOUR_MS).toISOString();
  const [once, often] = [
    (await sara.post('/notifications', { ...product, recipient, scheduledAtUtc })).body,
    (await sara.post('/notifications', { ...product, recipient, scheduledAtUtc })).body,
  ];
  await planner.post(`/notifications/${often.id}/schedule`, { ruleName: 'daily', runAtUtc: scheduledAtUtc });

  await click();
  await app.drain(2 * HOUR_MS);
  app.pass(26 * HOUR_MS);
  await app.drain(27 * HOUR_MS);

  const { status, statusReason } = (await sara.get(`/notifications/${once.id}`)).body;
  assert.deepEqual([status, statusReason], ['cancelled', 'optedOut']);
  assert.equal((await app.mailbox(recipient)).length, 1);
});

test('what an address declined applies to the person who registers with it, until they choose otherwise', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  const email = 'reza@example.com';
  const { click } = await mailedLink(app, sara, email);
  await click();

  const reza = await person(app, 'UTC', email);
  const first = (await sara.post('/notifications', { ...product, recipient: reza.userId })).body;
  const { choices } = (await reza.get('/notifications/preferences')).body;
  await reza.say('product', true);
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.notifications.putRecipient(unit, { userId: reza.userId, email, language: 'fa', timeZone: 'UTC' }),
  );
  const second = (await sara.post('/notifications', { ...product, recipient: reza.userId })).body;
  await click();
  const third = (await sara.post('/notifications', { ...product, recipient: email })).body;

  assert.deepEqual([first.status, second.status, third.status], ['cancelled', 'pending', 'cancelled']);
  const shown = choices.find(
    ({ category, channel }: { category: string; channel: string }) => category === 'product' && channel === 'email',
  );
  assert.equal(shown.isWanted, false);
});

test('preferences, quiet hours and digests of a person apply over every channel, when the message names the person', async (t) => {
  const app = await testApp(t);
  const sara = await person(app, 'Asia/Tehran');
  const sms = { channel: 'sms', subject: '', body: 'Dear you', recipient: '+989121234567', userId: sara.userId };
  const post = (change: object) => sara.post('/notifications', { ...sms, ...change });
  const choose = (category: string, isWanted: boolean, digestMinutes: number | null) =>
    sara.choose({ choices: [{ category, channel: 'sms', isWanted, digestMinutes }] });
  await choose('product', false, null);
  await choose('general', true, 60);

  const declined = await post({ category: 'product' });
  const nobodys = await post({ category: 'product', userId: null });
  for (const recipient of [sms.recipient, sms.recipient, '+989121234568']) await post({ recipient });
  await app.drain(2 * HOUR_MS);
  const texts = (await Promise.all(['+989121234567', '+989121234568'].map((number) => app.mailbox(number)))).map(
    (mails: { text: string }[]) => mails.map(({ text }) => text.split('\n')[0] ?? '').toSorted(),
  );
  const noon = new Date(app.now().getTime() - 60_000).toLocaleTimeString('en-GB', { timeZone: 'Asia/Tehran' });
  const later = new Date(app.now().getTime() + HOUR_MS).toLocaleTimeString('en-GB', { timeZone: 'Asia/Tehran' });
  await sara.choose({ quietHours: { from: noon.slice(0, 5), to: later.slice(0, 5) } });
  const quiet = await post({ category: 'reminders' });
  await app.drain();
  const answers = [
    await post({ userId: newId() }),
    await post({ channel: 'email', recipient: 'reza@example.com' }),
    await post({ recipient: sara.userId }),
  ];

  assert.deepEqual([declined.body.statusReason, nobodys.body.status], ['optedOut', 'pending']);
  assert.deepEqual(texts, [['2 messages for you', 'Dear you'], ['Dear you']]);
  assert.equal((await sara.get(`/notifications/${quiet.body.id}`)).body.status, 'pending', 'it waits for the end');
  assert.deepEqual(
    answers.map(({ body }) => body.code),
    Array.from({ length: 3 }, () => 'notifications.recipient_invalid'),
  );
});

async function makeDue(app: TestApp): Promise<void> {
  await app.database.pool.query(`update platform.work set due_at = now() where queue like 'notifications.%'`);
}
