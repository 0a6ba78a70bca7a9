import type { KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createArchiveWriter, readArchive, type ArchiveWriter, type OnPart } from './archive.ts';
import { createEncryption, decrypt } from './encryption.ts';
import { BackupError, type Manifest } from './port.ts';

/** The first bytes of a file: what it is, the version of the format, and whether it is encrypted. */
const PLAIN = Buffer.from('BONYAN-BACKUP-1P');
const ENCRYPTED = Buffer.from('BONYAN-BACKUP-1E');
const BUFFER_BYTES = 1024 * 1024;

/**
 * Writes an archive to `FILE.partial`, makes it durable and gives it its name: under that name it is complete.
 * @throws {BackupError} when the file exists
 */
export async function writeArchiveFile(
  path: string,
  encryptTo: KeyObject | null,
  fill: (archive: ArchiveWriter) => Promise<void>,
): Promise<void> {
  if (await exists(path)) throw new BackupError(`${path} exists. Name a new file: a backup never replaces another.`);
  const partial = `${path}.partial`;
  const file = await open(partial, 'w', 0o600);
  try {
    const output = createOutput(file);
    await output.write(encryptTo ? ENCRYPTED : PLAIN);
    const encryption = encryptTo && (await createEncryption(encryptTo, output.write));
    await fill(createArchiveWriter(encryption?.write ?? output.write));
    await encryption?.finish();
    await output.flush();
    await file.sync();
  } catch (error) {
    await file.close();
    await rm(partial, { force: true });
    throw error;
  }
  await file.close();
  await rename(partial, path);
  await syncFolder(dirname(path));
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
