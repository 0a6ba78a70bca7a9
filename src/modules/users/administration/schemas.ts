import { Type, type Static } from 'typebox';
import { VISIBLE_PATTERN } from '#kernel/name.ts';
import { PageQuery } from '#kernel/page.ts';
import { Email, Id, Instant, LanguageName, Nullable, OneOf } from '#kernel/schema.ts';
import { Registration } from '../contract.ts';
import { AccountFactor, ByUser } from '../schemas.ts';

const { firstName, lastName } = Registration.properties;

/** `locked` is `active` with a lock until `lockedUntil`. Deleted accounts are not listed. */
const Status = OneOf('pending', 'active', 'locked', 'disabled');

/** An account as administrators see it. */
export const User = Type.Object(
  {
    id: Id,
    email: Type.With(Nullable(Type.String()), { examples: ['sara@example.com'] }),
    phone: Type.With(Nullable(Type.String()), { description: 'E.164', examples: [null] }),
    firstName: Type.String({ examples: ['سارا'] }),
    lastName: Type.String({ examples: ['محمدی'] }),
    status: Type.With(Status, { description: '`locked` until `lockedUntil`', examples: ['active'] }),
    roles: Type.Array(Type.String(), { examples: [['user']] }),
    language: Type.With(OneOf('en', 'fa'), { examples: ['fa'] }),
    emailVerifiedAt: Nullable(Instant),
    phoneVerifiedAt: Type.With(Nullable(Instant), { examples: [null] }),
    lockedUntil: Type.With(Nullable(Instant), {
      description:
        'Set by an administrator, or after wrong passwords. A lock after wrong passwords does not apply to known devices.',
      examples: [null],
    }),
    createdAt: Instant,
    version: Type.Integer({ description: 'Number of changes; the answer has it in `ETag`, send it in `If-Match`' }),
  },
  { title: 'User', description: 'An account as administrators see it.' },
);
export type User = Static<typeof User>;

export const UserQuery = Type.Object({
  ...PageQuery.properties,
  search: Type.Optional(
    Type.String({
      maxLength: 200,
      description: `Text anywhere in address or name. Case, marks, tatweel, half-spaces, Arabic or Persian letters, and
        the kinds of digits make no difference.`.replace(/\s+/g, ' '),
    }),
  ),
  status: Type.Optional(Type.With(Status, { description: 'Only accounts in this state.' })),
  sortBy: Type.Optional(
    Type.With(OneOf('createdAt', 'email', 'lastName'), { description: 'Order of the list, `createdAt` by default.' }),
  ),
  sortOrder: Type.Optional(Type.With(OneOf('asc', 'desc'), { description: 'Direction, `desc` by default.' })),
});
export type UserQuery = Static<typeof UserQuery>;

/** An invitation. Only the invited person sets the password. */
export const NewUser = Type.Object(
  {
    email: Email,
    firstName,
    lastName,
    language: Type.Optional(
      Type.With(LanguageName, { description: 'Of the e-mails to this user, English by default' }),
    ),
    roles: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 50 }), {
        maxItems: 20,
        uniqueItems: true,
        description: 'In addition to `user`, which every account has',
      }),
    ),
  },
  {
    title: 'NewUser',
    examples: [{ email: 'sara@example.com', firstName: 'سارا', lastName: 'محمدی', language: 'fa', roles: ['پشتیبان'] }],
  },
);
export type NewUser = Static<typeof NewUser>;

/** Fields that are left out keep their values. `lockedUntil` is at most 30 days ahead; null lifts every lock. */
export const UserChange = Type.Partial(
  Type.Object({
    firstName,
    lastName,
    status: Type.With(OneOf('active', 'disabled'), { description: '`active` enables a disabled account' }),
    lockedUntil: Type.With(Nullable(Instant), { description: 'At most 30 days ahead; null lifts every lock' }),
  }),
  {
    title: 'UserChange',
    minProperties: 1,
    description: 'Fields that are left out keep their values.',
    examples: [{ status: 'active', lockedUntil: null }],
  },
);
export type UserChange = Static<typeof UserChange>;

export const BySession = Type.Object({
  ...ByUser.properties,
  sessionId: Type.With(Id, { description: 'Id of the session' }),
});

/** Without secrets. */
export const AccountFactors = Type.Object(
  {
    items: Type.Array(AccountFactor, { description: 'Oldest first' }),
    hasPassword: Type.Boolean({ description: 'Without one, the account is signed in to by what is listed' }),
    recoveryCodesLeft: Type.Integer({ examples: [10] }),
  },
  { title: 'AccountFactors' },
);
export type AccountFactors = Static<typeof AccountFactors>;

export const FactorToRemove = Type.Object(
  {
    factor: AccountFactor.properties.factor,
    id: Type.With(Nullable(Id), { description: 'Of the passkey or identity; null for the authenticator app' }),
    reason: Type.String({
      minLength: 10,
      maxLength: 500,
      pattern: VISIBLE_PATTERN,
      description: 'The person reads it',
    }),
  },
  {
    title: 'FactorToRemove',
    examples: [{ factor: 'totp', id: null, reason: 'Ticket 4512: the phone was stolen' }],
  },
);
export type FactorToRemove = Static<typeof FactorToRemove>;
