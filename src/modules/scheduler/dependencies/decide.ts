import { sql } from 'kysely';
import { system, type Actor } from '#kernel/access.ts';
import type { Work, WorkResult } from '#platform/work/port.ts';
import {
  createExecution,
  createSkips,
  findLater,
  findLeftOut,
  findUnfinished,
  isDecided,
  releaseExecution,
  reviveExecution,
  type NewSkip,
} from '../executions/create.ts';
import type { SchedulerNeeds } from '../needs.ts';
import { databaseNow, lockJob, stateAt } from '../queries.ts';
import type { SchedulerTables, SchedulerUnit, StoredJob } from '../tables.ts';
import { cancelAndFollow, followAll } from './follow.ts';
import { failureIn, judge } from './judge.ts';
import * as queries from './queries.ts';

const AT_ONCE = 20; // waiting runs that are decided about in one unit

/**
 * Decides about the jobs that depend on one, each in a unit of its own: that they run, or are left out. A job with a schedule
 * of its own looks at what its dependencies did since its occurrence before; one without runs for the very occurrence of
 * theirs. So the success of yesterday never counts for today. To decide twice changes nothing.
 */
export function createFollowing({ db }: Pick<SchedulerNeeds, 'db'>) {
  async function handle({ ref, origin }: Work, signal: AbortSignal): Promise<WorkResult<SchedulerTables>> {
    const write = async ({ tx }: SchedulerUnit) => queries.deleteEnded(tx, ref);
    const ended = await queries.findEnded(db.read, ref);
    if (!ended) return { write }; // its job was erased
    const { jobId, occurrenceAtUtc: occurrence } = ended;
    const behind = await queries.listBehind(db.read, jobId);
    const scheduled = behind.filter((each) => each.isScheduled);
    const direct = behind.filter((each) => each.isDirect && !each.isScheduled);
    const author = system('scheduler', origin);
    const decideAll = async (ids: readonly string[]) => {
      for (const id of ids) {
        signal.throwIfAborted(); // another process holds the item
        if (occurrence === null) await decideWaiting(author, id, signal);
        else await db.write(author, (unit) => decideOne(unit, id, occurrence));
      }
    };
    if (occurrence === null) await decideAll([jobId]);
    await decideAll(direct.map(({ id }) => id));
    if (scheduled.length === 0) return { write };
    // In this order: what waits for those without a schedule sees that nothing more comes of them.
    await db.write(author, ({ tx }) => queries.closeEnded(tx, ref));
    await decideAll(scheduled.map(({ id }) => id));
    return { write };
  }

  /** All that wait are decided about after a change, some of them in each unit. */
  async function decideWaiting(author: Actor, jobId: string, signal: AbortSignal): Promise<void> {
    for (let after: string | null = null; ;) {
      signal.throwIfAborted();
      const last: string | null = await db.write(author, (unit) => decideSome(unit, jobId, after));
      if (last === null) return;
      after = last;
    }
  }

  return { handle };
}

/** Answers the occurrence of the last one; null when none follow. */
async function decideSome(unit: SchedulerUnit, jobId: string, after: string | null): Promise<string | null> {
  const job = await lockJob(unit.tx, jobId);
  if (!job || job.status === 'inactive') return null;
  const waiting = await queries.listWaiting(unit.tx, jobId, { after, limit: AT_ONCE });
  for (const run of waiting) await decideRun(unit, job, run);
  return waiting.length < AT_ONCE ? null : (waiting.at(-1)?.occurrenceAtUtc ?? null);
}

/** `occurrence`: of the run that has ended. */
async function decideOne(unit: SchedulerUnit, jobId: string, occurrence: string): Promise<void> {
  const job = await lockJob(unit.tx, jobId);
  if (!job || job.status === 'inactive') return;
  const isScheduled = await queries.isScheduled(unit.tx, jobId);
  // Windows follow each other: it counts for the first run from then on, and for no other. Those that wait since the job had a
  // schedule are decided about all together.
  const which = isScheduled ? { from: occurrence, limit: 1 } : { limit: queries.MAX_WAITING };
  for (const run of await queries.listWaiting(unit.tx, jobId, which)) await decideRun(unit, job, run);
  if (isScheduled) await reviveAfter(unit, job, occurrence);
  else await runFor(unit, job, occurrence);
}

/** A run that was left out for a failure runs after all when the failed one was repeated with success. */
async function reviveAfter(unit: SchedulerUnit, job: StoredJob, occurrence: string): Promise<void> {
  const leftOut = await findLeftOut(unit.tx, job.id, occurrence);
  if (leftOut === null || (await judge(unit.tx, job, leftOut)) !== 'run') return;
  const now = await databaseNow(unit.tx);
  if (stateAt(job, now) === 'active') await reviveExecution(unit, job, leftOut, now);
}

/** Runs a job without a schedule for the occurrence, once all that it depends on have succeeded for it. */
async function runFor(unit: SchedulerUnit, job: StoredJob, occurrence: string): Promise<void> {
  // Else the repetition of what it depends on would replace a later run, and then find the place taken.
  if (await isDecided(unit.tx, job.id, occurrence)) return;
  const occurrenceAt = Date.parse(occurrence);
  const all = await queries.readDependencies(unit.tx, job.id, new Date(occurrenceAt - 1).toISOString(), occurrence);
  const states = all.filter(({ jobId }) => jobId === job.id); // each end of theirs leads here
  const leaveOut = (reason: Pick<NewSkip, 'reason' | 'skippedFor'>) => skipAndFollow(unit, job, occurrence, reason);
  const failedId = failureIn(states);
  if (failedId !== null) return leaveOut({ reason: 'dependency', skippedFor: failedId });
  if (!states.every(({ isSucceeded }) => isSucceeded)) return;
  const now = await databaseNow(unit.tx);
  const state = stateAt(job, now);
  if (state === 'quarantined' || state === 'paused') return leaveOut({ reason: state });
  if (await reviveExecution(unit, job, occurrence, now)) return; // a failed run was replayed
  const other = job.concurrency === 'allow' ? null : await findUnfinished(unit.tx, job.id);
  if (other !== null && job.concurrency === 'forbid') return leaveOut({ reason: 'overlap', skippedFor: other });
  const later = other === null ? null : await findLater(unit.tx, job.id, occurrence);
  if (later !== null) return leaveOut({ reason: 'overlap', skippedFor: later });
  if (other !== null) await cancelAndFollow(unit, job.id, 'replaced by the next run');
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

/** Decides about a run that waits for others. */
async function decideRun(
  unit: SchedulerUnit,
  job: StoredJob,
  { id, occurrenceAtUtc }: queries.WaitingRun,
): Promise<void> {
  const verdict = await judge(unit.tx, job, occurrenceAtUtc);
  if (verdict === 'wait') return;
  if (verdict === 'run') return releaseExecution(unit, job, id);
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
