import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { userEvents } from '#modules/users/contract.ts';
import { testApp } from '#testing/app.ts';
import { createAuditObserver } from '#testing/audited.ts';
import { audited } from './audited.ts';
import { observabilityPermissions } from './contract.ts';

test('every operation leaves just the audit entries of its line in the table', async (t) => {
  const app = await testApp(t);
  const { did, assertTable } = createAuditObserver(app, audited);
  const operator = app.signIn(observabilityPermissions.read, observabilityPermissions.manage);
  const { pool, units } = app.database;
  await units.write(system('users'), async ({ publish }: AnyUnit) =>
    publish(userEvents.deleted, { userId: operator.userId }),
  );
  await pool.query('alter table files.file rename to gone');
  await app.drainWithFailures(3_600_000);
  const { body: page } = await operator.get('/observability/messages');
  const [message] = page.items;

  await did(operator, 'GET /observability/messages');
  await did(operator, 'GET /observability/messages/{id}', undefined, message);
  await did(operator, 'POST /observability/orchestration/replay/outbox', {});
  await did(operator, 'POST /observability/orchestration/replay/inbox', { dryRun: true });
  await did(operator, 'POST /observability/orchestration/replay/work', {});
  await did(operator, 'POST /observability/messages/{id}/discard', { reason: 'by hand' }, message);

  await assertTable(import.meta.dirname);
});
