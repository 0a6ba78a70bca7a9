import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { operationsOf } from '#testing/operations.ts';
import { auditPermissions } from '#modules/audit/contract.ts';

/** What each operation that changes something records: one line each, with the actions of its entries. */
const RECORDS: Record<string, readonly string[]> = {
  'POST /api/v1/setup': ['users.administrator_created'],
  'POST /api/v1/users/register': ['users.registered'],
  'POST /api/v1/users/verify-email': ['users.email_verified', 'users.code_refused'],
  'POST /api/v1/users/login': ['users.logged_in', 'users.login_failed', 'users.locked'],
  'POST /api/v1/users/revoke': ['users.session_revoked'],
  'POST /api/v1/users/forgot-password': ['users.reset_requested'],
  'POST /api/v1/users/reset-password': ['users.password_reset', 'users.code_refused', 'users.unlocked'],
  'POST /api/v1/users/sessions/revoke-all': ['users.session_revoked'],
  'POST /api/v1/users/sessions/revoke-all-except-current': ['users.session_revoked'],
  'POST /api/v1/users/sessions/{sessionId}/revoke': ['users.session_revoked'],
  'POST /api/v1/users/verify-email/link': ['users.email_verified'],
  'POST /api/v1/users/reset-password/link': ['users.password_reset', 'users.unlocked'],
  'POST /api/v1/users/change-password': ['users.password_changed', 'users.password_confirmation_failed'],
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
  'POST /api/v1/users': ['users.invited'],
  'POST /api/v1/users/accept-invitation': ['users.invitation_accepted'],
  'PUT /api/v1/users/{userId}': ['users.changed', 'users.lock_lifted'],
  'DELETE /api/v1/users/{userId}': ['users.deleted'],
  'POST /api/v1/users/{userId}/reset': ['users.reset_started'],
  'GET /api/v1/users/me/export': ['privacy.data_exported'],
  'DELETE /api/v1/users/me': ['users.deleted'],
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

test('each action of the table is recorded by the module that it names', async () => {
  for (const [operation, actions] of Object.entries(RECORDS))
    for (const action of actions) {
      const folder = `{modules,platform}/${action.split('.')[0]}`;
      const paths = (await Array.fromAsync(glob(`${folder}/**/*.ts`, { cwd: import.meta.dirname }))).filter(
        (path) => !/test\.ts$|contract\.ts$/.test(path),
      );
      const texts = await Promise.all(paths.map((path) => readFile(join(import.meta.dirname, path), 'utf8')));
      assert.ok(
        texts.some((text) => text.includes(`'${action}'`)),
        `${operation}: ${action}`,
      );
    }
});

test('the entries of accounts, roles and the trail itself are there when their operations have answered', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();
  const person = { email, password: 'correct horse battery', firstName: 'Sara', lastName: 'Amini' };
  const admin = await app.users.createAdministrator({ ...person, email: app.randomEmail() }, { onlyFirst: true });
  const chief = app.client({ 'x-test-caller': admin?.id ?? '' });
  await app.anonymous.post('/users/register', person);
  await app.drain();
  const [mail] = await app.mailbox(email);
  const code = /\b\d{6}\b/.exec(mail.text)?.[0] ?? '';
  await app.anonymous.post('/users/verify-email', { email, code: code === '000000' ? '000001' : '000000' });
  await app.anonymous.post('/users/verify-email', { email, code });
  await app.anonymous.post('/users/login', { email, password: 'wrong' });
  const { body: tokens } = await app.anonymous.post('/users/login', { email, password: person.password });
  await app.anonymous.post('/users/revoke', { refreshToken: tokens.refreshToken });
  const { body: role } = await chief.post('/authorization/roles', { name: 'clerk', permissions: [] });
  await chief.post('/authorization/assign-permission', { roleName: 'clerk', permissionCode: 'todos.read' });
  await chief.post('/authorization/assign-role', { userId: tokens.user.id, roleName: 'clerk' });
  await chief.post('/authorization/revoke-role', { userId: tokens.user.id, roleName: 'clerk' });
  await chief.post('/authorization/revoke-permission', { roleName: 'clerk', permissionCode: 'todos.read' });
  await chief.delete(`/authorization/roles/${role.id}`);
  await chief.get('/audit/integrity');
  await chief.get('/audit/keys');
  await app.http.inject({ url: '/api/v1/audit/export', headers: { 'x-test-caller': admin?.id ?? '' } });

  const { items } = (await app.signIn(auditPermissions.read).get('/audit?pageSize=100')).body;

  const found = new Set(items.map(({ action }: { action: string }) => action));
  const expected = [
    'users.administrator_created',
    'users.registered',
    'users.code_refused',
    'users.email_verified',
    'users.login_failed',
    'users.logged_in',
    'users.session_revoked',
    'authorization.role_created',
    'authorization.permission_granted',
    'authorization.role_assigned',
    'authorization.role_revoked',
    'authorization.permission_revoked',
    'authorization.role_deleted',
    'audit.integrity_checked',
    'audit.exported',
  ];
  assert.deepEqual(
    expected.filter((action) => !found.has(action)),
    [],
  );
});
