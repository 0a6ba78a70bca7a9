import { sql } from 'kysely';
import { inBatches, withoutTables } from '#platform/database/port.ts';
import type { ScheduledJob } from '../contract.ts';
import type { SchedulerNeeds } from '../needs.ts';
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
    const { rows } = await sql<{ id: string }>`
      delete from scheduler.job where owner_id = ${userId}::uuid returning id`.execute(unit.tx);
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
