import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { createAuditObserver } from '#testing/audited.ts';
import { audited } from './audited.ts';
import { webhookPermissions } from './contract.ts';

test('every operation leaves just the audit entries of its line in the table', async (t) => {
  const app = await testApp(t);
  const { did, assertTable } = createAuditObserver(app, audited);
  const admin = app.signIn(...Object.values(webhookPermissions));
  const { body } = await did(admin, 'POST /webhooks', { url: 'https://example.com/', eventTypes: ['*'] });
  const params = { webhookId: body.id };

  await did(admin, 'PATCH /webhooks/{webhookId}', { description: 'x' }, params);
  await did(admin, 'POST /webhooks/{webhookId}/rotate-secret', {}, params);
  const { body: sent } = await did(admin, 'POST /webhooks/{webhookId}/test', undefined, params);
  await app.database.pool.query(`update webhooks.delivery set status = 'failed'`);
  await did(admin, 'POST /webhooks/{webhookId}/deliveries/replay-failed', undefined, params);
  await app.database.pool.query(`update webhooks.delivery set status = 'failed'`);
  const one = { ...params, deliveryId: sent.id };
  await did(admin, 'POST /webhooks/{webhookId}/deliveries/{deliveryId}/replay', undefined, one);
  await did(admin, 'DELETE /webhooks/{webhookId}', undefined, params);

  await assertTable(import.meta.dirname);
});
