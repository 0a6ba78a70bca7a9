import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import { defineQueue } from '#kernel/work.ts';
import { worker, type Work, type WorkResult } from '#platform/work/port.ts';
import { lockUsages } from '../content/usage.ts';
import { fileEvents } from '../contract.ts';
import { noteFile, type Library } from '../library/service.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import type { FilesTables } from '../tables.ts';
import { sendToGate } from '../uploads/gate.ts';
import { deleteSomeOf, isRestoring, type FolderDeletion } from './queries.ts';

/** One item for each deletion of a folder, and one when it is taken back: the files follow their folders. */
export const folderQueue = defineQueue('files.folder');
/** Files in one unit, far below a second. */
const BATCH = 250;
/** Files, with all their contents, and folders that one unit deletes. */
const PURGED = { files: 100, folders: 500 } as const;
/** Behind all folders: none of them has files that are to be marked. */
const END = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const WAIT_MS = 1000;
/** After the last attempt of an item. */
const FAULT_MS = 300_000;

type Step =
  | { readonly kind: 'more'; readonly after: string | null }
  | { readonly kind: 'wait' }
  | { readonly kind: 'over' };

export interface WorkingOffNeeds extends Pick<FilesNeeds, 'db' | 'now'> {
  readonly library: Pick<Library, 'purgeFiles'>;
}

/**
 * Folders go to the trash, and come back, at once; their files look as the folders do, and are worked off here. A file
 * remembers the deletion that took it, so that just these come back. A handler that dies is repeated: what it did stays.
 * A row of the work always has an item: the trash, and other deletions of the same person, wait for its end.
 */
export function createWorkingOff({ db, now, library }: WorkingOffNeeds) {
  async function workOff(work: Work, signal: AbortSignal): Promise<WorkResult<FilesTables>> {
    const { ref, origin } = work;
    let after: string | null = null;
    for (;;) {
      signal.throwIfAborted(); // the item is handled again, on another node
      const step: Step = await db.write(system('files', origin), (unit) => doSome(unit, ref, after));
      if (step.kind === 'wait') return again(work, WAIT_MS);
      if (step.kind === 'over') break;
      ({ after } = step);
    }
    return { write: async () => {} };
  }

  /** A new item, so that waiting uses no attempt. */
  function again({ ref }: Work, pauseMs: number): WorkResult<FilesTables> {
    const dueAt = new Date(now().getTime() + pauseMs).toISOString();
    return { write: async ({ enqueue }) => enqueue(folderQueue, { ref, dueAt }) };
  }

  /** The row of the work is locked, so that what is to be done does not change meanwhile. */
  async function doSome(unit: FilesUnit, deletionId: string, after: string | null): Promise<Step> {
    const { tx } = unit;
    const rows = tx.selectFrom('files.folderWork').selectAll().where('deletionId', '=', deletionId);
    const found = await rows.executeTakeFirst();
    await lockUsages(tx, found ? [found.ownerId] : []);
    const work = await rows.forUpdate().executeTakeFirst();
    if (!work) return { kind: 'over' };
    // Files that still come back may lie in folders that are deleted again: they are taken afterwards.
    if (work.stage !== 'restoring' && (await isRestoring(tx, work.ownerId))) return { kind: 'wait' };
    const next = await steps[work.stage](unit, work, after);
    if (next !== null) return next;
    await tx.deleteFrom('files.folderWork').where('deletionId', '=', deletionId).execute();
    return { kind: 'over' };
  }

  const steps = {
    deleting: deleteSome,
    restoring: restoreSome,
    purging: async (unit: FilesUnit, work: FolderDeletion, after: string | null) =>
      (await deleteSome(unit, work, after)) ?? purgeSome(unit, work),
  };

  /** Files that were in the trash before stay there, without a folder. Null: nothing is left. */
  async function purgeSome(unit: FilesUnit, work: FolderDeletion): Promise<Step | null> {
    const more = { kind: 'more', after: END } as const;
    const files = unit.tx.selectFrom('files.file').select('id').where('deletionId', '=', work.deletionId);
    const rows = await files.orderBy('id').limit(PURGED.files).forUpdate().execute();
    if (rows.length > 0) {
      const ids = rows.map(({ id }) => id);
      await library.purgeFiles(unit, ids);
      return more;
    }
    const { numAffectedRows = 0n } = await sql`
      update files.file set folder_id = null where id in (
        select f.id from files.folder d join files.file f on f.folder_id = d.id
        where d.deletion_id = ${work.deletionId} order by f.id limit ${BATCH} for update of f)`.execute(unit.tx);
    if (numAffectedRows > 0n) return more;
    return (await deleteSomeOf(unit.tx, work, PURGED.folders)) ? more : null;
  }

  return {
    worker: worker({
      queue: folderQueue,
      maxAttempts: 100,
      leaseMs: 30_000,
      slots: { burst: 0 },
      handle: workOff,
      giveUp: async (work) => again(work, FAULT_MS),
    }),
  };
}

/**
 * From the folder `after` on: those before it have no more files. What is still being sent is no file yet, and is refused at
 * its end. Null: none was left.
 */
async function deleteSome(
  unit: FilesUnit,
  { deletionId, deletedAt }: FolderDeletion,
  after: string | null,
): Promise<Step | null> {
  const { rows } = await sql<{ id: string; ownerId: string; fileName: string; folderId: string; isTaken: boolean }>`
    with next as materialized (
      select f.id, f.owner_id, f.file_name, f.folder_id from files.folder d join files.file f on f.folder_id = d.id
        and f.storage_status <> 'deleted' and f.stage is distinct from 'uploading'
      where d.deletion_id = ${deletionId} and (${after}::uuid is null or d.id >= ${after}::uuid)
      order by d.id limit ${BATCH}),
    locked as materialized (select id from files.file where id = any (array(select id from next)) order by id for update),
    taken as (
    update files.file f
    set restores_to = f.storage_status, storage_status = 'deleted', stage = null, deleted_at = ${deletedAt},
      deletion_id = ${deletionId}, updated_at = now(), version = f.version + 1
    from next join locked using (id) where f.id = next.id and f.folder_id = next.folder_id and f.storage_status <> 'deleted'
      and f.stage is distinct from 'uploading' returning f.id)
    select next.*, taken.id is not null as is_taken from next left join taken on taken.id = next.id`.execute(unit.tx);
  if (rows.length === 0) return null;
  for (const { isTaken, ...file } of rows) {
    if (!isTaken) continue;
    unit.publish(fileEvents.deleted, { fileId: file.id, ownerId: file.ownerId });
    noteFile(unit, 'files.deleted', file, { fileName: file.fileName, operationId: deletionId });
  }
  return {
    kind: 'more',
    after:
      rows
        .map(({ folderId }) => folderId)
        .toSorted()
        .at(-1) ?? null,
  };
}

/** Those that were at the gate go there again. Null: none was left. */
async function restoreSome(unit: FilesUnit, { deletionId }: FolderDeletion): Promise<Step | null> {
  const { rows } = await sql<{
    id: string;
    ownerId: string;
    fileName: string;
    contentId: string;
    storageStatus: string;
    hasItem: boolean;
  }>`
    with taken as materialized (
      select id, is_at_gate from files.file where deletion_id = ${deletionId} order by id limit ${BATCH} for update)
    update files.file f
    set storage_status = coalesce(restores_to, 'failed'), restores_to = null, deleted_at = null, deletion_id = null,
      stage = case when restores_to = 'pending' then 'uploaded' end,
      is_at_gate = coalesce(restores_to = 'pending', false), updated_at = now(), version = version + 1
    from taken where f.id = taken.id
    returning f.id, owner_id, file_name, content_id, storage_status, taken.is_at_gate as has_item`.execute(unit.tx);
  for (const file of rows) {
    noteFile(unit, 'files.restored', file, { fileName: file.fileName, operationId: deletionId });
    if (file.storageStatus === 'pending' && !file.hasItem) sendToGate(unit, { ...file, versionOf: null });
  }
  return rows.length === 0 ? null : { kind: 'more', after: null };
}
