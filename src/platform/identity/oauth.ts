import * as client from 'openid-client';
import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { SignInProviderConfig } from '#platform/config/sign-in-providers.ts';
import type { Driver } from '#platform/resilience/port.ts';
import { toAuthorizationUrl, toIdentification, toSettings } from './openid.ts';
import type { ProviderIdentity, IdentityProvider } from './port.ts';

/** What OAuth 2.0 does not define, so that each service has its own. */
export interface OAuthService {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly scope: string;
  /** Reads the token's owner from the service's API. */
  identityOf(api: OAuthApi): Promise<Omit<ProviderIdentity, 'issuer'>>;
}

export interface OAuthApi {
  readonly accessToken: string;
  /** Rejects unless the answer is a success that matches the schema. */
  get<S extends TSchema>(url: string, schema: S): Promise<Static<S>>;
}

/** A service without OpenID Connect: exchanges the code for a token, and reads the identity from the service's API. */
export function createOAuthProvider(
  { name, url, clientId, clientSecret }: SignInProviderConfig,
  service: OAuthService,
): Driver<IdentityProvider> {
  const { authorizationEndpoint, tokenEndpoint, scope } = service;
  const metadata = { issuer: url, authorization_endpoint: authorizationEndpoint, token_endpoint: tokenEndpoint };
  const configuration = new client.Configuration(metadata, clientId, clientSecret);
  const { timeout, execute } = toSettings(url);
  configuration.timeout = timeout;
  for (const apply of execute) apply(configuration);

  function apiOf(accessToken: string): OAuthApi {
    const headers = new Headers({ accept: 'application/json', 'user-agent': 'bonyan' });
    return {
      accessToken,
      async get(address, schema) {
        const target = new URL(address);
        const response = await client.fetchProtectedResource(configuration, accessToken, target, 'GET', null, headers);
        const body: unknown = await response.json();
        if (response.ok && Value.Check(schema, body)) return body;
        throw new Error(`${name} answered ${response.status} at ${target.pathname}`);
      },
    };
  }

  return {
    name: `identity.${name}`,
    idempotent: ['authorizationUrl'],
    port: {
      authorizationUrl: (request) => toAuthorizationUrl(configuration, request, { scope }),
      identify: (request, answer) =>
        toIdentification(async () => {
          const current = new URL(`${request.redirectUri}?${answer}`);
          const tokens = await client.authorizationCodeGrant(configuration, current, {
            expectedState: request.state,
            pkceCodeVerifier: request.codeVerifier,
          });
          return { issuer: url, ...(await service.identityOf(apiOf(tokens.access_token))) };
        }),
    },
    // Its API limits calls without a token, so it is not probed; failures of sign-ins show its state.
    probe: async () => {},
  };
}

/** A number or a text, as services name their users. */
export const ServiceId = Type.Union([Type.Integer({ minimum: 1 }), Type.String({ minLength: 1, maxLength: 100 })]);
