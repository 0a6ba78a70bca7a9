import { defineQueue } from '#kernel/work.ts';
import { dutyQueue, jointly, type Work, type WorkResult } from '#platform/work/port.ts';
import type { SkipReason } from '../contract.ts';
import { cancelAndFollow, decideFollowers, followAll } from '../dependencies/follow.ts';
import { judgeNew, keepWindow } from '../dependencies/judge.ts';
import {
  createExecution,
  createExecutions,
  createSkips,
  toIso,
  type NewExecution,
  type NewRun,
  type NewSkip,
} from '../executions/create.ts';
import { lockJobs, stateAt } from '../queries.ts';
import type { SchedulerTables, SchedulerUnit, SchedulerWriter, StoredJob, StoredJobSchedule } from '../tables.ts';
import { findOccasions, setNextRuns, type Occasion } from './queries.ts';
import {
  isHoliday,
  nextOccurrence,
  occurrencesBetween,
  undecidedAfter,
  type MissedRuns,
} from '../executions/timing.ts';

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
  await planAll(unit.tx, [{ unit, job, next }]);
}

export interface Planned {
  readonly unit: SchedulerUnit;
  readonly job: Pick<StoredJob, 'id' | 'isDeclared'>;
  readonly next: number | null;
}

/** The same for many jobs. */
export async function planAll(tx: SchedulerWriter, all: readonly Planned[]): Promise<void> {
  if (all.length === 0) return;
  const runs = all.map(({ job, next }) => ({ jobId: job.id, at: next === null ? null : toIso(next) }));
  await setNextRuns(tx, runs);
  for (const [index, { unit, job }] of all.entries()) {
    const dueAt = runs[index]?.at;
    if (dueAt) unit.enqueue(job.isDeclared ? dutyQueue : dueQueue, { ref: `${job.id} ${dueAt}`, dueAt, lane: 'high' });
  }
}

/** An item of the queue: the job, and the instant that is due. */
interface Due {
  readonly jobId: string;
  readonly at: string;
}

export async function handleDue({ ref }: Work): Promise<WorkResult<SchedulerTables>> {
  const [jobId = '', at = ''] = ref.split(' ');
  return decide({ jobId, at });
}

/**
 * Occurrences are due. One transaction locks their jobs, creates their runs and advances the schedules, so that no
 * occurrence can have two runs, whatever the leases do. What needs nothing else is written for all at once.
 */
const decide = jointly<SchedulerTables, Due>(async (tx, all) => {
  const ids = all.map(({ part }) => part.jobId);
  // Sent together: the second one sees what those have committed who held the locks.
  const [jobs, occasions] = await Promise.all([lockJobs(tx, ids), findOccasions(tx, ids)]);
  const due = all.flatMap(({ unit, part: { jobId, at } }) => {
    const job = jobs.get(jobId);
    if (job?.nextRunAtUtc !== at) return []; // the schedule was changed
    jobs.delete(jobId); // a schedule that was set again has another item for the same instant
    return [{ unit, job, dueAt: Date.parse(at) }];
  });
  const [runs, planned]: [NewRun[], Planned[]] = [[], []];
  for (const { unit, job, dueAt } of due) {
    const occasion = occasions.get(job.id);
    if (!occasion) continue;
    const { schedule, now } = occasion;
    const isMissed = now - dueAt > GRACE_MS;
    if (isMissed) await makeUp(unit, job, occasion, dueAt);
    else if (isPlain(job, occasion, dueAt)) runs.push({ unit, job, fields: toFields(occasion, dueAt) });
    else await place(unit, job, occasion, dueAt);
    planned.push({ unit, job, next: nextOccurrence(schedule, isMissed ? now : dueAt) });
  }
  await Promise.all([createExecutions(tx, runs), planAll(tx, planned)]);
});

/** It runs, and its run touches no other one. */
function isPlain(job: StoredJob, occasion: Occasion, dueAt: number): boolean {
  return !occasion.hasDependencies && job.concurrency !== 'replace' && findReasonToSkip(job, occasion, dueAt) === null;
}

function toFields({ schedule, now }: Occasion, occurrenceAt: number): NewExecution {
  const scheduledAt = occurrenceAt + Math.floor(Math.random() * schedule.jitterSeconds * 1000);
  return { triggeredBy: 'schedule', occurrenceAt, scheduledAt, now };
}

/** Runs were missed since `due`: the policy of the schedule decides which of them run now. */
async function makeUp(unit: SchedulerUnit, job: StoredJob, occasion: Occasion, due: number): Promise<void> {
  const { schedule, now } = occasion;
  const { misfirePolicy, maxCatchUpRuns } = schedule;
  const runs = misfirePolicy === 'skip' ? 0 : misfirePolicy === 'fireNow' ? 1 : maxCatchUpRuns;
  const { newest, count } = occurrencesBetween(schedule, due - 1, now, runs + MAX_ROWS);
  const reasonFor = (at: number) => findStop(job, schedule, at)?.reason ?? 'misfire';
  const others = newest.filter((at) => reasonFor(at) === 'misfire');
  const kept = others.length - Math.min(runs, others.length);
  const made = new Set(others.slice(kept));
  const groups = [
    ...Map.groupBy(
      newest.filter((at) => !made.has(at)),
      reasonFor,
    ),
  ];
  for (const [index, [reason, instants]] of groups.entries())
    await leaveOut(unit, job, instants, index === 0 ? count - newest.length : 0, reason); // the first row has the older ones
  for (const at of made) {
    if (misfirePolicy === 'catchUp') await placeCatchUp(unit, job, schedule, at, now);
    else await place(unit, job, occasion, at);
  }
  await decideFollowers(unit, job.id); // they may wait for one that was left out
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

/** The occurrences of a job that are due and have not been decided about. */
export function dueSince(job: StoredJob, schedule: StoredJobSchedule | undefined, now: number): MissedRuns {
  const after = undecidedAfter(job);
  return schedule && after !== null ? occurrencesBetween(schedule, after, now, MAX_ROWS) : { newest: [], count: 0 };
}

/** Records them as left out, and answers how many. */
export async function leaveOutDue(
  unit: SchedulerUnit,
  job: StoredJob,
  schedule: StoredJobSchedule | undefined,
  now: number,
  reason: SkipReason,
): Promise<number> {
  const { newest, count } = dueSince(job, schedule, now);
  await leaveOut(unit, job, newest, count - newest.length, reason);
  return count;
}

/** Creates the run of an occurrence, or records why there is none. */
async function place(unit: SchedulerUnit, job: StoredJob, occasion: Occasion, occurrenceAt: number): Promise<void> {
  const { hasDependencies } = occasion;
  const skip = findReasonToSkip(job, occasion, occurrenceAt);
  const verdict = skip || !hasDependencies ? 'run' : await judgeNew(unit.tx, job, toIso(occurrenceAt));
  if (skip || typeof verdict === 'object') {
    const failedId = typeof verdict === 'object' ? verdict.failedId : null;
    const reason = skip ?? { reason: 'dependency' as const, ...(failedId !== null && { skippedFor: failedId }) };
    await createSkips(unit, job, [{ triggeredBy: 'schedule', occurrenceAt, ...reason }]);
    if (!skip) await keepWindow(unit.tx, job, toIso(occurrenceAt));
    return await followAll(unit, [{ jobId: job.id, occurrenceAtUtc: toIso(occurrenceAt) }]);
  }
  if (job.concurrency === 'replace') await cancelAndFollow(unit, job.id, 'replaced by the next run');
  await createExecution(unit, job, { ...toFields(occasion, occurrenceAt), isWaiting: verdict === 'wait' });
  if (verdict === 'wait') await keepWindow(unit.tx, job, toIso(occurrenceAt));
}

/**
 * Several of them do not overlap: they run one after the other. What the job depends on counts for each. Answers whether the
 * run was created.
 */
export async function placeCatchUp(
  unit: SchedulerUnit,
  job: StoredJob,
  schedule: StoredJobSchedule,
  occurrenceAt: number,
  now: number,
): Promise<boolean> {
  const stop = findStop(job, schedule, occurrenceAt);
  if (stop) {
    await leaveOut(unit, job, [occurrenceAt], 0, stop.reason);
    return false;
  }
  const verdict = await judgeNew(unit.tx, job, toIso(occurrenceAt));
  if (typeof verdict !== 'object') {
    const fields = { triggeredBy: 'catchUp', occurrenceAt, now, isWaiting: verdict === 'wait' } as const;
    const created = await createExecution(unit, job, fields);
    if (verdict === 'wait') await keepWindow(unit.tx, job, toIso(occurrenceAt));
    return created !== null;
  }
  const skippedFor = verdict.failedId === null ? {} : { skippedFor: verdict.failedId };
  await createSkips(unit, job, [{ triggeredBy: 'catchUp', occurrenceAt, reason: 'dependency', ...skippedFor }]);
  await keepWindow(unit.tx, job, toIso(occurrenceAt));
  await followAll(unit, [{ jobId: job.id, occurrenceAtUtc: toIso(occurrenceAt) }]);
  return false;
}

function findReasonToSkip(
  job: StoredJob,
  { schedule, unfinishedId }: Occasion,
  occurrenceAt: number,
): Pick<NewSkip, 'reason' | 'skippedFor'> | null {
  const isOverlap = job.concurrency === 'forbid' && unfinishedId !== null;
  const stop = findStop(job, schedule, occurrenceAt);
  return stop ?? (isOverlap ? { reason: 'overlap', skippedFor: unfinishedId } : null);
}

/** Why nothing runs at an instant. */
function findStop(job: StoredJob, schedule: StoredJobSchedule, at: number): Pick<NewSkip, 'reason'> | null {
  if (isHoliday(schedule, at)) return { reason: 'holiday' };
  return stateAt(job, at) === 'paused' ? { reason: 'paused' } : null;
}
