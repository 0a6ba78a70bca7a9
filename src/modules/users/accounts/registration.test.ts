import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { actionsOf, codeFor, linkFor, login, member, MINUTE_MS, PASSWORD, subjects } from '#testing/accounts.ts';

const OTHER = 'another password entirely';
const NEW = 'a wholly new password';

function register(app: TestApp, email: string, password: string, firstName = 'Sara') {
  return app.anonymous.post('/users/register', { email, firstName, lastName: 'Amini', password });
}

async function confirm(app: TestApp, email: string) {
  return app.anonymous.post('/users/verify-email', { email, code: await codeFor(app, email) });
}

/** The answers to sign-ins with each of these passwords. */
async function codesOf(app: TestApp, email: string, ...passwords: string[]): Promise<unknown[]> {
  const codes = [];
  for (const password of passwords) codes.push((await login(app, email, password)).body.code);
  return codes;
}

const REFUSED = 'users.credentials_invalid';

test('when two registrations have taken both passwords away, the answer of verification and a mail have a link that sets one', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();
  const strangers = await register(app, email, OTHER, 'Stranger');
  await app.drain();

  const owners = await register(app, email, PASSWORD);
  const confirmed = await confirm(app, email);
  const refused = await codesOf(app, email, OTHER, PASSWORD);
  const [subject] = await subjects(app, email);
  const mailed = await linkFor(app, email);
  const reset = await app.anonymous.post('/users/reset-password/link', { token: mailed, newPassword: NEW });
  const { body } = await login(app, email, NEW);

  assert.deepEqual([owners.status, Object.keys(owners.body)], [strangers.status, Object.keys(strangers.body)]);
  assert.deepEqual([confirmed.status, confirmed.body.passwordRequired, reset.status], [200, true, 204]);
  assert.deepEqual([confirmed.body.resetToken, subject], [mailed, 'Set a password for your Bonyan account']);
  assert.deepEqual(refused, [REFUSED, REFUSED]);
  assert.equal(body.user.email, email);
  assert.ok((await actionsOf(app, body.user.id)).includes('users.password_withdrawn'));
});

test('a stranger who registers an address last gets no access, also with the password of the first', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();
  await register(app, email, PASSWORD);
  await app.drain();

  await register(app, email, OTHER);
  await register(app, email, OTHER);
  await register(app, email, PASSWORD);
  const confirmed = await confirm(app, email);

  assert.equal(confirmed.status, 200);
  assert.deepEqual(await codesOf(app, email, OTHER, PASSWORD), [REFUSED, REFUSED]);
});

test('registering again with the same password, also twice at once, changes nothing', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();
  await Promise.all([register(app, email, PASSWORD), register(app, email, PASSWORD)]);
  await app.drain();

  await register(app, email, PASSWORD, 'Other');
  const confirmed = await confirm(app, email);
  const { status, body } = await login(app, email);

  assert.deepEqual([confirmed.status, status, body.user.firstName], [204, 200, 'Sara']);
});

test('when an address is registered with different passwords at once, none of them works', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();

  await Promise.all([register(app, email, PASSWORD), register(app, email, OTHER), register(app, email, NEW)]);
  await confirm(app, email);

  assert.deepEqual(await codesOf(app, email, PASSWORD, OTHER, NEW), [REFUSED, REFUSED, REFUSED]);
});

test('an account that was disabled before it was verified does not keep the password of a stranger either', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();
  await register(app, email, OTHER);
  await app.drain();
  await app.database.pool.query("update users.user set status = 'disabled'");

  await register(app, email, PASSWORD);
  await app.database.pool.query("update users.user set status = 'pending'");
  app.pass(MINUTE_MS);
  await app.anonymous.post('/users/resend-verification-code', { email });
  const confirmed = await confirm(app, email);

  assert.equal(confirmed.status, 200);
  assert.deepEqual(await codesOf(app, email, OTHER, PASSWORD), [REFUSED, REFUSED]);
});

test('an owner whose address is registered repeatedly is notified once a minute', async (t) => {
  const app = await testApp(t);
  const { email } = await member(app);

  const answers = [];
  for (let times = 0; times < 5; times++) answers.push(await register(app, email, OTHER));
  await Promise.all([register(app, email, OTHER), register(app, email, OTHER)]);
  const within = await subjects(app, email);
  app.pass(MINUTE_MS);
  await register(app, email, OTHER);
  const after = await subjects(app, email);

  const noticesIn = (mails: string[]) =>
    mails.filter((subject) => subject === 'You already have an account at Bonyan').length;
  assert.deepEqual([noticesIn(within), noticesIn(after)], [1, 2]);
  assert.deepEqual(
    new Set(answers.map(({ status, body }) => `${status} ${body.resendAfterSeconds}`)),
    new Set(['202 60']),
  );
});
