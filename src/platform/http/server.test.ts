import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { loggingPermissions } from '#modules/logging/contract.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { createLog } from '#platform/log/pino.ts';
import { testApp } from '#testing/app.ts';

const { read, write } = todoPermissions;

test('above the rate limit a caller is told when to try again, and other callers are not limited', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_RATE_LIMIT_PER_MINUTE: '3' } });
  const [sara, reza] = [app.signIn(read), app.signIn(read)];

  const answers = [];
  for (let request = 0; request < 4; request++) answers.push(await sara.get('/todos'));
  const last = answers.at(-1);

  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 429],
  );
  assert.match(String(answers[0]?.headers['ratelimit']), /^"default";r=2;t=\d+$/);
  assert.equal(answers[0]?.headers['ratelimit-policy'], '"default";q=3;w=60');
  assert.deepEqual([last?.body.code, Number(last?.headers['retry-after']) > 0], ['http.too_many_requests', true]);
  assert.equal((await reza.get('/todos')).status, 200);
  assert.equal((await app.http.inject('/health')).statusCode, 200);
});

test('a route has the limits of the operator beside the one for all requests', async (t) => {
  const rules = 'POST /api/v1/todos=2/h, * /api/v1/todos/{id}=1/min, GET /api/v1/todos*=3/d';
  const app = await testApp(t, { environment: { BONYAN_RATE_LIMIT_PER_MINUTE: '50', BONYAN_RATE_LIMITS: rules } });
  const [sara, reza] = [app.signIn(read, write), app.signIn(read, write)];
  const create = async (client: typeof sara) => (await client.post('/todos', { description: 'x' })).status;
  const path = `/todos/${newId()}`;

  const created = [await create(sara), await create(sara), await create(sara), await create(reza)];
  const touched = [(await sara.get(path)).status, (await sara.delete(path)).status];
  const first = await sara.get('/todos?page=1');
  const head = await app.http.inject({
    method: 'HEAD',
    url: '/api/v1/todos',
    headers: { 'x-test-caller': sara.userId },
  });
  const last = await sara.get('/todos');

  assert.deepEqual(created, [201, 201, 429, 201]);
  assert.deepEqual(touched, [404, 429]);
  assert.equal(first.headers['ratelimit-policy'], '"default";q=50;w=60, "GET /api/v1/todos*";q=3;w=86400');
  assert.match(String(first.headers['ratelimit']), /^"default";r=44;t=\d+, "GET \/api\/v1\/todos\*";r=1;t=86400$/);
  assert.deepEqual([head.statusCode, last.status], [200, 429]);
  assert.ok(Number(last.headers['retry-after']) > 86_000);
});

test('X-Forwarded-For is used only from a configured proxy', async (t) => {
  const environment = { BONYAN_RATE_LIMIT_PER_MINUTE: '1' };
  const open = await testApp(t, { environment });
  const proxied = await testApp(t, { environment: { ...environment, BONYAN_TRUSTED_PROXIES: '127.0.0.1' } });
  const twice = async ({ http }: typeof open) => {
    const ask = (ip: string) => http.inject({ url: '/api/v1/setup', headers: { 'x-forwarded-for': ip } });
    return [(await ask('203.0.113.1')).statusCode, (await ask('203.0.113.2')).statusCode];
  };

  assert.deepEqual(await twice(open), [200, 429]);
  assert.deepEqual(await twice(proxied), [200, 200]);
});

test('every answer carries the security headers, refusals and missing pages too', async (t) => {
  const app = await testApp(t);
  const secure = await testApp(t, { environment: { BONYAN_PUBLIC_URL: 'https://api.example.com' } });

  for (const url of ['/health', '/nowhere', '/api/v1/todos']) {
    const { headers } = await app.http.inject(url);
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, url);
    assert.deepEqual(
      [headers['x-content-type-options'], headers['referrer-policy'], headers['cross-origin-opener-policy']],
      ['nosniff', 'no-referrer', 'same-origin'],
    );
    assert.equal(headers['strict-transport-security'], undefined);
  }
  assert.match(String((await secure.http.inject('/health')).headers['strict-transport-security']), /^max-age=\d+/);
});

test('a valid request id is kept, and an invalid one is replaced', async (t) => {
  const app = await testApp(t);
  const idOf = async (id: string) =>
    (await app.anonymous.get('/setup', { 'x-request-id': id })).headers['x-request-id'];

  assert.equal(await idOf('order-42'), 'order-42');
  assert.match(String(await idOf('<script>')), /^[0-9a-f-]{36}$/);
});

test('a problem names the trace that the caller sent, in any version of the header that can be read', async (t) => {
  const app = await testApp(t);
  const [trace, span] = ['c'.repeat(32), 'd'.repeat(16)];
  const isTaken = async (traceparent: string) =>
    (await app.anonymous.get('/todos', { traceparent })).body.traceId === trace;

  for (const valid of [`00-${trace}-${span}-01`, `01-${trace}-${span}-01`, `cc-${trace}-${span}-00-what-is-to-come`])
    assert.ok(await isTaken(valid), valid);
  for (const invalid of [
    `ff-${trace}-${span}-01`,
    `00-${trace}-${span}-01-more`,
    `01-${trace}-${span}-01.more`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `00-${trace}-${span}`,
  ])
    assert.ok(!(await isTaken(invalid)), invalid);
  assert.notEqual(
    (await app.anonymous.get('/todos', { traceparent: `00-${'0'.repeat(32)}-${span}-01` })).body.traceId,
    '0'.repeat(32),
  );
});

test('invalid input is named field by field, in the language of the caller', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(write);
  const input = { description: '', priority: 'urgent', lables: [] };

  const { status, body } = await sara.post('/todos', input);
  const persian = await sara.post('/todos', input, { 'accept-language': 'fa' });

  const found = body.errors.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`).toSorted();
  assert.deepEqual([status, body.code], [400, 'http.invalid']);
  assert.deepEqual(
    found.filter((line: string) => !line.endsWith('pattern')),
    ['/description minLength', '/lables additionalProperties', '/priority enum'],
  );
  assert.match(persian.body.errors[0].message, /[\u0600-\u06ff]/);
});

test('when too many requests wait for the database, further ones are refused at once, and liveness answers', async (t) => {
  const app = await testApp(t);
  const held = await Promise.all(Array.from({ length: 5 }, () => app.database.pool.connect()));
  const waiting = Array.from({ length: 101 }, () => app.signIn(read).get('/todos')); // of one user, fewer may wait
  await new Promise((resolve) => setImmediate(resolve));

  const shed = await app.signIn(read).get('/todos');
  const live = await app.http.inject('/health/live');
  for (const connection of held) connection.release();
  const served = await Promise.all(waiting);

  assert.deepEqual([shed.status, shed.body.code, shed.headers['retry-after']], [503, 'http.overloaded', '1']);
  assert.equal(live.statusCode, 200);
  assert.ok(served.every(({ status }) => status === 200));
});

test('exporters of telemetry are told to wait for 15 s by a 503, since they count their attempts', async (t) => {
  const app = await testApp(t);
  const { userId } = app.signIn(loggingPermissions.write);
  const held = await Promise.all(Array.from({ length: 5 }, () => app.database.pool.connect()));
  const waiting = Array.from({ length: 101 }, () => app.signIn(read).get('/todos'));
  await new Promise((resolve) => setImmediate(resolve));

  const shed = await app.http.inject({
    method: 'POST',
    url: '/v1/logs',
    headers: { 'x-test-caller': userId },
    payload: { resourceLogs: [] },
  });
  for (const connection of held) connection.release();
  await Promise.all(waiting);

  assert.deepEqual([shed.statusCode, shed.json().code, shed.headers['retry-after']], [503, 'http.overloaded', '15']);
});

test('a process whose event loop is late refuses requests, and liveness answers', async (t) => {
  // Less than the measurement itself takes.
  const app = await testApp(t, { environment: { BONYAN_MAX_LOOP_DELAY_MS: '1' } });
  const sara = app.signIn(read);

  let shed = await sara.get('/todos');
  while (shed.status === 200) shed = await sara.get('/todos'); // it is measured once a second

  assert.deepEqual([shed.status, shed.body.code, shed.headers['retry-after']], [503, 'http.overloaded', '1']);
  assert.equal((await app.http.inject('/health/live')).statusCode, 200);
});

test('the root path redirects to the API reference', async (t) => {
  const app = await testApp(t);
  const { statusCode, headers } = await app.http.inject('/');
  assert.deepEqual([statusCode, headers['location']], [302, '/docs/api']);
});

test('a bug is answered with 500, which contains only the trace id', async (t) => {
  const app = await testApp(t);
  await app.database.pool.query('drop table todos.todo');

  const { status, body } = await app.signIn(read).get(`/todos/${newId()}`);

  assert.equal(status, 500);
  assert.deepEqual(Object.keys(body).toSorted(), ['code', 'instance', 'status', 'title', 'traceId', 'type']);
});

test('clients that leave while their sign-ins wait for a hash are no error in the log', async (t) => {
  const lines: string[] = [];
  const app = await testApp(t, { log: createLog('error', { write: (line) => void lines.push(line) }) });
  const url = await app.http.listen({ host: '127.0.0.1', port: 0 });
  const client = new AbortController();
  const login = (number: number, signal: AbortSignal | null) =>
    fetch(`${url}/api/v1/users/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: `somebody-${number}@example.com`, password: 'wrong horse battery' }),
      signal,
    });
  const asked = Array.from({ length: 20 }, (_, number) => login(number, client.signal));

  await Promise.race(asked); // the others wait for their turn
  client.abort();
  const outcomes = await Promise.allSettled(asked);
  const { status: next } = await login(20, null); // they have left the queue when its turn comes

  assert.ok(outcomes.some(({ status }) => status === 'rejected'));
  assert.deepEqual([next, lines], [401, []]);
});
