import { resolve } from 'node:path';
import type { Database } from '#platform/database/open.ts';
import type { MigrationSource } from '#platform/database/migrate.ts';
import type { Queries } from '#platform/database/pool.ts';
import type { ObjectStorage } from '#platform/storage/port.ts';
import { completeCopy } from './cluster/complete.ts';
import { findIndexFaults } from './cluster/indexes.ts';
import { restoreRowsOfFiles } from './cluster/rows.ts';
import { makeBackup, type BackupRequest } from './make.ts';
import type { Manifest } from './port.ts';
import { inspectBackup, restoreBackup, type InspectedArchive } from './restore.ts';
import { openScratch, openScratchCopy } from './scratch.ts';

export interface BackupsNeeds {
  /** Of the program. */
  readonly version: string;
  readonly database: Database;
  readonly storage: ObjectStorage;
  readonly dataDir: string;
  /** Names of the modules. */
  readonly modules: readonly string[];
  /** Of the modules. */
  readonly migrations: readonly MigrationSource[];
  readonly openSecrets: (client: Queries) => Promise<void>;
  /** A second installation with the same settings and secret, but on this database and this folder, and nothing outside. */
  readonly openBeside: (databaseUrl: string, dataDir: string) => Promise<Beside>;
}

/** What a verification asks of the installation that it has restored. */
export interface Beside {
  readonly backups: Pick<Backups, 'restore' | 'complete'>;
  /** Prepares it as a start does; answers what is wrong with its encrypted values and its audit trail. */
  findFaults(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface Verdict {
  readonly manifest: Manifest;
  /** Empty: the restored installation equals the one that was backed up. */
  readonly differences: readonly string[];
}

export type ArchiveFile = Omit<InspectedArchive, 'manifest'>;

export type Backups = ReturnType<typeof createBackups>;

export function createBackups(needs: BackupsNeeds) {
  const { version, database, storage, dataDir, modules, migrations, openSecrets, openBeside } = needs;
  const sources = database.sources(migrations);
  const schemas = database.schemas(migrations);

  const target = { directUrl: database.directUrl, migrations: sources, schemas, storage, openSecrets };
  const migrationSources = sources.map(({ module }) => module);

  const restore = (archive: InspectedArchive) =>
    archive.manifest.cluster === null ? restoreBackup(target, archive) : restoreRowsOfFiles(target, archive, dataDir);

  /** On an installation that was opened on a copy. */
  const complete = (archive: InspectedArchive) => completeCopy(target, archive);

  return {
    restore,
    complete,
    make: (request: BackupRequest) =>
      makeBackup(
        {
          version,
          directUrl: database.directUrl,
          isEmbedded: database.isEmbedded,
          pool: database.pool,
          storage,
          modules,
          migrationSources,
          schemas,
        },
        { ...request, file: resolve(request.file) },
      ),
    /**
     * Restores a backup beside this installation, compares all rows and objects with what the backup says of them, and
     * removes it again. @throws {BackupError} when it cannot be restored
     */
    async verify({ file, key }: ArchiveFile): Promise<Verdict> {
      const { manifest } = await inspectBackup(file, key);
      const archive = { file, key, manifest };
      const isOfFiles = manifest.cluster !== null;
      const scratch = await (isOfFiles ? openScratchCopy(archive, dataDir) : openScratch(database.directUrl, dataDir));
      try {
        const beside = await openBeside(scratch.url, scratch.folder);
        try {
          const { backups } = beside;
          const { manifest: restored } = await (isOfFiles ? backups.complete(archive) : backups.restore(archive));
          const ofIndexes = isOfFiles ? await findIndexFaults(scratch.url) : [];
          const differences = [...ofIndexes, ...(await beside.findFaults())];
          if (differences.length === 0)
            await database.pool.query('update platform.backup set verified_at = now() where file = $1', [
              resolve(file),
            ]);
          return { manifest: restored, differences };
        } finally {
          await beside.close();
        }
      } finally {
        await scratch.close();
      }
    },
  };
}
