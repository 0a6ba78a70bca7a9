import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { definePermission, system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { notificationPermissions } from '#modules/notifications/contract.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { authorizationPermissions } from '../contract.ts';
import { administrator, as, everything, subject, within } from '#testing/authorization.ts';

const RUNS = Math.ceil(Number(process.env['BONYAN_TEST_RUNS'] ?? 100) / 10); // each run makes many requests
const SEED = Number(process.env['BONYAN_TEST_SEED'] ?? 20_261_123);
const bounded = { timeout: 60_000 + RUNS * 4000 };
const HELD = ['authorization.manage', todoPermissions.read.code];
const LACKED = [todoPermissions.write.code, auditPermissions.read.code, 'authorization.check'];
const READ = todoPermissions.read.code;
const WRITE = todoPermissions.write.code;
const ROLES = ['strong', 'mixed', 'weak', 'empty', 'user', 'admin'];
const VERBS = ['grant-permission', 'ungrant-permission', 'deny-permission', 'lift-denial'];

/** One random call of a manager. Numbers stand for users and roles. */
const attempt = fc.record({
  verb: fc.constantFrom('role', 'permission', 'direct', 'create', 'replace', 'replace', 'replace', 'delete'),
  isGiven: fc.boolean(),
  user: fc.nat(4),
  role: fc.nat(ROLES.length - 1),
  code: fc.constantFrom(...HELD, ...LACKED),
  codes: fc.oneof(fc.subarray(HELD), fc.subarray([...HELD, ...LACKED])),
  includes: fc.oneof(fc.constantFrom(['strong'], ['mixed'], ['weak']), fc.subarray(ROLES)),
  direct: fc.constantFrom(...VERBS),
});
type Attempt = typeof attempt extends fc.Arbitrary<infer A> ? A : never;

test(
  'no call of a manager gives or removes a permission that the manager lacks, or takes any from a user who holds more',
  bounded,
  async (t) => {
    const app = await testApp(t);
    t.diagnostic(`BONYAN_TEST_SEED=${SEED}, ${RUNS} runs`);
    const manager = app.signIn(authorizationPermissions.manage, todoPermissions.read);
    const userIds = await populate(app);
    const before = await holders(app, LACKED);
    const heldBefore = await heldByStronger(app, userIds);
    let tried = 0;
    let done = 0;

    const holds = fc.asyncProperty(fc.array(attempt, { minLength: 30, maxLength: 40 }), async (attempts) => {
      for (const one of attempts) {
        const { status, body } = await send(app, manager, userIds, one);
        tried++;
        if (status < 300) done++;
        assert.ok(status < 500, JSON.stringify(body));
        assert.deepEqual(await holders(app, LACKED), before, JSON.stringify(one));
        const heldAfter = new Set(await heldByStronger(app, userIds));
        assert.deepEqual(
          heldBefore.filter((held) => !heldAfter.has(held)),
          [],
          JSON.stringify(one),
        );
      }
    });
    await fc.assert(holds, { numRuns: RUNS, seed: SEED, endOnFailure: true });

    t.diagnostic(`${done} of ${tried} attempts were allowed`);
    assert.ok(done > tried / 20 && done < tried, 'too few attempts were allowed, or all of them');
  },
);

test('when administrators are revoked, suspended and removed at once, one remains', async (t) => {
  const app = await testApp(t);
  const [one, two, three] = [await administrator(app), await administrator(app), await administrator(app)];

  await Promise.allSettled([
    everything(app).post('/authorization/revoke-role', { userId: one.userId, roleName: 'admin' }),
    within(app, system('users'), (unit) => app.authorization.suspend(unit, two.userId)),
    within(app, system('users'), (unit) => app.authorization.remove(unit, three.userId)),
  ]);

  const left = await app.authorization.holdersOf(definePermission(auditPermissions.read.code, ''));
  assert.equal(left.length, 1);
  assert.equal(await app.authorization.hasAdministrator(), true);
});

/** Every way to take something from the person, who has the role `outer`, which includes `inner`. */
const TAKING_WAYS: Record<string, (caller: Caller, world: Taken) => ReturnType<Caller['post']>> = {
  deny: (caller, { userId }) => caller.post('/authorization/deny-permission', { userId, permissionCode: WRITE }),
  ungrant: (caller, { userId }) => caller.post('/authorization/ungrant-permission', { userId, permissionCode: WRITE }),
  'revoke another role': (caller, { userId }) =>
    caller.post('/authorization/revoke-role', { userId, roleName: 'other' }),
  'revoke a permission of a role': (caller) =>
    caller.post('/authorization/revoke-permission', { roleName: 'inner', permissionCode: READ }),
  'empty a role': (caller, { inner }) => caller.put(inner, { name: 'inner', permissions: [] }),
  'rename a role': (caller, { inner }) => caller.put(inner, { name: 'renamed', permissions: [READ, WRITE] }),
  'exclude a role': (caller, { outer }) => caller.put(outer, { name: 'outer', permissions: [], includes: [] }),
  'delete a role': (caller, { outer }) => caller.delete(outer),
};
type Taken = Awaited<ReturnType<typeof personToTakeFrom>>;

test('nobody takes anything from a user who holds a permission that the caller lacks', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const manager = app.signIn(authorizationPermissions.manage, todoPermissions.read, todoPermissions.write);
  const world = await personToTakeFrom(app);
  const holdings = async () => (await admin.get(`/authorization/users/${world.userId}`)).body;
  const before = await holdings();
  const more = { userId: world.userId, permissionCode: auditPermissions.read.code };

  for (const [way, take] of Object.entries(TAKING_WAYS)) {
    const { status, body } = await take(manager, world);
    const expected = [403, 'authorization.exceeds_own', [more.permissionCode]];
    assert.deepEqual([status, body?.code, body?.permissions], expected, way);
    assert.deepEqual(await holdings(), before, way);
  }
  await admin.post('/authorization/ungrant-permission', more);
  for (const [way, take] of Object.entries(TAKING_WAYS)) assert.ok((await take(manager, world)).status < 300, way);
});

test('a role that administrators have is emptied by those who hold what it gives', async (t) => {
  const app = await testApp(t);
  const { userId } = await administrator(app);
  const manager = app.signIn(authorizationPermissions.manage, todoPermissions.read);
  await everything(app).post('/authorization/roles', { name: 'readers', permissions: [READ] });
  await everything(app).post('/authorization/assign-role', { userId, roleName: 'readers' });

  const emptied = await manager.post('/authorization/revoke-permission', { roleName: 'readers', permissionCode: READ });
  const revoked = await manager.post('/authorization/revoke-role', { userId, roleName: 'readers' });

  assert.equal(emptied.status, 200);
  assert.deepEqual([revoked.status, revoked.body.code], [403, 'authorization.exceeds_own']);
});

async function personToTakeFrom(app: TestApp) {
  const admin = everything(app);
  const userId = await subject(app);
  const inner = await admin.post('/authorization/roles', { name: 'inner', permissions: [READ, WRITE] });
  const outer = await admin.post('/authorization/roles', { name: 'outer', includes: ['inner'] });
  await admin.post('/authorization/roles', { name: 'other' });
  for (const roleName of ['outer', 'other']) await admin.post('/authorization/assign-role', { userId, roleName });
  await admin.post('/authorization/revoke-role', { userId, roleName: 'user' });
  for (const permissionCode of [WRITE, auditPermissions.read.code])
    await admin.post('/authorization/grant-permission', { userId, permissionCode });
  const pathOf = ({ body }: { body: { id: string } }) => `/authorization/roles/${body.id}`;
  return { userId, inner: pathOf(inner), outer: pathOf(outer) };
}

type Caller = ReturnType<TestApp['signIn']>;
/** `outer` includes `listed`, which is on the access list of a message. The holder has `outer`. */
type Listed = Awaited<ReturnType<typeof listRole>>;

/** Every way to give or take the role. The last one deletes it. */
const LISTED_WAYS: Record<string, (caller: Caller, world: Listed) => ReturnType<Caller['post']>> = {
  'assign it': (caller, { userId, listed }) =>
    caller.post('/authorization/assign-role', { userId, roleName: listed.name }),
  'assign one that includes it': (caller, { userId, outer }) =>
    caller.post('/authorization/assign-role', { userId, roleName: outer.name }),
  'invite with it': (caller, { listed, email }) =>
    caller.post('/users', { email, firstName: 'a', lastName: 'b', roles: [listed.name] }),
  'create one that includes it': (caller, { listed }) =>
    caller.post('/authorization/roles', { name: `new ${listed.name}`, includes: [listed.name] }),
  'include it': (caller, { plain, listed }) => caller.put(plain.path, { ...plain.content, includes: [listed.name] }),
  'include one that includes it': (caller, { plain, outer }) =>
    caller.put(plain.path, { ...plain.content, includes: [outer.name] }),
  'revoke it': (caller, { holderId, outer }) =>
    caller.post('/authorization/revoke-role', { userId: holderId, roleName: outer.name }),
  'exclude it': (caller, { outer }) => caller.put(outer.path, { ...outer.content, includes: [] }),
  'delete it': (caller, { listed }) => caller.delete(listed.path),
};

test('nobody gives or takes a role on an access list who neither holds it nor may manage all such resources', async (t) => {
  const app = await testApp(t);
  const all = app.modules.flatMap(({ permissions = [] }) => permissions);
  const usual = all.filter(({ code }) => code !== notificationPermissions.manageAll.code);
  const manager = app.signIn(...usual);
  const holderId = await subject(app);
  for (const { code: permissionCode } of usual)
    await everything(app).post('/authorization/grant-permission', { userId: holderId, permissionCode });
  const world = await listRole(app, 'a', holderId);
  const later = await listRole(app, 'b', holderId);

  for (const [way, change] of Object.entries(LISTED_WAYS)) {
    const { status, body } = await change(manager, world);
    assert.deepEqual([status, body?.code, body?.roles], [403, 'authorization.exceeds_own', ['a listed']], way);
  }
  const endHolding = ['revoke it', 'exclude it'];
  for (const [way, change] of Object.entries(LISTED_WAYS).filter(([name]) => !endHolding.includes(name)))
    assert.ok((await change(as(app, holderId), world)).status < 300, `a holder may ${way}`);
  for (const [way, change] of Object.entries(LISTED_WAYS))
    assert.ok((await change(everything(app), later)).status < 300, `who manages all may ${way}`);
});

test('a manager cannot read a message of somebody else by the role that its access list names', async (t) => {
  const app = await testApp(t);
  const { read, write, access } = notificationPermissions;
  const sara = app.signIn(read, write, access);
  const managerId = await subject(app);
  const [manager, admin] = [as(app, managerId), await administrator(app)];
  for (const { code: permissionCode } of [authorizationPermissions.manage, read])
    await admin.post('/authorization/grant-permission', { userId: managerId, permissionCode });
  await admin.post('/authorization/roles', { name: 'editors' });
  const message = { channel: 'email', recipient: app.randomEmail(), subject: 'x', body: 'y' };
  const { body: sent } = await sara.post('/notifications', message);
  const entry = { subjectType: 'role', subjectValue: 'editors', canRead: true };
  const shared = await sara.put(`/notifications/${sent.id}/permissions`, entry);
  const grant = { userId: managerId, roleName: 'editors' };

  const own = await manager.post('/authorization/assign-role', grant);
  const hidden = await manager.get(`/notifications/${sent.id}`);
  const given = await admin.post('/authorization/assign-role', grant);

  assert.deepEqual([shared.status, own.status, own.body.roles, hidden.status], [200, 403, ['editors'], 404]);
  assert.deepEqual([given.status, (await manager.get(`/notifications/${sent.id}`)).status], [200, 200]);
});

async function listRole(app: TestApp, prefix: string, holderId: string) {
  const admin = everything(app);
  const make = async (name: string, includes: string[] = []) => {
    const content = { name: `${prefix} ${name}`, permissions: [] };
    const { body } = await admin.post('/authorization/roles', { ...content, includes });
    return { name: content.name, content, path: `/authorization/roles/${body.id}` };
  };
  const listed = await make('listed');
  const outer = await make('outer', [listed.name]);
  const plain = await make('plain');
  await admin.post('/authorization/assign-role', { userId: holderId, roleName: outer.name });
  const rights = { canRead: true, canWrite: false, canDelete: false, canManage: false };
  const entry = { subjectType: 'role', subjectValue: listed.name, ...rights } as const;
  await within(app, system('notifications'), (unit) =>
    app.authorization.accessLists.put(unit, 'notification', newId(), entry),
  );
  return { listed, outer, plain, holderId, userId: await subject(app), email: app.randomEmail() };
}

async function populate(app: TestApp): Promise<string[]> {
  const admin = everything(app);
  await admin.post('/authorization/roles', { name: 'strong', permissions: LACKED });
  await admin.post('/authorization/roles', {
    name: 'mixed',
    permissions: [todoPermissions.read.code],
    includes: ['strong'],
  });
  await admin.post('/authorization/roles', { name: 'weak', permissions: [todoPermissions.read.code] });
  await admin.post('/authorization/roles', { name: 'empty' });
  const subjects = [await subject(app), await subject(app), await subject(app)];
  const userIds = [...subjects, (await administrator(app)).userId, await subject(app)];
  const assign = (user: number, roleName: string) =>
    admin.post('/authorization/assign-role', { userId: userIds[user], roleName });
  await assign(0, 'mixed');
  await assign(1, 'weak');
  await assign(4, 'weak');
  await admin.post('/authorization/revoke-role', { userId: userIds[4], roleName: 'user' });
  await admin.post('/authorization/deny-permission', {
    userId: userIds[0],
    permissionCode: auditPermissions.read.code,
  });
  await admin.post('/authorization/grant-permission', {
    userId: userIds[2],
    permissionCode: auditPermissions.read.code,
  });
  return userIds;
}

async function holders(app: TestApp, codes: readonly string[]): Promise<string[][]> {
  return Promise.all(codes.map((code) => app.authorization.holdersOf(definePermission(code, ''))));
}

/** Which of the manager's permissions the users have who also hold others: all but the last one. */
async function heldByStronger(app: TestApp, userIds: readonly string[]): Promise<string[]> {
  const stronger = new Set(userIds.slice(0, -1));
  const found = await holders(app, HELD);
  return found.flatMap((ids, code) => ids.filter((id) => stronger.has(id)).map((id) => `${HELD[code]} ${id}`));
}

async function send(app: TestApp, manager: ReturnType<TestApp['signIn']>, userIds: readonly string[], tried: Attempt) {
  const { verb, isGiven, user, role, code, codes, includes, direct } = tried;
  const [userId, roleName] = [userIds[user], ROLES[role]];
  if (verb === 'role')
    return manager.post(`/authorization/${isGiven ? 'assign' : 'revoke'}-role`, { userId, roleName });
  if (verb === 'permission')
    return manager.post(`/authorization/${isGiven ? 'assign' : 'revoke'}-permission`, {
      roleName,
      permissionCode: code,
    });
  if (verb === 'direct') return manager.post(`/authorization/${direct}`, { userId, permissionCode: code });
  if (verb === 'create')
    return manager.post('/authorization/roles', { name: `made ${app.randomEmail()}`, permissions: codes, includes });
  const { items } = (await manager.get('/authorization/roles')).body;
  const id = items.find(({ name }: { name: string }) => name === roleName)?.id ?? userId;
  if (verb === 'delete') return manager.delete(`/authorization/roles/${id}`);
  return manager.put(`/authorization/roles/${id}`, {
    name: roleName,
    permissions: codes,
    ...(isGiven && { includes }),
  });
}
