import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { definePermission, type Permission } from '#kernel/access.ts';
import { loadConfig } from '#platform/config/load.ts';
import { createLog } from '#platform/log/pino.ts';
import { SECRET, testApp, type TestApp } from '#testing/app.ts';
import { member } from '#testing/accounts.ts';
import { createApp } from '../../../app.ts';
import { authorizationPermissions } from '../contract.ts';
import { auditOf, everything, published, grantedToUsers } from '#testing/authorization.ts';

const read = definePermission('probe.read', 'See own bookmarks', { grantedTo: ['user'] });
const write = definePermission('probe.write', 'Keep bookmarks', { grantedTo: ['user'] });
const manage = definePermission('probe.manage', 'Change the bookmarks of everybody');
const grant = { roleName: 'user', permissionCode: read.code };

/** Another node on the same database. */
async function join(t: TestContext, { databaseUrl, dataDir }: TestApp) {
  const config = loadConfig({
    DATABASE_URL: databaseUrl,
    BONYAN_SECRET: SECRET,
    BONYAN_LOG_LEVEL: 'silent',
    BONYAN_DATA_DIR: dataDir,
  });
  const node = await createApp({ config, kind: 'command', log: createLog('silent') });
  t.after(node.close);
  return node;
}

/** Does what a start of the program with one more module does. */
function startWith(
  { authorization, modules }: Pick<TestApp, 'authorization' | 'modules'>,
  ...permissions: Permission[]
) {
  return authorization.declare([...modules, { name: 'probe', permissions }]);
}

function startWithout({ authorization, modules }: TestApp, name: string) {
  return authorization.declare(modules.filter((module) => module.name !== name));
}

async function ofUsers(app: TestApp) {
  const { body } = await everything(app).get('/authorization');
  return body.roles.find(({ name }: { name: string }) => name === 'user') as { permissions: string[]; version: number };
}

test('in a new installation the role user initially has the permissions that modules declare for it', async (t) => {
  const app = await testApp(t);
  const { rows } = await app.database.pool.query<{ permission: string }>(
    `select permission from "authorization".role_permission order by 1`,
  );

  const { permissions, version } = await ofUsers(app);

  assert.deepEqual(
    rows.map(({ permission }) => permission),
    grantedToUsers(app),
  );
  assert.deepEqual([permissions, version], [grantedToUsers(app), 1]);
  assert.deepEqual([await published(app), await auditOf(app, 'authorization.permission_granted')], [[], []]);
});

test('a user with an account and a session can use a new module at once', async (t) => {
  const app = await testApp(t);
  await startWithout(app, 'todos');
  await app.database.pool.query(`delete from "authorization".permission_seen where code like 'todos.%'`);
  await app.database.pool.query(`delete from "authorization".role_permission where permission like 'todos.%'`); // as if todos were new
  const sara = await member(app);
  const before = await sara.get('/todos');

  await app.authorization.declare(app.modules);

  const after = await sara.get('/todos');
  assert.deepEqual([before.status, after.status], [403, 200]);
  assert.deepEqual((await ofUsers(app)).permissions, grantedToUsers(app));
});

test('permissions that a new module adds to a role are published and audited, and raise the version of the role', async (t) => {
  const app = await testApp(t);

  await startWith(app, read, write, manage);

  const { permissions, version } = await ofUsers(app);
  const entries = await auditOf(app, 'authorization.permission_granted');
  assert.deepEqual(permissions, [read.code, write.code, ...grantedToUsers(app)].toSorted());
  assert.equal(version, 3);
  assert.deepEqual(
    entries.map(({ actorId, payload }) => [actorId, payload['permission']]).toReversed(),
    [read, write].map(({ code }) => ['authorization', code]),
  );
  assert.deepEqual(
    (await published(app)).map(({ type, payload }) => [type, payload['permission']]),
    [read, write].map(({ code }) => ['authorization.permission_granted.v1', code]),
  );
});

test('a permission that an operator revoked stays revoked after restarts, and when its module is disabled and enabled again', async (t) => {
  const app = await testApp(t);
  await startWith(app, read, write);
  const admin = app.signIn(...app.modules.flatMap(({ permissions = [] }) => permissions), read, write);
  const taken = await admin.post('/authorization/revoke-permission', grant);

  await startWith(app, read, write);
  const restarted = await ofUsers(app);
  await startWithout(app, 'probe');
  const without = await ofUsers(app);
  await startWith(app, read, write);

  assert.equal(taken.status, 200);
  assert.deepEqual(restarted.permissions, [write.code, ...grantedToUsers(app)].toSorted());
  assert.deepEqual(without.permissions, grantedToUsers(app));
  assert.deepEqual((await ofUsers(app)).permissions, restarted.permissions);
});

test('when nodes start together, one grants a new permission, and none grants a revoked one again', async (t) => {
  const app = await testApp(t);
  const nodes = [app, await join(t, app), await join(t, app)];
  const admin = app.signIn(...app.modules.flatMap(({ permissions = [] }) => permissions), read);

  await Promise.all(nodes.map((node) => startWith(node, read)));
  const given = await ofUsers(app);
  await admin.post('/authorization/revoke-permission', grant);
  await Promise.all(nodes.map((node) => startWith(node, read)));

  assert.deepEqual(given.permissions, [read.code, ...grantedToUsers(app)].toSorted());
  assert.equal((await auditOf(app, 'authorization.permission_granted')).length, 1);
  assert.deepEqual((await ofUsers(app)).permissions, grantedToUsers(app));
});

test('every permission is described in the language of the request, else in English', async (t) => {
  const app = await testApp(t);
  const reader = app.signIn(authorizationPermissions.manage);
  const declared = app.modules.flatMap(({ permissions = [], texts }) =>
    permissions.map(({ code, summary }) => ({ code, en: summary, fa: texts?.permissions[code] })),
  );
  const describedIn = async (language: string) => {
    const { body } = await reader.get('/authorization', { 'accept-language': language });
    return new Map(
      body.permissions.map(({ code, description }: { code: string; description: string }) => [code, description]),
    );
  };

  const [english, persian, other] = [
    await describedIn('en'),
    await describedIn('fa-IR, en;q=0.5'),
    await describedIn('de'),
  ];

  assert.deepEqual(english, new Map(declared.map(({ code, en }) => [code, en])));
  assert.deepEqual(persian, new Map(declared.map(({ code, fa }) => [code, fa])));
  assert.deepEqual(other, english);
});
