import type { KeyObject } from 'node:crypto';
import { mkdir, open, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseIdentity, giveTo, type ServerIdentity } from '#platform/database/embedded/identity.ts';
import type { Layout } from '#platform/database/embedded/layout.ts';
import { isFullDisk } from '#platform/folders.ts';
import { readArchiveFile } from '../file.ts';
import { BackupError } from '../port.ts';
import type { InspectedArchive } from '../restore.ts';

/** With these PostgreSQL would wait for another server or a process, or make links out of the folder. No backup has them. */
const OF_OTHERS = ['recovery.signal', 'standby.signal', 'postmaster.pid', 'tablespace_map'];
/** Beside the files: what recovery writes. */
const ROOM_BYTES = 64 * 2 ** 20;

/** The rest of the archive is not needed. */
class Enough extends Error {}

/**
 * Writes the files of a cluster from an archive that was inspected to `layout.cluster`, which is not there yet. They become
 * durable when the server starts on them: it syncs all files before it recovers.
 * @throws {BackupError} when a name leads out of the folder, or they do not fit on the disk
 */
export async function placeCluster(
  { file, key }: Pick<InspectedArchive, 'file' | 'key'>,
  bytes: number,
  layout: Layout,
) {
  await requireRoom(layout.root, bytes);
  const identity = chooseIdentity(layout);
  giveTo(identity, layout.root);
  await makeFolder(layout.cluster, identity);
  await eachFile(file, key, async (kind, name, content) => {
    const path = join(layout.cluster, requireInside(name));
    try {
      if (kind === 'folder') return await makeFolder(path, identity);
      await writeNew(path, content);
    } catch (error) {
      if (isFullDisk(error)) throw full(layout.root);
      throw isMisplaced(error) ? strange(name) : error;
    }
    giveTo(identity, path);
  });
  const signal = join(layout.cluster, 'recovery.signal');
  await writeNew(signal, []);
  giveTo(identity, signal);
}

/** Of an archive of the program, all of them come before the first object. */
async function eachFile(
  file: string,
  key: KeyObject | null,
  onFile: (kind: 'file' | 'folder', name: string, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  try {
    await readArchiveFile(file, key, async (part, content) => {
      const [kind = ''] = part.split(':', 1);
      if (kind === 'object') throw new Enough();
      if (kind === 'secret') return;
      if (kind !== 'file' && kind !== 'folder') throw strange(part);
      await onFile(kind, part.slice(kind.length + 1), content);
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
}

/** @throws {BackupError} when `name` is not the name of a file in a data directory */
function requireInside(name: string): string {
  const steps = name.split('/');
  const leadsOut = steps.some((step) => step === '' || step === '.' || step === '..') || /[\0\\]/.test(name);
  if (leadsOut || OF_OTHERS.includes(name)) throw strange(name);
  return name;
}

/** There twice, or in a folder that is not there. */
function isMisplaced(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['EEXIST', 'ENOENT', 'ENOTDIR'].includes(String(error.code));
}

function full(folder: string): BackupError {
  return new BackupError(
    `The disk of ${folder} is full before the backup is restored. Free some space, and restore it again.`,
  );
}

function strange(name: string): BackupError {
  return new BackupError(
    `The backup has a file that no backup of this program has: ${JSON.stringify(name.slice(0, 200))}. Somebody else has made it: do not use it.`,
  );
}

async function makeFolder(path: string, identity: ServerIdentity): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  giveTo(identity, path);
}

async function writeNew(path: string, content: AsyncIterable<Buffer> | readonly Buffer[]): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const bytes of content)
      for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
  } finally {
    await file.close();
  }
}

async function requireRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytes + ROOM_BYTES) return;
  const [left, needed] = [bavail * bsize, bytes + ROOM_BYTES].map((each) => Math.floor(each / 2 ** 20));
  throw new BackupError(
    `The disk of ${folder} has ${left} MB left, and the backup needs ${needed} MB. Free some space.`,
  );
}
