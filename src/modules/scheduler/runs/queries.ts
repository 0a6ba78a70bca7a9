import { sql, type SqlBool } from 'kysely';
import { smallestIdAt } from '#kernel/id.ts';
import type { PageQuery } from '#kernel/page.ts';
import { newestFirst, pageQuery, type Filter } from '#platform/database/port.ts';
import type { JobStatus, ScheduledJob, Trigger } from '../contract.ts';
import { EXECUTION_COLUMNS } from '../queries.ts';
import type { AllExecutionsQuery, ExecutionDetail } from '../schemas.ts';
import type { SchedulerReader, SchedulerWriter } from '../tables.ts';

/** One page, newest first. With `jobId`, the index of the job is read; it has the order of the list. */
export function listExecutions(db: SchedulerReader, query: AllExecutionsQuery & PageQuery) {
  const { jobId, status, from, to } = query;
  let rows = db.selectFrom('scheduler.execution').select(EXECUTION_COLUMNS);
  if (jobId !== undefined) rows = rows.where('jobId', '=', jobId);
  if (from !== undefined) rows = rows.where('id', '>=', smallestIdAt(Date.parse(from)));
  if (to !== undefined) rows = rows.where('id', '<', smallestIdAt(Date.parse(to)));
  const filters: Filter[] = status === undefined ? [] : [{ condition: sql<SqlBool>`status = ${status}` }];
  return pageQuery(db, rows, query, newestFirst(), filters);
}

export function findExecution(db: SchedulerReader, id: string): Promise<ExecutionDetail | undefined> {
  return db
    .selectFrom('scheduler.execution')
    .select(EXECUTION_COLUMNS)
    .select(['fencingToken', 'pastAttempts', 'log'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** What is needed to begin an attempt. */
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
}

/** Runs that may begin, with what their jobs say at this moment. */
export async function readRunnable(db: SchedulerReader, ids: readonly string[]): Promise<RunnableRow[]> {
  const { rows } = await sql<RunnableRow>`
    select e.id, e.job_id, e.status, j.status as job_status, e.triggered_by, e.occurrence_at_utc, e.attempt, e.max_attempts, j.type, j.owner_id, j.payload, j.secret,
      j.retry_backoff_seconds, j.backoff, j.max_execution_seconds, j.max_consecutive_failures
    from scheduler.execution e join scheduler.job j on j.id = e.job_id
    where e.id = any(${ids}::uuid[]) and e.status in ('scheduled', 'running', 'failed')`.execute(db);
  return rows;
}

export interface BegunRow {
  readonly id: string;
  readonly attempt: number;
  readonly fencingToken: number;
}

/** Records that attempts begin. One that was running was lost with its process: it is an attempt of its own. */
export async function beginRuns(tx: SchedulerWriter, ids: readonly string[], nodeId: string): Promise<BegunRow[]> {
  const { rows } = await sql<BegunRow>`
    with open as (
      select id, started_at_utc, node_id, attempt, status = 'running' as is_lost from scheduler.execution
      where id = any(${ids}::uuid[]) and status in ('scheduled', 'running', 'failed') order by id for no key update
    )
    update scheduler.execution e set status = 'running', attempt = e.attempt + 1, started_at_utc = clock_timestamp(),
      finished_at_utc = null, node_id = ${nodeId}::uuid, fencing_token = nextval('scheduler.fencing_token'), progress = null,
      progress_note = null,
      past_attempts = case when open.is_lost then e.past_attempts || jsonb_build_object('attempt', open.attempt,
        'nodeId', open.node_id, 'startedAtUtc', scheduler.iso(open.started_at_utc), 'endedAtUtc', scheduler.iso(now()),
        'outcome', 'lost', 'error', 'the process ended, or lost its lease') else e.past_attempts end
    from open where open.id = e.id
    returning e.id, e.attempt, e.fencing_token`.execute(tx);
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
