import assert from 'node:assert/strict';
import { test } from 'node:test';
import { login, member, MINUTE_MS, PASSWORD } from '#testing/accounts.ts';
import { listeningApp, noBrowser, openBrowser, type AuthenticatorOptions } from '#testing/browser.ts';

type Browser = Awaited<ReturnType<typeof openBrowser>>;
type Member = Awaited<ReturnType<typeof member>>;
const options = { skip: noBrowser };
/** What a client can change in the options of the server. */
const LAX = { userVerification: 'discouraged' };

async function register(sara: Member, browser: Browser, kind: 'passkeys' | 'security-keys', changes: object = {}) {
  const { body: begun } = await sara.post(`/users/${kind}/register/start`);
  const credential = await browser.create({ ...begun.options, ...changes });
  return sara.post('/users/passkeys/register/finish', { challengeToken: begun.challengeToken, credential });
}

/** The answer of the browser to a sign-in, or step-up, that `caller` starts. */
async function answer(caller: Pick<Member, 'post'>, browser: Browser, body: object, changes: object = {}) {
  const { body: begun } = await caller.post('/users/passkeys/login/start', body);
  const credential = await browser.get({ ...begun.options, ...changes });
  return { challengeToken: begun.challengeToken as string, credential };
}

/** A member whose only factor is a key that does not verify its user. */
async function keyHolder(t: Parameters<typeof openBrowser>[0], authenticator: AuthenticatorOptions, changes = {}) {
  const app = await listeningApp(t);
  const browser = await openBrowser(t, app.origin, authenticator);
  const sara = await member(app);
  const registered = await register(sara, browser, 'security-keys', changes);
  const allowCredentials = [{ type: 'public-key', id: await idOf(sara, app.database.pool) }];
  const finish = (proof: object) => app.anonymous.post('/users/passkeys/login/finish', proof);
  return { app, browser, sara, registered, allowCredentials, finish };
}

async function idOf({ id }: Member, pool: Awaited<ReturnType<typeof listeningApp>>['database']['pool']) {
  const { rows } = await pool.query('select credential_id as id from users.passkey where user_id = $1', [id]);
  return (rows[0] as { id: string }).id;
}

const KEYS = {
  'a U2F key, with its attestation (fido-u2f),': [{ isU2f: true }, { attestation: 'direct' }],
  'a FIDO2 key without PIN': [
    { isVerifying: false },
    { authenticatorSelection: { residentKey: 'discouraged', ...LAX } }, // the key of the test is built in
  ],
} as const;

for (const [name, [authenticator, changes]] of Object.entries(KEYS))
  test(`${name} is a second factor after the password, and nothing else`, options, async (t) => {
    const { app, browser, sara, registered, allowCredentials, finish } = await keyHolder(t, authenticator, changes);
    const { body: demanded } = await login(app, sara.email);

    const second = await finish(await answer(app.anonymous, browser, { challengeToken: demanded.challengeToken }));
    const alone = await finish(await answer(app.anonymous, browser, {}, { ...LAX, allowCredentials }));
    const besideSession = await finish(await answer(sara, browser, {}));
    app.pass(10 * MINUTE_MS);
    const stale = await sara.post('/users/security-keys/register/start');
    const passwordOnly = await sara.post('/users/step-up', { password: PASSWORD });
    const keyOnly = await sara.post('/users/step-up', await answer(sara, browser, {}));
    const wrong = await sara.post('/users/step-up', { password: 'wrong', ...(await answer(sara, browser, {})) });
    const still = await sara.post('/users/security-keys/register/start');
    const both = await sara.post('/users/step-up', { password: PASSWORD, ...(await answer(sara, browser, {})) });
    const recent = await sara.post('/users/security-keys/register/start');

    assert.deepEqual([registered.status, registered.body.isSecondFactorOnly], [201, true]);
    assert.deepEqual(demanded.methods, ['passkey', 'recoveryCode']);
    assert.deepEqual([second.status, second.body.user?.email], [200, sara.email]);
    for (const { status, body } of [alone, besideSession])
      assert.deepEqual([status, body.code], [400, 'users.passkey_invalid']);
    for (const { status, body } of [stale, passwordOnly, keyOnly, still])
      assert.deepEqual([status, body.methods], [403, ['securityKey']]);
    assert.deepEqual([wrong.status, wrong.body.code], [401, 'users.credentials_invalid']);
    assert.deepEqual([both.status, recent.status], [204, 200]);
  });

test('a passkey beside a security key still verifies its user, and it alone is a way in', options, async (t) => {
  const { app, browser, sara, finish } = await keyHolder(t, { isU2f: true });
  const laptop = await openBrowser(t, app.origin);
  const passkey = await register(sara, laptop, 'passkeys');
  const step = async () => ({ challengeToken: (await login(app, sara.email)).body.challengeToken });

  const lax = await finish(await answer(app.anonymous, laptop, await step(), LAX));
  const verified = await finish(await answer(app.anonymous, laptop, await step()));
  const key = await finish(await answer(app.anonymous, browser, await step()));
  const alone = await finish(await answer(app.anonymous, laptop, {}));
  await app.database.pool.query('update users."user" set password_hash = null where id = $1', [sara.id]);
  const removed = await sara.delete(`/users/passkeys/${passkey.body.id}`);

  assert.equal(passkey.body.isSecondFactorOnly, false);
  assert.deepEqual([lax.status, lax.body.code], [400, 'users.passkey_invalid']);
  assert.deepEqual([verified.status, key.status, alone.status], [200, 200, 200]);
  assert.deepEqual([removed.status, removed.body.code], [409, 'users.last_way_in']);
});
