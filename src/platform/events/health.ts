import type { Pool } from '#platform/database/pool.ts';
import type { Component } from '#platform/health/port.ts';
import type { Consumer } from './delivery.ts';

const LATE_SECONDS = 120; // after a minute without a broker the lag is a minute for some seconds: that is no fault of a consumer
const TOLD_MINUTES = 15; // so long an operator is told
const LOOK_AT = 1000; // events behind a cursor, of any type, in which the oldest open one is looked for
/** Partitions of days to come are empty, and need not be asked. A day more, whatever the clocks say. */
const IS_WRITTEN = `at < now() + interval '1 day'`;

/** How far one consumer is behind the log. */
export interface Lag {
  readonly consumer: string;
  /**
   * Age of the oldest event that it has neither handled nor parked; 0 when there is none. When the next 1,000 events are
   * done already, the age of the last of these.
   */
  readonly seconds: number;
  /** Events that it has neither handled nor parked, counted among the next 1,000 of the log. */
  readonly pending: number;
  /** Events that the broker did not deliver and that were taken from the log, ever. */
  readonly lost: number;
  readonly isLostRecently: boolean;
  /** Messages that it has sent to the dead-letter queue, ever. */
  readonly refused: number;
  readonly isRefusedRecently: boolean;
}

/** For both transports; one row per consumer that has a cursor. */
export async function readLags(pool: Pool, consumers: readonly Consumer[]): Promise<Lag[]> {
  const subscribed = consumers.flatMap(({ name, subscriptions }) =>
    subscriptions.map(({ event }) => ({ name, type: event.type })),
  );
  const { rows } = await pool.query<Lag>(
    `with wanted as (
       select name, array_agg(type) as types from unnest($1::text[], $2::text[]) s (name, type) group by 1
     )
     select c.consumer, c.lost, coalesce(c.lost_at > now() - interval '${TOLD_MINUTES} min', false) as "isLostRecently",
       c.refused, coalesce(c.refused_at > now() - interval '${TOLD_MINUTES} min', false) as "isRefusedRecently",
       coalesce(extract(epoch from now() - o.at), 0)::float8 as seconds, o.pending
     from wanted s join platform.cursor c on c.consumer = s.name
     cross join lateral (
       select coalesce(
         min(e.at) filter (where e.type = any (s.types)
           and (c.head is null or e.pos > c.pos or not pg_visible_in_snapshot(e.xid, c.head))),
         case when count(*) >= ${LOOK_AT} then max(e.at) end
       ) as at,
       count(*) filter (where e.type = any (s.types)
         and (c.head is null or e.pos > c.pos or not pg_visible_in_snapshot(e.xid, c.head))) as pending
       from (
         (select xid, pos, at, type from platform.event where xid >= pg_snapshot_xmax(c.seen) and ${IS_WRITTEN}
          order by xid, pos limit ${LOOK_AT})
         union all
         (select late.* from pg_snapshot_xip(c.seen) running (xid) cross join lateral (
            select xid, pos, at, type from platform.event where xid = running.xid and ${IS_WRITTEN} order by pos limit ${LOOK_AT}
          ) late limit ${LOOK_AT})
       ) e
     ) o
     order by 1`,
    [subscribed.map(({ name }) => name), subscribed.map(({ type }) => type)],
  );
  return rows;
}

/** Degraded while a consumer is late, and for a quarter of an hour after events were lost or messages refused. */
export function eventsComponent(pool: Pool, consumers: readonly Consumer[]): Component {
  return {
    name: 'events',
    isRequired: false,
    async probe() {
      const lags = await readLags(pool, consumers);
      const late = lags.filter(({ seconds }) => seconds > LATE_SECONDS);
      const lost = lags.filter(({ isLostRecently }) => isLostRecently);
      const refused = lags.filter(({ isRefusedRecently }) => isRefusedRecently);
      const problems = [
        ...late.map(({ consumer, seconds }) => `consumer ${consumer} is ${Math.round(seconds)} s behind the event log`),
        ...lost.map(
          (lag) =>
            `the broker did not deliver events of consumer ${lag.consumer} within the last ${TOLD_MINUTES} minutes (${lag.lost} in all); they were taken from the log`,
        ),
        ...refused.map(
          (lag) =>
            `consumer ${lag.consumer} has sent messages to the dead-letter queue within the last ${TOLD_MINUTES} minutes (${lag.refused} in all); the log names them`,
        ),
      ];
      if (problems.length > 0) throw new Error(problems.join('; '));
    },
  };
}
