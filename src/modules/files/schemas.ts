import { Type, type Static } from 'typebox';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import { AccessEntry } from '#modules/authorization/contract.ts';
import { PageQuery } from '#kernel/page.ts';
import { SenderName, StoredFile, UploadFields } from './contract.ts';

export const ByFile = Type.Object({ fileId: Type.With(Id, { description: 'Id of the file' }) });

export const ByFolder = Type.Object({ folderId: Type.With(Id, { description: 'Id of the folder' }) });

const FolderName = Type.String({ minLength: 1, maxLength: 255, examples: ['پاییز'] });
const FOLDER_ID = '019ab0f0-4c00-7d31-a1f4-3b7c52d08e22';
const ParentId = Nullable(Type.With(Id, { description: 'The folder in which it lies; null: at the top' }));

export const NewFolder = Type.Object(
  { name: FolderName, parentId: Type.Optional(ParentId) },
  { title: 'NewFolder', examples: [{ name: 'پاییز', parentId: null }] },
);
export type NewFolder = Static<typeof NewFolder>;

export const FolderChange = Type.Object(
  { name: Type.Optional(FolderName), parentId: Type.Optional(ParentId) },
  {
    title: 'FolderChange',
    description: 'Fields that are left out stay as they are.',
    minProperties: 1,
    examples: [{ name: 'پاییز' }],
  },
);
export type FolderChange = Static<typeof FolderChange>;

export const FolderQuery = Type.Object({
  ...PageQuery.properties,
  parentId: Type.Optional(Type.With(Id, { description: 'The folder whose folders are listed; default: the top.' })),
  ownerId: Type.Optional(
    Type.With(Id, {
      description: 'Whose folders; default: yours. Those of others are listed with `files.manage_all`.',
    }),
  ),
  isDeleted: Type.Optional(Type.Boolean({ description: 'Those in the trash, wherever they were.' })),
});
export type FolderQuery = Static<typeof FolderQuery>;

/** The body may be left out. */
export const FolderRestoration = Type.Unsafe<{ readonly name?: string } | null>({
  ...Type.Object(
    { name: Type.Optional(Type.With(FolderName, { description: 'A new name, where the old one is taken' })) },
    { title: 'FolderRestoration', examples: [{ name: 'پاییز' }] },
  ),
  type: ['object', 'null'],
});
export type FolderRestoration = Static<typeof FolderRestoration>;

export const FolderOperation = Type.Object(
  { operationId: Type.With(Id, { description: 'As `deletionId` of all folders that it has taken' }) },
  { title: 'FolderOperation', examples: [{ operationId: FOLDER_ID }] },
);
export type FolderOperation = Static<typeof FolderOperation>;

export const ByUpload = Type.Object({ uploadId: Type.With(Id, { description: 'Id of the upload' }) });
export const UploadToken = Type.Object({
  token: Type.Optional(Type.String({ maxLength: 100, description: 'The token of the upload, as `Location` has it' })),
});

const SHA256 = 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c';

/** A file whose bytes the client sends to the storage itself. */
export const NewPresignedUpload = Type.Object(
  {
    ...UploadFields.properties,
    fileName: Type.String({ minLength: 1, maxLength: 1000 }),
    sizeBytes: Type.Integer({ minimum: 0 }),
    sha256: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'Of all bytes, in lower-case hexadecimal',
      examples: [SHA256],
    }),
    contentType: Type.Optional(Type.String({ maxLength: 255, description: 'As the client declares it' })),
  },
  {
    title: 'NewPresignedUpload',
    examples: [{ fileName: 'گزارش‌ها.pdf', sizeBytes: 482_113, sha256: SHA256, contentType: 'application/pdf' }],
  },
);
export type NewPresignedUpload = Static<typeof NewPresignedUpload>;

export const PresignedUpload = Type.Object(
  {
    id: Type.With(Id, { description: 'Of the upload, and of the file that it becomes' }),
    method: OneOf('PUT'),
    url: Type.String({ description: 'Of the storage. Everybody who has it can send these bytes' }),
    headers: Type.Unsafe<Readonly<Record<string, string>>>({
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'To be sent exactly so, beside `Content-Length`',
    }),
    expiresAtUtc: Type.With(Instant, { description: 'When the storage takes the bytes no more' }),
  },
  {
    title: 'PresignedUpload',
    examples: [
      {
        id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96',
        method: 'PUT',
        url: 'https://s3.example.com/bucket/files/presigned/019ab0f0-4c00-7d31-a1f4-3b7c52d08e96?X-Amz-Signature=9f…',
        headers: { 'x-amz-checksum-sha256': 'tbudgBSg+bHWHiHnlteNzN8TUvI80ygS9IULh4rklEw=' },
        expiresAtUtc: '2026-11-23T09:00:00.000Z',
      },
    ],
  },
);
export type PresignedUpload = Static<typeof PresignedUpload>;

const Bytes = Type.String({ format: 'binary' });

/** The form of an upload, for the document: it is read while it arrives. */
export const UploadForm = Type.Object(
  { ...UploadFields.properties, file: Type.With(Bytes, { description: 'The file, with its name' }) },
  { title: 'UploadForm', examples: [{ file: 'the bytes', module: 'reports' }] },
);

export const ScanForm = Type.Object(
  { file: Type.With(Bytes, { description: 'The file' }) },
  { title: 'ScanForm', examples: [{ file: 'the bytes' }] },
);

export const ContentForm = Type.Object(
  { file: Type.With(Bytes, { description: 'The new content' }) },
  { title: 'ContentForm', examples: [{ file: 'the bytes' }] },
);

/** Another content of a file: an older one that is kept, or a new one that is not released. */
export const FileVersion = Type.Object(
  {
    id: Id,
    sizeBytes: StoredFile.properties.sizeBytes,
    contentType: StoredFile.properties.contentType,
    sha256: StoredFile.properties.sha256,
    storageStatus: Type.With(StoredFile.properties.storageStatus, {
      description:
        '`available`: an older content that is kept; `missing`: its bytes are not in the storage. All others are new contents: `pending`, `infected` and `failed` as of files.',
    }),
    stage: StoredFile.properties.stage,
    reason: StoredFile.properties.reason,
    isRetryable: StoredFile.properties.isRetryable,
    scanStatus: StoredFile.properties.scanStatus,
    isEncrypted: StoredFile.properties.isEncrypted,
    encryptionStage: StoredFile.properties.encryptionStage,
    createdAt: Type.With(Instant, { description: 'When this content came' }),
  },
  {
    title: 'FileVersion',
    examples: [
      {
        id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e9a',
        sizeBytes: 482_113,
        contentType: 'application/pdf',
        sha256: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
        storageStatus: 'available',
        stage: null,
        reason: null,
        isRetryable: false,
        scanStatus: 'clean',
        isEncrypted: false,
        encryptionStage: null,
        createdAt: '2026-11-23T08:00:00.000Z',
      },
    ],
  },
);
export type FileVersion = Static<typeof FileVersion>;

export const Candidate = Type.Object(
  {
    fileName: Type.String({ maxLength: 1000 }),
    sizeBytes: Type.Integer({ minimum: 0 }),
    contentType: Type.Optional(Type.String({ maxLength: 255, description: 'As the client would declare it' })),
    module: Type.Optional(UploadFields.properties.module),
  },
  {
    title: 'FileCandidate',
    examples: [{ fileName: 'گزارش‌ها.pdf', sizeBytes: 482_113, contentType: 'application/pdf' }],
  },
);
export type Candidate = Static<typeof Candidate>;

export const Judgement = Type.Object(
  {
    isAccepted: Type.Boolean(),
    contentType: Nullable(Type.With(Type.String(), { description: 'As it would be served; null if it is refused' })),
    code: Nullable(Type.With(Type.String(), { description: 'The error that an upload would get' })),
    maxBytes: Type.Integer({ description: 'Of one file' }),
  },
  {
    title: 'FileJudgement',
    examples: [{ isAccepted: true, contentType: 'application/pdf', code: null, maxBytes: 52_428_800 }],
  },
);
export type Judgement = Static<typeof Judgement>;

export const ScanResult = Type.Object(
  {
    verdict: Type.With(OneOf('clean', 'infected', 'unscannable', 'unscanned', 'refused'), {
      description:
        'Only `clean` means that a scanner has read every byte; `refused`: an upload of this name, type and content would be',
    }),
    signature: Nullable(Type.With(Type.String(), { description: 'What the scanner has found' })),
    reason: Nullable(
      Type.With(Type.String(), {
        description: 'Why it is unscannable or refused: as of a file that failed, or as the error of an upload',
      }),
    ),
    sizeBytes: Type.Integer(),
    sha256: Type.String(),
  },
  {
    title: 'ScanResult',
    examples: [{ verdict: 'clean', signature: null, reason: null, sizeBytes: 3, sha256: 'ab'.repeat(32) }],
  },
);
export type ScanResult = Static<typeof ScanResult>;

export const FilesUsage = Type.Object(
  {
    usedBytes: Type.Integer({ description: 'Of all files whose bytes are stored, those in the trash included' }),
    fileCount: Type.Integer(),
    quotaBytes: Nullable(Type.With(Type.Integer(), { description: 'Null: no limit' })),
  },
  { title: 'FilesUsage', examples: [{ usedBytes: 482_113, fileCount: 1, quotaBytes: 10_737_418_240 }] },
);
export type FilesUsage = Static<typeof FilesUsage>;

const Mode = OneOf('secure', 'public');
export type LinkMode = Static<typeof Mode>;
const Way = OneOf('download', 'stream', 'link', 'upload');
export type AccessWay = Static<typeof Way>;
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
  id: LINK.id,
  mode: 'upload',
  folderId: FOLDER_ID,
  expiresAtUtc: LINK.expiresAtUtc,
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
    file: Type.With(Bytes, { description: 'The file, with its name' }),
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

export const ByLink = Type.Object({
  ...ByFile.properties,
  linkId: Type.With(Id, { description: 'Id of the link' }),
});
export const ByVersion = Type.Object({
  ...ByFile.properties,
  versionId: Type.With(Id, { description: 'Id of the version' }),
});
export const ByToken = Type.Object({ token: Type.String({ maxLength: 200, description: 'Of the link' }) });

/** The rights of one user, or of all holders of one role, on one file. No right includes another. */
export const FileAccessEntry = Type.Object(
  {
    subjectType: AccessEntry.properties.subjectType,
    subjectValue: AccessEntry.properties.subjectValue,
    canRead: AccessEntry.properties.canRead,
    canWrite: AccessEntry.properties.canWrite,
    canDelete: AccessEntry.properties.canDelete,
  },
  { title: 'FileAccessEntry' },
);
export type FileAccessEntry = Static<typeof FileAccessEntry>;

/** One time that somebody asked for the bytes of a file. */
export const FileAccess = Type.Object(
  {
    id: Id,
    userId: Nullable(Type.With(Id, { description: 'Null for people who were not signed in' })),
    linkId: Nullable(Id),
    way: Way,
    isAllowed: Type.Boolean(),
    reason: Nullable(Type.With(Type.String(), { description: 'The code of the refusal' })),
    ip: Nullable(Type.String()),
    userAgent: Nullable(Type.String()),
    createdAt: Instant,
  },
  {
    title: 'FileAccess',
    examples: [
      {
        id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e98',
        userId: null,
        linkId: LINK.id,
        way: 'link',
        isAllowed: true,
        reason: null,
        ip: '192.0.2.1',
        userAgent: 'Mozilla/5.0',
        createdAt: '2026-11-23T08:00:00.000Z',
      },
    ],
  },
);
export type FileAccess = Static<typeof FileAccess>;

/** One time that somebody has sent a file to a folder by a link, or has tried to. */
export const FolderAccess = Type.Object(
  {
    ...FileAccess.properties,
    fileId: Nullable(Type.With(Id, { description: 'The file that was sent; null for a refusal' })),
  },
  {
    title: 'FolderAccess',
    examples: [
      {
        id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e98',
        fileId: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96',
        userId: null,
        linkId: LINK.id,
        way: 'upload',
        isAllowed: true,
        reason: null,
        ip: '192.0.2.1',
        userAgent: 'Mozilla/5.0',
        createdAt: '2026-11-23T08:00:00.000Z',
      },
    ],
  },
);
export type FolderAccess = Static<typeof FolderAccess>;

export const ArchivedFiles = Type.Object(
  {
    ids: Type.Array(Id, { minItems: 1, maxItems: 500, description: 'Of the files; one that comes twice counts once' }),
  },
  { title: 'ArchivedFiles', examples: [{ ids: ['019ab0f0-4c00-7d31-a1f4-3b7c52d08e96'] }] },
);
