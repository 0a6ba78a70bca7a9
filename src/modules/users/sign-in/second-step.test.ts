import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { testApp, type TestApp } from '#testing/app.ts';
import {
  actionsOf,
  codeFor,
  eventsOf,
  login,
  member,
  MINUTE_MS,
  PASSWORD,
  subjects,
  wrongCode,
} from '#testing/accounts.ts';

const STEP_MS = 30_000;
const CHANGED = 'The ways to sign in to Bonyan have changed';

/** What the app shows `steps` steps from now. */
function totpCode(app: TestApp, secret: string, steps = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: app.now().getTime() + steps * STEP_MS });
}

/** A member with an authenticator app. */
async function guarded(app: TestApp) {
  const sara = await member(app);
  const { body: begun } = await sara.post('/users/mfa/totp');
  const confirmed = await sara.post('/users/mfa/totp/confirm', { code: totpCode(app, begun.secret) });
  app.pass(STEP_MS); // its code is used up
  return { ...sara, secret: begun.secret as string, recoveryCodes: confirmed.body.recoveryCodes as string[] };
}

async function challengeFor(app: TestApp, email: string): Promise<string> {
  return (await login(app, email)).body.challengeToken;
}

function answer(app: TestApp, challengeToken: string, code: string) {
  return app.anonymous.post('/users/login/mfa', { challengeToken, code });
}

test('an authenticator app is in force after its first code; then a password alone is not enough', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);

  const { body: begun } = await sara.post('/users/mfa/totp');
  const code = totpCode(app, begun.secret);
  const before = await login(app, sara.email);
  const wrong = await sara.post('/users/mfa/totp/confirm', { code: wrongCode(code) });
  const confirmed = await sara.post('/users/mfa/totp/confirm', { code });
  const after = await login(app, sara.email);
  app.pass(STEP_MS);
  const finished = await answer(app, after.body.challengeToken, totpCode(app, begun.secret));

  assert.ok(begun.uri.startsWith('otpauth://totp/localhost:') && begun.uri.includes(begun.secret));
  assert.deepEqual([before.status, wrong.body.code], [200, 'users.code_invalid']);
  assert.deepEqual([confirmed.status, new Set(confirmed.body.recoveryCodes).size], [200, 10]);
  assert.deepEqual(Object.keys(after.body).toSorted(), ['challengeToken', 'methods', 'mfaRequired']);
  assert.deepEqual([after.body.mfaRequired, after.body.methods], [true, ['totp', 'recoveryCode']]);
  assert.deepEqual([finished.status, finished.body.user.email], [200, sara.email]);
  assert.equal((await app.withToken(finished.body.accessToken).get('/users/me')).status, 200);
  assert.deepEqual((await sara.get('/users/mfa')).body, { totp: true, passkeys: 0, recoveryCodesLeft: 10 });
  assert.equal((await subjects(app, sara.email))[0], CHANGED);
  assert.ok((await eventsOf(app, sara.id)).includes('users.factor_added.v1'));
  assert.ok((await actionsOf(app, sara.id)).includes('users.factor_added'));
});

test('before the second factor there is no session, and no sign-in is recorded', async (t) => {
  const app = await testApp(t);
  const sara = await guarded(app);
  const sessions = async () => (await sara.get('/users/sessions')).body.items.length;
  const before = [await sessions(), (await eventsOf(app, sara.id)).length];

  await login(app, sara.email);

  assert.deepEqual([await sessions(), (await eventsOf(app, sara.id)).length], before);
});

test('codes of the steps before and after are accepted, those two steps away are not, in Persian digits too', async (t) => {
  const app = await testApp(t);
  const sara = await guarded(app);
  app.pass(5 * STEP_MS);
  const tries = [-2, 2, -1, 1];

  const statuses = [];
  for (const steps of tries)
    statuses.push((await answer(app, await challengeFor(app, sara.email), totpCode(app, sara.secret, steps))).status);
  app.pass(5 * STEP_MS);
  const persian = totpCode(app, sara.secret).replace(/\d/g, (digit) => '۰۱۲۳۴۵۶۷۸۹'.charAt(Number(digit)));
  const typed = await answer(app, await challengeFor(app, sara.email), persian);

  assert.deepEqual([...statuses, typed.status], [400, 400, 200, 200, 200]);
});

test('a code works once, also when it comes ten times at once, and an older one not after a newer', async (t) => {
  const app = await testApp(t);
  const sara = await guarded(app);
  const older = totpCode(app, sara.secret, -1);
  const code = totpCode(app, sara.secret);
  const challenges = [];
  for (let index = 0; index < 10; index++) challenges.push(await challengeFor(app, sara.email));

  const answers = await Promise.all(challenges.map((challenge) => answer(app, challenge, code)));
  app.pass(60 * MINUTE_MS);
  const fresh = totpCode(app, sara.secret);
  await answer(app, await challengeFor(app, sara.email), fresh);
  const replayed = await answer(app, await challengeFor(app, sara.email), older);

  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assert.ok(answers.every(({ status, body }) => status === 200 || body.code === 'users.code_invalid'));
  assert.equal(replayed.body.code, 'users.code_invalid');
});

test('five wrong codes end a challenge, also twenty at once, and then the right one is refused', async (t) => {
  const app = await testApp(t);
  const sara = await guarded(app);
  const challenge = await challengeFor(app, sara.email);
  const code = totpCode(app, sara.secret);

  const wrong = await Promise.all(Array.from({ length: 20 }, () => answer(app, challenge, wrongCode(code))));
  const right = await answer(app, challenge, code);
  const anew = await answer(app, await challengeFor(app, sara.email), code);

  assert.equal(wrong.filter(({ body }) => body.code === 'users.code_invalid').length, 5);
  assert.ok(wrong.every(({ body }) => ['users.code_invalid', 'users.challenge_invalid'].includes(body.code)));
  assert.deepEqual([right.status, right.body.code, anew.status], [401, 'users.challenge_invalid', 200]);
  assert.ok((await actionsOf(app, sara.id)).includes('users.login_failed'));
});

test('after ten wrong codes within an hour, over all challenges, none is checked until the hour has passed', async (t) => {
  const app = await testApp(t);
  const sara = await guarded(app);
  const code = totpCode(app, sara.secret);
  const [first, second, third] = [
    await challengeFor(app, sara.email),
    await challengeFor(app, sara.email),
    await challengeFor(app, sara.email),
  ];

  const guesses = [first, second, third].flatMap((challenge) => Array.from({ length: 4 }, () => challenge));
  const wrong = await Promise.all(guesses.map((challenge) => answer(app, challenge, wrongCode(code))));
  const right = await answer(app, await challengeFor(app, sara.email), code);
  const byRecovery = await answer(app, await challengeFor(app, sara.email), sara.recoveryCodes[0] ?? '');
  app.pass(60 * MINUTE_MS);
  const later = await answer(app, await challengeFor(app, sara.email), totpCode(app, sara.secret));

  assert.equal(wrong.filter(({ body }) => body.code === 'users.code_invalid').length, 10);
  assert.deepEqual([right.status, right.body.code], [429, 'users.factor_blocked']);
  assert.ok(Number(right.headers['retry-after']) > 3000);
  assert.deepEqual([byRecovery.status, later.status], [429, 200]);
});

test('who knows the password cannot block the codes of the owner: strangers, each known device and each session are counted apart', async (t) => {
  const app = await testApp(t);
  const sara = await guarded(app);
  const { deviceToken } = sara.tokens;
  const { deviceToken: second } = (
    await app.anonymous.post('/users/login/mfa', {
      challengeToken: await challengeFor(app, sara.email),
      code: totpCode(app, sara.secret),
    })
  ).body;
  app.pass(STEP_MS);
  const wrong = wrongCode(totpCode(app, sara.secret));
  /** Ten wrong codes; answers the status of an eleventh attempt, with a right code. */
  const exhaust = async (device: object) => {
    for (const challengeToken of [await challengeFor(app, sara.email), await challengeFor(app, sara.email)])
      for (let index = 0; index < 5; index++)
        await app.anonymous.post('/users/login/mfa', { challengeToken, code: wrong, ...device });
    return finish(device);
  };
  const finish = async (device: object) => {
    const challengeToken = await challengeFor(app, sara.email);
    const code = sara.recoveryCodes.pop();
    return (await app.anonymous.post('/users/login/mfa', { challengeToken, code, ...device })).status;
  };

  const stranger = await exhaust({});
  const forged = await finish({ deviceToken: `${deviceToken.slice(0, -4)}AAAA` });
  const known = await finish({ deviceToken });
  const exhausted = await exhaust({ deviceToken });
  const other = await finish({ deviceToken: second });
  const signedIn = await sara.post('/users/step-up', { code: totpCode(app, sara.secret) });

  assert.deepEqual([stranger, forged, exhausted], [429, 429, 429]);
  assert.deepEqual([known, other, signedIn.status], [200, 200, 204]);
});

test('a challenge is over after five minutes, once used, and when the password is reset', async (t) => {
  const app = await testApp(t);
  const sara = await guarded(app);
  const { email } = sara;
  const used = await challengeFor(app, email);
  await answer(app, used, totpCode(app, sara.secret));
  app.pass(STEP_MS);
  const late = await challengeFor(app, email);

  const again = await answer(app, used, totpCode(app, sara.secret));
  app.pass(5 * MINUTE_MS);
  const expired = await answer(app, late, totpCode(app, sara.secret));
  const before = await challengeFor(app, email);
  await app.anonymous.post('/users/forgot-password', { email });
  const newPassword = 'a wholly new password';
  const reset = { email, code: await codeFor(app, email), newPassword };
  const { status } = await app.anonymous.post('/users/reset-password', reset);
  const afterReset = await answer(app, before, totpCode(app, sara.secret));
  const still = await login(app, email, newPassword);

  const codes = [again, expired, afterReset].map(({ body }) => body.code);
  assert.deepEqual(
    codes,
    Array.from({ length: 3 }, () => 'users.challenge_invalid'),
  );
  assert.deepEqual([status, still.body.mfaRequired], [204, true]); // access to the mailbox does not remove a factor
});

test('invalid challenge tokens, and those of another kind, get the same refusal', async (t) => {
  const app = await testApp(t);
  const sara = await guarded(app);
  const { body: passkey } = await app.anonymous.post('/users/passkeys/login/start', {});
  const code = totpCode(app, sara.secret);

  const answers = [
    await answer(app, 'nonsense', code),
    await answer(app, `bnc_${'A'.repeat(43)}`, code),
    await answer(app, passkey.challengeToken, code),
    await answer(app, sara.tokens.refreshToken, code),
  ];

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.code]),
    Array.from({ length: 4 }, () => [401, 'users.challenge_invalid']),
  );
});

test('a recovery code replaces the factor once, in any spelling, and the owner is notified', async (t) => {
  const app = await testApp(t);
  const sara = await guarded(app);
  const [code = ''] = sara.recoveryCodes;
  const challenges = [await challengeFor(app, sara.email), await challengeFor(app, sara.email)];

  const answers = await Promise.all(
    challenges.map((challenge) => answer(app, challenge, code.toUpperCase().replaceAll('-', ' '))),
  );

  const statuses = answers.map(({ status }) => status);
  assert.deepEqual(new Set(statuses), new Set([200, 400]));
  assert.equal((await sara.get('/users/mfa')).body.recoveryCodesLeft, 9);
  assert.equal((await subjects(app, sara.email))[0], CHANGED);
  assert.ok((await eventsOf(app, sara.id)).includes('users.factor_used.v1'));
});

test('new recovery codes invalidate the old ones; without a factor there are none', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await guarded(app), await member(app)];

  const { body: renewed } = await sara.post('/users/mfa/recovery-codes');
  const old = await answer(app, await challengeFor(app, sara.email), sara.recoveryCodes[0] ?? '');
  const fresh = await answer(app, await challengeFor(app, sara.email), renewed.recoveryCodes[0]);
  const none = await reza.post('/users/mfa/recovery-codes');

  assert.deepEqual([old.status, fresh.status], [400, 200]);
  assert.deepEqual([none.status, none.body.code], [404, 'users.factor_not_found']);
});

test('the recovery code of another user is refused', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await guarded(app), await guarded(app)];

  const { status } = await answer(app, await challengeFor(app, sara.email), reza.recoveryCodes[0] ?? '');

  assert.equal(status, 400);
});

test('after the app is removed the password alone signs in, and the recovery codes are deleted', async (t) => {
  const app = await testApp(t);
  const sara = await guarded(app);

  const twice = await sara.post('/users/mfa/totp');
  const removed = await sara.delete('/users/mfa/totp');
  const again = await sara.delete('/users/mfa/totp');

  assert.deepEqual([twice.status, twice.body.code], [409, 'users.factor_exists']);
  assert.deepEqual([removed.status, again.body.code], [204, 'users.factor_not_found']);
  assert.deepEqual((await sara.get('/users/mfa')).body, { totp: false, passkeys: 0, recoveryCodesLeft: 0 });
  assert.ok((await login(app, sara.email)).body.accessToken);
  assert.ok((await eventsOf(app, sara.id)).includes('users.factor_removed.v1'));
});

test('a session of an account with a factor authenticates again by the factor, not by the password alone', async (t) => {
  const app = await testApp(t);
  const sara = await guarded(app);
  app.pass(10 * MINUTE_MS);

  const stale = await sara.post('/users/mfa/recovery-codes');
  const byPassword = await sara.post('/users/step-up', { password: PASSWORD });
  const wrong = await sara.post('/users/step-up', { code: wrongCode(totpCode(app, sara.secret)) });
  const byCode = await sara.post('/users/step-up', { code: totpCode(app, sara.secret) });
  const recent = await sara.post('/users/mfa/recovery-codes');

  assert.deepEqual(stale.body.methods, ['totp']);
  assert.deepEqual([byPassword.status, byPassword.body.code], [403, 'users.step_up_required']);
  assert.deepEqual([wrong.body.code, byCode.status, recent.status], ['users.code_invalid', 204, 200]);
});

test('the answer to a wrong password does not show that there is a factor', async (t) => {
  const app = await testApp(t);
  const sara = await guarded(app);

  const { status, body } = await login(app, sara.email, 'not the password');

  assert.deepEqual([status, body.code, body.methods], [401, 'users.credentials_invalid', undefined]);
});

test('secrets, recovery codes and challenges are not readable in the database', async (t) => {
  const app = await testApp(t);
  const sara = await guarded(app);
  const challenge = await challengeFor(app, sara.email);
  const { rows } = await app.database.pool.query<{ name: string }>(
    `select table_schema || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_schema in ('users', 'notifications', 'audit', 'platform')`,
  );
  const dumps = await Promise.all(
    rows.map(({ name }) => app.database.pool.query<{ text: string }>(`select x::text as text from ${name} x`)),
  );
  const dump = dumps.flatMap((table) => table.rows.map(({ text }) => text)).join('\n');

  for (const secret of [sara.secret, challenge, ...sara.recoveryCodes]) {
    assert.ok(!dump.includes(secret));
    assert.ok(!dump.includes(Buffer.from(secret).toString('hex')));
  }
});
