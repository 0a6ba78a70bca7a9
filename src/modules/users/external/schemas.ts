import { Type, type Static } from 'typebox';
import { Id, Instant } from '#kernel/schema.ts';
import { CodeOnly } from '../schemas.ts';
import { SignInAnswer } from '../sign-in/schemas.ts';

const Token = Type.String({ minLength: 1, maxLength: 100 });

export const ListedProvider = Type.Object(
  {
    name: Type.String(),
    title: Type.String(),
    /** Where to send the browser; takes `returnUrl`. */
    startUrl: Type.String(),
  },
  { title: 'IdentityProvider' },
);
export type ListedProvider = Static<typeof ListedProvider>;

/** An external identity that can sign in to the account. */
export const LinkedIdentity = Type.Object(
  { id: Id, provider: Type.String(), title: Type.String(), createdAt: Instant, lastUsedAt: Instant },
  { title: 'LinkedIdentity' },
);
export type LinkedIdentity = Static<typeof LinkedIdentity>;

export const StartQuery = Type.Object({
  /** On an allowed origin; gets `code`, or `error` with an error code. Default: the address of this installation. */
  returnUrl: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
});
export type StartQuery = Static<typeof StartQuery>;

export const ExternalCode = Type.Object({ code: Token }, { title: 'ExternalCode' });

/** The provider has not verified the address. A code was mailed to it; send it to /users/oauth/confirm-email. */
export const EmailRequired = Type.Object(
  { emailVerificationRequired: Type.Literal(true), challengeToken: Type.String(), expiresAtUtc: Instant },
  { title: 'EmailRequired' },
);
export type EmailRequired = Static<typeof EmailRequired>;

export const ExternalAnswer = Type.Union([...SignInAnswer.anyOf, EmailRequired]);
export type ExternalAnswer = Static<typeof ExternalAnswer>;

export const EmailAnswer = Type.Object(
  { challengeToken: Token, code: CodeOnly.properties.code },
  { title: 'EmailAnswer' },
);
export type EmailAnswer = Static<typeof EmailAnswer>;
