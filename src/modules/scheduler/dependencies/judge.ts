import { sql } from 'kysely';
import { toIso } from '../executions/create.ts';
import { previousOccurrence } from '../executions/timing.ts';
import { findSchedule } from '../queries.ts';
import type { SchedulerWriter, StoredJob } from '../tables.ts';
import { isWaitingFull, readDependencies, type DependencyState } from './queries.ts';

export type DependencyVerdict = 'run' | 'wait' | { readonly failedId: string | null };

/** Whether a job with a schedule may run for an occurrence. */
export async function judge(
  tx: SchedulerWriter,
  { id }: Pick<StoredJob, 'id'>,
  occurrence: string,
): Promise<DependencyVerdict> {
  const all = await readDependencies(tx, id, await windowOf(tx, id, occurrence), occurrence);
  const mayCome = createLook(all);
  const states = all.filter(({ jobId }) => jobId === id).map((state) => ({ ...state, isPending: mayCome(state) }));
  const failedId = failureIn(states);
  if (failedId !== null) return { failedId };
  if (states.every(({ isSucceeded }) => isSucceeded)) return 'run';
  if (states.every(({ isSucceeded, isPending }) => isSucceeded || isPending)) return 'wait';
  return { failedId: null };
}

/** For a run that does not exist yet: only so many wait. */
export async function judgeNew(
  tx: SchedulerWriter,
  job: Pick<StoredJob, 'id'>,
  occurrence: string,
): Promise<DependencyVerdict> {
  const verdict = await judge(tx, job, occurrence);
  return verdict === 'wait' && (await isWaitingFull(tx, job.id)) ? { failedId: null } : verdict;
}

/**
 * Whether a run of a dependency may still come. One without a schedule runs after those that it depends on: its run may come
 * as long as each of these has succeeded or may still come, and one of them has not been followed yet.
 */
function createLook(all: readonly DependencyState[]): (state: DependencyState) => boolean {
  const byJob = Map.groupBy(all, ({ jobId }) => jobId);
  const known = new Map<string, boolean>();
  function mayCome({ dependsOnJobId: id, isPending, isFollower }: DependencyState): boolean {
    if (isPending || !isFollower) return isPending;
    const before = known.get(id);
    if (before !== undefined) return before;
    known.set(id, false); // there are no cycles; should there be one, it ends
    const deps = (byJob.get(id) ?? []).map((state) => ({ ...state, comes: mayCome(state) }));
    const comes =
      deps.every(({ isSucceeded, comes: still }) => isSucceeded || still) &&
      deps.some(({ isOpen, comes: still }) => isOpen || still);
    known.set(id, comes);
    return comes;
  }
  return mayCome;
}

/** A later success of the same window heals a failure; one that may still come does too. */
export function failureIn(states: readonly DependencyState[]): string | null {
  return (
    states.find(({ isSucceeded, isPending, failedId }) => !isSucceeded && !isPending && failedId !== null)?.failedId ??
    null
  );
}

/**
 * When the window of an occurrence begins: at the occurrence before it by the schedule. A run of another schedule may have been
 * later. Without either, it is a day. A window that was kept stays as it was.
 */
async function windowOf(tx: SchedulerWriter, jobId: string, occurrence: string): Promise<string> {
  const schedule = await findSchedule(tx, jobId);
  const before = schedule ? previousOccurrence(schedule, Date.parse(occurrence)) : null;
  const { rows } = await sql<{ at: string }>`
    select coalesce(
      (select window_after from scheduler.execution
        where job_id = ${jobId}::uuid and occurrence_at_utc = ${occurrence} and triggered_by in ('schedule', 'dependency', 'catchUp')),
      greatest(
        (select max(occurrence_at_utc) from scheduler.execution
          where job_id = ${jobId}::uuid and occurrence_at_utc < ${occurrence} and triggered_by in ('schedule', 'dependency', 'catchUp')),
        ${before === null ? null : toIso(before)}::timestamptz),
      ${occurrence}::timestamptz - interval '1 day') as at`.execute(tx);
  return rows[0]?.at ?? occurrence;
}

/** Of a run that is decided about again: a change of the schedule does not change what it waits for. */
export async function keepWindow(
  tx: SchedulerWriter,
  { id }: Pick<StoredJob, 'id'>,
  occurrence: string,
): Promise<void> {
  await tx
    .updateTable('scheduler.execution')
    .set({ windowAfter: await windowOf(tx, id, occurrence) })
    .where('jobId', '=', id)
    .where('occurrenceAtUtc', '=', occurrence)
    .where('triggeredBy', 'in', ['schedule', 'dependency', 'catchUp'])
    .execute();
}
