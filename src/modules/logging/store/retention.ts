import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import { smallestIdAt } from '#kernel/id.ts';
import type { DailyTable } from '#platform/database/port.ts';
import { levels } from '../contract.ts';
import type { LoggingConfig, LoggingNeeds } from '../needs.ts';
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

export interface EventRetentionNeeds extends Pick<LoggingNeeds, 'db' | 'config' | 'now'> {
  /** Null when PostgreSQL has all events. */
  readonly archive: Archive | null;
}

/** Levels that are kept for a shorter time than the day that they are in. */
export function createRetention({ db, config, archive, now }: EventRetentionNeeds) {
  const daysOf = (level: (typeof levels)[number]) => config.loggingKeepDaysByLevel.get(level) ?? config.loggingKeepDays;
  const longest = Math.max(...levels.map(daysOf));

  async function expire(signal: AbortSignal) {
    for (const level of levels.filter((each) => daysOf(each) < longest)) {
      const before = midnightBefore(daysOf(level));
      for (let deleted = BATCH; deleted === BATCH && !signal.aborted;)
        deleted = await db.write(system('logging'), async ({ tx }) => {
          const { rows } = await sql<FoundEvent & { deletedAt: string | null }>`
            delete from logging.event e using (
              select id, received_at from logging.event
              where received_at < ${before}::timestamptz and level = ${toLevelNumber(level)} limit ${BATCH}) old
            where e.id = old.id and e.received_at = old.received_at
            returning ${EVENT_COLUMNS}, e.deleted_at`.execute(tx);
          await uncount(tx, rows.filter(({ deletedAt }) => deletedAt === null).map(toEvent));
          return rows.length;
        });
      if (archive) await expireArchived(archive, level, before);
    }
    if (archive) await dropDays(archive);
    else
      await sql`delete from logging.corruption c
        where not exists (select from logging.event e where e.id = c.event_id)`.execute(db.read);
    return { write: async () => {} };
  }

  /** The events first: without them no count is wrong for long, and a run that ends here does it again. */
  async function expireArchived(archived: Archive, level: (typeof levels)[number], before: string): Promise<void> {
    const old = `level = ${toLevelNumber(level)} and received_at < ${instant('before')}`;
    const found = await archived.select(`select 1 from ${ARCHIVE_TABLE} where ${old} limit 1`, { before }, COUNT_MS);
    // A mutation writes parts again, so there is none for nothing.
    if (found?.length !== 0) await archived.command(`alter table ${ARCHIVE_TABLE} delete where ${old}`, { before });
    await sql`delete from logging.rollup
      where day < ${before}::timestamptz and level = ${toLevelNumber(level)}`.execute(db.read);
  }

  /** With what is known of single events of these days. */
  async function dropDays(archived: Archive): Promise<void> {
    const before = midnightBefore(keepDaysOf(config));
    const days = await archived.select<{ day: number }>(
      `select distinct toYYYYMMDD(received_at) as day from ${ARCHIVE_TABLE} where received_at < ${instant('before')}`,
      { before },
      COUNT_MS,
    );
    if (!days) return; // the next run tries again
    for (const { day } of days) await archived.command(`alter table ${ARCHIVE_TABLE} drop partition ${day}`);
    const firstId = smallestIdAt(Date.parse(before));
    await db.write(system('logging'), async ({ tx }) => {
      await tx.deleteFrom('logging.corruption').where('eventId', '<', firstId).execute();
      await tx.deleteFrom('logging.archiveDeletion').where('eventId', '<', firstId).execute();
    });
  }

  function midnightBefore(days: number): string {
    const midnight = Math.floor(now().getTime() / DAY_MS) * DAY_MS;
    return new Date(midnight - days * DAY_MS).toISOString();
  }

  return { expire };
}
