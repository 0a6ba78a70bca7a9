/**
 * Backups: one archive file that holds the database and all objects, as they were at one moment.
 *
 * The database is read in one snapshot, as text (`copy … to stdout`), so that an archive fits embedded and external servers of
 * any supported version. The objects follow; removals of objects are paused meanwhile. The schema is not in the archive:
 * it is made by the migrations of this program, which the archive names with their hashes.
 */

/** Why a backup cannot be made or restored; the message says what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** What a module that removes objects asks before it does. */
export interface RemovalPause {
  /** Whether a backup is copying objects: what was in use when it began must stay. */
  isPaused(): Promise<boolean>;
}

/** Until removals that were paused are tried again. */
export const PAUSED_RETRY_MS = 60_000;

/** A migration that had been applied when the backup was made. */
export interface AppliedMigration {
  readonly module: string;
  readonly name: string;
  readonly hash: string;
}

export interface TablePart {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** Of all rows, in any order: the sum of their hashes. */
  readonly digest: string;
}

export interface Partition {
  readonly parent: string;
  readonly name: string;
  /** Such as `FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2026-01-02 00:00:00+00')`. */
  readonly bounds: string;
}

export interface Sequence {
  readonly name: string;
  readonly value: string;
  readonly isCalled: boolean;
}

/** One part of an archive. */
export interface BackupPart {
  /** `table:schema.name`, `object:key` or `secret`. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The end of an archive: without it the archive is incomplete. */
export interface Manifest {
  /** Version of the program. */
  readonly version: string;
  /** When its snapshot was taken. */
  readonly madeAt: string;
  readonly hasSecret: boolean;
  readonly migrations: readonly AppliedMigration[];
  readonly tables: readonly TablePart[];
  readonly partitions: readonly Partition[];
  readonly sequences: readonly Sequence[];
  /** Tables that no migration of the program makes: they are not in the archive. */
  readonly leftOut: readonly string[];
  readonly objects: number;
  readonly objectBytes: number;
  readonly parts: readonly BackupPart[];
}
