import type { ColumnType, Generated, GeneratedAlways, Kysely, Transaction } from 'kysely';
import type { Folder, StorageStatus, StoredFile } from './contract.ts';
import type { AccessWay, LinkMode } from './schemas.ts';

type WithDefault =
  | 'tags'
  | 'folderId'
  | 'linkId'
  | 'senderId'
  | 'senderName'
  | 'storageStatus'
  | 'isRetryable'
  | 'scanStatus'
  | 'isEncrypted'
  | 'createdAt'
  | 'updatedAt'
  | 'version';

/** Mirrors migrations/; the only tables this module can name. A row is a file and where its bytes are. */
export type FilesTables = {
  'files.file': Omit<StoredFile, WithDefault | 'folder'> & {
    [Column in WithDefault]: Generated<StoredFile[Column]>;
  } & {
    contentId: string;
    blobId: ColumnType<string | null, string | null | undefined, string | null>;
    rewriteId: ColumnType<string | null, undefined, string | null>;
    /** The file that this is an older or a new content of. */
    versionOf: ColumnType<string | null, string | undefined, never>;
    contentAt: ColumnType<string | null, string | null | undefined, string>;
    deletionId: ColumnType<string | null, undefined, string | null>;
    restoresTo: ColumnType<StorageStatus | null, StorageStatus | null | undefined, StorageStatus | null>;
    /** Whether there is a work item that takes it through the gate, also while it is in the trash. */
    isAtGate: Generated<boolean>;
    heartbeatAt: Generated<string>;
    searchText: GeneratedAlways<string>;
    tagForms: GeneratedAlways<string[]>;
  };
  'files.blob': { id: string; sha256: string | null; sizeBytes: number; refs: number; keySealed: Buffer | null };
  'files.usage': {
    ownerId: string;
    bytes: Generated<number>;
    fileCount: Generated<number>;
    folderCount: Generated<number>;
    incidentAt: ColumnType<string | null, undefined, string>;
    warnedAt: ColumnType<string | null, undefined, string>;
  };
  'files.folder': Pick<Folder, 'id' | 'ownerId' | 'parentId' | 'name'> & {
    canonicalName: GeneratedAlways<string>;
    deletionId: ColumnType<string | null, undefined, string | null>;
    isDeletedRoot: Generated<boolean>;
    deletedAt: ColumnType<string | null, undefined, string | null>;
    createdAt: Generated<string>;
    updatedAt: Generated<string>;
    version: Generated<number>;
  };
  'files.folderWork': {
    deletionId: string;
    folderId: string;
    ownerId: string;
    stage: 'deleting' | 'restoring' | 'purging';
    deletedAt: string;
  };
  'files.link': LinkRow;
  'files.linkUse': {
    id: string;
    linkId: string;
    client: string;
    bytesLeft: number;
    hasStart: boolean;
    startedAt: string;
  };
  'files.linkAttempt': {
    linkId: string;
    network: string;
    wrongAttempts: number;
    undecidedAttempts: Generated<number>;
    wrongSince: string;
  };
  'files.access': AccessRow;
  'files.upload': UploadColumns;
  'files.uploadPart': { id: string; uploadId: string; position: number; sizeBytes: number | null };
  'files.endedUpload': { id: string; ownerId: string; sizeBytes: number; until: string };
  'files.removal': { objectKey: string; dueAt: Generated<string> };
};

type UploadColumns = {
  id: string;
  ownerId: string;
  sessionId: string | null;
  apiKeyId: string | null;
  tokenHash: Buffer;
  kind: UploadKind;
  fileName: string | null;
  declaredType: string;
  description: string | null;
  module: string | null;
  folder: string | null;
  folderId: string | null;
  tags: string[];
  metadata: string | null;
  concat: string | null;
  lengthBytes: number | null;
  /** Of a `presigned` one: as the client says. */
  sha256: ColumnType<string | null, string | undefined, never>;
  receivedBytes: Generated<number>;
  head: Generated<Buffer>;
  partCount: Generated<number>;
  writer: ColumnType<string | null, undefined, string | null>;
  writingAt: ColumnType<string | null, undefined, string | null>;
  isAwaited: Generated<boolean>;
  fileId: ColumnType<string | null, undefined, string>;
  expiresAt: string;
  createdAt: Generated<string>;
};

/** `partial`: will be a part of a `final` one; `presigned`: its bytes are sent to the storage. */
export type UploadKind = 'whole' | 'partial' | 'final' | 'presigned';

type LinkRow = {
  id: string;
  /** Null: it leads to a folder. */
  fileId: ColumnType<string | null, string | undefined, never>;
  folderId: ColumnType<string | null, string | undefined, never>;
  createdBy: string;
  /** With which it was made; null: in a session. */
  apiKeyId: string | null;
  tokenHash: Buffer;
  mode: LinkMode | 'upload';
  passwordHash: string | null;
  /** Of a link to a folder: files that are sent. */
  maxDownloads: number | null;
  /** Of each file that is sent; null: as of all files. */
  maxBytes: ColumnType<number | null, number | null | undefined, never>;
  /** Of files that are sent; null: all. */
  contentTypes: ColumnType<string[] | null, string[] | null | undefined, never>;
  used: Generated<number>;
  expiresAt: string;
  revokedAt: ColumnType<string | null, undefined, string>;
  wrongAttempts: Generated<number>;
  /** Of these: those that are being compared. */
  undecidedAttempts: Generated<number>;
  wrongSince: ColumnType<string | null, undefined, string | null>;
  createdAt: Generated<string>;
};

type AccessRow = {
  id: string;
  /** Null: nothing was sent to the folder. */
  fileId: string | null;
  folderId: ColumnType<string | null, string | null | undefined, never>;
  linkId: string | null;
  userId: string | null;
  way: AccessWay;
  isAllowed: boolean;
  reason: string | null;
  ip: string | null;
  userAgent: string | null;
  createdAt: Generated<string>;
};

export type FilesReader = Kysely<FilesTables>;
export type FilesWriter = Transaction<FilesTables>;
