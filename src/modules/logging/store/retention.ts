import { sql, type SqlBool } from 'kysely';
import { system } from '#kernel/access.ts';
import { smallestIdAt } from '#kernel/id.ts';
import type { DailyTable } from '#platform/database/port.ts';
import { levels } from '../contract.ts';
import type { LoggingConfig, LoggingNeeds, LoggingWriter } from '../needs.ts';
import { instant, type Archive } from './archive.ts';
import { ARCHIVE_TABLE } from './archive-table.ts';
import { toLevelNumber } from './rows.ts';
import { EVENT_COLUMNS, toEvent, uncount, type FoundEvent } from './queries.ts';

const DAY_MS = 86_400_000;
const BATCH = 1000;
const COUNT_MS = 10_000;

const keepDaysOf = ({ loggingKeepDays, loggingKeepDaysByLevel }: LoggingConfig) =>
  Math.max(loggingKeepDays, ...loggingKeepDaysByLevel.values());

/** Days are dropped when no level keeps them; of events that are in ClickHouse too, some earlier. */
export function dailyTablesOf(config: LoggingConfig, isArchived: boolean): DailyTable[] {
  const keepDays = keepDaysOf(config);
  const rollup = { table: 'logging.rollup', keepDays, isNeeded: () => 'false' };
  if (!isArchived)
    return [
      { table: 'logging.event', keepDays, isNeeded: () => 'false' },
      rollup,
      { table: 'logging.word', keepDays, isNeeded: () => 'false' },
    ];
  const hotDays = Math.min(config.loggingPostgresDays, keepDays);
  return [
    { table: 'logging.event', keepDays: hotDays, isNeeded: isToRelay },
    rollup,
    { table: 'logging.word', keepDays: hotDays, isNeeded: isToRelay },
  ];
}

/** Until the mark is some minutes past the day: a search may have read the mark from before. */
function isToRelay(partition: string): string {
  return `(select relayed_to is null or relayed_to < (date '${partition.slice(-8)}' + 1)::timestamp at time zone 'UTC'
    + interval '10 minutes' from logging.relay)`;
}

/** Rows of one day alone, so that only its partition is read. */
function ofDay(column: string, day: string) {
  return sql<SqlBool>`${sql.raw(column)} >= ${day}::timestamptz and ${sql.raw(column)} < ${day}::timestamptz + interval '24 hours'`;
}

export interface EventRetentionNeeds extends Pick<LoggingNeeds, 'db' | 'config' | 'now'> {
  /** Null when PostgreSQL has all events. */
  readonly archive: Archive | null;
}

/** Levels that are kept for a shorter time than the day that they are in. Each batch is a unit of its own. */
export function createRetention({ db, config, archive, now }: EventRetentionNeeds) {
  const daysOf = (level: (typeof levels)[number]) => config.loggingKeepDaysByLevel.get(level) ?? config.loggingKeepDays;
  const longest = Math.max(...levels.map(daysOf));

  async function expire(signal: AbortSignal) {
    for (const level of levels.filter((each) => daysOf(each) < longest)) {
      const before = midnightBefore(daysOf(level));
      for (const day of await listDays('logging.event', before))
        await inUnits(signal, (tx) => deleteEvents(tx, day, toLevelNumber(level)));
      if (archive) await expireArchived(archive, level, before, signal);
    }
    if (archive) await dropDays(archive);
    await forgetDays(signal);
    return { write: async () => {} };
  }

  async function inUnits(signal: AbortSignal, deleteBatch: (tx: LoggingWriter) => Promise<number>): Promise<void> {
    const inUnit = () => db.write(system('logging'), ({ tx }) => deleteBatch(tx));
    while (!signal.aborted && (await inUnit()) === BATCH);
  }

  /** Midnights of the partitions before an instant, oldest first. */
  async function listDays(table: string, before: string): Promise<string[]> {
    const { rows } = await sql<{ day: string }>`
      select day from (select to_char(to_date(right(inhrelid::regclass::text, 8), 'YYYYMMDD'), 'YYYY-MM-DD"T00:00:00Z"') as day
        from pg_inherits where inhparent = ${table}::regclass) days
      where day::timestamptz < ${before}::timestamptz order by day`.execute(db.read);
    return rows.map(({ day }) => day);
  }

  /** With what is known of the events. Of each service in turn, since the index has the levels of each apart. */
  async function deleteEvents(tx: LoggingWriter, day: string, level: number): Promise<number> {
    const { rows } = await sql<FoundEvent & { deletedAt: string | null }>`
      with recursive services as (
        (select source_service as name from logging.event where ${ofDay('received_at', day)} order by source_service limit 1)
        union all
        select (select source_service from logging.event where ${ofDay('received_at', day)} and source_service > s.name
          order by source_service limit 1) from services s where s.name is not null),
      old as materialized (
        select found.id from services s cross join lateral (
          select id from logging.event
          where ${ofDay('received_at', day)} and source_service = s.name and level = ${level} limit ${BATCH}) found
        limit ${BATCH})
      delete from logging.event e where ${ofDay('e.received_at', day)} and e.id = any(array(select id from old))
      returning ${EVENT_COLUMNS}, e.deleted_at`.execute(tx);
    await uncount(tx, rows.filter(({ deletedAt }) => deletedAt === null).map(toEvent));
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) await tx.deleteFrom('logging.corruption').where('eventId', 'in', ids).execute();
    return rows.length;
  }

  /** The events first: without them no count is wrong for long, and a run that ends here does it again. */
  async function expireArchived(
    archived: Archive,
    level: (typeof levels)[number],
    before: string,
    signal: AbortSignal,
  ): Promise<void> {
    const old = `level = ${toLevelNumber(level)} and received_at < ${instant('before')}`;
    const found = await archived.select(`select 1 from ${ARCHIVE_TABLE} where ${old} limit 1`, { before }, COUNT_MS);
    // A mutation writes parts again, so there is none for nothing.
    if (found?.length !== 0) await archived.command(`alter table ${ARCHIVE_TABLE} delete where ${old}`, { before });
    for (const day of await listDays('logging.rollup', before)) {
      // Those of days go last, and are few: where none is left, nothing is.
      for (const seconds of (await hasCounts(day, level)) ? [60, 3600, 86_400] : [])
        await inUnits(signal, (tx) => deleteCounts(tx, day, toLevelNumber(level), seconds));
    }
  }

  async function hasCounts(day: string, level: (typeof levels)[number]): Promise<boolean> {
    const { rows } = await sql`
      select from logging.rollup
      where ${ofDay('day', day)} and seconds = 86400 and level = ${toLevelNumber(level)} limit 1`.execute(db.read);
    return rows.length > 0;
  }

  async function deleteCounts(tx: LoggingWriter, day: string, level: number, seconds: number): Promise<number> {
    // A day has one partition, in which a row is known by its place.
    const { numAffectedRows } = await sql`
      delete from logging.rollup where ${ofDay('day', day)} and ctid = any(array(
        select ctid from logging.rollup
        where ${ofDay('day', day)} and seconds = ${seconds} and level = ${level} limit ${BATCH}))`.execute(tx);
    return Number(numAffectedRows ?? 0);
  }

  async function dropDays(archived: Archive): Promise<void> {
    const before = midnightBefore(keepDaysOf(config));
    const days = await archived.select<{ day: number }>(
      `select distinct toYYYYMMDD(received_at) as day from ${ARCHIVE_TABLE} where received_at < ${instant('before')}`,
      { before },
      COUNT_MS,
    );
    if (!days) return; // the next run tries again
    for (const { day } of days) await archived.command(`alter table ${ARCHIVE_TABLE} drop partition ${day}`);
  }

  /** What is known of single events of days that nothing is kept of. Ids are of the time of receipt. */
  async function forgetDays(signal: AbortSignal): Promise<void> {
    const firstId = smallestIdAt(Date.parse(midnightBefore(keepDaysOf(config))));
    for (const table of ['logging.corruption', 'logging.archive_deletion'])
      await inUnits(signal, async (tx) => {
        const { numAffectedRows } = await sql`
          delete from ${sql.raw(table)} where event_id = any(array(
            select event_id from ${sql.raw(table)} where event_id < ${firstId}::uuid order by event_id limit ${BATCH}))`.execute(
          tx,
        );
        return Number(numAffectedRows ?? 0);
      });
  }

  function midnightBefore(days: number): string {
    const midnight = Math.floor(now().getTime() / DAY_MS) * DAY_MS;
    return new Date(midnight - days * DAY_MS).toISOString();
  }

  return { expire };
}
