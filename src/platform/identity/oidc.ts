import * as client from 'openid-client';
import type { SignInProviderConfig } from '#platform/config/sign-in-providers.ts';
import type { Driver } from '#platform/resilience/port.ts';
import { toAuthorizationUrl, toEmail, toIdentification, toName, toSettings } from './openid.ts';
import type { AuthorizationRequest, ProviderIdentity, IdentityProvider } from './port.ts';

const REDISCOVER_MS = 3_600_000;
const SCOPE = 'openid email profile';

/** Any OpenID Connect provider, by its discovery document, which is read at the first sign-in. */
export function createOidcProvider(config: SignInProviderConfig): Driver<IdentityProvider> {
  const { name, url, clientId, clientSecret, isTrustedOnEmail } = config;
  let known: { readonly configuration: Promise<client.Configuration>; readonly atMs: number } | null = null;

  function configured(): Promise<client.Configuration> {
    if (known && performance.now() - known.atMs < REDISCOVER_MS) return known.configuration;
    const { timeout, execute } = toSettings(url);
    const configuration = client.discovery(new URL(url), clientId, undefined, authenticate, {
      timeout,
      execute: [...execute, client.enableNonRepudiationChecks], // the ID token's signature, not TLS alone
    });
    known = { configuration, atMs: performance.now() };
    configuration.catch(() => {
      known = null; // tried again next time
    });
    return configuration;
  }

  /** Sends the client secret in the body if the provider supports that, as most do; else in the header. */
  const authenticate: client.ClientAuth = (server, ...rest) => {
    const { token_endpoint_auth_methods_supported: methods = ['client_secret_basic'] } = server;
    const method = methods.includes('client_secret_post') ? client.ClientSecretPost : client.ClientSecretBasic;
    return method(clientSecret)(server, ...rest);
  };

  async function ask(request: AuthorizationRequest, answer: string): Promise<ProviderIdentity> {
    const configuration = await configured();
    const tokens = await client.authorizationCodeGrant(configuration, new URL(`${request.redirectUri}?${answer}`), {
      expectedState: request.state,
      expectedNonce: request.nonce,
      pkceCodeVerifier: request.codeVerifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new Error('the token response has no ID token');
    const isComplete = claims['email'] !== undefined || !configuration.serverMetadata().userinfo_endpoint;
    const profile = isComplete ? claims : await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
    const email = toEmail(profile['email']);
    return {
      issuer: claims.iss,
      subject: claims.sub,
      email,
      isEmailVerified: email !== null && profile['email_verified'] === true && isTrustedOnEmail,
      firstName: toName(profile['given_name']) || toName(profile['name']),
      lastName: toName(profile['family_name']),
    };
  }

  return {
    name: `identity.${name}`,
    idempotent: ['authorizationUrl'],
    port: {
      authorizationUrl: async (request) => toAuthorizationUrl(await configured(), request, { scope: SCOPE }),
      identify: (request, answer) => toIdentification(() => ask(request, answer)),
    },
    probe: async () => void (await configured()),
  };
}
