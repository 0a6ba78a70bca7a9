import type { Routes } from '#platform/module.ts';
import { schedulerPermissions } from '../contract.ts';
import { SchedulerLanes } from './schemas.ts';
import type { LaneService } from './service.ts';

export function laneRoutes(lanes: LaneService): Routes {
  return async (http) => {
    http.get(
      '/scheduler/lanes',
      {
        config: { access: schedulerPermissions.reports },
        schema: {
          operationId: 'listSchedulerLanes',
          summary: 'List which runs hold a place and which wait for one',
          description: `A run takes one place of its type, where that has a limit, and one of its concurrency key or of its
            job. Answers the lanes in which runs run or wait now.`,
          response: { 200: SchedulerLanes },
        },
      },
      () => lanes.read(),
    );
  };
}
