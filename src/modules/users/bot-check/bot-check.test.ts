import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { solveChallenge, type Challenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { PASSWORD } from '#testing/accounts.ts';
import { operationsOf } from '#testing/api/operations.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { startServer, type Reply } from '#testing/servers/message-providers.ts';
import { CHECKED } from './service.ts';

const MINUTE_MS = 60_000;
const BEHIND_PROXY = { BONYAN_TRUSTED_PROXIES: '127.0.0.1' };
const FEW = { ...BEHIND_PROXY, BONYAN_BOT_CHECK: 'altcha', BONYAN_BOT_CHECK_AFTER: '3' };
const ALWAYS = { ...FEW, BONYAN_BOT_CHECK_AFTER: '0' };

/** What a stranger sends, with what each of these routes answers without a check. */
const requests: Readonly<Record<string, object>> = {
  '/users/register': { password: PASSWORD, firstName: 'Sara', lastName: 'Amini' },
  '/users/verify-email': { code: '123456' },
  '/users/verify-phone': { code: '123456' },
  '/users/login/code': {},
  '/users/login/code/confirm': { code: '123456' },
  '/users/resend-verification-code': {},
  '/users/login': { password: PASSWORD },
  '/users/login/mfa': { challengeToken: 'bnc_none', code: '123456' },
  '/users/forgot-password': {},
  '/users/reset-password': { code: '123456', newPassword: 'a wholly new password' },
  '/users/oauth/confirm-email': { challengeToken: 'bnc_none', code: '123456' },
};
/** Needs a token that nobody can guess, or a session. */
const FREE = /refresh|revoke|link$|decline|accept-invitation|passkeys\/login|oauth\/exchange/;

/** Sends one of them from a network, about an address if it names one. */
function ask(app: TestApp, path: string, email: string, network: number, proof?: string) {
  const address = path.endsWith('phone') ? { phone: app.randomPhone() } : { email };
  const body = path.endsWith('mfa') || path.includes('oauth') ? requests[path] : { ...address, ...requests[path] };
  const headers = { 'x-forwarded-for': `198.51.100.${network}`, ...(proof !== undefined && { 'x-bot-proof': proof }) };
  return app.anonymous.post(path, body, headers);
}

/** As the widget does. */
async function solve(app: TestApp): Promise<string> {
  const { body } = await app.anonymous.get('/users/bot-check/challenge');
  const solution = await solveChallenge({ challenge: body as Challenge, deriveKey });
  return Buffer.from(JSON.stringify({ challenge: body, solution })).toString('base64');
}

const isAsked = ({ body }: { body: { code?: string } | null }) => body?.code === 'users.bot_check_required';

test('every public way to register, guess or have a code sent asks for a proof, and every other needs a token', async (t) => {
  const app = await testApp(t, { environment: ALWAYS });
  const all = operationsOf(app.openApi()).filter(({ method, path }) => method === 'POST' && path.includes('/users/'));

  for (const path of CHECKED) {
    const refused = await ask(app, path, app.randomEmail(), 1);
    const proved = await ask(app, path, app.randomEmail(), 1, await solve(app));
    assert.deepEqual([refused.status, refused.body.code], [403, 'users.bot_check_required'], path);
    assert.ok(!String(proved.body?.code).startsWith('users.bot_check'), `${path}: ${JSON.stringify(proved.body)}`);
  }

  assert.deepEqual(Object.keys(requests).toSorted(), [...CHECKED].toSorted());
  const open = all.filter(({ access }) => access === 'public').map(({ path }) => path.replace('/api/v1', ''));
  assert.deepEqual(
    open.filter((path) => !CHECKED.has(path) && !FREE.test(path)),
    [],
  );
});

test('many requests from one network, or for one address from many, are asked for a proof, and others are not', async (t) => {
  const app = await testApp(t, { environment: FEW });
  const login = (email: string, network: number) => ask(app, '/users/login', email, network);

  const first = [];
  for (let count = 0; count < 4; count++) first.push(await login(app.randomEmail(), 1));
  const elsewhere = await login(app.randomEmail(), 2);
  const [email, spelt] = [app.randomEmail(), []] as [string, Awaited<ReturnType<typeof login>>[]];
  for (let count = 0; count < 4; count++)
    spelt.push(await login(count % 2 === 0 ? email : ` ${email.toUpperCase()} `, 10 + count));

  assert.deepEqual(first.map(isAsked), [false, false, false, true]);
  assert.equal(isAsked(elsewhere), false);
  assert.deepEqual(spelt.map(isAsked), [false, false, false, true]);
});

test('a proof is good for one request, and none that is bad, changed, over or huge is', async (t) => {
  const app = await testApp(t, { environment: ALWAYS });
  const forgot = (proof: string) => ask(app, '/users/forgot-password', app.randomEmail(), 1, proof);
  const good = await solve(app);
  const [changed, old] = [JSON.parse(Buffer.from(await solve(app), 'base64').toString()), await solve(app)];
  changed.challenge.parameters.expiresAt += 1000;
  const { challenge, solution } = JSON.parse(Buffer.from(await solve(app), 'base64').toString());
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

  const answers = await Promise.all([forgot(good), forgot(good), forgot(good)]);
  const bad = [
    changed,
    { challenge, solution: { ...solution, derivedKey: '00'.repeat(32) } },
    { challenge: { parameters: { expiresAt: 9e9 }, signature: 'x' }, solution },
    null,
    [],
    { challenge: null },
  ].map(encode);
  const refused = await Promise.all([...bad, 'no base64 %', 'A'.repeat(9000), 'e30='].map(forgot));
  app.pass(10 * MINUTE_MS);
  refused.push(await forgot(old));

  assert.deepEqual(answers.filter(({ status }) => status === 202).length, 1);
  for (const [at, { status, body }] of refused.entries())
    assert.deepEqual([status, body.code], [403, 'users.bot_check_failed'], String(at));
});

test('without a check nothing is asked, and there is no challenge', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_BOT_CHECK_AFTER: '0' } });

  const { body } = await app.anonymous.get('/users/bot-check');
  const none = await app.anonymous.get('/users/bot-check/challenge');

  assert.deepEqual(body, { kind: 'none', siteKey: null, isAlways: true });
  assert.deepEqual([none.status, none.body.code], [404, 'users.bot_check_none']);
  assert.equal((await ask(app, '/users/forgot-password', app.randomEmail(), 1)).status, 202);
});

/** An app whose tokens another service checks, which answers so. */
async function withTurnstile(t: TestContext, reply: () => Reply) {
  const { url, heard } = await startServer(t, reply);
  const environment = {
    ...ALWAYS,
    BONYAN_BOT_CHECK: 'turnstile',
    BONYAN_TURNSTILE_SITE_KEY: 'site',
    BONYAN_TURNSTILE_SECRET: 'secret of the site',
    BONYAN_TURNSTILE_URL: `${url}/siteverify`,
  };
  return { app: await testApp(t, { environment }), heard };
}

test('a token of Turnstile is checked by its service with the secret and the address of the client, and is good once', async (t) => {
  const isGood = (text: string) => text.includes('response=good');
  const { app, heard } = await withTurnstile(t, () => ({
    status: 200,
    body: JSON.stringify({ success: isGood(String(heard.at(-1)?.body)) }),
  }));
  const forgot = (proof: string) => ask(app, '/users/forgot-password', app.randomEmail(), 9, proof);

  const { body } = await app.anonymous.get('/users/bot-check');
  const answers = [await forgot('good'), await forgot('good'), await forgot('bad'), await forgot('x'.repeat(3000))];

  assert.deepEqual(body, { kind: 'turnstile', siteKey: 'site', isAlways: true });
  assert.deepEqual(
    answers.map(({ status }) => status),
    [202, 403, 403, 403],
  );
  assert.equal(heard.length, 3);
  assert.equal(String(heard[0]?.body), 'secret=secret+of+the+site&response=good&remoteip=198.51.100.9');
});

test('while the service of Turnstile is away or answers nonsense, requests get 503 with the time to try again', async (t) => {
  for (const reply of [
    { status: 500 },
    { status: 200, body: '<html>' },
    { status: 200, body: 'null' },
    { status: 429 },
    { status: 200, body: '{"success":false,"error-codes":["invalid-input-secret"]}' },
  ]) {
    const { app } = await withTurnstile(t, () => reply);

    const { status, body, headers } = await ask(app, '/users/login', app.randomEmail(), 9, 'good');

    assert.deepEqual([status, body.code, headers['retry-after']], [503, 'users.bot_check_away', '10']);
  }
});
