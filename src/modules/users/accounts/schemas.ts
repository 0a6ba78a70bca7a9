import { Type, type Static } from 'typebox';
import { Email, Instant } from '#kernel/schema.ts';
import { Registration, SignedInUser } from '../contract.ts';
import { CodeOnly, EmailOrPhone, ONE_ADDRESS, LinkToken, Phone } from '../schemas.ts';

export const EmailCode = Type.Object({ email: Email, ...CodeOnly.properties }, { title: 'EmailCode' });
export const PhoneCode = Type.Object({ phone: Phone, ...CodeOnly.properties }, { title: 'PhoneCode' });
export type AddressCode = Static<typeof EmailCode> | Static<typeof PhoneCode>;

/** By an e-mail address or a phone number. */
export const NewRegistration = Type.Object(
  { ...Registration.properties, ...EmailOrPhone.properties },
  {
    ...ONE_ADDRESS,
    title: 'NewRegistration',
    examples: [{ email: 'sara@example.com', firstName: 'سارا', lastName: 'محمدی', password: 'correct horse battery' }],
  },
);
export type NewRegistration = Static<typeof NewRegistration>;

export const Link = Type.Object({ token: LinkToken }, { title: 'Link' });
export type Link = Static<typeof Link>;

export const Me = Type.Object(
  {
    ...SignedInUser.properties,
    status: Type.String({ examples: ['active'] }),
    createdAt: Instant,
    permissions: Type.Array(Type.String(), {
      description: 'All that are in effect',
      examples: [['users.access']],
    }),
  },
  { title: 'Me' },
);
export type Me = Static<typeof Me>;

export const Setup = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 100, description: 'Of the set-up link' }),
    ...Registration.properties,
  },
  {
    title: 'Setup',
    examples: [
      {
        token: 'Vb2n8ZtY…',
        email: 'sara@example.com',
        firstName: 'سارا',
        lastName: 'محمدی',
        password: 'correct horse battery',
      },
    ],
  },
);
export type Setup = Static<typeof Setup>;
