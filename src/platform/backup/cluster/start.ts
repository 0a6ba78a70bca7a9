import { findPackage, majorOf } from '#platform/database/embedded/binaries.ts';
import { layOut } from '#platform/database/embedded/layout.ts';
import { openEmbeddedPostgres, type EmbeddedPostgres } from '#platform/database/embedded/open.ts';
import { BackupError, type ClusterCopy } from '../port.ts';
import type { InspectedArchive } from '../restore.ts';
import { placeCluster } from './place.ts';

/**
 * Recovery as from an archive that is empty: it ends with a new timeline, so that no replica of the old server takes the
 * copy for it, and it fails where the log of the copy is not complete.
 */
const RECOVERY = { restore_command: 'false', hot_standby: 'off' };

/** @throws {BackupError} when this program cannot start these files */
export function requireMajor({ major }: ClusterCopy, version: string): void {
  const own = majorOf(findPackage());
  if (own !== major)
    throw new BackupError(
      `The backup has the files of PostgreSQL ${major}, and this program brings ${own}. Restore it with the version that made it (${version}), and make a backup with --portable there.`,
    );
}

/**
 * Starts a server on the files of an archive that was inspected, in a folder that is empty. `close` leaves a cluster that was
 * shut down. `isKept` false: it is removed afterwards, and need not be durable.
 * @throws {BackupError} when the files do not start
 */
export async function startCopy(archive: InspectedArchive, folder: string, isKept: boolean): Promise<EmbeddedPostgres> {
  const { cluster: copy, version } = archive.manifest;
  if (copy === null) throw new Error('the backup has no files of a database');
  requireMajor(copy, version);
  const files = archive.manifest.parts.filter(({ name }) => name.startsWith('file:'));
  const bytes = files.reduce((sum, part) => sum + part.bytes, 0); // compared, unlike what `copy` says
  await placeCluster(archive, bytes, layOut(folder));
  const settings = isKept ? RECOVERY : { ...RECOVERY, fsync: 'off' };
  return openEmbeddedPostgres({ dataDir: folder, mode: 'own', settings }).catch((error: unknown) => {
    throw new BackupError(
      `The files of the backup do not start: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  });
}
