import { Type, type Static } from 'typebox';
import { PageQuery } from '#kernel/page.ts';
import { Email, Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import { Registration } from '../contract.ts';

const { firstName, lastName } = Registration.properties;
const Language = OneOf('en', 'fa');

/** `locked` is `active` with a lock until `lockedUntil`. Deleted accounts are not listed. */
const Status = OneOf('pending', 'active', 'locked', 'disabled');

/** An account as administrators see it. */
export const User = Type.Object(
  {
    id: Id,
    email: Type.String(),
    firstName: Type.String(),
    lastName: Type.String(),
    status: Status,
    roles: Type.Array(Type.String()),
    language: Language,
    emailVerifiedAt: Nullable(Instant),
    /** By an administrator, or after wrong passwords; the latter does not lock out devices that signed in before. */
    lockedUntil: Nullable(Instant),
    createdAt: Instant,
    version: Type.Integer(),
  },
  { title: 'User' },
);
export type User = Static<typeof User>;

export const UserQuery = Type.Object({
  ...PageQuery.properties,
  /** Anywhere in address or name. Case does not matter, nor do the two forms of ی and ک. */
  search: Type.Optional(Type.String({ maxLength: 200 })),
  status: Type.Optional(Status),
  sortBy: Type.Optional(OneOf('createdAt', 'email', 'lastName')),
  sortOrder: Type.Optional(OneOf('asc', 'desc')),
});
export type UserQuery = Static<typeof UserQuery>;

/** An invitation. Only the invited person sets the password. */
export const NewUser = Type.Object(
  {
    email: Email,
    firstName,
    lastName,
    /** Of the invitation and of all later mails. Default: English. */
    language: Type.Optional(Language),
    /** Beside `user`, which everybody has. None with a permission that the inviting administrator lacks. */
    roles: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { maxItems: 20, uniqueItems: true })),
  },
  { title: 'NewUser' },
);
export type NewUser = Static<typeof NewUser>;

/** What is left out stays. `lockedUntil` is at most 30 days ahead; null lifts every lock. */
export const UserChange = Type.Partial(
  Type.Object({ firstName, lastName, status: OneOf('active', 'disabled'), lockedUntil: Nullable(Instant) }),
  { title: 'UserChange', minProperties: 1 },
);
export type UserChange = Static<typeof UserChange>;

export const ByUser = Type.Object({ userId: Id });
