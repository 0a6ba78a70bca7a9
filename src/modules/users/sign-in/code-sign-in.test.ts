import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  actionsOf,
  codeFor,
  eventsOf,
  idOf,
  linkFor,
  login,
  member,
  MINUTE_MS,
  PASSWORD,
  subjects,
  wrongCode,
} from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';

const IRAN = { BONYAN_PHONE_REGION: 'IR' };
const SIGN_UP = { ...IRAN, BONYAN_SIGN_UP_BY_CODE: 'on' };

function ask(app: TestApp, given: object, headers = {}) {
  return app.anonymous.post('/users/login/code', given, headers);
}

function finish(app: TestApp, given: object, code: string, headers = {}) {
  return app.anonymous.post('/users/login/code/confirm', { ...given, code }, headers);
}

/** The cookie that names a browser. */
function browserOf({ headers }: Awaited<ReturnType<typeof ask>>): { cookie: string } {
  return { cookie: String([headers['set-cookie']].flat()[0]).split(';')[0] ?? '' };
}

/** An account with both addresses. */
async function withBoth(app: TestApp) {
  const sara = await member(app);
  const phone = app.randomPhone();
  app.pass(2 * MINUTE_MS);
  await sara.post('/users/change-phone', { phone });
  await sara.post('/users/change-phone/confirm', { code: await codeFor(app, phone) });
  app.pass(2 * MINUTE_MS);
  return { ...sara, phone };
}

test('a code that is sent to either address signs in, once', async (t) => {
  const app = await testApp(t, { environment: IRAN });
  const sara = await withBoth(app);

  for (const [address, given] of Object.entries({
    [sara.email]: { email: sara.email },
    [sara.phone]: { phone: sara.phone },
  })) {
    const asked = await ask(app, given);
    const code = await codeFor(app, address);
    const [first, second] = [await finish(app, given, code), await finish(app, given, code)];

    assert.deepEqual([asked.status, first.status, first.body.user?.id], [202, 200, sara.id], address);
    assert.equal(second.body.code, 'users.code_invalid', address);
  }
});

test('the answer is the same for an address without an account, and nothing is sent there', async (t) => {
  const app = await testApp(t, { environment: IRAN });
  const { email } = await member(app);
  const [unknown, phone] = [app.randomEmail(), app.randomPhone()];

  const answers = [await ask(app, { email }), await ask(app, { email: unknown }), await ask(app, { phone })];
  await app.drain();
  const guesses = [await finish(app, { email }, '000000'), await finish(app, { email: unknown }, '000000')];

  assert.deepEqual(
    answers.map(({ status, body }) => [status, Object.keys(body)]),
    answers.map(() => [202, ['verificationRequired', 'expiresAtUtc', 'resendAfterSeconds']]),
  );
  assert.deepEqual([await subjects(app, unknown), await subjects(app, phone)], [[], []]);
  assert.deepEqual(
    guesses.map(({ status, body }) => [status, body.code]),
    guesses.map(() => [400, 'users.code_invalid']),
  );
});

test('a link signs in in the browser that asked; elsewhere it shows the code, and stays good', async (t) => {
  const app = await testApp(t);
  const { email, id } = await member(app);
  const browser = browserOf(await ask(app, { email }));
  const [code, token] = [await codeFor(app, email), await linkFor(app, email)];
  const open = (headers = {}) => app.anonymous.post('/users/login/link', { token }, headers);

  const elsewhere = await open();
  const foreign = await open(browserOf(await ask(app, { email: app.randomEmail() })));
  const own = await open(browser);
  const again = await open(browser);

  assert.deepEqual([elsewhere.status, elsewhere.body], [200, { openedElsewhere: true, code }]);
  assert.deepEqual(foreign.body, elsewhere.body);
  assert.deepEqual([own.status, own.body.user?.id], [200, id]);
  assert.deepEqual([again.status, again.body.code], [400, 'users.link_invalid']);
});

test('the code that a link shows elsewhere signs in where it was asked for', async (t) => {
  const app = await testApp(t);
  const { email } = await member(app);
  await ask(app, { email });
  const shown = await app.anonymous.post('/users/login/link', { token: await linkFor(app, email) });

  assert.equal((await finish(app, { email }, shown.body.code)).status, 200);
});

test('a link of another purpose does not sign in, and one to sign in sets no password', async (t) => {
  const app = await testApp(t);
  const { email } = await member(app);
  app.pass(2 * MINUTE_MS);
  await app.anonymous.post('/users/forgot-password', { email });
  const reset = await linkFor(app, email);
  app.pass(2 * MINUTE_MS);
  await ask(app, { email });
  const signIn = await linkFor(app, email);

  const answers = [
    await app.anonymous.post('/users/login/link', { token: reset }),
    await app.anonymous.post('/users/reset-password/link', { token: signIn, newPassword: 'another long password' }),
    await app.anonymous.post('/users/verify-email/link', { token: signIn, newPassword: 'another long password' }),
  ];

  assert.deepEqual(
    answers.map(({ body }) => body.code),
    answers.map(() => 'users.link_invalid'),
  );
});

test('after five wrong codes none is accepted, and the link still signs in', async (t) => {
  const app = await testApp(t);
  const { email } = await member(app);
  const browser = browserOf(await ask(app, { email }));
  const [code, token] = [await codeFor(app, email), await linkFor(app, email)];

  for (let guess = 0; guess < 5; guess++) await finish(app, { email }, wrongCode(code));
  const right = await finish(app, { email }, code);
  const link = await app.anonymous.post('/users/login/link', { token }, browser);

  assert.deepEqual([right.body.code, link.status], ['users.code_invalid', 200]);
});

test('somebody who asks again and again keeps strangers out, and no known device', async (t) => {
  const app = await testApp(t);
  const { email, tokens } = await member(app);
  for (let day = 0; day < 14; day++) {
    app.pass(2 * MINUTE_MS);
    await ask(app, { email });
    await app.drain();
  }
  const sent = await subjects(app, email);
  app.pass(2 * MINUTE_MS);
  await ask(app, { email, deviceToken: tokens.deviceToken });
  const after = await subjects(app, email);

  assert.ok(sent.filter((subject) => subject.includes('sign in')).length <= 10);
  assert.equal(after.length, sent.length + 1);
});

test('strangers who guess keep no known device out, and the guesses of a device block that device alone', async (t) => {
  const app = await testApp(t, { environment: IRAN });
  const { email, phone, tokens } = await withBoth(app);
  const { deviceToken } = tokens;
  for (const given of [{ email }, { phone }]) {
    const address = Object.values(given)[0] ?? '';
    await ask(app, given);
    const first = await codeFor(app, address);
    for (let guess = 0; guess < 5; guess++) await finish(app, given, wrongCode(first));
    assert.equal((await finish(app, given, first)).status, 400, 'blocked for strangers');

    app.pass(2 * MINUTE_MS);
    await ask(app, { ...given, deviceToken });
    const second = await codeFor(app, address);
    assert.notEqual(second, first);
    assert.equal((await finish(app, given, second)).status, 400, 'still blocked for strangers');
    assert.equal((await finish(app, { ...given, deviceToken }, second)).status, 200);

    app.pass(2 * MINUTE_MS);
    await ask(app, { ...given, deviceToken });
    const third = await codeFor(app, address);
    for (let guess = 0; guess < 5; guess++) await finish(app, { ...given, deviceToken }, wrongCode(third));
    assert.equal((await finish(app, { ...given, deviceToken }, third)).status, 400, 'blocked for the device');
    app.pass(20 * MINUTE_MS);
    await ask(app, given);
    assert.equal((await finish(app, given, await codeFor(app, address))).status, 200);
  }
});

test('the limit of a network holds for strangers, and for no known device behind it', async (t) => {
  const app = await testApp(t, { environment: { ...IRAN, BONYAN_SMS_PER_NETWORK: '3' } });
  const { phone, tokens } = await withBoth(app);
  for (let asked = 0; asked < 3; asked++) await ask(app, { phone: app.randomPhone() });
  app.pass(2 * MINUTE_MS);

  assert.equal((await ask(app, { phone })).status, 429);
  assert.equal((await ask(app, { phone, deviceToken: tokens.deviceToken })).status, 202);
  assert.equal((await ask(app, { phone: app.randomPhone(), deviceToken: tokens.deviceToken })).status, 429);
});

test('a second factor is asked for behind the code, and a disabled account is refused', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const { secret } = (await sara.post('/users/mfa/totp')).body;
  const { Secret, TOTP } = await import('otpauth');
  const totp = new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: app.now().getTime() });
  await sara.post('/users/mfa/totp/confirm', { code: totp });
  app.pass(2 * MINUTE_MS);

  await ask(app, { email: sara.email });
  const { status, body } = await finish(app, { email: sara.email }, await codeFor(app, sara.email));

  assert.deepEqual([status, body.mfaRequired, body.accessToken], [200, true, undefined]);
});

test('who is disabled after the code was sent is refused with the right code alone', async (t) => {
  const app = await testApp(t);
  const { email, id } = await member(app);
  await ask(app, { email });
  const code = await codeFor(app, email);
  await app.database.pool.query(`update users.user set status = 'disabled' where id = $1`, [id]);

  const [wrong, right] = [await finish(app, { email }, wrongCode(code)), await finish(app, { email }, code)];

  assert.deepEqual([wrong.body.code, right.body.code], ['users.code_invalid', 'users.disabled']);
});

test('a new person gets an account by a code where the installation wants it, by either address', async (t) => {
  const app = await testApp(t, { environment: SIGN_UP });
  for (const given of [{ email: app.randomEmail() }, { phone: app.randomPhone() }]) {
    const [address = ''] = Object.values(given);
    await ask(app, given);
    const { status, body } = await finish(app, given, await codeFor(app, address));

    assert.equal(status, 200, address);
    assert.deepEqual([body.user.roles, body.user.firstName], [['user'], '']);
    assert.equal(await idOf(app, address), body.user.id);
    assert.ok((await actionsOf(app, body.user.id)).includes('users.registered'));
    assert.ok((await eventsOf(app, body.user.id)).some((type) => type.endsWith('_verified.v1')));
  }
});

for (const environment of [IRAN, SIGN_UP])
  test(`a stranger's password ends when the owner of the address signs in by code (${Object.keys(environment).join()})`, async (t) => {
    const app = await testApp(t, { environment });
    const email = app.randomEmail();
    await app.anonymous.post('/users/register', { email, firstName: 'Reza', lastName: 'Kamali', password: PASSWORD });
    await app.drain();
    app.pass(2 * MINUTE_MS);

    await ask(app, { email });
    const code = await codeFor(app, email);
    const { status } = await finish(app, { email }, code);
    const stranger = await login(app, email);

    // Without accounts by code the mail is the one that confirms the address.
    assert.equal(status, 'BONYAN_SIGN_UP_BY_CODE' in environment ? 200 : 400);
    assert.equal(stranger.body.code, 'users.credentials_invalid');
  });

test('of two right codes at once one signs in', async (t) => {
  const app = await testApp(t);
  const { email } = await member(app);
  await ask(app, { email });
  const code = await codeFor(app, email);

  const answers = await Promise.all([1, 2, 3].map(() => finish(app, { email }, code)));

  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
});
