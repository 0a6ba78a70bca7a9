import { Type } from 'typebox';
import { createLinks } from '#kernel/links.ts';
import type { Routes } from '#platform/module.ts';
import type { UsersApi } from '../contract.ts';
import { ALGORITHMS, PUBLISHED_SECONDS } from './signing-keys.ts';

const CACHE = `public, max-age=${PUBLISHED_SECONDS}`;

/** Paths at which libraries look for the same document. */
const METADATA = [
  ['openid-configuration', 'getOpenIdConfiguration', 'OpenID Connect Discovery'],
  ['oauth-authorization-server', 'getAuthorizationServer', 'RFC 8414'],
] as const;

const PublicKey = Type.Object(
  {
    kty: Type.String(),
    crv: Type.String(),
    x: Type.String(),
    y: Type.Optional(Type.String({ description: 'Only of ES256' })),
    kid: Type.String(),
    use: Type.String(),
    alg: Type.String(),
  },
  {
    title: 'PublicKey',
    description: 'In the form of RFC 7517.',
    examples: [
      {
        kty: 'EC',
        crv: 'P-256',
        x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
        y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
        kid: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U',
        use: 'sig',
        alg: 'ES256',
      },
    ],
  },
);

const Metadata = Type.Object(
  {
    issuer: Type.String(),
    jwks_uri: Type.String(),
    grant_types_supported: Type.Array(Type.String()),
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
        grant_types_supported: [],
        response_types_supported: [],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: [...ALGORITHMS],
      },
    ],
  },
);

/** Where other services find the public keys of our access tokens. Outside `/api/v1`, as the standards demand. */
export function wellKnownRoutes(users: Pick<UsersApi, 'publishedKeys'>, issuer: string): Routes {
  // No endpoint of OAuth: sign-in is an API of our own. Without `grant_types_supported` readers would expect two grants.
  const metadata = {
    issuer,
    jwks_uri: createLinks(issuer).absolute('/.well-known/jwks.json'),
    grant_types_supported: [],
    response_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...ALGORITHMS],
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

    for (const [name, operationId, standard] of METADATA)
      http.get(
        `/.well-known/${name}`,
        {
          config: { access: 'public' },
          schema: {
            operationId,
            summary: `Get the metadata of ${standard}`,
            description: `For libraries that look up the issuer of access tokens and its keys (${standard}).`,
            response: { 200: Metadata },
          },
        },
        async (_, reply) => reply.header('cache-control', CACHE).send(metadata),
      );
  };
}
