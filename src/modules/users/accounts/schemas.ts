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
    status: Type.String(),
    createdAt: Instant,
    permissions: Type.Array(Type.String()),
  },
  { title: 'Me' },
);
export type Me = Static<typeof Me>;

export const Setup = Type.Object(
  { token: Type.String({ minLength: 1, maxLength: 100 }), ...Registration.properties },
  { title: 'Setup' },
);
export type Setup = Static<typeof Setup>;
