import type { Routes } from '#platform/module.ts';
import { Deploys, DeploysQuery, observabilityPermissions } from '../contract.ts';
import type { DeployService } from './service.ts';

export function deployRoutes(deploys: DeployService): Routes {
  return async (http) => {
    http.get(
      '/observability/deploys',
      {
        config: { access: observabilityPermissions.read },
        schema: {
          operationId: 'listDeploys',
          summary: 'List deploys',
          description: `When which release began to run, newest first, at most 200. A server that starts records its release,
            unless the one that was recorded last is the same. It is \`BONYAN_RELEASE\`, by default the version of Bonyan.`,
          querystring: DeploysQuery,
          response: { 200: Deploys },
        },
      },
      ({ query }) => deploys.list(query),
    );
  };
}
