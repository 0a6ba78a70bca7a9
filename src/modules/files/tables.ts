import type { ColumnType, Generated, GeneratedAlways, Kysely, Transaction } from 'kysely';
import type { StorageStatus, StoredFile } from './contract.ts';

type WithDefault = 'tags' | 'storageStatus' | 'isRetryable' | 'scanStatus' | 'createdAt' | 'updatedAt' | 'version';

/** Mirrors migrations/; the only tables this module can name. A row is a file and where its bytes are. */
export type FilesTables = {
  'files.file': Omit<StoredFile, WithDefault> & {
    [Column in WithDefault]: Generated<StoredFile[Column]>;
  } & {
    contentId: string;
    blobId: ColumnType<string | null, undefined, string>; // a new file has none
    restoresTo: ColumnType<StorageStatus | null, undefined, StorageStatus | null>;
    heartbeatAt: Generated<string>;
    searchText: GeneratedAlways<string>;
  };
  'files.blob': { id: string; sha256: string; sizeBytes: number; refs: number };
  'files.usage': { ownerId: string; bytes: Generated<number>; fileCount: Generated<number> };
  'files.removal': { objectKey: string; dueAt: Generated<string> };
};

export type FilesReader = Kysely<FilesTables>;
export type FilesWriter = Transaction<FilesTables>;
