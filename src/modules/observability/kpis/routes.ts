import type { Routes } from '#platform/module.ts';
import { observabilityPermissions } from '../contract.ts';
import { KpiSnapshot } from '../schemas.ts';
import type { Kpis } from './service.ts';

export function kpiRoutes(kpis: Kpis): Routes {
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
  };
}
