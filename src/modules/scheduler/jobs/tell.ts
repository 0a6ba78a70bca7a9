import { defineQueue } from '#kernel/work.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { Work, WorkResult } from '#platform/work/port.ts';
import { schedulerPermissions } from '../contract.ts';
import type { SchedulerNeeds } from '../needs.ts';
import type { SchedulerTables } from '../tables.ts';

/** One item for each quarantine that has begun. */
export const tellQueue = defineQueue('scheduler.tell');

/**
 * Tells administrators and the owner of a quarantine. Not in the unit that begins it: that one holds the lock of the job,
 * and must not wait for another connection to read who they are.
 */
export function createTelling({
  db,
  authorization,
  notifications,
}: Pick<SchedulerNeeds, 'db' | 'authorization' | 'notifications'>) {
  async function handle({ ref }: Work): Promise<WorkResult<SchedulerTables>> {
    const [id = '', until = ''] = ref.split(' ');
    const job = await db.read
      .selectFrom('scheduler.job')
      .select(['name', 'ownerId', 'statusUntil', 'statusReason'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (job?.statusUntil !== until) return { write: async () => {} }; // it has ended
    const { name, ownerId, statusReason } = job;
    const administrators = await authorization.holdersOf(schedulerPermissions.manageAll);
    const told = new Set([...administrators, ...(ownerId === null ? [] : [ownerId])]);
    return {
      write: async (unit) => {
        for (const userId of told)
          await notifications.send(withoutTables(unit), {
            template: 'scheduler.quarantined',
            to: { userId },
            channels: ['inApp', 'email'],
            category: 'general',
            variables: { name, until, reason: statusReason ?? '' },
          });
      },
    };
  }

  return { handle };
}
