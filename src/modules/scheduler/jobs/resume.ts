import { sql, type SqlBool } from 'kysely';
import { defineQueue } from '#kernel/work.ts';
import { schedulerEvents, type ScheduledJob } from '../contract.ts';
import { decideFollowers, followAll } from '../dependencies/follow.ts';
import { judgeNew, keepWindow } from '../dependencies/judge.ts';
import { enqueueRun, leaveOutUnbegun, nextGeneration, toIso } from '../executions/create.ts';
import { databaseNow, findSchedule } from '../queries.ts';
import { leaveOut, placeCatchUp, planNext } from '../schedules/occurrences.ts';
import { nextOccurrence, occurrencesBetween, undecidedAfter } from '../executions/timing.ts';
import type { Resume, ResumedJob } from './schemas.ts';
import type { SchedulerUnit, SchedulerWriter, StoredJob, StoredJobSchedule } from '../tables.ts';
import { updateJob } from './queries.ts';
import { toShown } from './service.ts';

/** One item for each pause or quarantine that ends by itself. */
export const liftQueue = defineQueue('scheduler.lift');

/** Runs that have not begun when a job stops are left out, unless somebody has asked for them. */
export async function setStatus(
  unit: SchedulerUnit,
  { id, status: before, statusAt }: StoredJob,
  status: 'active' | 'paused' | 'quarantined',
  until: string | null,
  reason: string | null,
): Promise<ScheduledJob> {
  const changed = await updateJob(unit.tx, id, {
    status,
    // A pause that is changed goes on: what it has left out so far still counts.
    statusAt: status === before ? statusAt : toIso(await databaseNow(unit.tx)),
    statusUntil: until,
    statusReason: reason,
    ...(status === 'active' && { consecutiveFailures: 0 }),
  });
  if (status !== 'active') await followAll(unit, await leaveOutUnbegun(unit.tx, id, status));
  if (until !== null) unit.enqueue(liftQueue, { ref: `${id} ${changed.statusUntil}`, dueAt: until });
  unit.publish(schedulerEvents.jobUpdated, { jobId: id });
  return changed;
}

/** What a resumption would do at most: what the job depends on, and holidays, may leave out more. */
export async function previewResume(tx: SchedulerWriter, job: StoredJob, input: Resume) {
  const { leftOut, ids, instants } = await findStopped(tx, job, input);
  return { leftOut, caughtUp: ids.length + instants.length };
}

/**
 * Ends a pause or a quarantine, and activates an inactive job. The schedule goes on from the end of the stop, by default
 * the `until` of the job if it has come, or now: nothing from before it runs, unless `catchUp` is asked for.
 */
export async function resumeOne(
  unit: SchedulerUnit,
  job: StoredJob,
  input: Resume,
  until?: number,
): Promise<ResumedJob> {
  if (job.status === 'active') return { ...toShown(job), leftOut: 0, caughtUp: 0 };
  const { schedule, end, now, leftOut, ids, instants, skipped, more } = await findStopped(unit.tx, job, input, until);
  const active = await setStatus(unit, job, 'active', null, null);
  const next = schedule ? nextAfter(job, schedule, end) : null;
  const nextRunAtUtc = next === null ? null : toIso(next);
  let caughtUp = 0;
  if (schedule) {
    if (job.status !== 'inactive') await leaveOut(unit, job, skipped, more, job.status);
    for (const id of ids) if (await runSkipped(unit, job, id, now)) caughtUp++;
    for (const at of instants)
      if (await placeCatchUp(unit, { ...job, status: 'active' }, schedule, at, now)) caughtUp++;
    if (nextRunAtUtc !== job.nextRunAtUtc) await planNext(unit, job, next);
    await decideFollowers(unit, job.id);
  }
  unit.audit({
    action: 'scheduler.job_resumed',
    resourceType: 'job',
    resourceId: job.id,
    payload: { from: job.status, leftOut, caughtUp },
  });
  return { ...active, nextRunAtUtc, leftOut, caughtUp };
}

/** The first occurrence that the stop does not cover. */
function nextAfter(job: StoredJob, schedule: StoredJobSchedule, end: number): number | null {
  const after = undecidedAfter(job);
  return nextOccurrence(schedule, after === null ? end - 1 : Math.max(after, end - 1));
}

interface Stopped {
  readonly schedule: StoredJobSchedule | undefined;
  readonly now: number;
  /** The first millisecond after the stop. */
  readonly end: number;
  /** How many occurrences it has left out. */
  readonly leftOut: number;
  /** Those that run after all: runs that are recorded as skipped, */
  readonly ids: readonly string[];
  /** and instants, which are newer and have no run yet. */
  readonly instants: readonly number[];
  /** Instants without a run that do not run; `more` older ones are only counted. */
  readonly skipped: readonly number[];
  readonly more: number;
}

async function findStopped(
  tx: SchedulerWriter,
  job: StoredJob,
  { catchUp = false }: Resume,
  until?: number,
): Promise<Stopped> {
  const now = await databaseNow(tx);
  const schedule = await findSchedule(tx, job.id);
  const planned = job.statusUntil === null ? Infinity : Date.parse(job.statusUntil);
  const end = until ?? (planned <= now ? planned : now + 1);
  const most = catchUp && job.status !== 'inactive' ? (schedule?.maxCatchUpRuns ?? 0) : 0;
  const after = job.status === 'inactive' ? null : undecidedAfter(job);
  const { newest, count } =
    schedule && after !== null ? occurrencesBetween(schedule, after, end - 1, most + 100) : { newest: [], count: 0 };
  const kept = Math.max(0, newest.length - most);
  const instants = newest.slice(kept);
  const isPaused = job.status === 'paused';
  return {
    schedule,
    now,
    end,
    leftOut: count + (isPaused ? await countPausedRuns(tx, job) : 0),
    ids: isPaused ? await listPausedRuns(tx, job, most - instants.length) : [],
    instants,
    skipped: newest.slice(0, kept),
    more: count - newest.length,
  };
}

function pausedRuns(tx: SchedulerWriter, { id, statusAt }: StoredJob) {
  return tx
    .selectFrom('scheduler.execution')
    .where('jobId', '=', id)
    .where(sql<SqlBool>`skip_reason = 'paused'`)
    .where('finishedAtUtc', '>=', statusAt);
}

async function countPausedRuns(tx: SchedulerWriter, job: StoredJob): Promise<number> {
  const { count } = await pausedRuns(tx, job)
    .select((of) => of.fn.sum<number>('leftOutCount').as('count'))
    .executeTakeFirstOrThrow();
  return count ?? 0;
}

/** The newest of them, oldest first. */
async function listPausedRuns(tx: SchedulerWriter, job: StoredJob, most: number): Promise<string[]> {
  const rows = await pausedRuns(tx, job).select('id').orderBy('id', 'desc').limit(most).execute();
  return rows.map(({ id }) => id).toReversed();
}

/** A run that the pause has left out runs after all, if what the job depends on allows it: answers whether it does. */
async function runSkipped(unit: SchedulerUnit, job: StoredJob, id: string, now: number): Promise<boolean> {
  const { occurrenceAtUtc } = await unit.tx
    .selectFrom('scheduler.execution')
    .select('occurrenceAtUtc')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const verdict = await judgeNew(unit.tx, job, occurrenceAtUtc);
  const change =
    typeof verdict === 'object'
      ? { skipReason: 'dependency' as const, skippedFor: verdict.failedId }
      : {
          status: 'scheduled' as const,
          skipReason: null,
          finishedAtUtc: null,
          scheduledAtUtc: toIso(now),
          isWaiting: verdict === 'wait',
          generation: nextGeneration,
        };
  const { generation } = await unit.tx
    .updateTable('scheduler.execution')
    .set({ ...change, triggeredBy: 'catchUp' })
    .where('id', '=', id)
    .returning('generation')
    .executeTakeFirstOrThrow();
  if (verdict !== 'run') await keepWindow(unit.tx, job, occurrenceAtUtc);
  if (verdict === 'run') enqueueRun(unit, job, { id, triggeredBy: 'catchUp', generation, dueAt: null });
  return typeof verdict !== 'object';
}
