import { Type, type Static } from 'typebox';
import { Email } from '#kernel/schema.ts';
import { Password } from '../contract.ts';
import { CodeOnly } from '../schemas.ts';

export const NewPassword = Type.Object(
  { email: Email, ...CodeOnly.properties, newPassword: Password },
  { title: 'NewPassword' },
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
