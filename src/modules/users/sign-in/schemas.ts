import { Type, type Static } from 'typebox';
import { Email } from '#kernel/schema.ts';
import { Password } from '../contract.ts';
import { ChallengeToken, MfaRequired } from '../factors/schemas.ts';
import { DeviceToken, Tokens } from '../schemas.ts';

export const Credentials = Type.Object(
  { email: Email, password: Password, deviceToken: Type.Optional(DeviceToken) },
  { title: 'Credentials', examples: [{ email: 'sara@example.com', password: 'correct horse battery' }] },
);
export type Credentials = Static<typeof Credentials>;

export const SignInAnswer = Type.Union([Tokens, MfaRequired]);
export type SignInAnswer = Static<typeof SignInAnswer>;

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
