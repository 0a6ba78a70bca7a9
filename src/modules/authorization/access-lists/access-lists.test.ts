import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import type { AccessEntry, Right } from '../contract.ts';
import { auditOf, everything, resourceRows, subject, within } from '#testing/authorization.ts';

const NONE = { canRead: false, canWrite: false, canDelete: false, canManage: false };

/** Resources for the access lists: todos, a module that does not use access lists itself. */
async function resources(app: TestApp, count: number): Promise<string[]> {
  const owner = app.signIn(todoPermissions.write);
  const made = Array.from({ length: count }, () => owner.post('/todos', { description: 'x' }));
  return (await Promise.all(made)).map(({ body }): string => body.id).toSorted();
}

const put = (app: TestApp, id: string, entry: Partial<AccessEntry>) =>
  within(app, system('files'), (unit) =>
    app.authorization.accessLists.put(unit, 'notification', id, {
      subjectType: 'user',
      subjectValue: '',
      ...NONE,
      ...entry,
    }),
  );

/** The ids that a list endpoint would return. */
async function listed(app: TestApp, userId: string, right: Right = 'read'): Promise<string[]> {
  const rows = await resourceRows(app)
    .select('t.id')
    .where(app.authorization.accessLists.allows({ id: userId }, 'notification', 't.id', right))
    .orderBy('t.id')
    .execute();
  return rows.map(({ id }) => id);
}

test('a user sees the resources whose access list has them with that right, and none of another type', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await subject(app), await subject(app)];
  const [one = '', two = ''] = await resources(app, 3);
  await put(app, one, { subjectValue: sara, canRead: true });
  await put(app, two, { subjectValue: sara, canWrite: true });
  await within(app, system('files'), (unit) =>
    app.authorization.accessLists.put(unit, 'other', two, {
      ...NONE,
      subjectType: 'user',
      subjectValue: sara,
      canRead: true,
    }),
  );

  assert.deepEqual(await listed(app, sara), [one]);
  assert.deepEqual(await listed(app, sara, 'write'), [two]);
  assert.deepEqual(await listed(app, sara, 'manage'), []);
  assert.deepEqual(await listed(app, reza), []);
  assert.deepEqual(await listed(app, 'files'), []);
});

test('an entry for a role gives access to its holders, also after a rename, and not after the role is revoked', async (t) => {
  const app = await testApp(t);
  const userId = await subject(app);
  const [one = ''] = await resources(app, 1);
  const admin = everything(app);
  const { body: role } = await admin.post('/authorization/roles', { name: 'editors' });
  await put(app, one, { subjectType: 'role', subjectValue: 'Editors', canRead: true });

  const before = await listed(app, userId);
  await within(app, system('files'), (unit) => app.authorization.assignRoles(unit, userId, ['editors']));
  const held = await listed(app, userId);
  await admin.put(`/authorization/roles/${role.id}`, { name: 'writers', permissions: [] });
  const [entry] = await app.authorization.accessLists.list('notification', one);
  const renamed = await listed(app, userId);
  await admin.post('/authorization/revoke-role', { userId, roleName: 'writers' });

  assert.deepEqual([before, held, renamed, await listed(app, userId)], [[], [one], [one], []]);
  assert.deepEqual(entry, { ...NONE, subjectType: 'role', subjectValue: 'writers', canRead: true });
});

test('an entry is replaced and audited once, with before and after, and an entry without rights is deleted', async (t) => {
  const app = await testApp(t);
  const userId = await subject(app);
  const [one = ''] = await resources(app, 1);
  const reading = { ...NONE, subjectType: 'user' as const, subjectValue: userId, canRead: true };
  const writing = { ...reading, canRead: false, canWrite: true };

  await put(app, one, reading);
  await put(app, one, reading);
  await put(app, one, writing);
  const entries = await app.authorization.accessLists.list('notification', one);
  const last = await put(app, one, { ...reading, canRead: false });

  assert.deepEqual(entries, [writing]);
  assert.equal(last.entry.canWrite, false);
  assert.deepEqual(await app.authorization.accessLists.list('notification', one), []);
  const trail = await auditOf(app, 'authorization.access_changed');
  assert.deepEqual(
    trail.map(({ payload }) => payload),
    [
      { before: writing, after: null },
      { before: reading, after: writing },
      { before: null, after: reading },
    ],
  );
});

test('concurrent changes of one entry leave one entry, and their audit entries follow each other without a gap', async (t) => {
  const app = await testApp(t);
  const userId = await subject(app);
  const [one = ''] = await resources(app, 1);
  const rights = [{ canRead: true }, { canWrite: true }, { canDelete: true }, { canManage: true }];

  await Promise.all(rights.map((right) => put(app, one, { subjectValue: userId, ...right })));

  const [entry, ...more] = await app.authorization.accessLists.list('notification', one);
  const trail = await auditOf(app, 'authorization.access_changed');
  const befores = trail.map(({ payload }) => JSON.stringify(payload.before));
  assert.equal(more.length, 0);
  assert.equal(new Set(befores).size, 4);
  assert.ok(!befores.includes(JSON.stringify(entry)));
});

test('the error names an unknown user or role, and no entry is stored', async (t) => {
  const app = await testApp(t);
  const [one = ''] = await resources(app, 1);

  for (const subjectValue of [newId(), 'sara'])
    await assert.rejects(put(app, one, { subjectValue, canRead: true }), { code: 'authorization.user_not_found' });
  for (const subjectValue of [newId(), 'nobody'])
    await assert.rejects(put(app, one, { subjectType: 'role', subjectValue, canRead: true }), {
      code: 'authorization.role_not_found',
    });
  assert.deepEqual(await app.authorization.accessLists.list('notification', one), []);
});

test('forget deletes the entries of a deleted resource, and no others', async (t) => {
  const app = await testApp(t);
  const userId = await subject(app);
  const [one = '', two = ''] = await resources(app, 2);
  for (const id of [one, two]) await put(app, id, { subjectValue: userId, canRead: true });

  await within(app, system('files'), (unit) => app.authorization.accessLists.forget(unit, 'notification', [one]));

  assert.deepEqual(await listed(app, userId), [two]);
});
