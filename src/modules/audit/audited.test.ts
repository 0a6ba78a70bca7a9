import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { createAuditObserver } from '#testing/audited.ts';
import { audited } from './audited.ts';
import { auditPermissions } from './contract.ts';
import { recordMany } from '#testing/trail/trail.ts';

test('every operation records exactly the audit entries that `audited` lists for it, before it answers', async (t) => {
  const app = await testApp(t, { directEntries: 20 });
  const { did, note, assertTable } = createAuditObserver(app, audited);
  await recordMany(app, 30);
  const auditor = app.signIn(auditPermissions.read, auditPermissions.manage);
  await app.audit.sealer.drain();
  await app.audit.anchor();
  await did(auditor, 'GET /audit/integrity');
  const { id } = (await auditor.get('/audit/integrity?updateFlags=true')).body;
  await did(auditor, 'DELETE /audit/integrity/runs/{id}', undefined, { id });
  await auditor.get('/audit/integrity?updateFlags=true');
  await app.drain(); // a run has ended: the next report begins after it, and is short
  await note('GET /api/v1/audit/integrity', await auditor.get('/audit/integrity?incremental=true'));
  const headers = { 'x-test-caller': auditor.userId };
  await note('GET /api/v1/audit/export', await app.http.inject({ url: '/api/v1/audit/export', headers }));
  await did(auditor, 'POST /audit/archives', { before: '2099-01-01T00:00:00Z' });

  await assertTable(import.meta.dirname);
});
