import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { testApp, type TestApp } from '#testing/app.ts';
import { createAuditObserver, type AuditObserver } from '#testing/audited.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { audited } from './audited.ts';
import { codeFor, idOf, linkFor, login, MINUTE_MS, PASSWORD, wrongCode } from '#testing/accounts.ts';

const HOUR_MS = 3_600_000;
const CHANGED = 'a wholly new one';
const WRONG_PASSWORDS = 12; // more than are needed to lock an account

/** These need an authenticator or a provider, and are called in their own tests. */
const ELSEWHERE = [
  'POST /api/v1/users/passkeys/register/finish',
  'POST /api/v1/users/passkeys/login/finish',
  'DELETE /api/v1/users/passkeys/{id}',
  'DELETE /api/v1/users/identities/{id}',
  'POST /api/v1/users/oauth/exchange',
  'POST /api/v1/users/oauth/confirm-email',
];

test('every operation records exactly the audit entries of its line in the table, before it answers', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_SIGN_UP_BY_CODE: 'on' } });
  // They are recorded after the answer, so that the response time does not show whether there is an account.
  const recordedLater = ['POST /api/v1/users/forgot-password', 'POST /api/v1/users/login/code'];
  const observer = createAuditObserver(app, audited, { recordedLater });

  await administer(app, observer);
  await byPhone(app, observer);
  const before = await registerAndSignOut(app, observer);
  await resetAndDelete(app, observer, await changeCredentials(app, observer, before));

  await observer.assertTable(import.meta.dirname, ELSEWHERE);
});

async function session(app: TestApp, email: string, password = PASSWORD) {
  const { accessToken, refreshToken } = (await login(app, email, password)).body;
  return { ...app.withToken(accessToken), accessToken: accessToken as string, refreshToken: refreshToken as string };
}

/** An administrator changes accounts. */
async function administer(app: TestApp, { did }: AuditObserver): Promise<void> {
  const { anonymous } = app;
  const email = app.randomEmail();
  const person = { email, password: PASSWORD, firstName: 'Mina', lastName: 'Kia' };
  await anonymous.post('/users/register', person);
  await did(anonymous, 'POST /setup', { ...person, token: await app.users.setupToken() });
  const admin = await session(app, email);
  const [invited, registered] = [app.randomEmail(), app.randomEmail()];
  await anonymous.post('/users/register', { ...person, email: invited });
  await anonymous.post('/users/register', { ...person, email: registered });
  await did(admin, 'POST /users/{userId}/reset', undefined, { userId: await idOf(app, registered) });
  await did(admin, 'POST /users', { email: app.randomEmail(), firstName: 'Omid', lastName: 'Rad' });
  await app.drain(); // the link of the invitation is in the newest mail
  const { body: ali } = await did(admin, 'POST /users', { email: invited, firstName: 'Ali', lastName: 'Rad' });
  const token = await linkFor(app, invited);
  await did(anonymous, 'POST /users/accept-invitation', { token, newPassword: PASSWORD });
  const userId: string = ali.id;
  const lockedUntil = new Date(app.now().getTime() + HOUR_MS).toISOString();
  for (const change of [{ firstName: 'Alireza' }, { lockedUntil }, { lockedUntil: null }])
    await did(admin, 'PUT /users/{userId}', change, { userId });
  await did(admin, 'POST /users/{userId}/reset', undefined, { userId });
  const mine = await session(app, invited);
  const startActing = () =>
    did(admin, 'POST /users/{userId}/impersonations', { reason: 'Ticket 4512: files are missing' }, { userId });
  await startActing();
  await did(mine, 'DELETE /users/api-keys/{id}', undefined, (await startActing()).body);
  await did(admin, 'DELETE /users/impersonations/{id}', undefined, (await startActing()).body);
  await guard(app, mine);
  await did(admin, 'DELETE /users/{userId}/factors', undefined, { userId });
  await guard(app, await session(app, invited));
  await did(
    admin,
    'POST /users/{userId}/factors/remove',
    { factor: 'totp', id: null, reason: 'The phone is lost' },
    { userId },
  );
  const { body: other } = await (await session(app, invited)).get('/users/sessions');
  await did(admin, 'DELETE /users/{userId}/sessions/{sessionId}', undefined, { userId, sessionId: other.items[0].id });
  await session(app, invited);
  await did(admin, 'DELETE /users/{userId}/sessions', undefined, { userId });
  await did(admin, 'PATCH /users/{userId}/metadata', { publicMetadata: { plan: 'gold' } }, { userId });
  await session(app, invited);
  await did(admin, 'DELETE /users/{userId}', undefined, { userId });
}

/** Adds an authenticator app. */
async function guard(app: TestApp, person: Pick<TestApp['anonymous'], 'post'>): Promise<void> {
  const { body } = await person.post('/users/mfa/totp');
  const code = new TOTP({ secret: Secret.fromBase32(body.secret) }).generate({ timestamp: app.now().getTime() });
  await person.post('/users/mfa/totp/confirm', { code });
}

/** An account with a phone number, which is signed in to by codes. */
async function byPhone(app: TestApp, { did }: AuditObserver): Promise<void> {
  const { anonymous } = app;
  const [phone, other, unknown] = [app.randomPhone(), app.randomPhone(), app.randomPhone()];
  await anonymous.post('/users/register', { phone, password: PASSWORD, firstName: 'Sara', lastName: 'Amini' });
  const code = await codeFor(app, phone);
  await did(anonymous, 'POST /users/verify-phone', { phone, code: wrongCode(code) });
  await did(anonymous, 'POST /users/verify-phone', { phone, code });
  const entrusted = app.randomPhone();
  await registerAndEntrust(app, { phone: entrusted });
  await did(anonymous, 'POST /users/verify-phone', { phone: entrusted, code: await codeFor(app, entrusted) });
  await did(anonymous, 'POST /users/login/code', { phone: unknown });
  await anonymous.post('/users/login/code', { phone });
  const signIn = await codeFor(app, phone);
  await did(anonymous, 'POST /users/login/code/confirm', { phone, code: wrongCode(signIn) });
  const { body } = await did(anonymous, 'POST /users/login/code/confirm', { phone, code: signIn });
  const mine = app.withToken(body.accessToken);
  app.pass(2 * MINUTE_MS);
  await did(mine, 'POST /users/change-phone', { phone: other });
  const changing = await codeFor(app, other);
  await did(mine, 'POST /users/change-phone/confirm', { code: wrongCode(changing) });
  await did(mine, 'POST /users/change-phone/confirm', { code: changing });
  app.pass(2 * MINUTE_MS);
  const email = app.randomEmail();
  await mine.post('/users/change-email', { email });
  await mine.post('/users/change-email/confirm', { code: await codeFor(app, email) });
  await did(mine, 'DELETE /users/phone');
  const asked = await anonymous.post('/users/login/code', { email });
  const cookie = String([asked.headers['set-cookie']].flat()[0]).split(';')[0] ?? '';
  await did(app.withHeaders({ cookie }), 'POST /users/login/link', { token: await linkFor(app, email) });
}

/** Registers, signs in and signs out. */
async function registerAndSignOut(app: TestApp, { did }: AuditObserver): Promise<string> {
  const { anonymous } = app;
  const [email, linked, declined, entrusted] = Array.from({ length: 4 }, app.randomEmail) as [
    string,
    string,
    string,
    string,
  ];
  const person = { email, password: PASSWORD, firstName: 'Sara', lastName: 'Amini' };
  await did(anonymous, 'POST /users/register', person);
  const code = await codeFor(app, email);
  await did(anonymous, 'POST /users/verify-email', { email, code: wrongCode(code) });
  await did(anonymous, 'POST /users/verify-email', { email, code });
  await did(anonymous, 'POST /users/register', { ...person, email: linked });
  const link = { token: await linkFor(app, linked), newPassword: PASSWORD };
  await did(anonymous, 'POST /users/verify-email/link', link);
  await anonymous.post('/users/register', { ...person, email: declined });
  await did(anonymous, 'POST /users/verify-email/decline', { token: await linkFor(app, declined) });
  await registerAndEntrust(app, { email: entrusted });
  await did(anonymous, 'POST /users/verify-email', { email: entrusted, code: await codeFor(app, entrusted) });
  await did(anonymous, 'POST /users/login', { email, password: 'wrong' });
  await did(anonymous, 'POST /users/login', { email, password: PASSWORD });
  const [sara, other] = [await session(app, email), await session(app, email)];
  await did(anonymous, 'POST /users/revoke', { refreshToken: other.refreshToken });
  const { items } = (await sara.get('/users/sessions')).body;
  const { id } = items.find(({ isCurrent }: { isCurrent: boolean }) => !isCurrent);
  await did(sara, 'POST /users/sessions/{sessionId}/revoke', undefined, { sessionId: id });
  await session(app, email);
  await did(sara, 'PATCH /users/me/metadata', { unsafeMetadata: { theme: 'dark' } });
  await did(sara, 'POST /users/sessions/revoke-all-except-current');
  await did(sara, 'POST /users/sessions/revoke-all');
  return email;
}

/** A registration of somebody to whom an administrator has given a role. */
async function registerAndEntrust(app: TestApp, given: { email: string } | { phone: string }): Promise<void> {
  await app.anonymous.post('/users/register', { ...given, password: PASSWORD, firstName: 'Ali', lastName: 'Rad' });
  const admin = app.signIn(...app.modules.flatMap(({ permissions = [] }) => permissions));
  await admin.post('/authorization/assign-role', {
    userId: await idOf(app, Object.values(given)[0] ?? ''),
    roleName: 'admin',
  });
}

/** Changes second factors, API keys, the address and the password. */
async function changeCredentials(app: TestApp, { did }: AuditObserver, email: string): Promise<string> {
  const { anonymous } = app;
  const sara = await session(app, email);
  await did(sara, 'POST /users/step-up', { password: 'wrong' });
  await did(sara, 'POST /users/step-up', { password: PASSWORD });
  const { body: key } = await did(sara, 'POST /users/api-keys', { name: 'x', scopes: [todoPermissions.read.code] });
  await did(sara, 'DELETE /users/api-keys/{id}', undefined, key);
  const { body: begun } = await did(sara, 'POST /users/mfa/totp');
  const totp = new TOTP({ secret: Secret.fromBase32(begun.secret) });
  const code = totp.generate({ timestamp: app.now().getTime() });
  await did(sara, 'POST /users/mfa/totp/confirm', { code });
  const { body: renewed } = await did(sara, 'POST /users/mfa/recovery-codes');
  for (const answer of [wrongCode(code), renewed.recoveryCodes[0]]) {
    const { challengeToken } = (await login(app, email)).body;
    await did(anonymous, 'POST /users/login/mfa', { challengeToken, code: answer });
  }
  await did(sara, 'DELETE /users/mfa/totp');
  const to = app.randomEmail();
  await did(sara, 'POST /users/change-email', { email: to });
  const sent = await codeFor(app, to);
  await did(sara, 'POST /users/change-email/confirm', { code: wrongCode(sent) });
  await anonymous.post('/users/register', { email: to, password: PASSWORD, firstName: 'Ali', lastName: 'Rad' });
  await did(sara, 'POST /users/change-email/confirm', { code: sent });
  const newPassword = CHANGED;
  await did(sara, 'POST /users/change-password', { currentPassword: 'wrong', newPassword });
  await did(sara, 'POST /users/change-password', { currentPassword: PASSWORD, newPassword });
  return to;
}

/** Resets the password twice, by code and by link, and deletes the account. */
async function resetAndDelete(app: TestApp, { did }: AuditObserver, email: string): Promise<void> {
  const { anonymous } = app;
  const before = await session(app, email, CHANGED);
  await before.post('/users/api-keys', { name: 'x', scopes: [todoPermissions.read.code] });
  for (let guess = 0; guess < WRONG_PASSWORDS; guess++)
    await did(anonymous, 'POST /users/login', { email, password: 'wrong' });
  await did(anonymous, 'POST /users/forgot-password', { email });
  const reset = { email, newPassword: 'yet another whole one' };
  const code = await codeFor(app, email);
  await did(anonymous, 'POST /users/reset-password', { ...reset, code: wrongCode(code) });
  await did(anonymous, 'POST /users/reset-password', { ...reset, code });
  app.pass(2 * HOUR_MS);
  for (let guess = 0; guess < WRONG_PASSWORDS; guess++) await login(app, email, 'wrong');
  await did(anonymous, 'POST /users/forgot-password', { email });
  const link = { token: await linkFor(app, email), newPassword: 'the very last of them' };
  await did(anonymous, 'POST /users/reset-password/link', link);
  const sara = await session(app, email, link.newPassword);
  await did(sara, 'DELETE /users/me');
}
