import { test } from 'node:test';
import { todoPermissions } from '#modules/todos/contract.ts';
import { testApp } from '#testing/app.ts';
import { createAuditObserver } from '#testing/audited.ts';
import { audited } from './audited.ts';

test('every operation leaves just the audit entries of its line in the table', async (t) => {
  const app = await testApp(t);
  const { did, assertTable } = createAuditObserver(app, audited);
  const sara = app.signIn(todoPermissions.read);

  await did(sara, 'POST /exports', { path: '/api/v1/todos', format: 'csv' });

  await assertTable(import.meta.dirname);
});
