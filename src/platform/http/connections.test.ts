import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createBoundedServer } from './connections.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const BIG = Buffer.alloc(1024 * 1024, 'x');
const BOUNDS = { stalledMs: 300, unreadBodyMs: 300 };

test('pipelined requests are handled one after another, in order', async (t) => {
  let running = 0;
  let most = 0;
  const { port } = await serve(t, (request, response) => {
    running += 1;
    most = Math.max(most, running);
    response.on('close', () => (running -= 1));
    setImmediate(() => response.end(request.url));
  });
  const { socket, text } = open(t, port);

  socket.write(Array.from({ length: 50 }, (_, index) => `GET /${index} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
  await until(socket, () => text().endsWith('/49'));

  assert.equal(most, 1);
  assert.deepEqual(
    [...text().matchAll(/\/\d+(?=HTTP|$)/g)].map(([path]) => path),
    Array.from({ length: 50 }, (_, index) => `/${index}`),
  );
});

test('between two pipelined requests other connections get their turn', async (t) => {
  const order: string[] = [];
  const { port } = await serve(t, (request, response) => {
    order.push(request.url ?? '');
    response.end('x');
  });
  const greedy = open(t, port);
  const other = open(t, port);
  await Promise.all([once(greedy.socket, 'connect'), once(other.socket, 'connect')]);

  greedy.socket.write('GET /greedy HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(90));
  other.socket.write('GET /other HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(greedy.socket, () => order.length === 91);

  assert.ok(order.indexOf('/other') < 45, `it was number ${order.indexOf('/other')}`);
});

test('a connection that pipelines more than 100 requests ends', async (t) => {
  const { port } = await serve(t, () => {});
  const { socket } = open(t, port);

  socket.write(GET.repeat(200));

  await closed(socket);
});

test('a reader who stops reading loses the connection, and one who goes on reading slowly does not', async (t) => {
  const { port } = await serve(t, (_, response) => {
    for (let part = 0; part < 20; part += 1) response.write(BIG);
    response.end();
  });
  const stalled = open(t, port);
  stalled.socket.write(GET);
  await once(stalled.socket, 'data');
  stalled.socket.pause();
  const slow = open(t, port, false);
  slow.socket.write(GET);

  let read = 0;
  for (let rest = 0; read < 20 * BIG.length;) {
    const length = (slow.socket.read() as Buffer | null)?.length ?? 0;
    read += length;
    rest += length;
    // Its pace is what is tested.
    await new Promise((resolve) => setTimeout(resolve, rest > 2 * BIG.length ? BOUNDS.stalledMs / 2 : 0));
    if (rest > 2 * BIG.length) rest = 0;
    assert.ok(!slow.socket.closed || length > 0, `the connection ended after ${read} bytes`);
  }
  stalled.socket.resume();
  await once(stalled.socket, 'close');

  assert.ok(stalled.text().length < 20 * BIG.length);
});

test('a handler that takes long keeps its connection', async (t) => {
  const { port } = await serve(t, (_, response) => {
    setTimeout(() => response.end('late'), 3 * BOUNDS.stalledMs);
  });
  const { socket, text } = open(t, port);

  socket.write(GET);

  await until(socket, () => text().endsWith('late'));
});

test('a connection ends that sends nothing, from the start or after an answer', async (t) => {
  const { port } = await serve(t, (_, response) => response.end('x'), {}, 100);
  const [silent, idle] = [open(t, port), open(t, port)];

  idle.socket.write(GET);

  await Promise.all([closed(silent.socket), closed(idle.socket)]);
  assert.match(idle.text(), /^HTTP\/1\.1 200 /);
});

test('who has an answer may not go on sending a body for ever', async (t) => {
  const { port } = await serve(t, (_, response) => {
    response.writeHead(401).end();
  });
  const { socket, text } = open(t, port);
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n');
  const drip = setInterval(() => socket.write('x'), 20);
  t.after(() => clearInterval(drip));

  await closed(socket);

  assert.match(text(), /^HTTP\/1\.1 401/);
});

test('a head that does not arrive in time ends its connection, however slowly it drips', async (t) => {
  const { port } = await serve(t, () => {}, { headersTimeout: 300, connectionsCheckingInterval: 50 });
  const { socket, text } = open(t, port);
  socket.write('GET / HTTP/1.1\r\nX: ');
  const drip = setInterval(() => socket.write('x'), 20);
  t.after(() => clearInterval(drip));

  await closed(socket);

  assert.match(text(), /^HTTP\/1\.1 408 /);
});

async function serve(
  t: TestContext,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  options: ServerOptions = {},
  keepAliveTimeout?: number,
) {
  const server = createBoundedServer(options, handler, BOUNDS);
  if (keepAliveTimeout !== undefined) server.keepAliveTimeout = keepAliveTimeout;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  return server.address() as { port: number };
}

/** With `isRead` false the caller reads. */
function open(t: TestContext, port: number, isRead = true) {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('error', () => {});
  t.after(() => socket.destroy());
  if (isRead) socket.on('data', (chunk) => (received += chunk.toString('latin1')));
  return { socket, text: () => received };
}

/** Also when it ends by an error: who still sends may be reset. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** Rejects if the connection ends before. */
async function until(socket: Socket, isDone: () => boolean): Promise<void> {
  while (!isDone()) {
    assert.ok(!socket.closed, 'the connection ended');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
