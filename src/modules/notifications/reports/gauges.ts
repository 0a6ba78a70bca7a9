import { sql } from 'kysely';
import { gaugesOf, single } from '#platform/telemetry/port.ts';
import { countByStatus } from './rollup.ts';
import { successRateOf, type StatisticsNeeds } from './reports.ts';

const DAY_MS = 86_400_000;
const COUNT_CAP = 10_000;
const LEAST = 50; // of five messages one wrong address would be a fifth

export function deliveryGauges({ db, now }: Pick<StatisticsNeeds, 'db' | 'now'>) {
  async function countPending(): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select sum(c.count)::int8 as count from unnest(array['pending', 'sending']) s (status) cross join lateral (
        select count(*) as count from (
          select from notifications.message m where m.status = s.status limit ${COUNT_CAP}) counted) c`.execute(
      db.read,
    );
    return rows[0]?.count ?? 0;
  }

  async function read() {
    const from = new Date(now().getTime() - DAY_MS).toISOString();
    const [pending, totals] = await Promise.all([countPending(), countByStatus(db.read, { from })]);
    return { pending, totals };
  }

  return gaugesOf(read, [
    {
      name: 'bonyan_notifications_pending',
      help: 'Messages that are being sent or wait for it, counted up to 10,000 of each',
      labels: [],
      toSamples: ({ pending }) => single(pending),
    },
    {
      name: 'bonyan_notifications_last_day',
      help: 'Messages of the last 24 hours by channel and status',
      labels: ['channel', 'status'],
      toSamples: ({ totals }) =>
        totals.map(({ channel, status, count }) => ({ labels: [channel, status], value: count })),
    },
    {
      name: 'bonyan_notifications_success_ratio',
      help: 'Share of the messages of the last 24 hours that were sent, of those that were sent or failed; none with fewer than 50',
      labels: [],
      atLeast: 0.9, // addresses that do not exist are part of every day
      toSamples: ({ totals }) => single(successRateOf(totals, LEAST)),
    },
  ]);
}
