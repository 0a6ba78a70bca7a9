import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browse, CLIENT, startOidc } from './oidc-fixture.ts';
import { createOidcProvider } from './oidc.ts';

const redirectUri = 'http://localhost:8080/callback';
const request = { redirectUri, state: 'state', nonce: 'nonce', codeVerifier: 'v'.repeat(43) };
const sara = { email: 'sara@example.com', email_verified: true };

test('an address is verified only where the provider says so and is trusted on it', async (t) => {
  const oidc = await startOidc(t, redirectUri, { sara });
  const config = {
    name: 'acme',
    kind: 'oidc',
    url: oidc.issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
  } as const;
  const verified = async (isTrustedOnEmail: boolean) => {
    const { port } = createOidcProvider({ ...config, isTrustedOnEmail });
    const back = await browse(await port.authorizationUrl(request), redirectUri);
    const said = await port.identify(request, new URL(back).search.slice(1));
    return said.outcome === 'identified' ? [said.identity.subject, said.identity.isEmailVerified] : said;
  };

  assert.deepEqual(
    [await verified(true), await verified(false)],
    [
      ['sara', true],
      ['sara', false],
    ],
  );
});

test('a wrong state, nonce or issuer is refused, and rejects nothing: the service is well', async (t) => {
  const oidc = await startOidc(t, redirectUri, { sara });
  const { port } = createOidcProvider({
    name: 'acme',
    kind: 'oidc',
    url: oidc.issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    isTrustedOnEmail: true,
  });
  const answer = async () => new URL(await browse(await port.authorizationUrl(request), redirectUri)).search.slice(1);
  const foreign = new URLSearchParams(await answer());
  foreign.set('iss', 'https://evil.example');

  const outcomes = [
    await port.identify({ ...request, state: 'another' }, await answer()),
    await port.identify({ ...request, nonce: 'another' }, await answer()),
    await port.identify({ ...request, codeVerifier: 'w'.repeat(43) }, await answer()),
    await port.identify(request, foreign.toString()),
    await port.identify(request, 'error=access_denied&state=state'),
  ];

  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    Array.from({ length: 5 }, () => 'refused'),
  );
});

test('an ID token that the published keys did not sign is refused', async (t) => {
  const oidc = await startOidc(t, redirectUri, { sara });
  oidc.publishForeignKeys();
  const { port } = createOidcProvider({
    name: 'acme',
    kind: 'oidc',
    url: oidc.issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    isTrustedOnEmail: true,
  });
  const back = await browse(await port.authorizationUrl(request), redirectUri);

  const said = await port.identify(request, new URL(back).search.slice(1));

  assert.equal(said.outcome, 'refused');
});

test('a provider that cannot be reached rejects, and is asked again the next time', async (t) => {
  const oidc = await startOidc(t, redirectUri, { sara });
  const { port, probe } = createOidcProvider({
    name: 'acme',
    kind: 'oidc',
    url: oidc.issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    isTrustedOnEmail: true,
  });
  oidc.goAway(true);

  await assert.rejects(port.authorizationUrl(request));
  await assert.rejects(probe());
  oidc.goAway(false);
  await assert.doesNotReject(port.authorizationUrl(request));
});
