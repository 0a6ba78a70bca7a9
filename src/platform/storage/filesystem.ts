import { constants } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '#kernel/id.ts';
import { isFullDisk } from '#platform/folders.ts';
import type { Driver } from '#platform/resilience/port.ts';
import { checkRange, toDriver } from './driver.ts';
import { fromFile, splitPrefix, toFile } from './key.ts';
import { measure } from './measure.ts';
import { PAGE_OBJECTS, storageErrors, type ObjectEntry, type ObjectStorage } from './port.ts';

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const DRAFTS = '.drafts'; // cannot be the name of a module
const SHARDS = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));

/**
 * Objects as files below `root`. `put` writes a draft, syncs it and renames it to its final name. A crash leaves
 * drafts, which `tidy` removes. Does nothing before the first call.
 */
export function createFilesystemStorage(root: string): Driver<ObjectStorage> {
  const drafts = join(root, DRAFTS);
  /** Folders that are synced in their parent folder. At most 257 per module. */
  const durable = new Set<string>();
  let made: Promise<unknown> | null = null;

  async function prepare(): Promise<void> {
    made ??= mkdir(drafts, { recursive: true, mode: PRIVATE_FOLDER });
    try {
      await made;
    } catch (error) {
      made = null;
      throw error;
    }
  }

  /**
   * After a missing file: checks that the store itself exists. @throws when it does not, for example an unmounted disk.
   */
  async function confirmAbsence(): Promise<void> {
    await prepare();
    await stat(drafts);
  }

  function pathOf(key: string): string {
    const { module, shard, file } = toFile(key);
    return join(root, module, shard, file);
  }

  async function openObject(key: string): Promise<FileHandle | null> {
    try {
      return await open(pathOf(key), constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      if (!isMissing(error)) throw error;
      await confirmAbsence();
      return null;
    }
  }

  /** Renames the draft to its final name, durably. */
  async function publish(draft: string, key: string): Promise<void> {
    const { module, shard, file } = toFile(key);
    const folder = join(root, module, shard);
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
    await rename(draft, join(folder, file));
    await syncFolder(folder);
    for (const [outer, inner] of [
      [join(root, module), folder],
      [root, join(root, module)],
      [join(root, '..'), root],
    ] as const) {
      if (durable.has(inner)) continue;
      await syncFolder(outer);
      durable.add(inner);
    }
  }

  /** Runs `write` on a new draft and publishes it; on failure the draft is removed. */
  async function draftOf<T>(key: string, write: (path: string) => Promise<T>): Promise<T> {
    toFile(key); // refuses an invalid key before anything is read
    await prepare();
    const draft = join(drafts, newId());
    try {
      const result = await write(draft);
      await publish(draft, key);
      return result;
    } catch (error) {
      await rm(draft, { force: true });
      throw isFullDisk(error) ? Object.assign(storageErrors.full({ retryAfterSeconds: 30 }), { cause: error }) : error;
    }
  }

  const port: ObjectStorage = {
    put(key, source, { maxBytes }) {
      const measured = measure(source, maxBytes);
      return draftOf(key, async (draft) => {
        const file = await open(draft, 'wx', PRIVATE_FILE);
        try {
          for await (const chunk of measured.bytes) await writeAll(file, chunk);
          await file.sync();
          return measured.result();
        } finally {
          await file.close();
        }
      });
    },

    async get(key, range) {
      const file = await openObject(key);
      if (!file) return null;
      try {
        const { size: sizeBytes } = await file.stat();
        if (range && checkRange(range).start >= sizeBytes) throw storageErrors.invalidRange({ sizeBytes });
        return { sizeBytes, content: file.createReadStream({ start: range?.start ?? 0, end: range?.end ?? Infinity }) };
      } catch (error) {
        await file.close();
        throw error;
      }
    },

    async head(key) {
      try {
        return await entryOf(pathOf(key), key);
      } catch (error) {
        if (!isMissing(error)) throw error;
        await confirmAbsence();
        return null;
      }
    },

    async delete(key) {
      const { module, shard } = toFile(key);
      try {
        await unlink(pathOf(key));
        await syncFolder(join(root, module, shard));
      } catch (error) {
        if (!isMissing(error)) throw error;
        await confirmAbsence();
      }
    },

    async copy(from, to) {
      const source = pathOf(from);
      toFile(to); // refuses an invalid key even if there is nothing to copy
      if (!(await port.head(from))) return false;
      await draftOf(to, async (draft) => {
        await copyFile(source, draft, constants.COPYFILE_FICLONE);
        const file = await open(draft, 'r+');
        try {
          await file.sync();
        } finally {
          await file.close();
        }
      });
      return true;
    },

    async list(prefix, { after = null, limit = PAGE_OBJECTS } = {}) {
      const { module, start } = splitPrefix(prefix);
      await confirmAbsence();
      const objects: ObjectEntry[] = [];
      const [afterShard = '', afterFile = ''] = after?.split('/') ?? [];
      for (const shard of SHARDS) {
        if (shard < afterShard) continue;
        const files = await filesIn(join(root, module, shard));
        for (const file of files.toSorted()) {
          if (shard === afterShard && file <= afterFile) continue;
          const name = fromFile(file);
          if (name === null || !name.startsWith(start)) continue;
          const entry = await entryOf(join(root, module, shard, file), `${module}/${name}`).catch(nullWhenMissing);
          if (entry) objects.push(entry);
          if (objects.length >= Math.min(limit, PAGE_OBJECTS)) return { objects, next: `${shard}/${file}` };
        }
      }
      return { objects, next: null };
    },

    presignGet: async () => null,
    presignPut: async () => null,

    async tidy(before) {
      await prepare();
      let removed = 0;
      for (const name of await readdir(drafts)) {
        const path = join(drafts, name);
        const draft = await stat(path).catch(nullWhenMissing);
        if (!draft || draft.mtime >= before) continue;
        await rm(path, { force: true });
        removed++;
      }
      return removed;
    },
  };

  return toDriver(port, confirmAbsence);
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.byteLength;) {
    const { bytesWritten } = await file.write(chunk, written);
    written += bytesWritten;
  }
}

async function entryOf(path: string, key: string): Promise<ObjectEntry> {
  const { size, mtime } = await stat(path);
  return { key, sizeBytes: size, modifiedAt: mtime };
}

async function filesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(nullWhenMissing)) ?? [];
}

/** A rename is durable when its folder is synced. Windows has no such call and orders these writes itself. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function nullWhenMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}
