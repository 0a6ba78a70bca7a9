import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { test } from 'node:test';
import { auditPermissions } from '#modules/audit/contract.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { loadConfig } from '#platform/config/load.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { createPageOrigins } from './page-origins.ts';

const { read, write } = todoPermissions;
const PAGE = 'https://app.example.com';
const STRANGER = 'https://other.example';
const CORS = { BONYAN_CORS_ORIGINS: PAGE };
const PRODUCTION = { BONYAN_MODE: 'production', BONYAN_SECRET: 'x'.repeat(32), SMTP_URL: 'smtp://127.0.0.1:1' };
const JSON_TYPE = { 'content-type': 'application/json' };
/** Headers that browsers show to pages unasked, and those for the browser itself or for proxies. */
const NEEDS_NO_EXPOSING = new RegExp(
  `^(${[
    'access-control-.*|cache-control|connection|content-(length|security-policy|type)|cross-origin-.*|date|keep-alive',
    'referrer-policy|transfer-encoding|vary|x-accel-buffering|x-content-type-options',
  ].join('|')})$`,
);

type Headers = Readonly<Record<string, unknown>>;

function preflight({ http }: TestApp, origin: string, method = 'GET', names = 'authorization') {
  const asked = { 'access-control-request-method': method, 'access-control-request-headers': names };
  return http.inject({ method: 'OPTIONS', url: '/api/v1/todos/1', headers: { origin, ...asked } });
}

function assertReadable(name: string, headers: Headers): void {
  const exposed = String(headers['access-control-expose-headers']).toLowerCase().split(', ');
  const hidden = Object.keys(headers).filter((one) => !NEEDS_NO_EXPOSING.test(one) && !exposed.includes(one));
  assert.equal(headers['access-control-allow-origin'], PAGE, name);
  assert.equal(headers['access-control-allow-credentials'], 'true', name);
  assert.match(String(headers['vary']), /\bOrigin\b/i, name);
  assert.deepEqual(hidden, [], name);
}

test('a page of a configured origin may send every method with every header and with cookies', async (t) => {
  const app = await testApp(t, { environment: CORS });
  const names =
    'authorization,content-type,if-match,if-none-match,idempotency-key,x-requested-with,x-refresh-cookie,x-link-password,last-event-id,traceparent,x-request-id,accept-language';

  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    const { statusCode, headers } = await preflight(app, PAGE, method, names);
    assert.equal(statusCode, 204);
    assert.deepEqual(
      [headers['access-control-allow-origin'], headers['access-control-allow-credentials']],
      [PAGE, 'true'],
    );
    assert.ok(String(headers['access-control-allow-methods']).split(', ').includes(method));
    assert.equal(headers['access-control-allow-headers'], names);
    assert.match(String(headers['vary']), /Origin/);
  }
});

test('a page can read every answer and every header of it, of refusals too', async (t) => {
  const app = await testApp(t, { environment: { ...CORS, BONYAN_RATE_LIMIT_PER_MINUTE: '50' } });
  const [sara, greedy] = [app.signIn(read, write, auditPermissions.read), app.signIn(read)];
  const page = { origin: PAGE };
  const { body: todo } = await sara.post('/todos', { description: 'x' });
  const path = `/todos/${todo.id}`;
  const repeated = { ...page, 'idempotency-key': 'one' };
  await sara.post('/todos', { description: 'once' }, repeated);
  for (let count = 0; count < 50; count += 1) await greedy.get(path);
  const raw = async (url: string, headers: Headers = {}, payload?: string) => {
    const method = payload === undefined ? 'GET' : 'POST';
    const all = { ...page, ...headers } as Record<string, string>;
    const answer = await app.http.inject({ method, url, headers: all, ...(payload !== undefined && { payload }) });
    return { status: answer.statusCode, headers: answer.headers };
  };
  const login = '/api/v1/users/login';
  const tooMany = Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`x-${at}`, '1']));
  const tag = String((await sara.get(path)).headers['etag']);

  const answers = {
    '201': await sara.post('/todos', { description: 'x' }, page),
    '201 replayed': await sara.post('/todos', { description: 'once' }, repeated),
    '200': await sara.get(path, page),
    '304': await sara.get(path, { ...page, 'if-none-match': tag }),
    '412': await sara.patch(path, { description: 'y' }, { ...page, 'if-match': '"9"' }),
    '400 of the schema': await sara.post('/todos', { nothing: true }, page),
    '204': await sara.delete(path, page),
    '404': await sara.get(path, page),
    '404 of a path': await app.anonymous.get('/nowhere', page),
    '401': await app.anonymous.get('/todos', page),
    '403': await sara.get('/users', page),
    '405': await sara.delete('/todos', page),
    '429': await greedy.get(path, page),
    '400 of the body': await raw(login, JSON_TYPE, '{'),
    '400 of the target': await raw('/api/v1/%zz'),
    '413': await raw(login, JSON_TYPE, JSON.stringify({ email: 'x'.repeat(70_000) })),
    '415': await raw(login, { 'content-type': 'text/csv' }, 'a'),
    '431': await raw('/health', tooMany),
    '200 of the document': await raw('/openapi.json'),
    '200 of the keys': await raw('/.well-known/jwks.json'),
    '200 of health': await raw('/health'),
    '200 of an error explained': await raw('/problems/todos.not_found'),
  };

  for (const [name, { status, headers }] of Object.entries(answers)) {
    assert.equal(String(status), name.slice(0, 3));
    assertReadable(name, headers);
  }
});

test('a page can read the answers of a server that fails or is busy', async (t) => {
  const app = await testApp(t, { environment: CORS });
  const sara = app.signIn(read);
  const page = { origin: PAGE };
  const held = await Promise.all(Array.from({ length: 5 }, () => app.database.pool.connect()));
  const waiting = Array.from({ length: 101 }, () => sara.get('/todos'));
  await new Promise((resolve) => setImmediate(resolve));

  const busy = await sara.get('/todos', page);
  const asked = await preflight(app, PAGE);
  for (const connection of held) connection.release();
  await Promise.all(waiting);
  await app.database.pool.query('drop table todos.todo');
  const failed = await sara.get('/todos', page);

  assert.deepEqual([busy.status, asked.statusCode, failed.status], [503, 204, 500]);
  assertReadable('busy', busy.headers);
  assertReadable('failed', failed.headers);
});

const wire = [
  {
    name: 'a request that is not HTTP',
    sent: `GET /health HTTP/1.1\r\nHost: a\r\nOrigin: ${PAGE}\r\nbroken\r\n\r\n`,
    status: 400,
  },
  {
    name: 'headers that are too large',
    sent: `GET / HTTP/1.1\r\nHost: a\r\nOrigin: ${PAGE}\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
    status: 431,
  },
  {
    name: 'an unknown expectation',
    sent: `GET / HTTP/1.1\r\nHost: a\r\nOrigin: ${PAGE}\r\nExpect: tea\r\n\r\n`,
    status: 417,
  },
  { name: 'no host', sent: `GET / HTTP/1.1\r\nOrigin: ${PAGE}\r\n\r\n`, status: 400 },
];

test('a page can read the refusals of requests that are broken on the wire', async (t) => {
  const app = await testApp(t, { environment: CORS });
  await app.http.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.http.server.address() as AddressInfo;

  for (const { name, sent, status } of wire) {
    const socket = connect(port, '127.0.0.1');
    socket.write(sent);
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    const [line = '', ...fields] = (bytes.toString().split('\r\n\r\n')[0] ?? '').split('\r\n');
    const pairs = fields.map((field) => [field.split(': ')[0]?.toLowerCase(), field.split(': ')[1]]);
    assert.match(line, new RegExp(`^HTTP/1.1 ${status} `), name);
    assertReadable(name, Object.fromEntries(pairs) as Headers);
  }
});

test('a page that is not configured gets no header of CORS, and its refusal is logged once with the setting', async (t) => {
  const lines: { fields: object; message: string }[] = [];
  const warn = (fields: object, message: string) => void lines.push({ fields, message });
  const log = { debug: () => {}, info: () => {}, warn, error: () => {}, isLevelEnabled: () => false };
  const app = await testApp(t, { environment: CORS, log });

  const first = await preflight(app, STRANGER);
  await preflight(app, STRANGER);
  const { headers } = await app.signIn(read).get('/todos', { origin: STRANGER });
  for (let count = 0; count < 100; count += 1) await preflight(app, `https://${count}.example`);

  const cors = [...Object.keys(first.headers), ...Object.keys(headers)].filter((name) => name.startsWith('access-'));
  const logged = lines.filter(({ message }) => message.includes('BONYAN_CORS_ORIGINS'));
  assert.deepEqual(cors, []);
  assert.equal(headers['vary'], 'Origin');
  assert.deepEqual(logged[0]?.fields, { origin: STRANGER });
  assert.equal(logged.filter(({ fields }) => JSON.stringify(fields).includes(STRANGER)).length, 1);
  assert.ok(logged.length <= 20, `${logged.length} lines`);
});

test('a * lets every page read without cookies, and only the named ones use them', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_CORS_ORIGINS: `${PAGE}, *` } });

  const { headers: open } = await preflight(app, STRANGER);
  const { headers: named } = await preflight(app, PAGE);

  assert.deepEqual([open['access-control-allow-origin'], open['access-control-allow-credentials']], ['*', undefined]);
  assert.deepEqual([named['access-control-allow-origin'], named['access-control-allow-credentials']], [PAGE, 'true']);
});

test('OPTIONS without a page behind it is no preflight', async (t) => {
  const app = await testApp(t, { environment: CORS });

  const bare = await app.http.inject({ method: 'OPTIONS', url: '/api/v1/todos' });
  const asking = await app.http.inject({ method: 'OPTIONS', url: '/api/v1/todos', headers: { origin: PAGE } });

  for (const { headers } of [bare, asking]) assert.match(String(headers['allow']), /GET, HEAD, POST/);
});

const here = [
  'http://localhost:5173',
  'https://localhost',
  'http://127.0.0.1:3000',
  'http://[::1]:80',
  'http://a.localhost',
];
const elsewhere = [
  'null',
  '*',
  '',
  'http://localhost.example',
  'http://localhost:5173.example',
  'http://localhost:5173/',
  'http://notlocalhost',
  'http://10.0.0.1',
  'ftp://localhost',
  'http://localhost@a.example',
];

test('in development every origin of this machine is trusted, in production none, and elsewhere only what is named', () => {
  const environment = { BONYAN_CORS_ORIGINS: PAGE, BONYAN_RETURN_ORIGINS: 'https://return.example' };
  const development = createPageOrigins(loadConfig({ ...environment, BONYAN_CORS_ORIGINS: `${PAGE},*` }));
  const publicUrl = { BONYAN_PUBLIC_URL: 'https://bonyan.example/base' };
  const production = createPageOrigins(loadConfig({ ...environment, ...PRODUCTION, ...publicUrl }));

  for (const origin of here) {
    assert.deepEqual([development.mayCall(origin), development.mayReturn(origin)], [true, true], origin);
    assert.deepEqual([production.mayCall(origin), production.mayReturn(origin)], [false, false], origin);
  }
  for (const origin of elsewhere)
    for (const { mayCall, mayReturn } of [development, production])
      assert.deepEqual([mayCall(origin), mayReturn(origin)], [false, false], origin);
  assert.deepEqual([production.mayCall(PAGE), production.mayReturn(PAGE)], [true, false]);
  assert.ok(production.mayCall('https://return.example')); // a page that gets a code must be able to exchange it
  assert.ok(production.mayReturn('https://return.example'));
  assert.ok(production.mayCall('https://bonyan.example') && production.mayReturn('https://bonyan.example'));
});
