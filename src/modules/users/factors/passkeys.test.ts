import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listeningApp, noBrowser, openBrowser } from '#testing/browser.ts';
import { actionsOf, eventsOf, login, member, MINUTE_MS, PASSWORD, subjects } from '#testing/accounts.ts';

type App = Awaited<ReturnType<typeof listeningApp>>;
type Browser = Awaited<ReturnType<typeof openBrowser>>;
type Member = Awaited<ReturnType<typeof member>>;
const options = { skip: noBrowser };

async function register(sara: Member, browser: Browser, name = 'laptop') {
  const { body: begun } = await sara.post('/users/passkeys/register/start');
  const credential = await browser.create(begun.options);
  return sara.post('/users/passkeys/register/finish', { challengeToken: begun.challengeToken, credential, name });
}

/** The answer of the browser to a sign-in that was started. */
async function assertion(app: App, browser: Browser, challengeToken?: string) {
  const { body } = await app.anonymous.post('/users/passkeys/login/start', {
    ...(challengeToken && { challengeToken }),
  });
  return { challengeToken: body.challengeToken as string, credential: await browser.get(body.options) };
}

function finish(app: App, answer: object) {
  return app.anonymous.post('/users/passkeys/login/finish', answer);
}

/** A member with a passkey in a browser. */
async function keyHolder(t: Parameters<typeof openBrowser>[0]) {
  const app = await listeningApp(t);
  const browser = await openBrowser(t, app.origin);
  const sara = await member(app);
  const registered = await register(sara, browser);
  return { app, browser, sara, registered };
}

test('a passkey signs in without a password, and the owner was notified of it', options, async (t) => {
  const { app, browser, sara, registered } = await keyHolder(t);

  const signedIn = await finish(app, await assertion(app, browser));
  const { items } = (await sara.get('/users/passkeys')).body;

  assert.deepEqual(
    [registered.status, registered.body.name, registered.body.recoveryCodes.length],
    [201, 'laptop', 10],
  );
  assert.equal(registered.headers['location'], `/api/v1/users/passkeys/${registered.body.id}`);
  assert.deepEqual([signedIn.status, signedIn.body.user.email], [200, sara.email]);
  assert.equal((await app.withToken(signedIn.body.accessToken).get('/users/me')).status, 200);
  assert.deepEqual([items.length, items[0].id, typeof items[0].lastUsedAt], [1, registered.body.id, 'string']);
  assert.equal((await subjects(app, sara.email))[0], 'The ways to sign in to Bonyan have changed');
  assert.ok((await eventsOf(app, sara.id)).includes('users.factor_added.v1'));
});

test('after the password a passkey is the second factor, and only one of that account', options, async (t) => {
  const { app, browser, sara } = await keyHolder(t);
  const reza = await member(app);
  const others = await openBrowser(t, app.origin);
  await register(reza, others);
  const { body: demanded } = await login(app, sara.email);
  const { body: begun } = await app.anonymous.post('/users/passkeys/login/start', {
    challengeToken: demanded.challengeToken,
  });

  const foreign = await finish(app, {
    challengeToken: demanded.challengeToken,
    credential: await others.get({ ...begun.options, allowCredentials: [] }),
  });
  const answer = { challengeToken: demanded.challengeToken, credential: await browser.get(begun.options) };
  const finished = await finish(app, answer);
  const replayed = await finish(app, answer);

  assert.deepEqual(demanded.methods, ['passkey', 'recoveryCode']);
  assert.equal(begun.options.allowCredentials.length, 1);
  assert.deepEqual([foreign.status, foreign.body.code], [400, 'users.passkey_invalid']);
  assert.deepEqual([finished.status, finished.body.user.email], [200, sara.email]);
  assert.deepEqual([replayed.status, replayed.body.code], [401, 'users.challenge_invalid']);
});

test('an answer is accepted once, for its own challenge, and not after five minutes', options, async (t) => {
  const { app, browser } = await keyHolder(t);
  const answer = await assertion(app, browser);
  const { body: other } = await app.anonymous.post('/users/passkeys/login/start', {});

  const moved = await finish(app, { ...answer, challengeToken: other.challengeToken });
  const both = await Promise.all([finish(app, answer), finish(app, answer)]);
  const late = await assertion(app, browser);
  app.pass(5 * MINUTE_MS);
  const expired = await finish(app, late);

  assert.equal(moved.body.code, 'users.passkey_invalid');
  assert.deepEqual(new Set(both.map(({ status }) => status)), new Set([200, 401]));
  assert.equal(expired.body.code, 'users.challenge_invalid');
});

test('a changed signature, another origin and an unknown passkey are refused', options, async (t) => {
  const { app, browser, sara } = await keyHolder(t);
  const answer = await assertion(app, browser);
  const credential = answer.credential as { id: string; response: { clientDataJSON: string; signature: string } };
  const clientData = JSON.parse(Buffer.from(credential.response.clientDataJSON, 'base64url').toString());
  const elsewhere = Buffer.from(JSON.stringify({ ...clientData, origin: 'http://evil.example' })).toString('base64url');
  const withResponse = (change: object) => ({
    ...answer,
    credential: { ...credential, response: { ...credential.response, ...change } },
  });
  const flipped = credential.response.signature.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));

  const forged = await finish(app, withResponse({ signature: `AAAA${flipped.slice(4)}` }));
  const foreign = await finish(app, withResponse({ clientDataJSON: elsewhere }));
  await sara.delete(`/users/passkeys/${(await sara.get('/users/passkeys')).body.items[0].id}`);
  const removed = await finish(app, answer);

  const codes = [forged, foreign, removed].map(({ body }) => body.code);
  assert.deepEqual(
    codes,
    Array.from({ length: 3 }, () => 'users.passkey_invalid'),
  );
  const failures = (await actionsOf(app, sara.id)).filter((action) => action === 'users.login_failed');
  assert.equal(failures.length, 2); // of the passkey that was still registered
});

test('a device that does not verify its owner neither registers nor signs in', options, async (t) => {
  const app = await listeningApp(t);
  const sara = await member(app);
  const browser = await openBrowser(t, app.origin, { isVerifying: false });
  const { body: begun } = await sara.post('/users/passkeys/register/start');
  const lax = { residentKey: 'discouraged', userVerification: 'discouraged' };

  const credential = await browser.create({ ...begun.options, authenticatorSelection: lax });
  const { challengeToken } = begun;
  const answer = await sara.post('/users/passkeys/register/finish', { challengeToken, credential });

  assert.deepEqual([answer.status, answer.body.code], [400, 'users.passkey_invalid']);
  assert.deepEqual((await sara.get('/users/passkeys')).body.items, []);
});

test(
  'a copy of a passkey, with an older counter, is refused and recorded, and the owner is notified',
  options,
  async (t) => {
    const { app, browser, sara } = await keyHolder(t);
    await finish(app, await assertion(app, browser));
    await finish(app, await assertion(app, browser));
    await browser.replace(await browser.credential(), 1);

    const { status, body } = await finish(app, await assertion(app, browser));

    assert.deepEqual([status, body.code], [400, 'users.passkey_invalid']);
    assert.equal((await actionsOf(app, sara.id)).at(-1), 'users.factor_refused');
    assert.ok((await eventsOf(app, sara.id)).includes('users.factor_refused.v1'));
  },
);

test(
  'a registration is finished once, by the user who started it, and a credential is registered once',
  options,
  async (t) => {
    const { app, browser, sara } = await keyHolder(t);
    const reza = await member(app);
    const { body: begun } = await sara.post('/users/passkeys/register/start');
    const { body: again } = await sara.post('/users/passkeys/register/start');
    const credential = await browser.create({ ...begun.options, excludeCredentials: [] });
    const { challengeToken } = begun;

    const stolen = await reza.post('/users/passkeys/register/finish', { challengeToken, credential });
    const moved = await sara.post('/users/passkeys/register/finish', {
      challengeToken: again.challengeToken,
      credential,
    });
    const taken = await sara.post('/users/passkeys/register/finish', { challengeToken, credential });
    const twice = await sara.post('/users/passkeys/register/finish', { challengeToken, credential });
    const { body: once } = await sara.post('/users/passkeys/register/start');
    const excluded = await browser.create(once.options).then(
      () => 'made',
      (error: Error) => error.message,
    );

    const codes = [stolen, moved, twice].map(({ body }) => body.code);
    assert.deepEqual(codes, ['users.challenge_invalid', 'users.passkey_invalid', 'users.challenge_invalid']);
    assert.equal(taken.status, 201);
    assert.equal(taken.body.recoveryCodes, null); // there were some already
    assert.match(excluded, /InvalidStateError|already registered|excluded/i);
  },
);

test('a passkey authenticates a session again', options, async (t) => {
  const { app, browser, sara } = await keyHolder(t);
  const reza = await member(app);
  app.pass(10 * MINUTE_MS);

  const stale = await sara.post('/users/passkeys/register/start');
  const byPassword = await sara.post('/users/step-up', { password: PASSWORD });
  const { body: begun } = await sara.post('/users/passkeys/login/start', {});
  const proof = { challengeToken: begun.challengeToken, credential: await browser.get(begun.options) };
  const elsewhere = await reza.post('/users/step-up', proof);
  const stepUp = await sara.post('/users/step-up', proof);
  const recent = await sara.post('/users/passkeys/register/start');

  assert.deepEqual(stale.body.methods, ['passkey']);
  assert.deepEqual([byPassword.status, elsewhere.status, stepUp.status, recent.status], [403, 403, 204, 200]);
});

test(
  'after the last passkey is removed the password alone signs in; the passkey of another user cannot be removed',
  options,
  async (t) => {
    const { app, sara, registered } = await keyHolder(t);
    const reza = await member(app);
    const { id } = registered.body;

    const foreign = await reza.delete(`/users/passkeys/${id}`);
    const removed = await sara.delete(`/users/passkeys/${id}`);

    assert.deepEqual([foreign.status, foreign.body.code, removed.status], [404, 'users.passkey_not_found', 204]);
    assert.deepEqual((await sara.get('/users/mfa')).body, { totp: false, passkeys: 0, recoveryCodesLeft: 0 });
    assert.ok((await login(app, sara.email)).body.accessToken);
  },
);
