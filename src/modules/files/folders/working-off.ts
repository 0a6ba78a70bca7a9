import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import { defineQueue } from '#kernel/work.ts';
import { worker, type Work, type WorkResult } from '#platform/work/port.ts';
import { fileEvents } from '../contract.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import type { FilesTables, FilesWriter } from '../tables.ts';
import { sendToGate } from '../uploads/gate.ts';

/** One item for each deletion of a folder, and one when it is taken back: the files follow their folders. */
export const folderQueue = defineQueue('files.folder');
/** Files in one unit, far below a second. */
const BATCH = 250;
const WAIT_MS = 1000;
/** After the last attempt of an item. */
const FAULT_MS = 300_000;

type Step =
  | { readonly kind: 'more'; readonly after: string | null }
  | { readonly kind: 'wait' }
  | { readonly kind: 'over' };

/**
 * Folders go to the trash, and come back, at once; their files look as the folders do, and are worked off here. A file
 * remembers the deletion that took it, so that just these come back. A handler that dies is repeated: what it did stays.
 * A row of the work always has an item: the trash, and other deletions of the same person, wait for its end.
 */
export function createWorkingOff({ db, now }: Pick<FilesNeeds, 'db' | 'now'>) {
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
    const work = await rows.forUpdate().executeTakeFirst();
    if (!work) return { kind: 'over' };
    // Files that still come back may lie in folders that are deleted again: they are taken afterwards.
    if (work.stage === 'deleting' && (await isRestoring(tx, work.ownerId))) return { kind: 'wait' };
    const next = work.stage === 'deleting' ? await deleteSome(unit, work, after) : await restoreSome(unit, deletionId);
    if (next !== null) return next;
    await tx.deleteFrom('files.folderWork').where('deletionId', '=', deletionId).execute();
    return { kind: 'over' };
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

async function isRestoring(tx: FilesWriter, ownerId: string): Promise<boolean> {
  const rows = tx.selectFrom('files.folderWork').select('deletionId').where('ownerId', '=', ownerId);
  return (await rows.where('stage', '=', 'restoring').limit(1).executeTakeFirst()) !== undefined;
}

/**
 * From the folder `after` on: those before it have no more files. What is still being sent is no file yet, and is refused at
 * its end. Null: none was left.
 */
async function deleteSome(
  { tx, publish }: FilesUnit,
  { deletionId, deletedAt }: { readonly deletionId: string; readonly deletedAt: string },
  after: string | null,
): Promise<Step | null> {
  const { rows } = await sql<{ id: string; ownerId: string; folderId: string; isTaken: boolean }>`
    with next as materialized (
      select f.id, f.owner_id, f.folder_id from files.folder d join files.file f on f.folder_id = d.id
        and f.storage_status <> 'deleted' and f.stage is distinct from 'uploading'
      where d.deletion_id = ${deletionId} and (${after}::uuid is null or d.id >= ${after}::uuid)
      order by d.id limit ${BATCH}),
    taken as (
    update files.file f
    set restores_to = f.storage_status, storage_status = 'deleted', stage = null, deleted_at = ${deletedAt},
      deletion_id = ${deletionId}, updated_at = now(), version = f.version + 1
    from next where f.id = next.id and f.folder_id = next.folder_id and f.storage_status <> 'deleted'
      and f.stage is distinct from 'uploading' returning f.id)
    select next.*, taken.id is not null as is_taken from next left join taken on taken.id = next.id`.execute(tx);
  if (rows.length === 0) return null;
  for (const { id: fileId, ownerId, isTaken } of rows) if (isTaken) publish(fileEvents.deleted, { fileId, ownerId });
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
async function restoreSome(unit: FilesUnit, deletionId: string): Promise<Step | null> {
  const { rows } = await sql<{ id: string; contentId: string; storageStatus: string }>`
    update files.file
    set storage_status = coalesce(restores_to, 'failed'), restores_to = null, deleted_at = null, deletion_id = null,
      stage = case when restores_to = 'pending' then 'uploaded' end, updated_at = now(), version = version + 1
    where id in (select id from files.file where deletion_id = ${deletionId} limit ${BATCH} for update)
    returning id, content_id, storage_status`.execute(unit.tx);
  for (const file of rows) if (file.storageStatus === 'pending') sendToGate(unit, { ...file, versionOf: null });
  return rows.length === 0 ? null : { kind: 'more', after: null };
}
