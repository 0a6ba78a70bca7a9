import { Type, type Static } from 'typebox';
import { VISIBLE_PATTERN } from '#kernel/name.ts';
import { Id, Instant } from '#kernel/schema.ts';

export const NewImpersonation = Type.Object(
  {
    reason: Type.String({
      minLength: 10,
      maxLength: 500,
      pattern: VISIBLE_PATTERN,
      description: 'The person reads it',
      examples: ['Ticket 4512: the files of March are missing'],
    }),
    minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 60, default: 30, examples: [30] })),
  },
  { title: 'NewImpersonation' },
);
export type NewImpersonation = Static<typeof NewImpersonation>;

/** One that has not ended, as who acts sees it: without the token. */
export const RunningImpersonation = Type.Object(
  {
    id: Id,
    userId: Type.With(Id, { description: 'On whose behalf' }),
    reason: Type.String({ examples: ['Ticket 4512: the files of March are missing'] }),
    createdAt: Instant,
    expiresAt: Instant,
  },
  { title: 'RunningImpersonation' },
);
export type RunningImpersonation = Static<typeof RunningImpersonation>;

export const RunningImpersonations = Type.Object({
  items: Type.Array(RunningImpersonation, { description: 'Newest first' }),
});

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
