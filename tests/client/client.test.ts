import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { listeningApp } from '#testing/browser.ts';
import { member, MINUTE_MS, PASSWORD } from '#testing/accounts.ts';
import { declareShop, notifyPickup } from '#testing/shop.ts';
import { ApiError, createClient, idempotencyKey, ifMatch, take } from '../../client/client.ts';
import { generate } from '../../client/generate.ts';
import { toWaitMs, withRetries } from '../../client/retry.ts';
import { signedIn } from './session.ts';

test('the generated files are those of openapi.json (`npm run generate` in client/ writes them)', async () => {
  const files = await generate();

  for (const [name, content] of Object.entries(files)) {
    const kept = await readFile(new URL(`../../client/${name}`, import.meta.url), 'utf8');
    assert.ok(kept === content, `${name} is another one`); // each has a megabyte
  }
});

test('a signed-in client creates, reads and changes a todo', async (t) => {
  const { client } = await signedIn(t);

  const made = await take(client.api.POST('/api/v1/todos', { body: { description: 'Buy bread' } }));
  const params = { path: { id: made.id }, header: ifMatch(made) };
  const changed = await take(client.api.PATCH('/api/v1/todos/{id}', { params, body: { priority: 'high' } }));
  const list = await take(client.api.GET('/api/v1/todos', { params: { query: { search: 'bread' } } }));

  assert.equal(changed.priority, 'high');
  assert.deepEqual(list.items, [changed]);
});

test('a change of an older version is refused with 412', async (t) => {
  const { client } = await signedIn(t);
  const made = await take(client.api.POST('/api/v1/todos', { body: { description: 'Buy bread' } }));
  const params = { path: { id: made.id }, header: ifMatch(made) };
  await take(client.api.PATCH('/api/v1/todos/{id}', { params, body: { priority: 'high' } }));

  const second = take(client.api.PATCH('/api/v1/todos/{id}', { params, body: { priority: 'low' } }));

  await assert.rejects(second, (error) => error instanceof ApiError && error.code === 'http.precondition_failed');
});

test('requests that find the session expired share one refresh, and succeed', async (t) => {
  const { app, client, calls } = await signedIn(t);
  app.pass(16 * MINUTE_MS);
  calls.length = 0;

  const answers = await Promise.all(Array.from({ length: 5 }, () => take(client.api.GET('/api/v1/users/me'))));

  assert.equal(answers.length, 5);
  assert.equal(calls.filter((call) => call === 'refresh').length, 1);
});

test('a session that was ended elsewhere is told once, and the refusal is the answer', async (t) => {
  let told = 0;
  const { app, client } = await signedIn(t, { onSignedOut: () => void told++ });
  await app.database.pool.query('delete from users.session');
  app.pass(16 * MINUTE_MS);

  const refused = take(client.api.GET('/api/v1/users/me'));

  await assert.rejects(refused, (error) => error instanceof ApiError && error.status === 401);
  assert.equal(told, 1);
});

test('after signing out the client is nobody', async (t) => {
  const { client } = await signedIn(t);

  await client.signOut();

  assert.equal(await client.refresh(), null);
  const { response } = await client.api.GET('/api/v1/users/me');
  assert.equal(response.status, 401);
});

test('a refresh that is under way when the user signs out does not sign in again', async (t) => {
  const { app, client, calls } = await signedIn(t);
  app.pass(16 * MINUTE_MS);

  const [renewed] = await Promise.all([client.refresh(), client.signOut()]);
  const after = [await client.refresh(), await client.accessToken()];

  assert.ok(renewed, 'the refresh was under way');
  assert.deepEqual(after, [null, null]);
  assert.deepEqual(calls.slice(1), ['refresh', 'revoke']);
  const { rows } = await app.database.pool.query('select 1 from users.session where revoked_at is null');
  assert.equal(rows.length, 1, 'the one that made the account');
});

test('a request that is refused while the user signs out is not sent again, and is told as it is', async (t) => {
  const { app, client, calls } = await signedIn(t);
  app.pass(16 * MINUTE_MS);

  const [{ response }] = await Promise.all([client.api.GET('/api/v1/users/me'), client.signOut()]);

  assert.equal(response.status, 401);
  assert.equal(calls.includes('refresh'), false);
});

test('a refresh of the session before does not replace the session of somebody who has signed in meanwhile', async (t) => {
  const gate = Promise.withResolvers<void>();
  const { app, client } = await signedIn(t, {
    fetch: async (request) => {
      const response = await fetch(request);
      if (request.url.endsWith('/refresh')) await gate.promise;
      return response;
    },
  });
  const reza = await member(app);

  const refreshing = client.refresh();
  client.accept((await app.anonymous.post('/users/login', { email: reza.email, password: PASSWORD })).body);
  gate.resolve();

  assert.equal(await refreshing, null);
  assert.equal((await take(client.api.GET('/api/v1/users/me'))).id, reza.id);
});

test('a client with a token of its own sends it and has no session', async (t) => {
  const app = await listeningApp(t);
  const { tokens, id } = await member(app);
  const client = createClient({ baseUrl: app.origin, token: async () => tokens.accessToken });

  const me = await take(client.api.GET('/api/v1/users/me'));

  assert.equal(me.id, id);
});

test('a POST whose answer was lost is sent again with the same key, and has one effect', async (t) => {
  let lost = 0;
  const { client } = await signedIn(t, {
    fetch: async (request) => {
      const response = await fetch(request);
      if (!request.url.endsWith('/todos') || request.method !== 'POST' || lost++ > 0) return response;
      throw new TypeError('the connection broke');
    },
    retry: { wait: async () => {} },
  });

  await take(client.api.POST('/api/v1/todos', { body: { description: 'Buy bread' } }));

  const list = await take(client.api.GET('/api/v1/todos'));
  assert.equal(list.totalCount, 1);
});

test('a POST with the same key has one effect, also of a client that was started anew', async (t) => {
  const { app, client } = await signedIn(t);
  const again = createClient({ baseUrl: app.origin, token: client.accessToken });
  const order = { params: { header: idempotencyKey('order-7') }, body: { description: 'Buy bread' } };

  const first = await take(client.api.POST('/api/v1/todos', order));
  const second = await take(again.api.POST('/api/v1/todos', order));

  assert.equal(second.id, first.id);
  assert.equal((await take(client.api.GET('/api/v1/todos'))).totalCount, 1);
});

const busy = () => new Response(null, { status: 503, headers: { 'retry-after': '2' } });

test('a busy server is asked again after the time that it names', async () => {
  const waits: number[] = [];
  const answers = [busy(), new Response('done')];
  const send = withRetries(async () => answers.shift() ?? busy(), { wait: async (ms) => void waits.push(ms) });

  const response = await send(new Request('http://localhost/'));

  assert.equal(response.status, 200);
  assert.deepEqual(waits, [2000]);
});

test('what is not safe to repeat, or would wait too long, is sent once', async () => {
  let sent = 0;
  const send = withRetries(async () => (sent++, busy()), { maxWaitMs: 1000 });

  const post = await send(new Request('http://localhost/', { method: 'POST', body: '{}' }));
  const get = await send(new Request('http://localhost/'));

  assert.deepEqual([post.status, get.status, sent], [503, 503, 2]);
});

test('Retry-After is read in seconds and as a date', () => {
  const now = Date.parse('2026-11-23T08:00:00Z');

  const waits = ['3', 'Mon, 23 Nov 2026 08:00:05 GMT', 'soon', null].map((value) => toWaitMs(value, now));

  assert.deepEqual(waits, [3000, 5000, null, null]);
});

test('a stream is followed with the token of the session, and ends with its signal', async (t) => {
  const { client } = await signedIn(t);
  const over = new AbortController();
  const query = { topics: 'notifications.inbox' };

  const events = await client.follow('/api/v1/stream', { query, signal: over.signal });
  const seen: unknown[] = [];
  const followed = (async () => {
    for await (const { event, id, data } of events) {
      seen.push([event, id, data]);
      over.abort();
    }
  })();

  await assert.rejects(followed, { name: 'AbortError' });
  assert.deepEqual(seen, [['notifications.inbox.unread', null, { unreadCount: 0 }]]);
});

test('a stream that is silent for too long rejects, so that its reader connects again', async (t) => {
  const { client } = await signedIn(t);
  const options = { query: { topics: 'notifications.inbox' }, signal: new AbortController().signal, silenceMs: 50 };
  const events = await client.follow('/api/v1/stream', options);

  const followed = (async () => {
    for await (const event of events) assert.ok(event);
  })();

  await assert.rejects(followed, /nothing came for 50 ms/);
});

test('a stream that is not allowed is refused before it begins', async (t) => {
  const { client } = await signedIn(t);
  const signal = new AbortController().signal;

  const refused = client.follow('/api/v1/stream', { query: { topics: 'logging.incidents' }, signal });

  await assert.rejects(refused, (error) => error instanceof ApiError && error.code === 'http.forbidden');
});

test('the access token that is lent is a fresh one, and none after signing out', async (t) => {
  const { app, client, calls } = await signedIn(t);
  const first = await client.accessToken();
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 16 * MINUTE_MS });
  app.pass(16 * MINUTE_MS);

  const second = await client.accessToken();
  t.mock.timers.reset();
  await client.signOut();

  assert.ok(first && second && first !== second);
  assert.ok(calls.includes('refresh'));
  assert.equal(await client.accessToken(), null);
});

test('a stream goes on after its token has expired: nothing is lost, and what came is not told again', async (t) => {
  const { app, client, calls, sara } = await signedIn(t, { retry: { wait: async () => {} } });
  await declareShop(app);
  const over = new AbortController();
  const states: string[] = [];
  const texts: string[] = [];
  const options = {
    query: { topics: 'notifications.inbox' },
    signal: over.signal,
    onState(state: string) {
      states.push(state);
      if (state === 'reconnecting') void notifyPickup(app, sara.id, 'two'); // while nobody listens
    },
  };

  for await (const { event, data } of client.listen('/api/v1/stream', options)) {
    const isEmpty = event === 'notifications.inbox.unread' && (data as { unreadCount: number }).unreadCount === 0;
    if (isEmpty) await notifyPickup(app, sara.id, 'one');
    if (event !== 'notifications.inbox.message') continue;
    texts.push((data as { text: string }).text.split('\n').at(-1) ?? '');
    if (texts.length === 2) over.abort();
    // The server ends the stream of a token that has expired.
    else app.pass(16 * MINUTE_MS);
  }

  assert.deepEqual(texts, ['one', 'two']);
  assert.deepEqual(states.slice(0, 3), ['connected', 'reconnecting', 'connected']);
  assert.ok(calls.includes('refresh'));
});

test('a stream that may not be followed is told, not asked for again', async (t) => {
  const { client, calls } = await signedIn(t);
  const signal = new AbortController().signal;

  const refused = (async () => {
    for await (const event of client.listen('/api/v1/stream', { query: { topics: 'logging.incidents' }, signal }))
      assert.ok(event);
  })();

  await assert.rejects(refused, (error) => error instanceof ApiError && error.code === 'http.forbidden');
  assert.equal(calls.filter((call) => call === 'stream').length, 1);
});

test('a stream whose refusals are asked again goes on with the next token', async (t) => {
  const { app, client: own } = await signedIn(t);
  const tokens = ['a token that is over', await own.accessToken()];
  const over = new AbortController();
  const client = createClient({
    baseUrl: app.origin,
    token: () => tokens.shift() ?? null,
    retry: { wait: async () => {} },
  });
  const refused: number[] = [];
  const asksAgain = ({ status }: ApiError) => refused.push(status) > 0;

  const query = { topics: 'notifications.inbox' };
  for await (const { event } of client.listen('/api/v1/stream', { query, signal: over.signal, asksAgain }))
    if (event === 'notifications.inbox.unread') over.abort();

  assert.deepEqual(refused, [401]);
});
