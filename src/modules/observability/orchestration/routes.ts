import type { Routes } from '#platform/module.ts';
import { observabilityPermissions } from '../contract.ts';
import { OrchestrationHealth } from '../schemas.ts';
import type { OrchestrationHealthService } from './service.ts';

export function orchestrationRoutes(orchestration: OrchestrationHealthService): Routes {
  return async (http) => {
    http.get(
      '/dashboard/orchestration-health',
      {
        config: { access: observabilityPermissions.read },
        schema: {
          operationId: 'getOrchestrationHealth',
          summary: 'Report outbox, inbox, broker, queues and processes',
          description: `What each process runs, and what waits. A process that stopped without saying so is \`stopped\` after
            20 seconds. Answers 200 whatever it finds: read \`status\` and \`problems\`.`,
          response: { 200: OrchestrationHealth },
        },
      },
      () => orchestration.read(),
    );
  };
}
