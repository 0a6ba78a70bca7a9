import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { testApp, type TestApp } from '#testing/app.ts';
import { auditOf } from '#testing/authorization.ts';
import { codeFor, linkFor, login, member, MINUTE_MS, subjects } from '#testing/accounts.ts';
import { todoPermissions } from '#modules/todos/contract.ts';

const DAY_MS = 24 * 60 * MINUTE_MS;
const NEW = 'a wholly new password';

/** Both ways to reset a password by mail. */
const RESETS: Record<string, (app: TestApp, email: string) => Promise<{ status: number }>> = {
  async 'by code'(app, email) {
    await app.anonymous.post('/users/forgot-password', { email });
    const code = await codeFor(app, email);
    return app.anonymous.post('/users/reset-password', { email, code, newPassword: NEW });
  },
  async 'by link'(app, email) {
    await app.anonymous.post('/users/forgot-password', { email });
    const token = await linkFor(app, email);
    return app.anonymous.post('/users/reset-password/link', { token, newPassword: NEW });
  },
};

test('a reset by mail revokes API keys, ends a change of the address and forgets devices, by code and by link', async (t) => {
  const app = await testApp(t);
  for (const [way, reset] of Object.entries(RESETS)) {
    const sara = await member(app);
    const { body: made } = await sara.post('/users/api-keys', { name: 'x', scopes: [todoPermissions.read.code] });
    const [key, other] = [app.withToken(made.key), app.randomEmail()];
    await sara.post('/users/change-email', { email: other });
    const code = await codeFor(app, other);
    const before = await key.get('/todos');

    const { status } = await reset(app, sara.email);
    const after = await key.get('/todos');
    const { body: anew } = await login(app, sara.email, NEW);
    const confirmed = await app.withToken(anew.accessToken).post('/users/change-email/confirm', { code });
    for (let guess = 0; guess < 5; guess++) await login(app, sara.email, 'not the password');
    const known = { email: sara.email, password: NEW, deviceToken: sara.tokens.deviceToken };
    const device = await app.anonymous.post('/users/login', known);

    assert.deepEqual([status, before.status, after.status, device.status], [204, 200, 401, 401], way);
    assert.equal(confirmed.body.code, 'users.code_invalid', way);
    assert.deepEqual(
      (await auditOf(app, 'users.password_reset')).map(({ payload }) => payload),
      Object.keys(RESETS)
        .slice(0, Object.keys(RESETS).indexOf(way) + 1)
        .map(() => ({ revokedKeys: 1 })),
    );
  }
});

test('factors stay after a reset by mail; the mail, and the sign-ins of a week, list those from before it', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const { body: begun } = await sara.post('/users/mfa/totp');
  const totp = new TOTP({ secret: Secret.fromBase32(begun.secret) });
  const next = () => {
    app.pass(MINUTE_MS);
    return totp.generate({ timestamp: app.now().getTime() });
  };
  await sara.post('/users/mfa/totp/confirm', { code: next() });
  const signIn = async (password?: string) => {
    const { challengeToken } = (await login(app, sara.email, password)).body;
    return (await app.anonymous.post('/users/login/mfa', { challengeToken, code: next() })).body;
  };
  const before = await signIn();

  await RESETS['by code']?.(app, sara.email);
  await app.drain();
  const [mail] = await app.mailbox(sara.email);
  const after = await signIn(NEW);
  const { body: refreshed } = await app.anonymous.post('/users/refresh', { refreshToken: after.refreshToken });
  app.pass(7 * DAY_MS);
  const later = await signIn(NEW);

  const listed = [before, after, refreshed, later].map(({ factorsToReview = [] }) => factorsToReview.length);
  assert.deepEqual(
    [listed, after.factorsToReview[0].factor, after.factorsToReview[0].id],
    [[0, 1, 0, 0], 'totp', null],
  );
  assert.match(mail.text, /authenticator app/);
});

test('without a factor, neither the mail about a reset nor the next sign-in lists any', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);

  await RESETS['by link']?.(app, sara.email);
  const [subject] = await subjects(app, sara.email);
  const { status, body } = await login(app, sara.email, NEW);

  assert.deepEqual([subject, status, body.factorsToReview], ['Your Bonyan password was changed', 200, undefined]);
});
