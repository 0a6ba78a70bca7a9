import { sql } from 'kysely';
import { newId } from '#kernel/id.ts';
import { defineQueue } from '#kernel/work.ts';
import { endBackoff } from '#platform/work/port.ts';
import type { Execution, ScheduledJob, SkipReason, Trigger } from '../contract.ts';
import { EXECUTION_COLUMNS } from '../queries.ts';
import type { SchedulerUnit, SchedulerWriter } from '../tables.ts';

/** One item for each run that is due now or later. */
export const runQueue = defineQueue('scheduler.run');

/** The condition for runs that may still come to an end. In literals, as in the index. */
export const isUnfinished = sql<boolean>`status in ('scheduled', 'running', 'failed')`;

type JobOfRun = Pick<ScheduledJob, 'id' | 'type' | 'maxRetryAttempts' | 'priority' | 'concurrency'>;

export interface NewExecution {
  readonly triggeredBy: Trigger;
  readonly triggeredById?: string;
  /** In milliseconds, as are all times here. */
  readonly occurrenceAt: number;
  /** Default: now. */
  readonly scheduledAt?: number;
  readonly now: number;
  readonly replayOf?: string;
  /** It is enqueued by `release` when the jobs that its job depends on have succeeded. */
  readonly isWaiting?: boolean;
}

/** A run that is to be created, in the unit that enqueues it. */
export interface NewRun {
  readonly unit: SchedulerUnit;
  readonly job: JobOfRun;
  readonly fields: NewExecution;
}

/** Creates a run, and enqueues it. Null when the occurrence has its run already. */
export async function createExecution(
  unit: SchedulerUnit,
  job: JobOfRun,
  fields: NewExecution,
): Promise<string | null> {
  return (await createExecutions(unit.tx, [{ unit, job, fields }])).get(job.id) ?? null;
}

/** The same for runs of different jobs; answers the ids of those that were created, by job. */
export async function createExecutions(tx: SchedulerWriter, runs: readonly NewRun[]): Promise<Map<string, string>> {
  if (runs.length === 0) return new Map();
  const rows = await tx
    .insertInto('scheduler.execution')
    .values(runs.map(toRow))
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'jobId'])
    .execute();
  const ids = new Map(rows.map(({ id, jobId }) => [jobId, id]));
  for (const { unit, job, fields } of runs) {
    const { triggeredBy, isWaiting = false, now, scheduledAt = now } = fields;
    const id = ids.get(job.id);
    if (id !== undefined && !isWaiting)
      enqueueRun(unit, job, { id, triggeredBy, generation: 0, dueAt: scheduledAt > now ? scheduledAt : null });
  }
  return ids;
}

function toRow({ job, fields }: NewRun) {
  const { triggeredBy, triggeredById = null, occurrenceAt, replayOf = null, isWaiting = false, now } = fields;
  return {
    id: newId(),
    jobId: job.id,
    type: job.type,
    status: 'scheduled' as const,
    triggeredBy,
    triggeredById,
    occurrenceAtUtc: toIso(occurrenceAt),
    scheduledAtUtc: toIso(fields.scheduledAt ?? now),
    maxAttempts: job.maxRetryAttempts + 1,
    isReplay: replayOf !== null,
    replayOf,
    isWaiting,
  };
}

/** The run has waited for other jobs, and begins now. */
export async function releaseExecution(unit: SchedulerUnit, job: JobOfRun, id: string): Promise<void> {
  const released = await unit.tx
    .updateTable('scheduler.execution')
    .set({ isWaiting: false })
    .where('id', '=', id)
    .where('isWaiting', '=', true)
    .where('status', '=', 'scheduled')
    .returning(['id', 'triggeredBy', 'generation'])
    .executeTakeFirst();
  if (released) enqueueRun(unit, job, { ...released, dueAt: null });
}

/** The run was left out because another one had failed, and begins now: answers whether there is such a run. */
export async function reviveExecution(
  unit: SchedulerUnit,
  job: JobOfRun,
  occurrence: string,
  now: number,
): Promise<boolean> {
  const revived = await unit.tx
    .updateTable('scheduler.execution')
    .set({
      status: 'scheduled',
      skipReason: null,
      skippedFor: null,
      finishedAtUtc: null,
      scheduledAtUtc: toIso(now),
      generation: nextGeneration,
    })
    .where('jobId', '=', job.id)
    .where('occurrenceAtUtc', '=', occurrence)
    .where('status', '=', 'skipped')
    .where('skipReason', '=', 'dependency')
    .returning(['id', 'triggeredBy', 'generation'])
    .executeTakeFirst();
  if (revived) enqueueRun(unit, job, { ...revived, dueAt: null });
  return revived !== undefined;
}

/** A run that was left out and runs after all gets a work item of another generation: what is left of the first one is ignored. */
export const nextGeneration = sql<number>`generation + 1`;

interface EnqueuedRun {
  readonly id: string;
  readonly triggeredBy: Trigger;
  readonly generation: number;
  /** Null: now. */
  readonly dueAt: number | null;
}

/** Runs of a job that make up for others run one after the other, in order, unless the job allows overlaps. */
export function enqueueRun(
  { enqueue }: SchedulerUnit,
  { id: jobId, concurrency, priority }: JobOfRun,
  { id, triggeredBy, generation, dueAt }: EnqueuedRun,
): void {
  const isSerial = (triggeredBy === 'catchUp' || triggeredBy === 'replay') && concurrency !== 'allow';
  enqueue(runQueue, {
    ref: toRef({ id, generation }),
    lane: priority,
    ...(isSerial && { key: serialKey(jobId) }),
    ...(dueAt !== null && { dueAt: toIso(dueAt) }),
  });
}

function serialKey(jobId: string): string {
  return `scheduler.run ${jobId}`;
}

export interface NewSkip {
  readonly triggeredBy: Trigger;
  readonly occurrenceAt: number;
  readonly reason: SkipReason;
  /** The run because of which it is left out. */
  readonly skippedFor?: string;
  /** How many runs the row stands for. Default: 1. */
  readonly count?: number;
}

/** Records that runs were left out, and answers how many. An occurrence that has its run already stays as it is. */
export async function createSkips(
  { tx }: Pick<SchedulerUnit, 'tx'>,
  job: Pick<ScheduledJob, 'id' | 'type' | 'maxRetryAttempts'>,
  skips: readonly NewSkip[],
): Promise<number> {
  if (skips.length === 0) return 0;
  const rows = await tx
    .insertInto('scheduler.execution')
    .values(
      skips.map(({ triggeredBy, occurrenceAt, reason, skippedFor = null, count = 1 }) => ({
        id: newId(),
        jobId: job.id,
        type: job.type,
        status: 'skipped' as const,
        triggeredBy,
        occurrenceAtUtc: toIso(occurrenceAt),
        scheduledAtUtc: toIso(occurrenceAt),
        finishedAtUtc: sql<string>`clock_timestamp()`,
        maxAttempts: job.maxRetryAttempts + 1,
        skipReason: reason,
        skippedFor,
        leftOutCount: count,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute();
  return rows.length;
}

/** The newest run of a job that has not ended. */
export async function findUnfinished(tx: SchedulerWriter, jobId: string): Promise<string | null> {
  const rows = tx.selectFrom('scheduler.execution').select('id').where('jobId', '=', jobId).where(isUnfinished);
  const found = await rows.orderBy('id', 'desc').limit(1).executeTakeFirst();
  return found?.id ?? null;
}

/** A run of a job that has not ended, for an occurrence after this one. What people start has no occurrence. */
export async function findLater(tx: SchedulerWriter, jobId: string, occurrence: string): Promise<string | null> {
  const found = await tx
    .selectFrom('scheduler.execution')
    .select('id')
    .where('jobId', '=', jobId)
    .where(isUnfinished)
    .where('occurrenceAtUtc', '>', occurrence)
    .where('triggeredBy', 'in', ['schedule', 'dependency', 'catchUp'])
    .limit(1)
    .executeTakeFirst();
  return found?.id ?? null;
}

/** Whether an occurrence has its run, or was left out for good: not because of another job, which may be repeated. */
export async function isDecided(tx: SchedulerWriter, jobId: string, occurrence: string): Promise<boolean> {
  const found = await tx
    .selectFrom('scheduler.execution')
    .select('skipReason')
    .where('jobId', '=', jobId)
    .where('occurrenceAtUtc', '=', occurrence)
    .where('triggeredBy', 'in', ['schedule', 'dependency', 'catchUp'])
    .executeTakeFirst();
  return found !== undefined && found.skipReason !== 'dependency';
}

/**
 * The occurrence of a job with a schedule for which a run that ended at `occurrence` counts, if it was left out because of
 * another job.
 */
export async function findLeftOut(tx: SchedulerWriter, jobId: string, occurrence: string): Promise<string | null> {
  const first = await tx
    .selectFrom('scheduler.execution')
    .select(['occurrenceAtUtc', 'status', 'skipReason'])
    .where('jobId', '=', jobId)
    .where('occurrenceAtUtc', '>=', occurrence)
    .where('triggeredBy', 'in', ['schedule', 'dependency', 'catchUp'])
    .orderBy('occurrenceAtUtc')
    .limit(1)
    .executeTakeFirst();
  return first?.status === 'skipped' && first.skipReason === 'dependency' ? first.occurrenceAtUtc : null;
}

/**
 * Cancels the runs of a job that have not ended, or one of them, and answers those; a handler that runs is told within a second.
 * The caller has locked the job.
 */
export async function cancelUnfinished(
  tx: SchedulerWriter,
  jobId: string,
  reason: string,
  id: string | null = null,
): Promise<Execution[]> {
  // In the order in which runs that begin together are locked.
  const open = sql<string>`(select id from scheduler.execution where job_id = ${jobId}::uuid and ${isUnfinished}
    and (${id}::uuid is null or id = ${id}::uuid) order by id for no key update)`;
  const canceled = await tx
    .updateTable('scheduler.execution')
    .set({ status: 'canceled', finishedAtUtc: sql<string>`clock_timestamp()`, error: reason, isWaiting: false })
    .where(sql<boolean>`id = any(array${open})`)
    .returning(EXECUTION_COLUMNS)
    .returning('generation')
    .execute();
  await endBackoffs(
    tx,
    jobId,
    canceled.map((run) => toRef(run)),
  );
  return canceled.map(({ generation: _, ...run }) => run);
}

/** Of runs that are over: those that make up for others may wait behind them. `refs`: of their work items. */
export async function endBackoffs(tx: SchedulerWriter, jobId: string, refs: readonly string[]): Promise<void> {
  if (refs.length > 0) await endBackoff(tx, serialKey(jobId), refs);
}

function toRef({ id, generation }: Pick<EnqueuedRun, 'id' | 'generation'>): string {
  return generation === 0 ? id : `${id} ${generation}`;
}

/** Leaves out the runs of a job that have not begun and that nobody has asked for. */
export async function leaveOutUnbegun(tx: SchedulerWriter, jobId: string, reason: SkipReason) {
  // In the order in which runs that begin together are locked.
  const open = sql<string>`(select id from scheduler.execution where job_id = ${jobId}::uuid and status = 'scheduled'
    and triggered_by in ('schedule', 'dependency', 'catchUp') order by id for no key update)`;
  return tx
    .updateTable('scheduler.execution')
    .set({ status: 'skipped', skipReason: reason, finishedAtUtc: sql<string>`clock_timestamp()`, isWaiting: false })
    .where(sql<boolean>`id = any(array${open})`)
    .returning(['jobId', 'occurrenceAtUtc'])
    .execute();
}

export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
