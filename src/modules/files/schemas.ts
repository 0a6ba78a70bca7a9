import { Type, type Static } from 'typebox';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import { AccessEntry } from '#modules/authorization/contract.ts';
import { StoredFile } from './contract.ts';

export const ByFile = Type.Object({ fileId: Type.With(Id, { description: 'Id of the file' }) });

export const ByFolder = Type.Object({ folderId: Type.With(Id, { description: 'Id of the folder' }) });

export const ByUpload = Type.Object({ uploadId: Type.With(Id, { description: 'Id of the upload' }) });

export const UploadToken = Type.Object({
  token: Type.Optional(Type.String({ maxLength: 100, description: 'The token of the upload, as `Location` has it' })),
});

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

export const FilesUsage = Type.Object(
  {
    usedBytes: Type.Integer({ description: 'Of all files whose bytes are stored, those in the trash included' }),
    fileCount: Type.Integer(),
    quotaBytes: Nullable(Type.With(Type.Integer(), { description: 'Null: no limit' })),
  },
  { title: 'FilesUsage', examples: [{ usedBytes: 482_113, fileCount: 1, quotaBytes: 10_737_418_240 }] },
);
export type FilesUsage = Static<typeof FilesUsage>;

export const Mode = OneOf('secure', 'public');
export type LinkMode = Static<typeof Mode>;

export const Way = OneOf('download', 'stream', 'link', 'upload');
export type AccessWay = Static<typeof Way>;

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

export const ArchivedFiles = Type.Object(
  {
    ids: Type.Array(Id, { minItems: 1, maxItems: 500, description: 'Of the files; one that comes twice counts once' }),
  },
  { title: 'ArchivedFiles', examples: [{ ids: ['019ab0f0-4c00-7d31-a1f4-3b7c52d08e96'] }] },
);
