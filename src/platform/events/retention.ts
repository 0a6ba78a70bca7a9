import { hasUnseenQuery } from './cursor.ts';
import type { DailyTable } from '#platform/database/partitions.ts';

const KEEP_DAYS = 7; // for inspection; undelivered events are kept longer

/**
 * A day's partition of the log is needed while a cursor has not passed it, or one of its events is parked. A day of the
 * inbox is needed while that day of the log exists: a repeated delivery must find what was handled.
 */
export const eventTables: readonly DailyTable[] = [
  {
    table: 'platform.event',
    keepDays: KEEP_DAYS,
    // Parked items first, then each in the types of the index: compared as text, every event is read for every item.
    isNeeded: (partition) => `
      exists (select 1 from platform.cursor c where ${hasUnseenQuery(partition)})
      or exists (
        with parked as materialized (
          select split_part(ref, ' ', 2)::xid8 as xid, split_part(ref, ' ', 3)::bigint as pos
          from platform.work where queue in ('platform.inbox', 'platform.outbox'))
        select 1 from parked p where p.pos = (
          select e.pos from ${partition} e where e.xid = p.xid and e.pos >= p.pos order by e.pos limit 1))`,
  },
  {
    table: 'platform.inbox',
    keepDays: KEEP_DAYS,
    isNeeded: (partition) => `to_regclass('${partition.replace('inbox', 'event')}') is not null`,
  },
];
