import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { login, PASSWORD } from '#testing/accounts.ts';

const HTTPS = { BONYAN_PUBLIC_URL: 'https://bonyan.example', BONYAN_CORS_ORIGINS: 'https://app.bonyan.example' };
const SAME_SITE = { 'x-requested-with': 'console' };
const AS_COOKIE = { 'x-refresh-cookie': 'true' };

/** Without mails: with a public address the captured mailbox cannot be read. */
async function person(app: TestApp): Promise<string> {
  const email = app.randomEmail();
  await app.users.createAdministrator(
    { email, password: PASSWORD, firstName: 'Sara', lastName: 'Amini' },
    { onlyFirst: false },
  );
  return email;
}

/** Signs in as a browser does; answers its cookies as lines, and as the header that it sends from then on. */
async function signIn(app: TestApp, email: string, headers: Record<string, string> = {}) {
  const answer = await app.anonymous.post('/users/login', { email, password: PASSWORD }, { ...AS_COOKIE, ...headers });
  const lines = [answer.headers['set-cookie'] ?? []].flat() as string[];
  return { ...answer, lines, cookie: lines.map((line) => line.split(';')[0]).join('; ') };
}

function refresh(app: TestApp, cookie: string, headers: Record<string, string> = {}) {
  return app.anonymous.post('/users/refresh', undefined, { cookie, ...SAME_SITE, ...headers });
}

test('with a path in the public address the cookies are sent below it only, and work', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_PUBLIC_URL: 'https://bonyan.example/app' } });
  const email = await person(app);

  const { lines, cookie } = await signIn(app, email, { origin: 'https://bonyan.example' });
  const refreshed = await refresh(app, cookie, { origin: 'https://bonyan.example' });
  const foreign = await refresh(app, cookie, { origin: 'https://other.example' });

  assert.equal(lines.length, 2);
  for (const line of lines)
    assert.match(line, /^__Secure-bonyan_\w+=.*; Path=\/app; HttpOnly; Secure; SameSite=Strict/);
  assert.deepEqual([refreshed.status, foreign.body.code], [200, 'users.origin_refused']);
});

test('over TLS the cookies belong to this host alone: __Host-, Secure and the whole path', async (t) => {
  const app = await testApp(t, { environment: HTTPS });
  const email = await person(app);

  const { lines } = await signIn(app, email);

  assert.deepEqual(
    lines.map((line) => line.split('=')[0]),
    ['__Host-bonyan_refresh', '__Host-bonyan_device'],
  );
  for (const line of lines) assert.match(line, /; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
});

test('over plain HTTP, as in development, the cookies have no prefix and are not Secure, and they work', async (t) => {
  const app = await testApp(t);
  const email = await person(app);

  const { lines, cookie } = await signIn(app, email);
  const renewed = await refresh(app, cookie);

  assert.deepEqual(
    lines.map((line) => line.split('=')[0]),
    ['bonyan_refresh', 'bonyan_device'],
  );
  for (const line of lines) assert.match(line, /; Path=\/; HttpOnly; SameSite=Strict$/);
  assert.equal(renewed.status, 200);
});

const origins = [
  { origin: 'https://bonyan.example', isAllowed: true },
  { origin: 'https://app.bonyan.example', isAllowed: true },
  { origin: 'https://other.bonyan.example', isAllowed: false },
  { origin: 'http://bonyan.example', isAllowed: false },
  { origin: 'https://bonyan.example:8443', isAllowed: false },
  { origin: 'https://bonyan.example.evil.example', isAllowed: false },
  { origin: 'null', isAllowed: false },
  { origin: '', isAllowed: false },
];

test('a request with a cookie is accepted from the own origin and from allowed ones, and refused from any other', async (t) => {
  const app = await testApp(t, { environment: HTTPS });
  const email = await person(app);
  const { cookie } = await signIn(app, email);
  const [refreshCookie = '', deviceCookie = ''] = cookie.split('; ');
  const credentials = { email, password: PASSWORD };

  for (const { origin, isAllowed } of origins) {
    const headers = { origin, host: 'bonyan.example' };
    const { anonymous } = app;
    const answers = {
      'sign-in with a device': await anonymous.post('/users/login', credentials, { ...headers, cookie: deviceCookie }),
      'sign-in for cookies': await anonymous.post('/users/login', credentials, { ...headers, ...AS_COOKIE }),
      'exchange of a code': await anonymous.post(
        '/users/oauth/exchange',
        { code: 'x' },
        { ...headers, cookie: '__Host-bonyan_browser=x' },
      ),
      'sign-out without a session': await anonymous.post(
        '/users/revoke',
        { refreshToken: 'x' },
        { ...headers, cookie: refreshCookie },
      ),
    };
    for (const [name, { status, body }] of Object.entries(answers))
      assert.equal(body?.code === 'users.origin_refused', !isAllowed, `${name} from ${origin}: ${status}`);
  }

  const refused = await refresh(app, cookie, { origin: 'https://other.bonyan.example' });
  const own = await refresh(app, cookie, { origin: 'https://bonyan.example' });
  assert.deepEqual([refused.status, own.status], [403, 200]); // the refused one has not used the token up
});

test('a page of any origin may send tokens in the body: what a page must know, no browser sends by itself', async (t) => {
  const app = await testApp(t, { environment: HTTPS });
  const { accessToken, refreshToken } = (await login(app, await person(app))).body;
  const headers = { origin: 'https://other.example' };

  const { status } = await app.anonymous.post('/users/refresh', { refreshToken }, headers);
  const me = await app.withToken(accessToken).get('/users/me', headers);

  assert.deepEqual([status, me.status], [200, 200]);
});

test('over plain HTTP a page of this server counts as own under every name, and in production another port does not', async (t) => {
  const production = { BONYAN_MODE: 'production', SMTP_URL: 'smtp://127.0.0.1:1' };
  const app = await testApp(t, { environment: { ...production, BONYAN_PUBLIC_URL: 'http://localhost:8080' } });
  const email = await person(app);
  const { cookie } = await signIn(app, email);
  const host = '127.0.0.1:8080';

  const other = await refresh(app, cookie, { host, origin: 'http://127.0.0.1:5173' });
  const byName = await refresh(app, cookie, { host, origin: 'http://localhost:8080' });
  const byAddress = await refresh(app, cookie, { host, origin: 'http://127.0.0.1:8080' });

  assert.deepEqual([other.status, byName.status, byAddress.status], [403, 200, 200]);
});

test('a * among the allowed origins allows no page to use cookies', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_CORS_ORIGINS: '*' } });
  const email = await person(app);
  const { cookie } = await signIn(app, email);

  const { body } = await refresh(app, cookie, { origin: 'http://app.example' });

  assert.equal(body.code, 'users.origin_refused');
});
