import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import { MAILBOX_KEY, testApp } from '#testing/app.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { MAX_BODY_BYTES, MAX_HEADER_BYTES, watchBody } from './limits.ts';

const { read, write } = todoPermissions;
const OVER_THE_LIMIT = MAX_BODY_BYTES + 1024 * 1024;

test('headers beyond 32 KiB are refused', async (t) => {
  const { send } = await listening(t);

  const answer = await send({ path: '/health/live', headers: { 'x-long': 'x'.repeat(MAX_HEADER_BYTES) } });

  assertProblem(answer, 431, 'http.headers_too_large');
});

test('a hundred headers pass, one more is refused', async (t) => {
  const { send } = await listening(t);
  const headers = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, '1']));

  const passed = await send({ path: '/health/live', headers: { ...headers(98), connection: 'close' } }); // and host
  const refused = await send({ path: '/health/live', headers: { ...headers(99), connection: 'close' } });

  assert.equal(passed.status, 200);
  assertProblem(refused, 431, 'http.headers_too_large');
});

test('a known path with another method is answered with 405, which names the allowed methods', async (t) => {
  const { send } = await listening(t);

  const answers = await Promise.all(
    ['DELETE', 'PROPFIND', 'TRACE'].map((method) => send({ method, path: '/api/v1/todos' })),
  );

  for (const answer of answers) {
    assertProblem(answer, 405, 'http.method_not_allowed');
    assert.equal(answer.headers['allow'], 'GET, HEAD, POST, OPTIONS');
  }
});

test('OPTIONS names the methods of every path of the document, and changes nothing', async (t) => {
  const app = await testApp(t);
  const { paths } = app.openApi() as { paths: Record<string, Record<string, unknown>> };

  for (const [path, methods] of Object.entries(paths)) {
    const url = path.replaceAll(/\{\w+\}/g, 'x');
    const { statusCode, headers, body } = await app.http.inject({ method: 'OPTIONS', url });
    const allowed = String(headers['allow']).split(', ');
    assert.deepEqual([statusCode, body], [204, ''], path);
    for (const method of [...Object.keys(methods), 'options'])
      assert.ok(allowed.includes(method.toUpperCase()), `${method} ${path}`);
  }
  assert.equal((await app.http.inject({ method: 'OPTIONS', url: '/nothing' })).statusCode, 404);
});

test('an unknown path is answered with problem+json', async (t) => {
  const { send } = await listening(t);

  assertProblem(await send({ path: '/api/v1/nothing' }), 404, 'http.not_found');
  assertProblem(await send({ method: 'POST', path: '/nothing' }), 404, 'http.not_found');
  assertProblem(await send({ path: '/api/v1/todos/%zz' }), 400, 'http.malformed');
});

test('HEAD answers as GET does, without the body', async (t) => {
  const { send } = await listening(t);

  const got = await send({ path: '/health/live' });
  const head = await send({ method: 'HEAD', path: '/health/live' });

  assert.equal(head.status, 200);
  assert.equal(head.body, '');
  assert.equal(head.headers['content-length'], got.headers['content-length']);
});

test('a body of more than 10 MiB is refused, with or without Content-Length', async (t) => {
  const { send, headers } = await listening(t);
  const payload = Buffer.alloc(OVER_THE_LIMIT, 'x');
  const json = { ...headers, 'content-type': 'application/json' };
  const post = { method: 'POST', path: '/api/v1/todos' };

  const announced = await send({ ...post, headers: { ...json, 'content-length': String(payload.length) } }, payload);
  const chunked = await send({ ...post, headers: { ...json, 'transfer-encoding': 'chunked' } }, payload);

  assertProblem(announced, 413, 'http.too_large');
  assertProblem(chunked, 413, 'http.too_large');
});

test('a body of a stranger has at most 64 KiB, one that every user may send 1 MiB, and any body at most 20,000 tokens', async (t) => {
  const { port, headers } = await listening(t);
  const json = { ...headers, 'content-type': 'application/json' };
  const post = async (path: string, body: string) => {
    const { status } = await exchange(port, { method: 'POST', path: `/api/v1${path}`, headers: json }, body);
    return status;
  };
  const fields = (count: number) => `{${Array.from({ length: count }, (_, at) => `"${at}":""`).join(',')}}`;

  assert.equal(await post('/users/login', `{"email":"${'x'.repeat(60_000)}"}`), 400);
  assert.equal(await post('/users/login', `{"email":"${'x'.repeat(66_000)}"}`), 413);
  assert.equal(await post('/todos', `{"description":"${'x'.repeat(1_000_000)}"}`), 400);
  assert.equal(await post('/todos', `{"description":"${'x'.repeat(1_100_000)}"}`), 413);
  for (const many of ['[]', '{}', '1', '""', 'null']) {
    assert.equal(await post('/todos', `[${Array(9000).fill(many).join(',')}]`), 400, many);
    assert.equal(await post('/todos', `[${Array(21_000).fill(many).join(',')}]`), 413, many);
  }
  assert.equal(await post('/todos', '1 '.repeat(500_000)), 413);
  assert.equal(await post('/todos', fields(19_000)), 400);
  assert.equal(await post('/todos', fields(21_000)), 413);
});

test('what is no route takes no larger body than strangers may send', async (t) => {
  const { send } = await listening(t);
  const body = Buffer.from(`{"a":"${'x'.repeat(64 * 1024)}"}`);
  const headers = { 'content-type': 'application/json', 'content-length': body.length };

  for (const [method, path] of [
    ['POST', '/nowhere'],
    ['PUT', '/api/v1/nowhere'],
    ['POST', '/health/live'], // only GET
    ['OPTIONS', '/api/v1/todos'],
  ] as const)
    assertProblem(await send({ method, path, headers }, body), 413, 'http.too_large');
});

test('bytes that are not HTTP are answered with a problem, and the connection is closed', async (t) => {
  const { port } = await listening(t);
  const broken = [
    'NONSENSE\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000',
    'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', // no Host
    'GET /health/live HTTP/1.1\r\nHost: a\r\nBad Header: 1\r\n\r\n',
    'GET /health/live HTTP/1.1\r\nHost: a\r\nX: \u0000\r\n\r\n',
    'POST /api/v1/todos HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /api/v1/todos HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
    'PURGEALL / HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
    'GET /health/live HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n',
    'GET /health/live HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n',
    'GET /health/live HTTP/1.1\r\nHost: a:b\r\nConnection: close\r\n\r\n',
    'GET /health/live HTTP/1.1\r\nHost: user@a\r\nConnection: close\r\n\r\n',
  ];

  const answers = await Promise.all(broken.map((bytes) => raw(port, bytes)));

  for (const [index, answer] of answers.entries()) {
    assert.match(answer, /^HTTP\/1\.1 400 /, `${broken[index]} got ${answer}`);
    assert.match(answer, /content-type: application\/problem\+json/i);
    assert.match(answer, /content-security-policy: /i);
    assert.match(answer, /"code":"http.malformed"/);
  }
});

test('a request without Host by HTTP/1.0, in absolute form or for * is answered without a server error', async (t) => {
  const { port } = await listening(t);
  const odd = [
    `GET /dev/mailbox?key=${MAILBOX_KEY} HTTP/1.0\r\n\r\n`,
    'GET http://evil.example/health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    'GET //evil.example/..%2f HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n',
    'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n',
  ];

  const answers = await Promise.all(odd.map((bytes) => raw(port, bytes)));

  for (const answer of answers) assert.match(answer, /^$|^HTTP\/1\.1 [24]\d\d /);
});

test('an empty body in chunks is no body, and one without a content type is refused', async (t) => {
  const { port } = await listening(t);
  const post = (path: string, chunks: string, type = '') =>
    raw(
      port,
      `POST ${path} HTTP/1.1\r\nHost: a\r\n${type}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunks}`,
    );

  const answers = [
    await post('/api/v1/users/refresh', '0\r\n\r\n'), // says which field is missing
    await post('/api/v1/users/refresh', '2\r\n{}\r\n0\r\n\r\n'),
    await post('/api/v1/users/refresh', '0\r\n\r\n', 'Content-Type: text/plain\r\n'),
    await post('/nowhere', '2\r\n{}\r\n0\r\n\r\n', 'Content-Type: text/plain\r\n'),
  ];

  assert.deepEqual(
    answers.map((answer) => /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]),
    ['400', '415', '415', '404'],
  );
});

test('bodies that would be changed silently are refused', async (t) => {
  const { port, headers } = await listening(t);
  const description = (json: string) => `{"description":${json}}`;

  for (const [what, body, extra, status, code] of [
    ['UTF-8', description('"کتاب"'), {}, 201, ''],
    ['an encoding by name', description('"x"'), { 'content-encoding': 'identity' }, 201, ''],
    ['digits in a text', description('"12345678901234567890 1e400"'), {}, 201, ''],
    ['a quote in a text', description(String.raw`"\" 12345678901234567890 \\"`), {}, 201, ''],
    ['bytes that are not UTF-8', Buffer.from(description('"caf\u00e9"'), 'latin1'), {}, 400, 'http.malformed'],
    ['half a character', Buffer.from(description('"\u00e9"')).subarray(0, -3), {}, 400, 'http.malformed'],
    ['a number of 20 digits', description('12345678901234567890'), {}, 400, 'http.malformed'],
    ['a negative one', description('[-12345678901234567890]'), {}, 400, 'http.malformed'],
    ['a number without end', description('1e400'), {}, 400, 'http.malformed'],
    ['as many levels as are read', description(`"${'['.repeat(80)}"`), {}, 201, ''],
    ['one level more', description(`${'['.repeat(64)}${']'.repeat(64)}`), {}, 400, 'http.malformed'],
    ['a million levels', description('['.repeat(1e6)), {}, 400, 'http.malformed'],
    ['compression', description('"x"'), { 'content-encoding': 'gzip' }, 415, 'http.unsupported_media_type'],
  ] as const) {
    const sent = { ...headers, 'content-type': 'application/json', ...extra };
    const answer = await exchange(port, { method: 'POST', path: '/api/v1/todos', headers: sent }, body);
    assert.equal(answer.status, status, `${what}: ${answer.body}`);
    if (code) assertProblem(answer, status, code);
  }
});

test('an expectation other than 100-continue is refused', async (t) => {
  const { port, send } = await listening(t);

  const refused = await send({ path: '/health/live', headers: { expect: 'a-miracle' } });
  const met = await raw(
    port,
    'GET /health/live HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nConnection: close\r\n\r\n',
  );

  assertProblem(refused, 417, 'http.expectation_failed');
  assert.match(met, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
});

test('one path has one spelling', async (t) => {
  const { send, headers } = await listening(t);
  for (const path of [
    '/api/v1/todos/',
    '//api/v1/todos',
    '/api//v1/todos',
    '/api/v1//todos',
    '/api/v1/todos//complete',
    '/docs/api/nothing.js',
    '/docs/api/static/nothing.js',
  ])
    assertProblem(await send({ path, headers }), 404, 'http.not_found');
});

test('bytes that are not HTTP never become part of an answer that has begun', async (t) => {
  const { port } = await listening(t);
  const stream = 'GET /api/v1/todos HTTP/1.1\r\nHost: a\r\n\r\n';

  const received = await raw(port, `${stream}NONSENSE\r\n\r\n`);

  assert.ok(received.split('HTTP/1.1').length <= 2, received);
});

test('a connection survives a request that was refused', async (t) => {
  const { send, headers } = await listening(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const post = { method: 'POST', path: '/api/v1/todos', agent };
  const refusals = [
    await send({ ...post, headers: { 'content-type': 'application/json' } }, '{}'),
    await send({ ...post, headers: { ...headers, 'content-type': 'application/json' } }, '{'),
    await send({ ...post, headers: { ...headers, 'content-type': 'application/json' } }, '{}'),
    await send({ ...post, headers: { ...headers, 'content-type': 'text/plain' } }, 'x'.repeat(100_000)),
    await send({ ...post, path: '/api/v1/nothing', headers: { 'content-type': 'application/json' } }, '{}'),
  ];

  const last = await send({ path: '/health/live', agent });

  assert.deepEqual(
    refusals.map(({ status }) => status),
    [401, 400, 400, 415, 404],
  );
  assert.equal(last.status, 200);
  assert.ok(last.isReused);
});

test('who sends a body that is too large gets the answer, and the connection goes on', async (t) => {
  const { port, headers } = await listening(t);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = MAX_BODY_BYTES + 1024 * 1024;
  const post = `POST /api/v1/todos HTTP/1.1\r\nHost: a\r\n${lines.join('')}Content-Type: application/json\r\n`;
  const get = 'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  const body = ' '.repeat(length);

  for (const sent of [
    `${post}Content-Length: ${length}\r\n\r\n${body}`,
    `${post}Transfer-Encoding: chunked\r\n\r\n${length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  ]) {
    const received = await raw(port, `${sent}${get}`);

    assert.match(received, /^HTTP\/1\.1 413 .*"code":"http\.too_large".*HTTP\/1\.1 200 /s);
  }
});

test('a body that stops arriving ends its connection, and a slow one does not', async (t) => {
  const http = Fastify();
  http.addHook('onRequest', async (incoming) => watchBody(incoming, 200));
  http.post('/', async ({ body }) => body);
  await http.listen({ port: 0, host: '127.0.0.1' });
  t.after(() => http.close());
  const { port } = http.server.address() as { port: number };
  const head =
    'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 6\r\n\r\n';

  const stalled = await raw(port, `${head}"ab`);
  const slow = await raw(port, head, ...'"abcd"'.split(''));

  assert.doesNotMatch(stalled, /^HTTP\/1\.1 200/);
  assert.match(slow, /^HTTP\/1\.1 200/);
});

test('a body that has arrived is not idle, however slowly this process reads it', async (t) => {
  const http = Fastify();
  http.addHook('onRequest', async (incoming) => watchBody(incoming, 100));
  http.addContentTypeParser('text/plain', async (_: unknown, payload: AsyncIterable<Buffer>) => {
    await sleep(500); // as behind a disk that is busy with others
    let bytes = 0;
    for await (const chunk of payload) bytes += chunk.byteLength;
    return bytes;
  });
  http.post('/', async ({ body }) => ({ bytes: body }));
  const url = await http.listen({ port: 0, host: '127.0.0.1' });
  t.after(() => http.close());

  const answer = await fetch(url, { method: 'POST', body: 'x'.repeat(500_000) });

  assert.deepEqual([answer.status, await answer.json()], [200, { bytes: 500_000 }]);
});

test('clients that stall do not keep others waiting', async (t) => {
  const { port, send, headers } = await listening(t);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST /api/v1/todos HTTP/1.1\r\nHost: a\r\n${lines.join('')}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
  const stalled = Array.from({ length: 200 }, () => connect(port, '127.0.0.1'));
  for (const socket of stalled) socket.on('error', () => {}).write(head);
  await Promise.all(stalled.map((socket) => once(socket, 'connect')));

  const answer = await send({ path: '/api/v1/todos', headers });

  for (const socket of stalled) socket.destroy();
  assert.equal(answer.status, 200);
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Whether it came over a connection that had served another request before. */
  readonly isReused: boolean;
}

/** The app on a port of the loopback, and the headers of a caller who may read and write todos. */
async function listening(t: TestContext) {
  const app = await testApp(t);
  await app.http.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.http.server.address() as { port: number };
  const headers = { 'x-test-caller': app.signIn(read, write).userId };
  return {
    port,
    headers,
    send: (options: RequestOptions, payload?: string | Buffer) => exchange(port, options, payload),
  };
}

async function exchange(port: number, options: RequestOptions, payload?: string | Buffer): Promise<Answer> {
  const outgoing = request({ port, host: '127.0.0.1', ...options });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  outgoing.end(payload);
  const [response] = await answered;
  outgoing.on('error', () => {}); // the server may close before it has read all
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await text(response),
    isReused: outgoing.reusedSocket,
  };
}

/** Writes the parts one by one, 100 ms apart, and reads until the server closes. */
async function raw(port: number, ...parts: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
  const closed = once(socket, 'close');
  for (const part of parts) {
    socket.write(part, 'latin1');
    await new Promise((resolve) => setTimeout(resolve, 100)); // the pace is what is tested
  }
  await closed;
  return received;
}

function assertProblem({ status, headers, body }: Answer, expected: number, code: string): void {
  assert.equal(status, expected);
  assert.match(String(headers['content-type']), /^application\/problem\+json/);
  assert.equal(JSON.parse(body).code, code);
  assert.ok(headers['x-request-id']);
  assert.ok(headers['content-security-policy']);
}
