import { worker } from '#platform/work/port.ts';
import { workOptions } from '../jobs.ts';
import { deleteClosedDigests } from './digest-queries.ts';
import { createDigestCloser, digestQueue } from './digest.ts';
import { scheduleRoutes } from './routes.ts';
import { createScheduling, scheduleQueue, type SchedulingNeeds } from './schedules.ts';

/** When messages are sent: at planned times, or collected in a digest. */
export function createSchedules(needs: SchedulingNeeds) {
  const scheduling = createScheduling(needs);
  return {
    deleteClosedDigests,
    workers: [
      worker({ queue: scheduleQueue, ...workOptions, handle: scheduling.run }),
      worker({ queue: digestQueue, ...workOptions, handle: createDigestCloser(needs) }),
    ],
    routes: scheduleRoutes(scheduling),
  };
}
