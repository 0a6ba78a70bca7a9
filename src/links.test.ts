/** A public address with a path, over all places that name an address of ours. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { OWN_SEGMENTS } from '#kernel/links.ts';
import { authorizationPermissions } from '#modules/authorization/contract.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { mistakes } from '#testing/config.ts';
import { member, PASSWORD } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { loadConfig } from '#platform/config/load.ts';

const PREFIX = '/bonyan/app';
const BASE = `http://localhost:8080${PREFIX}`; // the captured mailbox opens only there
const environment = {
  BONYAN_PUBLIC_URL: BASE,
  BONYAN_OAUTH_GITHUB_CLIENT_ID: 'id',
  BONYAN_OAUTH_GITHUB_CLIENT_SECRET: 'secret',
};

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

/** The answer to bytes that are not HTTP. */
async function askGarbage({ http }: TestApp) {
  await http.listen({ port: 0, host: '127.0.0.1' });
  const { port } = http.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  socket.end('garbage\r\n\r\n');
  return JSON.parse((await text(socket)).split('\r\n\r\n')[1] ?? '');
}

/** Addresses that a page names, as a browser at `url` resolves them. */
function namedIn(html: string, url: string): string[] {
  return [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, named]) => new URL(named ?? '', url).href);
}

test('every address that an answer, a mail or a page names has the path of the public address', async (t) => {
  const app = await testApp(t, { environment, directEntries: 0 });
  const sara = await member(app);
  const admin = app.signIn(...Object.values(authorizationPermissions), ...Object.values(auditPermissions));
  const login = await app.anonymous.post(
    '/users/login',
    { email: sara.email, password: PASSWORD },
    { 'x-refresh-cookie': 'true', origin: 'http://localhost:8080' },
  );
  const todo = await sara.post('/todos', { description: 'x' });
  const role = await admin.post('/authorization/roles', { name: 'auditor', permissions: [] });
  const run = await admin.get('/audit/integrity');
  const missing = await sara.get('/todos/01900000-0000-7000-8000-000000000000?x=secret');
  const start = await app.anonymous.get('/users/oauth/github/start');
  const { items } = (await app.anonymous.get('/users/oauth/providers')).body;
  const [mail] = await app.mailbox(sara.email);
  const metadata = (await app.http.inject('/.well-known/openid-configuration')).json();
  const root = await app.http.inject('/');
  const document = (await app.http.inject('/openapi.json')).json();
  const page = await app.http.inject('/console/verify');
  const { endpoint, decline } = JSON.parse(/id="page">(.*?)<\/script>/.exec(page.body)?.[1] ?? '');

  const places = {
    'Location of the same path': [role.headers['location'], `${PREFIX}/api/v1/authorization/roles/${role.body.id}`],
    Location: [todo.headers['location'], `${PREFIX}/api/v1/todos/${todo.body.id}`],
    'Location of work': [run.headers['location'], `${PREFIX}/api/v1/audit/integrity/runs/${run.body.id}`],
    redirect: [root.headers.location, `${PREFIX}/docs/api`],
    'type of a problem': [missing.body.type, `${PREFIX}/problems/todos.not_found`],
    'instance of a problem': [missing.body.instance, `${PREFIX}/api/v1/todos/01900000-0000-7000-8000-000000000000`],
    'type of a problem without a request': [(await askGarbage(app)).type, `${PREFIX}/problems/http.malformed`],
    'link in a mail': [/https?:[^\s#]+/.exec(mail.text)?.[0], `${BASE}/console/verify`],
    'form of a page': [endpoint, `${PREFIX}/api/v1/users/verify-email/link`],
    'second form of a page': [decline, `${PREFIX}/api/v1/users/verify-email/decline`],
    'start at a provider': [items[0].startUrl, `${BASE}/api/v1/users/oauth/github/start`],
    'return from a provider': [
      new URL(String(start.headers['location'])).searchParams.get('redirect_uri'),
      `${BASE}/api/v1/users/oauth/callback`,
    ],
    issuer: [metadata.issuer, BASE],
    'issuer of tokens': [claimsOf(sara.tokens.accessToken).iss, BASE],
    'audience of tokens': [claimsOf(sara.tokens.accessToken).aud, BASE],
    keys: [metadata.jwks_uri, `${BASE}/.well-known/jwks.json`],
    servers: [document.servers, [{ url: BASE }]],
  };
  const cookies = [login.headers['set-cookie'], start.headers['set-cookie']].flat();

  for (const [place, [found, expected]] of Object.entries(places)) assert.deepEqual(found, expected, place);
  for (const cookie of cookies) assert.match(String(cookie), /^bonyan_\w+=.*; Path=\/bonyan\/app;/);
  assert.equal(cookies.length, 3);
});

test('the API reference loads everything below the path of the public address', async (t) => {
  const app = await testApp(t, { environment });
  let url = `${BASE}/docs/api`;

  let answer = await app.http.inject(new URL(url).pathname);
  for (; answer.statusCode === 302; answer = await app.http.inject(new URL(url).pathname))
    url = new URL(String(answer.headers.location), url).href;
  const named = namedIn(answer.body, url);

  assert.equal(answer.statusCode, 200);
  assert.ok(named.length > 2, answer.body);
  for (const each of named) {
    assert.ok(each.startsWith(`${BASE}/`), each);
    assert.equal((await app.http.inject(new URL(each).pathname)).statusCode, 200, each);
  }
});

test('a proxy may pass the path on or remove it', async (t) => {
  const app = await testApp(t, { environment });
  const ask = async (url: string) => (await app.http.inject({ url, headers: { host: 'example.com' } })).statusCode;

  const [passed, removed, absolute] = [
    await ask(`${PREFIX}/health/live?x=1`),
    await ask('/health/live'),
    await ask(`${BASE}/health/live`),
  ];
  const others = [await ask(`${PREFIX}other/health/live`), await ask('/health/live/bonyan/app')];
  const itself = [await ask(PREFIX), await ask(`${PREFIX}/`)];

  assert.deepEqual([passed, removed, absolute], [200, 200, 200]);
  assert.deepEqual(others, [404, 404]);
  assert.deepEqual(itself, [302, 302]);
});

test('a public address has one spelling, and no path that begins as our own do', async (t) => {
  const app = await testApp(t);
  const { paths } = app.openApi() as { paths: object };
  const served = new Set(Object.keys(paths).map((path) => path.split('/')[1] ?? ''));
  const spelt = (url: string) => loadConfig({ BONYAN_PUBLIC_URL: url }).publicUrl;

  assert.equal(spelt('https://Example.COM:443/Bonyan//'), 'https://example.com/Bonyan');
  assert.equal(spelt('http://localhost:8080/'), 'http://localhost:8080');
  assert.deepEqual(
    [...served].filter((segment) => !OWN_SEGMENTS.includes(segment)),
    [],
  );
  for (const path of ['api', 'docs/bonyan', 'a?b', 'a#b', 'a b', 'نرم', 'a//b', '.well-known'])
    assert.equal(mistakes({ BONYAN_PUBLIC_URL: `https://example.com/${path}` }).length, 1, path);
  assert.equal(mistakes({ BONYAN_PUBLIC_URL: 'https://user:secret@example.com' }).length, 1);
});
