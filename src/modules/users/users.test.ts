import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { userEvents } from './contract.ts';

const PASSWORD = 'correct horse battery';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

async function register(app: TestApp, email = app.randomEmail(), headers = {}) {
  const answer = await app.anonymous.post(
    '/users/register',
    { email, firstName: 'سارا', lastName: 'احمدی', password: PASSWORD },
    headers,
  );
  await app.drain();
  return { email, answer };
}

/** The newest six-digit code that this address was sent. */
async function codeFor(app: TestApp, email: string): Promise<string> {
  await app.drain();
  const mails: { text: string }[] = await app.mailbox(email);
  return mails.map(({ text }) => /\b\d{6}\b/.exec(text)?.[0]).find((code) => code !== undefined) ?? 'none';
}

function wrongCode(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

/** A verified account, signed in. */
async function member(app: TestApp) {
  const { email } = await register(app);
  await app.anonymous.post('/users/verify-email', { email, code: await codeFor(app, email) });
  const { body } = await app.anonymous.post('/users/login', { email, password: PASSWORD });
  return { email, tokens: body, ...app.withToken(body.accessToken) };
}

test('a user who registers, verifies and signs in can work with todos', async (t) => {
  const app = await testApp(t);
  const { email, answer } = await register(app);
  const early = await app.anonymous.post('/users/login', { email, password: PASSWORD });

  const verified = await app.anonymous.post('/users/verify-email', {
    email: ` ${email.toUpperCase()} `,
    code: await codeFor(app, email),
  });
  const login = await app.anonymous.post('/users/login', { email, password: PASSWORD });
  const me = await app.withToken(login.body.accessToken).get('/users/me');
  const todo = await app.withToken(login.body.accessToken).post('/todos', { description: 'نان بخر' });

  assert.deepEqual([answer.status, answer.body.verificationRequired, answer.body.resendAfterSeconds], [202, true, 60]);
  assert.deepEqual([early.status, early.body.code], [403, 'users.email_not_verified']);
  assert.equal(verified.status, 204);
  assert.deepEqual(
    [login.status, login.body.tokenType, login.body.expiresIn, login.body.refreshExpiresIn],
    [200, 'Bearer', 900, 1_209_600],
  );
  assert.deepEqual(login.body.user, {
    id: me.body.id,
    email,
    phone: null,
    firstName: 'سارا',
    lastName: 'احمدی',
    roles: ['user'],
  });
  assert.ok(me.body.permissions.includes(todoPermissions.write.code));
  assert.equal(todo.status, 201);
});

test('a known address gets the same answer as a new one, its owner a mail, and its password stays', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);

  const again = await app.anonymous.post('/users/register', {
    email: sara.email,
    firstName: 'X',
    lastName: 'Y',
    password: 'another password entirely',
  });
  await app.drain();
  const [mail] = await app.mailbox(sara.email);
  const login = await app.anonymous.post('/users/login', { email: sara.email, password: 'another password entirely' });

  assert.deepEqual(
    [again.status, Object.keys(again.body).toSorted()],
    [202, ['expiresAtUtc', 'resendAfterSeconds', 'verificationRequired']],
  );
  assert.equal(mail.subject, 'You already have an account at Bonyan');
  assert.equal(login.status, 401);
});

test('two registrations of one address at once make one account', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();

  await Promise.all([register(app, email), register(app, email)]);

  const { rows } = await app.database.pool.query('select 1 from users.user where email = $1', [email]);
  assert.equal(rows.length, 1);
});

test('mails come in the language in which the person registered', async (t) => {
  const app = await testApp(t);
  const { email } = await register(app, app.randomEmail(), { 'accept-language': 'fa' });
  const [mail] = await app.mailbox(email);
  assert.match(mail.subject, /^کد تأیید بنیان: \d{6}$/);
  assert.match(mail.html, /<html lang="fa" dir="rtl">/);
});

test('each broken password rule is named', async (t) => {
  const app = await testApp(t);
  const refuse = async (password: string) =>
    (
      await app.anonymous.post('/users/register', {
        email: 'longname@example.com',
        firstName: 'a',
        lastName: 'b',
        password,
      })
    ).body;

  const [short, name] = [await refuse('elevenchars'), await refuse('my LONGNAME is here')];

  assert.deepEqual([short.code, short.rule, short.least], ['users.password_refused', 'tooShort', 12]);
  assert.deepEqual([name.code, name.rule], ['users.password_refused', 'containsName']);
});

test('a password is the same in every Unicode form', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();
  await app.anonymous.post('/users/register', {
    email,
    firstName: 'a',
    lastName: 'b',
    password: 'Ame\u0301lie and friends',
  });
  await app.anonymous.post('/users/verify-email', { email, code: await codeFor(app, email) });

  const { status } = await app.anonymous.post('/users/login', { email, password: 'Am\u00e9lie and friends' });

  assert.equal(status, 200);
});

test('a code works once, also typed in Persian digits, and not after ten minutes', async (t) => {
  const app = await testApp(t);
  const { email } = await register(app);
  const code = await codeFor(app, email);
  const persian = code.replace(/\d/g, (digit) => '۰۱۲۳۴۵۶۷۸۹'.charAt(Number(digit)));
  const { email: late } = await register(app);
  const lateCode = await codeFor(app, late);

  const first = await app.anonymous.post('/users/verify-email', { email, code: persian });
  const second = await app.anonymous.post('/users/verify-email', { email, code });
  app.pass(10 * MINUTE_MS);
  const expired = await app.anonymous.post('/users/verify-email', { email: late, code: lateCode });

  assert.deepEqual(
    [first.status, second.body.code, expired.body.code],
    [204, 'users.code_invalid', 'users.code_invalid'],
  );
});

test('twenty concurrent wrong guesses count as twenty: after five the right code is refused', async (t) => {
  const app = await testApp(t);
  const { email } = await register(app);
  const code = await codeFor(app, email);

  await Promise.all(
    Array.from({ length: 20 }, () => app.anonymous.post('/users/verify-email', { email, code: wrongCode(code) })),
  );
  const right = await app.anonymous.post('/users/verify-email', { email, code });
  const { rows } = await app.database.pool.query<{ wrong: number }>('select wrong from users.code_limit');

  assert.equal(right.body.code, 'users.code_invalid');
  assert.equal(rows[0]?.wrong, 5);
});

test('a new code replaces the older one and does not reset the guesses; after the block codes work again', async (t) => {
  const app = await testApp(t);
  const { email } = await register(app);
  const old = await codeFor(app, email);
  for (let guess = 0; guess < 4; guess++)
    await app.anonymous.post('/users/verify-email', { email, code: wrongCode(old) });
  app.pass(61_000);
  await app.anonymous.post('/users/resend-verification-code', { email });
  const fresh = await codeFor(app, email);

  const withOld = await app.anonymous.post('/users/verify-email', { email, code: old });
  const blocked = await app.anonymous.post('/users/verify-email', { email, code: fresh });
  app.pass(16 * MINUTE_MS);
  await app.anonymous.post('/users/resend-verification-code', { email });
  const after = await app.anonymous.post('/users/verify-email', { email, code: await codeFor(app, email) });

  assert.notEqual(fresh, old);
  assert.deepEqual(
    [withOld.body.code, blocked.body.code, after.status],
    ['users.code_invalid', 'users.code_invalid', 204],
  );
});

test('resending within a minute sends nothing, and has the same answer', async (t) => {
  const app = await testApp(t);
  const { email } = await register(app);

  const soon = await app.anonymous.post('/users/resend-verification-code', { email });
  const unknown = await app.anonymous.post('/users/resend-verification-code', { email: app.randomEmail() });
  await app.drain();

  assert.deepEqual([soon.status, unknown.status], [202, 202]);
  assert.equal((await app.mailbox(email)).length, 1);
});

test('five wrong passwords lock the account for a quarter of an hour, with one and the same answer', async (t) => {
  const app = await testApp(t);
  const { email } = await member(app);
  const login = (password: string, address = email) => app.anonymous.post('/users/login', { email: address, password });

  const wrong = [];
  for (let guess = 0; guess < 5; guess++) wrong.push(await login('not the password'));
  const locked = await login(PASSWORD);
  const unknown = await login(PASSWORD, app.randomEmail());
  app.pass(15 * MINUTE_MS + 1000);
  const open = await login(PASSWORD);

  const answers = [...wrong, locked, unknown].map(({ status, body }) => [status, body.code, body.title]);
  assert.deepEqual(
    answers,
    Array.from({ length: 7 }, () => [401, 'users.credentials_invalid', 'E-mail or password is wrong']),
  );
  assert.equal(open.status, 200);
});

test('refreshing gives a new token, and two tabs that refresh at once the same one', async (t) => {
  const app = await testApp(t);
  const { tokens } = await member(app);
  const refresh = (refreshToken: string) => app.anonymous.post('/users/refresh', { refreshToken });

  const [one, two] = await Promise.all([refresh(tokens.refreshToken), refresh(tokens.refreshToken)]);
  const next = await refresh(one.body.refreshToken);

  assert.deepEqual([one.status, two.status, next.status], [200, 200, 200]);
  assert.equal(one.body.refreshToken, two.body.refreshToken);
  assert.notEqual(one.body.refreshToken, tokens.refreshToken);
  assert.equal((await app.withToken(next.body.accessToken).get('/users/me')).status, 200);
});

test('a refresh token that is used again ends only its session, with the next request, and notifies the owner', async (t) => {
  const app = await testApp(t);
  const { email, tokens } = await member(app);
  const { body: other } = await app.anonymous.post('/users/login', { email, password: PASSWORD });
  const { body: renewed } = await app.anonymous.post('/users/refresh', { refreshToken: tokens.refreshToken });
  app.pass(11_000);

  const reused = await app.anonymous.post('/users/refresh', { refreshToken: tokens.refreshToken });
  const ended = await app.withToken(renewed.accessToken).get('/users/me');
  const successor = await app.anonymous.post('/users/refresh', { refreshToken: renewed.refreshToken });
  await app.drain();

  assert.deepEqual([reused.status, reused.body.code], [401, 'users.token_reuse_detected']);
  assert.equal(ended.status, 401);
  assert.equal(successor.body.code, 'users.refresh_invalid');
  assert.equal((await app.withToken(other.accessToken).get('/users/me')).status, 200);
  assert.equal((await app.mailbox(email))[0].subject, 'A device was signed out of Bonyan for safety');
});

test('a refresh token expires after fourteen idle days; forged and malformed ones are refused', async (t) => {
  const app = await testApp(t);
  const { tokens } = await member(app);
  const forged = tokens.refreshToken.slice(0, -4) + (tokens.refreshToken.endsWith('AAAA') ? 'BBBB' : 'AAAA');
  const refresh = (refreshToken: string) => app.anonymous.post('/users/refresh', { refreshToken });

  const early = [await refresh(forged), await refresh('bnr_x'), await refresh('nonsense')];
  app.pass(14 * DAY_MS + 1000);
  const late = await refresh(tokens.refreshToken);

  assert.deepEqual(
    [...early, late].map(({ status, body }) => [status, body.code]),
    Array.from({ length: 4 }, () => [401, 'users.refresh_invalid']),
  );
});

test('an access token expires after a quarter of an hour, and a changed one is refused', async (t) => {
  const app = await testApp(t);
  const { tokens } = await member(app);
  const [head, body, signature] = tokens.accessToken.split('.');
  const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${body}.`;

  const forged = await app.withToken(`${head}.${body}.${'A'.repeat(signature.length)}`).get('/users/me');
  const unsigned = await app.withToken(none).get('/users/me');
  app.pass(15 * MINUTE_MS + 1000);
  const late = await app.withToken(tokens.accessToken).get('/users/me');

  assert.deepEqual([forged.status, unsigned.status, late.status], [401, 401, 401]);
});

test('signing out ends the session immediately, and is idempotent', async (t) => {
  const app = await testApp(t);
  const { tokens, get } = await member(app);
  await get('/users/me');

  const first = await app.anonymous.post('/users/revoke', { refreshToken: tokens.refreshToken });
  const next = await get('/users/me');
  const second = await app.anonymous.post('/users/revoke', { refreshToken: tokens.refreshToken });

  assert.deepEqual([first.status, next.status, second.status], [204, 401, 204]);
});

test('sessions are listed with device and address, and end one by one, all but this, or all', async (t) => {
  const app = await testApp(t);
  const { email, ...sara } = await member(app);
  const phone = {
    'user-agent':
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  };
  for (let device = 0; device < 3; device++)
    await app.anonymous.post('/users/login', { email, password: PASSWORD }, phone);
  const { items } = (await sara.get('/users/sessions')).body;
  const other = items.find(({ isCurrent }: { isCurrent: boolean }) => !isCurrent);

  const one = await sara.post(`/users/sessions/${other.id}/revoke`);
  const again = await sara.post(`/users/sessions/${other.id}/revoke`);
  await sara.post('/users/sessions/revoke-all-except-current');
  const left = (await sara.get('/users/sessions')).body.items;
  await sara.post('/users/sessions/revoke-all');

  assert.deepEqual([items.length, other.device], [4, 'Safari on iOS']);
  assert.deepEqual([one.status, again.body.code], [204, 'users.session_not_found']);
  assert.deepEqual(
    left.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent),
    [true],
  );
  assert.equal((await sara.get('/users/me')).status, 401);
});

test('the session of another user cannot be ended', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await member(app), await member(app)];
  const { items } = (await sara.get('/users/sessions')).body;

  const answer = await reza.post(`/users/sessions/${items[0].id}/revoke`);

  assert.deepEqual([answer.status, answer.body.code], [404, 'users.session_not_found']);
  assert.equal((await sara.get('/users/me')).status, 200);
});

test('a reset sets a new password, ends every session, lifts the lock, and notifies the owner', async (t) => {
  const app = await testApp(t);
  const { email, get } = await member(app);
  for (let guess = 0; guess < 5; guess++)
    await app.anonymous.post('/users/login', { email, password: 'not the password' });
  const asked = await app.anonymous.post('/users/forgot-password', { email });
  const code = await codeFor(app, email);
  const newPassword = 'a wholly new password';

  const wrong = await app.anonymous.post('/users/reset-password', { email, code: wrongCode(code), newPassword });
  const reset = await app.anonymous.post('/users/reset-password', { email, code, newPassword });
  await app.drain();

  assert.deepEqual([asked.status, wrong.body.code, reset.status], [202, 'users.code_invalid', 204]);
  assert.equal((await get('/users/me')).status, 401);
  assert.equal((await app.anonymous.post('/users/login', { email, password: PASSWORD })).status, 401);
  assert.equal((await app.anonymous.post('/users/login', { email, password: newPassword })).status, 200);
  assert.equal((await app.mailbox(email))[0].subject, 'Your Bonyan password was changed');
});

test('a reset for an unknown address has the same answer and sends nothing', async (t) => {
  const app = await testApp(t);
  const { email } = await member(app);
  const unknown = app.randomEmail();

  const [known, other] = [
    await app.anonymous.post('/users/forgot-password', { email }),
    await app.anonymous.post('/users/forgot-password', { email: unknown }),
  ];
  await app.drain();

  assert.deepEqual([known.status, Object.keys(known.body)], [other.status, Object.keys(other.body)]);
  assert.deepEqual(await app.mailbox(unknown), []);
});

test('the set-up token makes one administrator, once', async (t) => {
  const app = await testApp(t);
  const token = await app.users.setupToken();
  const person = { email: app.randomEmail(), firstName: 'a', lastName: 'b', password: PASSWORD };

  const wrong = await app.anonymous.post('/setup', { ...person, token: 'guessed' });
  const both = await Promise.all([
    app.anonymous.post('/setup', { ...person, token }),
    app.anonymous.post('/setup', { ...person, email: app.randomEmail(), token }),
  ]);
  const after = await app.anonymous.get('/setup');

  assert.deepEqual([wrong.status, wrong.body.code], [403, 'users.setup_closed']);
  assert.deepEqual(new Set(both.map(({ status }) => status)), new Set([201, 403]));
  assert.deepEqual(after.body, { isOpen: false });
});

test('no secret of an account is readable in the database', async (t) => {
  const app = await testApp(t);
  const { email, tokens } = await member(app);
  await app.anonymous.post('/users/forgot-password', { email });
  const code = await codeFor(app, email);
  const { rows } = await app.database.pool.query<{ name: string }>(
    `select table_schema || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_schema in ('users', 'notifications', 'audit', 'platform')`,
  );

  const dumps = await Promise.all(
    rows.map(({ name }) => app.database.pool.query<{ text: string }>(`select x::text as text from ${name} x`)),
  );
  const dump = dumps.flatMap((table) => table.rows.map(({ text }) => text)).join('\n');

  for (const secret of [PASSWORD, tokens.accessToken, tokens.refreshToken]) assert.ok(!dump.includes(secret));
  assert.ok(!new RegExp(`\\b${code}\\b`).test(dump));
});

test('an erased account is anonymous, and its sessions are deleted', async (t) => {
  const app = await testApp(t);
  const { email, tokens, get } = await member(app);
  const userId = tokens.user.id;
  await get('/users/me');

  await app.database.units.write(system('users'), async ({ publish }) => publish(userEvents.deleted, { userId }));
  await app.drain();

  const { rows } = await app.database.pool.query<{ email: string; status: string }>(
    'select email, status from users.user where id = $1',
    [userId],
  );
  assert.deepEqual(rows, [{ email: `${userId}@deleted.invalid`, status: 'deleted' }]);
  assert.equal((await get('/users/me')).status, 401);
  assert.equal((await app.anonymous.post('/users/refresh', { refreshToken: tokens.refreshToken })).status, 401);
  assert.equal((await app.anonymous.post('/users/login', { email, password: PASSWORD })).status, 401);
});
