import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { actionsOf, codeFor, login, member, PASSWORD, runJob, subjects } from '#testing/accounts.ts';

const DAY_MS = 86_400_000;
const COOKIES = { 'x-refresh-cookie': 'true' };
const SAME_SITE = { 'x-requested-with': 'console' };

function loginFrom(app: TestApp, email: string, deviceToken: string | undefined, password = PASSWORD) {
  return app.anonymous.post('/users/login', { email, password, deviceToken });
}

/** The cookies that an answer sets, by name, with their attributes. */
function cookiesOf(headers: Record<string, unknown>): Map<string, string> {
  const lines = [headers['set-cookie'] ?? []].flat() as string[];
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line]));
}

function toCookie(line: string | undefined): Record<string, string> {
  return { cookie: String(line).split(';')[0] ?? '' };
}

test('a device that signed in before can sign in while new devices are locked out', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const { deviceToken } = sara.tokens;
  for (let guess = 0; guess < 5; guess++) await login(app, sara.email, 'not the password');

  const stranger = await login(app, sara.email);
  const own = await loginFrom(app, sara.email, deviceToken);
  const forged = await loginFrom(app, sara.email, `${deviceToken.slice(0, -4)}AAAA`);
  const junk = await loginFrom(app, sara.email, 'bnd_junk');

  assert.deepEqual([stranger.status, own.status, forged.status, junk.status], [401, 200, 401, 401]);
});

test('a known device is locked by its own wrong passwords only, and the device of another user is a new one', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await member(app), await member(app)];
  for (let guess = 0; guess < 5; guess++) await loginFrom(app, sara.email, sara.tokens.deviceToken, 'not the password');

  const own = await loginFrom(app, sara.email, sara.tokens.deviceToken);
  const stranger = await login(app, sara.email);
  for (let guess = 0; guess < 5; guess++) await login(app, sara.email, 'not the password');
  const others = await loginFrom(app, sara.email, reza.tokens.deviceToken);

  assert.deepEqual([own.status, own.body.code], [401, 'users.credentials_invalid']);
  assert.deepEqual([stranger.status, others.status], [200, 401]);
});

test('a reset lifts the locks of the address and of devices, and it is recorded', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const { deviceToken } = sara.tokens;
  for (let guess = 0; guess < 5; guess++) await loginFrom(app, sara.email, deviceToken, 'not the password');
  await app.anonymous.post('/users/forgot-password', { email: sara.email });
  const newPassword = 'a wholly new password';

  await app.anonymous.post('/users/reset-password', {
    email: sara.email,
    code: await codeFor(app, sara.email),
    newPassword,
  });

  assert.equal((await loginFrom(app, sara.email, deviceToken, newPassword)).status, 200);
  assert.ok((await actionsOf(app, sara.id)).includes('users.unlocked'));
});

test('the owner is notified of a sign-in from a new device, and not from a known or similar one', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const phone = { 'user-agent': 'Curlish/1.0' };
  const notices = async () =>
    (await subjects(app, sara.email)).filter((subject) => subject === 'A sign-in to Bonyan from a new device').length;

  await loginFrom(app, sara.email, sara.tokens.deviceToken);
  await login(app, sara.email);
  const before = await notices();
  await app.anonymous.post('/users/login', { email: sara.email, password: PASSWORD }, phone);
  await app.anonymous.post('/users/login', { email: sara.email, password: PASSWORD }, phone);

  assert.deepEqual([before, await notices()], [0, 1]);
});

test('after all sessions have been deleted the owner is notified of an unknown device, and not of a known one', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  app.pass(60 * DAY_MS);
  await runJob(app, 'users.tidy');
  const { rows } = await app.database.pool.query('select 1 from users.session');
  const notices = async () =>
    (await subjects(app, sara.email)).filter((subject) => subject === 'A sign-in to Bonyan from a new device').length;

  await loginFrom(app, sara.email, sara.tokens.deviceToken);
  const before = await notices();
  await app.database.pool.query('delete from users.session');
  await login(app, sara.email);

  assert.deepEqual([rows.length, before, await notices()], [0, 0, 1]);
});

test('an account keeps twenty devices: the one that was not seen for longest is deleted', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  for (let device = 0; device < 20; device++) await login(app, sara.email);

  const { rows } = await app.database.pool.query<{ count: number }>('select count(*)::int as count from users.device');

  assert.equal(rows[0]?.count, 20);
});

test('on request a browser gets its refresh token as a cookie that scripts cannot read, and not in the body', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_PUBLIC_URL: 'https://bonyan.example' } });
  const email = app.randomEmail();
  const person = { email, password: PASSWORD, firstName: 'Sara', lastName: 'Amini' };
  await app.users.createAdministrator(person, { onlyFirst: true });

  const { body, headers } = await app.anonymous.post('/users/login', { email, password: PASSWORD }, COOKIES);
  const plain = await login(app, email);

  const cookies = cookiesOf(headers);
  assert.deepEqual([body.refreshToken, body.deviceToken, typeof body.accessToken], [undefined, undefined, 'string']);
  for (const name of ['__Host-bonyan_refresh', '__Host-bonyan_device'])
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/;', 'Max-Age='])
      assert.ok(cookies.get(name)?.includes(attribute), `${name} lacks ${attribute}`);
  assert.equal(plain.headers['set-cookie'], undefined);
  assert.equal(typeof plain.body.refreshToken, 'string');
});

test('a request with the cookie needs X-Requested-With and rotates the cookie, and signing out clears it', async (t) => {
  const app = await testApp(t);
  const { email } = await member(app);
  const { headers } = await app.anonymous.post('/users/login', { email, password: PASSWORD }, COOKIES);
  const first = toCookie(cookiesOf(headers).get('bonyan_refresh'));

  const planted = await app.anonymous.post('/users/refresh', undefined, first);
  const renewed = await app.anonymous.post('/users/refresh', undefined, { ...first, ...SAME_SITE });
  const second = toCookie(cookiesOf(renewed.headers).get('bonyan_refresh'));
  const plantedOut = await app.anonymous.post('/users/revoke', undefined, second);
  const out = await app.anonymous.post('/users/revoke', undefined, { ...second, ...SAME_SITE });
  const after = await app.anonymous.post('/users/refresh', undefined, { ...second, ...SAME_SITE });
  const nothing = await app.anonymous.post('/users/refresh', {}, SAME_SITE);

  assert.deepEqual(
    [planted, plantedOut].map(({ status, body }) => [status, body.code]),
    [
      [403, 'users.csrf_header_missing'],
      [403, 'users.csrf_header_missing'],
    ],
  );
  assert.deepEqual([renewed.status, renewed.body.refreshToken, out.status], [200, undefined, 204]);
  assert.notDeepEqual(second, first);
  assert.match(cookiesOf(out.headers).get('bonyan_refresh') ?? '', /bonyan_refresh=;.*Expires=Thu, 01 Jan 1970/);
  assert.deepEqual([after.body.code, nothing.body.code], ['users.refresh_invalid', 'users.refresh_invalid']);
});

test('the device cookie lets the browser in while new devices are locked out', async (t) => {
  const app = await testApp(t);
  const { email } = await member(app);
  const { headers } = await app.anonymous.post('/users/login', { email, password: PASSWORD }, COOKIES);
  const device = toCookie(cookiesOf(headers).get('bonyan_device'));
  for (let guess = 0; guess < 5; guess++) await login(app, email, 'not the password');

  const { status } = await app.anonymous.post('/users/login', { email, password: PASSWORD }, { ...COOKIES, ...device });

  assert.equal(status, 200);
});
