import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import { defineQueue } from '#kernel/work.ts';
import type { Work, WorkResult } from '#platform/work/port.ts';
import {
  cancelUnfinished,
  createExecution,
  createSkips,
  findUnfinished,
  isDecided,
  isUnfinished,
  releaseExecution,
  reviveExecution,
  type NewSkip,
} from '../executions/create.ts';
import type { SchedulerNeeds } from '../needs.ts';
import { databaseNow, lockJob } from '../queries.ts';
import type { SchedulerTables, SchedulerUnit, SchedulerWriter, StoredJob } from '../tables.ts';
import { findFollowed, isScheduled, listFollowers, readDependencies, type DependencyState } from './queries.ts';

/** A run that has ended, and the occurrence for which it counts. */
export interface EndedRun {
  readonly jobId: string;
  readonly occurrenceAtUtc: string;
}

/** One item for each run that has ended, and each change of a job, on which others depend. */
export const followQueue = defineQueue('scheduler.follow');

/**
 * What follows from the end of runs is decided by items of their own, which are committed with the end: it waits for no
 * locks of other jobs, and nothing is lost when the process ends.
 */
export async function followAll(unit: SchedulerUnit, ended: readonly EndedRun[]): Promise<void> {
  if (ended.length === 0) return;
  const followed = await findFollowed(
    unit.tx,
    ended.map(({ jobId }) => jobId),
  );
  for (const run of ended) if (followed.has(run.jobId)) enqueueFollow(unit, run);
}

/** For a run of a job on which others depend. */
export function enqueueFollow({ enqueue }: Pick<SchedulerUnit, 'enqueue'>, { jobId, occurrenceAtUtc }: EndedRun): void {
  enqueue(followQueue, { ref: `${jobId} ${occurrenceAtUtc}` });
}

/** Cancels the runs of a job that have not ended, with what follows from that. */
export async function cancelAndFollow(unit: SchedulerUnit, jobId: string, reason: string): Promise<void> {
  await followAll(unit, await cancelUnfinished(unit.tx, jobId, reason));
}

/** The schedule of a job has changed or stands still: runs that wait for an occurrence of it are decided about again. */
export async function decideFollowers(unit: SchedulerUnit, jobId: string): Promise<void> {
  if ((await findFollowed(unit.tx, [jobId])).has(jobId)) enqueueDecision(unit, jobId);
}

/** The waiting runs of a job, and of those that depend on it, are decided about. */
export function enqueueDecision({ enqueue }: Pick<SchedulerUnit, 'enqueue'>, jobId: string): void {
  enqueue(followQueue, { ref: jobId });
}

/**
 * Decides about the jobs that depend on one, each in a unit of its own: that they run, or are left out. A job with a schedule
 * of its own looks at what its dependencies did since its occurrence before; one without runs for the very occurrence of
 * theirs. So the success of yesterday never counts for today. To decide twice changes nothing.
 */
export function createFollowing({ db }: Pick<SchedulerNeeds, 'db'>) {
  async function handle({ ref, origin }: Work, signal: AbortSignal): Promise<WorkResult<SchedulerTables>> {
    const [jobId = '', occurrence] = ref.split(' ');
    const ids = await listFollowers(db.read, jobId);
    if (occurrence === undefined) ids.unshift(jobId);
    for (const id of ids) {
      signal.throwIfAborted(); // another process holds the item
      await db.write(system('scheduler', origin), (unit) => decideOne(unit, id, occurrence));
    }
    return { write: async () => {} };
  }

  return { handle };
}

/** `occurrence`: of the run that has ended. */
async function decideOne(unit: SchedulerUnit, jobId: string, occurrence: string | undefined): Promise<void> {
  const job = await lockJob(unit.tx, jobId);
  if (!job || job.status === 'inactive') return;
  await decideWaiting(unit, job);
  if (occurrence !== undefined && !(await isScheduled(unit.tx, jobId))) await runFor(unit, job, occurrence);
}

/** Runs a job without a schedule for the occurrence, once all that it depends on have succeeded for it. */
async function runFor(unit: SchedulerUnit, job: StoredJob, occurrence: string): Promise<void> {
  // Else the repetition of what it depends on would replace a later run, and then find the place taken.
  if (await isDecided(unit.tx, job.id, occurrence)) return;
  const occurrenceAt = Date.parse(occurrence);
  const states = await readDependencies(unit.tx, job.id, new Date(occurrenceAt - 1).toISOString(), occurrence);
  const leaveOut = (reason: Pick<NewSkip, 'reason' | 'skippedFor'>) => skipAndFollow(unit, job, occurrence, reason);
  const failedId = failureIn(states);
  if (failedId !== null) return leaveOut({ reason: 'dependency', skippedFor: failedId });
  if (!states.every(({ isSucceeded }) => isSucceeded)) return;
  if (job.status === 'quarantined' || job.status === 'paused') return leaveOut({ reason: job.status });
  const other = job.concurrency === 'allow' ? null : await findUnfinished(unit.tx, job.id);
  if (other !== null && job.concurrency === 'forbid') return leaveOut({ reason: 'overlap', skippedFor: other });
  if (other !== null) await cancelAndFollow(unit, job.id, 'replaced by the next run');
  const now = await databaseNow(unit.tx);
  if (await reviveExecution(unit, job, occurrence, now)) return; // a failed run was replayed
  await createExecution(unit, job, { triggeredBy: 'dependency', occurrenceAt, now });
}

/**
 * Records the run as left out, and then those of the jobs that depend on this one. Once: the ways that lead to a job
 * through layers of others are many more than the jobs.
 */
async function skipAndFollow(
  unit: SchedulerUnit,
  job: StoredJob,
  occurrence: string,
  reason: Pick<NewSkip, 'reason' | 'skippedFor'>,
): Promise<void> {
  const skip: NewSkip = { triggeredBy: 'dependency', occurrenceAt: Date.parse(occurrence), ...reason };
  if ((await createSkips(unit, job, [skip])) === 0) return;
  await followAll(unit, [{ jobId: job.id, occurrenceAtUtc: occurrence }]);
}

/** Decides about the runs of a job that wait for others. */
export async function decideWaiting(unit: SchedulerUnit, job: StoredJob): Promise<void> {
  const waiting = await unit.tx
    .selectFrom('scheduler.execution')
    .select(['id', 'occurrenceAtUtc'])
    .where('jobId', '=', job.id)
    .where('isWaiting', '=', true)
    .where(isUnfinished)
    .orderBy('id')
    .execute();
  for (const { id, occurrenceAtUtc } of waiting) {
    const verdict = await judge(unit.tx, job, occurrenceAtUtc);
    if (verdict === 'run') await releaseExecution(unit, job, id);
    if (verdict === 'run' || verdict === 'wait') continue;
    await unit.tx
      .updateTable('scheduler.execution')
      .set({
        status: 'skipped',
        skipReason: 'dependency',
        skippedFor: verdict.failedId,
        isWaiting: false,
        finishedAtUtc: sql<string>`now()`,
      })
      .where('id', '=', id)
      .execute();
    await followAll(unit, [{ jobId: job.id, occurrenceAtUtc }]);
  }
}

export type DependencyVerdict = 'run' | 'wait' | { readonly failedId: string | null };

/** Whether a job with a schedule may run for an occurrence. */
export async function judge(
  tx: SchedulerWriter,
  { id }: Pick<StoredJob, 'id'>,
  occurrence: string,
): Promise<DependencyVerdict> {
  const states = await readDependencies(tx, id, await occurrenceBefore(tx, id, occurrence), occurrence);
  const failedId = failureIn(states);
  if (failedId !== null) return { failedId };
  if (states.every(({ isSucceeded }) => isSucceeded)) return 'run';
  if (states.every(({ isSucceeded, isPending }) => isSucceeded || isPending)) return 'wait';
  return { failedId: null };
}

/** A later success of the same window heals a failure; one that may still come does too. */
function failureIn(states: readonly DependencyState[]): string | null {
  return (
    states.find(({ isSucceeded, isPending, failedId }) => !isSucceeded && !isPending && failedId !== null)?.failedId ??
    null
  );
}

/** The first run looks as far back as a day, or to the creation of the job. */
async function occurrenceBefore(tx: SchedulerWriter, jobId: string, occurrence: string): Promise<string> {
  const { rows } = await sql<{ at: string }>`
    select coalesce(
      (select max(occurrence_at_utc) from scheduler.execution
        where job_id = ${jobId}::uuid and occurrence_at_utc < ${occurrence} and triggered_by in ('schedule', 'dependency', 'catchUp')),
      ${occurrence}::timestamptz - interval '1 day') as at`.execute(tx);
  return rows[0]?.at ?? occurrence;
}
