import { Type, type Static } from 'typebox';
import { Id, Instant } from '#kernel/schema.ts';
import { CodeOnly } from '../contract.ts';
import { SignInAnswer } from '../factors/schemas.ts';

const Token = Type.String({ minLength: 1, maxLength: 100 });

export const Provider = Type.Object(
  {
    name: Type.String(),
    title: Type.String(),
    /** Where to send the browser; takes `returnUrl`. */
    startUrl: Type.String(),
  },
  { title: 'IdentityProvider' },
);
export type Provider = Static<typeof Provider>;

/** A provider that the account can be signed in to with. */
export const Identity = Type.Object(
  { id: Id, provider: Type.String(), title: Type.String(), createdAt: Instant, lastUsedAt: Instant },
  { title: 'LinkedIdentity' },
);
export type Identity = Static<typeof Identity>;

export const StartQuery = Type.Object({
  /** On an allowed origin; gets `code`, or `error` with a problem's code. Default: the installation's own address. */
  returnUrl: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
});
export type StartQuery = Static<typeof StartQuery>;

export const ExternalCode = Type.Object({ code: Token }, { title: 'ExternalCode' });

/** The provider does not vouch for the address: the code that was mailed to it goes to /users/oauth/confirm-email. */
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
