import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { definePermission, system } from '#kernel/access.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import type { AccessEntry, Right } from '../contract.ts';
import { as, everything, subject, within, resourceRows } from '#testing/authorization.ts';

const RUNS = Math.ceil(Number(process.env['BONYAN_TEST_RUNS'] ?? 100) / 8); // each run makes many requests
const SEED = Number(process.env['BONYAN_TEST_SEED'] ?? 20_261_123);
const bounded = { timeout: 60_000 + RUNS * 4000 };
const CODES = [todoPermissions.read.code, todoPermissions.write.code, auditPermissions.read.code];
const RIGHTS: Right[] = ['read', 'write', 'delete', 'manage'];
const USERS = 3;
const ROLES = 4;
const NONE = { canRead: false, canWrite: false, canDelete: false, canManage: false };

const some = <T>(values: readonly T[]) => fc.subarray([...values]);
const indexes = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Random roles, users, denials and access-list entries. Numbers stand for them. A role includes only later roles. */
const setting = fc.record({
  roles: fc.tuple(
    ...indexes(ROLES).map((role) =>
      fc.record({ codes: some(CODES), includes: some(indexes(ROLES).filter((other) => other > role)) }),
    ),
  ),
  users: fc.tuple(
    ...indexes(USERS).map(() =>
      fc.record({
        roles: some(indexes(ROLES)),
        grants: some(CODES),
        denials: some(CODES),
        isAdmin: fc.nat(5).map((draw) => draw === 0),
        isSuspended: fc.nat(7).map((draw) => draw === 0),
      }),
    ),
  ),
  entries: fc.array(
    fc.record({
      todo: fc.nat(USERS - 1),
      subject: fc.oneof(fc.record({ user: fc.nat(USERS - 1) }), fc.record({ role: fc.nat(ROLES - 1) })),
      rights: some(RIGHTS),
    }),
    { maxLength: 6 },
  ),
  removal: fc.nat(1000),
});
type Setting = typeof setting extends fc.Arbitrary<infer S> ? S : never;

test('explanations, calls, lists and stored rows agree, and a removal never adds access', bounded, async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  t.diagnostic(`BONYAN_TEST_SEED=${SEED}, ${RUNS} runs`);
  let run = 0;

  const agrees = fc.asyncProperty(setting, async (made) => {
    const world = await build(app, admin, made, `r${run++}`);
    const before = await readAccess(app, admin, world);
    assert.deepEqual(before, computeExpected(made));

    await removeOne(app, admin, world, made);
    const after = await readAccess(app, admin, world);
    const added = [...after].filter((access) => !before.has(access));
    assert.deepEqual(added, []);
    await deleteRows(app, admin, world);
  });
  await fc.assert(agrees, { numRuns: RUNS, seed: SEED, endOnFailure: true });
});

type Caller = ReturnType<typeof everything>;
type World = Awaited<ReturnType<typeof build>>;

async function ok(answer: Promise<{ status: number; body: unknown }>): Promise<void> {
  const { status, body } = await answer;
  assert.ok(status < 300, JSON.stringify(body));
}

async function build(app: TestApp, admin: Caller, { roles, users, entries }: Setting, prefix: string) {
  const roleNames = roles.map((_, role) => `${prefix} role ${role}`);
  for (const role of indexes(ROLES).toReversed()) {
    const { codes = [], includes = [] } = roles[role] ?? {};
    const body = { name: roleNames[role], permissions: codes, includes: includes.map((other) => roleNames[other]) };
    await ok(admin.post('/authorization/roles', body));
  }
  const userIds: string[] = [];
  const todoIds: string[] = [];
  for (const { roles: held, grants, denials, isAdmin, isSuspended } of users) {
    const userId = await subject(app);
    userIds.push(userId);
    todoIds.push((await as(app, userId).post('/todos', { description: prefix })).body.id);
    await ok(admin.post('/authorization/revoke-role', { userId, roleName: 'user' }));
    for (const roleName of held.map((role) => roleNames[role]))
      await ok(admin.post('/authorization/assign-role', { userId, roleName }));
    for (const permissionCode of grants)
      await ok(admin.post('/authorization/grant-permission', { userId, permissionCode }));
    for (const permissionCode of denials)
      await ok(admin.post('/authorization/deny-permission', { userId, permissionCode }));
    if (isAdmin) await ok(admin.post('/authorization/assign-role', { userId, roleName: 'admin' }));
    if (isSuspended && !isAdmin) await within(app, system('users'), (unit) => app.authorization.suspend(unit, userId));
  }
  for (const { todo, subject: listed, rights } of entries)
    await put(app, todoIds[todo] ?? '', {
      subjectType: 'user' in listed ? 'user' : 'role',
      subjectValue: ('user' in listed ? userIds[listed.user] : roleNames[listed.role]) ?? '',
      ...toFlags(rights),
    });
  return { roleNames, userIds, todoIds };
}

function put(app: TestApp, id: string, entry: AccessEntry) {
  return within(app, system('files'), (unit) => app.authorization.accessLists.put(unit, 'notification', id, entry));
}

function toFlags(rights: readonly Right[]) {
  const has = (right: Right) => rights.includes(right);
  return { canRead: has('read'), canWrite: has('write'), canDelete: has('delete'), canManage: has('manage') };
}

/** All access that exists, one line each; fails if two ways to check it disagree. */
async function readAccess(app: TestApp, admin: Caller, { userIds, todoIds }: World): Promise<Set<string>> {
  const found = new Set<string>();
  for (const [user, userId] of userIds.entries()) {
    for (const code of CODES) {
      const called = await call(app, userId, code);
      const { decision } = (await admin.post('/authorization/check', { userId, permission: code })).body;
      const holders = await app.authorization.holdersOf(definePermission(code, ''));
      assert.deepEqual([decision, holders.includes(userId)], [called, called], `${user} ${code}`);
      if (called) found.add(`${user} ${code}`);
    }
    await readTodos(app, admin, { userId, user, todoIds }, found);
    await readEntries(app, { userId, user, todoIds }, found);
  }
  return found;
}

async function call(app: TestApp, userId: string, code: string): Promise<boolean> {
  const caller = as(app, userId);
  const paths: Record<string, string> = {
    [todoPermissions.read.code]: '/todos',
    [auditPermissions.read.code]: '/audit?pageSize=1',
  };
  const path = paths[code];
  // Without a body: the access check comes first, and then the body is refused.
  const { status } = path ? await caller.get(path) : await caller.post('/todos');
  assert.ok([200, 400, 403].includes(status), String(status));
  return status !== 403;
}

interface Reader {
  readonly userId: string;
  readonly user: number;
  readonly todoIds: readonly string[];
}

async function readTodos(app: TestApp, admin: Caller, { userId, user, todoIds }: Reader, found: Set<string>) {
  const caller = as(app, userId);
  const { body: list } = await caller.get('/todos?pageSize=100');
  for (const [todo, id] of todoIds.entries()) {
    const isRead = (await caller.get(`/todos/${id}`)).status === 200;
    const isListed = (list.items ?? []).some((item: { id: string }) => item.id === id);
    const asked = { userId, permission: todoPermissions.read.code, resource: { type: 'todo', id } };
    const { decision } = (await admin.post('/authorization/check', asked)).body;
    assert.deepEqual([isListed, decision], [isRead, isRead], `${user} todo ${todo}`);
    if (isRead) found.add(`${user} todo ${todo}`);
  }
}

/** The access lists, with todos as resources. */
async function readEntries(app: TestApp, { userId, user, todoIds }: Reader, found: Set<string>) {
  const { allows, findReason } = app.authorization.accessLists;
  const rows = resourceRows(app);
  for (const right of RIGHTS) {
    const list = await rows
      .select('t.id')
      .where(allows({ id: userId }, 'notification', 't.id', right))
      .execute();
    for (const [todo, id] of todoIds.entries()) {
      const isListed = list.some((row) => row.id === id);
      const isGrounded = (await findReason(userId, 'notification', id, right)) !== null;
      assert.equal(isGrounded, isListed, `${user} ${right} ${todo}`);
      if (isListed) found.add(`${user} ${right} ${todo}`);
    }
  }
}

/** The access that follows from the setting, computed without the program. */
function computeExpected({ roles, users, entries }: Setting): Set<string> {
  const reach = (role: number): number[] => [role, ...(roles[role]?.includes ?? []).flatMap(reach)];
  const found = new Set<string>();
  for (const [user, { roles: held, grants, denials, isAdmin, isSuspended }] of users.entries()) {
    const reached = new Set(held.flatMap(reach));
    const given = [...grants, ...[...reached].flatMap((role) => roles[role]?.codes ?? [])];
    for (const code of CODES) {
      const isHeld = isAdmin || (given.includes(code) && !denials.includes(code) && !isSuspended);
      if (!isHeld) continue;
      found.add(`${user} ${code}`);
      if (code === todoPermissions.read.code) found.add(`${user} todo ${user}`);
    }
    for (const { todo, subject: listed, rights } of lastOfEach(entries)) {
      const isTheirs = 'user' in listed ? listed.user === user : reached.has(listed.role);
      for (const right of isTheirs ? rights : []) found.add(`${user} ${right} ${todo}`);
    }
  }
  return found;
}

/** A later entry for the same subject replaces an earlier one. */
function lastOfEach(entries: Setting['entries']): Setting['entries'] {
  const bySubject = new Map(entries.map((entry) => [JSON.stringify([entry.todo, entry.subject]), entry]));
  return [...bySubject.values()];
}

/** Removes one assignment, grant, inclusion, role or entry, chosen by `removal`. */
async function removeOne(app: TestApp, admin: Caller, world: World, { roles, users, entries, removal }: Setting) {
  const { roleNames, userIds, todoIds } = world;
  const matrix = (await admin.get('/authorization/roles')).body.items;
  const idOf = (role: number) => matrix.find(({ name }: { name: string }) => name === roleNames[role]).id;
  const removals: (() => Promise<unknown>)[] = [
    ...users.flatMap(({ roles: held, grants }, user) => [
      ...held.map(
        (role) => () => admin.post('/authorization/revoke-role', { userId: userIds[user], roleName: roleNames[role] }),
      ),
      ...grants.map(
        (code) => () =>
          admin.post('/authorization/ungrant-permission', { userId: userIds[user], permissionCode: code }),
      ),
    ]),
    ...roles.flatMap(({ codes, includes }, role) => [
      ...codes.map(
        (code) => () =>
          admin.post('/authorization/revoke-permission', { roleName: roleNames[role], permissionCode: code }),
      ),
      ...(includes.length > 0
        ? [
            () =>
              admin.put(`/authorization/roles/${idOf(role)}`, {
                name: roleNames[role],
                permissions: codes,
                includes: [],
              }),
          ]
        : []),
      () => admin.delete(`/authorization/roles/${idOf(role)}`),
    ]),
    ...entries.map(
      ({ todo, subject: listed }) =>
        () =>
          put(app, todoIds[todo] ?? '', {
            subjectType: 'user' in listed ? 'user' : 'role',
            subjectValue: ('user' in listed ? userIds[listed.user] : roleNames[listed.role]) ?? '',
            ...NONE,
          }),
    ),
  ];
  await removals[removal % removals.length]?.();
}

/** Deletes the rows of this run, so that later runs do not become slower. */
async function deleteRows(app: TestApp, admin: Caller, { roleNames, userIds }: World): Promise<void> {
  const { items } = (await admin.get('/authorization/roles')).body;
  for (const { id, name } of items) if (roleNames.includes(name)) await ok(admin.delete(`/authorization/roles/${id}`));
  await app.database.pool.query('delete from "authorization".subject where user_id = any ($1)', [userIds]);
}
