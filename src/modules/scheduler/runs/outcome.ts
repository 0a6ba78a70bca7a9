import { sql } from 'kysely';
import { jointly, type UnitBody, type WorkResult } from '#platform/work/port.ts';
import { schedulerEvents } from '../contract.ts';
import { enqueueFollows, followAll } from '../dependencies/follow.ts';
import { endBackoffs } from '../executions/create.ts';
import { QUARANTINE_MINUTES, type JobStatuses } from '../jobs/status.ts';
import { lockJob } from '../queries.ts';
import type { LogLine } from '../schemas.ts';
import type { SchedulerTables, SchedulerUnit, SchedulerWriter } from '../tables.ts';
import type { SchedulerMetrics } from './metrics.ts';
import type { RunnableRow } from './queries.ts';

const MAX_BACKOFF_SECONDS = 86_400;

/** What an attempt has left behind beside its outcome. */
export interface Traces {
  readonly progress: number | null;
  readonly progressNote: string | null;
  readonly log: readonly LogLine[];
}

type RunOfAttempt = Pick<
  RunnableRow,
  | 'id'
  | 'item'
  | 'jobId'
  | 'ownerId'
  | 'type'
  | 'occurrenceAtUtc'
  | 'maxAttempts'
  | 'retryBackoffSeconds'
  | 'backoff'
  | 'maxConsecutiveFailures'
> & { readonly attempt: number };

interface Success extends Traces {
  readonly run: RunOfAttempt;
  /** What the handler wants to commit with it. */
  readonly write: UnitBody | null;
}

export interface Failure extends Traces {
  readonly run: RunOfAttempt;
  readonly outcome: 'failed' | 'timedOut' | 'lost';
  readonly error: string;
  readonly isPermanent: boolean;
}

/** How attempts end. Every result commits together with the work item, while its lease is held. */
export function createOutcomes({
  statuses,
  metrics,
}: {
  readonly statuses: JobStatuses;
  readonly metrics: SchedulerMetrics;
}) {
  /** Runs that succeed at the same time share their statements. Runs that were cancelled meanwhile stay so. */
  const succeed = jointly<SchedulerTables, Success>(async (tx, all) => {
    const jobIds = [...new Set(all.map(({ part }) => part.run.jobId))];
    // Jobs before their runs, as everywhere: else a cancellation and an end could wait for each other.
    const locking = sql`
      select from scheduler.job
      where id = any(${jobIds}::uuid[]) order by id for no key update`;
    const parts = all.map(({ part }) => part);
    const [, ended] = await Promise.all([locking.execute(tx), endRuns(tx, parts)]); // sent together, run in this order
    const followed = all.filter(({ part }) => ended.get(part.run.id)?.isFollowed);
    await enqueueFollows(
      tx,
      followed.map(({ unit, part }) => ({ unit, run: part.run })),
    );
    for (const { unit, part } of all) {
      if (!ended.has(part.run.id)) continue;
      await part.write?.(unit as never); // a module's body, which names its own tables
      const { jobId, id: executionId, ownerId } = part.run;
      // Those of the program would fill the log of idle systems, and move the cursors of all consumers.
      if (ownerId !== null) unit.publish(schedulerEvents.executionSucceeded, { jobId, executionId });
    }
  });

  /** Another attempt follows, or the run is dead-lettered; after too many such runs, the job is quarantined. */
  function fail(failure: Failure): WorkResult<SchedulerTables> {
    const { run, isPermanent } = failure;
    const isLast = isPermanent || run.attempt >= run.maxAttempts;
    if (!isLast) return { write: (unit) => postpone(unit, failure), retryInMs: backoffMs(run) };
    return { write: (unit) => end(unit, failure) };
  }

  async function postpone({ tx }: SchedulerUnit, failure: Failure): Promise<void> {
    const { numUpdatedRows } = await tx
      .updateTable('scheduler.execution')
      .set({ ...toEnd(failure), status: 'failed', pastAttempts: withAttempt(failure) })
      .where('id', '=', failure.run.id)
      .where('status', '=', 'running')
      .executeTakeFirst();
    const { jobId, item } = failure.run;
    if (numUpdatedRows === 0n) await endBackoffs(tx, jobId, [item]); // cancelled meanwhile
  }

  async function end(unit: SchedulerUnit, failure: Failure): Promise<void> {
    const { run, outcome, isPermanent } = failure;
    const job = await lockJob(unit.tx, run.jobId);
    const isTimeout = outcome === 'timedOut' && run.maxAttempts === 1;
    const ended = await unit.tx
      .updateTable('scheduler.execution')
      .set({
        ...toEnd(failure),
        status: isTimeout ? 'timedOut' : 'deadLettered',
        deadLetterReason: isPermanent ? 'permanent' : outcome,
      })
      .where('id', '=', run.id)
      .where('status', '=', 'running')
      .returning('id')
      .executeTakeFirst();
    if (!job || !ended) return; // cancelled meanwhile
    const consecutiveFailures = job.consecutiveFailures + 1;
    const lastStatus = isTimeout ? 'timedOut' : 'deadLettered';
    await unit.tx
      .updateTable('scheduler.job')
      .set({ consecutiveFailures, lastStatus, lastRunAtUtc: sql<string>`now()` })
      .where('id', '=', job.id)
      .execute();
    unit.publish(schedulerEvents.executionFailed, { jobId: job.id, executionId: run.id });
    const most = run.maxConsecutiveFailures;
    // A quarantine would end by itself, and a pause with it.
    if (most > 0 && consecutiveFailures >= most && job.status === 'active') {
      const reason = `${consecutiveFailures} runs in a row have failed`;
      await statuses.quarantineOne(unit, job, QUARANTINE_MINUTES, reason);
      metrics.countQuarantine(job.type);
    }
    await followAll(unit, [run]);
  }

  return { succeed, fail };
}

interface EndedRow {
  readonly id: string;
  /** Whether other jobs depend on its job. */
  readonly isFollowed: boolean;
}

/** Records successes of runs and of their jobs; answers those that were still running. */
async function endRuns(tx: SchedulerWriter, all: readonly Success[]): Promise<Map<string, EndedRow>> {
  const { rows } = await sql<EndedRow>`
    with ended as (
      update scheduler.execution e set status = 'succeeded', finished_at_utc = clock_timestamp(), error = null,
        progress = s.progress, progress_note = s.note, log = e.log || s.log
      from unnest(${all.map(({ run }) => run.id)}::uuid[], ${all.map(({ progress }) => progress)}::int[],
        ${all.map(({ progressNote }) => progressNote)}::text[], ${all.map(({ log }) => JSON.stringify(log))}::jsonb[])
        s (id, progress, note, log)
      where e.id = s.id and e.status = 'running' returning e.id, e.job_id
    ),
    counted as (
      update scheduler.job set consecutive_failures = 0, last_status = 'succeeded', last_run_at_utc = now()
      where id = any (array(select job_id from ended))
    )
    select id, exists (select from scheduler.dependency d where d.depends_on_job_id = ended.job_id) as is_followed
    from ended`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

function toEnd({ error, progress, progressNote, log }: Failure) {
  return {
    error,
    progress,
    progressNote,
    finishedAtUtc: sql<string>`clock_timestamp()`,
    log: sql<string>`log || ${JSON.stringify(log)}::jsonb`,
  };
}

function withAttempt({ outcome, error }: Failure) {
  return sql<string>`past_attempts || jsonb_build_object('attempt', attempt, 'nodeId', node_id,
    'startedAtUtc', scheduler.iso(started_at_utc), 'endedAtUtc', scheduler.iso(clock_timestamp()),
    'outcome', ${outcome}::text, 'error', ${error}::text)`;
}

/** Up to a quarter is added at random, so that runs that failed together do not come again together. */
function backoffMs({ backoff, retryBackoffSeconds, attempt }: RunOfAttempt): number {
  const factor = backoff === 'fixed' ? 1 : backoff === 'linear' ? attempt : 2 ** (attempt - 1);
  const seconds = Math.min(retryBackoffSeconds * factor, MAX_BACKOFF_SECONDS);
  return seconds * 1000 * (1 + Math.random() / 4);
}
