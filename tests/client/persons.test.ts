import assert from 'node:assert/strict';
import { test } from 'node:test';
import { member, MINUTE_MS, PASSWORD } from '#testing/accounts.ts';
import { ApiError, createClient, type ClientOptions } from '../../client/client.ts';
import { signedIn } from './session.ts';

/** Sara's client; once `path` has been answered, Reza signs in before that is told. */
async function replacedAt(t: Parameters<typeof signedIn>[0], path: string, options: Partial<ClientOptions> = {}) {
  let replace = async () => {};
  const senders: string[] = [];
  const { app, client } = await signedIn(t, {
    ...options,
    fetch: async (request) => {
      if (request.url.includes('/todos') || request.url.includes('/stream')) senders.push(senderOf(request));
      const response = await fetch(request);
      if (request.url.endsWith(path)) await replace();
      return response;
    },
  });
  const reza = await member(app);
  replace = async () => {
    replace = async () => {};
    client.accept((await app.anonymous.post('/users/login', { email: reza.email, password: PASSWORD })).body);
  };
  return { app, client, reza, senders };
}

/** The person in the token; empty for nobody. */
function senderOf({ headers }: Request): string {
  const [, claims] = headers.get('authorization')?.split('.') ?? [];
  return claims === undefined ? '' : JSON.parse(Buffer.from(claims, 'base64url').toString()).sub;
}

const orders = [
  ['while it was refused', '/todos', 0],
  ['while its session was refreshed after a refusal', '/refresh', 0],
  ['while its session was refreshed before it was sent', '/refresh', 16 * MINUTE_MS],
] as const;

for (const [when, path, aheadMs] of orders)
  test(`an order is not sent as somebody else who has signed in ${when}`, async (t) => {
    const { app, client, reza, senders } = await replacedAt(t, path);
    app.pass(16 * MINUTE_MS);
    if (aheadMs > 0) t.mock.timers.enable({ apis: ['Date'], now: Date.now() + aheadMs });

    const { response } = await client.api.POST('/api/v1/todos', { body: { description: 'of Sara' } });

    assert.equal(response.status, 401);
    assert.equal(senders.includes(reza.id), false);
    assert.ok(await client.accessToken(), 'Reza is signed in');
  });

test('a stream does not go on as somebody else who has signed in meanwhile', async (t) => {
  const { app, client, reza, senders } = await replacedAt(t, '/none', { retry: { wait: async () => {} } });
  const options = { query: { topics: 'notifications.inbox' }, signal: new AbortController().signal };

  const followed = (async () => {
    for await (const event of client.listen('/api/v1/stream', options)) {
      assert.ok(event);
      client.accept((await app.anonymous.post('/users/login', { email: reza.email, password: PASSWORD })).body);
      app.pass(16 * MINUTE_MS); // the server ends the stream of a token that has expired
    }
  })();

  await assert.rejects(followed, (error) => error instanceof ApiError && error.status === 401);
  assert.equal(senders.includes(reza.id), false);
});

test('a sign-in waits for the refresh of another tab, whose cookie would replace its own', async (t) => {
  const { app, sara, calls } = await signedIn(t);
  const other = createClient({
    baseUrl: app.origin,
    keeps: 'cookie',
    fetch: (request) => {
      calls.push('sign-in of the other tab');
      return fetch(request);
    },
  });
  calls.length = 0;
  const { promise: isOver, resolve: end } = Promise.withResolvers<void>();
  const refreshing = navigator.locks.request('bonyan.refresh', () => isOver); // as each tab takes its turn

  const signingIn = other.signIn({ email: sara.email, password: PASSWORD });
  await app.anonymous.get('/users/me');
  const before = [...calls];
  end();
  await refreshing;
  await signingIn;

  assert.deepEqual([before, calls], [[], ['sign-in of the other tab']]);
});

test('a refresh before its time that fails is no reason to refuse a request', async (t) => {
  const { app, sara } = await signedIn(t);
  const client = createClient({
    baseUrl: app.origin,
    retry: { attempts: 1 },
    fetch: async (request) => {
      if (request.url.endsWith('/refresh')) throw new TypeError('the connection broke');
      return fetch(request);
    },
  });
  client.accept({ ...sara.tokens, expiresIn: 20 });

  const { response } = await client.api.GET('/api/v1/users/me');

  assert.equal(response.status, 200);
});

test('a busy server is given the time that it asks for before a stream is opened again', async () => {
  const waits: number[] = [];
  const over = new AbortController();
  const client = createClient({
    baseUrl: 'http://localhost',
    token: () => 'a',
    fetch: async () => new Response('<html>busy</html>', { status: 429, headers: { 'retry-after': '60' } }),
    retry: {
      wait: async (ms) => {
        waits.push(ms);
        over.abort();
      },
    },
  });

  const options = { query: { topics: 'notifications.inbox' }, signal: over.signal };
  for await (const event of client.listen('/api/v1/stream', options)) assert.fail(event.event);

  assert.deepEqual(waits, [60_000]);
});
