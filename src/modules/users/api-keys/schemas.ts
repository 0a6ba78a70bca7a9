import { Type, type Static } from 'typebox';
import { Id, Instant, Nullable } from '#kernel/schema.ts';

const Name = Type.String({ minLength: 1, maxLength: 100, pattern: '^(?!\\s*$)[^\\p{Cc}]*$' });

/** A key as its owner sees it later: without the secret. */
export const ApiKey = Type.Object(
  {
    id: Id,
    name: Type.String(),
    /** Its first part, `bny_<prefix>`, by which its owner recognises it. */
    prefix: Type.String(),
    scopes: Type.Array(Type.String()),
    createdAt: Instant,
    expiresAt: Instant,
    /** To about five minutes. */
    lastUsedAt: Nullable(Instant),
  },
  { title: 'ApiKey' },
);
export type ApiKey = Static<typeof ApiKey>;

/** `expiresAt`: at most a year ahead; left out, 90 days. */
export const NewApiKey = Type.Object(
  {
    name: Name,
    scopes: Type.Array(Type.String({ minLength: 3, maxLength: 100 }), {
      minItems: 1,
      maxItems: 200,
      uniqueItems: true,
    }),
    expiresAt: Type.Optional(Instant),
  },
  { title: 'NewApiKey' },
);
export type NewApiKey = Static<typeof NewApiKey>;

/** The only answer that contains the key. */
export const CreatedApiKey = Type.Object({ ...ApiKey.properties, key: Type.String() }, { title: 'CreatedApiKey' });
export type CreatedApiKey = Static<typeof CreatedApiKey>;
