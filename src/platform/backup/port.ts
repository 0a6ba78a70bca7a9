/**
 * Backups: one archive file that holds the database and all objects, as they were at one moment.
 *
 * An embedded database is copied as files, which is fast, an external one as rows: in one snapshot, as text (`copy … to stdout`),
 * without the schema, which the migrations of this program make; the archive names them with their hashes. Either is restored
 * into embedded and external servers: files that do not fit are started beside, and their rows copied. The objects follow
 * the database; removals of objects are paused meanwhile.
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

/** A copy of the files of an embedded database. */
export interface ClusterCopy {
  /** Major version of PostgreSQL: no other one reads the files. */
  readonly major: string;
  readonly bytes: number;
}

/** One part of an archive. */
export interface BackupPart {
  /** `table:schema.name`, or `file:path` and `folder:path` of a cluster; `object:key`; `secret`. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The end of an archive: without it the archive is incomplete. */
export interface Manifest {
  /** Version of the program. */
  readonly version: string;
  /** Of this moment is the database. */
  readonly madeAt: string;
  readonly hasSecret: boolean;
  readonly migrations: readonly AppliedMigration[];
  /** Null: the rows are in the archive. With it, `tables`, `partitions` and `sequences` are empty. */
  readonly cluster: ClusterCopy | null;
  readonly tables: readonly TablePart[];
  readonly partitions: readonly Partition[];
  readonly sequences: readonly Sequence[];
  /** Tables that no migration of the program makes: they are not in the archive. */
  readonly leftOut: readonly string[];
  readonly objects: number;
  readonly objectBytes: number;
  readonly parts: readonly BackupPart[];
}
