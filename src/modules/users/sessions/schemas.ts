import { Type, type Static } from 'typebox';
import { Id, Instant } from '#kernel/schema.ts';

/** Left out where a cookie contains the token. */
export const RefreshToken = Type.Object({ refreshToken: Type.Optional(Type.String({ maxLength: 200 })) });

export const Session = Type.Object(
  {
    id: Id,
    device: Type.String(),
    ip: Type.Union([Type.String(), Type.Null()]),
    createdAt: Instant,
    lastUsedAt: Instant,
    isCurrent: Type.Boolean(),
  },
  { title: 'Session' },
);
export type Session = Static<typeof Session>;
