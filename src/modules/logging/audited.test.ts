import { test } from 'node:test';
import { everything } from '#testing/authorization.ts';
import { testApp } from '#testing/app.ts';
import { createAuditObserver } from '#testing/audited.ts';
import { audited } from './audited.ts';

test('every operation leaves just the audit entries of its line in the table', async (t) => {
  const app = await testApp(t);
  const sara = everything(app);
  const { did, assertTable } = createAuditObserver(app, audited);
  const rule = { name: 'x', minimumLevel: 'info', service: 'audited' };
  const { body: event } = await sara.post('/logging/events', { message: 'x' });
  const silence = {
    fingerprint: 'x',
    startsAt: '2026-11-23T22:00:00.000Z',
    endsAt: '2026-11-24T22:00:00.000Z',
    reason: 'x',
  };

  await did(sara, 'DELETE /logging/events/{eventId}', undefined, { eventId: event.id });
  const { body: made } = await did(sara, 'POST /logging/alerts/rules', rule);
  await did(sara, 'PUT /logging/alerts/rules/{id}', { ...rule, name: 'y' }, made);
  await sara.post('/logging/events', { message: 'x', sourceService: 'audited' });
  const { body: incidents } = await sara.get('/logging/alerts/incidents');
  await did(sara, 'POST /logging/alerts/incidents/{id}/acknowledge', {}, incidents.items[0]);
  await did(sara, 'POST /logging/alerts/incidents/{id}/resolve', {}, incidents.items[0]);
  await did(sara, 'DELETE /logging/alerts/rules/{id}', undefined, made);
  const { body: quiet } = await did(sara, 'POST /logging/alerts/silences', silence);
  await did(sara, 'DELETE /logging/alerts/silences/{id}', undefined, quiet);
  await did(sara, 'POST /logging/access-control/roles', { name: 'watch' });
  await did(sara, 'POST /logging/access-control/assign', { roleName: 'watch', permissionCode: 'logging.events.read' });

  await assertTable(import.meta.dirname);
});
