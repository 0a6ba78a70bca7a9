import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { notificationPermissions } from '#modules/notifications/contract.ts';
import { login, member } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { declareShop } from '#testing/shop.ts';
import { sometime } from '#testing/branding.ts';

const HOUR_MS = 3_600_000;

/** An account with a profile that wants no alerts, so that its mailbox has only what a test sends. */
async function person(app: TestApp) {
  const sara = await member(app);
  await sara.post('/profiles/me', { receiveSecurityAlerts: false });
  return sara;
}

/** What the newest mail to the address says. */
async function newest(app: TestApp, email: string): Promise<{ subject: string; text: string }> {
  await app.drain();
  return (await app.mailbox(email))[0];
}

test('the next message has the language and the clock of the profile, also after the address has changed', async (t) => {
  const app = await testApp(t);
  await declareShop(app);
  const sara = await person(app);
  const send = async () => {
    const notice = { template: 'shop.alert', category: 'security', occurrence: sometime, variables: {} } as const;
    await app.database.units.write(system('users'), (unit: AnyUnit) =>
      app.notifications.send(unit, { ...notice, to: { userId: sara.id } }),
    );
    const { subject, text } = await newest(app, sara.email);
    return { isPersian: /[\u0600-\u06ff]/.test(subject), isTehran: text.includes('به وقت ایران') };
  };

  const before = await send();
  await sara.patch('/profiles/me/preferences', { preferredLanguage: 'fa-IR' });
  const persian = await send();
  await sara.patch('/profiles/me/contact', { timeZone: 'Asia/Tehran' });
  const tehran = await send();
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.notifications.putRecipient(unit, { userId: sara.id, email: sara.email, language: 'en' }),
  );
  const kept = await send();
  await sara.patch('/profiles/me/preferences', { preferredLanguage: null });
  const after = await send();

  assert.deepEqual(before, { isPersian: false, isTehran: false });
  assert.deepEqual(persian, { isPersian: true, isTehran: false });
  assert.deepEqual(
    [tehran, kept],
    [
      { isPersian: true, isTehran: true },
      { isPersian: true, isTehran: true },
    ],
  );
  assert.equal(after.isPersian, false);
});

test('quiet hours are those of the time zone of the profile', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  const admin = app.signIn(notificationPermissions.write, notificationPermissions.read);
  await sara.patch('/profiles/me/contact', { timeZone: 'Asia/Tokyo' });

  const { body } = await sara.get('/notifications/preferences');
  const clock = (ms: number) =>
    new Date(app.now().getTime() + ms).toLocaleTimeString('en-GB', { timeZone: 'Asia/Tokyo' }).slice(0, 5);
  await sara.put('/notifications/preferences', { quietHours: { from: clock(-HOUR_MS), to: clock(HOUR_MS) } });
  await app.drain();
  const count = (await app.mailbox(sara.email)).length;
  await admin.post('/notifications', { channel: 'email', subject: 'Hello', body: 'Hello', recipient: sara.id });
  await app.drain();

  assert.equal(body.timeZone, 'Asia/Tokyo');
  assert.equal((await app.mailbox(sara.email)).length, count, 'it is quiet in Tokyo');
});

test('messages about the product are sent as the profile says', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  const admin = app.signIn(notificationPermissions.write, notificationPermissions.read);
  const message = { channel: 'email', category: 'product', subject: 'News', body: 'News', recipient: sara.id };

  await sara.patch('/profiles/me/preferences', { receiveProductUpdates: false });
  const declined = await admin.post('/notifications', message);
  await sara.patch('/profiles/me/preferences', { receiveProductUpdates: true });
  const wanted = await admin.post('/notifications', message);

  assert.deepEqual([declined.body.status, declined.body.statusReason], ['cancelled', 'optedOut']);
  assert.equal(wanted.body.status, 'pending');
});

test('the later choice counts, also when the profile has the value already', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  const admin = app.signIn(notificationPermissions.write, notificationPermissions.read);
  const message = { channel: 'email', category: 'product', subject: 'News', body: 'News', recipient: sara.id };
  await sara.patch('/profiles/me/contact', { timeZone: 'Asia/Tehran' });

  const product = { category: 'product', channel: 'email', isWanted: false };
  await sara.put('/notifications/preferences', { timeZone: 'UTC', choices: [product] });
  const declined = await admin.post('/notifications', message);
  await sara.patch('/profiles/me/preferences', { receiveProductUpdates: true });
  await sara.patch('/profiles/me/contact', { timeZone: 'Asia/Tehran' });
  const wanted = await admin.post('/notifications', message);

  assert.deepEqual([declined.body.status, wanted.body.status], ['cancelled', 'pending']);
  assert.equal((await sara.get('/notifications/preferences')).body.timeZone, 'Asia/Tehran');
});

test('a message without a translation for the language of the profile has the language of the account', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.notifications.putRecipient(unit, { userId: sara.id, email: sara.email, language: 'fa' }),
  );
  await sara.post('/profiles/me', { preferredLanguage: 'ar' });
  await sara.patch('/profiles/me/privacy', { isProfilePublic: true });

  assert.equal((await newest(app, sara.email)).subject, 'حریم خصوصی پروفایل شما تغییر کرد');
});

test('a raw message reaches people with any language that a profile takes', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  const admin = app.signIn(notificationPermissions.write, notificationPermissions.read);
  const message = { channel: 'email', subject: 'Hello', body: 'Hello', recipient: sara.id };

  for (const preferredLanguage of ['test', 'fa-a', 'zxx', 'x-private', 'en-u-ca-persian', 'qaa-Qaaa-QM']) {
    const { status } = await sara.patch('/profiles/me/preferences', { preferredLanguage });
    assert.ok(status === 200 || status === 400, preferredLanguage);
    assert.equal((await admin.post('/notifications', message)).status, 201, preferredLanguage);
  }
});

test('a change of contact data or privacy is told to the owner at the address of the account, if they want that', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  await sara.post('/profiles/me');
  const subjects = async () =>
    (await sara.get('/notifications/inbox')).body.items.map(({ subject }: { subject: string }) => subject).toSorted();

  await sara.patch('/profiles/me/contact', { contactEmail: 'else@example.com' });
  await sara.patch('/profiles/me/privacy', { isProfilePublic: true });
  await sara.put('/profiles/me/basic', { firstName: 'Sara' });
  await app.drain();
  const told = await subjects();
  const mails = (await app.mailbox(sara.email)).map(({ subject }: { subject: string }) => subject);
  await sara.patch('/profiles/me/preferences', { receiveSecurityAlerts: false });
  app.pass(HOUR_MS);
  const later = await again(app, sara.email);
  await later.patch('/profiles/me/privacy', { isProfilePublic: false });
  await app.drain();

  const expected = ['The contact data of your profile has changed', 'The privacy of your profile has changed'];
  assert.deepEqual(told, expected);
  assert.deepEqual(mails.filter((subject: string) => expected.includes(subject)).toSorted(), expected);
  assert.deepEqual(await app.mailbox('else@example.com'), []);
  assert.equal((await later.get('/notifications/inbox')).body.totalCount, told.length);
});

test('changes of privacy are told once an hour, however many there are', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  await sara.post('/profiles/me');
  const count = async (caller: Pick<typeof sara, 'get'>) => (await caller.get('/notifications/inbox')).body.totalCount;

  for (const showEmail of [true, false, true]) await sara.patch('/profiles/me/privacy', { showEmail });
  const withinHour = await count(sara);
  app.pass(HOUR_MS);
  const later = await again(app, sara.email);
  await later.patch('/profiles/me/privacy', { showEmail: false });

  assert.deepEqual([withinHour, await count(later)], [1, 2]);
});

/** The person, in a new session. */
async function again(app: TestApp, email: string) {
  const { body } = await login(app, email);
  return app.withToken(body.accessToken);
}
