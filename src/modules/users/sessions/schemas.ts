import { Type, type Static } from 'typebox';
import { Id, Instant } from '#kernel/schema.ts';

/** Left out where a cookie contains the token. */
export const RefreshToken = Type.Object(
  {
    refreshToken: Type.Optional(Type.String({ maxLength: 200, description: 'Leave it out if the cookie carries it' })),
  },
  { examples: [{ refreshToken: 'bnr_AZqw4n8Q…' }] },
);

export const Session = Type.Object(
  {
    id: Id,
    device: Type.String({ description: 'Browser and system', examples: ['Firefox on Linux'] }),
    ip: Type.Union([Type.String(), Type.Null()], { examples: ['203.0.113.7'] }),
    createdAt: Instant,
    lastUsedAt: Instant,
    isCurrent: Type.Boolean({ description: 'The session that sends this call' }),
  },
  { title: 'Session' },
);
export type Session = Static<typeof Session>;
