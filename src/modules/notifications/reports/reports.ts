import { Readable } from 'node:stream';
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { toCsv } from '#kernel/csv.ts';
import { mapPage } from '#kernel/page.ts';
import { newestFirst, pageQuery, type Db } from '#platform/database/port.ts';
import type { NotificationsTables, StoredMessage } from '../tables.ts';
import { mask, type MessageSealing } from '../sealing.ts';
import type { Detail, DetailsQuery, Latency, ReportQuery, Summary } from './schemas.ts';

const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;
const CSV_BATCH = 500;
const MAX_KEYS = 200;

export interface StatisticsNeeds {
  readonly db: Db<NotificationsTables>;
  readonly sealing: MessageSealing;
  readonly now: () => Date;
}

type DetailRow = Pick<
  StoredMessage,
  | 'id'
  | 'channel'
  | 'category'
  | 'template'
  | 'status'
  | 'statusReason'
  | 'provider'
  | 'attemptCount'
  | 'createdAt'
  | 'sentAt'
  | 'recipientSealed'
> & { latencyMs: number | null; lastError: string | null };

const latencyMs = sql<number | null>`
  round(extract(epoch from m.sent_at - coalesce(m.scheduled_at, m.created_at)) * 1000)::int8`;
const lastError = sql<string | null>`(
  select a.error from notifications.attempt a where a.message_id = m.id and a.error is not null
  order by a.number desc limit 1)`;

/** How all messages were delivered. Recipients are masked; contents are not shown. */
export function createStatistics({ db, sealing, now }: StatisticsNeeds) {
  function matching({ channel, status, provider, template, category, from, to }: ReportQuery): RawBuilder<SqlBool> {
    const begin = from ?? new Date(now().getTime() - DEFAULT_DAYS * DAY_MS).toISOString();
    const rules = [sql<SqlBool>`m.created_at >= ${begin}::timestamptz`];
    if (to) rules.push(sql`m.created_at < ${to}::timestamptz`);
    if (channel) rules.push(sql`m.channel = ${channel}`);
    if (status) rules.push(sql`m.status = ${status}`);
    if (provider) rules.push(sql`m.provider = ${provider}`);
    if (template) rules.push(sql`m.template = ${template}`);
    if (category) rules.push(sql`m.category = ${category}`);
    return sql<SqlBool>`${sql.join(rules, sql` and `)}`;
  }

  async function summary(query: ReportQuery): Promise<Summary> {
    const match = matching(query);
    const { rows: totals } = await sql<Summary['totals'][number]>`
      select m.channel, m.status, count(*)::int8 as count from notifications.message m where ${match}
      group by 1, 2 order by 1, 2`.execute(db.read);
    const sum = (...statuses: string[]) =>
      totals.reduce((total, { status, count }) => total + (statuses.includes(status) ? count : 0), 0);
    const ended = sum('sent', 'delivered', 'failed');
    return {
      totalCount: totals.reduce((total, { count }) => total + count, 0),
      totals,
      successRate: ended === 0 ? null : sum('sent', 'delivered') / ended,
      latency: await latencies(match),
    };
  }

  /** All four groupings in one pass over the messages. */
  async function latencies(match: RawBuilder<SqlBool>): Promise<Summary['latency']> {
    const { rows } = await sql<Latency & { grouping: number }>`
      with taken as (
        select m.channel, coalesce(m.provider, '') as provider, coalesce(m.template, '') as template,
               to_char(m.sent_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24":00:00.000Z"') as hour,
               greatest(0, extract(epoch from m.sent_at - coalesce(m.scheduled_at, m.created_at)) * 1000) as ms
        from notifications.message m where ${match} and m.sent_at is not null
      )
      select coalesce(channel, provider, template, hour) as key, grouping(channel, provider, template, hour) as grouping,
             count(*)::int8 as count,
             percentile_cont(0.5) within group (order by ms)::float8 as p50_ms,
             percentile_cont(0.95) within group (order by ms)::float8 as p95_ms,
             percentile_cont(0.99) within group (order by ms)::float8 as p99_ms
      from taken group by grouping sets ((channel), (provider), (template), (hour)) order by 1`.execute(db.read);
    const of = (grouping: number) => rows.filter((row) => row.grouping === grouping && row.key !== '').map(toLatency);
    return {
      byChannel: of(0b0111),
      byProvider: of(0b1011),
      byTemplate: of(0b1101).slice(0, MAX_KEYS),
      byHour: of(0b1110).slice(-MAX_KEYS * 4),
    };
  }

  function detailsOf(match: RawBuilder<SqlBool>) {
    return db.read
      .selectFrom('notifications.message as m')
      .where(match)
      .select(['m.id', 'm.channel', 'm.category', 'm.template', 'm.status', 'm.statusReason', 'm.provider'])
      .select(['m.attemptCount', 'm.createdAt', 'm.sentAt', 'm.recipientSealed'])
      .select([latencyMs.as('latencyMs'), lastError.as('lastError')]);
  }

  async function details(query: DetailsQuery) {
    return mapPage(await pageQuery(db.read, detailsOf(matching(query)), query, newestFirst('m.id')), toDetail);
  }

  /** All that match, newest first; read in batches, as fast as the client reads. */
  function csv(query: ReportQuery): Readable {
    return toCsv(Object.keys(columns) as (keyof Detail)[], all(matching(query)));
  }

  async function* all(match: RawBuilder<SqlBool>): AsyncGenerator<Detail> {
    let before: string | null = null;
    for (;;) {
      const older = before === null ? detailsOf(match) : detailsOf(match).where('m.id', '<', before);
      const rows: DetailRow[] = await older.orderBy('m.id', 'desc').limit(CSV_BATCH).execute();
      for (const row of rows) yield toDetail(row);
      before = rows.at(-1)?.id ?? null;
      if (rows.length < CSV_BATCH) return;
    }
  }

  function toDetail({ recipientSealed, ...row }: DetailRow): Detail {
    const recipient = sealing.openRecipient({ id: row.id, recipientSealed });
    return { ...row, recipient: row.channel === 'inApp' ? recipient : mask(recipient) };
  }

  return { summary, details, csv };
}

function toLatency({ key, count, p50Ms, p95Ms, p99Ms }: Latency): Latency {
  return { key, count, p50Ms, p95Ms, p99Ms };
}

export type Statistics = ReturnType<typeof createStatistics>;

const columns: Record<keyof Detail, true> = {
  id: true,
  createdAt: true,
  channel: true,
  category: true,
  template: true,
  recipient: true,
  status: true,
  statusReason: true,
  provider: true,
  attemptCount: true,
  latencyMs: true,
  lastError: true,
  sentAt: true,
};
