import { Type, type Static } from 'typebox';
import { Id, Instant, Nullable } from '#kernel/schema.ts';
import { ByFile, Mode } from '../schemas.ts';

const MODE = '`public`: everybody who has it may open it. `secure`: signed-in people who may read the file.';

export const LinkQuery = Type.Object({
  mode: Type.Optional(Type.With(Mode, { description: `${MODE} The default is \`secure\`.` })),
});

export const NewLink = Type.Object(
  {
    mode: Type.Optional(Type.With(Mode, { description: MODE })),
    expiresInSeconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 2_592_000, description: '900 by default, at most 30 days' }),
    ),
    maxDownloads: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: '1: a one-time link' })),
    password: Type.Optional(
      Type.String({
        minLength: 6,
        maxLength: 200,
        pattern: '^[!-~]+$', // what every client can send in a header
        description: 'Visible ASCII. Those who open the link send it in `X-Link-Password`',
      }),
    ),
  },
  { title: 'NewFileLink', examples: [{ mode: 'public', expiresInSeconds: 3600, maxDownloads: 1 }] },
);
export type NewLink = Static<typeof NewLink>;

const linkFields = {
  id: Id,
  mode: Mode,
  expiresAtUtc: Instant,
  maxDownloads: Nullable(Type.Integer()),
  hasPassword: Type.Boolean(),
};

const LINK = {
  id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e97',
  mode: 'public',
  expiresAtUtc: '2026-11-23T09:00:00.000Z',
  maxDownloads: 1,
  hasPassword: false,
};

/** A new link: the only answer with its token. */
export const FileLink = Type.Object(
  { ...linkFields, token: Type.String(), url: Type.String() },
  {
    title: 'FileLink',
    examples: [{ ...LINK, token: 'q5…', url: 'https://example.com/api/v1/files/public/q5…' }],
  },
);
export type FileLink = Static<typeof FileLink>;

export const ListedLink = Type.Object(
  {
    ...linkFields,
    used: Type.Integer({ description: 'Downloads so far' }),
    revokedAt: Nullable(Instant),
    createdAt: Instant,
  },
  { title: 'ListedFileLink', examples: [{ ...LINK, used: 0, revokedAt: null, createdAt: '2026-11-23T08:00:00.000Z' }] },
);
export type ListedLink = Static<typeof ListedLink>;

export const ByLink = Type.Object({
  ...ByFile.properties,
  linkId: Type.With(Id, { description: 'Id of the link' }),
});
