import { sql } from 'kysely';
import { inBatches, withoutTables } from '#platform/database/port.ts';
import type { ScheduledJob } from '../contract.ts';
import type { SchedulerNeeds } from '../needs.ts';
import { decideAgain } from '../dependencies/follow.ts';
import { JOB_COLUMNS, JOB_RESOURCE } from '../queries.ts';
import type { SchedulerUnit } from '../tables.ts';

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

  /** Part of the caller's unit: the platform runs it when a person is erased. Their jobs go with all executions. */
  async function forgetUser(unit: SchedulerUnit, userId: string): Promise<void> {
    const followers = await sql<{ id: string }>`
      select distinct f.id from scheduler.job j
      join scheduler.dependency d on d.depends_on_job_id = j.id
      join scheduler.job f on f.id = d.job_id
      where j.owner_id = ${userId}::uuid and f.owner_id is distinct from j.owner_id order by f.id`.execute(unit.tx);
    const { rows } = await sql<{ id: string }>`
      delete from scheduler.job where owner_id = ${userId}::uuid returning id`.execute(unit.tx);
    const followerIds = followers.rows.map(({ id }) => id);
    await decideAgain(unit, followerIds); // nothing that they waited for can end any more
    await accessLists.forget(
      withoutTables(unit),
      JOB_RESOURCE,
      rows.map(({ id }) => id),
    );
    await unit.tx
      .updateTable('scheduler.execution')
      .set({ triggeredById: null })
      .where('triggeredById', '=', userId)
      .execute();
  }

  return { exportFor, forgetUser };
}
