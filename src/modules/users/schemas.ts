import { Type, type Static } from 'typebox';
import { Email, Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import { Password, SignedInUser } from './contract.ts';

export const EmailOnly = Type.Object({ email: Email });

export const Phone = Type.String({
  format: 'phone',
  maxLength: 100,
  description: `A number as people write it: in any digits, with or without the code of the country; without, it is a
    number of the installation's country`.replace(/\s+/g, ' '),
  examples: ['09121234567'],
});
export const PhoneOnly = Type.Object({ phone: Phone });

/** Of objects with the properties of `EmailOrPhone`: one is given. Both are refused by `addresses/typed.ts`. */
export const ONE_ADDRESS = {
  anyOf: [{ required: ['email'] }, { required: ['phone'] }],
};

/** One of both; which account it names, `addresses/typed.ts` decides. */
export const EmailOrPhone = Type.Object(
  {
    email: Type.Optional(Email),
    phone: Type.Optional(
      Type.With(Phone, { description: 'Instead of `email`; any digits, with or without the country' }),
    ),
  },
  { ...ONE_ADDRESS, title: 'EmailOrPhone', examples: [{ email: 'sara@example.com' }] },
);

/** What is no such code is refused before it is compared: it is not a wrong guess. */
const Code = Type.String({
  minLength: 6,
  maxLength: 100,
  format: 'one-time-code',
  description: '6 digits, Latin, Persian or Arabic; spaces and hyphens between them make no difference',
  examples: ['123456'],
});
export const CodeOnly = Type.Object({ code: Code });

/** The same for every address, known or not. */
export const CodeSent = Type.Object(
  {
    verificationRequired: Type.Boolean({ description: 'Always true: the code that was sent is needed next' }),
    expiresAtUtc: Type.With(Instant, { description: 'Until then the code is valid' }),
    resendAfterSeconds: Type.Integer({ description: 'Time until another code can be sent', examples: [60] }),
  },
  { title: 'CodeSent', description: 'The same for every address, known or not.' },
);
export type CodeSent = Static<typeof CodeSent>;

/** The part of a link in a mail that follows `#token=`. */
export const LinkToken = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'What follows `#token=` in the link',
  examples: ['k3J9xQ2m…'],
});
export const LinkPassword = Type.Object({ token: LinkToken, newPassword: Password }, { title: 'LinkPassword' });
export type LinkPassword = Static<typeof LinkPassword>;

/** From the answer of an earlier sign-in on this device; browsers have it in a cookie. */
export const DeviceToken = Type.String({
  maxLength: 200,
  description: 'Of an earlier sign-in on this device',
  examples: ['bnd_AZqw8…'],
});

/** A second factor or a linked identity that was there when the password was reset by mail. */
export const KeptFactor = Type.Object(
  {
    factor: Type.With(OneOf('totp', 'passkey', 'identity'), { examples: ['passkey'] }),
    id: Type.With(Nullable(Id), { description: 'For `removePasskey` or `removeIdentity`; null for `totp`' }),
    name: Type.String({ description: 'Of the passkey, or of the provider', examples: ['laptop'] }),
    createdAt: Instant,
  },
  { title: 'KeptFactor', description: 'What can still sign in after a reset of the password.' },
);
export type KeptFactor = Static<typeof KeptFactor>;

/** The same for administrators. */
export const AccountFactor = Type.Object(
  { ...KeptFactor.properties, lastUsedAt: Nullable(Instant) },
  { title: 'AccountFactor', description: 'What signs in to an account, or is needed for it, beside the password.' },
);
export type AccountFactor = Static<typeof AccountFactor>;

/** `refreshToken` and `deviceToken` are left out where they were asked for as cookies (`X-Refresh-Cookie: true`). */
export const Tokens = Type.Object(
  {
    tokenType: Type.Literal('Bearer'),
    accessToken: Type.String({
      description: 'For the `Authorization` header, valid for `expiresIn`',
      examples: ['eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6…'],
    }),
    expiresIn: Type.Integer({ description: 'Seconds', examples: [900] }),
    refreshToken: Type.Optional(
      Type.String({ description: 'For `refresh`; absent if it came as a cookie', examples: ['bnr_AZqw4n8Q…'] }),
    ),
    refreshExpiresIn: Type.Integer({
      description: 'Seconds without use after which the session ends',
      examples: [1209600],
    }),
    deviceToken: Type.Optional(
      Type.String({
        description: 'For the next sign-in on this device; absent if it came as a cookie',
        examples: ['bnd_AZqw8…'],
      }),
    ),
    user: SignedInUser,
    factorsToReview: Type.Optional(
      Type.Array(KeptFactor, {
        description: `At a sign-in within seven days of a reset by e-mail: the factors from before it. Ask the user, and
          remove those that are not theirs.`.replace(/\s+/g, ' '),
      }),
    ),
  },
  { title: 'Tokens' },
);
export type Tokens = Static<typeof Tokens>;

export const ByUser = Type.Object({ userId: Type.With(Id, { description: 'Id of the account' }) });
