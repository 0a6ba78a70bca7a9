import { system } from '#kernel/access.ts';
import { UUID_PATTERN } from '#kernel/id.ts';
import type { StoredObject } from '#platform/storage/port.ts';
import type { WorkResult } from '#platform/work/port.ts';
import { markFound } from '../content/blobs.ts';
import { contentKey, partKey, presignedKey, stagingKey } from '../content/keys.ts';
import { storedSize, type BlobOfFile } from '../content/objects.ts';
import { removeAt } from '../content/removal.ts';
import type { FilesNeeds } from '../needs.ts';
import type { FilesTables } from '../tables.ts';
import * as queries from './queries.ts';

const DAY_MS = 86_400_000;
/** Longer than any upload, and than any file waits at the gate after its last byte. */
const GRACE_MS = DAY_MS;
/** Objects that no row knows stay for so long: the database may have been restored from a backup. */
const KEPT_MS = 7 * DAY_MS;
const BATCH = 500;
/** When more of a batch than this share is gone, and more than these few, the storage is the fault and not the files. */
const LOST = { share: 0.5, few: 10 };
/** Calls of the storage at once. */
const PARALLEL = 8;

/** What differs between database and storage, after one look at both. */
interface Differences {
  /** Objects that no row knows. */
  unknownObjects: number;
  /** Files whose objects are gone. */
  lostFiles: number;
  /** Files whose objects are there again. */
  foundFiles: number;
}

/** Compares the two sides: the storage with the database, and the database with the storage. */
export function createReconciliation({ db, storage, now }: Pick<FilesNeeds, 'db' | 'storage' | 'now'>) {
  async function reconcile(signal: AbortSignal): Promise<WorkResult<FilesTables>> {
    const found: Differences = { unknownObjects: 0, lostFiles: 0, foundFiles: 0 };
    found.unknownObjects += await findUnknown(stagingKey(''), queries.findStaged, signal);
    found.unknownObjects += await findUnknown(partKey(''), queries.findParts, signal);
    found.unknownObjects += await findUnknown(presignedKey(''), queries.findPresigned, signal);
    found.unknownObjects += await findUnknown(contentKey(''), queries.findBlobs, signal);
    await compareBlobs(found, signal);
    return {
      write: async ({ audit }) => {
        if (found.unknownObjects + found.lostFiles + found.foundFiles === 0) return;
        audit({ action: 'files.reconciled', resourceType: 'storage', resourceId: 'files', payload: { ...found } });
      },
    };
  }

  /** Of objects that are the contents of files. */
  async function findStored(keys: readonly string[]): Promise<ReadonlyMap<string, StoredObject>> {
    const ids = keys.filter((key) => key.startsWith(contentKey(''))).map((key) => key.slice(contentKey('').length));
    const known = await queries.findHashes(
      db.read,
      ids.filter((id) => UUID_PATTERN.test(id)),
    );
    return new Map(known.map(({ id, sha256, sizeBytes }) => [contentKey(id), { sha256, sizeBytes }]));
  }

  /** Lists what no row knows below a prefix for removal; answers how many. */
  async function findUnknown(prefix: string, find: typeof queries.findBlobs, signal: AbortSignal): Promise<number> {
    const before = now().getTime() - GRACE_MS;
    const dueAt = new Date(now().getTime() + KEPT_MS).toISOString();
    let count = 0;
    for (let after: string | null = null; !signal.aborted;) {
      const page = await storage.list(prefix, { after, limit: BATCH });
      const old = page.objects.filter(({ modifiedAt }) => modifiedAt.getTime() < before).map(({ key }) => key);
      const idOf = (key: string) => key.slice(prefix.length);
      const known = await find(
        db.read,
        old.map(idOf).filter((id) => UUID_PATTERN.test(id)),
      );
      const unknown = old.filter((key) => !known.has(idOf(key)));
      if (unknown.length > 0) count += await db.write(system('files'), ({ tx }) => removeAt(tx, unknown, dueAt));
      if (page.next === null) break;
      after = page.next;
    }
    return count;
  }

  async function compareBlobs(found: Differences, signal: AbortSignal): Promise<void> {
    for (let after: string | null = null; !signal.aborted;) {
      const blobs: readonly BlobOfFile[] = await queries.listBlobs(db.read, after, BATCH);
      const [there, absent] = await lookFor(blobs);
      const still = await queries.findBlobs(db.read, absent); // others were purged or rewritten meanwhile
      const gone = absent.filter((id) => still.has(id));
      if (gone.length > Math.max(LOST.few, blobs.length * LOST.share))
        throw new Error(`${gone.length} of ${blobs.length} objects are missing: is this the right bucket or folder?`);
      found.lostFiles += await markLost(blobs, gone);
      if (there.length > 0) found.foundFiles += await db.write(system('files'), (unit) => markFound(unit, there));
      if (blobs.length < BATCH) return;
      after = blobs.at(-1)?.id ?? null;
    }
  }

  /** Answers how many files; an upload of the same bytes may have mended an object before they were marked. */
  async function markLost(blobs: readonly BlobOfFile[], gone: readonly string[]): Promise<number> {
    if (gone.length === 0) return 0;
    const lost = await db.write(system('files'), ({ tx }) => queries.markLost(tx, gone));
    const [mended] = await lookFor(blobs.filter(({ id }) => gone.includes(id)));
    if (mended.length === 0) return lost;
    return lost - (await db.write(system('files'), (unit) => markFound(unit, mended)));
  }

  /** Ids of those whose objects are there, whole, and of those whose objects are not. */
  async function lookFor(blobs: readonly BlobOfFile[]): Promise<[there: string[], gone: string[]]> {
    const [there, gone]: [string[], string[]] = [[], []];
    for (let at = 0; at < blobs.length; at += PARALLEL)
      await Promise.all(
        blobs.slice(at, at + PARALLEL).map(async (blob) => {
          const entry = await storage.head(contentKey(blob.id));
          (entry?.sizeBytes === storedSize(blob) ? there : gone).push(blob.id);
        }),
      );
    return [there, gone];
  }

  return { reconcile, findStored };
}
