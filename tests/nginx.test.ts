/** Bonyan behind the nginx of `deploy/nginx.conf`: TLS, HTTP/2 and gzip between it and its clients. */
import assert from 'node:assert/strict';
import { request, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { json } from 'node:stream/consumers';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { login, member } from '#testing/accounts.ts';
import { freePort } from '#testing/servers/free-port.ts';
import { testApp } from '#testing/app.ts';
import { noNginx, openHttp2, startNginx } from '#testing/servers/nginx.ts';

const options = { skip: noNginx };

/** An app behind nginx. `path` of the public address; `edit` as in `startNginx`. */
async function behindNginx(t: TestContext, { path = '', edit = (text: string) => text } = {}) {
  const port = await freePort();
  const origin = `https://localhost:${port}`;
  const app = await testApp(t, {
    environment: { BONYAN_PUBLIC_URL: `${origin}${path}`, BONYAN_TRUSTED_PROXIES: '127.0.0.1' },
  });
  await app.http.listen({ port: 0, host: '127.0.0.1' });
  const upstream = (app.http.server.address() as { port: number }).port;
  await startNginx(t, { port, upstream, edit });
  return { app, origin, port, upstream, ...openHttp2(t, origin) };
}

const asUser = (token: string, more: Record<string, string> = {}) => ({ authorization: `Bearer ${token}`, ...more });

test('behind gzip, the weakened tag of a version is taken by every change that names one', options, async (t) => {
  const edit = (text: string) => text.replace('gzip_min_length 1k', 'gzip_min_length 1');
  const { app, ask } = await behindNginx(t, { edit });
  const { tokens } = await member(app);
  const me = asUser(tokens.accessToken);
  const { body: todo } = await ask('POST', '/api/v1/todos', me, { description: 'Buy bread' });
  const path = `/api/v1/todos/${todo.id}`;

  const first = await ask('GET', path, me);
  const tag = String(first.headers['etag']);
  const known = await ask('GET', path, { ...me, 'if-none-match': tag });
  const edited = await ask('PATCH', path, { ...me, 'if-match': tag }, { priority: 'high' });
  const stale = await ask('PATCH', path, { ...me, 'if-match': tag }, { priority: 'low' });
  const current = String((await ask('GET', path, me)).headers['etag']);
  const completed = await ask('PUT', `${path}/complete`, { ...me, 'if-match': current });
  const late = await ask('DELETE', path, { ...me, 'if-match': current });
  const deleted = await ask('DELETE', path, { ...me, 'if-match': String(completed.headers['etag']) });

  assert.equal(first.headers['content-encoding'], 'gzip');
  assert.match(`${tag} ${current}`, /^W\/"1-[\w-]+" W\/"2-[\w-]+"$/);
  assert.deepEqual(
    [known.status, edited.status, stale.status, stale.body.code],
    [304, 200, 412, 'http.precondition_failed'],
  );
  assert.deepEqual([completed.status, late.status, deleted.status], [200, 412, 204]);
});

test(
  'the address of a client is the one that the trusted proxy names, and no claim of the client',
  options,
  async (t) => {
    const { app, origin, upstream } = await behindNginx(t);
    const sara = await member(app);
    const forged = { 'x-forwarded-for': '203.0.113.9' };
    const credentials = { email: sara.email, password: 'correct horse battery' };

    const proxied = openHttp2(t, origin, '127.0.0.2');
    const { body: tokens } = await proxied.ask('POST', '/api/v1/users/login', forged, credentials);
    const direct = request({
      host: '127.0.0.1',
      port: upstream,
      localAddress: '127.0.0.3',
      method: 'POST',
      path: '/api/v1/users/login',
      headers: { ...forged, 'content-type': 'application/json' },
    });
    direct.end(JSON.stringify(credentials));
    const [answer] = await once(direct, 'response');
    answer.resume();
    await once(answer, 'end');
    const { items } = (await app.withToken(tokens.accessToken).get('/users/sessions')).body;

    const addresses = items.map(({ ip }: { ip: string }) => ip);
    assert.ok(addresses.includes('127.0.0.2') && addresses.includes('127.0.0.3'), addresses.join());
    assert.ok(!addresses.includes('203.0.113.9'));
  },
);

test('a stream passes nginx event by event, and ends within a second after its session', options, async (t) => {
  const { app, send } = await behindNginx(t);
  const sara = await member(app);
  const stream = send('GET', '/api/v1/notifications/inbox/stream', asUser(sara.tokens.accessToken));

  let begun = '';
  while (!begun.includes('event: unread')) begun += String((await once(stream, 'data'))[0]); // a buffer would keep it
  const { body: other } = await login(app, sara.email);
  await app.withToken(other.accessToken).post('/users/sessions/revoke-all-except-current');
  const revokedMs = performance.now();
  stream.resume();
  await once(stream, 'end');
  const tookMs = performance.now() - revokedMs;

  assert.ok(tookMs < 1500, `${tookMs} ms`); // a second, and what the machine is late
});

test('what is too large is refused by our problems, and what is large passes unchanged', options, async (t) => {
  const { app, origin, ask } = await behindNginx(t);
  const { tokens } = await member(app);
  const me = asUser(tokens.accessToken);
  const spaces = (bytes: number) => Buffer.from(`{"description":"x"}${' '.repeat(bytes)}`);

  const large = await ask('POST', '/api/v1/todos', me, spaces(60_000));
  const tooLarge = await post(`${origin}/api/v1/todos`, me, spaces(11 * 1024 * 1024));
  const headers = await ask('GET', '/api/v1/todos', { ...me, 'x-much': 'x'.repeat(40_000) });
  const document = await ask('GET', '/openapi.json');
  const unproxied = await app.http.inject('/openapi.json');

  assert.equal(large.status, 201);
  assert.deepEqual([tooLarge.status, tooLarge.body.code], [413, 'http.too_large']);
  assert.deepEqual([headers.status, headers.body?.code], [431, 'http.headers_too_large']);
  assert.equal(document.headers['content-encoding'], 'gzip');
  assert.ok(document.bytes.equals(unproxied.rawPayload));
});

/** By HTTP/1.1: the HTTP/2 client of Node drops an answer that comes before the body has been sent. */
async function post(url: string, headers: Record<string, string>, body: Buffer) {
  const type = { 'content-type': 'application/json', 'content-length': body.length };
  const sent = requestTls(url, { method: 'POST', rejectUnauthorized: false, headers: { ...headers, ...type } });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, body: (await json(answer)) as { code: string } };
}

test(
  'below a path, nginx may pass the path on or remove it, and every address leads back through it',
  options,
  async (t) => {
    const ways = {
      'passed on': 'location /bonyan/ {\n    proxy_pass http://bonyan;',
      removed: 'location /bonyan/ {\n    proxy_pass http://bonyan/;',
    };

    for (const [way, location] of Object.entries(ways)) {
      const edit = (text: string) => text.replace(/location \/ \{\s*proxy_pass http:\/\/bonyan;/, location);
      const { app, origin, ask } = await behindNginx(t, { path: '/bonyan', edit });
      const { tokens } = await member(app);

      const made = await ask('POST', '/bonyan/api/v1/todos', asUser(tokens.accessToken), { description: 'x' });
      const found = await ask('GET', String(made.headers['location']), asUser(tokens.accessToken));
      const missing = await ask('GET', '/bonyan/api/v1/todos/x', asUser(tokens.accessToken));
      const explained = await ask('GET', String(missing.body.type));
      const { jwks_uri: keys } = (await ask('GET', '/bonyan/.well-known/openid-configuration')).body;
      const published = await ask('GET', new URL(keys).pathname);
      const outside = await ask('GET', '/api/v1/todos');

      assert.deepEqual([made.status, found.status, found.body?.id], [201, 200, made.body.id], way);
      assert.deepEqual([missing.status, explained.status, explained.body?.status], [400, 200, 400], way);
      assert.deepEqual([new URL(keys).origin, published.status, outside.status], [origin, 200, 404], way);
    }
  },
);
