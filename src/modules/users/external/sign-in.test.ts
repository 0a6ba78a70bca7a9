import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { testApp } from '#testing/app.ts';
import { userEvents } from '../contract.ts';
import { actionsOf, eventsOf, login, member, subjects } from '#testing/accounts.ts';
import { appWithProvider, CALLBACK, HOME, newBrowser } from '#testing/external-sign-in.ts';
import { browse, startOidc } from '#testing/servers/oidc-provider.ts';

const sara = { email: 'Sara@Example.com', email_verified: true, given_name: 'Sara', family_name: 'Amini' };

test('a new user gets an account with the default role, and tokens only for a one-time code', async (t) => {
  const { app } = await appWithProvider(t, { sara });
  const browser = newBrowser(app);

  const begun = await browser.start();
  const back = await browser.comeBack(await browse(begun.to, CALLBACK));
  const { status, body } = await browser.exchange(back.code);
  const again = await browser.exchange(back.code);

  const sent = new URL(begun.to).searchParams;
  assert.deepEqual(
    [sent.get('response_type'), sent.get('code_challenge_method'), sent.get('redirect_uri')],
    ['code', 'S256', CALLBACK],
  );
  assert.ok(sent.get('state') && sent.get('nonce') && sent.get('code_challenge'));
  assert.match(begun.set, /^bonyan_browser=[\w-]{43}; Max-Age=1800; Path=\/; HttpOnly; SameSite=Lax$/);
  assert.deepEqual([back.status, back.location?.origin, back.location?.pathname], [302, HOME, '/console']);
  assert.deepEqual([...(back.location?.searchParams.keys() ?? [])], ['code']);
  assert.deepEqual([status, body.user.email, body.user.firstName], [200, 'sara@example.com', 'Sara']);
  assert.deepEqual(body.user.roles, ['user']);
  assert.equal((await app.withToken(body.accessToken).get('/users/me')).body.status, 'active');
  assert.deepEqual([again.status, again.body.code], [401, 'users.challenge_invalid']);
  assert.ok((await eventsOf(app, body.user.id)).includes('users.registered.v1'));
  assert.ok((await actionsOf(app, body.user.id)).includes('users.registered'));
});

test('providers are listed with their start address, and an unknown one is not found', async (t) => {
  const { app } = await appWithProvider(t, { sara });

  const { body } = await app.anonymous.get('/users/oauth/providers');
  const unknown = await app.anonymous.get('/users/oauth/other/start');

  assert.deepEqual(body.items, [{ name: 'acme', title: 'Acme', startUrl: `${HOME}/api/v1/users/oauth/acme/start` }]);
  assert.deepEqual([unknown.status, unknown.body.code], [404, 'users.provider_not_found']);
});

test('the account belongs to issuer and subject: an address with a new owner gives no access', async (t) => {
  const { app, oidc } = await appWithProvider(t, { sara, other: { email: 'other@example.com', email_verified: true } });
  const { body: first } = await newBrowser(app).signIn();

  oidc.people['sara'] = { ...sara, email: 'new@example.com' };
  oidc.people['other'] = { email: 'third@example.com', email_verified: true };
  const { body: moved } = await newBrowser(app).signIn();
  oidc.signsIn('other');
  const { body: other } = await newBrowser(app).signIn();

  assert.equal(moved.user.id, first.user.id);
  assert.equal(moved.user.email, 'sara@example.com');
  assert.notEqual(other.user.id, first.user.id);
});

test('a verified address is linked with the account that verified it too, and its owner is notified', async (t) => {
  const { app } = await appWithProvider(t, { sara });
  const owner = await member(app, 'sara@example.com');

  const { body } = await newBrowser(app).signIn();

  assert.equal(body.user.id, owner.id);
  assert.equal((await subjects(app, owner.email))[0], 'The ways to sign in to Bonyan have changed');
  assert.ok((await login(app, owner.email)).body.accessToken);
  assert.ok((await eventsOf(app, owner.id)).includes('users.factor_added.v1'));
  assert.ok((await actionsOf(app, owner.id)).includes('users.factor_added'));
});

test('the proof of an address that looks the same signs in to nobody: the mailbox of the account must confirm it', async (t) => {
  for (const email of ['sa\u200bra@example.com', 'sara\u00ad@example.com']) {
    const { app } = await appWithProvider(t, { sara: { ...sara, email } });
    const owner = await member(app, 'sara@example.com');

    const { status, body } = await newBrowser(app).signIn();

    assert.deepEqual([status, body.emailVerificationRequired, body.accessToken], [200, true, undefined]);
    assert.deepEqual(
      await eventsOf(app, owner.id).then((events) => events.filter((one) => one.includes('factor'))),
      [],
    );
  }
});

test('an address that the provider has not verified needs its own code, and only then an account is created', async (t) => {
  const { app } = await appWithProvider(t, { sara: { ...sara, email_verified: false } });
  const browser = newBrowser(app);

  const { body: demanded } = await browser.signIn();
  const before = await app.database.pool.query('select 1 from users.user');
  const code = /\b\d{6}\b/.exec((await subjects(app, 'sara@example.com'))[0] ?? '')?.[0] ?? '';
  const confirm = (typed: string) =>
    app.anonymous.post('/users/oauth/confirm-email', { challengeToken: demanded.challengeToken, code: typed });
  const wrong = await confirm(code === '000000' ? '000001' : '000000');
  const right = await confirm(code);
  const again = await confirm(code);
  const next = await newBrowser(app).signIn();

  assert.equal(demanded.emailVerificationRequired, true);
  assert.equal(before.rows.length, 0);
  assert.deepEqual([wrong.status, wrong.body.code], [400, 'users.code_invalid']);
  assert.deepEqual([right.status, right.body.user.email], [200, 'sara@example.com']);
  assert.equal(again.body.code, 'users.challenge_invalid');
  assert.equal(next.body.user.id, right.body.user.id);
});

test('an unverified address that has an account gets the same answer; no code works, and its owner is notified', async (t) => {
  const { app } = await appWithProvider(t, { sara: { ...sara, email_verified: false } });
  const owner = await member(app, 'sara@example.com');
  app.pass(60_000);

  const { status, body } = await newBrowser(app).signIn();
  const guesses = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      app.anonymous.post('/users/oauth/confirm-email', { challengeToken: body.challengeToken, code: `00000${index}` }),
    ),
  );

  assert.deepEqual(
    [status, Object.keys(body).toSorted()],
    [200, ['challengeToken', 'emailVerificationRequired', 'expiresAtUtc']],
  );
  assert.equal((await subjects(app, owner.email))[0], 'You already have an account at Bonyan');
  assert.equal(guesses.filter((guess) => guess.body.code === 'users.code_invalid').length, 5);
  assert.ok(guesses.every((guess) => guess.status !== 200));
});

test('identities are listed and unlinked by their owner with recent authentication and a notification, but never the last one', async (t) => {
  const { app } = await appWithProvider(t, { sara });
  const owner = await member(app, 'sara@example.com');
  const stranger = await member(app);
  await newBrowser(app).signIn();
  const { body: linked } = await owner.get('/users/identities');
  const path = `/users/identities/${linked.items[0]?.id}`;

  const theirs = await stranger.delete(path);
  const removed = await owner.delete(path);
  const again = await owner.delete(path);
  const subject = (await subjects(app, owner.email))[0];
  const { body: without } = await owner.get('/users/identities');
  app.pass(10 * 60_000);
  const old = await owner.delete(path);

  assert.deepEqual([linked.items.length, linked.items[0].provider, linked.items[0].title], [1, 'acme', 'Acme']);
  assert.deepEqual([theirs.status, theirs.body.code], [404, 'users.identity_not_found']);
  assert.deepEqual([removed.status, again.status, without.items.length], [204, 404, 0]);
  assert.deepEqual([old.status, old.body.code], [403, 'users.step_up_required']);
  assert.equal(subject, 'The ways to sign in to Bonyan have changed');
  assert.ok((await actionsOf(app, owner.id)).includes('users.factor_removed'));
  assert.ok((await eventsOf(app, owner.id)).includes('users.factor_removed.v1'));
});

test('the last way to sign in stays', async (t) => {
  const { app } = await appWithProvider(t, { sara });
  const { body } = await newBrowser(app).signIn();
  const owner = app.withToken(body.accessToken);
  const { body: linked } = await owner.get('/users/identities');

  const last = await owner.delete(`/users/identities/${linked.items[0].id}`);

  assert.deepEqual([last.status, last.body.code], [409, 'users.last_way_in']);
  assert.equal((await owner.get('/users/identities')).body.items.length, 1);
  assert.equal((await newBrowser(app).signIn()).status, 200);
});

test('without an address there is no account', async (t) => {
  const { app } = await appWithProvider(t, { sara: { given_name: 'Sara' } });

  const { error } = await newBrowser(app).visit();

  assert.equal(error, 'users.external_email_missing');
});

test('an answer is accepted once, and only from the browser that started', async (t) => {
  const { app } = await appWithProvider(t, { sara });
  const [browser, other, bare] = [newBrowser(app), newBrowser(app), newBrowser(app)];
  await other.start();
  const answers = [];
  for (let index = 0; index < 3; index++) answers.push(await browse((await browser.start()).to, CALLBACK));

  const stolen = await other.comeBack(answers[0] ?? '');
  const without = await bare.comeBack(answers[1] ?? '');
  const right = await browser.comeBack(answers[2] ?? '');
  const again = await browser.comeBack(answers[2] ?? '');
  const forged = await browser.comeBack(`${CALLBACK}?code=x&state=bnc_${'A'.repeat(43)}`);
  const none = await browser.comeBack(`${CALLBACK}?code=x`);

  assert.equal(right.error, null);
  assert.deepEqual(
    [stolen, without, again, forged, none].map(({ status, body }) => [status, body.code]),
    Array.from({ length: 5 }, () => [400, 'users.oauth_state_invalid']),
  );
});

test('a one-time code works for a minute, in its browser, once', async (t) => {
  const { app } = await appWithProvider(t, { sara });
  const [browser, other] = [newBrowser(app), newBrowser(app)];
  await other.start();
  const [first, second, third] = [await browser.visit(), await browser.visit(), await browser.visit()];

  const elsewhere = await other.exchange(first.code);
  const both = await Promise.all([browser.exchange(second.code), browser.exchange(second.code)]);
  app.pass(60_000);
  const late = await browser.exchange(third.code);

  assert.deepEqual([elsewhere.status, elsewhere.body.code], [401, 'users.challenge_invalid']);
  assert.deepEqual(new Set(both.map(({ status }) => status)), new Set([200, 401]));
  assert.equal(late.body.code, 'users.challenge_invalid');
});

test('an ID token for another request, and a code for another browser, are refused: nonce and PKCE', async (t) => {
  const { app } = await appWithProvider(t, { sara });
  const browser = newBrowser(app);

  const nonce = await browser.visit('acme', (url) => url.searchParams.set('nonce', 'another'));
  const pkce = await browser.visit('acme', (url) => url.searchParams.set('code_challenge', 'A'.repeat(43)));

  assert.deepEqual([nonce.error, pkce.error], ['users.external_refused', 'users.external_refused']);
  assert.equal((await app.database.pool.query('select 1 from users.user')).rows.length, 0);
});

test('the answer of one provider is refused for a request to another: mix-up', async (t) => {
  const [honest, evil] = [await startOidc(t, CALLBACK, { sara }), await startOidc(t, CALLBACK, { sara })];
  const app = await testApp(t, { environment: { ...honest.environment('HONEST'), ...evil.environment('EVIL') } });
  const browser = newBrowser(app);
  const [toEvil, toHonest] = [new URL((await browser.start('evil')).to), new URL((await browser.start('honest')).to)];
  for (const name of ['state', 'nonce', 'code_challenge'])
    toHonest.searchParams.set(name, toEvil.searchParams.get(name) ?? '');
  const answer = new URL(await browse(toHonest.href, CALLBACK));
  const withoutIssuer = new URL((await browser.start('evil')).to).searchParams.get('state') ?? '';

  const mixed = await browser.comeBack(answer.href);
  answer.searchParams.delete('iss');
  answer.searchParams.set('state', withoutIssuer);
  const silent = await browser.comeBack(answer.href);

  assert.equal(answer.searchParams.get('iss'), null);
  assert.deepEqual([mixed.error, silent.error], ['users.external_refused', 'users.external_refused']);
  assert.equal(evil.codesTraded(), 0); // the honest one's code never reached it
});

test('browsers are redirected to allowed origins only', async (t) => {
  const { app } = await appWithProvider(t, { sara }, { BONYAN_RETURN_ORIGINS: 'https://app.example.com' });
  const browser = newBrowser(app);
  const foreign = [
    'https://evil.example',
    'https://app.example.com.evil.example/',
    'https://app.example.com@evil.example/',
    'https://user:pass@app.example.com/',
    'http://app.example.com/',
    'https://app.example.com:8443/',
    '//evil.example',
    '/console',
    'javascript:alert(1)',
    'blob:https://app.example.com/3f0e',
    `blob:${HOME}/3f0e`,
  ];

  const refused = [];
  for (const url of foreign) refused.push(await browser.start('acme', url));
  const allowed = await browser.start('acme', 'https://app.example.com/in?x=1');
  const back = await browser.comeBack(await browse(allowed.to, CALLBACK));

  assert.deepEqual(
    refused.map(({ status, body }) => [status, body?.code]),
    foreign.map(() => [400, 'users.return_url_refused']),
  );
  assert.match(String(back.location), /^https:\/\/app\.example\.com\/in\?x=1&code=bnc_/);
});

test('a page of another site exchanges its code by PKCE, without a cookie: with its own verifier, once', async (t) => {
  const { app } = await appWithProvider(t, { sara }, { BONYAN_RETURN_ORIGINS: 'https://app.example.com' });
  const browser = newBrowser(app);
  const codeVerifier = 'v'.repeat(43);
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const page = { origin: 'https://app.example.com' };
  const send = (body: object) => app.anonymous.post('/users/oauth/exchange', body, page);
  const begin = async (more?: Record<string, string>) => {
    const { to } = await browser.start('acme', 'https://app.example.com/in', more);
    return (await browser.comeBack(await browse(to, CALLBACK))).code;
  };
  const [code, bare] = [await begin({ codeChallenge }), await begin()];
  const wrong: Record<string, (code: string) => ReturnType<typeof send>> = {
    'without a verifier': (its) => send({ code: its }),
    'without a verifier, with the cookie': (its) => browser.exchange(its),
    'another verifier': (its) => send({ code: its, codeVerifier: 'w'.repeat(43) }),
    'the challenge itself (plain)': (its) => send({ code: its, codeVerifier: codeChallenge }),
  };

  const refused: Record<string, Awaited<ReturnType<typeof send>>> = {};
  for (const [name, exchange] of Object.entries(wrong)) {
    const its = await begin({ codeChallenge });
    refused[name] = await exchange(its);
    refused[`${name}, then the right one`] = await send({ code: its, codeVerifier }); // somebody else has the code
  }
  Object.assign(refused, {
    'no challenge, no cookie': await send({ code: bare }),
    'no challenge, with a verifier': await send({ code: bare, codeVerifier }),
    'no challenge, with a verifier and the cookie': await browser.exchange(bare, { codeVerifier }),
  });
  const right = await send({ code, codeVerifier });
  const again = await send({ code, codeVerifier });
  const byCookie = await browser.exchange(bare);

  for (const [name, { status, body }] of Object.entries(refused))
    assert.deepEqual([status, body.code], [401, 'users.challenge_invalid'], name);
  assert.deepEqual([right.status, right.body.user.email], [200, 'sara@example.com']);
  assert.equal(right.headers['access-control-allow-origin'], page.origin);
  assert.deepEqual([again.status, byCookie.status], [401, 200]);
});

test('a challenge that is no SHA-256, or asks for another method, starts nothing', async (t) => {
  const { app } = await appWithProvider(t, { sara });
  const browser = newBrowser(app);
  const challenges = ['', 'short', 'A'.repeat(44), `${'A'.repeat(42)}=`, `${'A'.repeat(42)}+`];

  const refused = [];
  for (const codeChallenge of challenges) refused.push(await browser.start('acme', `${HOME}/`, { codeChallenge }));
  const plain = { codeChallenge: 'A'.repeat(43), codeChallengeMethod: 'plain' };
  refused.push(await browser.start('acme', `${HOME}/`, plain));

  assert.deepEqual(
    new Set(refused.map(({ status, body }) => `${status} ${body?.code}`)),
    new Set(['400 http.invalid']),
  );
});

test('a sign-in that is cancelled at the provider returns with an error, which is recorded', async (t) => {
  const { app } = await appWithProvider(t, { sara });
  const browser = newBrowser(app);
  const state = new URL((await browser.start()).to).searchParams.get('state') ?? '';

  const { error } = await browser.comeBack(`${CALLBACK}?error=access_denied&state=${state}`);

  assert.equal(error, 'users.external_refused');
  const { rows } = await app.database.pool.query(
    "select 1 from audit.entry where action = 'users.external_login_failed'",
  );
  assert.equal(rows.length, 1);
});

test('a second factor is required after an external provider too', async (t) => {
  const { app } = await appWithProvider(t, { sara });
  const owner = await member(app, 'sara@example.com');
  await app.database.pool.query(
    `insert into users.passkey (id, user_id, credential_id, public_key, counter, transports, is_backed_up, name, created_at)
     values (gen_random_uuid(), $1, 'x', '', 0, '{}', false, 'laptop', now())`,
    [owner.id],
  );

  const { status, body } = await newBrowser(app).signIn();

  assert.deepEqual([status, body.mfaRequired, body.methods], [200, true, ['passkey']]);
});

test('disabled accounts cannot sign in, and the identity of a deleted one is deleted', async (t) => {
  const { app } = await appWithProvider(t, { sara });
  const browser = newBrowser(app);
  const { body } = await browser.signIn();
  const waiting = await browser.visit();

  await app.database.pool.query("update users.user set status = 'disabled' where id = $1", [body.user.id]);
  const exchanged = await browser.exchange(waiting.code);
  const disabled = await browser.visit();
  await app.database.units.write(system('users'), async ({ publish }) =>
    publish(userEvents.deleted, { userId: body.user.id }),
  );
  await app.drain();
  const anew = await browser.signIn();

  assert.deepEqual([exchanged.status, exchanged.body.code], [403, 'users.disabled']);
  assert.equal(disabled.error, 'users.disabled');
  assert.notEqual(anew.body.user.id, body.user.id);
});

test('an account created this way has no password: it authenticates again by a new sign-in', async (t) => {
  const { app } = await appWithProvider(t, { sara });
  const { body } = await newBrowser(app).signIn();
  const client = app.withToken(body.accessToken);

  const byPassword = await login(app, 'sara@example.com', 'any password at all');
  const recent = await client.post('/users/change-email', { email: app.randomEmail() });
  app.pass(10 * 60_000);
  const stale = await client.post('/users/change-email', { email: app.randomEmail() });

  assert.deepEqual([byPassword.status, byPassword.body.code], [401, 'users.credentials_invalid']);
  assert.deepEqual([recent.status, stale.body.code, stale.body.methods], [202, 'users.step_up_required', []]);
});

test('two concurrent sign-ins of a new user create one account', async (t) => {
  const { app } = await appWithProvider(t, { sara });
  const browsers = [newBrowser(app), newBrowser(app), newBrowser(app)];

  const answers = await Promise.all(browsers.map((browser) => browser.signIn()));

  assert.equal(new Set(answers.map(({ body }) => body.user?.id)).size, 1);
});

test('an unreachable provider does not stop the start, and is used as soon as it is back', async (t) => {
  const { app, oidc } = await appWithProvider(t, { sara });
  const browser = newBrowser(app);
  oidc.goAway(true);

  const health = await app.http.inject({ url: '/health' });
  const away = await browser.start();
  oidc.goAway(false);
  const { to } = await browser.start();
  const answer = await browse(to, CALLBACK);
  oidc.goAway(true);
  const lost = await browser.comeBack(answer);
  oidc.goAway(false);
  const { status } = await browser.signIn();

  const component = health.json().components.find(({ name }: { name: string }) => name === 'identity.acme');
  assert.equal(component.status, 'unhealthy');
  assert.deepEqual([away.status, away.body.code], [503, 'users.provider_unavailable']);
  assert.equal(lost.error, 'users.provider_unavailable');
  assert.equal(status, 200);
});

test('external identities are part of the export of a user, and are erased with the user', async (t) => {
  const { app } = await appWithProvider(t, { sara });
  const { body } = await newBrowser(app).signIn();
  const { privacy } = app.modules.find(({ name }) => name === 'users') ?? {};

  const exported = JSON.stringify(await privacy?.export(body.user.id));

  assert.match(exported, /"provider":"acme"/);
  assert.match(exported, /"subject":"sara"/);
});
