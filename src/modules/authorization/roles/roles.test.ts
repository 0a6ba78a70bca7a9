import assert from 'node:assert/strict';
import { test } from 'node:test';
import { todoPermissions } from '#modules/todos/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { authorizationPermissions } from '../contract.ts';
import { as, auditOf, everything, published, subject } from '#testing/authorization.ts';

const { manage } = authorizationPermissions;
type Caller = ReturnType<TestApp['signIn']>;

async function makeRole(caller: Caller, name: string, permissions: string[] = [], includes: string[] = []) {
  const { status, body } = await caller.post('/authorization/roles', { name, permissions, includes });
  assert.equal(status, 201, JSON.stringify(body));
  return { ...body, path: `/authorization/roles/${body.id}` };
}

test('included roles, at any depth, give their permissions from the next request on, until the inclusion is removed', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const userId = await subject(app);
  const bottom = await makeRole(admin, 'bottom', [auditPermissions.read.code]);
  await makeRole(admin, 'middle', [], ['bottom']);
  const top = await makeRole(admin, 'top', [], ['MIDDLE']);
  await admin.post('/authorization/assign-role', { userId, roleName: 'top' });
  const audit = async () => (await as(app, userId).get('/audit')).status;

  const given = await audit();
  await admin.put(bottom.path, { name: 'bottom', permissions: [] });
  const taken = await audit();
  await admin.put(bottom.path, { name: 'bottom', permissions: [auditPermissions.read.code] });
  const again = await audit();
  await admin.put(top.path, { name: 'top', permissions: [], includes: [] });

  assert.deepEqual(top.includes, ['middle']);
  assert.deepEqual([given, taken, again, await audit()], [200, 403, 200, 403]);
});

test('a deleted role is removed from the roles that include it, with all that it gave', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const userId = await subject(app);
  await makeRole(admin, 'bottom', [auditPermissions.read.code]);
  const middle = await makeRole(admin, 'middle', [], ['bottom']);
  const top = await makeRole(admin, 'top', [], ['middle']);
  await admin.post('/authorization/assign-role', { userId, roleName: 'top' });
  const before = (await as(app, userId).get('/audit')).status;

  await admin.delete(middle.path);

  assert.equal(before, 200);
  assert.equal((await as(app, userId).get('/audit')).status, 403);
  assert.deepEqual((await admin.get(top.path)).body.includes, []);
});

test('no role can include itself, directly or through others', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const one = await makeRole(admin, 'one');
  await makeRole(admin, 'two', [], ['one']);
  await makeRole(admin, 'three', [], ['two']);

  const circles = [
    await admin.put(one.path, { name: 'one', permissions: [], includes: ['three'] }),
    await admin.put(one.path, { name: 'one', permissions: [], includes: ['two', 'three'] }),
    await admin.put(one.path, { name: 'one', permissions: [], includes: ['One'] }),
  ];

  assert.deepEqual(
    circles.map(({ status, body }) => [status, body.code, body.includes]),
    [
      [409, 'authorization.role_cycle', ['three']],
      [409, 'authorization.role_cycle', ['three', 'two']],
      [409, 'authorization.role_cycle', ['one']],
    ],
  );
});

test('concurrent changes do not make a cycle', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const names = ['one', 'two', 'three', 'four'];
  const roles = [];
  for (const name of names) roles.push(await makeRole(admin, name));

  const answers = await Promise.all(
    roles.map(({ path, name }, index) =>
      admin.put(path, { name, permissions: [], includes: [names[(index + 1) % names.length]] }),
    ),
  );

  assert.deepEqual(answers.map(({ status }) => String(status)).toSorted(), ['200', '200', '200', '409']);
});

test('the error names a role that cannot be included: an unknown one, or admin', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);

  const unknown = await admin.post('/authorization/roles', { name: 'x', includes: ['user', 'nobody'] });
  const builtIn = await admin.post('/authorization/roles', { name: 'x', includes: ['admin'] });

  assert.deepEqual(
    [unknown.status, unknown.body.code, unknown.body.roleName],
    [404, 'authorization.role_not_found', 'nobody'],
  );
  assert.deepEqual([builtIn.status, builtIn.body.code], [409, 'authorization.role_built_in']);
});

test('to add or remove an inclusion, a caller must hold all that it gives', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  await makeRole(admin, 'auditor', [auditPermissions.read.code]);
  await makeRole(admin, 'deep', [], ['auditor']);
  const holder = await makeRole(admin, 'holder', [], ['deep']);
  const plain = await makeRole(admin, 'plain');
  const userId = await subject(app);
  const manager = app.signIn(manage, todoPermissions.read);

  const answers = [
    await manager.post('/authorization/roles', { name: 'mine', includes: ['deep'] }),
    await manager.put(plain.path, { name: 'plain', permissions: [], includes: ['deep'] }),
    await manager.put(holder.path, { name: 'holder', permissions: [], includes: [] }),
    await manager.delete(holder.path),
    await manager.post('/authorization/assign-role', { userId, roleName: 'holder' }),
  ];
  const harmless = await manager.put(plain.path, {
    name: 'plain',
    permissions: [todoPermissions.read.code],
    includes: [],
  });

  for (const { status, body } of answers)
    assert.deepEqual(
      [status, body.code, body.permissions],
      [403, 'authorization.exceeds_own', [auditPermissions.read.code]],
    );
  assert.equal(harmless.status, 200);
});

test('includes that are left out stay, and the same content again changes nothing', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  await makeRole(admin, 'base', [todoPermissions.read.code]);
  const role = await makeRole(admin, 'top', [], ['base']);

  const renamed = await admin.put(role.path, { name: 'summit', permissions: [] });
  const repeated = await admin.put(role.path, { name: 'summit', permissions: [], includes: ['base'] });

  assert.deepEqual([renamed.body.includes, renamed.body.version], [['base'], 2]);
  assert.deepEqual(repeated.body, renamed.body);
  assert.equal((await auditOf(app, 'authorization.role_changed')).length, 1);
});

test('each change of a role is published, once', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const base = await makeRole(admin, 'base');
  const role = await makeRole(admin, 'top', [todoPermissions.read.code], ['base']);
  await admin.put(role.path, { name: 'summit', permissions: [todoPermissions.write.code], includes: [] });
  await admin.delete(role.path);

  const events = (await published(app)).filter(({ payload }) => payload['roleId'] === role.id);

  assert.deepEqual(
    events
      .toSorted((one, two) => (one.type + one.payload['permission'] < two.type + two.payload['permission'] ? -1 : 1))
      .map(({ type, payload: { roleId: _, ...rest } }) => [type, rest]),
    [
      ['authorization.permission_granted.v1', { permission: todoPermissions.read.code }],
      ['authorization.permission_granted.v1', { permission: todoPermissions.write.code }],
      ['authorization.permission_revoked.v1', { permission: todoPermissions.read.code }],
      ['authorization.role_created.v1', {}],
      ['authorization.role_deleted.v1', {}],
      ['authorization.role_excluded.v1', { includedId: base.id }],
      ['authorization.role_included.v1', { includedId: base.id }],
      ['authorization.role_renamed.v1', {}],
    ],
  );
});

test('a name cannot contain control characters, line breaks or marks that change the text direction', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const bad = ['a\tb', 'a\nb', 'a\u0007b', 'a\u0085b', 'a\u2028b', 'a\u202eb', 'a\u2066b', ' a', 'a ', '\u202e', ''];

  for (const name of bad) {
    const { status, body } = await admin.post('/authorization/roles', { name });
    assert.deepEqual([status, body.code, body.errors?.[0].path], [400, 'http.invalid', '/name'], JSON.stringify(name));
  }
  for (const name of ['x', 'ویراستارِ می‌خواهم', 'Ops & Co. (EU)'])
    assert.equal((await admin.post('/authorization/roles', { name })).status, 201, name);
});

test('roles come in pages, by number or by cursor, and a cursor of another list is refused', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  for (const name of ['a', 'b', 'c']) await admin.post('/authorization/roles', { name, permissions: [] });

  const whole = (await admin.get('/authorization/roles')).body;
  const first = (await admin.get('/authorization/roles?pageSize=2')).body;
  const byNumber = (await admin.get('/authorization/roles?pageSize=2&page=2')).body;
  const byCursor = (await admin.get(`/authorization/roles?pageSize=2&cursor=${first.nextCursor}`)).body;
  const { status, body } = await admin.get(`/users/sessions?cursor=${first.nextCursor}`);

  assert.deepEqual([whole.totalCount, whole.page, whole.pageSize, whole.nextCursor], [whole.items.length, 1, 20, null]);
  assert.deepEqual(first.items, whole.items.slice(0, 2));
  assert.deepEqual(byNumber.items, whole.items.slice(2, 4));
  assert.deepEqual([byCursor.items, byCursor.totalCount, byCursor.page], [whole.items.slice(2, 4), null, null]);
  assert.deepEqual([status, body.code], [400, 'http.cursor_invalid']);
});
