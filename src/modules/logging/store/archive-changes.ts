import { Problem } from '#kernel/problem.ts';
import { defineQueue } from '#kernel/work.ts';
import { worker, type Work, type WorkResult } from '#platform/work/port.ts';
import { loggingErrors } from '../contract.ts';
import type { LoggingNeeds, LoggingReader, LoggingUnit } from '../needs.ts';
import type { LoggingTables } from '../tables.ts';
import { ARCHIVE_TABLE, toArchived, toTombstone, VERSIONS } from './archive-table.ts';
import { withoutPerson } from './person.ts';
import type { FoundEvent } from './queries.ts';
import type { Archived } from './reading.ts';
import { checksumOf } from './rows.ts';

const BATCH = 500;
const AGAIN_MS = 60_000; // the relay runs so often
const ERASE_AGAIN_MS = 5 * 60_000;
const LATE_MS = 15 * 60_000;
const LEFT_MS = 10_000;
const AWAY_MS = 3_600_000; // until CLICKHOUSE_URL is set again
const deletionQueue = defineQueue('logging.archive_deletion');
const erasureQueue = defineQueue('logging.archive_erasure');

export interface ArchiveChangesNeeds extends Pick<LoggingNeeds, 'db' | 'keys'> {
  /** Null without ClickHouse. */
  readonly archived: Archived | null;
}

/**
 * Changes events in ClickHouse after the same change in PostgreSQL: a row with a higher version replaces the one before, also
 * one that a relay inserts later. While ClickHouse that has had events is not configured, changes wait: it may come back with
 * what it had.
 */
export function createArchiveChanges({ db, keys, archived }: ArchiveChangesNeeds) {
  const later: WorkResult<LoggingTables> = { write: async () => {}, retryInMs: AWAY_MS, isUntried: true };

  /** How far the relay has come. */
  function readMarks(tx: LoggingReader) {
    return tx.selectFrom('logging.relay').select(['closedTo', 'relayedTo']).executeTakeFirstOrThrow();
  }

  /** Whether ClickHouse may have events. */
  async function isUsed(tx: LoggingReader): Promise<boolean> {
    return archived !== null || (await readMarks(tx)).relayedTo !== null;
  }

  /** Part of the unit that deletes it. Answers whether it was not deleted before. */
  async function noteDeleted({ tx, enqueue }: LoggingUnit, id: string): Promise<boolean> {
    if (!(await isUsed(tx))) return true;
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
  async function hide({ archive }: Archived, id: string): Promise<boolean> {
    const row = await archive.findOne(id);
    if (row) await archive.insert([toTombstone(row)]);
    return row !== undefined;
  }

  /** Before its work item does. */
  async function hideNow(id: string): Promise<void> {
    if (archived) await hide(archived, id).catch(() => {}); // the item tries again
  }

  async function hideDeleted({ ref }: Work): Promise<WorkResult<LoggingTables>> {
    const done = { write: async () => {} };
    if (!(await isUsed(db.read))) return done;
    if (!archived) return later;
    const mark = await archived.relay.mark(); // before the look: what the relay inserts meanwhile is to come
    if (await hide(archived, ref)) return done;
    const row = await db.read.selectFrom('logging.event').where('id', '=', ref).select('receivedAt').executeTakeFirst();
    const isToCome = row !== undefined && (mark === null || row.receivedAt >= mark);
    return isToCome ? { ...done, retryInMs: AGAIN_MS } : done;
  }

  /** Part of the unit that erases the person in PostgreSQL. */
  async function noteErased({ tx, enqueue }: LoggingUnit, userId: string): Promise<void> {
    if (!(await isUsed(tx))) return;
    const { closedTo } = await readMarks(tx);
    enqueue(erasureQueue, { ref: `${userId} ${closedTo ?? ''}` });
  }

  /**
   * What the relay had read before the erasure arrives before the mark passes what was closed then, or some time later by an
   * insert that was given up.
   */
  async function eraseNoted({ ref }: Work, signal: AbortSignal): Promise<WorkResult<LoggingTables>> {
    const [userId = '', closedTo = ''] = ref.split(' ');
    if (!(await isUsed(db.read))) return { write: async () => {} };
    if (!archived) return later;
    const mark = (await archived.relay.mark()) ?? '';
    if (mark !== '') await erase(archived, userId, signal);
    return { write: async () => {}, ...(mark < lateFor(closedTo) && { retryInMs: ERASE_AGAIN_MS }) };
  }

  async function erase({ archive }: Archived, userId: string, signal: AbortSignal): Promise<void> {
    const ofPerson = { text: 'actor_id = {userId:String}', values: { userId } };
    let after: string | undefined;
    do {
      signal.throwIfAborted();
      const rows = await archive.findByIds(ofPerson, 'asc', BATCH, { ...(after !== undefined && { after }) });
      if (rows.length > 0) await archive.insert(rows.map((row) => toErased(row, userId)));
      after = rows.length < BATCH ? undefined : rows.at(-1)?.id;
    } while (after !== undefined);
    // What was replaced would stay until the server merges it by itself. A mutation writes parts again, so none for nothing.
    const left = await archive.select(
      `select 1 from ${ARCHIVE_TABLE} where ${ofPerson.text} limit 1`,
      ofPerson.values,
      LEFT_MS,
    );
    if (left?.length !== 0)
      await archive.command(`alter table ${ARCHIVE_TABLE} delete where ${ofPerson.text}`, ofPerson.values);
  }

  function toErased(row: FoundEvent, userId: string) {
    const event = withoutPerson(row, userId);
    return toArchived({ ...event, checksum: checksumOf(keys, event) }, VERSIONS.erased);
  }

  return {
    noteDeleted,
    hideNow,
    noteErased,
    workers: [
      worker({ queue: deletionQueue, maxAttempts: 1000, leaseMs: 30_000, handle: untilAnswered(hideDeleted) }),
      worker({ queue: erasureQueue, maxAttempts: 1000, leaseMs: 30_000, handle: untilAnswered(eraseNoted) }),
    ],
  };
}

export type ArchiveChanges = ReturnType<typeof createArchiveChanges>;

function lateFor(closedTo: string): string {
  return closedTo && new Date(Date.parse(closedTo) + LATE_MS).toISOString();
}

type Handle = (work: Work, signal: AbortSignal) => Promise<WorkResult<LoggingTables>>;

/** While ClickHouse is away no attempt counts. */
function untilAnswered(handle: Handle): Handle {
  return async (work, signal) => {
    try {
      return await handle(work, signal);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== loggingErrors.archiveAway.code) throw error;
      return { write: async () => {}, retryInMs: ERASE_AGAIN_MS, isUntried: true };
    }
  };
}
