import type { Routes } from '#platform/module.ts';
import { notificationErrors, notificationPermissions } from '../contract.ts';
import type { RoutingService } from './routing.ts';
import { Routing } from './schemas.ts';

const { routing: access } = notificationPermissions;

export function routingRoutes(routing: RoutingService): Routes {
  return async (http) => {
    http.get(
      '/notifications/routing',
      {
        config: { access: access },
        schema: { operationId: 'getIncidentRouting', response: { 200: Routing } },
      },
      () => routing.get(),
    );

    http.put(
      '/notifications/routing',
      {
        config: {
          access: access,
          errors: [
            notificationErrors.routingInvalid,
            notificationErrors.channelDisabled,
            notificationErrors.recipientInvalid,
          ],
        },
        schema: { operationId: 'setIncidentRouting', body: Routing, response: { 200: Routing } },
      },
      ({ actor, body }) => routing.set(actor, body),
    );
  };
}
