import type { Routes } from '#platform/module.ts';
import { observabilityPermissions } from '../contract.ts';
import { EventCatalogue } from '../schemas.ts';
import type { EventContracts } from './service.ts';

export function catalogueRoutes(catalogue: EventContracts): Routes {
  return async (http) => {
    http.get(
      '/observability/events/catalog',
      {
        config: { access: observabilityPermissions.read },
        schema: {
          operationId: 'listEventContracts',
          summary: 'List the event contracts',
          description: `Every event with its producer, consumers, JSON Schema and an example. For other programs the same is
            at \`/asyncapi.json\`.`,
          response: { 200: EventCatalogue },
        },
      },
      () => catalogue.list(),
    );
  };
}
