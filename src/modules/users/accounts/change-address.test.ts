import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import {
  actionsOf,
  codeFor,
  eventsOf,
  linkFor,
  login,
  member,
  MINUTE_MS,
  subjects,
  wrongCode,
} from '#testing/accounts.ts';
import { administrator } from '#testing/authorization.ts';
import { appWithProvider, newBrowser } from '#testing/external-sign-in.ts';

test('a new address takes effect only with its code; then the old one is notified, and sessions stay', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const email = app.randomEmail();

  const asked = await sara.post('/users/change-email', { email: ` ${email.toUpperCase()} ` });
  const code = await codeFor(app, email);
  const before = [(await login(app, sara.email)).status, (await login(app, email)).status];
  const confirmed = await sara.post('/users/change-email/confirm', { code });
  const after = [(await login(app, sara.email)).status, (await login(app, email)).status];
  const again = await sara.post('/users/change-email/confirm', { code });

  assert.deepEqual([asked.status, confirmed.status, again.body.code], [202, 204, 'users.code_invalid']);
  assert.deepEqual(
    [before, after],
    [
      [200, 401],
      [401, 200],
    ],
  );
  assert.equal((await sara.get('/users/me')).body.email, email);
  assert.equal((await subjects(app, sara.email))[0], 'The e-mail address of your Bonyan account was changed');
  assert.ok((await eventsOf(app, sara.id)).includes('users.email_changed.v1'));
  assert.ok((await actionsOf(app, sara.id)).includes('users.email_changed'));
});

test('the old address is told of the change in the time zone that its reader has chosen', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const email = app.randomEmail();
  await sara.put('/notifications/preferences', { timeZone: 'Asia/Tehran' });
  await sara.post('/users/change-email', { email });

  await sara.post('/users/change-email/confirm', { code: await codeFor(app, email) });

  await app.drain();
  const [mail] = await app.mailbox(sara.email);
  assert.match(mail.text, /^Time: .* \(GMT\+3:30\)$/m);
});

test('after the change mails go to the new address, and codes for the old one are invalid', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const email = app.randomEmail();
  await app.anonymous.post('/users/forgot-password', { email: sara.email });
  const reset = await codeFor(app, sara.email);
  await sara.post('/users/change-email', { email });
  await sara.post('/users/change-email/confirm', { code: await codeFor(app, email) });

  const newPassword = 'a wholly new password';
  const withOld = await app.anonymous.post('/users/reset-password', { email, code: reset, newPassword });
  app.pass(2 * MINUTE_MS);
  await app.anonymous.post('/users/forgot-password', { email });

  assert.equal(withOld.body.code, 'users.code_invalid');
  assert.match((await subjects(app, email))[0] ?? '', /is your Bonyan code for a new password/);
});

test('an invitation that was mailed to the old address sets no password after the change', async (t) => {
  const [email, after] = ['sara@example.com', 'sara@example.org'];
  const { app } = await appWithProvider(t, { sara: { email, email_verified: true } });
  await (await administrator(app)).post('/users', { email, firstName: 'Sara', lastName: 'Amini' });
  const token = await linkFor(app, email);
  await app.anonymous.post('/users/resend-verification-code', { email });
  await app.anonymous.post('/users/verify-email', { email, code: await codeFor(app, email) });
  const sara = app.withToken((await newBrowser(app).signIn()).body.accessToken);
  await sara.post('/users/change-email', { email: after });
  const confirmed = await sara.post('/users/change-email/confirm', { code: await codeFor(app, after) });

  const newPassword = 'a wholly new password';
  const accepted = await app.anonymous.post('/users/accept-invitation', { token, newPassword });

  assert.equal(confirmed.status, 204);
  assert.equal(accepted.body?.code, 'users.link_invalid');
  assert.equal((await login(app, after, newPassword)).status, 401);
});

test('the hours and the time zone of a person stay when the address changes', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const wanted = { timeZone: 'Asia/Tehran', quietHours: { from: '22:00', to: '07:00' } };
  await sara.put('/notifications/preferences', wanted);
  const email = app.randomEmail();
  await sara.post('/users/change-email', { email });

  await sara.post('/users/change-email/confirm', { code: await codeFor(app, email) });

  const { body } = await sara.get('/notifications/preferences');
  assert.deepEqual({ timeZone: body.timeZone, quietHours: body.quietHours }, wanted);
});

test('an address that has an account gets the same answer; its owner is notified, and no code works', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await member(app), await member(app)];
  app.pass(MINUTE_MS);

  const free = await reza.post('/users/change-email', { email: app.randomEmail() });
  const taken = await sara.post('/users/change-email', { email: reza.email });
  const soon = await sara.post('/users/change-email', { email: app.randomEmail() });
  const guess = await sara.post('/users/change-email/confirm', { code: '123456' });

  assert.deepEqual([taken.status, Object.keys(taken.body)], [free.status, Object.keys(free.body)]);
  assert.deepEqual([soon.status, soon.body.code], [429, 'users.code_too_soon']);
  assert.equal((await subjects(app, reza.email))[0], 'You already have an account at Bonyan');
  assert.equal(guess.body.code, 'users.code_invalid');
});

test('when two accounts verify one address at once, one gets it', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await member(app), await member(app)];
  const email = app.randomEmail();
  await sara.post('/users/change-email', { email });
  const first = await codeFor(app, email);
  app.pass(MINUTE_MS);
  await reza.post('/users/change-email', { email });
  const second = await codeFor(app, email);

  const answers = await Promise.all([
    sara.post('/users/change-email/confirm', { code: first }),
    reza.post('/users/change-email/confirm', { code: second }),
  ]);

  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([204, 409]));
  assert.equal(answers.find(({ status }) => status === 409)?.body.code, 'users.email_taken');
  const { rows } = await app.database.pool.query('select 1 from users.user where email = $1', [email]);
  assert.equal(rows.length, 1);
});

test('after five wrong codes, also concurrent ones, the right one is refused too', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const email = app.randomEmail();
  await sara.post('/users/change-email', { email });
  const code = await codeFor(app, email);

  await Promise.all(
    Array.from({ length: 20 }, () => sara.post('/users/change-email/confirm', { code: wrongCode(code) })),
  );
  const right = await sara.post('/users/change-email/confirm', { code });

  assert.equal(right.body.code, 'users.code_invalid');
  assert.equal((await sara.get('/users/me')).body.email, sara.email);
});

test('the code of one account does not change another', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await member(app), await member(app)];
  const email = app.randomEmail();
  await sara.post('/users/change-email', { email });

  const answer = await reza.post('/users/change-email/confirm', { code: await codeFor(app, email) });

  assert.equal(answer.body.code, 'users.code_invalid');
});
