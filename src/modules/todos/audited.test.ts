import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { createAuditObserver } from '#testing/audited.ts';
import { audited } from './audited.ts';
import { todoPermissions } from './contract.ts';

test('every operation leaves just the audit entries of its line in the table', async (t) => {
  const app = await testApp(t);
  const { did, assertTable } = createAuditObserver(app, audited);
  const sara = app.signIn(todoPermissions.write);
  const { body: todo } = await sara.post('/todos', { description: 'نان بخر' });

  await did(sara, 'DELETE /todos/{id}', undefined, todo);

  await assertTable(import.meta.dirname);
});
