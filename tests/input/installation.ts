import type { TestContext } from 'node:test';
import { newId } from '#kernel/id.ts';
import { member } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { operationsOf } from '#testing/api/operations.ts';
import { upload } from '#testing/files/uploads.ts';

const PASSWORD = 'correct horse battery staple';
const MINUTE_MS = 60_000;

/** An app with an administrator who has a session, todos, a role that they created, messages and a file; and a plain user. */
export async function installation(t: TestContext) {
  const app = await testApp(t);
  const email = app.randomEmail();
  const person = { email, password: PASSWORD, firstName: 'Sara', lastName: 'Amini' };
  const created = await app.users.createAdministrator(person, { onlyFirst: true });
  const adminId = created?.id ?? '';
  const admin = app.client({ 'x-test-caller': adminId });
  const { body: tokens } = await app.anonymous.post('/users/login', { email, password: PASSWORD });
  const key = { name: 'import', scopes: ['todos.read'] };
  const apiKey = await app.withToken(tokens.accessToken).post('/users/api-keys', key);
  const remindAt = new Date(Date.now() + MINUTE_MS).toISOString();
  const todos = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      admin.post('/todos', { description: `todo ${index}`, dueDate: '2030-01-01', ...(index === 0 && { remindAt }) }),
    ),
  );
  const role = await admin.post('/authorization/roles', { name: 'clerk', permissions: ['todos.read'] });
  await app.drain();
  await app.drain(2 * MINUTE_MS);
  const sessions = await admin.get('/users/sessions');
  const passkeyId = newId();
  await app.database.pool.query(
    `insert into users.passkey (id, user_id, credential_id, public_key, counter, transports, is_backed_up, name, created_at)
     values ($1, $2, 'x', '', 0, '{}', false, 'laptop', now())`,
    [passkeyId, adminId],
  ); // a real one needs a browser
  const identityId = newId();
  await app.database.pool.query(
    `insert into users.external_identity (id, user_id, provider, issuer, subject, created_at, last_used_at)
     values ($1, $2, 'google', 'https://accounts.google.com', 'x', now(), now())`,
    [identityId, adminId],
  ); // a real one needs another service
  const messages = await admin.get('/notifications?channel=inApp');
  const messageId = messages.body.items[0].id as string;
  const schedule = await admin.post(`/notifications/${messageId}/schedule`, { ruleName: 'monthly' });
  const file = await upload(admin);
  const unfinished = await admin.post('/files/uploads', undefined, { 'tus-resumable': '1.0.0', 'upload-length': '5' });
  const job = await admin.post('/scheduler/jobs', { name: 'Heartbeat', type: 'platform.noop' });
  const started = await admin.post(`/scheduler/jobs/${job.body.id}/run`);
  const { id: userId } = await member(app);
  const reason = 'Ticket 4512: files are missing';
  const acting = await app.withToken(tokens.accessToken).post(`/users/${userId}/impersonations`, { reason });
  const user = app.client({ 'x-test-caller': userId });
  const own = await Promise.all(
    Array.from({ length: 30 }, (_, index) => user.post('/todos', { description: `own todo ${index}` })),
  );

  return {
    app,
    adminId,
    userId,
    ownTodoIds: own.map(({ body }) => body.id as string),
    email,
    operations: operationsOf(app.openApi()),
    todoIds: todos.map(({ body }) => body.id as string),
    roleId: role.body.id as string,
    passkeyId,
    identityId,
    sessionId: sessions.body.items[0].id as string,
    apiKeyId: apiKey.body.id as string,
    impersonationId: acting.body.id as string,
    messageId,
    scheduleId: schedule.body.id as string,
    fileId: file.body.id as string,
    executionId: started.body.executionId as string,
    uploadId: new URL(String(unfinished.headers['location']), 'http://localhost').pathname.split('/').at(-1) ?? '',
  };
}

export type Installation = Awaited<ReturnType<typeof installation>>;
