import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RouteOptions } from 'fastify';
import { definePermission, type Access } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { authorizationPermissions } from '#modules/authorization/contract.ts';
import { userPermissions } from '#modules/users/contract.ts';
import { createBranding } from '#platform/branding/branding.ts';
import { createMemoryCache } from '#platform/cache/memory.ts';
import { loadConfig } from '#platform/config/load.ts';
import { openPool } from '#platform/database/pool.ts';
import { createRequestScopes } from '#platform/database/requests/request-scope.ts';
import { httpErrors } from '#platform/http/port.ts';
import { createPageOrigins } from '#platform/http/origins/page-origins.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { createKeys } from '#platform/keys/derived.ts';
import { createLog } from '#platform/log/pino.ts';
import { member } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { administrator } from '#testing/authorization.ts';
import { fillPath, operationsOf, type Operation } from '#testing/api/operations.ts';
import { someTelemetry } from '#platform/telemetry/none.ts';
import { createRequestMeter } from '#platform/telemetry/requests.ts';

test('every route of the document refuses callers without its access, before it validates the input', async (t) => {
  const app = await testApp(t);
  const operations = operationsOf(app.openApi());

  for (const operation of operations)
    await t.test(`${operation.name} is for ${operation.access}`, () => refusal(operation)(app, operation));

  assert.ok(operations.length >= 40, 'the document has too few routes');
});

test('a refusal names its error in WWW-Authenticate only to a caller who sent credentials', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const { body: key } = await sara.post('/users/api-keys', { name: 'import', scopes: ['todos.read'] });
  const machine = app.withToken(key.key);
  const [head, , signature] = sara.tokens.accessToken.split('.');
  const lacking = (permission: string) => `Bearer error="insufficient_scope", scope="${permission}"`;

  const refusals = [
    ['no credentials', app.anonymous.get('/todos'), 401, 'Bearer'],
    ['another scheme', app.client({ authorization: 'Basic c2FyYTp4' }).get('/todos'), 401, 'Bearer'],
    ['no token', app.client({ authorization: 'Bearer' }).get('/todos'), 401, 'Bearer'],
    ['wrong password', app.anonymous.post('/users/login', { email: sara.email, password: 'x' }), 401, 'Bearer'],
    ['no JWT', app.withToken('garbage').get('/todos'), 401, 'Bearer error="invalid_token"'],
    ['forged', app.withToken(`${head}.e30.${signature}`).get('/todos'), 401, 'Bearer error="invalid_token"'],
    [
      'unknown key',
      app.withToken(`bny_${'a'.repeat(12)}_${'b'.repeat(43)}`).get('/todos'),
      401,
      'Bearer error="invalid_token"',
    ],
    ['missing permission', sara.get('/audit'), 403, lacking('audit.read')],
    ['missing scope', machine.post('/todos', { description: 'x' }), 403, lacking('todos.write')],
    ['for people', machine.get('/users/sessions'), 403, 'Bearer error="insufficient_scope"'],
    ['not found', sara.get(`/todos/${newId()}`), 404, undefined],
  ] as const;

  for (const [name, answer, status, challenge] of refusals) {
    const { headers, ...refused } = await answer;
    assert.deepEqual([refused.status, headers['www-authenticate']], [status, challenge], name);
  }
});

test('the scheme of credentials has no case', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const { body: key } = await sara.post('/users/api-keys', { name: 'import', scopes: ['todos.read'] });

  for (const authorization of [`bearer ${sara.tokens.accessToken}`, `BEARER  ${key.key}`])
    assert.equal((await app.client({ authorization }).get('/todos')).status, 200, authorization.slice(0, 8));
});

/** Who holds one of these can give rights, or decide about the accounts of others, in a way that lasts. */
const POWER = [
  authorizationPermissions.manage,
  userPermissions.access,
  userPermissions.impersonate,
  auditPermissions.manage,
];

test('every operation that changes something by a permission over others requires recent proof of identity, and refuses API keys', async (t) => {
  const app = await testApp(t);
  const codes = new Set<string>(POWER.map(({ code }) => code));

  const writes = operationsOf(app.openApi()).filter(({ method, access }) => method !== 'GET' && codes.has(access));

  assert.deepEqual(
    writes.filter(({ isRecent }) => !isRecent).map(({ name }) => name),
    [],
    'set `recent: true` in the config of these routes',
  );
  assert.ok(writes.every((operation) => operation.codes.has('http.api_key_refused')));
  assert.ok(writes.length >= 16, 'fewer operations than the modules have');
});

test('an API key cannot change roles or accounts, although its owner can', async (t) => {
  const app = await testApp(t);
  const owner = await administrator(app);
  const scopes = [authorizationPermissions.manage.code, userPermissions.access.code];
  const { body } = await owner.post('/users/api-keys', { name: 'import', scopes });
  const key = app.withToken(body.key);

  const answers = [
    await key.post('/authorization/roles', { name: 'mine' }),
    await key.post('/authorization/assign-role', { userId: owner.userId, roleName: 'user' }),
    await key.post('/users', { email: app.randomEmail(), firstName: 'a', lastName: 'b' }),
  ];

  for (const answer of answers) assert.deepEqual([answer.status, answer.body.code], [403, 'http.api_key_refused']);
  assert.equal((await key.get('/authorization/roles')).status, 200);
});

test('a route that states no access rule does not start', async () => {
  await assert.rejects(start(undefined), /GET \/some has no access rule/);
});

test('a route that names a permission no module declares does not start', async () => {
  await assert.rejects(start(definePermission('some.undeclared', 'Nobody declares this')), /some\.undeclared/);
});

test('a route with a hook whose place the platform takes does not start', async () => {
  await assert.rejects(
    start('user', { method: 'POST', onSend: [async () => {}] }),
    /POST \/some cannot have preHandler/,
  );
});

test('a route whose permission a module declares starts', async () => {
  await assert.doesNotReject(start(declared));
});

const declared = definePermission('some.read', 'See some');

function refusal({ access }: Operation) {
  if (access === 'public') return refusesNobody;
  return access === 'user' ? refusesStrangers : refusesWithoutPermission;
}

async function refusesNobody(app: TestApp, operation: Operation): Promise<void> {
  const { status } = await ask(app, operation);

  assert.ok(status !== 401 && status !== 403, `answered ${status} to a request without credentials`);
}

async function refusesStrangers(app: TestApp, operation: Operation): Promise<void> {
  const { status, body, headers } = await ask(app, operation);

  assert.equal(status, 401);
  assert.equal(body.code, 'http.not_signed_in');
  assert.equal(headers['www-authenticate'], 'Bearer');
}

async function refusesWithoutPermission(app: TestApp, operation: Operation): Promise<void> {
  const others = app.modules
    .flatMap(({ permissions = [] }) => permissions)
    .filter(({ code }) => code !== operation.access);
  const caller = app.signIn(...others);

  await refusesStrangers(app, operation);
  const { status, body } = await ask(app, operation, { 'x-test-caller': caller.userId });

  assert.equal(status, 403);
  assert.equal(body.code, 'http.forbidden');
  assert.equal(body.permission, operation.access);
}

/** With malformed ids and no body: access must be checked before the input. */
async function ask({ http }: TestApp, operation: Operation, headers: Record<string, string> = {}) {
  const url = fillPath(operation, {});
  const response = await http.inject({
    method: operation.method,
    url,
    headers: { host: 'localhost', ...headers },
  });
  return {
    status: response.statusCode,
    body: response.body === '' ? null : response.json(),
    headers: response.headers,
  };
}

/** A server with one route and one module, which gets no requests: it needs no database. */
async function start(access: Access | undefined, options: Partial<RouteOptions> = {}): Promise<void> {
  const pool = openPool({ url: 'postgres://localhost:1/none', size: 1, isPrepared: false });
  const config = { access } as { access: Access }; // one test passes none
  const settings = loadConfig({ BONYAN_SECRET: newId() });
  const { http } = await createHttpServer({
    config: settings,
    modules: [{ name: 'some', permissions: [declared], privacy: { export: async () => null, erase: async () => {} } }],
    platformRoutes: [
      async (routes) => void routes.route({ method: 'GET', url: '/some', config, handler: () => 'some', ...options }),
    ],
    catalogue: new Map(),
    authenticate: () => null,
    callerOf: () => null,
    permissionsOf: () => new Set(),
    stepUp: { demand: () => {}, error: httpErrors.forbidden },
    origins: createPageOrigins(settings),
    branding: createBranding(settings),
    pool,
    scopes: createRequestScopes(),
    cache: createMemoryCache(),
    keys: createKeys(newId()),
    meter: createRequestMeter(someTelemetry().registry),
    tracer: someTelemetry().tracer,
    log: createLog('silent'),
  });
  await http.close();
  await pool.close();
}
