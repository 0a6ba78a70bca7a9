import { Type, type Static } from 'typebox';
import { definePermission } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { NAME_PATTERN, VISIBLE_PATTERN } from '#kernel/name.ts';
import { PageQuery } from '#kernel/page.ts';
import { defineError } from '#kernel/problem.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { ServedBytes } from '#platform/http/port.ts';

const EXAMPLE = {
  id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96',
  fileName: 'گزارش‌ها.pdf',
  description: 'گزارش فصل پاییز',
  sizeBytes: 482_113,
  contentType: 'application/pdf',
  sha256: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
  module: 'reports',
  folder: 'فصلی/پاییز',
};

const StorageStatus = OneOf('pending', 'available', 'infected', 'failed', 'missing', 'deleted');
export type StorageStatus = Static<typeof StorageStatus>;
const ScanStatus = OneOf('unscanned', 'clean', 'unscannable', 'infected');
export type ScanStatus = Static<typeof ScanStatus>;

const Stage = Type.Unsafe<'uploading' | 'uploaded' | 'scanning' | null>({
  type: ['string', 'null'],
  enum: ['uploading', 'uploaded', 'scanning', null],
  description: 'How far a `pending` file is; null for all others',
});

const EncryptionStage = Type.Unsafe<'encrypting' | 'decrypting' | null>({
  type: ['string', 'null'],
  enum: ['encrypting', 'decrypting', null],
  description: 'While the stored bytes are rewritten; null otherwise',
});
export type EncryptionStage = Static<typeof EncryptionStage>;

/** A file: what is known of its bytes, which are in the object storage. */
export const StoredFile = Type.Object(
  {
    id: Id,
    fileName: Type.String(),
    description: Nullable(Type.String()),
    sizeBytes: Nullable(Type.With(Type.Integer(), { description: 'Null while it is being received' })),
    contentType: Type.String({ description: 'As name and content say, not as the client has declared it' }),
    sha256: Nullable(
      Type.With(Type.String(), { description: 'Hexadecimal; null until all bytes are received and joined' }),
    ),
    storageStatus: Type.With(StorageStatus, {
      description: `\`pending\`: received or being received, not released yet. \`available\`: can be downloaded.
        \`infected\`: in quarantine, served to nobody. \`failed\`: was not released, see \`reason\`. \`missing\`: its bytes
        are not in the storage. \`deleted\`: in the trash.`.replace(/\s+/g, ' '),
    }),
    stage: Stage,
    reason: Nullable(
      Type.With(Type.String(), { description: 'Why it or its encryption failed, or what the scanner has found' }),
    ),
    isRetryable: Type.Boolean({ description: 'Of a `failed` file: a fault, not a refusal' }),
    scanStatus: Type.With(ScanStatus, { description: 'Only `clean` means that a scanner has read every byte' }),
    isEncrypted: Type.Boolean({ description: 'Whether the stored bytes are encrypted; clients get the plain ones' }),
    encryptionStage: EncryptionStage,
    module: Nullable(Type.String()),
    folder: Nullable(
      Type.With(Type.String(), {
        description: 'Names from the top, with `/` between them. For owner and administrators',
      }),
    ),
    folderId: Nullable(Type.With(Id, { description: 'For owner and administrators' })),
    linkId: Nullable(Type.With(Id, { description: 'The upload link by which somebody has sent it' })),
    senderId: Nullable(
      Type.With(Id, {
        description: 'Who has sent it by the link, if they were signed in. For owner and administrators',
      }),
    ),
    senderName: Nullable(Type.With(Type.String(), { description: 'As the sender says. For owner and administrators' })),
    tags: Type.Array(Type.String()),
    ownerId: Id,
    createdAt: Instant,
    updatedAt: Instant,
    deletedAt: Nullable(Instant),
    version: Type.Integer({ description: 'Counts the changes; `ETag` returns it, `If-Match` takes it' }),
  },
  {
    title: 'File',
    examples: [
      {
        ...EXAMPLE,
        storageStatus: 'available',
        stage: null,
        reason: null,
        isRetryable: false,
        scanStatus: 'clean',
        isEncrypted: false,
        encryptionStage: null,
        folderId: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e21',
        linkId: null,
        senderId: null,
        senderName: null,
        tags: [],
        ownerId: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e11',
        createdAt: '2026-11-23T08:00:00.000Z',
        updatedAt: '2026-11-23T08:00:02.000Z',
        deletedAt: null,
        version: 3,
      },
    ],
  },
);
export type StoredFile = Static<typeof StoredFile>;

const FileName = Type.String({ minLength: 1, maxLength: 255, examples: [EXAMPLE.fileName] });
const Description = Type.String({ maxLength: 2000, pattern: VISIBLE_PATTERN, examples: [EXAMPLE.description] });
const ModuleName = Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$', examples: [EXAMPLE.module] });
const FolderPath = Type.String({
  minLength: 1,
  maxLength: 500,
  pattern: NAME_PATTERN,
  description: 'Names separated by `/`, such as `reports/2026`. Folders that are missing are made.',
  examples: [EXAMPLE.folder],
});
const FolderId = Type.With(Id, { description: 'Id of a folder; it wins over `folder`' });

/** A place for files and other folders. */
export const Folder = Type.Object(
  {
    id: Id,
    name: Type.String(),
    path: Type.String({ description: 'Names from the top, with `/` between them' }),
    parentId: Nullable(Type.With(Id, { description: 'Null: at the top' })),
    ownerId: Id,
    deletionId: Nullable(Type.With(Id, { description: 'In the trash: the operation that has deleted it' })),
    deletedAt: Nullable(Instant),
    createdAt: Instant,
    updatedAt: Instant,
    version: Type.Integer({ description: 'Counts the changes; `ETag` returns it, `If-Match` takes it' }),
  },
  {
    title: 'Folder',
    examples: [
      {
        id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e21',
        name: 'پاییز',
        path: EXAMPLE.folder,
        parentId: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e22',
        ownerId: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e11',
        deletionId: null,
        deletedAt: null,
        createdAt: '2026-11-23T08:00:00.000Z',
        updatedAt: '2026-11-23T08:00:00.000Z',
        version: 1,
      },
    ],
  },
);
export type Folder = Static<typeof Folder>;

/** Of somebody who sends a file by a link. */
export const SenderName = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: NAME_PATTERN,
  description: 'Who sends it, as they say',
  examples: ['رضا کریمی'],
});

const TagName = Type.String({ minLength: 1, maxLength: 50, pattern: NAME_PATTERN, examples: ['مالی'] });
export const MAX_TAGS = 20;
export const FileTag = Type.Object({ tag: TagName }, { title: 'FileTag', examples: [{ tag: 'مالی' }] });
export type FileTag = Static<typeof FileTag>;

/** The fields of an upload beside its file. */
export const UploadFields = Type.Object({
  module: Type.Optional(ModuleName),
  folder: Type.Optional(FolderPath),
  folderId: Type.Optional(FolderId),
  description: Type.Optional(Description),
});
export type UploadFields = Static<typeof UploadFields>;

export const FileChange = Type.Object(
  { fileName: Type.Optional(FileName), description: Type.Optional(Nullable(Description)) },
  {
    title: 'FileChange',
    description: 'Fields that are left out stay as they are; null removes the description.',
    minProperties: 1,
    examples: [{ fileName: EXAMPLE.fileName, description: EXAMPLE.description }],
  },
);
export type FileChange = Static<typeof FileChange>;

export const FilePlace = Type.Object(
  {
    module: Type.Optional(Nullable(ModuleName)),
    folder: Type.Optional(Nullable(FolderPath)),
    folderId: Type.Optional(Nullable(FolderId)),
  },
  {
    title: 'FilePlace',
    description: 'Fields that are left out stay as they are; null removes one.',
    minProperties: 1,
    examples: [{ module: EXAMPLE.module, folder: EXAMPLE.folder }],
  },
);
export type FilePlace = Static<typeof FilePlace>;

export const FileQuery = Type.Object({
  ...PageQuery.properties,
  text: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        `Text anywhere in name, description or tags. Case, marks, tatweel, half-spaces, Arabic or Persian letters,
        and the kinds of digits make no difference.`.replace(/\s+/g, ' '),
    }),
  ),
  contentType: Type.Optional(
    Type.String({
      maxLength: 127,
      pattern: '^[a-z0-9.+*-]+/[a-z0-9.+*-]+$',
      examples: ['application/pdf'],
      description: 'Only files of this type: `application/pdf`, or `image/*`.',
    }),
  ),
  ownerId: Type.Optional(Type.With(Id, { description: 'Only files of this person.' })),
  module: Type.Optional(Type.With(ModuleName, { description: 'Only files of this module.' })),
  folderId: Type.Optional(Type.With(Id, { description: 'Only files of this folder, not of those in it.' })),
  isInFolder: Type.Optional(
    Type.Boolean({ description: 'True: only files in a folder. False: only files in none.', examples: [false] }),
  ),
  tag: Type.Optional(
    Type.String({
      maxLength: 50,
      description:
        `Only files with this tag. Case, marks, tatweel, half-spaces, Arabic or Persian letters, and the kinds
        of digits make no difference.`.replace(/\s+/g, ' '),
    }),
  ),
  storageStatus: Type.Optional(
    Type.With(StorageStatus, { description: 'Only files in this state; `deleted` lists the trash.' }),
  ),
  createdFrom: Type.Optional(Type.With(Instant, { description: 'Only files uploaded at this time or later.' })),
  createdTo: Type.Optional(Type.With(Instant, { description: 'Only files uploaded before this time.' })),
});
export type FileQuery = Static<typeof FileQuery>;

export const filePermissions = {
  read: definePermission('files.read', 'See and download own files', { grantedTo: ['user'] }),
  write: definePermission('files.write', 'Upload and change own files', { grantedTo: ['user'] }),
  delete: definePermission('files.delete', 'Delete and restore own files', { grantedTo: ['user'] }),
  share: definePermission('files.share', 'Make links to own files', { grantedTo: ['user'] }),
  managePermissions: definePermission(
    'files.permissions.manage',
    'Decide who else may access own files, and whether they are encrypted',
    { grantedTo: ['user'] },
  ),
  manageAll: definePermission('files.manage_all', 'See, change and delete the files of all users'),
};

export const fileErrors = {
  tooManyTags: defineError('files.too_many_tags', 409, 'The file has as many tags as it may have'),
  notFound: defineError('files.not_found', 404, 'No such file'),
  tooManyVersions: defineError('files.too_many_versions', 409, 'The file has as many older contents as it may keep'),
  versionNotFound: defineError('files.version_not_found', 404, 'No such version of the file'),
  archiveTooLarge: defineError('files.archive_too_large', 413, 'The files have too many bytes for one archive'),
  accessDenied: defineError('files.access_denied', 403, 'You may see this file, but not do this to it'),
  validationFailed: defineError('files.validation_failed', 400, 'The file is not accepted'),
  invalidName: defineError('files.invalid_name', 400, 'The name of the file is not valid'),
  typeMismatch: defineError('files.type_mismatch', 400, 'Name, declared type and content of the file do not agree'),
  tooLarge: defineError('files.too_large', 413, 'The file is too large'),
  quotaExceeded: defineError('files.quota_exceeded', 413, 'Your files have as many bytes as they may have'),
  tooManyFiles: defineError('files.too_many_files', 409, 'You have as many files as you may have'),
  maliciousContent: defineError('files.malicious_content', 422, 'The file is infected'),
  pending: defineError('files.pending', 409, 'The file is not released yet'),
  unavailable: defineError('files.unavailable', 404, 'The content of the file is not available'),
  encryptionBusy: defineError('files.encryption_busy', 409, 'The content of the file is being rewritten'),
  tusVersion: defineError('files.tus_version', 412, 'Only version 1.0.0 of tus is spoken here'),
  uploadInvalid: defineError('files.upload_invalid', 400, 'A header of the upload is not valid'),
  uploadNotFound: defineError('files.upload_not_found', 404, 'No such upload'),
  uploadExpired: defineError('files.upload_expired', 410, 'The upload has expired'),
  uploadConflict: defineError('files.upload_conflict', 409, 'The upload does not go on at this place now'),
  presignUnavailable: defineError(
    'files.presign_unavailable',
    409,
    'The storage of this installation takes no bytes from clients',
  ),
  uploadFinal: defineError('files.upload_final', 403, 'An upload that joins others takes no bytes'),
  checksumMismatch: defineError('files.checksum_mismatch', 460, 'The bytes do not have this checksum'),
  tooManyUploads: defineError('files.too_many_uploads', 429, 'Too many uploads are unfinished'),
  linkInvalid: defineError('files.link_invalid', 404, 'The link is not valid'),
  linkExpired: defineError('files.link_expired', 410, 'The link has expired, or was used as often as it may be'),
  tooManyLinks: defineError('files.too_many_links', 409, 'There are as many links as there may be'),
  linkPassword: defineError('files.link_password', 403, 'The link needs its password'),
  imageRefused: defineError('files.image_refused', 422, 'The file cannot be shown in another size'),
  folderNotFound: defineError('files.folder_not_found', 404, 'No such folder'),
  folderExists: defineError('files.folder_exists', 409, 'There is a folder of this name already'),
  folderDeleted: defineError('files.folder_deleted', 409, 'The folder is in the trash'),
  folderBusy: defineError('files.folder_busy', 409, 'Files of a folder that was restored still come back'),
  folderCycle: defineError('files.folder_cycle', 409, 'A folder cannot be moved into itself, or into one below it'),
  folderTooDeep: defineError('files.folder_too_deep', 409, 'Folders may be in each other 20 levels deep'),
  tooManyFolders: defineError('files.too_many_folders', 409, 'You have as many folders as you may have'),
  scannerUnavailable: defineError('files.scanner_unavailable', 503, 'The virus scanner cannot be reached'),
  storageUnavailable: defineError('files.storage_unavailable', 503, 'The storage of files cannot be reached'),
};

const FileRef = Type.Object({ fileId: Type.String(), ownerId: Type.String() });
/** A link to a file has `fileId`, an upload link `folderId`; a file that was sent by it has both. */
const LinkRef = Type.Object({
  fileId: Type.Optional(Type.String()),
  folderId: Type.Optional(Type.String()),
  ownerId: Type.String(),
  linkId: Type.String(),
});

export const fileEvents = {
  uploaded: defineEvent('files.uploaded', 1, 'fileId', FileRef),
  available: defineEvent('files.available', 1, 'fileId', FileRef),
  infected: defineEvent(
    'files.infected',
    1,
    'fileId',
    // `versionId`: it is a new content of the file, which keeps its content.
    Type.Object({ ...FileRef.properties, signature: Type.String(), versionId: Type.Optional(Type.String()) }),
  ),
  deleted: defineEvent('files.deleted', 1, 'fileId', FileRef),
  shared: defineEvent('files.shared', 1, 'linkId', Type.Object({ ...LinkRef.properties, mode: Type.String() })),
  permissionChanged: defineEvent(
    'files.permission_changed',
    1,
    'fileId',
    Type.Object({ ...FileRef.properties, subjectType: Type.String(), subjectValue: Type.String() }),
  ),
  publicLinkAccessed: defineEvent(
    'files.public_link_accessed',
    1,
    'linkId',
    Type.Object({ ...LinkRef.properties, isAllowed: Type.Boolean() }),
  ),
};

/** What another module must know of a file before it refers to it. */
export interface FileFacts {
  readonly ownerId: string;
  readonly storageStatus: StorageStatus;
  readonly contentType: string;
  /** Whether it is of a type that `showSquare` can show. */
  readonly isPicture: boolean;
}

/** A square of a picture, in pixels of its side. */
export interface SquareView {
  readonly side: number;
  /** Of the upright picture, in its pixels; null: the largest square in its middle. */
  readonly crop: { readonly x: number; readonly y: number; readonly size: number } | null;
}

/** What other modules may call, in process. */
export interface FilesApi {
  /** Whether the file belongs to the person and can be downloaded. */
  isAvailableTo(userId: string, fileId: string): Promise<boolean>;
  /** Null: no such file. The caller decides who may know of it. */
  find(fileId: string): Promise<FileFacts | null>;
  /** As `find`. Until the unit ends, the file cannot be deleted: what refers to it commits before `files.deleted`. */
  hold(unit: AnyUnit, fileId: string): Promise<FileFacts | null>;
  /**
   * A part of a picture as WebP, upright and without the data of the camera. The caller decides who may see it; the file
   * itself stays with those who may read it. `viewerId` has a share of the work.
   * @throws `files.not_found`, `files.pending`, `files.unavailable`, `files.malicious_content`, `files.storage_unavailable`;
   * `files.image_refused`, whose reason is `crop` where the crop is not inside the picture
   */
  showSquare(viewerId: string, fileId: string, view: SquareView): Promise<ServedBytes>;
}
