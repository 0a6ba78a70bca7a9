import { Type, type Static } from 'typebox';
import { NAME_PATTERN } from '#kernel/name.ts';
import { PageQuery } from '#kernel/page.ts';
import { defineError } from '#kernel/problem.ts';
import { Id, Instant } from '#kernel/schema.ts';

const EXAMPLE = { page: '/users', name: 'قفل‌شده‌ها', search: 'status=locked' };

const PagePath = Type.String({
  maxLength: 100,
  pattern: '^/([a-z0-9-]+(/[a-z0-9-]+)*)?$',
  description: 'Path of a page of the console, without its prefix',
  examples: ['/users', '/notifications/templates'],
});

/** A view of a page under a name: the filters that its address has. */
export const KeptView = Type.Object(
  {
    id: Id,
    page: Type.String(),
    name: Type.String(),
    search: Type.String({ description: 'What follows `?` in the address' }),
    createdAt: Instant,
  },
  {
    title: 'KeptView',
    examples: [{ id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96', ...EXAMPLE, createdAt: '2026-11-23T08:00:00.000Z' }],
  },
);
export type KeptView = Static<typeof KeptView>;

export const NewKeptView = Type.Object(
  {
    page: PagePath,
    name: Type.String({ minLength: 1, maxLength: 60, pattern: NAME_PATTERN }),
    search: Type.String({
      maxLength: 2000,
      pattern: String.raw`^[\x21-\x7e]*$`,
      description: 'What follows `?` in the address, percent-encoded',
    }),
  },
  { title: 'NewKeptView', examples: [EXAMPLE] },
);
export type NewKeptView = Static<typeof NewKeptView>;

export const KeptViewQuery = Type.Object({
  ...PageQuery.properties,
  of: Type.Optional(
    Type.String({ maxLength: 100, description: 'Only views of this page of the console, such as `/users`' }),
  ),
});
export type KeptViewQuery = Static<typeof KeptViewQuery>;

export const viewErrors = {
  notFound: defineError('views.not_found', 404, 'No such view'),
  nameTaken: defineError('views.name_taken', 409, 'You have kept another view of this page under this name'),
  quotaUsed: defineError('views.quota_used', 409, 'You have kept as many views as you may'),
};
