import { Type, type Static } from 'typebox';
import { Nullable } from '#kernel/schema.ts';
import { Password } from '../contract.ts';
import { ChallengeToken, MfaRequired } from '../factors/schemas.ts';
import { CodeOnly, DeviceToken, EmailOrPhone, ONE_ADDRESS, LinkToken, Tokens } from '../schemas.ts';

export const Credentials = Type.Object(
  { ...EmailOrPhone.properties, password: Password, deviceToken: Type.Optional(DeviceToken) },
  {
    ...ONE_ADDRESS,
    title: 'Credentials',
    examples: [{ email: 'sara@example.com', password: 'correct horse battery' }],
  },
);
export type Credentials = Static<typeof Credentials>;

export const SignInAnswer = Type.Union([Tokens, MfaRequired]);
export type SignInAnswer = Static<typeof SignInAnswer>;

export const CodeSignIn = Type.Object(
  { ...EmailOrPhone.properties, ...CodeOnly.properties, deviceToken: Type.Optional(DeviceToken) },
  { ...ONE_ADDRESS, title: 'CodeSignIn', examples: [{ email: 'sara@example.com', code: '123456' }] },
);
export const CodeSignInRequest = Type.Object(
  { ...EmailOrPhone.properties, deviceToken: Type.Optional(DeviceToken) },
  { ...ONE_ADDRESS, title: 'CodeSignInRequest', examples: [{ email: 'sara@example.com' }] },
);
export const LinkSignIn = Type.Object(
  { token: LinkToken, deviceToken: Type.Optional(DeviceToken) },
  { title: 'LinkSignIn' },
);

export const LinkElsewhere = Type.Object(
  {
    openedElsewhere: Type.Literal(true),
    code: Type.With(Nullable(Type.String()), {
      description: 'To type in the browser that asked; null while too many wrong codes were typed',
      examples: ['482913'],
    }),
  },
  {
    title: 'LinkElsewhere',
    description: 'The link was not opened in the browser that asked for it: the code is to be typed there.',
  },
);
export type LinkElsewhere = Static<typeof LinkElsewhere>;

export const CodeSignInAnswer = Type.Union([Tokens, MfaRequired, LinkElsewhere]);
export type CodeSignInAnswer = Static<typeof CodeSignInAnswer>;

/** `code` is from an authenticator app, in any digits, or a recovery code. */
export const MfaAnswer = Type.Object(
  {
    challengeToken: ChallengeToken,
    code: Type.String({
      minLength: 6,
      maxLength: 100,
      format: 'factor-code',
      description: 'Of the authenticator app, or a recovery code; spaces, hyphens and case make no difference',
    }),
    deviceToken: Type.Optional(DeviceToken),
  },
  { title: 'MfaAnswer', examples: [{ challengeToken: 'bnc_c7Hq0Lr5…', code: '123456' }] },
);
export type MfaAnswer = Static<typeof MfaAnswer>;
