import { newId } from '#kernel/id.ts';
import { defineQueue } from '#kernel/work.ts';
import { cancelUnfinished } from '../executions/create.ts';
import type { SchedulerUnit, SchedulerWriter } from '../tables.ts';
import { findFollowed } from './queries.ts';

/** One item for each run that has ended, and each change of a job, on which others depend. */
export const followQueue = defineQueue('scheduler.follow');

/** A run that has ended, and the occurrence for which it counts; null for a change of its job. */
export interface EndedRun {
  readonly jobId: string;
  readonly occurrenceAtUtc: string | null;
}

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
  const runs = ended.filter(({ jobId }) => followed.has(jobId));
  await enqueueFollows(
    unit.tx,
    runs.map((run) => ({ unit, run })),
  );
}

/** For runs of jobs on which others depend. */
export async function enqueueFollows(
  tx: SchedulerWriter,
  all: readonly { readonly unit: SchedulerUnit; readonly run: EndedRun }[],
): Promise<void> {
  if (all.length === 0) return;
  const rows = all.map(({ run: { jobId, occurrenceAtUtc } }) => ({ id: newId(), jobId, occurrenceAtUtc }));
  await tx.insertInto('scheduler.endedRun').values(rows).execute();
  for (const [index, { unit }] of all.entries()) unit.enqueue(followQueue, { ref: rows[index]?.id ?? '' });
}

/** Cancels the runs of a job that have not ended, with what follows from that. */
export async function cancelAndFollow(unit: SchedulerUnit, jobId: string, reason: string): Promise<void> {
  await followAll(unit, await cancelUnfinished(unit.tx, jobId, reason));
}

/** The schedule of a job has changed or stands still: runs that wait for an occurrence of it are decided about again. */
export async function decideFollowers(unit: SchedulerUnit, jobId: string): Promise<void> {
  await followAll(unit, [{ jobId, occurrenceAtUtc: null }]);
}

/** The waiting runs of jobs, and of those that depend on them, are decided about. */
export async function decideAgain(unit: SchedulerUnit, jobIds: readonly string[]): Promise<void> {
  await enqueueFollows(
    unit.tx,
    jobIds.map((jobId) => ({ unit, run: { jobId, occurrenceAtUtc: null } })),
  );
}
