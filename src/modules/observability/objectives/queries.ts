import { sql, type Kysely, type Transaction } from 'kysely';
import type { ObservabilityTables } from '../tables.ts';
import { ALERT_WINDOWS, BUDGET_SECONDS, SLOT_SECONDS, type Counts } from './objectives.ts';
import type { RequestSpan } from './span.ts';

type Reader = Kysely<ObservabilityTables>;
type Writer = Transaction<ObservabilityTables>;

/** Adds to what other processes have counted at the same time. In one order, so that two processes cannot deadlock. */
export async function addCounts(
  tx: Writer,
  minute: string,
  counts: readonly (Counts & { readonly objective: string })[],
): Promise<void> {
  const added = sql`
    select objective, ${minute}::timestamptz as minute, good, bad
    from unnest(${counts.map(({ objective }) => objective)}::text[], ${counts.map(({ good }) => good)}::bigint[],
      ${counts.map(({ bad }) => bad)}::bigint[]) c (objective, good, bad) order by objective`;
  await sql`
    insert into observability.objective_minute as m (objective, minute, good, bad) ${added}
    on conflict (objective, minute) do update set good = m.good + excluded.good, bad = m.bad + excluded.bad`.execute(
    tx,
  );
  await sql`
    insert into observability.objective_slot as s (objective, slot, good, bad)
    select objective, date_bin(make_interval(secs => ${SLOT_SECONDS}), minute, 'epoch'), good, bad from (${added}) added
    on conflict (objective, slot) do update set good = s.good + excluded.good, bad = s.bad + excluded.bad`.execute(tx);
}

export interface WindowCounts extends Counts {
  readonly objective: string;
  readonly seconds: number;
}

/** What each objective counted in each window before `now`: those of alerts by minute, and the one of the budget. */
export async function countWindows(db: Reader, now: string): Promise<WindowCounts[]> {
  const { rows } = await sql<WindowCounts>`
    with recent as materialized (
      select objective, minute, good, bad from observability.objective_minute
      where minute > ${now}::timestamptz - make_interval(secs => ${Math.max(...ALERT_WINDOWS)}) and minute <= ${now}::timestamptz
    )
    select r.objective, w.seconds, sum(r.good)::float8 as good, sum(r.bad)::float8 as bad
    from unnest(${ALERT_WINDOWS}::int[]) w (seconds)
    join recent r on r.minute > ${now}::timestamptz - make_interval(secs => w.seconds)
    group by 1, 2
    union all
    select objective, ${BUDGET_SECONDS}::int, sum(good)::float8, sum(bad)::float8 from observability.objective_slot
    where slot > ${now}::timestamptz - make_interval(secs => ${BUDGET_SECONDS}) and slot <= ${now}::timestamptz
    group by 1`.execute(db);
  return rows;
}

/** What one objective counted, by slot, oldest first. */
export async function listSlots(db: Reader, objective: string, from: string) {
  const { rows } = await sql<Counts & { readonly atMs: number }>`
    select (extract(epoch from slot) * 1000)::float8 as at_ms, good::float8, bad::float8
    from observability.objective_slot where objective = ${objective} and slot >= ${from}::timestamptz
    order by slot`.execute(db);
  return rows;
}

export interface RequestStep {
  readonly at: string;
  readonly total: number;
  readonly errors: number;
  readonly reads: number;
  readonly slowReads: number;
}

/** What all processes have answered, by steps of a whole number of the rows that are kept; gaps are left out. */
export async function listRequests(
  db: Reader,
  { from, to, stepSeconds, isByMinute }: RequestSpan & { readonly from: string; readonly to: string },
): Promise<RequestStep[]> {
  const rows = isByMinute
    ? sql`select objective, minute as at, good, bad from observability.objective_minute`
    : sql`select objective, slot as at, good, bad from observability.objective_slot`;
  const found = await sql<RequestStep>`
    select date_bin(make_interval(secs => ${stepSeconds}), at, 'epoch') as at,
      coalesce(sum(good + bad) filter (where objective = 'availability'), 0)::float8 as total,
      coalesce(sum(bad) filter (where objective = 'availability'), 0)::float8 as errors,
      coalesce(sum(good + bad) filter (where objective = 'reads'), 0)::float8 as reads,
      coalesce(sum(bad) filter (where objective = 'reads'), 0)::float8 as slow_reads
    from (${rows}) counted
    where objective in ('availability', 'reads') and at >= ${from}::timestamptz and at < ${to}::timestamptz
    group by 1 order by 1`.execute(db);
  return found.rows;
}

/** When a process last recorded; null when none has. */
export async function lastRecordedAt(db: Reader, names: readonly string[]): Promise<string | null> {
  // For each objective the end of its own index.
  const { rows } = await sql<{ at: string | null }>`
    select max(l.minute) as at from unnest(${names}::text[]) o (objective)
    cross join lateral (
      select m.minute from observability.objective_minute m where m.objective = o.objective order by m.minute desc limit 1
    ) l`.execute(db);
  return rows[0]?.at ?? null;
}

/** At most `limit` of minutes, and of slots. Answers the most that it has deleted of one. */
export async function deleteCountsBefore(tx: Writer, minute: string, slot: string, limit: number): Promise<number> {
  const minutes = await sql`
    delete from observability.objective_minute where (objective, minute) in (
      select objective, minute from observability.objective_minute where minute < ${minute}::timestamptz
      order by minute limit ${limit})`.execute(tx);
  const slots = await sql`
    delete from observability.objective_slot where (objective, slot) in (
      select objective, slot from observability.objective_slot where slot < ${slot}::timestamptz
      order by slot limit ${limit})`.execute(tx);
  return Math.max(Number(minutes.numAffectedRows ?? 0), Number(slots.numAffectedRows ?? 0));
}
