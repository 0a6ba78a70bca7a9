import { Type, type Static } from 'typebox';
import { NAME_PATTERN } from '#kernel/name.ts';
import { Id, Instant, Nullable } from '#kernel/schema.ts';

const Name = Type.String({ minLength: 1, maxLength: 100, pattern: NAME_PATTERN, examples: ['سارا'] });

/** A key as its owner sees it later: without the secret. */
export const ApiKey = Type.Object(
  {
    id: Id,
    name: Type.String({ examples: ['سرور گزارش‌ها'] }),
    prefix: Type.String({
      description: 'The part of the key after `bny_`, which identifies it',
      examples: ['7qx2k9m4tz0a'],
    }),
    scopes: Type.Array(Type.String(), { description: 'Codes of permissions', examples: [['users.access']] }),
    createdAt: Instant,
    expiresAt: Instant,
    lastUsedAt: Type.With(Nullable(Instant), { description: 'Accurate to about five minutes' }),
    impersonatorId: Type.With(Nullable(Id), {
      description: 'Who acts on your behalf with it, for support; null for your own keys',
    }),
    impersonatorName: Type.With(Nullable(Type.String()), { description: 'Their name', examples: [null] }),
    reason: Type.With(Nullable(Type.String()), { description: 'Why they act on your behalf', examples: [null] }),
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
      description: 'Codes of permissions',
    }),
    expiresAt: Type.Optional(Type.With(Instant, { description: 'At most a year ahead; 90 days by default' })),
  },
  {
    title: 'NewApiKey',
    examples: [{ name: 'سرور گزارش‌ها', scopes: ['users.access'], expiresAt: '2027-05-23T08:00:00.000Z' }],
  },
);
export type NewApiKey = Static<typeof NewApiKey>;

/** The only answer that contains the key. */
export const CreatedApiKey = Type.Object(
  {
    ...ApiKey.properties,
    key: Type.String({ description: 'The key itself: no other answer contains it', examples: ['bny_7qx2k9m4tz0a_…'] }),
  },
  { title: 'CreatedApiKey' },
);
export type CreatedApiKey = Static<typeof CreatedApiKey>;
