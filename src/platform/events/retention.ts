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
    isNeeded: (partition) => `
      exists (select 1 from ${partition} e, platform.cursor c
        where e.xid >= pg_snapshot_xmax(c.seen) or e.xid = any (array(select pg_snapshot_xip(c.seen))))
      or exists (select 1 from platform.work w, ${partition} e
        where w.queue in ('platform.inbox', 'platform.outbox') and split_part(w.ref, ' ', 2) = e.xid::text and split_part(w.ref, ' ', 3) = e.pos::text)`,
  },
  {
    table: 'platform.inbox',
    keepDays: KEEP_DAYS,
    isNeeded: (partition) => `to_regclass('${partition.replace('inbox', 'event')}') is not null`,
  },
];
