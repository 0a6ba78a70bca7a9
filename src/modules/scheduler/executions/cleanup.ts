import { Type } from 'typebox';
import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import { defineHandler, type JobHandler } from '#platform/jobs/port.ts';
import { schedulerPermissions } from '../contract.ts';
import type { SchedulerNeeds } from '../needs.ts';

const BATCH = 1000; // rows of one unit
const HOUR_SECONDS = 3600;
const NAME = 'scheduler.cleanup_executions';

/** Deletes executions that ended long ago. As a duty of the program it takes the days from the settings. */
export function createCleanup({ db, executionDays }: Pick<SchedulerNeeds, 'db' | 'executionDays'>) {
  async function deleteOlder(days: number, signal: AbortSignal): Promise<number> {
    if (days === 0) return 0;
    for (let total = 0; ;) {
      const deleted = await db.write(system('scheduler'), async ({ tx }) => {
        const { numAffectedRows } = await sql`
          delete from scheduler.execution where id = any (array(
            select id from scheduler.execution
            where status in ('succeeded', 'canceled', 'timedOut', 'skipped', 'deadLettered')
              and finished_at_utc < now() - make_interval(days => ${days})
            order by finished_at_utc limit ${BATCH} for update skip locked))`.execute(tx);
        return Number(numAffectedRows ?? 0);
      });
      total += deleted;
      if (deleted < BATCH || signal.aborted) return total;
    }
  }

  const handler: JobHandler = defineHandler({
    type: NAME,
    description: 'Deletes executions that ended long ago, by default after BONYAN_EXECUTION_DAYS',
    payload: Type.Object({ olderThanDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500 })) }),
    permission: schedulerPermissions.manageAll,
    async run({ payload: { olderThanDays = executionDays }, signal, log }) {
      log(`${await deleteOlder(olderThanDays, signal)} executions are deleted`);
    },
  });

  return {
    handler,
    job: {
      name: NAME,
      description: handler.description,
      everySeconds: HOUR_SECONDS,
      async run() {
        return { write: async () => {} }; // the handler of this name runs
      },
    },
  };
}
