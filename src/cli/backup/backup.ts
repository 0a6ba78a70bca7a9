import { resolve } from 'node:path';
import { loadSecret } from '#platform/keys/application-secret.ts';
import { parsePublicKey } from '#platform/backup/encryption.ts';
import type { Command } from '../command.ts';
import { withApp } from '../context.ts';
import { reportVerdict } from './verify.ts';
import { onlyFile, readKeyFile, toSize } from './words.ts';

export const backup: Command = {
  name: 'backup',
  summary: 'Copy the database and all objects into one file, while the server runs',
  options: {
    verify: { type: 'boolean' },
    'with-secret': { type: 'boolean' },
    'encrypt-to': { type: 'string' },
    portable: { type: 'boolean' },
  },
  takesWords: true,
  help: 'FILE                  a new file; it has this name only once it is complete\n--verify              restores the file beside this installation afterwards, and compares (`bonyan backup verify`)\n--with-secret         also puts the application secret into the file: who has the file can then read everything\n--encrypt-to PUBLIC   encrypts the file to the public key in the file PUBLIC (`bonyan backup keys`)\n--portable            copies the rows of an embedded database instead of its files: for another major version of PostgreSQL\n\nThe database is copied as it is at one moment. Objects follow; their removal is paused meanwhile.\nExample: bonyan backup /backups/bonyan-2026-01-31.backup --verify',
  async run({ verify, 'with-secret': withSecret, 'encrypt-to': publicFile, portable }, words) {
    const file = onlyFile(words);
    if (verify === true && publicFile !== undefined)
      throw Object.assign(
        new Error('--verify needs the private key: run `bonyan backup verify FILE --key PRIVATE` where it is'),
        { code: 'ERR_PARSE_ARGS_CONFLICT' },
      );
    const encryptTo = typeof publicFile === 'string' ? parsePublicKey(await readKeyFile(publicFile)) : null;
    return withApp('command', async (app, config) => {
      const secret = withSecret === true ? await loadSecret(config.secret, resolve(config.dataDir)) : null;
      const { tables, cluster, objects, bytes, leftOut } = await app.backups.make({
        file,
        encryptTo,
        secret,
        asRows: portable === true,
      });
      const rows = tables.reduce((sum, table) => sum + table.rows, 0);
      const database = cluster
        ? `a database of ${toSize(cluster.bytes)} (PostgreSQL ${cluster.major})`
        : `${rows} rows of ${tables.length} tables`;
      console.log(`${file}: ${database}, ${objects} objects, ${toSize(bytes)}.`);
      if (leftOut.length > 0)
        console.log(`Not in it, since no migration of the program makes them: ${leftOut.join(', ')}.`);
      console.log(
        secret === null
          ? 'The application secret is not in it. Keep it elsewhere: without it what is encrypted cannot be read (--with-secret).'
          : 'The application secret is in it: keep the file as carefully as the secret.',
      );
      return verify === true ? reportVerdict(await app.backups.verify({ file, key: null })) : 0;
    });
  },
};
