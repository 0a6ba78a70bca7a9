import { sql, type SqlBool } from 'kysely';
import { smallestIdAt } from '#kernel/id.ts';
import type { PageQuery } from '#kernel/page.ts';
import { isExactly, newestFirst, pageQuery, type Filter } from '#platform/database/port.ts';
import { heldItems, type Holding, type Work } from '#platform/work/port.ts';
import type { ExecutionStatus, JobStatus, ScheduledJob, Trigger } from '../contract.ts';
import { isUnfinished } from '../executions/create.ts';
import { EXECUTION_COLUMNS } from '../queries.ts';
import type { ExecutionDetail } from '../schemas.ts';
import type { AllExecutionsQuery } from './schemas.ts';
import type { SchedulerReader, SchedulerWriter } from '../tables.ts';

/** One page, newest first. With `jobId`, the index of the job is read; it has the order of the list. */
export function listExecutions(db: SchedulerReader, query: AllExecutionsQuery & PageQuery) {
  const { jobId, status } = query;
  let rows = matching(db, query).select(EXECUTION_COLUMNS);
  // Every other state is rare, and has an index.
  if (status !== undefined && status !== 'succeeded') rows = rows.where(isInState(status));
  const filters: Filter[] = status === 'succeeded' ? [{ condition: isInState(status) }] : [];
  return pageQuery(
    db,
    rows,
    query,
    { ...newestFirst(), ...(jobId !== undefined && { bound: 'job_id desc' }) },
    filters,
  );
}

/** Executions of a job, or of all, that were made in that time. With a job, what orders them begins with `job_id desc`, as its index does when it is read from its end. */
export function matching(db: SchedulerReader, { jobId, from, to }: Omit<AllExecutionsQuery, 'status'>) {
  let rows = db.selectFrom('scheduler.execution');
  if (jobId !== undefined) rows = rows.where(isExactly('job_id', jobId));
  if (from !== undefined) rows = rows.where('id', '>=', smallestIdAt(Date.parse(from)));
  if (to !== undefined) rows = rows.where('id', '<', smallestIdAt(Date.parse(to)));
  return rows;
}

/** As a literal, so that the planner knows which partial index has the rows. */
export function isInState(status: ExecutionStatus) {
  return sql<SqlBool>`status = ${sql.lit(status)}`;
}

export function findExecution(db: SchedulerReader, id: string): Promise<ExecutionDetail | undefined> {
  return db
    .selectFrom('scheduler.execution')
    .select(EXECUTION_COLUMNS)
    .select(['fencingToken', 'pastAttempts', 'log'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** A run that has not ended, and what its job says at this moment. */
export interface RunnableRow {
  readonly id: string;
  readonly jobId: string;
  readonly status: string;
  readonly jobStatus: JobStatus;
  readonly triggeredBy: Trigger;
  readonly occurrenceAtUtc: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly type: string;
  readonly ownerId: string | null;
  readonly payload: Record<string, unknown>;
  readonly secret: Buffer | null;
  readonly retryBackoffSeconds: number;
  readonly backoff: ScheduledJob['backoff'];
  readonly maxExecutionSeconds: number;
  readonly maxConsecutiveFailures: number;
  readonly concurrencyKey: string | null;
  /** It may begin, now or when another run of its job has ended. */
  readonly isReady: boolean;
  /** Of the attempt that has begun; null for none. */
  readonly begunAttempt: number | null;
  readonly fencingToken: number | null;
  /** The work item of the run: its `ref`. */
  readonly item: string;
}

/** A work item names a run, and its generation unless that is 0. */
export function toRunId(ref: string): string {
  return ref.split(' ', 1)[0] ?? ref;
}

/** Ids and types of those that have not ended. */
export async function listTypes(tx: SchedulerWriter, ids: readonly string[]): Promise<{ id: string; type: string }[]> {
  const { rows } = await sql<{ id: string; type: string }>`
    select id, type from scheduler.execution
    where id = any(${ids}::uuid[]) and ${isUnfinished}`.execute(tx);
  return rows;
}

/**
 * Locks the jobs that allow no overlaps, and concurrency keys: two nodes that begin such runs at the same instant would not see
 * each other's. Jobs before keys and runs, each in one order, as everywhere. A key holds among the jobs of one owner and type.
 */
export async function lockSerialJobs(tx: SchedulerWriter, items: readonly Pick<Work, 'ref'>[]): Promise<void> {
  await sql`
    with serial as materialized (
      select hashtext(concat_ws(' ', 'scheduler.key', owner_id, type, concurrency_key)) as hash, concurrency_key from scheduler.job
      where id = any(array(select job_id from scheduler.execution where id = any(${items.map(({ ref }) => toRunId(ref))}::uuid[])))
        and (concurrency <> 'allow' or concurrency_key is not null)
      order by id for no key update
    )
    select pg_advisory_xact_lock(hash) from (select distinct hash from serial where concurrency_key is not null order by hash) keys`.execute(
    tx,
  );
}

/**
 * Records that attempts begin, where the item is still held: a process that was frozen for longer than its lease must not
 * begin what another one holds. Items of another generation of a run are ignored. A run that was running was lost with its process: that was an attempt of its own. One that
 * has used its attempts does not begin, and one whose job is stopped only if somebody has asked for it. Runs of a job
 * that allows no overlaps wait for each other, such as those that make up for others for one that is tried again; the caller
 * has locked their job. So do runs with one concurrency key: it is held while a run is running, and not while one waits.
 *
 * Commits asynchronously, as the claim does, unless a run has a single attempt: if PostgreSQL crashes, the others are only
 * counted wrong.
 */
export async function beginRuns(
  tx: SchedulerWriter,
  items: readonly (Holding & Pick<Work, 'ref'>)[],
  nodeId: string,
): Promise<RunnableRow[]> {
  const { rows } = await sql<RunnableRow>`
    with open as materialized (
      select e.id, e.job_id, e.status, case when j.status_until <= now() then 'active' else j.status end as job_status, e.triggered_by, e.occurrence_at_utc, e.attempt, e.max_attempts,
        j.type, j.owner_id, j.payload, j.secret, j.retry_backoff_seconds, j.backoff, j.max_execution_seconds,
        j.max_consecutive_failures, j.concurrency, j.concurrency_key, e.started_at_utc, e.node_id,
        concat_ws(' ', e.id, nullif(e.generation, 0)) as item
      from scheduler.execution e join scheduler.job j on j.id = e.job_id
      where e.id = any(${items.map(({ ref }) => toRunId(ref))}::uuid[])
        and concat_ws(' ', e.id, nullif(e.generation, 0)) = any(array(select ref from (${heldItems(items)}) held))
        and e.status in ('scheduled', 'running', 'failed') and not e.is_waiting
      order by e.id for no key update of e
    ),
    ready as (
      select *, row_number() over (partition by job_id order by id) as place,
        row_number() over (partition by owner_id, type, concurrency_key order by id) as key_place from open
      where not (status = 'running' and attempt >= max_attempts)
        and (job_status not in ('paused', 'quarantined') or status <> 'scheduled' or triggered_by in ('manual', 'replay'))
    ),
    async_commit as materialized (
      select set_config('synchronous_commit',
        case when bool_or(max_attempts = 1) then current_setting('synchronous_commit') else 'off' end, true) from open
    ),
    begun as (
      update scheduler.execution e set status = 'running', attempt = e.attempt + 1, started_at_utc = clock_timestamp(),
        finished_at_utc = null, node_id = ${nodeId}::uuid, fencing_token = nextval('scheduler.fencing_token'), progress = null,
        progress_note = null,
        past_attempts = case when r.status = 'running' then e.past_attempts || jsonb_build_object('attempt', r.attempt,
          'nodeId', r.node_id, 'startedAtUtc', scheduler.iso(r.started_at_utc), 'endedAtUtc', scheduler.iso(now()),
          'outcome', 'lost', 'error', 'the process ended, or lost its lease') else e.past_attempts end
      from ready r cross join async_commit
      where r.id = e.id and (r.concurrency = 'allow' or r.status = 'running' or (r.place = 1 and not exists (
        select from scheduler.execution o where o.job_id = r.job_id and o.id <> r.id and o.status = 'running')))
        and (r.concurrency_key is null or r.status = 'running' or (r.key_place = 1 and not exists (
          select from scheduler.execution o join scheduler.job k on k.id = o.job_id
          where o.id <> r.id and o.status = 'running' and k.owner_id is not distinct from r.owner_id and k.type = r.type
            and k.concurrency_key = r.concurrency_key)))
      returning e.id, e.attempt, e.fencing_token
    )
    select open.*, ready.id is not null as is_ready, begun.attempt as begun_attempt, begun.fencing_token
    from open left join ready on ready.id = open.id left join begun on begun.id = open.id`.execute(tx);
  return rows;
}

/** How many further runs of a type may begin now. Two nodes that ask for one type wait for each other. */
export async function roomFor(
  tx: SchedulerWriter,
  type: string,
  most: number,
  except: readonly string[],
): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext(${`scheduler.type ${type}`}))`.execute(tx);
  const { rows } = await sql<{ running: number }>`
    select count(*) as running from scheduler.execution
    where type = ${type} and status = 'running' and id <> all(${except}::uuid[])`.execute(tx);
  return Math.max(0, most - (rows[0]?.running ?? 0));
}
