import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { loadConfig } from '#platform/config/load.ts';
import { browse, CLIENT, startOidc } from '#testing/servers/oidc-provider.ts';
import { createOidcProvider } from './oidc.ts';

const redirectUri = 'http://localhost:8080/callback';
const request = { redirectUri, state: 'state', nonce: 'nonce', codeVerifier: 'v'.repeat(43) };
const sara = { email: 'sara@example.com', email_verified: true };

/** The provider `acme`, whose word on addresses is trusted. */
const acme = (url: string) =>
  createOidcProvider({
    name: 'acme',
    kind: 'oidc',
    url,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    isTrustedOnEmail: true,
  });

test('an address counts as verified only if the provider says so and is trusted with addresses', async (t) => {
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

test('an issuer may end with a slash, as those of Authentik do', async (t) => {
  const server = createServer(({ url }, response) => {
    const isAsked = url === '/application/o/bonyan/.well-known/openid-configuration';
    response.writeHead(isAsked ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ issuer, authorization_endpoint: `${issuer}authorize` }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}/application/o/bonyan/`; // of a TCP server
  const { signInProviders } = loadConfig({
    BONYAN_OIDC_ACME_ISSUER: issuer,
    BONYAN_OIDC_ACME_CLIENT_ID: CLIENT.id,
    BONYAN_OIDC_ACME_CLIENT_SECRET: CLIENT.secret,
  });

  const [url] = await Promise.all(
    signInProviders.map((provider) => createOidcProvider(provider).port.authorizationUrl(request)),
  );

  assert.ok(url?.startsWith(`${issuer}authorize?`));
});

test('a wrong state, nonce or issuer is refused, and does not count as a failure of the provider', async (t) => {
  const oidc = await startOidc(t, redirectUri, { sara });
  const { port } = acme(oidc.issuer);
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
  const { port } = acme(oidc.issuer);
  const back = await browse(await port.authorizationUrl(request), redirectUri);

  const said = await port.identify(request, new URL(back).search.slice(1));

  assert.equal(said.outcome, 'refused');
});

test('an unreachable provider rejects, and is tried again the next time', async (t) => {
  const oidc = await startOidc(t, redirectUri, { sara });
  const { port, probe } = acme(oidc.issuer);
  oidc.goAway(true);

  await assert.rejects(port.authorizationUrl(request));
  await assert.rejects(probe());
  oidc.goAway(false);
  await assert.doesNotReject(port.authorizationUrl(request));
});
