import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { notificationPermissions } from '../contract.ts';
import type { Schedule } from './schemas.ts';

const { read, write, schedules, manageAll } = notificationPermissions;
const raw = { channel: 'email', recipient: 'reza@example.com', subject: 'Hello', body: 'Dear Reza' };

test('a schedule says what it sends, but not the subject of a message about security', async (t) => {
  const app = await testApp(t);
  const admin = app.signIn(read, write, schedules, manageAll);
  const scheduledAtUtc = new Date(app.now().getTime() + 86_400_000).toISOString();
  const { body: plain } = await admin.post('/notifications', { ...raw, scheduledAtUtc });
  const { body: secret } = await admin.post('/notifications', { ...raw, scheduledAtUtc });
  await app.database.pool.query(
    `update notifications.message set category = 'security', template = 'shop.code' where id = $1`,
    [secret.id],
  );

  const { body } = await admin.post(`/notifications/${plain.id}/schedule`, { ruleName: 'weekly' });
  await admin.post(`/notifications/${secret.id}/schedule`, { ruleName: 'weekly' });
  const { items } = (await admin.get('/notifications/schedules?status=active')).body;

  assert.deepEqual([body.template, body.subject], [null, raw.subject]);
  assert.deepEqual(
    items.map(({ notificationId, template, subject }: Schedule) => [notificationId, template, subject]),
    [
      [secret.id, 'shop.code', 'shop.code'],
      [plain.id, null, raw.subject],
    ],
  );
});
