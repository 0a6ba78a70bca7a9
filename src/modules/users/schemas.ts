import { Type, type Static } from 'typebox';
import { Email, Instant } from '#kernel/schema.ts';
import { Password, SignedInUser } from './contract.ts';

export const EmailOnly = Type.Object({ email: Email });

const Code = Type.String({ minLength: 6, maxLength: 6, pattern: '^[0-9۰-۹٠-٩]{6}$' });
export const CodeOnly = Type.Object({ code: Code });

/** The same for every address, known or not. */
export const CodeSent = Type.Object(
  {
    verificationRequired: Type.Boolean(),
    expiresAtUtc: Instant,
    resendAfterSeconds: Type.Integer(),
  },
  { title: 'CodeSent' },
);
export type CodeSent = Static<typeof CodeSent>;

/** The part of a mailed link after `#token=`. */
export const LinkToken = Type.String({ minLength: 1, maxLength: 100 });
export const LinkPassword = Type.Object({ token: LinkToken, newPassword: Password }, { title: 'LinkPassword' });
export type LinkPassword = Static<typeof LinkPassword>;

/** From the answer of an earlier sign-in on this device; browsers have it in a cookie. */
export const DeviceToken = Type.String({ maxLength: 200 });

/** `refreshToken` and `deviceToken` are left out where they were asked for as cookies (`X-Refresh-Cookie: true`). */
export const Tokens = Type.Object(
  {
    tokenType: Type.Literal('Bearer'),
    accessToken: Type.String(),
    expiresIn: Type.Integer(),
    refreshToken: Type.Optional(Type.String()),
    refreshExpiresIn: Type.Integer(),
    /** Of a sign-in: sent with the next one, it lets this device in while other devices are locked out. */
    deviceToken: Type.Optional(Type.String()),
    user: SignedInUser,
  },
  { title: 'Tokens' },
);
export type Tokens = Static<typeof Tokens>;
