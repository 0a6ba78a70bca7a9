import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { createAuditObserver } from '#testing/audited.ts';
import { audited } from './audited.ts';

test('keeping and forgetting views leaves no audit entry', async (t) => {
  const app = await testApp(t);
  const { assertTable } = createAuditObserver(app, audited);

  await assertTable(import.meta.dirname);
});
