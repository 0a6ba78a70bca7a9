import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { runScript } from '#testing/database.ts';
import { everything, subject, within } from '#testing/authorization.ts';
import { authorizationPermissions } from '../contract.ts';

const READING = { canRead: true, canWrite: false, canDelete: false, canManage: false };

test('role names are one name in any case and from any keyboard, in every call that takes one', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const userId = await subject(app);
  const pairs = [
    ['İdari', 'idari'],
    ['ΟΔΟΣ', 'οδος'],
    ['كاربر ويژه', 'کاربر ویژه'],
    ['پیش‌نویس ۲', 'پیشنویس 2'],
    ['Ｏｐｓ', 'OPS'],
  ] as const;

  for (const [name, other] of pairs) {
    const { body: role } = await admin.post('/authorization/roles', { name });
    const again = await admin.post('/authorization/roles', { name: other });
    const { body: includer } = await admin.post('/authorization/roles', {
      name: `${other} +`,
      includes: [other, name],
    });
    const renamed = await admin.put(`/authorization/roles/${includer.id}`, { name: other, permissions: [] });
    const assigned = await admin.post('/authorization/assign-role', { userId, roleName: other });
    const permissionCode = authorizationPermissions.check.code;
    const permitted = await admin.post('/authorization/assign-permission', { roleName: other, permissionCode });
    const entry = { subjectType: 'role', subjectValue: other, ...READING } as const;
    const listed = await within(app, system('notifications'), (unit) =>
      app.authorization.accessLists.put(unit, 'notification', newId(), entry),
    );
    const members = await app.authorization.membersOf([other]);

    for (const { status, body } of [again, renamed])
      assert.deepEqual([status, body.code], [409, 'authorization.role_name_taken'], other);
    assert.deepEqual(includer.includes, [name], other);
    assert.ok(assigned.body.roles.includes(name), other);
    assert.equal(permitted.body.id, role.id, other);
    assert.equal(listed.entry.subjectValue, name, other);
    assert.deepEqual(members, { userIds: [userId], unknown: [] }, other);
    assert.equal((await admin.post('/authorization/revoke-role', { userId, roleName: other })).status, 200);
  }
});

test('an invitation takes each role once, however its name is written', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  await admin.post('/authorization/roles', { name: 'كاربر ويژه' });
  const roles = ['کاربر ویژه', 'كاربر ويژه', 'USER'];

  const { status, body } = await admin.post('/users', {
    email: app.randomEmail(),
    firstName: 'a',
    lastName: 'b',
    roles,
  });

  assert.equal(status, 201);
  const { body: holdings } = await admin.get(`/authorization/users/${body.id}`);
  assert.deepEqual(holdings.roles, ['user', 'كاربر ويژه']);
});

test('no role can have a name that looks like that of a built-in role', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const { body: role } = await admin.post('/authorization/roles', { name: 'editors' });

  for (const name of ['аdmin', 'ADMIN', 'Αdmin', 'adm1n', 'adrnin', 'ạdmin', 'սser', 'Uѕer']) {
    const created = await admin.post('/authorization/roles', { name });
    const renamed = await admin.put(`/authorization/roles/${role.id}`, { name, permissions: [] });
    for (const { status, body } of [created, renamed])
      assert.deepEqual([status, body.code], [409, 'authorization.role_name_taken'], name);
  }
});

test('roles whose names became the same by an update survive it, and are found by their spelling', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  await asBefore(app);
  const names = ['كاربر', 'کاربر', 'аdmin', 'na\u200bme', 'کاربر‌'];
  const ids = names.map(() => newId());
  for (const [index, name] of names.entries())
    await app.database.pool.query('insert into "authorization".role (id, name) values ($1, $2)', [ids[index], name]);
  await app.database.pool.query(
    'insert into "authorization".role_reach select id, id from "authorization".role on conflict do nothing',
  );
  await runScript(app.databaseUrl, await migration());
  const userId = await subject(app);

  const { roles } = (await admin.get('/authorization')).body;
  for (const roleName of ['کاربر', 'аdmin', 'name'])
    await admin.post('/authorization/assign-role', { userId, roleName });
  const taken = await admin.post('/authorization/roles', { name: 'كاربر' });
  const renamed = await admin.put(`/authorization/roles/${ids[1]}`, { name: 'مهمان', permissions: [] });
  await admin.delete(`/authorization/roles/${ids[0]}`);
  const second = await admin.post('/authorization/roles', { name: 'كاربر' });

  assert.deepEqual(
    roles
      .map(({ id }: { id: string }) => id)
      .filter((id: string) => ids.includes(id))
      .toSorted(),
    ids.toSorted(),
  );
  assert.deepEqual((await admin.get(`/authorization/users/${userId}`)).body.roles, [
    'na\u200bme',
    'user',
    'аdmin',
    'مهمان',
  ]);
  assert.deepEqual([taken.body.code, renamed.body.name], ['authorization.role_name_taken', 'مهمان']);
  assert.equal(second.body.code, 'authorization.role_name_taken', 'the third one still has the name');
});

/** The table as it was before the migration. */
async function asBefore({ databaseUrl }: TestApp): Promise<void> {
  await runScript(
    databaseUrl,
    `alter table "authorization".role drop column is_twin, drop column form;
    drop index if exists "authorization".role_name, "authorization".role_spelling;
    create unique index role_name on "authorization".role (lower(name))`,
  );
}

function migration(): Promise<string> {
  return readFile(new URL('../migrations/0004_canonical_name.sql', import.meta.url), 'utf8');
}
