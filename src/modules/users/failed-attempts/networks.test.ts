import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { testApp, type TestApp } from '#testing/app.ts';
import { codeFor, member, MINUTE_MS, PASSWORD, runJob, subjects, wrongCode } from '#testing/accounts.ts';
import { appWithProvider, newBrowser } from '#testing/external-sign-in.ts';

const NEW_PASSWORD = 'a wholly new password';
const BEHIND_PROXY = { BONYAN_TRUSTED_PROXIES: '127.0.0.1' };
const FEW = { ...BEHIND_PROXY, BONYAN_FAILURES_PER_NETWORK: '3' };
const ATTACKED = { 'x-forwarded-for': '203.0.113.9' };
const ELSEWHERE = { 'x-forwarded-for': '198.51.100.7' };

type Headers = Record<string, string>;

/** An app that counts the usual number of failures. */
function appWithDefault(t: TestContext) {
  return testApp(t, { environment: { ...BEHIND_PROXY, BONYAN_FAILURES_PER_NETWORK: '30' } });
}

function guess(app: TestApp, headers: Headers) {
  return app.anonymous.post('/users/verify-email', { email: app.randomEmail(), code: '123456' }, headers);
}

function signIn(app: TestApp, email: string, headers: Headers, more: object = {}) {
  return app.anonymous.post('/users/login', { email, password: PASSWORD, ...more }, headers);
}

/** A sign-in that waits for its second factor, and a code that is right now. */
async function secondStep(app: TestApp) {
  const sara = await member(app);
  const { body: begun } = await sara.post('/users/mfa/totp');
  const code = (ms = 0) =>
    new TOTP({ secret: Secret.fromBase32(begun.secret) }).generate({ timestamp: app.now().getTime() + ms });
  await sara.post('/users/mfa/totp/confirm', { code: code() });
  const { challengeToken } = (await signIn(app, sara.email, ELSEWHERE)).body;
  return { sara, challengeToken, code: code(30_000) };
}

/** Each way in which somebody who is not signed in can guess: `wrong` and `right` are answers to one and the same question. */
const guesses: Record<string, (app: TestApp) => Promise<{ path: string; wrong: object; right: object }>> = {
  'a password': async (app) => {
    const { email } = await member(app);
    return {
      path: '/users/login',
      wrong: { email, password: 'not the password' },
      right: { email, password: PASSWORD },
    };
  },
  'the code of a second factor': async (app) => {
    const { challengeToken, code } = await secondStep(app);
    return {
      path: '/users/login/mfa',
      wrong: { challengeToken, code: wrongCode(code) },
      right: { challengeToken, code },
    };
  },
  'the code of a verification': async (app) => {
    const email = app.randomEmail();
    await app.anonymous.post('/users/register', { email, password: PASSWORD, firstName: 'Sara', lastName: 'Amini' });
    const code = await codeFor(app, email);
    return { path: '/users/verify-email', wrong: { email, code: wrongCode(code) }, right: { email, code } };
  },
  'the code of a reset': async (app) => {
    const { email } = await member(app);
    await app.anonymous.post('/users/forgot-password', { email });
    const code = await codeFor(app, email);
    const reset = { email, newPassword: NEW_PASSWORD };
    return { path: '/users/reset-password', wrong: { ...reset, code: wrongCode(code) }, right: { ...reset, code } };
  },
  'the code of another provider': async (app) => {
    const { body } = await newBrowser(app).signIn();
    const { challengeToken } = body as { challengeToken: string };
    const [mail = ''] = await subjects(app, 'reza@example.com');
    const code = /\b\d{6}\b/.exec(mail)?.[0] ?? 'none';
    return {
      path: '/users/oauth/confirm-email',
      wrong: { challengeToken, code: wrongCode(code) },
      right: { challengeToken, code },
    };
  },
};

test('wrong guesses of every kind count for their network, which then gets 429 for right ones, and other networks do not', async (t) => {
  const { app } = await appWithProvider(t, { reza: { email: 'reza@example.com', email_verified: false } }, FEW);

  for (const [kind, prepare] of Object.entries(guesses)) {
    const { path, wrong, right } = await prepare(app);
    const first = await app.anonymous.post(path, wrong, ATTACKED);
    for (let count = 0; count < 2; count++) await guess(app, ATTACKED);
    const blocked = await app.anonymous.post(path, right, ATTACKED);
    const elsewhere = await app.anonymous.post(path, right, ELSEWHERE);
    app.pass(15 * MINUTE_MS); // the failures are no longer counted

    assert.ok([400, 401].includes(first.status), `${kind}: ${first.status}`);
    assert.deepEqual([blocked.status, blocked.body.code], [429, 'users.network_blocked'], kind);
    const { 'retry-after': seconds } = blocked.headers;
    assert.ok(Number(seconds) > 800 && Number(seconds) <= 900, `${kind}: ${String(seconds)}`);
    assert.ok(elsewhere.status < 300, `${kind}: ${elsewhere.status}`);
  }
});

test('thirty failures within any fifteen minutes block a network, also when they come at once, over all accounts', async (t) => {
  const app = await appWithDefault(t);

  const one = await guess(app, ATTACKED);
  app.pass(10 * MINUTE_MS);
  const answers = await Promise.all(Array.from({ length: 60 }, () => guess(app, ATTACKED)));
  app.pass(5 * MINUTE_MS); // the first failure is no longer counted
  const more = [(await guess(app, ATTACKED)).status, (await guess(app, ATTACKED)).status];

  const statuses = answers.map(({ status }) => status);
  assert.equal(one.status, 400);
  assert.deepEqual([statuses.filter((s) => s === 400).length, statuses.filter((s) => s === 429).length], [29, 31]);
  assert.deepEqual(more, [400, 429]);
});

test('in a blocked network a known device signs in and resets, and strangers and the devices of others do not', async (t) => {
  const app = await testApp(t, { environment: FEW });
  const [sara, reza] = [await member(app), await member(app)];
  for (let count = 0; count < 3; count++) await guess(app, ATTACKED);
  const { deviceToken } = sara.tokens;
  await app.anonymous.post('/users/forgot-password', { email: sara.email });
  const reset = { email: sara.email, code: await codeFor(app, sara.email), newPassword: NEW_PASSWORD };
  const ofSara = { ...ATTACKED, cookie: `bonyan_device=${deviceToken}` };
  const ofReza = { ...ATTACKED, cookie: `bonyan_device=${reza.tokens.deviceToken}` };

  const known = await signIn(app, sara.email, ATTACKED, { deviceToken });
  const byCookie = await signIn(app, sara.email, ofSara);
  const stranger = await signIn(app, sara.email, ATTACKED);
  const other = await signIn(app, sara.email, ATTACKED, { deviceToken: reza.tokens.deviceToken });
  const unknown = await signIn(app, app.randomEmail(), ATTACKED, { deviceToken });
  const otherReset = await app.anonymous.post('/users/reset-password', reset, ofReza);
  const knownReset = await app.anonymous.post('/users/reset-password', reset, ofSara);

  assert.deepEqual([known.status, byCookie.status, knownReset.status], [200, 200, 204]);
  assert.deepEqual([stranger.status, other.status, unknown.status, otherReset.status], [429, 429, 429, 429]);
});

test('a known device that fails blocks no network, and a sign-in that succeeds counts as no failure', async (t) => {
  const app = await testApp(t, { environment: FEW });
  const sara = await member(app);
  const { deviceToken } = sara.tokens;

  for (let count = 0; count < 4; count++)
    await signIn(app, sara.email, ATTACKED, { password: 'not the password', deviceToken });
  const statuses = [];
  for (let count = 0; count < 4; count++) statuses.push((await signIn(app, sara.email, ATTACKED)).status);

  assert.deepEqual(statuses, [200, 200, 200, 200]);
});

test('the addresses of one /64 are one network, and an IPv4 address is one in both its forms', async (t) => {
  const app = await testApp(t, { environment: FEW });
  const from = async (ip: string) => (await guess(app, { 'x-forwarded-for': ip })).status;

  const sameV6 = [];
  for (const ip of ['2001:db8::1', '2001:db8::2', '2001:db8:0:0:9::', '2001:db8::4']) sameV6.push(await from(ip));
  const otherV6 = await from('2001:db8:0:1::1');
  const sameV4 = [];
  for (const ip of ['192.0.2.1', '::ffff:192.0.2.1', '192.0.2.1', '::ffff:c000:201']) sameV4.push(await from(ip));
  const otherV4 = await from('192.0.2.2');

  assert.deepEqual([...sameV6, otherV6], [400, 400, 400, 429, 400]);
  assert.deepEqual([...sameV4, otherV4], [400, 400, 400, 429, 400]);
});

test('networks are stored as HMAC, and deleted when they no longer count', async (t) => {
  const app = await testApp(t, { environment: FEW });
  const stored = async () =>
    (
      await app.database.pool.query<{ mac: string }>(
        "select encode(network_mac, 'escape') as mac from users.network_failure",
      )
    ).rows;
  await guess(app, ATTACKED);
  const before = await stored();

  app.pass(15 * MINUTE_MS + 1000);
  await runJob(app, 'users.tidy');

  assert.ok(before.length === 1 && !before[0]?.mac.includes('203.0.113'));
  assert.deepEqual(await stored(), []);
});

test('with BONYAN_FAILURES_PER_NETWORK=0 no network is blocked', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_FAILURES_PER_NETWORK: '0' } });

  const answers = await Promise.all(Array.from({ length: 40 }, () => guess(app, {})));

  assert.ok(answers.every(({ status }) => status === 400));
});
