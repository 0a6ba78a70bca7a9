import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import { defineQueue } from '#kernel/work.ts';
import { inBatches, isExactly, withoutTables } from '#platform/database/port.ts';
import { worker, type Work, type WorkResult } from '#platform/work/port.ts';
import type { ScheduledJob } from '../contract.ts';
import type { SchedulerNeeds } from '../needs.ts';
import { decideAgain } from '../dependencies/follow.ts';
import { JOB_COLUMNS, JOB_RESOURCE } from '../queries.ts';
import type { SchedulerTables, SchedulerUnit, SchedulerWriter } from '../tables.ts';

/** Executions that one unit deletes or changes, and jobs: no lock is held for longer than a second. */
const BATCH = 1000;
const JOBS = 100;
const erasureQueue = defineQueue('scheduler.erasure');

/** What the module stores about a person: their jobs, and that they have started runs. */
export function createPersonalData({
  db,
  authorization: { accessLists },
}: Pick<SchedulerNeeds, 'db' | 'authorization'>) {
  /** Secrets of payloads stay masked. */
  function exportFor(userId: string) {
    const rows = db.read.selectFrom('scheduler.job').select(JOB_COLUMNS).where('ownerId', '=', userId).orderBy('id');
    return {
      jobs: inBatches<ScheduledJob>((after, limit) =>
        (after ? rows.where('id', '>', after.id) : rows).limit(limit).execute(),
      ),
    };
  }

  /**
   * Part of the caller's unit, which takes a batch; a work item takes the rest, each batch in a unit of its own. Their jobs go
   * with all executions.
   */
  async function forgetUser(unit: SchedulerUnit, userId: string): Promise<void> {
    if (!(await forgetSome(unit, userId))) unit.enqueue(erasureQueue, { ref: userId });
  }

  async function forgetRest({ ref, origin }: Work, signal: AbortSignal): Promise<WorkResult<SchedulerTables>> {
    const forgetBatch = () => db.write(system('scheduler', origin), (unit) => forgetSome(unit, ref));
    while (!(await forgetBatch())) signal.throwIfAborted();
    return { write: async () => {} };
  }

  /** Answers whether nothing is left. */
  async function forgetSome(unit: SchedulerUnit, userId: string): Promise<boolean> {
    const { tx } = unit;
    // Locked, so that no execution is added to a job whose last ones go.
    const { rows } = await sql<{ id: string }>`
      select id from scheduler.job where ${isExactly('owner_id', userId)} order by owner_id, id limit ${JOBS}
      for update`.execute(tx);
    const ids = rows.map(({ id }) => id);
    if ((await deleteExecutions(tx, ids)) === BATCH) return false;
    await deleteJobs(unit, userId, ids);
    return (await forgetStarts(tx, userId)) < BATCH && ids.length < JOBS;
  }

  /** The executions of jobs that are left go with them. */
  async function deleteJobs(unit: SchedulerUnit, userId: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const followers = await sql<{ id: string }>`
      select distinct d.job_id as id from scheduler.dependency d join scheduler.job f on f.id = d.job_id
      where d.depends_on_job_id = any(${ids}::uuid[]) and f.owner_id is distinct from ${userId}::uuid order by 1`.execute(
      unit.tx,
    );
    await unit.tx.deleteFrom('scheduler.job').where('id', 'in', ids).execute();
    const followerIds = followers.rows.map(({ id }) => id);
    await decideAgain(unit, followerIds); // nothing that they waited for can end any more
    await accessLists.forget(withoutTables(unit), JOB_RESOURCE, ids);
  }

  return {
    exportFor,
    forgetUser,
    worker: worker<SchedulerTables>({ queue: erasureQueue, maxAttempts: 100, leaseMs: 30_000, handle: forgetRest }),
  };
}

/** Of each job by its index. */
async function deleteExecutions(tx: SchedulerWriter, jobIds: readonly string[]): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from scheduler.execution where id = any(array(
      select e.id from unnest(${jobIds}::uuid[]) j (id) cross join lateral (
        select id from scheduler.execution where job_id = j.id limit ${BATCH}) e limit ${BATCH}))`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** That the person has started runs of other people's jobs. */
async function forgetStarts(tx: SchedulerWriter, userId: string): Promise<number> {
  const { numAffectedRows } = await sql`
    update scheduler.execution set triggered_by_id = null where id = any(array(
      select id from scheduler.execution where triggered_by_id = ${userId}::uuid limit ${BATCH}))`.execute(tx);
  return Number(numAffectedRows ?? 0);
}
