import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { codeFor, login, member, MINUTE_MS, PASSWORD, subjects, wrongCode } from '#testing/accounts.ts';

async function register(app: TestApp) {
  const email = app.randomEmail();
  await app.anonymous.post('/users/register', { email, firstName: 'Sara', lastName: 'Amini', password: PASSWORD });
  return email;
}

test('two concurrent requests for a code or reset send one mail', async (t) => {
  const app = await testApp(t);
  const [active, pending] = [(await member(app)).email, await register(app)];
  const count = async () => [(await subjects(app, active)).length, (await subjects(app, pending)).length];
  const before = await count();
  app.pass(MINUTE_MS);

  await Promise.all([
    app.anonymous.post('/users/forgot-password', { email: active }),
    app.anonymous.post('/users/forgot-password', { email: active }),
    app.anonymous.post('/users/resend-verification-code', { email: pending }),
    app.anonymous.post('/users/resend-verification-code', { email: pending }),
  ]);
  await Promise.all([app.drain(), app.drain()]);

  assert.deepEqual(
    await count(),
    before.map((mails) => mails + 1),
  );
});

test('a clock that is set back an hour ends codes and links, and does not block mails', async (t) => {
  const app = await testApp(t);
  const email = await register(app);
  const code = await codeFor(app, email);
  const [mail] = await app.mailbox(email);
  const token = /#token=([\w-]+)/.exec(mail.text)?.[1];
  app.pass(-60 * MINUTE_MS);

  const old = await app.anonymous.post('/users/verify-email', { email, code });
  const link = await app.anonymous.post('/users/verify-email/link', { token, newPassword: PASSWORD });
  await app.anonymous.post('/users/resend-verification-code', { email });
  const fresh = await app.anonymous.post('/users/verify-email', { email, code: await codeFor(app, email) });

  assert.deepEqual([old.body.code, link.body.code, fresh.status], ['users.code_invalid', 'users.link_invalid', 204]);
});

test('a request for a code to a new address that comes too early answers how long to wait', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const email = app.randomEmail();
  await sara.post('/users/change-email', { email });
  const code = await codeFor(app, email);
  app.pass(20_000);

  const soon = await sara.post('/users/change-email', { email });
  for (let guess = 0; guess < 5; guess++) await sara.post('/users/change-email/confirm', { code: wrongCode(code) });
  app.pass(2 * MINUTE_MS);
  const blocked = await sara.post('/users/change-email', { email });
  app.pass(Number(blocked.headers['retry-after']) * 1000);
  const { body: anew } = await login(app, sara.email);
  const open = await app.withToken(anew.accessToken).post('/users/change-email', { email });

  assert.deepEqual([soon.status, soon.body.code], [429, 'users.code_too_soon']);
  assert.ok(Number(soon.headers['retry-after']) > 30 && Number(soon.headers['retry-after']) <= 40);
  assert.deepEqual([blocked.status, blocked.body.code], [429, 'users.code_too_soon']);
  assert.ok(Number(blocked.headers['retry-after']) > 12 * 60);
  assert.equal(open.status, 202);
});

test('a code for one purpose does not work for another', async (t) => {
  const app = await testApp(t);
  const email = await register(app);
  const code = await codeFor(app, email);

  const pending = await app.anonymous.post('/users/reset-password', { email, code, newPassword: 'a wholly new one' });
  await app.database.pool.query("update users.user set status = 'active'");
  const active = await app.anonymous.post('/users/reset-password', { email, code, newPassword: 'a wholly new one' });

  assert.deepEqual([pending.body.code, active.body.code], ['users.code_invalid', 'users.code_invalid']);
});
