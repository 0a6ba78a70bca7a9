import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test, type TestContext } from 'node:test';
import { listeningApp, noBrowser, openBrowser } from '#testing/browser.ts';
import { listenHttp } from '#testing/servers/listen.ts';
import { startOidc } from '#testing/servers/oidc-provider.ts';
import { PASSWORD } from '#testing/accounts.ts';

const options = { skip: noBrowser };
const PRODUCTION = { BONYAN_MODE: 'production', SMTP_URL: 'smtp://127.0.0.1:1' };
const EMAIL = 'sara@example.com';
const AS_COOKIE = { 'x-refresh-cookie': 'true' };

interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** The origin of a blank page on its own port: of the same site as the API (localhost), or of another one. */
async function servePage(t: TestContext, host: 'localhost' | '127.0.0.1'): Promise<string> {
  const server = createServer((_, response) => void response.setHeader('content-type', 'text/html').end('<title>x'));
  return (await listenHttp(t, server)).replace('localhost', host);
}

/** An app with one administrator and an OpenID provider that signs her in; and a browser. */
async function setUp(t: TestContext, environment: Record<string, string>) {
  const people = { sara: { email: EMAIL, email_verified: true, given_name: 'Sara', family_name: 'Amini' } };
  const app = await listeningApp(t, async (origin) => {
    const oidc = await startOidc(t, `${origin}/api/v1/users/oauth/callback`, people);
    return { ...oidc.environment('ACME'), ...environment };
  });
  const names = { firstName: 'Sara', lastName: 'Amini' };
  await app.users.createAdministrator({ email: EMAIL, password: PASSWORD, ...names }, { onlyFirst: false });
  const { page } = await openBrowser(t, app.origin);

  /** `fetch` of the page, with cookies. Rejects with "Failed to fetch" where the browser refuses. */
  async function call(path: string, { method = 'GET', headers = {}, body }: Call = {}) {
    const answer = await page.evaluate(fetchInPage, `${app.origin}/api/v1${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { ...answer, body: answer.text.startsWith('{') ? JSON.parse(answer.text) : null };
  }

  return { app, page, call };
}

/** Runs in the page. Of a stream it reads until the first event. */
async function fetchInPage(url: string, init: { method: string; headers: Record<string, string>; body?: string }) {
  const answer = await fetch(url, { ...init, credentials: 'include' });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    text += part.value;
    if (text.includes('\ndata:')) break;
  }
  await reader?.cancel();
  return { status: answer.status, headers: Object.fromEntries(answer.headers), text };
}

test(
  'a page on another port signs in, refreshes by cookie, changes, deletes, uploads and streams',
  options,
  async (t) => {
    const origin = await servePage(t, 'localhost');
    const { page, call } = await setUp(t, { ...PRODUCTION, BONYAN_CORS_ORIGINS: origin });
    await page.goto(origin);

    const credentials = { email: EMAIL, password: PASSWORD };
    const signedIn = await call('/users/login', { method: 'POST', headers: AS_COOKIE, body: credentials });
    const unasked = await call('/users/refresh', { method: 'POST' });
    const refreshed = await call('/users/refresh', { method: 'POST', headers: { 'x-requested-with': 'page' } });
    const headers = { authorization: `Bearer ${refreshed.body.accessToken}` };
    const repeatable = { ...headers, 'idempotency-key': 'one' };
    const create = { method: 'POST', headers: repeatable, body: { description: 'نان' } };
    const made = await call('/todos', create);
    const again = await call('/todos', create);
    const path = `/todos/${made.body.id}`;
    const read = await call(path, { headers });
    const change = (tag: string) =>
      call(path, { method: 'PATCH', headers: { ...headers, 'if-match': tag }, body: { description: 'نان و پنیر' } });
    const changed = await change(read.headers['etag'] ?? '');
    const stale = await change(read.headers['etag'] ?? '');
    const deleted = await call(path, { method: 'DELETE', headers });
    const gone = await call(path, { headers });
    const large = { channel: 'inApp', recipient: signedIn.body.user.id, subject: 'x', body: 'پ'.repeat(262_144) };
    const uploaded = await call('/notifications', { method: 'POST', headers, body: large });
    const streamed = await call('/notifications/inbox/stream', { headers: { ...headers, 'last-event-id': '0' } });
    const anonymous = await call('/todos');

    assert.deepEqual([signedIn.status, signedIn.body.refreshToken], [200, undefined]);
    assert.deepEqual([unasked.status, unasked.body.code], [403, 'users.csrf_header_missing']);
    assert.equal(refreshed.status, 200);
    assert.equal(made.headers['location'], `/api/v1${path}`);
    assert.deepEqual([again.body.id, again.headers['idempotency-replayed']], [made.body.id, 'true']);
    assert.deepEqual([changed.status, stale.status, stale.body.code], [200, 412, 'http.precondition_failed']);
    assert.deepEqual([deleted.status, gone.status], [204, 404]);
    assert.equal(uploaded.status, 201);
    assert.match(streamed.text, /id: 1\nevent: message\ndata:/);
    assert.deepEqual([anonymous.status, anonymous.headers['www-authenticate']?.split(' ')[0]], [401, 'Bearer']);
  },
);

test('a page of an origin that is not configured can call nothing', options, async (t) => {
  const [configured, origin] = [await servePage(t, 'localhost'), await servePage(t, 'localhost')];
  const { page, call } = await setUp(t, { ...PRODUCTION, BONYAN_CORS_ORIGINS: configured });
  await page.goto(origin);

  await assert.rejects(call('/setup'), /Failed to fetch/);
  await assert.rejects(call('/todos', { headers: { authorization: 'Bearer x' } }), /Failed to fetch/);
  await assert.rejects(call('/todos/x', { method: 'DELETE' }), /Failed to fetch/);
});

test('a page on another port signs in with another provider and back: by cookie', options, async (t) => {
  const origin = await servePage(t, 'localhost');
  const { app, page, call } = await setUp(t, { ...PRODUCTION, BONYAN_RETURN_ORIGINS: origin });
  await page.goto(origin);
  const { body: providers } = await call('/users/oauth/providers');

  await page.goto(`${providers.items[0].startUrl}?returnUrl=${encodeURIComponent(`${origin}/in`)}`);
  const back = new URL(page.url());
  const body = { code: back.searchParams.get('code') };
  const exchanged = await call('/users/oauth/exchange', { method: 'POST', headers: AS_COOKIE, body });
  const refreshed = await call('/users/refresh', { method: 'POST', headers: { 'x-requested-with': 'page' } });

  assert.equal(providers.items[0].startUrl, `${app.origin}/api/v1/users/oauth/acme/start`);
  assert.equal(back.href.split('?')[0], `${origin}/in`);
  assert.deepEqual([exchanged.status, exchanged.body.user?.email], [200, EMAIL]);
  assert.equal(refreshed.status, 200);
});

test(
  'a page of another site, which can send no cookie, signs in with another provider and back: by PKCE',
  options,
  async (t) => {
    const origin = await servePage(t, '127.0.0.1'); // in development it needs no setting
    const { app, page, call } = await setUp(t, {});
    await page.goto(origin);

    const codeChallenge = await page.evaluate(startInPage);
    const begin = async (challenge: Record<string, string>) => {
      const start = new URLSearchParams({ returnUrl: `${origin}/in`, ...challenge }).toString();
      await page.goto(`${app.origin}/api/v1/users/oauth/acme/start?${start}`);
      return new URL(page.url()).searchParams.get('code');
    };
    const bare = await begin({});
    const byCookie = await call('/users/oauth/exchange', { method: 'POST', headers: AS_COOKIE, body: { code: bare } });
    const code = await begin({ codeChallenge });
    const codeVerifier = await page.evaluate('sessionStorage.getItem("verifier")');
    const exchanged = await call('/users/oauth/exchange', { method: 'POST', body: { code, codeVerifier } });
    const { accessToken, refreshToken } = exchanged.body;
    const me = await call('/users/me', { headers: { authorization: `Bearer ${accessToken}` } });
    const refreshed = await call('/users/refresh', { method: 'POST', body: { refreshToken } });

    assert.deepEqual([byCookie.status, byCookie.body.code], [401, 'users.challenge_invalid']);
    assert.deepEqual([exchanged.status, me.body.email, refreshed.status], [200, EMAIL, 200]);
  },
);

/** Runs in the page, as docs/sign-in.md describes: keeps a new verifier and answers its challenge. */
async function startInPage(): Promise<string> {
  const encode = (bytes: Uint8Array) =>
    btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  const verifier = encode(crypto.getRandomValues(new Uint8Array(32)));
  const storage = globalThis as unknown as { sessionStorage: { setItem(key: string, value: string): void } };
  storage.sessionStorage.setItem('verifier', verifier);
  return encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}
