import { randomBytes, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, link, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isFullDisk } from '#platform/folders.ts';
import { createArchiveWriter, readArchive, type ArchiveWriter, type OnPart } from './archive.ts';
import { createEncryption, decrypt } from './encryption.ts';
import { BackupError, type Manifest } from './port.ts';

/** The first bytes of a file: what it is, the version of the format, and whether it is encrypted. */
const PLAIN = Buffer.from('BONYAN-BACKUP-1P');
const ENCRYPTED = Buffer.from('BONYAN-BACKUP-1E');
const BUFFER_BYTES = 1024 * 1024;

/** Of a file that is being written: its name later, the process, and a part that no other one has. */
const PARTIAL = /^(.+)\.(\d+)-[0-9a-f]{12}\.partial$/;
/** Names of those that this process is writing. */
const ownPartials = new Set<string>();
const NO_LINKS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK']); // such as those of a Windows share

/**
 * Writes an archive to a file beside, makes it durable and gives it its name: under that name it is complete. Removes what
 * killed processes have left of it.
 * @throws {BackupError} when the file exists, also when another process has made it meanwhile
 */
export async function writeArchiveFile(
  path: string,
  encryptTo: KeyObject | null,
  fill: (archive: ArchiveWriter) => Promise<void>,
): Promise<void> {
  if (await exists(path)) throw taken(path);
  await removePartials(dirname(path), (name) => name === basename(path));
  const partial = `${path}.${process.pid}-${randomBytes(6).toString('hex')}.partial`;
  ownPartials.add(basename(partial));
  const file = await open(partial, 'wx', 0o600).catch((error: unknown) => {
    ownPartials.delete(basename(partial));
    throw new BackupError(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    const output = createOutput(file);
    await output.write(encryptTo ? ENCRYPTED : PLAIN);
    const encryption = encryptTo && (await createEncryption(encryptTo, output.write));
    await fill(createArchiveWriter(encryption?.write ?? output.write));
    await encryption?.finish();
    await output.flush();
    await file.sync();
    await file.close();
    await publish(partial, path);
  } catch (error) {
    await file.close();
    await rm(partial, { force: true });
    throw isFullDisk(error) ? full(dirname(path)) : error;
  } finally {
    ownPartials.delete(basename(partial));
  }
  await syncFolder(dirname(path));
}

/** Removes from a folder what killed processes have left of the files whose names `isOurs` knows. */
export async function removePartials(folder: string, isOurs: (name: string) => boolean): Promise<void> {
  const names = await readdir(folder).catch(() => []); // a folder that is not there is named when the file is opened
  for (const name of names) {
    const [, later, pid] = PARTIAL.exec(name) ?? [];
    const path = join(folder, name);
    // The first process of a container has the id of the one that was killed there.
    const isWritten = Number(pid) === process.pid ? ownPartials.has(name) : isRunning(Number(pid));
    if (later === undefined || !isOurs(later) || isWritten) continue;
    await rm(path, { force: true });
  }
}

/** Gives the file its name, which no other one has. */
async function publish(partial: string, path: string): Promise<void> {
  try {
    await link(partial, path); // does not replace a file, unlike a change of the name
    await rm(partial);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'EEXIST') throw taken(path);
    if (!NO_LINKS.has(String(error.code))) throw error;
    if (await exists(path)) throw taken(path);
    await rename(partial, path);
  }
}

function full(folder: string): BackupError {
  return new BackupError(
    `The disk of ${folder} is full, so nothing of the backup is kept. Free some space, or name a file on another disk.`,
  );
}

function taken(path: string): BackupError {
  return new BackupError(`${path} exists. Name a new file: a backup never replaces another.`);
}

/**
 * Reads and checks all of an archive. @throws {BackupError} when it is damaged, encrypted to another key, or not a backup
 */
export async function readArchiveFile(path: string, key: KeyObject | null, onPart: OnPart): Promise<Manifest> {
  const stream = createReadStream(path, { highWaterMark: BUFFER_BYTES });
  try {
    const start = await readStart(path);
    if (start.equals(ENCRYPTED)) {
      if (!key) throw new BackupError(`${path} is encrypted. Name the file of its private key by --key.`);
      return await readArchive(decrypt(afterStart(stream), key), onPart);
    }
    if (!start.equals(PLAIN)) throw new BackupError(`${path} is not a backup that this version can read.`);
    return await readArchive(afterStart(stream), onPart);
  } finally {
    stream.destroy();
  }
}

/** Small writes are joined: a frame has a head of five bytes. */
function createOutput(file: FileHandle) {
  let pending: Uint8Array[] = [];
  let length = 0;

  async function flush(): Promise<void> {
    if (length === 0) return;
    const all = Buffer.concat(pending);
    [pending, length] = [[], 0];
    for (let at = 0; at < all.length;) at += (await file.write(all, at)).bytesWritten;
  }

  return {
    flush,
    async write(bytes: Uint8Array): Promise<void> {
      pending.push(bytes);
      length += bytes.length;
      if (length >= BUFFER_BYTES) await flush();
    },
  };
}

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path).catch((error: unknown) => {
    throw new BackupError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PLAIN.length), 0, PLAIN.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function* afterStart(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = PLAIN.length;
  for await (const chunk of stream) {
    const skipped = Math.min(left, chunk.length);
    left -= skipped;
    if (skipped < chunk.length) yield chunk.subarray(skipped);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Whether a process of this machine has this id. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
