import { system } from '#kernel/access.ts';
import { defineQueue } from '#kernel/work.ts';
import { withoutTables, withTables, type AnyUnit } from '#platform/database/port.ts';
import { worker, type Work, type WorkResult } from '#platform/work/port.ts';
import { dropContents } from '../content/blobs.ts';
import { deleteUploadsOf } from '../content/parts.ts';
import { lockUsage } from '../content/usage.ts';
import { deleteFoldersOf } from '../places/queries.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import { FILE_RESOURCE } from '../queries.ts';
import type { FilesTables } from '../tables.ts';
import * as queries from './queries.ts';

/** Rows of a table that one unit deletes or changes: no lock is held for longer than a second. */
const BATCH = 500;
const erasureQueue = defineQueue('files.erasure');

/** Deletes the files of a person, trash included, and what they have asked of others. The objects go after the commits. */
export function createErasure({ db, accessLists }: Pick<FilesNeeds, 'db' | 'accessLists'>) {
  /** Part of the caller's unit, which takes a batch; a work item takes the rest, each batch in a unit of its own. */
  async function erase(unit: AnyUnit, userId: string): Promise<void> {
    if (!(await eraseSome(withTables<FilesTables>(unit), userId))) unit.enqueue(erasureQueue, { ref: userId });
  }

  /** Answers whether nothing is left. */
  async function eraseSome(unit: FilesUnit, userId: string): Promise<boolean> {
    const { tx } = unit;
    await lockUsage(tx, userId); // what begins at the same time is there before, and goes too
    const uploads = await deleteUploadsOf(tx, userId, BATCH);
    const files = await queries.deleteFiles(tx, await queries.lockFilesOf(tx, userId, BATCH));
    const ids = files.filter(({ versionOf }) => versionOf === null).map(({ id }) => id);
    await accessLists.forget(withoutTables(unit), FILE_RESOURCE, ids);
    await dropContents(unit, files);
    const forgotten = await queries.forgetAccesses(tx, userId, BATCH);
    if (Math.max(uploads, files.length, forgotten) >= BATCH) return false;
    await deleteFoldersOf(tx, userId); // at most 10,000
    await queries.deleteUsageOf(tx, userId);
    await queries.deleteEndedUploadsOf(tx, userId);
    return true;
  }

  async function eraseRest({ ref, origin }: Work, signal: AbortSignal): Promise<WorkResult<FilesTables>> {
    const eraseBatch = () => db.write(system('files', origin), (unit) => eraseSome(unit, ref));
    while (!(await eraseBatch())) signal.throwIfAborted();
    return { write: async () => {} };
  }

  return { erase, worker: worker({ queue: erasureQueue, maxAttempts: 100, leaseMs: 30_000, handle: eraseRest }) };
}
