import { sql } from 'kysely';
import { inBatches } from '#platform/database/port.ts';
import type { LoggingNeeds, LoggingUnit } from '../needs.ts';
import { EVENT_COLUMNS, toEvent, type FoundEvent } from './queries.ts';
import { checksumOf, fromLevelNumber, toVector, wordsOf, type SignedEvent } from './rows.ts';

const BATCH = 500;

/** Events of a person are those that name them as the actor. */
export function createPersonalData({ db, keys }: Pick<LoggingNeeds, 'db' | 'keys'>) {
  /** Oldest first. */
  function exportFor(userId: string) {
    return inBatches<FoundEvent>(async (after, limit) => {
      const behind = after ? sql`and e.id > ${after.id}` : sql``;
      const { rows } = await sql<FoundEvent>`
        select ${EVENT_COLUMNS} from logging.event e where e.actor_id = ${userId} ${behind}
        order by e.id limit ${limit}`.execute(db.read);
      return rows;
    });
  }

  async function exportEvents(userId: string) {
    const rows = exportFor(userId);
    return {
      events: (async function* events() {
        for await (const row of rows) yield toEvent(row);
      })(),
    };
  }

  /**
   * The events stay without the person, their address, their device and their session; the checksum is that of what is
   * left. Part of the platform's unit.
   */
  async function erase({ tx }: LoggingUnit, userId: string): Promise<void> {
    await tx
      .updateTable('logging.incident')
      .set({ acknowledgedBy: null })
      .where('acknowledgedBy', '=', userId)
      .execute();
    await tx.updateTable('logging.incident').set({ resolvedBy: null }).where('resolvedBy', '=', userId).execute();
    await tx.updateTable('logging.incidentStep').set({ actorId: null }).where('actorId', '=', userId).execute();
    await tx.updateTable('logging.silence').set({ createdBy: '' }).where('createdBy', '=', userId).execute();
    for (let found = BATCH; found === BATCH;) {
      const { rows } = await sql<FoundEvent>`
        select ${EVENT_COLUMNS} from logging.event e where e.actor_id = ${userId} order by e.id limit ${BATCH}
        for update`.execute(tx);
      found = rows.length;
      const left = rows.map((row) => withoutPerson(row, userId));
      const sums = left.map((event) => checksumOf(keys, event));
      await sql`update logging.event e set actor_id = null, ip = null, user_agent = null, device_info = null,
          session_id = null, message = n.message, pattern = n.pattern, payload = n.payload::json, checksum = n.checksum,
          tokens = n.tokens::tsvector
        from unnest(${left.map(({ id }) => id)}::uuid[], ${left.map(({ receivedAt }) => receivedAt)}::timestamptz[],
          ${left.map(({ message }) => message)}::text[], ${left.map(({ pattern }) => pattern)}::text[],
          ${left.map(({ payloadText }) => payloadText)}::text[], ${sums}::bytea[], ${left.map((event) => toVector(wordsOf(event)))}::text[])
          n (id, received_at, message, pattern, payload, checksum, tokens)
        where e.id = n.id and e.received_at = n.received_at`.execute(tx);
    }
  }

  return { exportEvents, erase };
}

const NOBODY = { actorId: null, ip: null, userAgent: null, deviceInfo: null, sessionId: null };

/** Events name people by their ids in the message and the payload too, and search finds their parts. */
function withoutPerson(row: FoundEvent, userId: string): SignedEvent {
  const [message, pattern, payloadText] = [row.message, row.pattern, row.payloadText].map((text) =>
    text.replaceAll(userId, '[erased]'),
  ) as [string, string, string];
  return { ...row, ...NOBODY, message, pattern, payloadText, level: fromLevelNumber(row.level) };
}
