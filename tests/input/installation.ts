import type { TestContext } from 'node:test';
import { testApp } from '#testing/app.ts';
import { operationsOf } from '#testing/operations.ts';

const PASSWORD = 'correct horse battery staple';
const MINUTE_MS = 60_000;

/** An app with an administrator who has a session, todos, a role of their own making, and messages. */
export async function installation(t: TestContext) {
  const app = await testApp(t);
  const email = app.randomEmail();
  const person = { email, password: PASSWORD, firstName: 'Sara', lastName: 'Amini' };
  const created = await app.users.createAdministrator(person, { onlyFirst: true });
  const adminId = created?.id ?? '';
  const admin = app.client({ 'x-test-caller': adminId });
  await app.anonymous.post('/users/login', { email, password: PASSWORD });
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
  const messages = await admin.get('/notifications?channel=inApp');
  const messageId = messages.body.items[0].id as string;
  const schedule = await admin.post(`/notifications/${messageId}/schedule`, { ruleName: 'monthly' });

  return {
    app,
    adminId,
    email,
    operations: operationsOf(app.openApi()),
    todoId: todos[0]?.body.id as string,
    todoIds: todos.map(({ body }) => body.id as string),
    roleId: role.body.id as string,
    sessionId: sessions.body.items[0].id as string,
    messageId,
    scheduleId: schedule.body.id as string,
  };
}

export type Installation = Awaited<ReturnType<typeof installation>>;
