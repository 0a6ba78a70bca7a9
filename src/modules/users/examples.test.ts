import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { member } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { todoPermissions } from '#modules/todos/contract.ts';

const PROVIDER = { BONYAN_OAUTH_GITHUB_CLIENT_ID: 'x', BONYAN_OAUTH_GITHUB_CLIENT_SECRET: 'x' };

test('examples of keys, tokens and codes in the API reference have the form of real ones', async (t) => {
  const app = await testApp(t, { environment: PROVIDER });
  const sara = await member(app);
  const { schemas } = app.openApi()['components'];
  const exampleOf = (schema: string) => schemas[schema].examples[0];

  const { body: totp } = await sara.post('/users/mfa/totp');
  const totpCode = new TOTP({ secret: Secret.fromBase32(totp.secret) }).generate({ timestamp: app.now().getTime() });
  const { body: confirmed } = await sara.post('/users/mfa/totp/confirm', { code: totpCode });
  const { body: apiKey } = await sara.post('/users/api-keys', { name: 'x', scopes: [todoPermissions.read.code] });
  const { body: passkey } = await app.anonymous.post('/users/passkeys/login/start', {});
  const { body: provider } = await app.anonymous.get('/users/oauth/providers');
  const [key] = (await app.http.inject('/.well-known/jwks.json')).json().keys;
  const discovery = (await app.http.inject('/.well-known/openid-configuration')).json();

  const forms: [schema: string, real: Body, formOf: (value: Body) => unknown][] = [
    ['PublicKey', key, ({ kty, crv, alg, x, kid }) => [kty, crv, alg, x.length, kid.length]],
    ['OpenIdConfiguration', discovery, (value) => value.id_token_signing_alg_values_supported],
    ['Tokens', sara.tokens, ({ accessToken }) => accessToken.slice(0, 20)], // the algorithm, in base64url
    ['Tokens', sara.tokens, ({ refreshToken, deviceToken }) => [prefixOf(refreshToken), prefixOf(deviceToken)]],
    ['MfaRequired', passkey, ({ challengeToken }) => prefixOf(challengeToken)],
    ['EmailRequired', passkey, ({ challengeToken }) => prefixOf(challengeToken)],
    ['ExternalCode', { code: passkey.challengeToken }, ({ code }) => prefixOf(code)], // a challenge, too
    ['ApiKey', apiKey, ({ prefix }) => /^[a-z0-9]{12}$/.test(prefix)],
    ['CreatedApiKey', apiKey, ({ key: whole, prefix }) => whole.startsWith(`bny_${prefix}_`)],
    ['TotpSecret', totp, ({ uri }) => [...new URL(uri).searchParams.keys()]],
    ['IdentityProvider', provider.items[0], ({ startUrl }) => URL.canParse(startUrl)],
    ['RecoveryCodes', confirmed, ({ recoveryCodes }) => /^[a-z2-9]{6}-/.test(recoveryCodes[0])],
  ];
  for (const [schema, real, formOf] of forms) assert.deepEqual(formOf(exampleOf(schema)), formOf(real), schema);
});

type Body = Awaited<ReturnType<TestApp['anonymous']['get']>>['body'];

function prefixOf(token: string): string | undefined {
  return token.split('_')[0];
}
