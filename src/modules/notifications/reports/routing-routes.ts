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
        schema: {
          operationId: 'getIncidentRouting',
          summary: 'Get the routing of incidents',
          description: 'Who is notified of incidents of each severity, and over which channels.',
          response: { 200: Routing },
        },
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
        schema: {
          operationId: 'setIncidentRouting',
          summary: 'Replace the routing of incidents',
          description: `One route for each severity. Severities that you leave out go back to the default:
            administrators, by inbox and e-mail.`,
          body: Routing,
          response: { 200: Routing },
        },
      },
      ({ actor, body }) => routing.set(actor, body),
    );
  };
}
