import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import { defineQueue } from '#kernel/work.ts';
import { inBatches } from '#platform/database/port.ts';
import { worker, type Work, type WorkResult } from '#platform/work/port.ts';
import type { LoggingNeeds, LoggingUnit, LoggingWriter } from '../needs.ts';
import type { LoggingTables } from '../tables.ts';
import { EVENT_COLUMNS, toEvent, type FoundEvent } from './queries.ts';
import type { ArchiveChanges } from './archive-changes.ts';
import { withoutPerson } from './person.ts';
import type { Reading } from './reading.ts';
import { checksumOf, toVector, wordsOf } from './rows.ts';

/** Rows of a table that one unit changes: no lock is held for longer than a second. */
const BATCH = 500;
const erasureQueue = defineQueue('logging.erasure');

/** Where people stand as those who did something: the columns, and what is left there. */
const MENTIONS = [
  { table: 'logging.incident', column: 'acknowledged_by', left: null },
  { table: 'logging.incident', column: 'resolved_by', left: null },
  { table: 'logging.incident_step', column: 'actor_id', left: null },
  { table: 'logging.silence', column: 'created_by', left: '' },
] as const;

export interface PersonalDataNeeds extends Pick<LoggingNeeds, 'db' | 'keys'> {
  readonly reading: Pick<Reading, 'list'>;
  readonly changes: Pick<ArchiveChanges, 'noteErased'>;
}

/** Events of a person are those that name them as the actor. */
export function createPersonalData({ db, keys, reading, changes }: PersonalDataNeeds) {
  /** Oldest first. */
  function exportFor(userId: string) {
    const older = { text: 'actor_id = {userId:String}', values: { userId } };
    return inBatches<FoundEvent>((after, limit) =>
      reading.list(sql`e.actor_id = ${userId}`, older, 'asc', limit, after ? { after: after.id } : {}),
    );
  }

  async function exportEvents(userId: string) {
    const rows = exportFor(userId);
    return {
      events: (async function* events() {
        for await (const row of rows) yield toEvent(row);
      })(),
    };
  }

  /** Part of the caller's unit, which takes a batch; a work item takes the rest, each batch in a unit of its own. */
  async function erase(unit: LoggingUnit, userId: string): Promise<void> {
    const isDone = await eraseSome(unit, userId);
    if (isDone) await changes.noteErased(unit, userId);
    else unit.enqueue(erasureQueue, { ref: userId });
  }

  async function eraseRest({ ref, origin }: Work, signal: AbortSignal): Promise<WorkResult<LoggingTables>> {
    const eraseBatch = () => db.write(system('logging', origin), (unit) => eraseSome(unit, ref));
    while (!(await eraseBatch())) signal.throwIfAborted();
    return { write: async (unit) => changes.noteErased(unit, ref) };
  }

  /** Answers whether nothing is left. */
  async function eraseSome({ tx }: LoggingUnit, userId: string): Promise<boolean> {
    const counts = [await eraseEvents(tx, userId)];
    for (const mention of MENTIONS) counts.push(await eraseMentions(tx, mention, userId));
    return Math.max(...counts) < BATCH;
  }

  /**
   * The events stay without the person, their address, their device and their session; the checksum is that of what is
   * left.
   */
  async function eraseEvents(tx: LoggingWriter, userId: string): Promise<number> {
    const { rows } = await sql<FoundEvent>`
      select ${EVENT_COLUMNS} from logging.event e where e.actor_id = ${userId} order by e.id limit ${BATCH}
      for update`.execute(tx);
    const left = rows.map((row) => withoutPerson(row, userId));
    const sums = left.map((event) => checksumOf(keys, event));
    await sql`update logging.event e set actor_id = null, ip = null, user_agent = null, device_info = null,
        session_id = null, message = n.message, pattern = n.pattern, payload = n.payload::json, checksum = n.checksum,
        tokens = n.tokens::tsvector
      from unnest(${left.map(({ id }) => id)}::uuid[], ${left.map(({ receivedAt }) => receivedAt)}::timestamptz[],
        ${left.map(({ message }) => message)}::text[], ${left.map(({ pattern }) => pattern)}::text[],
        ${left.map(({ payloadText }) => payloadText)}::text[], ${sums}::bytea[],
        ${left.map((event) => toVector(wordsOf(event)))}::text[])
        n (id, received_at, message, pattern, payload, checksum, tokens)
      where e.id = n.id and e.received_at = n.received_at`.execute(tx);
    return rows.length;
  }

  return {
    exportEvents,
    erase,
    worker: worker({ queue: erasureQueue, maxAttempts: 100, leaseMs: 30_000, handle: eraseRest }),
  };
}

async function eraseMentions(
  tx: LoggingWriter,
  { table, column, left }: (typeof MENTIONS)[number],
  userId: string,
): Promise<number> {
  const [name, field] = [sql.table(table), sql.ref(column)];
  const { numAffectedRows = 0n } = await sql`update ${name} set ${field} = ${left}
    where id = any (array(select id from ${name} where ${field} = ${userId} limit ${BATCH}))`.execute(tx);
  return Number(numAffectedRows);
}
