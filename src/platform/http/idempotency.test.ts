import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordMany } from '#testing/trail/trail.ts';
import { authorizationPermissions } from '#modules/authorization/contract.ts';
import { administrator, subject } from '#testing/authorization.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { member } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { sampleOf } from '#testing/api/arbitrary.ts';
import { fillPath, operationsOf, type Operation } from '#testing/api/operations.ts';
import { makeRow } from '#testing/rows.ts';
import { putContent, releasedFile } from '#testing/files/uploads.ts';

const { read, write } = todoPermissions;
const milk = { description: 'buy milk' };
const key = { 'idempotency-key': 'k1' };

test('two calls with the same key and body have one effect and the same answer', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);

  const first = await sara.post('/todos', milk, key);
  const again = await sara.post('/todos', milk, key);

  assert.equal(first.status, 201);
  assert.equal(first.headers['idempotency-replayed'], undefined);
  assert.equal(again.status, 201);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.deepEqual(again.body, first.body);
  assert.equal(again.headers['location'], `/api/v1/todos/${first.body.id}`);
  assert.equal(again.headers['location'], first.headers['location']);
  assert.equal(again.headers['etag'], first.headers['etag']);
  assert.equal((await sara.get('/todos')).body.totalCount, 1);
});

test('the same request in another spelling is the same request', async (t) => {
  const app = await testApp(t);
  const { userId } = app.signIn(read, write);
  const post = async (payload: string, url = '/api/v1/todos', contentType = 'application/json') => {
    const headers = { ...key, 'x-test-caller': userId, 'content-type': contentType };
    const { statusCode, headers: answered } = await app.http.inject({ method: 'POST', url, payload, headers });
    return [statusCode, answered['idempotency-replayed']];
  };

  assert.deepEqual(await post('{"description":"نان","labels":["a","b"],"priority":"high"}'), [201, undefined]);
  for (const [payload, contentType] of [
    ['{"priority":"high","labels":["a","b"],"description":"نان"}'],
    ['{ "labels" : [ "a" ,\n"b" ],\t"description":"\\u0646ان","priority":"high"}\n'],
    ['{"description":"نان","labels":["a","b"],"priority":"high"}', 'Application/JSON; charset="UTF-8"'],
  ] as const)
    assert.deepEqual(await post(payload, '/api/v1/todos', contentType), [201, 'true'], payload);
  for (const payload of [
    '{"description":"نان","labels":["b","a"],"priority":"high"}',
    '{"description":"نان","labels":["a","b"],"priority":"low"}',
    '{"description":"نان","labels":["a","b"]}',
  ])
    assert.deepEqual(await post(payload), [422, undefined], payload);
});

test('an answer without a body is repeated without one', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn();

  const first = await sara.post('/notifications/inbox/read-all', undefined, key);
  const again = await sara.post('/notifications/inbox/read-all', undefined, key);

  assert.deepEqual([first.status, first.body], [204, null]);
  assert.deepEqual([again.status, again.body], [204, null]);
  assert.equal(again.headers['idempotency-replayed'], 'true');
});

test('the same key for another request is refused, and changes nothing', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const { body: todo } = await sara.post('/todos', milk, key);

  const otherBody = await sara.post('/todos', { description: 'buy bread' }, key);
  const otherPath = await sara.post(`/todos/${todo.id}/copy`, undefined, key);

  for (const { status, body } of [otherBody, otherPath]) {
    assert.equal(status, 422);
    assert.equal(body.code, 'http.idempotency_conflict');
  }
  assert.equal((await sara.get('/todos')).body.totalCount, 1);
});

test('of many concurrent requests one has the effect, and the others get its answer or are told to wait', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);

  const answers = await Promise.all(Array.from({ length: 8 }, () => sara.post('/todos', milk, key)));

  const created = answers.filter(({ status }) => status === 201);
  const waiting = answers.filter(({ status }) => status === 409);
  assert.equal(created.filter(({ headers }) => !headers['idempotency-replayed']).length, 1);
  assert.equal(new Set(created.map(({ body }) => body.id)).size, 1);
  assert.equal(created.length + waiting.length, answers.length);
  assert.ok(waiting.every(({ body }) => body.code === 'http.idempotency_running'));
  assert.ok(waiting.every(({ headers }) => headers['retry-after'] !== undefined));
  assert.equal((await sara.get('/todos')).body.totalCount, 1);
});

test('a refused request leaves its key free', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const unknown = '/todos/01900000-0000-7000-8000-000000000000/copy';

  const malformed = await sara.post('/todos', { description: '' }, key);
  const missing = await sara.post(unknown, undefined, key);
  const held = await countKeys(app);
  const accepted = await sara.post('/todos', milk, key);

  assert.equal(malformed.status, 400);
  assert.equal(missing.status, 404);
  assert.equal(held, 0);
  assert.equal(accepted.status, 201);
});

test('a request that conflicts with existing data leaves its key free', async (t) => {
  const app = await testApp(t);
  const clerk = app.signIn(authorizationPermissions.manage);
  const role = { name: 'clerk', permissions: ['authorization.manage'] };
  await clerk.post('/authorization/roles', role);

  const taken = await clerk.post('/authorization/roles', role, key);
  const accepted = await clerk.post('/authorization/roles', { ...role, name: 'teller' }, key);

  assert.equal(taken.status, 409);
  assert.equal(taken.body.code, 'authorization.role_name_taken');
  assert.equal(accepted.status, 201);
});

test('operations whose answer is a secret accept no key', async (t) => {
  const app = await testApp(t);
  const login = { email: 'sara@example.com', password: 'correct horse battery staple' };

  const answers = await Promise.all([
    app.anonymous.post('/users/login', login, key),
    app.signIn().post('/users/login', login, key),
    app.anonymous.post('/users/refresh', { refreshToken: 'x' }, key),
  ]);

  for (const { status, body } of answers) {
    assert.equal(status, 400);
    assert.equal(body.code, 'http.idempotency_refused');
  }
});

test('the keys of different callers are independent', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const omid = app.signIn(read, write);

  const hers = await sara.post('/todos', milk, key);
  const his = await omid.post('/todos', { description: 'buy bread' }, key);

  assert.equal(his.status, 201);
  assert.equal(his.headers['idempotency-replayed'], undefined);
  assert.notEqual(his.body.id, hers.body.id);
});

test('a claim without an effect lapses after 60 seconds, and not before', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  await sara.post('/todos', milk, key);
  await claimAgo(app, '59 seconds');

  const early = await sara.post('/todos', milk, key);
  await claimAgo(app, '61 seconds');
  const late = await sara.post('/todos', milk, key);

  assert.equal(early.status, 409);
  assert.equal(early.body.code, 'http.idempotency_running');
  assert.equal(late.status, 201);
  assert.equal(late.headers['idempotency-replayed'], undefined);
});

test('a request whose claim was taken over has no effect', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const connection = await app.database.pool.connect();
  await connection.query('begin');
  await connection.query('lock table todos.todo in exclusive mode');
  const overtaken = sara.post('/todos', milk, key);
  while ((await countKeys(app)) === 0); // until it holds its claim, and waits for the table

  await claimAgo(app, '61 seconds');
  const overtaking = sara.post('/todos', milk, key);
  while (!(await isClaimedAnew(app)));
  await connection.query('commit');
  connection.release();
  const [first, second] = await Promise.all([overtaken, overtaking]);

  assert.equal(first.status, 409);
  assert.equal(first.body.code, 'http.idempotency_running');
  assert.equal(second.status, 201);
  assert.equal((await sara.get('/todos')).body.totalCount, 1);
});

test('an answer is kept for 24 hours, and encrypted', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const { body: todo } = await sara.post('/todos', milk, key);
  const { rows } = await app.database.pool.query<{ answer: Buffer }>('select answer from platform.idempotency');

  await app.database.pool.query(`update platform.idempotency set claimed_at = now() - interval '24 hours 1 second'`);
  const later = await sara.post('/todos', { description: 'buy bread' }, key);

  assert.ok(!rows[0]?.answer.includes(todo.id));
  assert.equal(later.status, 201);
  assert.notEqual(later.body.id, todo.id);
});

test('the error for a malformed key names the header', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);

  const answers = await Promise.all(
    ['', 'two words', 'کلید', 'x'.repeat(256)].map((bad) => sara.post('/todos', milk, { 'idempotency-key': bad })),
  );

  for (const { status, body } of answers) {
    assert.equal(status, 400);
    assert.equal(body.code, 'http.invalid');
    assert.equal(body.errors[0].path, '/idempotency-key');
  }
  assert.equal((await sara.get('/todos')).body.totalCount, 0);
});

async function countKeys({ database }: TestApp): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>('select count(*) from platform.idempotency');
  return rows[0]?.count ?? 0;
}

async function isClaimedAnew({ database }: TestApp): Promise<boolean> {
  const fresh = `select 1 from platform.idempotency where claimed_at > now() - interval '30 seconds'`;
  return (await database.pool.query(fresh)).rowCount === 1;
}

/** The state after a request that claimed its key `age` ago and then died. */
async function claimAgo({ database }: TestApp, age: string): Promise<void> {
  await database.pool.query('update platform.idempotency set answer = null, claimed_at = now() - $1::interval', [age]);
}

/** A caller with all permissions, and the rows that the calls below need. */
async function prepare(app: TestApp) {
  const admin = await administrator(app);
  const invitationId = await invite(app, admin); // before the job starts: it delivers what waits
  const note = { channel: 'email', recipient: 'sara@example.com', subject: 'x', body: 'x' };
  const { body: todo } = await admin.post('/todos', milk);
  const { body: message } = await admin.post('/notifications', { ...note, scheduledAtUtc: '2099-01-01T00:00:00Z' });
  await admin.post('/authorization/roles', { name: 'clerk', permissions: [] });
  await recordMany(app, 1);
  await app.audit.anchor();
  const fileId = await releasedFile(app, admin);
  const plainId = await releasedFile(app, admin, { content: 'plain' });
  const trashedId = await releasedFile(app, admin, { content: 'other' });
  await admin.delete(`/files/${trashedId}`, { 'if-match': '*' });
  const replacedId = await releasedFile(app, admin, { content: 'older' });
  await putContent(admin, replacedId, { content: 'newer' });
  await app.drain();
  const versionId = (await admin.get(`/files/${replacedId}/versions`)).body.items[0].id;
  const { body: folder } = await admin.post('/files/folders', { name: 'trash' });
  await admin.delete(`/files/folders/${folder.id}`, { 'if-match': '*' });
  const job = { type: 'platform.noop' };
  const { body: first } = await admin.post('/scheduler/jobs', { ...job, name: 'First' });
  const { body: second } = await admin.post('/scheduler/jobs', { ...job, name: 'Second' });
  const { body: started } = await admin.post(`/scheduler/jobs/${first.id}/run`);
  const hook = await admin.post('/webhooks', { url: 'https://example.com/hooks', eventTypes: ['todos.created.v1'] });
  const { body: delivery } = await admin.post(`/webhooks/${hook.body.id}/test`);
  return {
    admin,
    made: {
      id: await openIncident(admin),
      fileId,
      folderId: folder.id,
      plainId,
      trashedId,
      replacedId,
      versionId,
      userId: await subject(app),
      todoId: todo.id,
      notificationId: message.id,
      note,
      jobId: first.id,
      otherJobId: second.id,
      executionId: started.executionId,
      invitationId,
      webhookId: hook.body.id,
      deliveryId: delivery.id,
    },
  };
}

/** The id of an invitation to the administrator, by somebody else. */
async function invite(app: TestApp, admin: TestApp['anonymous']): Promise<string> {
  const sara = await member(app);
  const { body: organisation } = await sara.post('/organisations', { name: 'Aftab' });
  const { email } = (await admin.get('/users/me')).body;
  return (await sara.post(`/organisations/${organisation.id}/invitations`, { email })).body.id;
}

/** The id of one. */
async function openIncident(admin: TestApp['anonymous']): Promise<string> {
  await admin.post('/logging/alerts/rules', { name: 'x', service: 'once' });
  await admin.post('/logging/events', { message: 'x', level: 'error', sourceService: 'once' });
  return (await admin.get('/logging/alerts/incidents')).body.items[0].id;
}

/** Bodies for the POSTs whose example names a row that does not exist. */
const CALLS: Record<string, (made: Awaited<ReturnType<typeof prepare>>['made']) => object | undefined> = {
  'POST /api/v1/todos': () => milk,
  'POST /api/v1/todos/{todoId}/copy': () => undefined,
  'POST /api/v1/notifications': ({ note }) => note,
  'POST /api/v1/notifications/{notificationId}/schedule': () => ({ runAtUtc: '2099-01-01T00:00:00Z' }),
  'POST /api/v1/notifications/templates': () => ({
    name: 'own',
    channel: 'email',
    language: 'en',
    subjectTemplate: 'x',
    bodyTemplate: 'x',
  }),
  'POST /api/v1/authorization/assign-role': ({ userId }) => ({ userId, roleName: 'clerk' }),
  'POST /api/v1/authorization/revoke-role': ({ userId }) => ({ userId, roleName: 'clerk' }),
  'POST /api/v1/authorization/assign-permission': () => ({ roleName: 'clerk', permissionCode: 'todos.read' }),
  'POST /api/v1/authorization/revoke-permission': () => ({ roleName: 'clerk', permissionCode: 'todos.read' }),
  'POST /api/v1/authorization/grant-permission': ({ userId }) => ({ userId, permissionCode: 'todos.read' }),
  'POST /api/v1/authorization/ungrant-permission': ({ userId }) => ({ userId, permissionCode: 'todos.read' }),
  'POST /api/v1/authorization/deny-permission': ({ userId }) => ({ userId, permissionCode: 'todos.read' }),
  'POST /api/v1/authorization/lift-denial': ({ userId }) => ({ userId, permissionCode: 'todos.read' }),
  'POST /api/v1/authorization/roles': () => ({ name: 'other', permissions: [] }),
  'POST /api/v1/users': () => ({ email: 'reza@example.com', firstName: 'Reza', lastName: 'Karimi' }),
  'POST /api/v1/users/change-email': () => ({ email: 'other@example.com' }),
  'POST /api/v1/files/{fileId}/tags': () => ({ tag: 'new' }),
  'POST /api/v1/files/{fileId}/restore': () => undefined,
  'POST /api/v1/files/folders/{folderId}/restore': () => undefined,
  'POST /api/v1/files/permissions/{fileId}': () => ({ subjectType: 'role', subjectValue: 'user', canRead: true }),
  'POST /api/v1/files/encrypt/{fileId}': () => undefined,
  'POST /api/v1/files/{fileId}/versions/{versionId}/restore': () => undefined,
  'POST /api/v1/files/decrypt/{fileId}': () => undefined,
  'POST /api/v1/logging/access-control/assign': () => ({ roleName: 'clerk', permissionCode: 'logging.events.read' }),
  'POST /api/v1/logging/alerts/incidents/{id}/acknowledge': () => ({}),
  'POST /api/v1/logging/alerts/incidents/{id}/resolve': () => ({}),
  'POST /api/v1/scheduler/jobs/{jobId}/dependencies': ({ otherJobId }) => ({ dependsOnJobId: otherJobId }),
  'POST /api/v1/scheduler/executions/{executionId}/cancel': () => undefined,
  'POST /api/v1/organisations/invitations/{invitationId}/accept': () => undefined,
  'POST /api/v1/webhooks/{webhookId}/test': () => undefined,
  'POST /api/v1/webhooks/{webhookId}/deliveries/replay-failed': () => undefined,
  'POST /api/v1/webhooks/{webhookId}/deliveries/{deliveryId}/replay': () => undefined,
  'POST /api/v1/audit/archives': () => ({ before: '2099-01-01T00:00:00Z' }),
};

/** For those that need another state of the file. */
const OWN_FILES: Record<
  string,
  (made: Awaited<ReturnType<typeof prepare>>['made']) => { fileId: string; versionId?: string }
> = {
  'POST /api/v1/files/{fileId}/restore': ({ trashedId }) => ({ fileId: trashedId }),
  'POST /api/v1/files/decrypt/{fileId}': ({ plainId }) => ({ fileId: plainId }),
  'POST /api/v1/files/{fileId}/versions/{versionId}/restore': ({ replacedId, versionId }) => ({
    fileId: replacedId,
    versionId,
  }),
};

function sampleBody({ body }: Operation): object | undefined {
  return body ? (sampleOf(body) as object) : undefined;
}

/** Creates a new row for each id in the path. */
async function makeIds(client: TestApp['anonymous'], operations: readonly Operation[], { path, params }: Operation) {
  const names = Object.keys(params);
  const id = names.length > 0 ? await makeRow(client, operations, path) : '';
  return Object.fromEntries(names.map((name) => [name, id]));
}

/** They change nothing, so there is nothing to repeat; or their answer is a secret or they take a form, and they refuse the header. */
const OTHERS = new Set([
  'POST /api/v1/files',
  'POST /api/v1/files/scan',
  'POST /api/v1/files/validate',
  'POST /api/v1/files/{fileId}/share',
  'POST /api/v1/files/archive',
  'POST /api/v1/files/folders/{folderId}/share',
  'POST /api/v1/files/uploads/presign',
  'POST /api/v1/files/uploads/{uploadId}/complete',
  'POST /api/v1/notification-templates/{templateId}/preview',
  'POST /api/v1/notifications/schedules/preview',
  'POST /api/v1/authorization/check',
  'POST /access/v1/evaluation',
  'POST /access/v1/evaluations',
  'POST /access/v1/search/subject',
  'POST /access/v1/search/resource',
  'POST /access/v1/search/action',
  'POST /api/v1/logging/validate',
  'POST /api/v1/logging/transform',
  'POST /api/v1/logging/alerts/rules/{id}/test',
  'POST /v1/logs',
  'POST /api/v1/webhooks',
  'POST /api/v1/webhooks/{webhookId}/rotate-secret',
  'POST /api/v1/users/api-keys',
  'POST /api/v1/users/{userId}/impersonations',
  'POST /api/v1/users/step-up',
  'POST /api/v1/users/mfa/totp',
  'POST /api/v1/users/mfa/totp/confirm',
  'POST /api/v1/users/mfa/recovery-codes',
  'POST /api/v1/users/passkeys/register/start',
  'POST /api/v1/users/security-keys/register/start',
  'POST /api/v1/users/passkeys/register/finish',
]);

const ONCE_A_MINUTE = new Set(['POST /api/v1/users/change-email', 'POST /api/v1/users/change-phone']);

test('every POST repeats its answer, with its headers', async (t) => {
  const app = await testApp(t);
  const operations = operationsOf(app.openApi());
  const answering = operations.filter(
    ({ method, access, answers }) =>
      method === 'POST' && access !== 'public' && [...answers].some(([status, schema]) => status < 300 && schema),
  );
  const { admin, made } = await prepare(app);

  for (const operation of answering.filter(({ name }) => !OTHERS.has(name))) {
    const known = made as unknown as Record<string, string>; // only texts are part of a path
    const ids = operation.name in CALLS ? known : await makeIds(admin, operations, operation);
    const path = fillPath(operation, { ...ids, ...OWN_FILES[operation.name]?.(made) });
    if (ONCE_A_MINUTE.has(operation.name)) app.pass(61_000); // an account asks for one address
    const body = operation.name in CALLS ? CALLS[operation.name]?.(made) : sampleBody(operation);
    const first = await admin.post(path, body, { 'idempotency-key': operation.name.replaceAll(' ', '-') });
    const again = await admin.post(path, body, { 'idempotency-key': operation.name.replaceAll(' ', '-') });

    assert.ok(first.status < 300, `${operation.name}: ${JSON.stringify(first.body)}`);
    assert.notEqual(first.body, null, operation.name);
    const repeated = [again.status, again.body, again.headers['location'], again.headers['etag']];
    assert.deepEqual(repeated, [first.status, first.body, first.headers['location'], first.headers['etag']]);
    assert.equal(again.headers['idempotency-replayed'], 'true', operation.name);
  }
});
