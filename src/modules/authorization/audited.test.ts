import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { createAuditObserver } from '#testing/audited.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { audited } from './audited.ts';
import { everything, subject } from '#testing/authorization.ts';

test('every operation records exactly the audit entries that `audited` lists for it, before it answers', async (t) => {
  const app = await testApp(t);
  const { did, assertTable } = createAuditObserver(app, audited);
  const admin = everything(app);
  const userId = await subject(app);
  const ofRole = { roleName: 'scribe', permissionCode: todoPermissions.read.code };
  const ofUser = { userId, permissionCode: todoPermissions.read.code };

  const { body: role } = await did(admin, 'POST /authorization/roles', { name: 'clerk', permissions: [] });
  await did(admin, 'PUT /authorization/roles/{id}', { name: 'scribe', permissions: [] }, role);
  await did(admin, 'POST /authorization/assign-permission', ofRole);
  await did(admin, 'POST /authorization/revoke-permission', ofRole);
  await did(admin, 'POST /authorization/assign-role', { userId, roleName: 'scribe' });
  await did(admin, 'POST /authorization/revoke-role', { userId, roleName: 'scribe' });
  await did(admin, 'POST /authorization/grant-permission', ofUser);
  await did(admin, 'POST /authorization/ungrant-permission', ofUser);
  await did(admin, 'POST /authorization/deny-permission', ofUser);
  await did(admin, 'POST /authorization/lift-denial', ofUser);
  await did(admin, 'DELETE /authorization/roles/{id}', undefined, role);

  await assertTable(import.meta.dirname);
});
