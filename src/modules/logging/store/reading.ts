import { sql, type RawBuilder } from 'kysely';
import { loggingErrors } from '../contract.ts';
import type { LoggingNeeds } from '../needs.ts';
import type { Archive, ArchiveCondition, IdRange } from './archive.ts';
import { eventColumns, findEvent, type FoundEvent, type LongColumn } from './queries.ts';
import type { Relay } from './relay.ts';

/** Where the events are that were received before the mark of the relay. */
export interface Archived {
  readonly archive: Archive;
  readonly relay: Relay;
}

export interface ReadingNeeds extends Pick<LoggingNeeds, 'db'> {
  /** Null when PostgreSQL has all events. */
  readonly archived: Archived | null;
}

/** Reads events by other things than their time, wherever they are. All throw `logging.archive_away`. */
export function createReading({ db, archived }: ReadingNeeds) {
  /** The first by their ids in the range, of those that both conditions find; columns of `omitted` are empty. */
  async function list(
    condition: RawBuilder<boolean>,
    older: Required<Pick<ArchiveCondition, 'text' | 'values'>>,
    direction: 'asc' | 'desc',
    limit: number,
    range: IdRange = {},
    omitted: readonly LongColumn[] = [],
  ): Promise<FoundEvent[]> {
    const mark = archived && (await archived.relay.mark());
    const conditions = [
      condition,
      ...(mark === null ? [] : [sql<boolean>`e.received_at >= ${mark}::timestamptz`]),
      ...(range.after === undefined ? [] : [sql<boolean>`e.id > ${range.after}`]),
      ...(range.before === undefined ? [] : [sql<boolean>`e.id < ${range.before}`]),
    ];
    const { rows } = await sql<FoundEvent>`
      select ${eventColumns(omitted)} from logging.event e where ${sql.join(conditions, sql` and `)}
      order by e.id ${sql.raw(direction)} limit ${limit}`.execute(db.read);
    if (!archived || mark === null) return rows;
    const found = await archived.archive.findByIds(older, direction, limit, { ...range, mark }, omitted);
    const sign = direction === 'asc' ? 1 : -1;
    return [...rows, ...found].toSorted((one, other) => (one.id < other.id ? -sign : sign)).slice(0, limit);
  }

  /** @throws `logging.event_not_found` */
  async function find(anyCase: string): Promise<FoundEvent> {
    const id = anyCase.toLowerCase(); // ClickHouse has it as a text
    const row = (await findEvent(db.read, id)) ?? (await findOlder(id));
    if (!row) throw loggingErrors.eventNotFound({ id });
    return row;
  }

  /** One that is in ClickHouse alone. */
  async function findOlder(id: string): Promise<FoundEvent | undefined> {
    const mark = archived && (await archived.relay.mark());
    if (!archived || mark === null) return undefined;
    const gone = await db.read
      .selectFrom('logging.archiveDeletion')
      .where('eventId', '=', id)
      .select('eventId')
      .execute();
    return gone.length > 0 ? undefined : archived.archive.findOne(id, mark);
  }

  return { list, find, findOlder };
}

export type Reading = ReturnType<typeof createReading>;
