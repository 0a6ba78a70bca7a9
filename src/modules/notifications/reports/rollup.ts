import { sql } from 'kysely';
import type { NotificationsReader, NotificationsWriter } from '../tables.ts';
import type { Latency, ReportQuery, Summary } from './schemas.ts';

const cells = sql.raw('hour, channel, category, template, provider, status, sent_hour, latency_step');
const dayCells = sql.raw('day, channel, category, template, provider, status, latency_step');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Adds the cells of `news`, with a count each, to those of hours and of days. */
const added = sql`
  by_hour as (
    insert into notifications.report as r (${cells}, count)
    select ${cells}, sum(count) from news group by ${cells} having sum(count) <> 0
    on conflict (${cells}) do update set count = r.count + excluded.count
  ),
  by_day as (
    insert into notifications.report_day as r (${dayCells}, count)
    select date_trunc('day', hour, 'UTC'), channel, category, template, provider, status, latency_step, sum(count)
    from news group by 1, 2, 3, 4, 5, 6, 7 having sum(count) <> 0
    on conflict (${dayCells}) do update set count = r.count + excluded.count
  )`;

/** Adds at most so many changes to the cells of the reports; answers how many. One process at a time does this. */
export async function addChanges(tx: NotificationsWriter, limit: number): Promise<number> {
  const { rows } = await sql<{ taken: number }>`
    with news as (
      delete from notifications.report_change where id = any(array(
        select id from notifications.report_change order by id limit ${limit}))
      returning *
    ),
    ${added}
    select count(*)::int8 as taken from news`.execute(tx);
  return rows[0]?.taken ?? 0;
}

/**
 * Counts at most so many of the messages from before the reports were counted; answers how many. Their rows are locked:
 * a change of one of them comes before, and is counted here, or after, and finds that it was counted.
 */
export async function countOlder(tx: NotificationsWriter, limit: number): Promise<number> {
  // By itself: the next statement sees what those have committed who held the row.
  const { rows: open } = await sql`select from notifications.report_backfill for update`.execute(tx);
  if (open.length === 0) return 0;
  const { rows } = await sql<{ looked: number }>`
    with todo as (select after, until from notifications.report_backfill),
    looked as materialized (
      select m as message from notifications.message m
      where m.id > (select after from todo) and m.id <= (select until from todo) order by m.id limit ${limit} for update
    ),
    news (${cells}, count) as (
      select date_trunc('hour', (message).created_at, 'UTC'), (message).channel, (message).category, (message).template,
             (message).provider, (message).status, date_trunc('hour', (message).sent_at, 'UTC'),
             notifications.latency_step(message), 1
      from looked
    ),
    ${added},
    moved as (
      update notifications.report_backfill set after = coalesce((select max((message).id::text)::uuid from looked), until)
    )
    select count(*)::int8 as looked from looked`.execute(tx);
  const looked = rows[0]?.looked ?? 0;
  if (looked < limit) await sql`delete from notifications.report_backfill`.execute(tx);
  return looked;
}

type RangedQuery = ReportQuery & { readonly from: string };

/** What the cells must have beside their time. */
function rulesOf({ channel, status, provider, template, category }: ReportQuery) {
  const rules = [sql`true`];
  if (channel) rules.push(sql`channel = ${channel}`);
  if (status) rules.push(sql`status = ${status}`);
  if (provider) rules.push(sql`provider = ${provider}`);
  if (template) rules.push(sql`template = ${template}`);
  if (category) rules.push(sql`category = ${category}`);
  return sql.join(rules, sql` and `);
}

/**
 * The cells of the hours of creation that `from` and `to` touch, with what is still to be added to them. Whole days are read
 * as such.
 */
function cellsOf(query: RangedQuery) {
  const columns = sql.raw('channel, category, template, provider, status, latency_step, count');
  const rules = rulesOf(query);
  const range = ({ from, to }: Span, column: string) =>
    sql.join(
      [sql`${sql.ref(column)} >= ${from}::timestamptz`, ...(to ? [sql`${sql.ref(column)} < ${to}::timestamptz`] : [])],
      sql` and `,
    );
  const { all, days, hours } = spansOf(query);
  const parts = [
    sql`select ${columns} from notifications.report_change where ${range(all, 'hour')} and ${rules}`,
    ...days.map(
      (span) => sql`select ${columns} from notifications.report_day where ${range(span, 'day')} and ${rules}`,
    ),
    ...hours.map((span) => sql`select ${columns} from notifications.report where ${range(span, 'hour')} and ${rules}`),
  ];
  return sql`(${sql.join(parts, sql` union all `)})`;
}

/** From an instant, to another one or without end. */
interface Span {
  readonly from: string;
  readonly to: string | undefined;
}

/** The days that a range has as a whole, and the hours before and after these. */
function spansOf({ from, to }: RangedQuery) {
  const toInstant = (ms: number) => new Date(ms).toISOString();
  const beginMs = Math.floor(Date.parse(from) / HOUR_MS) * HOUR_MS;
  const firstMs = Math.ceil(beginMs / DAY_MS) * DAY_MS;
  const lastMs = to ? Math.floor(Date.parse(to) / DAY_MS) * DAY_MS : Infinity;
  const all: Span = { from: toInstant(beginMs), to };
  if (firstMs >= lastMs) return { all, days: [], hours: [all] };
  const days: Span[] = [{ from: toInstant(firstMs), to: to && toInstant(lastMs) }];
  const before: Span = { from: all.from, to: toInstant(firstMs) };
  return { all, days, hours: to ? [before, { from: toInstant(lastMs), to }] : [before] };
}

export async function countByStatus(db: NotificationsReader, query: RangedQuery): Promise<Summary['totals']> {
  const { rows } = await sql<Summary['totals'][number]>`
    select channel, status, sum(count)::int8 as count from ${cellsOf(query)} cells
    group by 1, 2 having sum(count) <> 0 order by 1, 2`.execute(db);
  return rows;
}

/** Of a step: its middle, which is at most 4.5 % from every latency in it. */
const msOf = (quantile: number) => sql<number>`
  (2 ^ ((min(step) filter (where up_to >= ${quantile} * total) - 0.5) / 8))::float8`;

/** Latencies of `grouped`: what has a grouping, a key, a step and a count. */
const ranked = sql`
  select grouping, key, total::int8 as count, ${msOf(0.5)} as p50_ms, ${msOf(0.95)} as p95_ms, ${msOf(0.99)} as p99_ms
  from (
    select *, sum(count) over (partition by grouping, key order by step) as up_to,
           sum(count) over (partition by grouping, key) as total
    from grouped where key is not null
  ) ranked group by grouping, key, total order by key`;

/** By channel, provider and template; `grouping` says by which. */
export async function latenciesOf(
  db: NotificationsReader,
  query: RangedQuery,
): Promise<(Latency & { grouping: number })[]> {
  const { rows } = await sql<Latency & { grouping: number }>`
    with grouped as (
      select grouping(channel, provider, template) as grouping, latency_step as step, sum(count) as count,
             coalesce(channel, provider, template) as key
      from ${cellsOf(query)} cells where latency_step is not null
      group by grouping sets ((channel, latency_step), (provider, latency_step), (template, latency_step))
      having sum(count) <> 0
    ) ${ranked}`.execute(db);
  return rows;
}

/** By hour of sending, of messages created from `from` to `to`. */
export async function hourlyLatenciesOf(db: NotificationsReader, query: RangedQuery): Promise<Latency[]> {
  const { from, to } = query;
  const within = sql`hour >= date_trunc('hour', ${from}::timestamptz, 'UTC')
    ${to ? sql`and hour < ${to}::timestamptz` : sql``} and ${rulesOf(query)} and sent_hour is not null`;
  const { rows } = await sql<Latency>`
    with grouped as (
      select 0 as grouping, latency_step as step, sum(count) as count,
             to_char(sent_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24":00:00.000Z"') as key
      from (select sent_hour, latency_step, count from notifications.report where ${within}
        union all select sent_hour, latency_step, count from notifications.report_change where ${within}) cells
      group by sent_hour, latency_step having sum(count) <> 0
    ) ${ranked}`.execute(db);
  return rows;
}
