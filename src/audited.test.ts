import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { testApp, type TestApp } from '#testing/app.ts';
import { operationsOf } from '#testing/operations.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { subject } from '#modules/authorization/fixture.ts';
import { notificationPermissions } from '#modules/notifications/contract.ts';
import { codeFor, login, PASSWORD, wrongCode } from '#modules/users/sign-in-fixture.ts';

const HOUR_MS = 3_600_000;
const GUESSES = 12; // more than lock an account
// Done behind their answers, so that these tell nothing of whether there is an account.
const BEHIND = new Set(['POST /api/v1/users/forgot-password']);

/** What each operation that changes something records: one line each, with the actions of all its entries, good and bad. */
const RECORDS: Record<string, readonly string[]> = {
  'POST /api/v1/setup': ['users.administrator_created', 'authorization.role_assigned'],
  'POST /api/v1/users/register': ['users.registered', 'authorization.role_assigned'],
  'POST /api/v1/users/verify-email': ['users.email_verified', 'users.code_refused'],
  'POST /api/v1/users/login': ['users.logged_in', 'users.login_failed', 'users.locked'],
  'POST /api/v1/users/revoke': ['users.session_revoked'],
  'POST /api/v1/users/forgot-password': ['users.reset_requested'],
  'POST /api/v1/users/reset-password': [
    'users.password_reset',
    'users.code_refused',
    'users.unlocked',
    'users.session_revoked',
  ],
  'POST /api/v1/users/sessions/revoke-all': ['users.session_revoked'],
  'POST /api/v1/users/sessions/revoke-all-except-current': ['users.session_revoked'],
  'POST /api/v1/users/sessions/{sessionId}/revoke': ['users.session_revoked'],
  'POST /api/v1/users/verify-email/link': ['users.email_verified'],
  'POST /api/v1/users/reset-password/link': ['users.password_reset', 'users.unlocked'],
  'POST /api/v1/users/change-password': [
    'users.password_changed',
    'users.password_confirmation_failed',
    'users.session_revoked',
  ],
  'POST /api/v1/users/change-email': ['users.email_change_requested'],
  'POST /api/v1/users/change-email/confirm': ['users.email_changed', 'users.code_refused'],
  'POST /api/v1/users/step-up': ['users.stepped_up', 'users.step_up_failed'],
  'POST /api/v1/users/login/mfa': ['users.logged_in', 'users.login_failed', 'users.factor_used'],
  'POST /api/v1/users/mfa/totp': ['users.totp_begun'],
  'POST /api/v1/users/mfa/totp/confirm': ['users.factor_added'],
  'DELETE /api/v1/users/mfa/totp': ['users.factor_removed'],
  'POST /api/v1/users/mfa/recovery-codes': ['users.factor_added'],
  'POST /api/v1/users/passkeys/register/finish': ['users.factor_added'],
  'POST /api/v1/users/passkeys/login/finish': ['users.logged_in', 'users.login_failed', 'users.factor_refused'],
  'DELETE /api/v1/users/identities/{id}': ['users.factor_removed'],
  'DELETE /api/v1/users/passkeys/{id}': ['users.factor_removed'],
  'POST /api/v1/users/oauth/exchange': ['users.logged_in', 'users.registered'],
  'POST /api/v1/users/oauth/confirm-email': ['users.logged_in', 'users.registered'],
  'POST /api/v1/users/api-keys': ['users.api_key_created'],
  'DELETE /api/v1/users/api-keys/{id}': ['users.api_key_revoked'],
  'POST /api/v1/users': ['users.invited', 'authorization.role_assigned'],
  'POST /api/v1/users/accept-invitation': ['users.invitation_accepted'],
  'PUT /api/v1/users/{userId}': ['users.changed', 'users.lock_lifted'],
  'DELETE /api/v1/users/{userId}': ['users.deleted'],
  'POST /api/v1/users/{userId}/reset': ['users.reset_started', 'users.reset_requested'],
  'GET /api/v1/users/me/export': ['privacy.data_exported'],
  'DELETE /api/v1/users/me': ['users.deleted', 'users.session_revoked'],
  'POST /api/v1/authorization/assign-role': ['authorization.role_assigned'],
  'POST /api/v1/authorization/revoke-role': ['authorization.role_revoked'],
  'POST /api/v1/authorization/assign-permission': ['authorization.permission_granted'],
  'POST /api/v1/authorization/revoke-permission': ['authorization.permission_revoked'],
  'POST /api/v1/authorization/grant-permission': ['authorization.user_granted'],
  'POST /api/v1/authorization/ungrant-permission': ['authorization.user_ungranted'],
  'POST /api/v1/authorization/deny-permission': ['authorization.user_denied'],
  'POST /api/v1/authorization/lift-denial': ['authorization.denial_lifted'],
  'POST /api/v1/authorization/roles': ['authorization.role_created'],
  'PUT /api/v1/authorization/roles/{id}': ['authorization.role_changed'],
  'DELETE /api/v1/authorization/roles/{id}': ['authorization.role_deleted'],
  'PUT /api/v1/notifications/{notificationId}/cancel': ['notifications.message_cancelled'],
  'DELETE /api/v1/notifications/archive/{id}': ['notifications.message_archived'],
  'PUT /api/v1/notifications/{notificationId}/permissions': ['authorization.access_changed'],
  'DELETE /api/v1/notifications/schedules/{scheduleId}': ['notifications.schedule_cancelled'],
  'POST /api/v1/notifications/templates': ['notifications.template_created'],
  'PUT /api/v1/notifications/templates/{templateId}': ['notifications.template_changed'],
  'DELETE /api/v1/notification-templates/{templateId}': ['notifications.template_deleted'],
  'DELETE /api/v1/notifications/suppressions/{id}': ['notifications.suppression_lifted'],
  'PUT /api/v1/notifications/routing': ['notifications.routing_changed'],
  'GET /api/v1/audit/integrity': ['audit.integrity_checked', 'audit.integrity_requested'],
  'POST /api/v1/audit/archives': ['audit.archive_requested'],
  'DELETE /api/v1/audit/integrity/runs/{id}': ['audit.integrity_cancelled'],
  'GET /api/v1/audit/export': ['audit.exported'],
};

/** Why the others need not. */
const NEED_NOT: Record<string, string> = {
  'POST /api/v1/users/resend-verification-code': 'sends a code to the address that already waits for one',
  'POST /api/v1/users/refresh':
    'renews a session every few minutes; a token used twice ends the session, which is recorded',
  'POST /api/v1/users/passkeys/register/start': 'makes a challenge; what comes of it is recorded',
  'POST /api/v1/users/passkeys/login/start': 'makes a challenge; what comes of it is recorded',
  'POST /api/v1/todos': 'a person’s own list',
  'PATCH /api/v1/todos/{id}': 'a person’s own list',
  'PUT /api/v1/todos/{id}/complete': 'a person’s own list',
  'PUT /api/v1/todos/{id}/reopen': 'a person’s own list',
  'POST /api/v1/todos/{todoId}/copy': 'a person’s own list',
  'DELETE /api/v1/todos/{id}': 'a person’s own list',
  'POST /api/v1/notifications/inbox/{id}/read': 'a person’s own messages',
  'POST /api/v1/notifications/inbox/read-all': 'a person’s own messages',
  'PUT /api/v1/notifications/preferences': 'a person’s own wishes; messages about security come regardless',
  'POST /api/v1/notifications': 'the message itself tells who made it, and stays',
  'POST /api/v1/notifications/{notificationId}/schedule':
    'the schedule itself tells who made it; ending it is recorded',
  'POST /api/v1/notifications/unsubscribe': 'a person’s own wish',
  'POST /api/v1/notifications/status/{provider}': 'a provider’s report on a message, kept with its attempts',
  'POST /api/v1/notification-templates/{templateId}/preview': 'changes nothing',
  'POST /api/v1/authorization/check': 'changes nothing',
  'POST /access/v1/evaluation': 'changes nothing',
  'DELETE /dev/mailbox': 'a helper of development, absent in production',
};

test('every operation that changes something records an entry, or says why it need not', async (t) => {
  const app = await testApp(t);
  const changing = operationsOf(app.openApi()).filter(({ method, name }) => method !== 'GET' || name in RECORDS);
  const names = changing.map(({ name }) => name);
  const listed = [...Object.keys(RECORDS), ...Object.keys(NEED_NOT)];

  assert.deepEqual(
    names.filter((name) => !listed.includes(name)),
    [],
    'add a line for each to RECORDS, or a reason to NEED_NOT',
  );
  assert.deepEqual(
    listed.filter((name) => !names.includes(name)),
    [],
    'these operations are gone',
  );
  assert.equal(new Set(listed).size, listed.length);
});

/** What is not called below, as it needs an authenticator, a provider or a bounced mail: the test that calls it. */
const ELSEWHERE: Record<string, readonly [file: string, call: string]> = {
  'POST /api/v1/users/passkeys/register/finish': ['users/passkeys.test.ts', '/users/passkeys/register/finish'],
  'POST /api/v1/users/passkeys/login/finish': ['users/passkeys.test.ts', '/users/passkeys/login/finish'],
  'DELETE /api/v1/users/passkeys/{id}': ['users/passkeys.test.ts', 'delete(`/users/passkeys/'],
  'DELETE /api/v1/users/identities/{id}': ['users/external/sign-in.test.ts', 'delete(`/users/identities/'],
  'POST /api/v1/users/oauth/exchange': ['users/external/fixture.ts', '/users/oauth/exchange'],
  'POST /api/v1/users/oauth/confirm-email': ['users/external/sign-in.test.ts', '/users/oauth/confirm-email'],
  'DELETE /api/v1/notifications/suppressions/{id}': [
    'notifications/delivery-reports/status.test.ts',
    'delete(`/notifications/suppressions/',
  ],
};

type Client = TestApp['anonymous'];
type Words = Readonly<Record<string, string>>;

/** Makes calls, and takes down by operation what stands in the trail of their requests when they have answered. */
function createObserver(app: TestApp) {
  const seen = new Map<string, Set<string>>();

  /** `operation` below `/api/v1`. Fails when nothing was recorded. */
  async function did(client: Client, operation: string, body?: object, params: Words = {}) {
    const [method = '', path = ''] = operation.split(' ');
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? name);
    const answer =
      method === 'GET'
        ? await client.get(filled)
        : await client[method.toLowerCase() as 'post' | 'put' | 'delete'](filled, body);
    await note(`${method} /api/v1${path}`, answer);
    return answer;
  }

  async function note(operation: string, { headers }: Pick<Awaited<ReturnType<Client['get']>>, 'headers'>) {
    if (BEHIND.has(operation)) await app.drain();
    const { rows } = await app.database.pool.query<{ action: string }>(
      'select action from audit.entry where request_id = $1',
      [headers['x-request-id']],
    );
    assert.ok(rows.length > 0, `${operation} recorded nothing`);
    seen.set(operation, new Set([...(seen.get(operation) ?? []), ...rows.map(({ action }) => action)]));
  }

  return { seen, did, note };
}

type Observer = ReturnType<typeof createObserver>;

async function linkFor(app: TestApp, email: string): Promise<string> {
  await app.drain();
  const mails: { text: string }[] = await app.mailbox(email);
  return mails.map(({ text }) => /#token=([\w-]+)/.exec(text)?.[1]).find((token) => token !== undefined) ?? 'none';
}

async function session(app: TestApp, email: string, password = PASSWORD) {
  const { accessToken, refreshToken } = (await login(app, email, password)).body;
  return { ...app.withToken(accessToken), accessToken: accessToken as string, refreshToken: refreshToken as string };
}

/** Registers, signs in and out, and begins with nothing else. */
async function comeAndGo(app: TestApp, { did }: Observer): Promise<string> {
  const { anonymous } = app;
  const [email, linked] = [app.randomEmail(), app.randomEmail()];
  const person = { email, password: PASSWORD, firstName: 'Sara', lastName: 'Amini' };
  await did(anonymous, 'POST /users/register', person);
  const code = await codeFor(app, email);
  await did(anonymous, 'POST /users/verify-email', { email, code: wrongCode(code) });
  await did(anonymous, 'POST /users/verify-email', { email, code });
  await did(anonymous, 'POST /users/register', { ...person, email: linked });
  await did(anonymous, 'POST /users/verify-email/link', { token: await linkFor(app, linked) });
  await did(anonymous, 'POST /users/login', { email, password: 'wrong' });
  await did(anonymous, 'POST /users/login', { email, password: PASSWORD });
  const [sara, other] = [await session(app, email), await session(app, email)];
  await did(anonymous, 'POST /users/revoke', { refreshToken: other.refreshToken });
  const { items } = (await sara.get('/users/sessions')).body;
  const { id } = items.find(({ isCurrent }: { isCurrent: boolean }) => !isCurrent);
  await did(sara, 'POST /users/sessions/{sessionId}/revoke', undefined, { sessionId: id });
  await session(app, email);
  await did(sara, 'POST /users/sessions/revoke-all-except-current');
  await did(sara, 'POST /users/sessions/revoke-all');
  return email;
}

/** Second factors, keys, another address and another password. */
async function changeThings(app: TestApp, { did }: Observer, email: string): Promise<string> {
  const { anonymous } = app;
  const sara = await session(app, email);
  await did(sara, 'POST /users/step-up', { password: 'wrong' });
  await did(sara, 'POST /users/step-up', { password: PASSWORD });
  const { body: key } = await did(sara, 'POST /users/api-keys', { name: 'x', scopes: ['todos.read'] });
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
  await did(sara, 'POST /users/change-email/confirm', { code: sent });
  const newPassword = 'a wholly new one';
  await did(sara, 'POST /users/change-password', { currentPassword: 'wrong', newPassword });
  await did(sara, 'POST /users/change-password', { currentPassword: PASSWORD, newPassword });
  return to;
}

/** Forgets the password, twice, and leaves. */
async function forgetAndLeave(app: TestApp, { did, note }: Observer, email: string): Promise<void> {
  const { anonymous } = app;
  for (let guess = 0; guess < GUESSES; guess++) await did(anonymous, 'POST /users/login', { email, password: 'wrong' });
  await did(anonymous, 'POST /users/forgot-password', { email });
  const reset = { email, newPassword: 'yet another whole one' };
  const code = await codeFor(app, email);
  await did(anonymous, 'POST /users/reset-password', { ...reset, code: wrongCode(code) });
  await did(anonymous, 'POST /users/reset-password', { ...reset, code });
  app.pass(2 * HOUR_MS);
  for (let guess = 0; guess < GUESSES; guess++) await login(app, email, 'wrong');
  await did(anonymous, 'POST /users/forgot-password', { email });
  const link = { token: await linkFor(app, email), newPassword: 'the very last of them' };
  await did(anonymous, 'POST /users/reset-password/link', link);
  const sara = await session(app, email, link.newPassword);
  const headers = { authorization: `Bearer ${sara.accessToken}` };
  await note('GET /api/v1/users/me/export', await app.http.inject({ url: '/api/v1/users/me/export', headers }));
  await did(sara, 'DELETE /users/me');
}

/** Accounts and roles in the hands of an administrator. */
async function administer(app: TestApp, { did }: Observer): Promise<Client> {
  const { anonymous } = app;
  const email = app.randomEmail();
  const person = { email, password: PASSWORD, firstName: 'Mina', lastName: 'Kia' };
  await did(anonymous, 'POST /setup', { ...person, token: await app.users.setupToken() });
  const chief = await session(app, email);
  const invited = app.randomEmail();
  const { body: ali } = await did(chief, 'POST /users', { email: invited, firstName: 'Ali', lastName: 'Rad' });
  const token = await linkFor(app, invited);
  await did(anonymous, 'POST /users/accept-invitation', { token, newPassword: PASSWORD });
  const userId: string = ali.id;
  const lockedUntil = new Date(app.now().getTime() + HOUR_MS).toISOString();
  for (const change of [{ firstName: 'Alireza' }, { lockedUntil }, { lockedUntil: null }])
    await did(chief, 'PUT /users/{userId}', change, { userId });
  await did(chief, 'POST /users/{userId}/reset', undefined, { userId });
  const { body: role } = await did(chief, 'POST /authorization/roles', { name: 'clerk', permissions: [] });
  await did(chief, 'PUT /authorization/roles/{id}', { name: 'scribe', permissions: [] }, role);
  const grant = { roleName: 'scribe', permissionCode: 'todos.read' };
  for (const verb of ['assign', 'revoke']) await did(chief, `POST /authorization/${verb}-permission`, grant);
  for (const verb of ['assign', 'revoke'])
    await did(chief, `POST /authorization/${verb}-role`, { userId, roleName: 'scribe' });
  for (const verb of ['grant-permission', 'ungrant-permission', 'deny-permission', 'lift-denial'])
    await did(chief, `POST /authorization/${verb}`, { userId, permissionCode: 'todos.read' });
  await did(chief, 'DELETE /authorization/roles/{id}', undefined, role);
  await did(chief, 'DELETE /users/{userId}', undefined, { userId });
  return chief;
}

/** Messages of others, templates, and who hears of what. */
async function manageMessages(app: TestApp, { did }: Observer, chief: Client): Promise<void> {
  const { read, write, schedules } = notificationPermissions;
  const sara = app.signIn(read, write, schedules);
  const userId = await subject(app);
  const later = { scheduledAtUtc: new Date(app.now().getTime() + HOUR_MS).toISOString() };
  const compose = async () =>
    (
      await sara.post('/notifications', {
        channel: 'email',
        recipient: 'a@example.com',
        subject: 'x',
        body: 'x',
        ...later,
      })
    ).body.id as string;
  const [first, second] = [await compose(), await compose()];
  const entry = { subjectType: 'user', subjectValue: userId, canRead: true, canWrite: false, canDelete: false };
  const params = { notificationId: first };
  await did(chief, 'PUT /notifications/{notificationId}/permissions', { ...entry, canManage: false }, params);
  await did(chief, 'PUT /notifications/{notificationId}/cancel', undefined, params);
  const plan = await sara.post(`/notifications/${second}/schedule`, { ruleName: 'daily' });
  await did(chief, 'DELETE /notifications/schedules/{scheduleId}', undefined, { scheduleId: plan.body.id });
  await did(chief, 'DELETE /notifications/archive/{id}', undefined, { id: second });
  const texts = { name: 'own', channel: 'email', language: 'en', subjectTemplate: 'x', bodyTemplate: 'x' };
  const { body: template } = await did(chief, 'POST /notifications/templates', texts);
  const templateId: string = template.id;
  await did(chief, 'PUT /notifications/templates/{templateId}', { bodyTemplate: 'y' }, { templateId });
  await did(chief, 'DELETE /notification-templates/{templateId}', undefined, { templateId });
  const route = { severity: 'low', roles: ['admin'], userIds: [], channels: ['inApp'] };
  await did(chief, 'PUT /notifications/routing', { routes: [route] });
}

/** The trail itself. */
async function auditTrail(app: TestApp, { did, note }: Observer): Promise<void> {
  const auditor = app.signIn(auditPermissions.read, auditPermissions.manage);
  await app.audit.sealer.drain();
  await app.audit.anchor();
  await did(auditor, 'GET /audit/integrity');
  const { id } = (await auditor.get('/audit/integrity?updateFlags=true')).body;
  await did(auditor, 'DELETE /audit/integrity/runs/{id}', undefined, { id });
  await auditor.get('/audit/integrity?updateFlags=true');
  await app.drain(); // a run has ended, so that there is a beginning for the next report, which is short
  await note('GET /api/v1/audit/integrity', await auditor.get('/audit/integrity?incremental=true'));
  const headers = { 'x-test-caller': auditor.userId };
  await note('GET /api/v1/audit/export', await app.http.inject({ url: '/api/v1/audit/export', headers }));
  await did(auditor, 'POST /audit/archives', { before: '2099-01-01T00:00:00Z' });
}

test('every operation of the table leaves just the entries of its line, there when it has answered', async (t) => {
  const app = await testApp(t, { directEntries: 20 });
  const observer = createObserver(app);

  const chief = await administer(app, observer);
  await manageMessages(app, observer, chief);
  const before = await comeAndGo(app, observer);
  await forgetAndLeave(app, observer, await changeThings(app, observer, before));
  await auditTrail(app, observer);

  const { seen } = observer;
  assert.deepEqual(
    Object.keys(RECORDS).filter((operation) => !seen.has(operation) && !(operation in ELSEWHERE)),
    [],
    'call each above, or say in ELSEWHERE which test does',
  );
  for (const [operation, actions] of seen)
    assert.deepEqual([...actions].toSorted(), RECORDS[operation]?.toSorted(), operation);
});

test('what is called elsewhere is called there, and what only that records is asserted by some test', async () => {
  for (const [operation, [file, call]] of Object.entries(ELSEWHERE))
    assert.ok((await readFile(join(import.meta.dirname, 'modules', file), 'utf8')).includes(call), operation);
  const called = Object.entries(RECORDS).filter(([operation]) => !(operation in ELSEWHERE));
  const seen = new Set(called.flatMap(([, actions]) => actions));
  const others = Object.keys(ELSEWHERE).flatMap((operation) => RECORDS[operation] ?? []);
  assert.deepEqual(await notAsserted(others.filter((action) => !seen.has(action))), []);
});

/** Those of the actions that no test of a module names. */
async function notAsserted(actions: readonly string[]): Promise<string[]> {
  const paths = await Array.fromAsync(glob('modules/**/*.test.ts', { cwd: import.meta.dirname }));
  const texts = await Promise.all(paths.map((path) => readFile(join(import.meta.dirname, path), 'utf8')));
  return actions.filter((action) => !texts.some((text) => text.includes(`'${action}'`)));
}
