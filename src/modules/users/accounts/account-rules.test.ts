import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { codeFor, login, member, PASSWORD } from '#testing/accounts.ts';

const DAY_MS = 86_400_000;
const person = { firstName: 'Sara', lastName: 'Amini', password: PASSWORD };

test('an address is trimmed and lower-cased, is one account in any case, and may be international', async (t) => {
  const app = await testApp(t);
  const email = 'sara.امینی@مثال.example';

  const registered = await app.anonymous.post('/users/register', { ...person, email: `  ${email.toUpperCase()} ` });
  const code = await codeFor(app, email);
  const verified = await app.anonymous.post('/users/verify-email', { email: ` ${email}`, code });
  const again = await app.anonymous.post('/users/register', { ...person, email: email.replace('sara', 'SARA') });
  const { body } = await login(app, email.replace('sara', 'Sara'));
  const { rows } = await app.database.pool.query<{ email: string }>('select email from users.user');

  assert.deepEqual([registered.status, verified.status, again.status], [202, 204, 202]);
  assert.equal(body.user.email, email);
  assert.deepEqual(rows, [{ email }]);
});

test('a session ends after ninety days, however often it is refreshed, and each sign-in makes a new one', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  let { refreshToken } = sara.tokens;
  const statuses = [];
  for (let day = 10; day <= 90; day += 10) {
    app.pass(10 * DAY_MS);
    const { status, body } = await app.anonymous.post('/users/refresh', { refreshToken });
    statuses.push(status);
    refreshToken = body.refreshToken ?? refreshToken;
  }
  const [one, other] = [await login(app, sara.email), await login(app, sara.email)];
  const { body: sessions } = await app.withToken(other.body.accessToken).get('/users/sessions');

  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 200, 200, 200, 401]);
  assert.notEqual(one.body.refreshToken, other.body.refreshToken);
  assert.equal(sessions.items.length, 2);
});
