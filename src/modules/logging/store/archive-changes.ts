import { defineQueue } from '#kernel/work.ts';
import { worker, type Work, type WorkResult } from '#platform/work/port.ts';
import type { LoggingNeeds, LoggingUnit } from '../needs.ts';
import type { LoggingTables } from '../tables.ts';
import { ARCHIVE_TABLE, toArchived, toTombstone, VERSIONS } from './archive-table.ts';
import { withoutPerson } from './person.ts';
import type { FoundEvent } from './queries.ts';
import type { Archived } from './reading.ts';
import { checksumOf } from './rows.ts';

const BATCH = 500;
const AGAIN_MS = 60_000; // the relay runs so often
const deletionQueue = defineQueue('logging.archive_deletion');
const erasureQueue = defineQueue('logging.archive_erasure');

export interface ArchiveChangesNeeds extends Pick<LoggingNeeds, 'db' | 'keys'>, Archived {}

/**
 * Changes events in ClickHouse after the same change in PostgreSQL: a row with a higher version replaces the one before, also
 * one that a relay inserts later.
 */
export function createArchiveChanges({ db, keys, archive, relay }: ArchiveChangesNeeds) {
  /** Part of the unit that deletes it. Answers whether it was not deleted before. */
  async function noteDeleted({ tx, enqueue }: LoggingUnit, id: string): Promise<boolean> {
    const row = { eventId: id };
    const { numInsertedOrUpdatedRows = 0n } = await tx
      .insertInto('logging.archiveDeletion')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    enqueue(deletionQueue, { ref: id });
    return numInsertedOrUpdatedRows > 0n;
  }

  /** What stays of it is its place. Answers whether it was there. */
  async function hide(id: string): Promise<boolean> {
    const rows = await archive.findAll({ keys: 'id = {id:String}', values: { id } }, 'id', 1);
    if (rows.length > 0) await archive.insert(rows.map(toTombstone));
    return rows.length > 0;
  }

  async function hideDeleted({ ref }: Work): Promise<WorkResult<LoggingTables>> {
    const done = { write: async () => {} };
    if (await hide(ref)) return done;
    const row = await db.read.selectFrom('logging.event').where('id', '=', ref).select('receivedAt').executeTakeFirst();
    const mark = await relay.mark();
    const isToCome = row !== undefined && (mark === null || row.receivedAt >= mark);
    return isToCome ? { ...done, retryInMs: AGAIN_MS } : done;
  }

  /** Part of the unit that erases the person in PostgreSQL. */
  async function noteErased({ tx, enqueue }: LoggingUnit, userId: string): Promise<void> {
    const { closedTo } = await tx.selectFrom('logging.relay').select('closedTo').executeTakeFirstOrThrow();
    enqueue(erasureQueue, { ref: `${userId} ${closedTo ?? ''}` });
  }

  /** What the relay had read before the erasure arrives before the mark passes what was closed then. */
  async function eraseNoted({ ref }: Work, signal: AbortSignal): Promise<WorkResult<LoggingTables>> {
    const [userId = '', closedTo = ''] = ref.split(' ');
    const mark = (await relay.mark()) ?? '';
    if (mark !== '') await erase(userId, signal);
    return { write: async () => {}, ...(mark < closedTo && { retryInMs: AGAIN_MS }) };
  }

  async function erase(userId: string, signal: AbortSignal): Promise<void> {
    const ofPerson = { keys: '1', text: 'actor_id = {userId:String}', values: { userId } };
    for (let rows = await readBatch(); rows.length > 0; rows = await readBatch()) {
      signal.throwIfAborted();
      await archive.insert(rows.map((row) => toErased(row, userId)));
    }
    // What was replaced would stay until the server merges it by itself.
    await archive.command(`alter table ${ARCHIVE_TABLE} delete where ${ofPerson.text}`, ofPerson.values);

    function readBatch(): Promise<FoundEvent[]> {
      return archive.findAll(ofPerson, 'id', BATCH);
    }
  }

  function toErased(row: FoundEvent, userId: string) {
    const event = withoutPerson(row, userId);
    return toArchived({ ...event, checksum: checksumOf(keys, event) }, VERSIONS.erased);
  }

  return {
    noteDeleted,
    hide,
    noteErased,
    workers: [
      worker({ queue: deletionQueue, maxAttempts: 1000, leaseMs: 30_000, handle: hideDeleted }),
      worker({ queue: erasureQueue, maxAttempts: 1000, leaseMs: 30_000, handle: eraseNoted }),
    ],
  };
}

export type ArchiveChanges = ReturnType<typeof createArchiveChanges>;
