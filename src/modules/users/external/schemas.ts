import { Type, type Static } from 'typebox';
import { Id, Instant } from '#kernel/schema.ts';
import { CodeOnly } from '../schemas.ts';
import { SignInAnswer } from '../sign-in/schemas.ts';

const Token = Type.String({ minLength: 1, maxLength: 100 });

export const ListedProvider = Type.Object(
  {
    name: Type.String({ examples: ['google'] }),
    title: Type.String({ examples: ['Google'] }),
    startUrl: Type.String({
      description: 'Where to send the browser; takes `returnUrl`',
      examples: ['https://api.example.com/api/v1/users/oauth/google/start'],
    }),
  },
  { title: 'IdentityProvider' },
);
export type ListedProvider = Static<typeof ListedProvider>;

/** An external identity that can sign in to the account. */
export const LinkedIdentity = Type.Object(
  {
    id: Id,
    provider: Type.String({ examples: ['google'] }),
    title: Type.String({ examples: ['Google'] }),
    createdAt: Instant,
    lastUsedAt: Instant,
  },
  { title: 'LinkedIdentity', description: 'An account at another provider that signs in to this account.' },
);
export type LinkedIdentity = Static<typeof LinkedIdentity>;

export const StartQuery = Type.Object({
  returnUrl: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 2000,
      description:
        'On an allowed origin. It gets `code`, or `error` with the code of a problem. By default the installation itself.',
    }),
  ),
  codeChallenge: Type.Optional(
    Type.String({
      pattern: '^[\\w-]{43}$',
      examples: ['E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'],
      description: 'SHA-256 of a new `codeVerifier`, in base64url (PKCE, S256). Then only its sender can use the code.',
    }),
  ),
});
export type StartQuery = Static<typeof StartQuery>;

export const ExternalCode = Type.Object(
  {
    code: Type.With(Token, { description: 'With which the browser came back, valid for 60 seconds' }),
    codeVerifier: Type.Optional(
      Type.String({
        pattern: '^[\\w.~-]{43,128}$',
        examples: ['dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'],
        description: 'Required if the sign-in was started with a `codeChallenge`, and refused if not',
      }),
    ),
  },
  { title: 'ExternalCode', examples: [{ code: 'bnc_Xr7mB1kD…' }] },
);
export type ExternalCode = Static<typeof ExternalCode>;

/** The provider has not verified the address. A code was mailed to it; send it to /users/oauth/confirm-email. */
export const EmailRequired = Type.Object(
  {
    emailVerificationRequired: Type.Literal(true),
    challengeToken: Type.String({ description: 'For `confirmExternalEmail`', examples: ['bnc_c7Hq0Lr5…'] }),
    expiresAtUtc: Type.With(Instant, { description: 'Until then the code is valid' }),
  },
  { title: 'EmailRequired', description: 'The provider has not verified the address: a code was e-mailed to it.' },
);
export type EmailRequired = Static<typeof EmailRequired>;

export const ExternalAnswer = Type.Union([...SignInAnswer.anyOf, EmailRequired]);
export type ExternalAnswer = Static<typeof ExternalAnswer>;

export const EmailAnswer = Type.Object(
  { challengeToken: Type.With(Token, { description: 'Of `exchangeExternalCode`' }), code: CodeOnly.properties.code },
  { title: 'EmailAnswer', examples: [{ challengeToken: 'bnc_c7Hq0Lr5…', code: '123456' }] },
);
export type EmailAnswer = Static<typeof EmailAnswer>;
