import { Type, type Static } from 'typebox';
import { Email, Instant } from '#kernel/schema.ts';
import { Registration, SignedInUser } from '../contract.ts';
import { CodeOnly, LinkToken } from '../schemas.ts';

export const EmailCode = Type.Object({ email: Email, ...CodeOnly.properties }, { title: 'EmailCode' });
export type EmailCode = Static<typeof EmailCode>;

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
