import { deliveryGauges } from './gauges.ts';
import { createStatistics, type StatisticsNeeds } from './reports.ts';
import { reportRoutes } from './routes.ts';
import { routingRoutes } from './routing-routes.ts';
import { addChanges, countOlder } from './rollup.ts';
import { createRouting, type RoutingNeeds } from './routing.ts';

export type ReportsNeeds = StatisticsNeeds & RoutingNeeds;

/** Reports on deliveries, and the routing of incidents. */
export function createReports(needs: ReportsNeeds) {
  const routing = createRouting(needs);
  return {
    notifyIncident: routing.notifyIncident,
    addChanges,
    countOlder,
    gauges: deliveryGauges(needs),
    routes: [routingRoutes(routing), reportRoutes(createStatistics(needs))],
  };
}
