import { sql } from 'kysely';
import { smallestIdAt } from '#kernel/id.ts';
import { gaugesOf, single, type GaugeDef } from '#platform/telemetry/port.ts';
import type { LoggingNeeds } from '../needs.ts';
import type { Relay } from './relay.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const COUNT_CAP = 10_000;

export interface StoreGaugesNeeds extends Pick<LoggingNeeds, 'db' | 'now'> {
  /** Events that wait in this process until they are committed. */
  readonly waiting: () => number;
  /** Up to when events are in ClickHouse; null without it. */
  readonly relay: Pick<Relay, 'mark'> | null;
}

/** A minute is copied when it has been over for a minute, by a run in each minute. */
const RELAY_BEHIND_SECONDS = 900;

export function storeGauges({ db, now, waiting, relay }: StoreGaugesNeeds): GaugeDef[] {
  async function read() {
    const minute = new Date(Math.floor(now().getTime() / MINUTE_MS) * MINUTE_MS - MINUTE_MS).toISOString();
    const today = `${now().toISOString().slice(0, 10)}T00:00:00.000Z`;
    const days = [today, new Date(Date.parse(today) - DAY_MS).toISOString()]; // each by the key of its partition
    // Of the day of their receipt, so that both figures of the share have the same events.
    const { rows } = await sql<{ lastMinute: number; received: number; corrupted: number }>`
      select coalesce((select sum(count) from logging.rollup
          where day = any(${days}::timestamptz[]) and seconds = 60 and bucket = ${minute}::timestamptz), 0)::int8 as last_minute,
        coalesce((select sum(count) from logging.rollup where day = ${today}::timestamptz and seconds = 86400), 0)::int8 as received,
        (select count(*) from (select from logging.corruption where event_id >= ${smallestIdAt(Date.parse(today))}
          and event_id < ${smallestIdAt(Date.parse(today) + DAY_MS)} limit ${COUNT_CAP}) counted) as corrupted`.execute(
      db.read,
    );
    return rows[0] ?? { lastMinute: 0, received: 0, corrupted: 0 };
  }

  const relayBehind = async ({ mark }: Pick<Relay, 'mark'>) => {
    const to = await mark();
    return single(to === null ? null : Math.max(0, now().getTime() - Date.parse(to)) / 1000);
  };

  return [
    ...(relay
      ? [
          {
            name: 'bonyan_logging_relay_behind_seconds',
            help: 'Age of the oldest events that are not in ClickHouse yet',
            labels: [],
            atMost: RELAY_BEHIND_SECONDS,
            read: () => relayBehind(relay),
          },
        ]
      : []),
    ...gaugesOf(read, [
      {
        name: 'bonyan_logging_events_per_second',
        help: 'Events of the last whole minute',
        labels: [],
        toSamples: ({ lastMinute }) => single(lastMinute / 60),
      },
      {
        name: 'bonyan_logging_corrupted_ratio',
        help: 'Share of the events of today whose checksum did not match when they were read',
        labels: [],
        atMost: 0,
        toSamples: ({ received, corrupted }) => single(received === 0 ? null : corrupted / received),
      },
    ]),
    {
      name: 'bonyan_logging_waiting_events',
      help: 'Events that wait in this process until they are stored',
      labels: [],
      read: () => single(waiting()),
    },
  ];
}
