import { readFile } from 'node:fs/promises';
import type { KeyObject } from 'node:crypto';
import { parsePrivateKey } from '#platform/backup/encryption.ts';
import { BackupError } from '#platform/backup/port.ts';

/** The one argument of a command. */
export function onlyFile(words: readonly string[]): string {
  const [file, ...others] = words;
  if (file === undefined || others.length > 0)
    throw Object.assign(new Error('exactly one FILE is required'), { code: 'ERR_PARSE_ARGS_MISSING' });
  return file;
}

/** The private key in the file that `--key` names; null without one. */
export async function readPrivateKey(path: unknown): Promise<KeyObject | null> {
  return typeof path === 'string' ? parsePrivateKey(await readKeyFile(path)) : null;
}

/** @throws {BackupError} when there is none */
export function readKeyFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new BackupError(
      `The key file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
}

export function toSize(bytes: number): string {
  return bytes < 1024 ** 2 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
