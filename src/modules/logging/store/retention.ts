import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import type { DailyTable } from '#platform/database/port.ts';
import { levels } from '../contract.ts';
import type { LoggingConfig, LoggingNeeds } from '../needs.ts';
import { toLevelNumber } from './rows.ts';
import { EVENT_COLUMNS, toEvent, uncount, type FoundEvent } from './queries.ts';

const DAY_MS = 86_400_000;
const BATCH = 1000;

/** Days are dropped when no level keeps them. */
export function dailyTablesOf({ loggingKeepDays, loggingKeepDaysByLevel }: LoggingConfig): DailyTable[] {
  const keepDays = Math.max(loggingKeepDays, ...loggingKeepDaysByLevel.values());
  const isNeeded = () => 'false';
  return [
    { table: 'logging.event', keepDays, isNeeded },
    { table: 'logging.rollup', keepDays, isNeeded },
    { table: 'logging.word', keepDays, isNeeded },
  ];
}

/** Levels that are kept for a shorter time than the day that they are in. */
export function createRetention({ db, config, now }: Pick<LoggingNeeds, 'db' | 'config' | 'now'>) {
  const daysOf = (level: (typeof levels)[number]) => config.loggingKeepDaysByLevel.get(level) ?? config.loggingKeepDays;
  const longest = Math.max(...levels.map(daysOf));

  async function expire(signal: AbortSignal) {
    for (const level of levels.filter((each) => daysOf(each) < longest)) {
      const midnight = Math.floor(now().getTime() / DAY_MS) * DAY_MS;
      const before = new Date(midnight - daysOf(level) * DAY_MS).toISOString();
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
    }
    await sql`delete from logging.corruption c
      where not exists (select from logging.event e where e.id = c.event_id)`.execute(db.read);
    return { write: async () => {} };
  }

  return { expire };
}
