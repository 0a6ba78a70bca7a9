import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { testApp } from '#testing/app.ts';
import { authorizationPermissions } from '../contract.ts';
import { administrator, as, auditOf, everything, grantedToUsers, published, subject } from '#testing/authorization.ts';

const { manage } = authorizationPermissions;
const AUDIT = auditPermissions.read.code;

test('a direct grant applies to the next request, and so does its withdrawal', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const userId = await subject(app);
  const sara = as(app, userId);
  const body = { userId, permissionCode: AUDIT };

  const statuses = [(await sara.get('/audit')).status];
  const granted = await admin.post('/authorization/grant-permission', body);
  statuses.push((await sara.get('/audit')).status);
  const ungranted = await admin.post('/authorization/ungrant-permission', body);
  statuses.push((await sara.get('/audit')).status);

  assert.deepEqual(statuses, [403, 200, 403]);
  assert.deepEqual([granted.status, granted.body.grants], [200, [AUDIT]]);
  assert.deepEqual(granted.body.permissions[0], { code: AUDIT, roles: [], paths: [], isGranted: true });
  assert.deepEqual([ungranted.status, ungranted.body.grants], [200, []]);
});

test('a denial wins over grants and roles until it is lifted', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const userId = await subject(app);
  const sara = as(app, userId);
  const body = { userId, permissionCode: todoPermissions.read.code };
  await admin.post('/authorization/grant-permission', body);

  const statuses = [(await sara.get('/todos')).status];
  const denied = await admin.post('/authorization/deny-permission', body);
  const refusal = await sara.get('/todos');
  await admin.post('/authorization/lift-denial', body);
  statuses.push(refusal.status, (await sara.get('/todos')).status);

  assert.deepEqual(statuses, [200, 403, 200]);
  assert.equal(refusal.body.permission, todoPermissions.read.code);
  assert.deepEqual(denied.body.denials, [todoPermissions.read.code]);
  assert.deepEqual(
    denied.body.permissions.map(({ code }: { code: string }) => code),
    grantedToUsers(app).filter((code) => code !== todoPermissions.read.code),
  );
});

test('a denial has no effect while its user is an administrator', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const other = await administrator(app);
  const body = { userId: other.userId, permissionCode: AUDIT };
  const role = { userId: other.userId, roleName: 'admin' };

  await admin.post('/authorization/revoke-role', role);
  await admin.post('/authorization/deny-permission', body);
  await admin.post('/authorization/assign-role', role);
  const asAdministrator = (await other.get('/audit')).status;
  await admin.post('/authorization/grant-permission', body);
  await admin.post('/authorization/revoke-role', role);

  assert.equal(asAdministrator, 200);
  assert.equal((await other.get('/audit')).status, 403);
  assert.ok((await app.authorization.holdersOf(auditPermissions.read)).includes(admin.userId));
  assert.ok(!(await app.authorization.holdersOf(auditPermissions.read)).includes(other.userId));
});

test('an administrator cannot be denied a permission, also a second time, and the refusal stores nothing', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const body = { userId: admin.userId, permissionCode: AUDIT };

  const answers = [
    await admin.post('/authorization/deny-permission', body),
    await everything(app).post('/authorization/deny-permission', body),
  ];

  for (const { status, body: problem } of answers)
    assert.deepEqual([status, problem.code], [409, 'authorization.denial_without_effect']);
  assert.deepEqual((await admin.get(`/authorization/users/${admin.userId}`)).body.denials, []);
  assert.deepEqual(await auditOf(app, 'authorization.user_denied'), []);
});

test('users can grant, deny, withdraw and lift only permissions that they hold', async (t) => {
  const app = await testApp(t);
  const userId = await subject(app);
  const manager = app.signIn(manage, todoPermissions.read);

  for (const path of ['grant-permission', 'ungrant-permission', 'deny-permission', 'lift-denial']) {
    const { status, body } = await manager.post(`/authorization/${path}`, { userId, permissionCode: AUDIT });
    assert.deepEqual([status, body.code], [403, 'authorization.exceeds_own'], path);
  }
});

test('a user who was denied a permission cannot lift the denial', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const userId = await subject(app);
  for (const permissionCode of [manage.code, AUDIT])
    await admin.post('/authorization/grant-permission', { userId, permissionCode });
  await admin.post('/authorization/deny-permission', { userId, permissionCode: AUDIT });

  const lifted = await as(app, userId).post('/authorization/lift-denial', { userId, permissionCode: AUDIT });

  assert.equal(lifted.body.code, 'authorization.exceeds_own');
});

test('the error names unknown users and permissions, and a repeated call changes nothing', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const userId = await subject(app);
  const stranger = newId();
  const permissionCode = AUDIT;

  for (const path of ['grant-permission', 'ungrant-permission', 'deny-permission', 'lift-denial']) {
    const nobody = await admin.post(`/authorization/${path}`, { userId: stranger, permissionCode });
    const nothing = await admin.post(`/authorization/${path}`, { userId, permissionCode: 'no.such' });
    assert.deepEqual(
      [nobody.status, nobody.body.code, nobody.body.userId],
      [404, 'authorization.user_not_found', stranger],
    );
    assert.deepEqual([nothing.status, nothing.body.code], [400, 'authorization.permission_unknown']);
    for (let time = 0; time < 2; time++)
      assert.equal((await admin.post(`/authorization/${path}`, { userId, permissionCode })).status, 200);
  }

  const changes = ['user_granted', 'user_ungranted', 'user_denied', 'denial_lifted'];
  const events = (await published(app)).filter(({ payload }) => payload['permission'] !== undefined);
  assert.deepEqual(
    events.map(({ type, payload }) => [type, payload['userId'], payload['permission']]),
    changes.map((change) => [`authorization.${change}.v1`, userId, AUDIT]),
  );
  for (const change of changes) {
    const isSet = change === 'user_granted' || change === 'user_denied';
    const trail = await auditOf(app, `authorization.${change}`);
    assert.deepEqual(
      trail.map(({ resourceId, actorId, payload }) => ({ resourceId, actorId, payload })),
      [
        {
          resourceId: userId,
          actorId: admin.userId,
          payload: { permission: AUDIT, before: isSet ? [] : [AUDIT], after: isSet ? [AUDIT] : [] },
        },
      ],
      change,
    );
  }
});

test('concurrent grants to one user are all kept, and each audit entry has the state before it', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const userId = await subject(app);
  const codes = [AUDIT, todoPermissions.read.code, todoPermissions.write.code, manage.code];

  await Promise.all(
    codes.map((permissionCode) => admin.post('/authorization/grant-permission', { userId, permissionCode })),
  );

  const { body } = await admin.get(`/authorization/users/${userId}`);
  const trail = await auditOf(app, 'authorization.user_granted');
  assert.deepEqual(body.grants, codes.toSorted());
  assert.deepEqual(
    trail.map(({ payload }) => (payload['before'] as string[]).length),
    [3, 2, 1, 0],
  );
});

test('holdings have the shortest path from each held role to each permission', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const userId = await subject(app);
  await admin.post('/authorization/roles', { name: 'c', permissions: [AUDIT] });
  await admin.post('/authorization/roles', { name: 'b', includes: ['c'] });
  await admin.post('/authorization/roles', { name: 'a', includes: ['b', 'c'] });
  await admin.post('/authorization/roles', { name: 'd', includes: ['b'] });
  for (const roleName of ['a', 'd']) await admin.post('/authorization/assign-role', { userId, roleName });

  const { body } = await admin.get(`/authorization/users/${userId}`);

  assert.deepEqual(body.permissions[0], {
    code: AUDIT,
    roles: ['a', 'd'],
    paths: [
      ['a', 'c'],
      ['d', 'b', 'c'],
    ],
    isGranted: false,
  });
});
