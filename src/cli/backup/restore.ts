import { resolve } from 'node:path';
import { BackupError } from '#platform/backup/port.ts';
import { startCopy } from '#platform/backup/cluster/start.ts';
import { inspectBackup, type InspectedArchive, type RestoreSummary } from '#platform/backup/restore.ts';
import { fillCluster, isNewFolder } from '#platform/database/embedded/fill.ts';
import { databaseFolder } from '#platform/database/open.ts';
import { findSecret, forgetSecret, keepSecret } from '#platform/keys/application-secret.ts';
import type { Command } from '../command.ts';
import { readConfig, withApp } from '../context.ts';
import { onlyFile, readPrivateKey } from './words.ts';

export const restore: Command = {
  name: 'restore',
  summary: 'Restore a backup into an empty database and its object storage',
  options: { key: { type: 'string' } },
  takesWords: true,
  help: 'FILE            the backup\n--key PRIVATE   the file of the private key of an encrypted backup\n\nReads the whole file first: a damaged one changes nothing. The database of DATABASE_URL, or of BONYAN_DATA_DIR, must be\nempty, and BONYAN_SECRET the secret of the backup, unless that is in the backup. Nothing may use the old installation any\nmore: both would send what is waiting to be sent. A restore that was interrupted is run again with the same settings.',
  async run({ key }, words) {
    const file = onlyFile(words);
    const privateKey = await readPrivateKey(key);
    const { manifest, secret } = await inspectBackup(file, privateKey);
    const { secret: given, dataDir, databaseUrl } = readConfig();
    const folder = resolve(dataDir);
    const isSecretless = given === null && (await findSecret(folder)) === null;
    if (isSecretless) {
      if (secret === null)
        throw new BackupError(
          'The application secret is not in the backup. Set BONYAN_SECRET to the secret of the installation that was backed up; without that setting it was the file `secret` in its data folder.',
        );
      await keepSecret(folder, secret);
    }
    const archive = { file, key: privateKey, manifest };
    const isCopied = manifest.cluster !== null && databaseUrl === null && isNewFolder(databaseFolder(folder));
    const restoring = isCopied
      ? restoreFiles(archive, folder)
      : withApp('command', (app) => app.backups.restore(archive));
    const restored = await restoring.catch(async (error: unknown) => {
      if (isSecretless && error instanceof BackupError) await forgetSecret(folder); // refused: another backup may have another one
      throw error;
    });
    const { tables, objects, madeAt } = restored.manifest;
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    console.log(
      `Restored the state of ${madeAt}: ${rows} rows of ${tables.length} tables, ${objects} objects. ${restored.undelivered} events wait for their consumers.`,
    );
    console.log(
      'Start the server. If the audit trail was longer when the data was lost, state that: `bonyan audit restored --help`.',
    );
    return 0;
  },
};

/** The files become those of the embedded database. */
function restoreFiles(archive: InspectedArchive, folder: string): Promise<RestoreSummary> {
  return fillCluster(databaseFolder(folder), async (draft) => {
    const copy = await startCopy(archive, draft, true);
    try {
      const onCopy = { databaseUrl: copy.url, databaseDirectUrl: null, databaseReplicaUrl: null };
      return await withApp('command', (app) => app.backups.complete(archive), onCopy);
    } finally {
      await copy.close();
    }
  });
}
