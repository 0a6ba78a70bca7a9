import type { Routes } from '#platform/module.ts';
import { observabilityPermissions } from '../contract.ts';
import { KpiSnapshot, RequestHistory, RequestHistoryQuery } from '../schemas.ts';
import type { RequestHistoryService } from './history.ts';
import type { Kpis } from './service.ts';

export function kpiRoutes(kpis: Kpis, history: RequestHistoryService): Routes {
  return async (http) => {
    http.get(
      '/observability/metrics',
      {
        config: { access: observabilityPermissions.read },
        schema: {
          operationId: 'getKpis',
          summary: 'Report the key figures, judged against their objectives',
          description: `One picture of the process that answers, of the database, and of the objectives over all processes.
            Prometheus reads the same figures from \`/metrics\`.`,
          response: { 200: KpiSnapshot },
        },
      },
      () => kpis.read(),
    );

    http.get(
      '/observability/requests',
      {
        config: { access: observabilityPermissions.read },
        schema: {
          operationId: 'getRequestHistory',
          summary: 'Report requests over time',
          description: `How many requests all processes have answered, with what error and how slowly: by minute for three
            days, by ten minutes for 30 days. Each process records its minute when it is over.`,
          querystring: RequestHistoryQuery,
          response: { 200: RequestHistory },
        },
      },
      ({ query }) => history.read(query),
    );
  };
}
