import type { DailyTable } from '#platform/database/partitions.ts';

const KEEP_DAYS = 7; // for looking back; what is not delivered is kept however old

/**
 * A day of the log is needed while a cursor has not seen all of it, or an event of it was put aside. A day
 * of the inbox is needed as long as the log's: a delivery that is repeated must find what was done.
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
