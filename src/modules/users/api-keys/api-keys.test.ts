import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditPermissions } from '#modules/audit/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { actionsOf, member, MINUTE_MS, PASSWORD, subjects } from '#testing/accounts.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { authorizationPermissions, authorizationErrors } from '#modules/authorization/contract.ts';

const DAY_MS = 24 * 60 * MINUTE_MS;

/** A member with a key for todos. */
async function machine(app: TestApp, scopes = [todoPermissions.read.code, todoPermissions.write.code]) {
  const owner = await member(app);
  const { status, body, headers } = await owner.post('/users/api-keys', { name: 'nightly import', scopes });
  return { owner, status, created: body, location: headers['location'], ...app.withToken(body.key) };
}

test('a key does what its scopes permit on behalf of its owner, and is shown once', async (t) => {
  const app = await testApp(t);
  const { owner, status, created, location, ...key } = await machine(app);

  const todo = await key.post('/todos', { description: 'از ماشین' });
  const seen = await owner.get(`/todos/${todo.body.id}`);
  const me = await key.get('/users/me');
  const list = await owner.get('/users/api-keys');
  const one = await owner.get(`/users/api-keys/${created.id}`);

  assert.equal(status, 201);
  assert.equal(location, `/api/v1/users/api-keys/${created.id}`);
  assert.match(created.key, new RegExp(`^bny_${created.prefix}_[\\w-]{43}$`));
  assert.deepEqual([todo.status, seen.status], [201, 200]);
  assert.deepEqual(
    [me.body.id, me.body.permissions],
    [owner.id, [todoPermissions.read.code, todoPermissions.write.code]],
  );
  assert.deepEqual(Object.keys(one.body).toSorted(), Object.keys(list.body.items[0]).toSorted());
  assert.ok(!JSON.stringify([list.body, one.body]).includes(created.key));
});

test('the owner is told of each key that is created or revoked', async (t) => {
  const app = await testApp(t);
  const told = async (email: string) => (await subjects(app, email)).filter((subject) => subject.includes('API keys'));
  const { owner, created } = await machine(app);
  const afterCreation = await told(owner.email);

  await owner.delete(`/users/api-keys/${created.id}`);
  const afterRevocation = await told(owner.email);

  const [revoked, creation] = (await app.mailbox(owner.email)) as { text: string }[];
  assert.deepEqual([afterCreation.length, afterRevocation.length], [1, 2]);
  assert.match(creation?.text ?? '', /nightly import” was created/);
  assert.match(revoked?.text ?? '', /nightly import” was revoked/);
});

test('a key has no permission beyond its scopes, and no access to the account itself', async (t) => {
  const app = await testApp(t);
  const { owner, created, ...key } = await machine(app, [todoPermissions.read.code]);
  const { items } = (await owner.get('/users/sessions')).body;

  const write = await key.post('/todos', { description: 'x' });
  const refused = [
    await key.get('/users/sessions'),
    await key.post(`/users/sessions/${items[0].id}/revoke`),
    await key.post('/users/sessions/revoke-all'),
    await key.post('/users/change-password', { currentPassword: PASSWORD, newPassword: 'a wholly new password' }),
    await key.post('/users/change-email', { email: app.randomEmail() }),
    await key.post('/users/step-up', { password: PASSWORD }),
    await key.post('/users/api-keys', { name: 'another', scopes: [todoPermissions.read.code] }),
    await key.get('/users/api-keys'),
    await key.delete(`/users/api-keys/${created.id}`),
  ];

  assert.deepEqual([write.status, write.body.permission], [403, todoPermissions.write.code]);
  assert.deepEqual(
    refused.map(({ status, body }) => [status, body.code]),
    refused.map(() => [403, 'http.api_key_refused']),
  );
});

test('a key has no permission that its owner lacks now, and cannot be created with more', async (t) => {
  const app = await testApp(t);
  const admin = app.client({ 'x-test-caller': await administrator(app) });
  const { owner, ...key } = await machine(app);

  const beyond = await owner.post('/users/api-keys', {
    name: 'greedy',
    scopes: [todoPermissions.read.code, authorizationPermissions.manage.code],
  });
  const unknown = await owner.post('/users/api-keys', {
    name: 'odd',
    scopes: [authorizationPermissions.manage.code, 'no.such'],
  });
  await admin.post('/authorization/revoke-role', { userId: owner.id, roleName: 'user' });
  const without = await key.get('/todos');
  await admin.post('/authorization/assign-role', { userId: owner.id, roleName: 'user' });
  const again = await key.get('/todos');

  assert.deepEqual([beyond.status, beyond.body.permissions], [403, [authorizationPermissions.manage.code]]);
  assert.deepEqual([without.status, again.status], [403, 200]);
  assert.deepEqual(
    [unknown.status, unknown.body.code, unknown.body.permissions],
    [400, authorizationErrors.permissionUnknown.code, ['no.such']],
  );
});

async function administrator(app: TestApp): Promise<string> {
  const person = { email: app.randomEmail(), password: PASSWORD, firstName: 'a', lastName: 'b' };
  return (await app.users.createAdministrator(person, { onlyFirst: false }))?.id ?? '';
}

test('a revoked or expired key is refused on the next request', async (t) => {
  const app = await testApp(t);
  const { owner, created, ...key } = await machine(app);
  const expiresAt = new Date(app.now().getTime() + DAY_MS).toISOString();
  const { body: short } = await owner.post('/users/api-keys', {
    name: 'a day',
    scopes: [todoPermissions.read.code],
    expiresAt,
  });
  const wrong = app.withToken(`${created.key.slice(0, -4)}AAAA`);
  await key.get('/todos');

  const guessed = await wrong.get('/todos');
  const revoked = await owner.delete(`/users/api-keys/${created.id}`);
  const after = await key.get('/todos');
  const twice = await owner.delete(`/users/api-keys/${created.id}`);
  const today = await app.withToken(short.key).get('/todos');
  app.pass(DAY_MS);
  const tomorrow = await app.withToken(short.key).get('/todos');

  assert.deepEqual(
    [guessed.status, revoked.status, after.status, today.status, tomorrow.status],
    [401, 204, 401, 200, 401],
  );
  assert.equal(twice.body.code, 'users.api_key_not_found');
});

test('the trail names the key that acted, and its owner made and revoked it', async (t) => {
  const app = await testApp(t);
  const owner = await administrator(app);
  const admin = app.client({ authorization: `Bearer ${await tokenOf(app, owner)}` });
  const scopes = [todoPermissions.write.code];
  const { body: created } = await admin.post('/users/api-keys', { name: 'todos', scopes });
  const key = app.withToken(created.key);
  const { body: todo } = await key.post('/todos', { description: 'x' });

  await key.delete(`/todos/${todo.id}`);
  await admin.delete(`/users/api-keys/${created.id}`);

  const { body } = await app.signIn(auditPermissions.read).get('/audit?action=todos.deleted');
  const [{ actorType, actorId, payload }] = body.items;
  assert.deepEqual([actorType, actorId, payload.apiKeyId], ['apiKey', owner, created.id]);
  assert.deepEqual(
    (await actionsOf(app, created.id)).filter((action) => action.startsWith('users.')),
    ['users.api_key_created', 'users.api_key_revoked'],
  );
});

async function tokenOf(app: TestApp, userId: string): Promise<string> {
  const { rows } = await app.database.pool.query<{ email: string }>('select email from users.user where id = $1', [
    userId,
  ]);
  const { body } = await app.anonymous.post('/users/login', { email: rows[0]?.email, password: PASSWORD });
  return body.accessToken;
}

test('the last use is recorded once in five minutes, however often the key is used', async (t) => {
  const app = await testApp(t);
  const { owner, created, ...key } = await machine(app);
  const lastUsed = async () => (await owner.get(`/users/api-keys/${created.id}`)).body.lastUsedAt;
  const changedLastUse = async (before: string | null) => {
    let now = await lastUsed();
    while (now === before) now = await lastUsed(); // it is recorded in the background
    return now;
  };

  await key.get('/todos');
  const first = await changedLastUse(null);
  app.pass(MINUTE_MS);
  await Promise.all(Array.from({ length: 5 }, () => key.get('/todos')));
  const soon = await lastUsed();
  app.pass(5 * MINUTE_MS);
  await key.get('/todos');

  assert.equal(soon, first);
  assert.ok((await changedLastUse(first)) > first);
});

test('a key must expire within a year, and creating it needs recent authentication', async (t) => {
  const app = await testApp(t);
  const { owner } = await machine(app);
  const make = (expiresAt: string) =>
    owner.post('/users/api-keys', { name: 'x', scopes: [todoPermissions.read.code], expiresAt });

  const past = await make(new Date(app.now().getTime() - 1000).toISOString());
  const far = await make(new Date(app.now().getTime() + 400 * DAY_MS).toISOString());
  app.pass(11 * MINUTE_MS);
  const stale = await make(new Date(app.now().getTime() + DAY_MS).toISOString());

  assert.deepEqual(
    [past.body.code, far.body.code, stale.body.code],
    ['users.api_key_expiry_invalid', 'users.api_key_expiry_invalid', 'users.step_up_required'],
  );
});

test('a user has at most fifty keys', async (t) => {
  const app = await testApp(t);
  const { owner } = await machine(app);
  const make = () => owner.post('/users/api-keys', { name: 'x', scopes: [todoPermissions.read.code] });

  const answers = await Promise.all(Array.from({ length: 51 }, make));

  const refused = answers.filter(({ status }) => status !== 201);
  assert.deepEqual(
    refused.map(({ body }) => body.code),
    ['users.api_keys_too_many', 'users.api_keys_too_many'],
  );
});

test('the key of another user is not found', async (t) => {
  const app = await testApp(t);
  const { created } = await machine(app);
  const reza = await member(app);

  const answers = [await reza.get(`/users/api-keys/${created.id}`), await reza.delete(`/users/api-keys/${created.id}`)];

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.code]),
    answers.map(() => [404, 'users.api_key_not_found']),
  );
});
