import { Type, type Static } from 'typebox';
import { Id, Instant } from '#kernel/schema.ts';

export const NewImpersonation = Type.Object(
  {
    reason: Type.String({
      minLength: 10,
      maxLength: 500,
      pattern: '\\S',
      description: 'The person reads it',
      examples: ['Ticket 4512: the files of March are missing'],
    }),
    minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 60, default: 30, examples: [30] })),
  },
  { title: 'NewImpersonation' },
);
export type NewImpersonation = Static<typeof NewImpersonation>;

/** The only answer that contains the token. */
export const Impersonation = Type.Object(
  {
    id: Id,
    userId: Id,
    token: Type.String({
      description: 'For `Authorization: Bearer`; no other answer contains it',
      examples: ['bny_7qx2k9m4tz0a_…'],
    }),
    expiresAt: Instant,
  },
  { title: 'Impersonation' },
);
export type Impersonation = Static<typeof Impersonation>;
