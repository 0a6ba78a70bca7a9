import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hash } from '@node-rs/argon2';
import { testApp } from '#testing/app.ts';
import { createHashThreads } from './hash-threads.ts';
import { nowhere } from '#kernel/access.ts';
import { brandingOf } from '#testing/branding.ts';
import { createPasswordRules, type PasswordOwner } from './rules.ts';
import { createPasswordHashing } from './hashing.ts';
import {
  actionsOf,
  codeFor,
  linkFor,
  login,
  member,
  MINUTE_MS,
  PASSWORD,
  subjects,
  wrongCode,
} from '#testing/accounts.ts';

const rules = createPasswordRules({
  passwordClasses: [],
  publicUrl: 'https://app.acme-tools.co.uk',
  branding: brandingOf({ BONYAN_APP_NAME: 'Skylark', BONYAN_APP_NAME_FA: 'چکاوک' }),
});
const ruleOf = (password: string, owner: Partial<PasswordOwner> = {}) =>
  rules.check(password, { email: 'somebody@example.com', ...owner }).then(
    () => 'fine',
    (problem: { details: { rule: string } }) => problem.details.rule,
  );

test('twelve characters are enough and 256 are not too many, counted in characters of the composed form', async () => {
  const astral = '𝒶𝒷𝒸𝒹ℯ𝒻ℊ𝒽𝒾𝒿𝓀𝓁';
  const composed = 'Ame\u0301lie\u0301 nous'; // eleven characters, thirteen as typed

  assert.deepEqual(await Promise.all([ruleOf(astral), ruleOf(astral.slice(2)), ruleOf(composed)]), [
    'fine',
    'tooShort',
    'tooShort',
  ]);
  assert.deepEqual(await Promise.all([256, 257].map((length) => ruleOf('xy zw '.repeat(50).slice(0, length)))), [
    'fine',
    'tooLong',
  ]);
});

test('a password may have more characters as typed than in the composed form, at sign-in too, up to a limit', async (t) => {
  const app = await testApp(t);
  const composed = '각낙닥락막박삭악작착칵탁팍학'.repeat(9).slice(0, 120);
  const email = app.randomEmail();
  const register = (password: string) =>
    app.anonymous.post('/users/register', { email, firstName: 'a', lastName: 'b', password });

  const registered = await register(composed.normalize('NFD'));
  await app.anonymous.post('/users/verify-email', { email, code: await codeFor(app, email) });
  const signedIn = await login(app, email, composed.normalize('NFD'));
  const tooLong = await register('각낙닥'.normalize('NFD').repeat(86));
  const endless = await register('a'.repeat(1025));

  assert.deepEqual([registered.status, signedIn.status], [202, 200]);
  assert.deepEqual([tooLong.body.code, tooLong.body.rule], ['users.password_refused', 'tooLong']);
  assert.deepEqual([endless.status, endless.body.code], [400, 'http.invalid']);
});

test('common passwords are refused also repeated, padded or in capitals; long sentences are not', async () => {
  const common = [
    'passwordpassword',
    'Password12345!',
    '!!!qwertyuiop123',
    'aaaaaaaaaaaaaa',
    '123456123456',
    'abababababab',
    '1qaz2wsx3edc',
    'LETMEIN000000',
  ];
  const fine = [PASSWORD, '83749201 73648', 'گذرواژه‌ای که بلند است', 'Tr0ub4dor and three'];

  assert.deepEqual(
    await Promise.all(common.map((text) => ruleOf(text))),
    common.map(() => 'common'),
  );
  assert.deepEqual(
    await Promise.all(fine.map((text) => ruleOf(text))),
    fine.map(() => 'fine'),
  );
});

test('the names of a person are refused inside a password as the part before the @ is, each word, on every keyboard', async () => {
  const owner = { firstName: 'Maryam Sadat', lastName: 'علي‌زاده' };
  const ofNames = ['my sister maryam', 'a SADAT of them', 'گذرواژهٔ علی بلند', 'گذرواژهٔ علي بلند', 'زادهٔ تهران بود'];

  assert.deepEqual(
    await Promise.all(ofNames.map((text) => ruleOf(text, owner))),
    ofNames.map(() => 'containsName'),
  );
  assert.equal(await ruleOf('of maryam no one speaks'), 'fine');
  assert.equal(await ruleOf('wholly al together', { firstName: 'Al', lastName: 'O' }), 'fine');
});

test('the name of the product, in both scripts, and the host are refused inside a password', async () => {
  const ofProduct = [
    'my Bonyan account',
    'حساب من در بنیان است',
    'حساب من در بنيان است',
    'tools of ACME-Tools here',
    'x app.acme-tools.co.uk x',
  ];

  assert.deepEqual(
    await Promise.all(ofProduct.map((text) => ruleOf(text))),
    ofProduct.map(() => 'containsProduct'),
  );
  assert.equal(await ruleOf('an app of a co in the uk'), 'fine');
});

test('passwords that only the list of published leaks contains are refused, also padded', async () => {
  const leaked = ['xxstresserxx', 'XxStresserxX', 'dragonhunter', '2026 dragonhunter!', 'hobbyhawks20'];

  assert.deepEqual(
    await Promise.all(leaked.map((text) => ruleOf(text))),
    leaked.map(() => 'common'),
  );
  assert.equal(await ruleOf('4819-kx-03725'), 'fine'); // its shortest entries say nothing
});

test('wherever an account gets a password, its names are refused, and a refused reset leaves its code usable', async (t) => {
  const app = await testApp(t);
  const { email } = await member(app); // Sara Amini
  const newPassword = 'the amini family car';
  const person = { email: app.randomEmail(), firstName: 'Sara', lastName: 'Amini' };
  const sara = await login(app, email);
  const { anonymous } = app;
  await anonymous.post('/users/forgot-password', { email });
  const reset = { email, code: await codeFor(app, email) };

  const answers = [
    await anonymous.post('/users/register', { ...person, password: newPassword }),
    await anonymous.post('/setup', { ...person, password: newPassword, token: await app.users.setupToken() }),
    await app
      .withToken(sara.body.accessToken)
      .post('/users/change-password', { currentPassword: PASSWORD, newPassword }),
    await anonymous.post('/users/reset-password/link', { token: await linkFor(app, email), newPassword }),
    await anonymous.post('/users/reset-password', { ...reset, newPassword }),
  ];
  const right = await anonymous.post('/users/reset-password', { ...reset, newPassword: 'a wholly new password' });

  assert.deepEqual(
    answers.map(({ body }) => [body.code, body.rule]),
    answers.map(() => ['users.password_refused', 'containsName']),
  );
  assert.equal(right.status, 204);
});

test('a password is the same on a keyboard with Arabic and on one with Persian letters, wherever it is asked for', async (t) => {
  const app = await testApp(t);
  const [persian, arabic] = ['گذرواژه‌ای یک کوتاه', 'گذرواژه‌اي يك كوتاه'];
  const email = app.randomEmail();
  const person = { email, firstName: 'Reza', lastName: 'Rad' };
  await app.anonymous.post('/users/register', { ...person, password: arabic });
  await app.anonymous.post('/users/verify-email', { email, code: await codeFor(app, email) });

  const signIns = [await login(app, email, persian), await login(app, email, arabic)];
  const reza = app.withToken(signIns[0]?.body.accessToken);
  const stepUp = await reza.post('/users/step-up', { password: arabic });
  const again = await reza.post('/users/change-password', { currentPassword: arabic, newPassword: persian });
  const other = await login(app, email, persian.replace('ک', 'گ'));

  assert.deepEqual(
    signIns.map(({ status }) => status),
    [200, 200],
  );
  assert.deepEqual([stepUp.status, again.body.rule, other.status], [204, 'usedBefore', 401]);
});

test('a hash from before letters were replaced still opens its account, with the letters as they were typed', async (t) => {
  const app = await testApp(t);
  const { email, id } = await member(app);
  const arabic = 'گذرواژه‌اي يك كوتاه';
  const stored = await hash(arabic.normalize('NFC'));
  await app.database.pool.query('update users.user set password_hash = $2 where id = $1', [id, stored]);

  assert.equal((await login(app, email, arabic)).status, 200);
});

test('the part before the @ is refused inside a password, in any case', async () => {
  assert.equal(await ruleOf('my LongName is here', { email: 'longname@example.com' }), 'containsName');
  assert.equal(await ruleOf('a password of Ali himself', { email: 'ali@example.com' }), 'containsName');
  assert.equal(await ruleOf('wholly al together', { email: 'al@example.com' }), 'fine');
});

test('composition rules count where the installation demands them, and the refusal names the one that is broken', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_PASSWORD_CLASSES: 'lower,upper,digit,symbol' } });
  const register = async (password: string) => {
    const person = { email: app.randomEmail(), firstName: 'a', lastName: 'b', password };
    return (await app.anonymous.post('/users/register', person)).body.rule ?? 'fine';
  };

  const answers = [
    await register('LONG ENOUGH 1!'),
    await register('long enough 1!'),
    await register('Long enough one!'),
    await register('Long enough 11'),
    await register('Long enough 1!'),
  ];

  assert.deepEqual(answers, ['needsLower', 'needsUpper', 'needsDigit', 'needsSymbol', 'fine']);
});

test('changing the password ends every other session, keeps this one, and notifies the owner', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const other = (await login(app, sara.email)).body;
  const newPassword = 'a wholly new password';

  const { status } = await sara.post('/users/change-password', { currentPassword: PASSWORD, newPassword });

  assert.equal(status, 204);
  assert.equal((await sara.get('/users/me')).status, 200);
  assert.equal((await app.withToken(other.accessToken).get('/users/me')).status, 401);
  const refreshed = await app.anonymous.post('/users/refresh', { refreshToken: other.refreshToken });
  assert.equal(refreshed.body.code, 'users.refresh_invalid');
  assert.deepEqual(
    [(await login(app, sara.email)).status, (await login(app, sara.email, newPassword)).status],
    [401, 200],
  );
  assert.ok((await subjects(app, sara.email)).includes('Your Bonyan password was changed'));
  assert.ok((await actionsOf(app, sara.id)).includes('users.password_changed'));
});

test('none of the last five passwords is accepted, the sixth is, and a refused reset leaves its code usable', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const passwords = [PASSWORD, ...['one', 'two', 'three', 'four', 'five'].map((word) => `${word} is a new password`)];
  for (const [index, newPassword] of passwords.slice(1, 5).entries()) {
    const currentPassword = passwords[index];
    assert.equal((await sara.post('/users/change-password', { currentPassword, newPassword })).status, 204);
  }

  const again = await sara.post('/users/change-password', { currentPassword: passwords[4], newPassword: PASSWORD });
  await app.anonymous.post('/users/forgot-password', { email: sara.email });
  const code = await codeFor(app, sara.email);
  const reset = (newPassword: string | undefined) =>
    app.anonymous.post('/users/reset-password', { email: sara.email, code, newPassword });
  const [present, fresh] = [await reset(passwords[4]), await reset(passwords[5])];
  const { accessToken } = (await login(app, sara.email, passwords[5])).body;
  const sixth = await app
    .withToken(accessToken)
    .post('/users/change-password', { currentPassword: passwords[5], newPassword: PASSWORD });

  assert.deepEqual([again.body.code, again.body.rule], ['users.password_refused', 'usedBefore']);
  assert.deepEqual([present.body.rule, fresh.status, sixth.status], ['usedBefore', 204, 204]);
});

test('wrong current passwords are counted: after five the right one is refused too, and sign-in still works', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const change = (currentPassword: string) =>
    sara.post('/users/change-password', { currentPassword, newPassword: 'a wholly new password' });

  const wrong = [];
  for (let guess = 0; guess < 5; guess++) wrong.push((await change('not the password')).body.code);
  const right = await change(PASSWORD);
  const signIn = await login(app, sara.email);
  app.pass(15 * MINUTE_MS);
  const { accessToken } = (await login(app, sara.email)).body;
  const later = await app
    .withToken(accessToken)
    .post('/users/change-password', { currentPassword: PASSWORD, newPassword: 'a wholly new password' });

  assert.deepEqual(new Set([...wrong, right.body.code]), new Set(['users.password_wrong']));
  assert.deepEqual([signIn.status, later.status], [200, 204]);
});

test('the link in a mail works once, also while guesses are blocked, and then a mail has a link only', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();
  await app.anonymous.post('/users/register', { email, firstName: 'a', lastName: 'b', password: PASSWORD });
  const code = await codeFor(app, email);
  for (let guess = 0; guess < 5; guess++)
    await app.anonymous.post('/users/verify-email', { email, code: wrongCode(code) });
  app.pass(MINUTE_MS);
  const first = await linkFor(app, email);
  await app.anonymous.post('/users/resend-verification-code', { email });
  const second = await linkFor(app, email);
  const byLink = (token: string) => app.anonymous.post('/users/verify-email/link', { token, newPassword: PASSWORD });

  const answers = [await byLink(first), await byLink('guessed'), await byLink(second), await byLink(second)];

  assert.equal((await app.anonymous.post('/users/verify-email', { email, code })).body.code, 'users.code_invalid');
  assert.equal((await subjects(app, email))[0], 'Confirm your e-mail address for Bonyan'); // without a code
  assert.deepEqual(
    answers.map(({ status, body }) => body?.code ?? status),
    ['users.link_invalid', 'users.link_invalid', 204, 'users.link_invalid'],
  );
  assert.equal((await login(app, email)).status, 200);
});

test('the link for a new password works once, for ten minutes, and the password rules apply', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const ask = async () => {
    app.pass(MINUTE_MS);
    await app.anonymous.post('/users/forgot-password', { email: sara.email });
    return linkFor(app, sara.email);
  };
  const set = (token: string, newPassword: string) =>
    app.anonymous.post('/users/reset-password/link', { token, newPassword });
  const late = await ask();
  app.pass(10 * MINUTE_MS);
  const expired = await set(late, 'a wholly new password');
  const token = await ask();

  const common = await set(token, 'passwordpassword');
  const both = await Promise.all([set(token, 'a wholly new password'), set(token, 'another new password')]);

  assert.deepEqual([expired.body.code, common.body.rule], ['users.link_invalid', 'common']);
  assert.deepEqual(new Set(both.map(({ status }) => status)), new Set([204, 400]));
  assert.equal((await sara.get('/users/me')).status, 401);
});

test('a link that was sent to the old address sets no password after the address has changed', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const email = app.randomEmail();
  await app.anonymous.post('/users/forgot-password', { email: sara.email });
  const token = await linkFor(app, sara.email);
  await sara.post('/users/change-email', { email });
  await sara.post('/users/change-email/confirm', { code: await codeFor(app, email) });

  const { body } = await app.anonymous.post('/users/reset-password/link', {
    token,
    newPassword: 'a wholly new password',
  });

  assert.equal(body.code, 'users.link_invalid');
  assert.equal((await login(app, email)).status, 200);
});

test('a sign-in renews a hash that was made with weaker parameters', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const weak = await hash(PASSWORD, { algorithm: 2, memoryCost: 8192, timeCost: 1, parallelism: 1 });
  await app.database.pool.query('update users.user set password_hash = $1 where id = $2', [weak, sara.id]);

  const first = await login(app, sara.email);
  const { rows } = await app.database.pool.query<{ hash: string }>(
    'select password_hash as hash from users.user where id = $1',
    [sara.id],
  );
  const second = await login(app, sara.email);

  assert.deepEqual([first.status, second.status], [200, 200]);
  assert.match(rows[0]?.hash ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test('the queue of hashes is bounded, and a client that disconnects leaves it and is not hashed for', async () => {
  const passwords = createPasswordHashing(1);
  const client = new AbortController();
  const running = passwords.hash('the first', nowhere);
  const leaving = Array.from({ length: 64 }, () => passwords.hash('leaves', nowhere, client.signal));
  const refusals = Promise.allSettled(leaving);

  await assert.rejects(passwords.hash('one too many', nowhere), { code: 'users.busy' });
  client.abort();
  const next = passwords.hash('comes after', nowhere);

  assert.ok((await refusals).every(({ status }) => status === 'rejected'));
  assert.match(await running, /^\$argon2id/);
  assert.match(await next, /^\$argon2id/);
});

test('one network waits in half of the queue of hashes at most, in every form of its addresses, and others in the rest', async () => {
  const passwords = createPasswordHashing(1);
  const client = new AbortController();
  const hashFor = (ip: string) => passwords.hash('waits', { ip }, client.signal);
  const running = passwords.hash('the first', nowhere);
  const waiting = Array.from({ length: 32 }, (_, index) => hashFor(`2001:db8::${index}`));
  const refusals = Promise.allSettled(waiting);

  await assert.rejects(hashFor('2001:db8:0:0:ffff::1'), { code: 'users.busy' });
  const others = Promise.allSettled([hashFor('2001:db8:0:1::1'), hashFor('203.0.113.9')]);
  client.abort();

  assert.ok([...(await refusals), ...(await others)].every(({ status }) => status === 'rejected'));
  const reasons = (await others).map((other) => (other.status === 'rejected' ? String(other.reason.name) : ''));
  assert.deepEqual(reasons, ['AbortError', 'AbortError']); // they waited until the client disconnected
  await running;
});

test('signing in to unknown addresses works again after a hash has failed', async () => {
  const failsOnce = `
    import { parentPort } from 'node:worker_threads';
    import ${JSON.stringify(new URL('./hash-worker.ts', import.meta.url))};
    const { postMessage } = parentPort;
    let hasFailed = false;
    parentPort.postMessage = (answer) => {
      postMessage.call(parentPort, hasFailed ? answer : { error: 'no memory' });
      hasFailed = true;
    };`;
  const entry = new URL(`data:text/javascript,${encodeURIComponent(failsOnce)}`);
  const passwords = createPasswordHashing(1, createHashThreads(entry));

  await assert.rejects(passwords.verify(null, 'any password', nowhere), /no memory/);

  assert.equal(await passwords.verify(null, 'any password', nowhere), false);
});
