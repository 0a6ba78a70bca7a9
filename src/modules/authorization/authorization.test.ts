import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { userEvents } from '#modules/users/contract.ts';
import { testApp } from '#testing/app.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { authorizationPermissions } from './contract.ts';
import {
  grantedToUsers,
  administrator,
  auditOf,
  holderOf,
  published,
  subject,
  within,
} from '#testing/authorization.ts';

const { manage } = authorizationPermissions;

test('a granted or revoked permission applies to the very next request', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const sara = await administrator(app);
  await admin.post('/authorization/roles', { name: 'auditor', permissions: [auditPermissions.read.code] });
  await admin.post('/authorization/revoke-role', { userId: sara.userId, roleName: 'admin' });

  const before = await sara.get('/audit');
  const given = await admin.post('/authorization/assign-role', { userId: sara.userId, roleName: 'auditor' });
  const allowed = await sara.get('/audit');
  await admin.post('/authorization/revoke-permission', {
    roleName: 'auditor',
    permissionCode: auditPermissions.read.code,
  });
  const after = await sara.get('/audit');

  assert.deepEqual([before.status, before.body.permission], [403, auditPermissions.read.code]);
  assert.deepEqual([given.status, given.body.roles], [200, ['auditor', 'user']]);
  assert.deepEqual([allowed.status, after.status], [200, 403]);
});

test('an id in upper case is the same id: the change applies at once, and records have the lower-case spelling', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const sara = await administrator(app);
  const inCapitals = sara.userId.toUpperCase();
  const { body: role } = await admin.post('/authorization/roles', {
    name: 'auditor',
    permissions: [auditPermissions.read.code],
  });
  await admin.post('/authorization/assign-role', { userId: inCapitals, roleName: 'auditor' });
  await sara.get('/audit'); // now the permissions of sara are cached

  const revoked = await admin.post('/authorization/revoke-role', { userId: inCapitals, roleName: 'admin' });
  const asAuditor = [(await sara.get('/audit')).status, (await sara.get('/authorization/roles')).status];
  const deleted = await admin.delete(`/authorization/roles/${role.id.toUpperCase()}`);

  assert.deepEqual([revoked.status, asAuditor, deleted.status], [200, [200, 403], 204]);
  assert.equal((await sara.get('/audit')).status, 403);
  const [entry] = await auditOf(app, 'authorization.role_assigned');
  assert.equal(entry?.resourceId, sara.userId);
});

test('the matrix shows every role and every permission of every module', async (t) => {
  const app = await testApp(t);
  const { status, body } = await app.signIn(manage).get('/authorization');

  const [admin, user] = body.roles;
  const codes = body.permissions.map(({ code }: { code: string }) => code);

  assert.equal(status, 200);
  assert.deepEqual([admin.name, admin.builtIn, admin.permissions], ['admin', true, codes]);
  assert.deepEqual([user.name, user.permissions], ['user', grantedToUsers(app)]);
  assert.deepEqual(
    body.permissions.find(({ code }: { code: string }) => code === todoPermissions.read.code),
    {
      code: todoPermissions.read.code,
      description: todoPermissions.read.summary,
      module: 'todos',
    },
  );
});

test('a role is created, read, replaced and deleted, each change audited with before and after', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);

  const created = await admin.post('/authorization/roles', {
    name: 'editor',
    permissions: [todoPermissions.read.code],
  });
  const path = `/authorization/roles/${created.body.id}`;
  const replaced = await admin.put(
    path,
    { name: 'writer', permissions: [todoPermissions.write.code] },
    { 'if-match': created.headers['etag'] },
  );
  const stale = await admin.put(path, { name: 'late', permissions: [] }, { 'if-match': created.headers['etag'] });
  const deleted = await admin.delete(path);

  assert.deepEqual([created.status, created.headers['location']], [201, `/api/v1${path}`]);
  assert.deepEqual(
    [replaced.body.name, replaced.body.permissions, replaced.body.version],
    ['writer', [todoPermissions.write.code], 2],
  );
  assert.deepEqual(
    [stale.status, deleted.status, (await admin.get(path)).body.code],
    [412, 204, 'authorization.role_not_found'],
  );
  const [change] = await auditOf(app, 'authorization.role_changed');
  assert.deepEqual(change?.payload, {
    before: { name: 'editor', permissions: [todoPermissions.read.code], includes: [] },
    after: { name: 'writer', permissions: [todoPermissions.write.code], includes: [] },
  });
  assert.equal(change?.actorId, admin.userId);
});

test('granting twice has one effect, one event and one audit entry, and so has revoking twice', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const userId = await subject(app);
  await admin.post('/authorization/roles', { name: 'auditor', permissions: [] });
  const role = { userId, roleName: 'Auditor' };
  const permission = { roleName: 'auditor', permissionCode: auditPermissions.read.code };

  for (const path of ['assign-role', 'revoke-role'])
    for (let time = 0; time < 2; time++) assert.equal((await admin.post(`/authorization/${path}`, role)).status, 200);
  for (const path of ['assign-permission', 'revoke-permission'])
    for (let time = 0; time < 2; time++)
      assert.equal((await admin.post(`/authorization/${path}`, permission)).status, 200);

  const counts = await Promise.all(
    ['role_assigned', 'role_revoked', 'permission_granted', 'permission_revoked'].map(async (action) => {
      const entries = await auditOf(app, `authorization.${action}`);
      return entries.filter(({ actorId }) => actorId === admin.userId).length;
    }),
  );
  assert.deepEqual(counts, [1, 1, 1, 1]);
  const events = (await published(app)).filter(({ payload }) => payload['userId'] === userId || payload['permission']);
  const [, { id: userRoleId }, { id: roleId }] = (await admin.get('/authorization/roles')).body.items;
  assert.deepEqual(
    events.map(({ type, payload }) => [type, payload]),
    [
      ['authorization.role_assigned.v1', { userId, roleId: userRoleId }],
      ['authorization.role_assigned.v1', { userId, roleId }],
      ['authorization.role_revoked.v1', { userId, roleId }],
      ['authorization.permission_granted.v1', { roleId, permission: auditPermissions.read.code }],
      ['authorization.permission_revoked.v1', { roleId, permission: auditPermissions.read.code }],
    ],
  );
});

test('the error names the unknown user, role or permission', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const userId = newId();

  const user = await admin.post('/authorization/assign-role', { userId, roleName: 'user' });
  const role = await admin.post('/authorization/assign-role', { userId, roleName: 'nobody has this' });
  const permission = await admin.post('/authorization/assign-permission', {
    roleName: 'user',
    permissionCode: 'no.such',
  });
  const holdings = await admin.get(`/authorization/users/${userId}`);

  assert.deepEqual([user.status, user.body.code, user.body.userId], [404, 'authorization.user_not_found', userId]);
  assert.deepEqual([role.status, role.body.code], [404, 'authorization.role_not_found']);
  assert.deepEqual(
    [permission.status, permission.body.code, permission.body.permissions],
    [400, 'authorization.permission_unknown', ['no.such']],
  );
  assert.equal(holdings.status, 404);
});

test('role names are unique in any case, and built-in roles cannot be renamed or deleted', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const { roles } = (await admin.get('/authorization')).body;
  const [adminRole, userRole] = roles;

  const taken = await admin.post('/authorization/roles', { name: 'USER' });
  const renamed = await admin.put(`/authorization/roles/${userRole.id}`, { name: 'people', permissions: [] });
  const emptied = await admin.put(`/authorization/roles/${adminRole.id}`, { name: 'admin', permissions: [] });
  const deleted = await admin.delete(`/authorization/roles/${userRole.id}`);
  const stripped = await admin.post('/authorization/revoke-permission', {
    roleName: 'admin',
    permissionCode: auditPermissions.read.code,
  });

  assert.deepEqual([taken.status, taken.body.code], [409, 'authorization.role_name_taken']);
  for (const { status, body } of [renamed, emptied, deleted, stripped])
    assert.deepEqual([status, body.code], [409, 'authorization.role_built_in']);
});

test('one administrator always remains, also when the last two are removed at once', async (t) => {
  const app = await testApp(t);
  const [one, two] = [await administrator(app), await administrator(app)];
  const manager = app.signIn(...app.modules.flatMap(({ permissions = [] }) => permissions)); // stays able to call
  const revoke = (userId: string) => manager.post('/authorization/revoke-role', { userId, roleName: 'admin' });

  const answers = await Promise.all([revoke(one.userId), revoke(two.userId)]);

  const refused = answers.filter(({ status }) => status !== 200);
  assert.equal(refused.length, 1);
  assert.equal(refused[0]?.body.code, 'authorization.last_administrator');
  assert.equal(await app.authorization.hasAdministrator(), true);
});

test('users can grant and revoke only permissions that they hold', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const { body: auditor } = await admin.post('/authorization/roles', {
    name: 'auditor',
    permissions: [auditPermissions.read.code],
  });
  const manager = app.signIn(manage, todoPermissions.read);
  const userId = await subject(app);

  const answers = [
    await manager.post('/authorization/roles', { name: 'mine', permissions: [auditPermissions.read.code] }),
    await manager.put(`/authorization/roles/${auditor.id}`, { name: 'auditor', permissions: [] }),
    await manager.delete(`/authorization/roles/${auditor.id}`),
    await manager.post('/authorization/assign-permission', {
      roleName: 'auditor',
      permissionCode: todoPermissions.write.code,
    }),
    await manager.post('/authorization/assign-role', { userId, roleName: 'auditor' }),
    await manager.post('/authorization/assign-role', { userId, roleName: 'admin' }),
  ];
  const own = await manager.post('/authorization/roles', { name: 'reader', permissions: [todoPermissions.read.code] });

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.code]),
    Array.from({ length: 6 }, () => [403, 'authorization.exceeds_own']),
  );
  assert.equal(own.status, 201);
});

test('holdings say which role each permission comes from', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const userId = await subject(app);
  await admin.post('/authorization/revoke-role', { userId, roleName: 'user' });
  await admin.post('/authorization/roles', {
    name: 'writer',
    permissions: [todoPermissions.read.code, todoPermissions.write.code],
  });
  await admin.post('/authorization/assign-role', { userId, roleName: 'writer' });
  await admin.post('/authorization/roles', {
    name: 'reader',
    permissions: [todoPermissions.read.code, auditPermissions.read.code],
  });
  await admin.post('/authorization/assign-role', { userId, roleName: 'reader' });

  const { body } = await admin.get(`/authorization/users/${userId}`);

  assert.deepEqual(body, {
    userId,
    isSuspended: false,
    roles: ['reader', 'writer'],
    permissions: [
      { code: auditPermissions.read.code, roles: ['reader'], paths: [['reader']], isGranted: false },
      {
        code: todoPermissions.read.code,
        roles: ['reader', 'writer'],
        paths: [['reader'], ['writer']],
        isGranted: false,
      },
      { code: todoPermissions.write.code, roles: ['writer'], paths: [['writer']], isGranted: false },
    ],
    grants: [],
    denials: [],
  });
});

test('an erased person holds nothing', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const userId = await subject(app);

  await app.database.units.write(system('users'), async ({ publish }) => publish(userEvents.deleted, { userId }));
  await app.drain();

  assert.equal((await admin.get(`/authorization/users/${userId}`)).status, 404);
  assert.deepEqual(await app.authorization.holdersOf(todoPermissions.read), [admin.userId]);
});

test('a caller cannot manage an account with more permissions than their own; a system actor can', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const userId = await subject(app);
  const support = holderOf(...grantedToUsers(app));

  await assert.doesNotReject(within(app, support, (unit) => app.authorization.requireNoMore(unit, userId)));
  await assert.doesNotReject(
    within(app, system('users'), (unit) => app.authorization.requireNoMore(unit, admin.userId)),
  );
  await assert.rejects(
    within(app, support, (unit) => app.authorization.requireNoMore(unit, admin.userId)),
    { code: 'authorization.exceeds_own' },
  );
});

test('an invited account can get only roles whose permissions the caller holds', async (t) => {
  const app = await testApp(t);
  const userId = await subject(app);
  const reader = holderOf(...grantedToUsers(app));

  await within(app, reader, (unit) => app.authorization.assignRoles(unit, userId, ['user', 'USER']));

  await assert.rejects(
    within(app, reader, (unit) => app.authorization.assignRoles(unit, userId, ['admin'])),
    { code: 'authorization.exceeds_own' },
  );
  await assert.rejects(
    within(app, reader, (unit) => app.authorization.assignRoles(unit, userId, ['nobody'])),
    { code: 'authorization.role_not_found' },
  );
  await assert.rejects(
    within(app, reader, (unit) => app.authorization.assignRoles(unit, newId(), ['user'])),
    { code: 'authorization.user_not_found' },
  );
  assert.deepEqual((await app.authorization.rolesOf([userId])).get(userId), ['user']);
});

test('when two administrators are suspended at once, one remains, and a suspended one does not count', async (t) => {
  const app = await testApp(t);
  const admins = [await administrator(app), await administrator(app)];
  const suspend = (userId: string) => within(app, system('users'), (unit) => app.authorization.suspend(unit, userId));

  const outcomes = await Promise.allSettled(admins.map(({ userId }) => suspend(userId)));

  const left = admins[outcomes.findIndex(({ status }) => status === 'rejected')];
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.ok(left);
  await assert.rejects(
    within(app, system('users'), (unit) => app.authorization.suspendUntil(unit, left.userId, app.now().toISOString())),
    { code: 'authorization.last_administrator' },
  );
  const demoted = await left.post('/authorization/revoke-role', { userId: left.userId, roleName: 'admin' });
  assert.equal(demoted.body.code, 'authorization.last_administrator');
});

test('a suspended account keeps its roles without effect until it is resumed', async (t) => {
  const app = await testApp(t);
  await administrator(app);
  const sara = await administrator(app);
  const statuses = [(await sara.get('/audit')).status];

  await within(app, system('users'), (unit) => app.authorization.suspend(unit, sara.userId));
  statuses.push((await sara.get('/audit')).status);
  await within(app, system('users'), (unit) => app.authorization.resume(unit, sara.userId));
  statuses.push((await sara.get('/audit')).status);

  assert.deepEqual(statuses, [200, 403, 200]);
});
