import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditPermissions } from '#modules/audit/contract.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { testApp } from '#testing/app.ts';
import { loggingPermissions } from '../contract.ts';

const { access, read, write } = loggingPermissions;

test('a role gets permissions of logging that the caller holds, and no others', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(access, read);

  const made = await sara.post('/logging/access-control/roles', { name: 'watch', permissions: [read.code] });
  const beyond = await sara.post('/logging/access-control/assign', { roleName: 'watch', permissionCode: write.code });
  const other = await sara.post('/logging/access-control/assign', {
    roleName: 'watch',
    permissionCode: auditPermissions.read.code,
  });
  const again = await sara.post('/logging/access-control/assign', { roleName: 'watch', permissionCode: read.code });
  const missing = await sara.post('/logging/access-control/assign', { roleName: 'x', permissionCode: read.code });
  const twice = await sara.post('/logging/access-control/roles', { name: 'watch' });

  assert.deepEqual([made.status, made.body.permissions], [201, [read.code]]);
  assert.deepEqual([beyond.status, beyond.body.code], [403, authorizationErrors.exceedsOwn.code]);
  assert.deepEqual([other.status, other.body.code], [400, 'logging.not_logging']);
  assert.deepEqual([again.status, missing.status, twice.status], [200, 404, 409]);
  const { body } = await sara.get('/logging/access-control');
  assert.deepEqual(body.roles.map(({ name }: { name: string }) => name).toSorted(), ['admin', 'watch']);
  assert.equal(body.permissions.length, 5);
});
