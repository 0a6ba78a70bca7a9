import { sql } from 'kysely';
import type { NotificationsReader, NotificationsWriter } from '../tables.ts';
import type { Latency, ReportQuery, Summary } from './schemas.ts';

const cells = sql.raw('hour, channel, category, template, provider, status, sent_hour, latency_step');

/** Adds at most so many changes to the cells of the reports; answers how many. One process at a time does this. */
export async function addChanges(tx: NotificationsWriter, limit: number): Promise<number> {
  const { rows } = await sql<{ taken: number }>`
    with taken as (
      delete from notifications.report_change where id = any(array(
        select id from notifications.report_change order by id limit ${limit}))
      returning *
    ),
    added as (
      insert into notifications.report as r (${cells}, count)
      select ${cells}, sum(count) from taken group by ${cells} having sum(count) <> 0
      on conflict (${cells}) do update set count = r.count + excluded.count
    )
    select count(*)::int8 as taken from taken`.execute(tx);
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
    added as (
      insert into notifications.report as r (${cells}, count)
      select date_trunc('hour', (message).created_at, 'UTC'), (message).channel, (message).category, (message).template,
             (message).provider, (message).status, date_trunc('hour', (message).sent_at, 'UTC'),
             notifications.latency_step(message), count(*)
      from looked group by 1, 2, 3, 4, 5, 6, 7, 8
      on conflict (${cells}) do update set count = r.count + excluded.count
    ),
    moved as (
      update notifications.report_backfill set after = coalesce((select max((message).id::text)::uuid from looked), until)
    )
    select count(*)::int8 as looked from looked`.execute(tx);
  const looked = rows[0]?.looked ?? 0;
  if (looked < limit) await sql`delete from notifications.report_backfill`.execute(tx);
  return looked;
}

/** The cells of the hours of creation that `from` and `to` touch, with what is still to be added to them. */
function cellsOf({ channel, status, provider, template, category, from, to }: ReportQuery & { readonly from: string }) {
  const rules = [sql`hour >= date_trunc('hour', ${from}::timestamptz, 'UTC')`];
  if (to) rules.push(sql`hour < ${to}::timestamptz`);
  if (channel) rules.push(sql`channel = ${channel}`);
  if (status) rules.push(sql`status = ${status}`);
  if (provider) rules.push(sql`provider = ${provider}`);
  if (template) rules.push(sql`template = ${template}`);
  if (category) rules.push(sql`category = ${category}`);
  const where = sql.join(rules, sql` and `);
  return sql`(select ${cells}, count from notifications.report where ${where}
    union all select ${cells}, count from notifications.report_change where ${where})`;
}

export async function countByStatus(
  db: NotificationsReader,
  query: ReportQuery & { readonly from: string },
): Promise<Summary['totals']> {
  const { rows } = await sql<Summary['totals'][number]>`
    select channel, status, sum(count)::int8 as count from ${cellsOf(query)} cells
    group by 1, 2 having sum(count) <> 0 order by 1, 2`.execute(db);
  return rows;
}

/** Of a step: its middle, which is at most 4.5 % from every latency in it. */
const msOf = (quantile: number) => sql<number>`
  (2 ^ ((min(step) filter (where up_to >= ${quantile} * total) - 0.5) / 8))::float8`;

/** By channel, provider, template and hour of sending; `grouping` says by which. */
export async function latenciesOf(
  db: NotificationsReader,
  query: ReportQuery & { readonly from: string },
): Promise<(Latency & { grouping: number })[]> {
  const { rows } = await sql<Latency & { grouping: number }>`
    with grouped as (
      select grouping(channel, provider, template, sent_hour) as grouping, latency_step as step, sum(count) as count,
             coalesce(channel, provider, template,
               to_char(sent_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24":00:00.000Z"')) as key
      from ${cellsOf(query)} cells where sent_hour is not null
      group by grouping sets ((channel, latency_step), (provider, latency_step), (template, latency_step),
        (sent_hour, latency_step)) having sum(count) <> 0
    ),
    ranked as (
      select *, sum(count) over (partition by grouping, key order by step) as up_to,
             sum(count) over (partition by grouping, key) as total
      from grouped where key is not null
    )
    select grouping, key, total::int8 as count, ${msOf(0.5)} as p50_ms, ${msOf(0.95)} as p95_ms, ${msOf(0.99)} as p99_ms
    from ranked group by grouping, key, total order by key`.execute(db);
  return rows;
}
