import { test } from 'node:test';
import { subject } from '#testing/authorization.ts';
import { testApp } from '#testing/app.ts';
import { createAuditObserver } from '#testing/audited.ts';
import { audited } from './audited.ts';
import { notificationPermissions } from './contract.ts';

const HOUR_MS = 3_600_000;

test('every operation records exactly the audit entries of its line in the table, before it answers', async (t) => {
  const app = await testApp(t);
  const { did, assertTable } = createAuditObserver(app, audited);
  const admin = app.signIn(...Object.values(notificationPermissions));
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
  await did(admin, 'PUT /notifications/{notificationId}/permissions', { ...entry, canManage: false }, params);
  await did(admin, 'PUT /notifications/{notificationId}/cancel', undefined, params);
  const plan = await sara.post(`/notifications/${second}/schedule`, { ruleName: 'daily' });
  await did(admin, 'DELETE /notifications/schedules/{scheduleId}', undefined, { scheduleId: plan.body.id });
  await did(admin, 'DELETE /notifications/archive/{id}', undefined, { id: second });
  const texts = { name: 'own', channel: 'email', language: 'en', subjectTemplate: 'x', bodyTemplate: 'x' };
  const { body: template } = await did(admin, 'POST /notifications/templates', texts);
  const templateId: string = template.id;
  await did(admin, 'PUT /notifications/templates/{templateId}', { bodyTemplate: 'y' }, { templateId });
  await did(admin, 'DELETE /notification-templates/{templateId}', undefined, { templateId });
  const route = { severity: 'low', roles: ['admin'], userIds: [], channels: ['inApp'] };
  await did(admin, 'PUT /notifications/routing', { routes: [route] });

  // A suppression begins with a bounced mail: the tests of delivery reports call its operation.
  await assertTable(import.meta.dirname, ['DELETE /api/v1/notifications/suppressions/{id}']);
});
