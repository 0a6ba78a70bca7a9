import { Type, type Static } from 'typebox';
import { Instant } from '#kernel/schema.ts';
import { Password } from '../contract.ts';
import { CodeOnly, EmailOrPhone, ONE_ADDRESS, LinkToken } from '../schemas.ts';

export const NewPassword = Type.Object(
  { ...EmailOrPhone.properties, ...CodeOnly.properties, newPassword: Password },
  {
    ...ONE_ADDRESS,
    title: 'NewPassword',
    examples: [{ email: 'sara@example.com', code: '123456', newPassword: 'another long password' }],
  },
);
export type NewPassword = Static<typeof NewPassword>;

export const PasswordChange = Type.Object(
  { currentPassword: Password, newPassword: Password },
  {
    title: 'PasswordChange',
    examples: [{ currentPassword: 'correct horse battery', newPassword: 'another long password' }],
  },
);
export type PasswordChange = Static<typeof PasswordChange>;

/** The address is confirmed, and no password that was registered with it is valid. */
export const PasswordRequired = Type.Object(
  {
    passwordRequired: Type.Literal(true),
    resetToken: Type.With(LinkToken, {
      description: 'For `resetPasswordByLink`; the same link was e-mailed',
    }),
    expiresAtUtc: Type.With(Instant, { description: 'Until then the token is valid' }),
  },
  {
    title: 'PasswordRequired',
    description: 'The address is confirmed, and no password that was registered with it is valid: the owner sets one.',
  },
);
export type PasswordRequired = Static<typeof PasswordRequired>;
