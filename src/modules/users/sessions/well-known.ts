import { Type } from 'typebox';
import type { Routes } from '#platform/module.ts';
import type { UsersApi } from '../contract.ts';
import { ALGORITHM, PUBLISHED_SECONDS } from './signing-keys.ts';

const CACHE = `public, max-age=${PUBLISHED_SECONDS}`;

const PublicKey = Type.Object(
  {
    kty: Type.String(),
    crv: Type.String(),
    x: Type.String(),
    kid: Type.String(),
    use: Type.String(),
    alg: Type.String(),
  },
  {
    title: 'PublicKey',
    description: 'In the form of RFC 7517.',
    examples: [
      {
        kty: 'OKP',
        crv: 'Ed25519',
        x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
        kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
        use: 'sig',
        alg: ALGORITHM,
      },
    ],
  },
);

const Discovery = Type.Object(
  {
    issuer: Type.String(),
    jwks_uri: Type.String(),
    token_endpoint: Type.String(),
    response_types_supported: Type.Array(Type.String()),
    subject_types_supported: Type.Array(Type.String()),
    id_token_signing_alg_values_supported: Type.Array(Type.String()),
  },
  {
    title: 'OpenIdConfiguration',
    examples: [
      {
        issuer: 'https://api.example.com',
        jwks_uri: 'https://api.example.com/.well-known/jwks.json',
        token_endpoint: 'https://api.example.com/api/v1/users/refresh',
        response_types_supported: [],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: [ALGORITHM],
      },
    ],
  },
);

/** Where other services find the public keys of our access tokens. Outside `/api/v1`, as the standards demand. */
export function wellKnownRoutes(users: Pick<UsersApi, 'publishedKeys'>, issuer: string): Routes {
  const discovery = {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    token_endpoint: `${issuer}/api/v1/users/refresh`,
    response_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [ALGORITHM],
  };
  return async (http) => {
    http.get(
      '/.well-known/jwks.json',
      {
        config: { access: 'public' },
        schema: {
          operationId: 'getPublicKeys',
          summary: 'List the public keys of access tokens',
          description: 'A JSON Web Key Set (RFC 7517), for services that verify access tokens themselves.',
          response: { 200: Type.Object({ keys: Type.Array(PublicKey) }) },
        },
      },
      async (_, reply) => reply.header('cache-control', CACHE).send({ keys: [...(await users.publishedKeys())] }),
    );

    http.get(
      '/.well-known/openid-configuration',
      {
        config: { access: 'public' },
        schema: {
          operationId: 'getOpenIdConfiguration',
          summary: 'Get the OpenID configuration',
          description: 'For libraries that look up the issuer and its keys by themselves (OpenID Connect Discovery).',
          response: { 200: Discovery },
        },
      },
      async (_, reply) => reply.header('cache-control', CACHE).send(discovery),
    );
  };
}
