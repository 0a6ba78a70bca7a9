import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import type { Config } from './config/load.ts';
import { isFullDisk, makeFolder } from './folders.ts';

/** Of the empty database, its first segments of write-ahead log, and some room to begin. */
const FIRST_START_BYTES = 128 * 2 ** 20;

/** Something of this machine that the program needs; `fault`: what is wrong, which setting it is, and what to do. */
export interface Need {
  readonly name: string;
  readonly fault: string | null;
}

/** Checks, before anything starts, what the settings need from this machine. Creates only the data folder. */
export async function checkNeeds(config: Config, kind: 'serve' | 'worker' | 'command'): Promise<Need[]> {
  const needs: Need[] = [];
  if (usesFolder(config)) needs.push({ name: 'data folder', fault: await findFolderFault(config) });
  if (kind === 'serve') needs.push({ name: 'port', fault: await findPortFault(config) });
  return needs;
}

/** Whether anything is kept there: the database, objects, or a secret that no setting gives. */
function usesFolder({ databaseUrl, s3Endpoint, secret, mode, smtpUrl, mailboxKey }: Config): boolean {
  const keepsMailboxKey = mode === 'development' && smtpUrl === null && mailboxKey === null;
  return databaseUrl === null || s3Endpoint === null || secret === null || keepsMailboxKey;
}

async function findFolderFault({ dataDir, databaseUrl }: Config): Promise<string | null> {
  const folder = resolve(dataDir);
  const probe = join(folder, `.probe-${randomBytes(6).toString('hex')}`);
  try {
    makeFolder(folder);
    await writeFile(probe, 'x', { mode: 0o600 });
    await rm(probe);
  } catch (error) {
    await rm(probe, { force: true }).catch(() => {});
    const advice = `Set BONYAN_DATA_DIR to a folder that this user${who()} can write, or make this one so.`;
    if (!isFullDisk(error)) return `BONYAN_DATA_DIR: ${folder} cannot be used (${reasonOf(error)}). ${advice}`;
    return `BONYAN_DATA_DIR: the disk of ${folder} is full. Free some space, or set it to a folder on another disk.`;
  }
  if (databaseUrl !== null || existsSync(join(folder, 'postgres', 'cluster'))) return null;
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= FIRST_START_BYTES) return null;
  const [left, needed] = [bavail * bsize, FIRST_START_BYTES].map((bytes) => Math.floor(bytes / 2 ** 20));
  return `BONYAN_DATA_DIR: the disk of ${folder} has ${left} MB left, and a new database needs ${needed} MB. Free some space, or set it to a folder on another disk.`;
}

/** `EACCES: permission denied`, without the system call and the path. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(', ')[0] ?? error.message) : String(error);
}

function who(): string {
  const id = process.getuid?.();
  return id === undefined ? '' : ` (id ${id})`;
}

async function findPortFault({ host, port }: Config): Promise<string | null> {
  if (port === 0) return null;
  const server = createServer();
  const error = await new Promise<NodeJS.ErrnoException | null>((done) => {
    server.once('error', done).listen(port, host, () => done(null));
  });
  server.close();
  if (!error) return null;
  if (error.code === 'EADDRINUSE')
    return `PORT: ${port} is in use. Stop the program that uses it, or set PORT to another one (PORT=0 takes a free one).`;
  if (error.code === 'EACCES')
    return `PORT: this user${who()} may not listen on ${port}. Set PORT to 1024 or more, and put a proxy in front.`;
  return `HOST, PORT: nothing can listen on ${host}:${port} (${reasonOf(error)}). Set HOST to an address of this machine.`;
}
