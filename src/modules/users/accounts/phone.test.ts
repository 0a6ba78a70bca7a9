import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeFor, idOf, linkFor, login, member, MINUTE_MS, PASSWORD, subjects, wrongCode } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { administrator } from '#testing/authorization.ts';
import { todoPermissions } from '#modules/todos/contract.ts';

const PERSIAN = { BONYAN_PHONE_REGION: 'IR', BONYAN_LANGUAGE: 'fa' };
const SARA = { firstName: 'سارا', lastName: 'محمدی', password: PASSWORD };

function register(app: TestApp, phone: string, password = PASSWORD) {
  return app.anonymous.post('/users/register', { ...SARA, phone, password }, { 'accept-language': 'fa' });
}

async function verified(app: TestApp, phone = app.randomPhone()) {
  await register(app, phone);
  await app.anonymous.post('/users/verify-phone', { phone, code: await codeFor(app, phone) });
  const { body } = await app.anonymous.post('/users/login', { phone, password: PASSWORD });
  return { phone, id: body.user.id as string, tokens: body, ...app.withToken(body.accessToken) };
}

/** Gives an account with a number an e-mail address as well. */
async function addEmail(app: TestApp, sara: Awaited<ReturnType<typeof verified>>): Promise<string> {
  const email = app.randomEmail();
  app.pass(2 * MINUTE_MS);
  await sara.post('/users/change-email', { email });
  await sara.post('/users/change-email/confirm', { code: await codeFor(app, email) });
  return email;
}

test('an account is named by one of both addresses, in a form that its country gives out', async (t) => {
  const app = await testApp(t, { environment: PERSIAN });
  const ask = (address: object) => app.anonymous.post('/users/forgot-password', address);

  const answers = await Promise.all(
    [
      {},
      { email: 'a@example.com', phone: '09121234567' },
      { phone: '0912' },
      { phone: '+98123' },
      { phone: 'a@example.com' },
    ].map(ask),
  );

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.errors?.[0]?.path, body.errors?.[0]?.code]),
    [
      [400, '/email', 'required'],
      [400, '/phone', 'excluded'],
      [400, '/phone', 'format'],
      [400, '/phone', 'format'],
      [400, '/phone', 'format'],
    ],
  );
});

test('a number is added to an account and signs in to it; each address resets the password', async (t) => {
  const app = await testApp(t, { environment: PERSIAN });
  const sara = await verified(app);
  const [email, phone] = [app.randomEmail(), app.randomPhone()];
  app.pass(2 * MINUTE_MS);

  await sara.post('/users/change-email', { email });
  const added = await sara.post('/users/change-email/confirm', { code: await codeFor(app, email) });
  app.pass(2 * MINUTE_MS);
  await sara.post('/users/change-phone', { phone });
  const changed = await sara.post('/users/change-phone/confirm', { code: await codeFor(app, phone) });
  const byOld = await app.anonymous.post('/users/login', { phone: sara.phone, password: PASSWORD });
  const byNew = await app.anonymous.post('/users/login', { phone, password: PASSWORD });
  const byEmail = await login(app, email);

  assert.deepEqual([added.status, changed.status, byNew.status, byEmail.status], [204, 204, 200, 200]);
  assert.equal(byOld.body.code, 'users.credentials_invalid');
  assert.ok(
    (await subjects(app, sara.phone)).some((subject) => subject.includes('شماره')),
    'the old number is told',
  );
  assert.ok(
    (await subjects(app, email)).some((subject) => subject.includes('شماره')),
    'the e-mail address is told',
  );

  for (const [address, given] of [
    [email, { email }],
    [phone, { phone }],
  ] as const) {
    app.pass(2 * MINUTE_MS);
    await app.anonymous.post('/users/forgot-password', given);
    const newPassword = `a new password for ${Object.keys(given)[0]}`;
    const code = await codeFor(app, address);
    const reset = await app.anonymous.post('/users/reset-password', { ...given, code, newPassword });
    const signedIn = await app.anonymous.post('/users/login', { email, password: newPassword });
    assert.deepEqual([reset.status, signedIn.status], [204, 200], address);
  }
});

test('a code to one address of an account does not end the code to the other', async (t) => {
  const app = await testApp(t, { environment: PERSIAN });
  const sara = await verified(app);
  const email = await addEmail(app, sara);
  app.pass(2 * MINUTE_MS);

  await app.anonymous.post('/users/forgot-password', { email });
  const code = await codeFor(app, email);
  await app.anonymous.post('/users/forgot-password', { phone: sara.phone });
  await app.drain();
  const reset = await app.anonymous.post('/users/reset-password', {
    email,
    code,
    newPassword: 'another long password',
  });

  assert.equal(reset.status, 204);
});

test('a number is removed from an account with an e-mail address, and from no other', async (t) => {
  const app = await testApp(t, { environment: PERSIAN });
  const sara = await verified(app);
  const last = await sara.delete('/users/phone');
  await addEmail(app, sara);

  const removed = await sara.delete('/users/phone');
  const again = await sara.delete('/users/phone');
  const byPhone = await app.anonymous.post('/users/login', { phone: sara.phone, password: PASSWORD });
  const other = await verified(app, sara.phone);

  assert.deepEqual([last.status, last.body.code], [409, 'users.last_way_in']);
  assert.deepEqual([removed.status, again.status], [204, 204]);
  assert.equal(byPhone.body.code, 'users.credentials_invalid');
  assert.notEqual(other.id, sara.id);
});

test('a number that another account has proved cannot be taken; its owner is told', async (t) => {
  const app = await testApp(t, { environment: PERSIAN });
  const [sara, reza] = [await verified(app), await verified(app)];
  app.pass(2 * MINUTE_MS);

  const asked = await reza.post('/users/change-phone', { phone: sara.phone });
  await app.drain();
  const told = await subjects(app, sara.phone);
  const registered = await register(app, sara.phone, 'a password of somebody else');

  assert.deepEqual([asked.status, registered.status], [202, 202]);
  assert.ok(told.some((subject) => subject.includes('از قبل')));
  assert.equal(await idOf(app, sara.phone), sara.id);
  assert.equal((await reza.post('/users/change-phone/confirm', { code: '123456' })).body.code, 'users.code_invalid');
});

test('while guesses at a number are blocked, the link alone is sent, and it works', async (t) => {
  const app = await testApp(t, { environment: PERSIAN });
  const phone = app.randomPhone();
  await register(app, phone);
  const code = await codeFor(app, phone);
  for (let guess = 0; guess < 5; guess++)
    await app.anonymous.post('/users/verify-phone', { phone, code: wrongCode(code) });
  const blocked = await app.anonymous.post('/users/verify-phone', { phone, code });
  app.pass(2 * MINUTE_MS);

  await app.anonymous.post('/users/resend-verification-code', { phone });
  await app.drain();
  const [sms] = await app.mailbox(phone);
  const token = /#token=([\w-]+)/.exec(sms.text)?.[1];
  const opened = await app.anonymous.post('/users/verify-email/link', { token, newPassword: PASSWORD });
  const signedIn = await app.anonymous.post('/users/login', { phone, password: PASSWORD });

  assert.equal(blocked.body.code, 'users.code_invalid');
  assert.deepEqual([opened.status, signedIn.status], [204, 200]);
});

test('numbers of countries without a budget are refused alike, known or not', async (t) => {
  const app = await testApp(t, { environment: { ...PERSIAN, BONYAN_SMS_DAILY_COSTS: 'IR=5' } });
  const sara = await verified(app);
  app.pass(2 * MINUTE_MS);

  const foreign = [
    await register(app, '+4915123456789'),
    await app.anonymous.post('/users/forgot-password', { phone: '+4915123456789' }),
    await sara.post('/users/change-phone', { phone: '+4915123456789' }),
  ];

  assert.deepEqual(
    foreign.map(({ status, body }) => [status, body.code]),
    foreign.map(() => [400, 'users.phone_country_refused']),
  );
});

test('ten thousand strange numbers use up their own budget, and known people still reset and sign in', async (t) => {
  const environment = {
    ...PERSIAN,
    BONYAN_SMS_DAILY_COSTS: 'IR=20',
    BONYAN_SMS_COSTS: 'IR=2',
    BONYAN_SMS_PER_NETWORK: '10000',
  };
  const app = await testApp(t, { environment });
  const sara = await verified(app);
  app.pass(2 * MINUTE_MS);

  const answers = [];
  for (let n = 0; n < 12; n++) answers.push(await register(app, app.randomPhone()));
  const known = await register(app, sara.phone);
  const asked = await app.anonymous.post('/users/forgot-password', { phone: sara.phone });
  const code = await codeFor(app, sara.phone);
  const body = { phone: sara.phone, code, newPassword: 'another long password' };
  const reset = await app.anonymous.post('/users/reset-password', body);
  const { rows } = await app.database.pool.query(
    'select audience, cost::int, messages from users.sms_spending order by 1',
  );
  app.pass(24 * 60 * MINUTE_MS);
  const nextDay = await register(app, app.randomPhone());

  assert.deepEqual(
    answers.map(({ status }) => status),
    [...Array.from({ length: 9 }, () => 202), 503, 503, 503],
  );
  assert.deepEqual(
    [known.status, known.body.code],
    [503, 'users.sms_used_up'],
    'a known number is refused as others are',
  );
  assert.ok(Number(known.headers['retry-after']) > 0);
  assert.deepEqual([asked.status, reset.status, nextDay.status], [202, 204, 202]);
  assert.deepEqual(rows, [
    { audience: 'known', cost: 2, messages: 1 },
    { audience: 'strangers', cost: 20, messages: 10 },
  ]);
});

test('one network has few codes sent in an hour, to whatever numbers', async (t) => {
  const app = await testApp(t, { environment: { ...PERSIAN, BONYAN_SMS_PER_NETWORK: '3' } });
  const answers = [];
  for (let n = 0; n < 5; n++)
    answers.push(await app.anonymous.post('/users/forgot-password', { phone: app.randomPhone() }));

  assert.deepEqual(
    answers.map(({ status }) => status),
    [202, 202, 202, 429, 429],
  );
});

interface Scene {
  readonly app: TestApp;
  readonly phone: string;
}
type Answer = Awaited<ReturnType<typeof login>>;

const STRANGERS = ['a password of a stranger', 'another one of that stranger'];
const OWN = 'the password of the owner';

function signIn({ app, phone }: Scene, password: string): Promise<Answer> {
  return app.anonymous.post('/users/login', { phone, password });
}

/** Types the code; where an answer asks for a password, sets it with the token of the answer. */
async function verify(scene: Scene): Promise<Answer> {
  const { app, phone } = scene;
  const { body } = await app.anonymous.post('/users/verify-phone', { phone, code: await codeFor(app, phone) });
  await app.anonymous.post('/users/reset-password/link', { token: body?.resetToken, newPassword: OWN });
  return signIn(scene, OWN);
}

/** Each proves the number as its owner would, and answers a sign-in. */
const WAYS: Record<string, (scene: Scene) => Promise<Answer>> = {
  async 'the code, after registering as well'(scene) {
    await register(scene.app, scene.phone, OWN);
    return verify(scene);
  },
  async 'the link, after a stranger has used up the guesses'(scene) {
    const { app, phone } = scene;
    const code = await codeFor(app, phone);
    for (let guess = 0; guess < 5; guess++)
      await app.anonymous.post('/users/verify-phone', { phone, code: wrongCode(code) });
    app.pass(2 * MINUTE_MS);
    await app.anonymous.post('/users/forgot-password', { phone });
    const token = await linkFor(app, phone);
    await app.anonymous.post('/users/verify-email/link', { token, newPassword: OWN });
    return signIn(scene, OWN);
  },
  async 'the code of a new number of another account'(scene) {
    const { app, phone } = scene;
    const reza = await member(app);
    app.pass(2 * MINUTE_MS);
    await reza.post('/users/change-phone', { phone });
    await reza.post('/users/change-phone/confirm', { code: await codeFor(app, phone) });
    return signIn(scene, PASSWORD);
  },
  async 'a code to sign in'(scene) {
    const { app, phone } = scene;
    app.pass(2 * MINUTE_MS);
    await app.anonymous.post('/users/login/code', { phone });
    return app.anonymous.post('/users/login/code/confirm', { phone, code: await codeFor(app, phone) });
  },
  async 'the code, after an administrator gave a role'(scene) {
    const admin = await administrator(scene.app);
    await admin.post('/authorization/assign-role', { userId: await idOf(scene.app, scene.phone), roleName: 'admin' });
    return verify(scene);
  },
  async 'the code after "forgotten password"'(scene) {
    scene.app.pass(2 * MINUTE_MS);
    await scene.app.anonymous.post('/users/forgot-password', { phone: scene.phone });
    return verify(scene);
  },
};

/** What a stranger did with the number before. */
const BEFORE: Record<string, (scene: Scene) => Promise<unknown>> = {
  'registered it': ({ app, phone }) => register(app, phone, STRANGERS[0]),
  async 'registered it twice'({ app, phone }) {
    await register(app, phone, STRANGERS[0]);
    await register(app, phone, STRANGERS[1]);
  },
};

test('a stranger who registered a number first gets nothing of it, and its owner is not refused, in any way to prove it', async (t) => {
  const app = await testApp(t, { environment: { ...PERSIAN, BONYAN_SIGN_UP_BY_CODE: 'on' } });
  for (const [way, prove] of Object.entries(WAYS))
    for (const [before, act] of Object.entries(BEFORE))
      await t.test(`${way}, after a stranger ${before}`, async () => {
        const scene = { app, phone: app.randomPhone() };
        await act(scene);
        await app.drain();

        const { status, body } = await prove(scene);

        assert.deepEqual([status, body.user?.phone], [200, scene.phone]);
        for (const password of STRANGERS)
          assert.equal((await signIn(scene, password)).body.code, 'users.credentials_invalid');
      });
});

test('who asks to sign in with ten thousand unknown numbers uses up the budget of strangers alone', async (t) => {
  const budget = { BONYAN_SMS_DAILY_COSTS: 'IR=4', BONYAN_SIGN_UP_BY_CODE: 'on' };
  const app = await testApp(t, { environment: { ...PERSIAN, ...budget } });
  const sara = await verified(app);
  app.pass(2 * MINUTE_MS);

  for (let n = 0; n < 8; n++) await app.anonymous.post('/users/login/code', { phone: app.randomPhone() });
  await app.drain();
  const asked = await app.anonymous.post('/users/login/code', { phone: sara.phone });
  const code = await codeFor(app, sara.phone);
  const { status } = await app.anonymous.post('/users/login/code/confirm', { phone: sara.phone, code });
  const { rows } = await app.database.pool.query('select audience, cost::int from users.sms_spending order by 1');

  assert.deepEqual([asked.status, status], [202, 200]);
  assert.deepEqual(rows, [
    { audience: 'known', cost: 1 },
    { audience: 'strangers', cost: 4 },
  ]);
});

test('one account asks about twenty numbers in a day', async (t) => {
  const app = await testApp(t, { environment: PERSIAN });
  const sara = await member(app);
  const answers: number[] = [];
  for (let n = 0; n < 22; n++) {
    app.pass(2 * MINUTE_MS);
    const { accessToken } = (await login(app, sara.email)).body;
    answers.push((await app.withToken(accessToken).post('/users/change-phone', { phone: app.randomPhone() })).status);
  }

  assert.deepEqual(answers, [...Array.from({ length: 20 }, () => 202), 429, 429]);
});

test('notices by SMS are few in a day, and further ones are in the inbox', async (t) => {
  const app = await testApp(t, { environment: PERSIAN });
  const sara = await verified(app);
  for (let n = 0; n < 14; n++) {
    const { body } = await sara.post('/users/api-keys', { name: `key ${n}`, scopes: [todoPermissions.read.code] });
    await sara.delete(`/users/api-keys/${body.id}`);
  }
  const sent = await subjects(app, sara.phone);
  const { rows } = await app.database.pool.query(
    `select channel, count(*)::int as count from notifications.message
     where user_id = $1 and template = 'users.api_key_changed' group by 1 order by 1`,
    [sara.id],
  );

  const bySms = sent.filter((subject) => subject.includes('API')).length;
  assert.ok(bySms > 0 && bySms <= 10, String(bySms));
  assert.deepEqual(rows, [
    { channel: 'inApp', count: 28 - bySms },
    { channel: 'sms', count: bySms },
  ]);
});

test('both addresses of an account have the same wrong passwords', async (t) => {
  const app = await testApp(t, { environment: PERSIAN });
  const sara = await verified(app);
  const email = await addEmail(app, sara);

  for (let n = 0; n < 5; n++)
    await app.anonymous.post(
      '/users/login',
      n % 2 === 0 ? { email, password: 'wrong' } : { phone: sara.phone, password: 'wrong' },
    );
  const answers = [
    await login(app, email),
    await app.anonymous.post('/users/login', { phone: sara.phone, password: PASSWORD }),
  ];

  assert.deepEqual(
    answers.map(({ body }) => body.code),
    ['users.credentials_invalid', 'users.credentials_invalid'],
  );
});

test('the owner of both addresses is told of a reset at both', async (t) => {
  const app = await testApp(t, { environment: PERSIAN });
  const sara = await verified(app);
  const email = await addEmail(app, sara);
  app.pass(2 * MINUTE_MS);
  await app.anonymous.post('/users/forgot-password', { email });
  const code = await codeFor(app, email);
  await app.anonymous.post('/users/reset-password', { email, code, newPassword: 'another long password' });

  for (const address of [email, sara.phone])
    assert.ok(
      (await subjects(app, address)).some((subject) => subject.includes('گذرواژهٔ شما')),
      address,
    );
});
