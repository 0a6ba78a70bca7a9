import type { ColumnType, Generated } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import type { Export } from './contract.ts';

/** Mirrors migrations/. A row is an `Export`, who asked for it, and how. */
export type ExportsTables = {
  'exports.export': Omit<Export, 'status' | 'rowCount' | 'sizeBytes' | 'error' | 'createdAt' | 'endedAt'> & {
    ownerId: string;
    sessionId: string | null;
    organisationId: string | null;
    status: Generated<Export['status']>;
    rowCount: Generated<number>;
    sizeBytes: ColumnType<number | null, undefined>;
    error: ColumnType<string | null, undefined>;
    storageKey: ColumnType<string | null, undefined>;
    createdAt: Generated<string>;
    endedAt: ColumnType<string | null, undefined>;
  };
};

export type ExportsReader = Kysely<ExportsTables>;
export type ExportsWriter = Transaction<ExportsTables>;
