import type { Verdict } from '#platform/backup/backups.ts';
import type { Command } from '../command.ts';
import { withApp } from '../context.ts';
import { onlyFile, readPrivateKey } from './words.ts';

export const backupVerify: Command = {
  name: 'backup verify',
  summary: 'Restore a backup beside this installation, compare everything, and remove it again',
  options: { key: { type: 'string' } },
  takesWords: true,
  help: 'FILE            the backup\n--key PRIVATE   the file of the private key of an encrypted backup\n\nCompares rows and checksums of all tables, all objects by their SHA-256, the chain of the audit trail, and opens every\nencrypted value. It uses a new database on the same server, or a bundled server where the login may not create one, and\na folder below BONYAN_DATA_DIR. Exit code 0: equal. 1: it differs, or cannot be restored.',
  async run({ key }, words) {
    const file = onlyFile(words);
    const privateKey = await readPrivateKey(key);
    return withApp('command', async (app) => reportVerdict(await app.backups.verify({ file, key: privateKey })));
  },
};

/** Prints it; answers the exit code. */
export function reportVerdict({ manifest: { tables, objects, madeAt }, differences }: Verdict): number {
  for (const difference of differences) console.error(`DIFFERS: ${difference}`);
  if (differences.length > 0) return 1;
  console.log(
    `Equal: ${tables.length} tables, ${objects} objects, the audit trail and all encrypted values, as of ${madeAt}.`,
  );
  return 0;
}
