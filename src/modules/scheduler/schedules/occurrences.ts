import { defineQueue } from '#kernel/work.ts';
import { dutyQueue, type Work, type WorkResult } from '#platform/work/port.ts';
import type { SkipReason } from '../contract.ts';
import { followAll, judge } from '../dependencies/follow.ts';
import { cancelUnfinished, createExecution, createSkips, toIso, type NewSkip } from '../executions/create.ts';
import { lockJob } from '../queries.ts';
import type { SchedulerTables, SchedulerUnit, StoredJob, StoredJobSchedule } from '../tables.ts';
import { findOccasion, setNextRun, type Occasion } from './queries.ts';
import { isHoliday, nextOccurrence, occurrencesBetween } from './timing.ts';

/** One item for the next occurrence of each schedule. */
export const dueQueue = defineQueue('scheduler.due');

/**
 * A run that is later than this was missed. Longer than a lease: when a node dies, another one takes its items over, and
 * their runs are not lost.
 */
const GRACE_MS = 60_000;
/** So many missed runs have a row each; the first of them stands for all before it. */
const MAX_ROWS = 100;

/** Sets when the job runs next, and enqueues it. What was enqueued before is ignored, since its instant is another. */
export async function planNext(
  unit: SchedulerUnit,
  job: Pick<StoredJob, 'id' | 'isDeclared'>,
  next: number | null,
): Promise<void> {
  const nextRunAtUtc = next === null ? null : toIso(next);
  await setNextRun(unit.tx, job.id, nextRunAtUtc);
  if (nextRunAtUtc === null) return;
  unit.enqueue(job.isDeclared ? dutyQueue : dueQueue, {
    ref: `${job.id} ${nextRunAtUtc}`,
    dueAt: nextRunAtUtc,
    lane: 'high',
  });
}

/**
 * An occurrence is due. One transaction locks the job, creates its run and advances the schedule, so that no occurrence
 * can have two runs, whatever the leases do.
 */
export async function handleDue({ ref }: Work): Promise<WorkResult<SchedulerTables>> {
  const [jobId = '', at = ''] = ref.split(' ');
  return {
    write: async (unit) => {
      const job = await lockJob(unit.tx, jobId);
      if (!job || job.nextRunAtUtc !== at) return; // the schedule was changed meanwhile
      const occasion = await findOccasion(unit.tx, jobId);
      if (!occasion) return;
      const { schedule, now } = occasion;
      const due = Date.parse(at);
      if (now - due <= GRACE_MS) {
        await place(unit, job, occasion, due);
        await planNext(unit, job, nextOccurrence(schedule, due));
        return;
      }
      await makeUp(unit, job, occasion, due);
      await planNext(unit, job, nextOccurrence(schedule, now));
    },
  };
}

/** Runs were missed since `due`: the policy of the schedule decides which of them run now. */
async function makeUp(unit: SchedulerUnit, job: StoredJob, occasion: Occasion, due: number): Promise<void> {
  const { schedule, now } = occasion;
  const { misfirePolicy, maxCatchUpRuns } = schedule;
  const runs = misfirePolicy === 'skip' ? 0 : misfirePolicy === 'fireNow' ? 1 : maxCatchUpRuns;
  const { newest, count } = occurrencesBetween(schedule, due - 1, now, runs + MAX_ROWS);
  const kept = newest.length - Math.min(runs, newest.length);
  await leaveOut(unit, job, newest.slice(0, kept), count - newest.length, 'misfire');
  for (const at of newest.slice(kept)) {
    if (misfirePolicy === 'catchUp') await placeCatchUp(unit, job, schedule, at, now);
    else await place(unit, job, occasion, at);
  }
}

/** Records runs as left out: those at `instants`, and `more` before the first one. */
export async function leaveOut(
  unit: SchedulerUnit,
  job: StoredJob,
  instants: readonly number[],
  more: number,
  reason: SkipReason,
): Promise<void> {
  const shown = instants.slice(-MAX_ROWS);
  const hidden = more + instants.length - shown.length;
  const skips = shown.map((occurrenceAt, index): NewSkip => {
    return { triggeredBy: 'schedule', occurrenceAt, reason, count: index === 0 ? 1 + hidden : 1 };
  });
  await createSkips(unit, job, skips);
}

/** Creates the run of an occurrence, or records why there is none. */
async function place(unit: SchedulerUnit, job: StoredJob, occasion: Occasion, occurrenceAt: number): Promise<void> {
  const { schedule, now, hasDependencies } = occasion;
  const skip = findReasonToSkip(job, occasion, occurrenceAt);
  const verdict = skip || !hasDependencies ? 'run' : await judge(unit.tx, job, toIso(occurrenceAt));
  if (skip || typeof verdict === 'object') {
    const failedId = typeof verdict === 'object' ? verdict.failedId : null;
    const reason = skip ?? { reason: 'dependency' as const, ...(failedId !== null && { skippedFor: failedId }) };
    await createSkips(unit, job, [{ triggeredBy: 'schedule', occurrenceAt, ...reason }]);
    return await followAll(unit, [{ jobId: job.id, occurrenceAtUtc: toIso(occurrenceAt) }], now);
  }
  if (job.concurrency === 'replace') await cancelUnfinished(unit.tx, job.id, 'replaced by the next run');
  const scheduledAt = occurrenceAt + Math.floor(Math.random() * schedule.jitterSeconds * 1000);
  const isWaiting = verdict === 'wait';
  await createExecution(unit, job, { triggeredBy: 'schedule', occurrenceAt, scheduledAt, now, isWaiting });
}

/** Several of them do not overlap: they run one after the other. */
export async function placeCatchUp(
  unit: SchedulerUnit,
  job: StoredJob,
  schedule: StoredJobSchedule,
  occurrenceAt: number,
  now: number,
): Promise<void> {
  if (isHoliday(schedule, occurrenceAt)) return leaveOut(unit, job, [occurrenceAt], 0, 'holiday');
  if (job.status === 'paused') return leaveOut(unit, job, [occurrenceAt], 0, 'paused');
  await createExecution(unit, job, { triggeredBy: 'catchUp', occurrenceAt, now });
}

function findReasonToSkip(
  { status, concurrency }: StoredJob,
  { schedule, unfinishedId }: Occasion,
  occurrenceAt: number,
): Pick<NewSkip, 'reason' | 'skippedFor'> | null {
  if (isHoliday(schedule, occurrenceAt)) return { reason: 'holiday' };
  if (status === 'paused') return { reason: 'paused' };
  return concurrency === 'forbid' && unfinishedId !== null ? { reason: 'overlap', skippedFor: unfinishedId } : null;
}
