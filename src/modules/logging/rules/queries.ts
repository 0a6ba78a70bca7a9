import { sql } from 'kysely';
import { newestFirst, pageQuery } from '#platform/database/port.ts';
import type { PageQuery } from '#kernel/page.ts';
import { MOST_SERVICES, uniteServices } from '../incidents/matched-services.ts';
import type { LoggingReader, LoggingWriter } from '../needs.ts';
import type { LoggingTables, RuleRow } from '../tables.ts';
import { bucketOf, windowMsOf, type MatchCount } from './matching.ts';
import type { Insertable, Updateable } from 'kysely';

export function listRules(db: LoggingReader, query: PageQuery) {
  return pageQuery(db, db.selectFrom('logging.rule').selectAll(), query, newestFirst());
}

export function findRule(db: LoggingReader, id: string): Promise<RuleRow | undefined> {
  return db.selectFrom('logging.rule').selectAll().where('id', '=', id).executeTakeFirst();
}

export function lockRule(tx: LoggingWriter, id: string): Promise<RuleRow | undefined> {
  return tx.selectFrom('logging.rule').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function countRules(db: LoggingReader): Promise<number> {
  const { count } = await db
    .selectFrom('logging.rule')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

export function insertRule(tx: LoggingWriter, row: Insertable<LoggingTables['logging.rule']>): Promise<RuleRow> {
  return tx.insertInto('logging.rule').values(row).returningAll().executeTakeFirstOrThrow();
}

export function updateRule(
  tx: LoggingWriter,
  id: string,
  change: Updateable<LoggingTables['logging.rule']>,
): Promise<RuleRow> {
  return tx
    .updateTable('logging.rule')
    .set((eb) => ({ ...change, version: eb('version', '+', 1), updatedAt: sql<string>`now()` }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The counts go with it; its incidents stay. */
export async function deleteRule(tx: LoggingWriter, id: string): Promise<void> {
  await deleteMatches(tx, id);
  await tx.deleteFrom('logging.rule').where('id', '=', id).execute();
}

export async function deleteMatches(tx: LoggingWriter, ruleId: string): Promise<void> {
  await tx.deleteFrom('logging.matchCount').where('ruleId', '=', ruleId).execute();
}

/** After a change of any rule: ingest reads the number, and reads the rules again when it is another one. */
export async function touchRuleSet(tx: LoggingWriter): Promise<number> {
  const { version } = await tx
    .updateTable('logging.ruleSet')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .returning('version')
    .executeTakeFirstOrThrow();
  return version;
}

/** Null when no rule is enabled. */
export async function watchedVersion(db: LoggingReader): Promise<number | null> {
  const isAnyEnabled = sql<boolean>`exists (select from logging.rule where is_enabled)`;
  const row = await db.selectFrom('logging.ruleSet').select('version').where(isAnyEnabled).executeTakeFirst();
  return row?.version ?? null;
}

export async function ruleSetVersion(db: LoggingReader): Promise<number> {
  return (await db.selectFrom('logging.ruleSet').select('version').executeTakeFirstOrThrow()).version;
}

export function listEnabled(db: LoggingReader): Promise<RuleRow[]> {
  return db.selectFrom('logging.rule').selectAll().where('isEnabled', '=', true).orderBy('id').execute();
}

/** In the order of their keys, so that two units cannot deadlock. */
export async function addMatches(tx: LoggingWriter, counts: readonly MatchCount[], writer: number): Promise<void> {
  await sql`
    insert into logging.match_count as m (rule_id, group_value, bucket, writer, matched, total, services)
    select c.rule_id, c.group_value, c.bucket, ${writer}::int, c.matched, c.total,
      array(select jsonb_array_elements_text(c.services))
    from unnest(${counts.map(({ compiled }) => compiled.rule.id)}::uuid[], ${counts.map((each) => each.groupValue)}::text[],
      ${counts.map(({ bucketMs }) => new Date(bucketMs).toISOString())}::timestamptz[],
      ${counts.map(({ matched }) => matched)}::bigint[], ${counts.map(({ total }) => total)}::bigint[],
      ${counts.map(({ services }) => JSON.stringify([...services]))}::jsonb[])
      with ordinality c (rule_id, group_value, bucket, matched, total, services, place)
    order by c.place
    on conflict (rule_id, group_value, bucket, writer)
      do update set matched = m.matched + excluded.matched, total = m.total + excluded.total,
        services = ${uniteServices(sql`m.services`, sql`excluded.services`)}`.execute(tx);
}

export interface WindowSum {
  readonly ruleId: string;
  readonly groupValue: string;
  readonly matched: number;
  readonly total: number;
}

/** What was counted for these rules and groups within the window of each rule that ends at `atMs`. */
export async function sumWindows(
  tx: LoggingReader,
  asked: readonly { readonly rule: RuleRow; readonly groupValue: string }[],
  atMs: number,
): Promise<WindowSum[]> {
  const since = asked.map(({ rule }) => sinceOf(rule, atMs));
  const { rows } = await sql<WindowSum>`
    select a.rule_id, a.group_value, sum(m.matched)::bigint as matched, sum(m.total)::bigint as total
    from unnest(${asked.map(({ rule }) => rule.id)}::uuid[], ${asked.map(({ groupValue }) => groupValue)}::text[],
      ${since}::timestamptz[]) a (rule_id, group_value, since)
    join logging.match_count m on m.rule_id = a.rule_id and m.group_value = a.group_value and m.bucket > a.since
    group by 1, 2`.execute(tx);
  return rows;
}

/** Of these rules and groups the services whose events matched within the window that ends at `atMs`. */
export async function listServices(
  tx: LoggingReader,
  asked: readonly { readonly rule: RuleRow; readonly groupValue: string }[],
  atMs: number,
): Promise<(ruleId: string, groupValue: string) => string[]> {
  if (asked.length === 0) return () => [];
  const since = asked.map(({ rule }) => sinceOf(rule, atMs));
  const { rows } = await sql<{ ruleId: string; groupValue: string; services: string[] }>`
    select a.rule_id, a.group_value, array_agg(distinct s.name order by s.name) as services
    from unnest(${asked.map(({ rule }) => rule.id)}::uuid[], ${asked.map(({ groupValue }) => groupValue)}::text[],
      ${since}::timestamptz[]) a (rule_id, group_value, since)
    join logging.match_count m on m.rule_id = a.rule_id and m.group_value = a.group_value and m.bucket > a.since
    cross join unnest(m.services) s (name)
    group by 1, 2`.execute(tx);
  const found = new Map(rows.map((row) => [`${row.ruleId} ${row.groupValue}`, row.services.slice(0, MOST_SERVICES)]));
  return (ruleId, groupValue) => found.get(`${ruleId} ${groupValue}`) ?? [];
}

/** The same sums for all groups of a rule that were counted within its window. */
export async function sumGroups(tx: LoggingReader, rule: RuleRow, atMs: number): Promise<WindowSum[]> {
  const { rows } = await sql<WindowSum>`
    select rule_id, group_value, sum(matched)::bigint as matched, sum(total)::bigint as total
    from logging.match_count where rule_id = ${rule.id} and bucket > ${sinceOf(rule, atMs)}::timestamptz
    group by 1, 2`.execute(tx);
  return rows;
}

/** When each group of a rule was last seen. */
export async function lastSeen(tx: LoggingReader, ruleId: string) {
  const { rows } = await sql<{ groupValue: string; at: string }>`
    select group_value, max(bucket) as at from logging.match_count where rule_id = ${ruleId} and matched > 0
    group by 1`.execute(tx);
  return rows;
}

const BATCH = 5000; // rows that one unit deletes
const SPARE_MS = 60_000; // windows begin by the clock of a process
const SEEN_DAYS = 31; // a group that was not seen for so long is forgotten
const LONGEST_DAYS = 1.1; // no window is longer than a day

/**
 * Deletes what no rule reads again: of thresholds and rates what is older than the window, of an absence all but the last
 * time that a group was seen, and what a transaction has counted for a rule that was deleted meanwhile.
 */
export async function pruneMatches(tx: LoggingWriter, atMs: number): Promise<void> {
  const DAY_MS = 86_400_000;
  const [spare, seen, longest] = [SPARE_MS, SEEN_DAYS * DAY_MS, LONGEST_DAYS * DAY_MS].map((ms) =>
    new Date(atMs - ms).toISOString(),
  );
  await sql`delete from logging.match_count where ctid = any (array(
    select m.ctid from logging.rule r join logging.match_count m on m.rule_id = r.id and m.bucket <
      ${spare}::timestamptz - case when r.kind = 'absence' then interval '0' else make_interval(secs => r.window_seconds) end
    where r.kind <> 'absence' or m.bucket < ${seen}::timestamptz
      or exists (select from logging.match_count n where n.rule_id = m.rule_id and n.group_value = m.group_value
        and n.bucket > m.bucket and n.matched > 0)
    limit ${BATCH}))`.execute(tx);
  await sql`delete from logging.match_count where ctid = any (array(
    select m.ctid from logging.match_count m where m.bucket < ${longest}::timestamptz
      and not exists (select from logging.rule r where r.id = m.rule_id) limit ${BATCH}))`.execute(tx);
}

function sinceOf(rule: RuleRow, atMs: number): string {
  return new Date(bucketOf(atMs) - windowMsOf(rule)).toISOString();
}
