import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAfterMs, withRetries } from '../../client/retry.ts';
import { take } from '../../client/client.ts';
import { signedIn } from './session.ts';

const API = 'http://localhost/api/v1';
const KEY = { 'idempotency-key': 'order-7' };
const noWait = { wait: async () => {} };

/** How often a request is sent to a server that always gives this answer. */
async function sentFor(answer: () => Response, path: string, init: RequestInit): Promise<number> {
  let sent = 0;
  const send = withRetries(async () => (sent++, answer()), noWait);
  await send(new Request(API + path, init)).catch(() => {});
  return sent;
}

function asking(status: number): () => Response {
  return () => new Response(null, { status, headers: { 'retry-after': '1' } });
}

function broken(): Response {
  throw new TypeError('the connection broke');
}

test('what is safe to repeat is repeated, wherever the answer is one for later, and nothing else is', async () => {
  const post = { method: 'POST', body: '{}' };
  const keyed = { ...post, headers: KEY };
  const cases: [answer: () => Response, path: string, init: RequestInit, times: number][] = [
    [asking(429), '/todos', {}, 3],
    [asking(503), '/todos', keyed, 3],
    [asking(409), '/todos', keyed, 3], // the first request with the key still runs
    [() => new Response(null, { status: 409 }), '/todos', keyed, 1],
    [asking(500), '/todos', keyed, 1],
    [asking(503), '/todos', post, 1],
    [broken, '/todos', post, 1],
    [broken, '/users/login', post, 1],
    [broken, '/users/refresh', post, 3], // its token counts as stolen when it is used later
    [asking(503), '/users/revoke', post, 3],
    [broken, '/files/uploads', post, 3],
    [broken, '/files/uploads/7', { method: 'PATCH', body: 'x' }, 1],
  ];

  const times = await Promise.all(cases.map(([answer, path, init]) => sentFor(answer, path, init)));

  assert.deepEqual(
    times,
    cases.map(([, , , expected]) => expected),
  );
});

test('a POST whose connection broke while the server works gets the answer of that work', async (t) => {
  let lock = '';
  const codes: number[] = [];
  const { app, client } = await signedIn(t, {
    fetch: async (request) => {
      const isOrder = request.method === 'POST' && request.url.endsWith('/todos');
      const answer = fetch(request);
      if (isOrder && lock === '') {
        lock = 'held';
        void answer.catch(() => {});
        await blocked();
        throw new TypeError('the connection broke');
      }
      const response = await answer;
      if (isOrder) codes.push(response.status);
      return response;
    },
    retry: { attempts: 4, wait: async () => void (codes.length > 0 && (await release())) },
  });
  const holder = await app.database.pool.connect();
  await holder.query('begin');
  await holder.query('lock table todos.todo in access exclusive mode');
  async function blocked(): Promise<void> {
    const waits = `select from pg_locks where not granted and relation = 'todos.todo'::regclass`;
    while ((await app.database.pool.query(waits)).rows.length === 0);
  }
  async function release(): Promise<void> {
    await holder.query('commit');
    holder.release();
    const left = 'select from platform.idempotency where answer is null';
    while ((await app.database.pool.query(left)).rows.length > 0);
  }

  const made = await take(client.api.POST('/api/v1/todos', { body: { description: 'Buy bread' } }));

  assert.deepEqual(codes, [409, 201]);
  const { items } = await take(client.api.GET('/api/v1/todos'));
  assert.deepEqual(
    items.map(({ id }) => id),
    [made.id],
  );
});

test('an answer that is not taken gives its connection back', async () => {
  let left = 0;
  const body = () => new ReadableStream({ cancel: () => void left++ });
  const answers = [new Response(body(), { status: 503, headers: { 'retry-after': '0' } }), new Response('done')];
  const send = withRetries(async () => answers.shift() ?? broken(), noWait);

  const response = await send(new Request(API));

  assert.deepEqual([response.status, left], [200, 1]);
});

test('a date in Retry-After is compared with the clock of the server, which is not that of this machine', () => {
  const asked = { 'retry-after': 'Mon, 23 Nov 2026 08:00:05 GMT', date: 'Mon, 23 Nov 2026 08:00:00 GMT' };

  const waits = [asked, { 'retry-after': '3' }, { date: asked.date }].map((names) => retryAfterMs(new Headers(names)));

  assert.deepEqual(waits, [5000, 3000, null]);
});

test('a page without crypto.randomUUID, as over plain HTTP, sends keys all the same, and another one each time', async (t) => {
  const keys: (string | null)[] = [];
  const { client } = await signedIn(t, {
    fetch: (request) => {
      if (request.url.endsWith('/todos')) keys.push(request.headers.get('idempotency-key'));
      return fetch(request);
    },
  });
  Object.defineProperty(crypto, 'randomUUID', { configurable: true, value: undefined });
  t.after(() => Reflect.deleteProperty(crypto, 'randomUUID')); // the one of the prototype is seen again

  for (const description of ['one', 'two']) await take(client.api.POST('/api/v1/todos', { body: { description } }));

  assert.equal(new Set(keys).size, 2);
  assert.ok(keys.every((key) => key !== null && key.length === 32));
});
