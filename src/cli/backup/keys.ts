import { link, rm, unlink, writeFile } from 'node:fs/promises';
import { generateBackupKeys } from '#platform/backup/encryption.ts';
import { BackupError } from '#platform/backup/port.ts';
import type { Command } from '../command.ts';
import { onlyFile } from './words.ts';

export const backupKeys: Command = {
  name: 'backup keys',
  summary: 'Make a pair of keys for encrypted backups',
  options: {},
  takesWords: true,
  help: 'NAME   writes NAME.public and NAME.private\n\nThe server needs NAME.public only (`bonyan backup FILE --encrypt-to NAME.public`). Keep NAME.private elsewhere: who has it\ncan open the backups, and without it nobody can.',
  async run(_, words) {
    const name = onlyFile(words);
    const { publicKey, privateKey } = generateBackupKeys();
    await writeNew(`${name}.private`, privateKey, 0o600);
    await writeNew(`${name}.public`, publicKey, 0o644).catch(async (error: unknown) => {
      await rm(`${name}.private`); // it would be taken for the one of the old public key
      throw error;
    });
    console.log(`${name}.public encrypts backups. Move ${name}.private to a safe place: only it opens them.`);
    return 0;
  },
};

async function writeNew(path: string, content: string, mode: number): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, content, { mode, flush: true, flag: 'wx' });
  try {
    await link(draft, path); // does not replace a key
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw new BackupError(`${path} exists. Name new files: the old key may be needed for old backups.`);
  } finally {
    await unlink(draft);
  }
}
