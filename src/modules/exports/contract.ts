import { Type, type Static } from 'typebox';
import { defineError } from '#kernel/problem.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';

const EXAMPLE = { path: '/api/v1/users', query: 'status=locked', format: 'csv' };
const DONE = {
  id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96',
  ...EXAMPLE,
  status: 'done',
  rowCount: 25_000,
  sizeBytes: 3_100_000,
  error: null,
  createdAt: '2026-11-23T08:00:00.000Z',
  endedAt: '2026-11-23T08:00:12.000Z',
};

const Format = OneOf('csv', 'json');

/** A list of the API as one file, made in the background. */
export const Export = Type.Object(
  {
    id: Id,
    path: Type.String({ description: 'Path of the list' }),
    query: Type.String({ description: 'Its filters and order, as in the address' }),
    format: Format,
    status: OneOf('waiting', 'running', 'done', 'failed'),
    rowCount: Type.Integer({ description: 'Rows that are written so far' }),
    sizeBytes: Nullable(Type.Integer({ description: 'Once it is done' })),
    error: Nullable(Type.String({ description: 'The code of the refusal that ended it' })),
    createdAt: Instant,
    endedAt: Nullable(Type.With(Instant, { description: 'It is deleted a week later' })),
  },
  { title: 'Export', examples: [DONE] },
);
export type Export = Static<typeof Export>;

export const NewExport = Type.Object(
  {
    path: Type.String({
      maxLength: 300,
      pattern: '^/api/v1/[A-Za-z0-9/_-]+$',
      description: 'Path of a list, such as `/api/v1/users`',
      examples: ['/api/v1/users', '/api/v1/todos'],
    }),
    query: Type.Optional(
      Type.String({
        maxLength: 2000,
        pattern: String.raw`^[\x21-\x7e]*$`,
        description: 'Filters and order as in the address, percent-encoded. Where the list begins does not count.',
      }),
    ),
    format: Format,
  },
  { title: 'NewExport', examples: [EXAMPLE] },
);
export type NewExport = Static<typeof NewExport>;

export const exportErrors = {
  notFound: defineError('exports.not_found', 404, 'No such export'),
  noList: defineError('exports.no_list', 400, 'This path is no list that can be exported'),
  gaveUp: defineError('exports.gave_up', 503, 'The export did not succeed in several attempts'),
  notDone: defineError('exports.not_done', 409, 'The export is not done'),
  noLongerAllowed: defineError('exports.no_longer_allowed', 403, 'You may not see this list any more'),
  quotaUsed: defineError('exports.quota_used', 409, 'You have as many exports as you may have, or as large ones'),
};
