import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { actionsOf, member, PASSWORD, subjects } from '#testing/accounts.ts';
import { administrator } from '#testing/authorization.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { userPermissions } from '../contract.ts';

const REASON = 'Ticket 4512: the todos of March are missing';
const HOUR_MS = 3_600_000;

/** A member who may act as others. */
async function supporter(app: TestApp) {
  const sara = await member(app);
  const owner = await administrator(app);
  const { status } = await owner.post('/authorization/roles', {
    name: 'support',
    permissions: [userPermissions.impersonate.code],
  });
  assert.equal(status, 201);
  await owner.post('/authorization/assign-role', { userId: sara.id, roleName: 'support' });
  return { ...sara, owner };
}

async function open(t: TestContext) {
  const app = await testApp(t);
  const [reza, sara] = [await member(app), await supporter(app)];
  const start = (more: object = {}, userId = reza.id) =>
    sara.post(`/users/${userId}/impersonations`, { reason: REASON, ...more });
  return { app, reza, sara, start };
}

test('who acts as a person does what they may, and the trail has both names', async (t) => {
  const { app, reza, start, sara } = await open(t);
  const { body: todo } = await reza.post('/todos', { description: 'x' });

  const started = await start();
  const asReza = app.withToken(started.body.token);
  const seen = await asReza.get(`/todos/${todo.id}`);
  await asReza.delete(`/todos/${todo.id}`);

  assert.deepEqual([started.status, seen.status], [201, 200]);
  const { body } = await app.signIn(auditPermissions.read).get('/audit?action=todos.deleted');
  const [{ actorId, payload }] = body.items;
  assert.deepEqual([actorId, payload.impersonatorId, payload.apiKeyId], [reza.id, sara.id, started.body.id]);
  assert.ok((await actionsOf(app, reza.id)).includes('users.impersonation_started'));
});

test('the person is told with the reason, sees who it is, and can end it; so can who began it', async (t) => {
  const { app, reza, start, sara } = await open(t);

  const [first, second] = [(await start()).body, (await start()).body];
  const { items } = (await reza.get('/users/api-keys')).body;
  const byPerson = await reza.delete(`/users/api-keys/${first.id}`);
  const bySupport = await sara.delete(`/users/${reza.id}/impersonations/${second.id}`);
  const twice = await sara.delete(`/users/${reza.id}/impersonations/${second.id}`);
  const own = await reza.post('/users/api-keys', { name: 'mine', scopes: [todoPermissions.read.code] });
  const notOwn = await sara.delete(`/users/${reza.id}/impersonations/${own.body.id}`);

  assert.ok((await subjects(app, reza.email)).some((subject) => subject.includes('acts on your behalf')));
  const [mail] = (await app.mailbox(reza.email)).filter(({ text }: { text: string }) => text.includes(REASON));
  assert.ok(mail);
  assert.deepEqual(
    items.map(({ impersonatorId, reason }: { impersonatorId: string; reason: string }) => [impersonatorId, reason]),
    [
      [sara.id, REASON],
      [sara.id, REASON],
    ],
  );
  assert.deepEqual([byPerson.status, bySupport.status, twice.status, notOwn.status], [204, 204, 404, 404]);
  for (const { token } of [first, second]) assert.equal((await app.withToken(token).get('/todos')).status, 401);
});

test('who acts as a person has no access to secrets, factors, sessions and keys', async (t) => {
  const { app, reza, start } = await open(t);
  const asReza = app.withToken((await start()).body.token);

  const refused = [
    await asReza.get('/users/sessions'),
    await asReza.get('/users/mfa'),
    await asReza.get('/users/api-keys'),
    await asReza.post('/users/mfa/totp'),
    await asReza.post('/users/api-keys', { name: 'x', scopes: [todoPermissions.read.code] }),
    await asReza.post('/users/change-password', { currentPassword: PASSWORD, newPassword: 'a wholly new password' }),
    await asReza.post('/users/change-email', { email: app.randomEmail() }),
    await asReza.post('/users/step-up', { password: PASSWORD }),
    await asReza.get('/users/me/export'),
    await asReza.delete('/users/me'),
    await asReza.post(`/users/${reza.id}/impersonations`, { reason: REASON }),
  ];

  assert.deepEqual(
    refused.map(({ status }) => status),
    refused.map(() => 403),
  );
});

test('nobody acts as somebody who may do more, as themselves, as nobody, or for longer than an hour', async (t) => {
  const { app, sara, start } = await open(t);
  const strong = await administrator(app);
  const nobody = '01900000-0000-7000-8000-00000000dead';

  const answers = [
    await start({}, strong.userId),
    await start({}, sara.id),
    await start({}, nobody),
    await start({ minutes: 61 }),
    await start({ reason: 'why' }),
  ];
  const plain = await (await member(app)).post(`/users/${sara.id}/impersonations`, { reason: REASON });

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.code]),
    [
      [403, authorizationErrors.exceedsOwn.code],
      [409, 'users.impersonation_refused'],
      [404, 'users.not_found'],
      [400, 'http.invalid'],
      [400, 'http.invalid'],
    ],
  );
  assert.deepEqual([plain.status, plain.body.permission], [403, userPermissions.impersonate.code]);
});

test('it ends with its time, and with the next request after either loses the right to it', async (t) => {
  const losses: Readonly<Record<string, (stage: Awaited<ReturnType<typeof open>>) => Promise<unknown>>> = {
    'its time': async ({ app }) => app.pass(HOUR_MS / 2),
    'the role of the supporter': ({ sara }) =>
      sara.owner.post('/authorization/revoke-role', { userId: sara.id, roleName: 'support' }),
    'the account of the supporter': ({ sara }) => sara.owner.put(`/users/${sara.id}`, { status: 'disabled' }),
    'the account of the person': ({ sara, reza }) => sara.owner.put(`/users/${reza.id}`, { status: 'disabled' }),
    'the account of the supporter for a while': ({ app, sara }) =>
      sara.owner.put(`/users/${sara.id}`, { lockedUntil: new Date(app.now().getTime() + HOUR_MS).toISOString() }),
    'the supporter’s own account': ({ sara }) => sara.delete('/users/me'),
  };
  for (const [name, lose] of Object.entries(losses)) {
    const stage = await open(t);
    const { token } = (await stage.start()).body;
    const before = await stage.app.withToken(token).get('/todos');
    await lose(stage);
    const after = await stage.app.withToken(token).get('/todos');

    assert.deepEqual([before.status, after.status], [200, 401], name);
  }
});

test('what the person may do but not the supporter is left out, also when it is given later', async (t) => {
  const { app, reza, sara, start } = await open(t);
  const asReza = app.withToken((await start()).body.token);

  await sara.owner.post('/authorization/revoke-role', { userId: sara.id, roleName: 'user' });
  const without = await asReza.get('/todos');
  await sara.owner.post('/authorization/grant-permission', {
    userId: reza.id,
    permissionCode: auditPermissions.read.code,
  });
  const given = await asReza.get('/audit');

  assert.deepEqual([without.status, given.status], [403, 403]);
});
