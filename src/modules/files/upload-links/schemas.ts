import { Type, type Static } from 'typebox';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import { SenderName } from '../contract.ts';
import { NewLink } from '../links/schemas.ts';
import { ByFolder } from '../schemas.ts';

const Password = NewLink.properties.password;

const UploadMode = OneOf('upload');

const MAX_FILES = 10_000;

const FileTypes = Type.Array(
  Type.String({ maxLength: 127, pattern: '^[a-z0-9.+-]+/([a-z0-9.+-]+|\\*)$', examples: ['image/*'] }),
  { minItems: 1, maxItems: 20, description: 'Types of files that are taken: `application/pdf`, or `image/*`' },
);

/** A link by which others add files to a folder, and do nothing else. */
export const NewUploadLink = Type.Object(
  {
    mode: Type.Optional(Type.With(UploadMode, { description: 'The only mode of links to folders' })),
    expiresInSeconds: NewLink.properties.expiresInSeconds,
    maxFiles: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MAX_FILES, description: 'Files that may be sent by it; 100 by default' }),
    ),
    maxBytes: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Of each file; by default, and at most, as of other uploads' }),
    ),
    contentTypes: Type.Optional(FileTypes),
    password: Type.Optional(
      Type.With(Password, { description: 'Visible ASCII. Those who send files send it in `X-Link-Password`' }),
    ),
  },
  {
    title: 'NewUploadLink',
    examples: [
      { mode: 'upload', expiresInSeconds: 86_400, maxFiles: 20, contentTypes: ['application/pdf', 'image/*'] },
    ],
  },
);
export type NewUploadLink = Static<typeof NewUploadLink>;

const uploadLinkFields = {
  id: Id,
  mode: UploadMode,
  folderId: Id,
  expiresAtUtc: Instant,
  maxFiles: Type.Integer(),
  maxBytes: Nullable(Type.With(Type.Integer(), { description: 'Of each file; null: as of other uploads' })),
  contentTypes: Nullable(FileTypes),
  hasPassword: Type.Boolean(),
};

const UPLOAD_LINK = {
  id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e97',
  mode: 'upload',
  folderId: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e22',
  expiresAtUtc: '2026-11-23T09:00:00.000Z',
  maxFiles: 20,
  maxBytes: null,
  contentTypes: ['application/pdf', 'image/*'],
  hasPassword: false,
};

/** A new link to a folder: the only answer with its token. */
export const UploadLink = Type.Object(
  { ...uploadLinkFields, token: Type.String(), url: Type.String({ description: 'Where files are sent' }) },
  {
    title: 'UploadLink',
    examples: [{ ...UPLOAD_LINK, token: 'q5…', url: 'https://example.com/api/v1/files/public/q5…/files' }],
  },
);
export type UploadLink = Static<typeof UploadLink>;

export const ListedUploadLink = Type.Object(
  {
    ...uploadLinkFields,
    used: Type.Integer({ description: 'Files so far' }),
    revokedAt: Nullable(Instant),
    createdAt: Instant,
  },
  {
    title: 'ListedUploadLink',
    examples: [{ ...UPLOAD_LINK, used: 0, revokedAt: null, createdAt: '2026-11-23T08:00:00.000Z' }],
  },
);
export type ListedUploadLink = Static<typeof ListedUploadLink>;

/** What somebody sends by a link, for the document: it is read while it arrives. */
export const SendingForm = Type.Object(
  {
    file: Type.With(Type.String({ format: 'binary' }), { description: 'The file, with its name' }),
    sender: Type.Optional(SenderName),
  },
  { title: 'SendingForm', examples: [{ file: 'the bytes', sender: 'رضا کریمی' }] },
);

/** What those who have sent a file learn of it. */
export const SentFile = Type.Object(
  { id: Id, fileName: Type.String(), sizeBytes: Type.Integer(), sha256: Type.String() },
  {
    title: 'SentFile',
    examples: [
      {
        id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96',
        fileName: 'گزارش‌ها.pdf',
        sizeBytes: 482_113,
        sha256: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
      },
    ],
  },
);
export type SentFile = Static<typeof SentFile>;

export const ByFolderLink = Type.Object({
  ...ByFolder.properties,
  linkId: Type.With(Id, { description: 'Id of the link' }),
});
