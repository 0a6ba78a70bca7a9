import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { createRemoteJWKSet, exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT, type JWK } from 'jose';
import { createKeys } from '#platform/keys/derived.ts';
import { loadConfig } from '#platform/config/load.ts';
import { createLog } from '#platform/log/pino.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { createApp } from '../../../app.ts';
import { sealedSigningKeys } from '../secrets.ts';
import { login, member, MINUTE_MS, runJob } from '#testing/accounts.ts';

const SECRET = 'only-for-tests-only-for-tests-only-for-tests';
const DAY_MS = 24 * 60 * MINUTE_MS;

const headerOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
const kidOf = (token: string) => headerOf(token).kid;
const algOf = (token: string) => headerOf(token).alg;
const toAlg = ({ alg }: { alg: string }) => alg;

async function publishedKids(app: TestApp): Promise<string[]> {
  const { keys } = (await app.http.inject('/.well-known/jwks.json')).json();
  return keys.map(({ kid }: { kid: string }) => kid);
}

/** The installation's own signing key, opened as the server does. */
async function signingKey({ database }: TestApp) {
  const { rows } = await database.pool.query<{ kid: string; sealed: Buffer; public: JWK }>(
    'select kid, private_sealed as sealed, public_jwk as public from users.signing_key',
  );
  const [row] = rows;
  if (!row) throw new Error('there is no key');
  const privateJwk = JSON.parse(createKeys(SECRET).open(sealedSigningKeys, row.kid, row.sealed).toString()) as JWK;
  return { kid: row.kid, publicJwk: row.public, key: await importJWK(privateJwk, String(row.public.alg)) };
}

/** An app that listens on a real socket, with the address of the socket as its public URL. */
async function listen(t: TestContext) {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const url = `http://localhost:${port}`;
  const app = await testApp(t, { environment: { BONYAN_PUBLIC_URL: url } });
  await app.http.listen({ host: 'localhost', port });
  return { app, url };
}

/** Another node on the same database; answers the status of a request with the token. */
async function secondNode(t: TestContext, app: TestApp, environment: Record<string, string> = {}) {
  const config = loadConfig({
    DATABASE_URL: app.databaseUrl,
    BONYAN_SECRET: SECRET,
    BONYAN_RATE_LIMIT_PER_MINUTE: '0',
    BONYAN_MAX_LOOP_DELAY_MS: '0', // tests share a machine with each other
    BONYAN_LOG_LEVEL: 'silent',
    ...environment,
  });
  const other = await createApp({ config, kind: 'serve', log: createLog('silent'), now: app.now });
  t.after(() => other.close());
  await other.prepare();
  const { http } = await other.createServer();
  t.after(() => http.close());
  return async (token: string) =>
    (await http.inject({ url: '/api/v1/users/me', headers: { authorization: `Bearer ${token}` } })).statusCode;
}

test('another service verifies our tokens by the published keys, also across a rotation', async (t) => {
  const { app, url } = await listen(t);
  const discovery = (await (await fetch(`${url}/.well-known/openid-configuration`)).json()) as Record<string, string>;
  const keySet = createRemoteJWKSet(new URL(discovery['jwks_uri'] ?? ''), { cooldownDuration: 0 });
  const verify = (token: string) =>
    jwtVerify(token, keySet, {
      issuer: discovery['issuer'] ?? '',
      audience: url,
      typ: 'at+jwt',
      currentDate: app.now(),
    });
  const sara = await member(app);

  const before = await verify(sara.tokens.accessToken);
  await app.users.rotateSigningKey();
  app.pass(11 * MINUTE_MS);
  const rotated = (await login(app, sara.email)).body.accessToken;
  const after = await verify(rotated);
  const older = await verify(sara.tokens.accessToken);

  assert.deepEqual([before.payload.sub, after.payload.sub, older.payload.sub], [sara.id, sara.id, sara.id]);
  assert.notEqual(kidOf(rotated), kidOf(sara.tokens.accessToken));
});

test('a new key is published immediately and signs ten minutes later; the old one is deleted when its tokens have expired', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const old = kidOf(sara.tokens.accessToken);
  const { kid } = await app.users.rotateSigningKey();
  const again = await app.users.rotateSigningKey();

  const early = kidOf((await login(app, sara.email)).body.accessToken);
  const announced = await publishedKids(app);
  app.pass(10 * MINUTE_MS + 1000);
  const late = kidOf((await login(app, sara.email)).body.accessToken);
  await runJob(app, 'users.signing_keys');
  const both = await publishedKids(app);
  app.pass(16 * MINUTE_MS);
  await runJob(app, 'users.signing_keys');

  assert.deepEqual([again.kid, early, late], [kid, old, kid]);
  assert.deepEqual([announced, both, await publishedKids(app)], [[kid, old], [kid, old], [kid]]);
});

test('a key is replaced automatically when it is old enough', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_SIGNING_KEY_DAYS: '30' } });
  const [first] = await publishedKids(app);
  await runJob(app, 'users.signing_keys');
  app.pass(30 * DAY_MS);

  await Promise.all([runJob(app, 'users.signing_keys'), runJob(app, 'users.signing_keys')]);

  const kids = await publishedKids(app);
  assert.deepEqual([kids.length, kids[1]], [2, first]);
});

test('no request fails while keys rotate, and a second node accepts the tokens of the first', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const askOther = await secondNode(t, app);
  let isRunning = true;
  const statuses: number[] = [];
  const traffic = (async () => {
    let { refreshToken } = sara.tokens;
    while (isRunning) {
      const { status, body } = await app.anonymous.post('/users/refresh', { refreshToken });
      ({ refreshToken } = body);
      statuses.push(status, await askOther(body.accessToken));
    }
    return refreshToken as string;
  })();

  /** Waits until the background requests have run twice more. */
  const rounds = async () => {
    for (const enough = statuses.length + 4; statuses.length < enough;) await askOther(sara.tokens.accessToken);
  };

  await rounds();
  await app.users.rotateSigningKey();
  await rounds();
  app.pass(10 * MINUTE_MS + 1000);
  await rounds();
  isRunning = false;
  const refreshToken = await traffic;
  const { body: last } = await app.anonymous.post('/users/refresh', { refreshToken });

  assert.deepEqual([...new Set(statuses)], [200]);
  assert.equal(await askOther(last.accessToken), 200);
  assert.notEqual(kidOf(last.accessToken), kidOf(sara.tokens.accessToken));
});

test('nodes with different algorithms accept the tokens of each other, and a change of the setting refuses none', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const published = async () => (await app.http.inject('/.well-known/jwks.json')).json().keys.map(toAlg);
  const old = sara.tokens.accessToken;

  const askChanged = await secondNode(t, app, { BONYAN_TOKEN_ALGORITHM: 'EdDSA' });
  await secondNode(t, app, { BONYAN_TOKEN_ALGORITHM: 'EdDSA' });
  const changing = [await published(), algOf((await login(app, sara.email)).body.accessToken)];
  app.pass(10 * MINUTE_MS + 1000);
  const renewed = (await login(app, sara.email)).body.accessToken;
  const statuses = [await askChanged(old), await askChanged(renewed), (await sara.get('/users/me')).status];
  await runJob(app, 'users.signing_keys'); // on the node with the old setting, which is still there
  const returned = await published();

  assert.deepEqual(changing, [['EdDSA', 'ES256'], 'ES256']);
  assert.deepEqual([algOf(old), algOf(renewed)], ['ES256', 'EdDSA']);
  assert.deepEqual(statuses, [200, 200, 200]);
  assert.deepEqual(returned, ['ES256', 'EdDSA', 'ES256']);
});

test('the tokens of a withdrawn key are refused with the next request on every node, and its successor signs at once', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const { accessToken, refreshToken } = sara.tokens;
  const askOther = await secondNode(t, app);
  const before = [(await sara.get('/users/me')).status, await askOther(accessToken)]; // both nodes have cached the token

  const successor = await app.users.withdrawSigningKey(kidOf(accessToken));
  const after = [(await sara.get('/users/me')).status, await askOther(accessToken)];
  const { body: renewed } = await app.anonymous.post('/users/refresh', { refreshToken });

  assert.deepEqual([...before, ...after], [200, 200, 401, 401]);
  assert.equal(kidOf(renewed.accessToken), successor);
  assert.deepEqual(await publishedKids(app), [successor]);
  assert.equal((await app.withToken(renewed.accessToken).get('/users/me')).status, 200);
  assert.equal(await askOther(renewed.accessToken), 200);
});

test('whichever key is withdrawn, the newest one that is left signs, and the withdrawal is recorded', async (t) => {
  const app = await testApp(t);
  const { email } = await member(app);
  const signer = async () => kidOf((await login(app, email)).body.accessToken);
  const first = await signer();
  await app.users.rotateSigningKey();
  app.pass(10 * MINUTE_MS + 1000);
  const second = await signer();
  const { kid: pending } = await app.users.rotateSigningKey();

  const afterOld = [await app.users.withdrawSigningKey(first), await signer()];
  const afterSigning = [await app.users.withdrawSigningKey(second), await signer()];
  const { kid: next } = await app.users.rotateSigningKey();
  const afterPending = [await app.users.withdrawSigningKey(next), await signer()];
  const again = await app.users.withdrawSigningKey(first);

  assert.deepEqual([afterOld, afterSigning, afterPending].flat(), [second, second, pending, pending, pending, pending]);
  assert.equal(again, null);
  const { rows } = await app.database.pool.query<{ kid: string }>(
    "select resource_id as kid from audit.entry where action = 'users.signing_key_withdrawn' order by id",
  );
  assert.deepEqual(rows, [{ kid: first }, { kid: second }, { kid: next }]);
});

test('two withdrawals of the signing key at once leave one key that signs', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const kid = kidOf(sara.tokens.accessToken);

  const answers = await Promise.all([app.users.withdrawSigningKey(kid), app.users.withdrawSigningKey(kid)]);

  assert.deepEqual(
    answers.filter((successor) => successor === null),
    [null],
  );
  assert.deepEqual([await publishedKids(app)], [answers.filter((successor) => successor !== null)]);
  assert.equal((await login(app, sara.email)).status, 200);
});

test('tokens that are signed in another way are refused', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const { kid, key, publicJwk } = await signingKey(app);
  const [head = '', body = '', signature = ''] = sara.tokens.accessToken.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = (header: object, payload: object, by: Parameters<SignJWT['sign']>[0] = key) =>
    new SignJWT({ ...claims, ...payload }).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...header }).sign(by);
  const mine = await generateKeyPair('ES256', { extractable: true });
  const edwards = await generateKeyPair('EdDSA');
  const myJwk = await exportJWK(mine.publicKey);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const hmacHead = encode({ alg: 'HS256', typ: 'at+jwt', kid });
  const hmac = createHmac('sha256', Buffer.from(String(publicJwk.x), 'base64url')).update(`${hmacHead}.${body}`);
  const hmacText = createHmac('sha256', JSON.stringify(publicJwk)).update(`${hmacHead}.${body}`);

  const forged = {
    none: `${encode({ alg: 'none', typ: 'at+jwt' })}.${body}.`,
    'none with a signature': `${encode({ alg: 'none', typ: 'at+jwt', kid })}.${body}.${signature}`,
    'HS256 with the public key': `${hmacHead}.${body}.${hmac.digest('base64url')}`,
    'HS256 with the public key as text': `${hmacHead}.${body}.${hmacText.digest('base64url')}`,
    RS256: await signed({ alg: 'RS256' }, {}, rsa.privateKey),
    'unknown kid': await signed({ kid: 'unknown' }, {}),
    'no kid': await signed({ kid: undefined }, {}),
    'a key of my own under your kid': await signed({}, {}, mine.privateKey),
    'another algorithm under your kid': await signed({ alg: 'EdDSA' }, {}, edwards.privateKey),
    'jwk header': await signed({ kid: undefined, jwk: myJwk }, {}, mine.privateKey),
    'jku header': await signed({ kid: 'mine', jku: 'https://evil.example/jwks.json' }, {}, mine.privateKey),
    'wrong aud': await signed({}, { aud: 'https://other.example' }),
    'wrong iss': await signed({}, { iss: 'https://other.example' }),
    'wrong typ': await signed({ typ: 'JWT' }, {}),
    'no typ': await signed({ typ: undefined }, {}),
    expired: await signed({}, { exp: claims.exp - 1000 }),
    'not yet valid': await signed({}, { nbf: claims.exp }),
    'no exp': await signed({}, { exp: undefined }),
    'no sid': await signed({}, { sid: undefined }),
    'changed payload': `${head}.${encode({ ...claims, sub: '01900000-0000-7000-8000-000000000000' })}.${signature}`,
    'changed signature': `${head}.${body}.${'A'.repeat(signature.length)}`,
  };
  const statuses = await Promise.all(
    Object.entries(forged).map(async ([name, token]) => [name, (await app.withToken(token).get('/users/me')).status]),
  );

  assert.deepEqual(Object.fromEntries(statuses), Object.fromEntries(Object.keys(forged).map((name) => [name, 401])));
  assert.equal((await app.withToken(await signed({}, {})).get('/users/me')).status, 200);
});

test('public keys may be cached for five minutes, and contain nothing private', async (t) => {
  const app = await testApp(t);

  const { headers, body } = await app.http.inject('/.well-known/jwks.json');

  assert.equal(headers['cache-control'], 'public, max-age=300');
  assert.deepEqual(Object.keys(JSON.parse(body).keys[0]).toSorted(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
});

test('metadata names the keys and no endpoint, since none is of OAuth', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_PUBLIC_URL: 'https://bonyan.example' } });

  for (const name of ['openid-configuration', 'oauth-authorization-server']) {
    const metadata: Record<string, unknown> = (await app.http.inject(`/.well-known/${name}`)).json();

    const named = Object.entries(metadata).filter(([key]) => key.endsWith('_endpoint') || key.endsWith('_uri'));
    assert.deepEqual(named, [['jwks_uri', 'https://bonyan.example/.well-known/jwks.json']], name);
    assert.deepEqual([metadata['issuer'], metadata['grant_types_supported']], ['https://bonyan.example', []], name);
  }
});
