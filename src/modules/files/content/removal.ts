import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import { defineQueue } from '#kernel/work.ts';
import { PAUSED_RETRY_MS } from '#platform/backup/port.ts';
import type { Work, WorkResult } from '#platform/work/port.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import type { FilesTables, FilesWriter } from '../tables.ts';

/** One item for each unit that made objects useless; whichever runs first deletes all that are due. */
export const removalQueue = defineQueue('files.removal');
const BATCH = 100;
/** For so long the storage serves an object to everybody who was given its address. */
export const ADDRESS_SECONDS = 60;
/** Also for a download that has read where the object is, and has not opened it yet. */
const READ_SECONDS = 2 * ADDRESS_SECONDS;
/** Until an object that could not be deleted is tried again: those behind it come first. */
const PAUSE_SECONDS = 300;

/** As part of the unit that makes these objects useless. They are deleted after its commit. */
export async function removeLater({ tx, enqueue }: FilesUnit, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`insert into files.removal (object_key) select * from unnest(${keys}::text[]) key order by key
    on conflict (object_key) do update set due_at = least(files.removal.due_at, excluded.due_at)`.execute(tx);
  enqueue(removalQueue, { ref: keys[0] ?? '', lane: 'low' });
}

/**
 * The same, of objects that were served. They stay until no address is good any more, also where the storage gives none:
 * otherwise one that has ended tells that no other file has these bytes. `files.tidy` deletes them.
 */
export async function removeServed({ tx }: FilesUnit, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`insert into files.removal (object_key, due_at)
    select key, now() + make_interval(secs => ${READ_SECONDS}) from unnest(${keys}::text[]) key
    order by key on conflict (object_key) do update set due_at = least(files.removal.due_at, excluded.due_at)`.execute(
    tx,
  );
}

/** Objects to delete at `dueAt`; answers how many of them were not listed before. */
export async function removeAt(tx: FilesWriter, keys: readonly string[], dueAt: string): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    insert into files.removal (object_key, due_at) select key, ${dueAt}::timestamptz from unnest(${keys}::text[]) key order by key
    on conflict (object_key) do nothing`.execute(tx);
  return Number(numAffectedRows);
}

/** Takes an object that is not due yet off the list; false when it is not there any more. */
export async function keepObject(tx: FilesWriter, key: string): Promise<boolean> {
  const listed = tx.deleteFrom('files.removal').where('objectKey', '=', key);
  const { numDeletedRows } = await listed.where('dueAt', '>', sql<string>`now()`).executeTakeFirst();
  return numDeletedRows === 1n;
}

export function createRemoval({ db, storage, removalPause }: Pick<FilesNeeds, 'db' | 'storage' | 'removalPause'>) {
  /** Deletes objects until none is due, or a backup begins. Deleting one twice is harmless. */
  async function removeAll(_: Work | null, signal: AbortSignal): Promise<WorkResult<FilesTables>> {
    for (let count: number | null = BATCH; count === BATCH && !signal.aborted;) {
      count = await removeSome();
      if (count === null) return { write: async () => {}, retryInMs: PAUSED_RETRY_MS, isUntried: true };
    }
    return { write: async () => {} };
  }

  /** Null while a backup copies objects. */
  async function removeSome(): Promise<number | null> {
    const due = db.read
      .selectFrom('files.removal')
      .select('objectKey')
      .where('dueAt', '<=', sql<string>`now()`);
    const keys = (await due.orderBy('dueAt').limit(BATCH).execute()).map(({ objectKey }) => objectKey);
    if (keys.length === 0) return 0;
    // After it was read what to delete: a backup that has begun before one of these became useless is seen.
    if (await removalPause.isPaused()) return null;
    const removed: string[] = [];
    const faults: unknown[] = [];
    for (const key of keys)
      await storage.delete(key).then(
        () => removed.push(key),
        (error: unknown) => faults.push(error),
      );
    if (removed.length === 0) throw faults[0]; // the storage is away
    await db.write(system('files'), async ({ tx }) => {
      // One that was postponed meanwhile may come to be again. As a difference, since the planner would read all that are due
      // from the index of `due_at` where its statistics know of none.
      const rows = sql`object_key = any(${removed}::text[]) and due_at - now() <= interval '0'`;
      await sql`delete from files.removal where ${rows}`.execute(tx);
      if (faults.length > 0)
        await sql`update files.removal set due_at = now() + make_interval(secs => ${PAUSE_SECONDS})
          where object_key = any(${keys}::text[]) and object_key <> all(${removed}::text[])`.execute(tx);
    });
    return keys.length;
  }

  return { removeAll };
}
