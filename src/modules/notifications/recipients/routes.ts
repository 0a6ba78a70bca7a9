import type { Routes } from '#platform/module.ts';
import { notificationErrors, notificationPermissions } from '../contract.ts';
import type { NotificationService } from '../service.ts';
import { Preferences, PreferencesChange, Routing } from '../schemas.ts';

const { routing: manageRouting } = notificationPermissions;

export function preferenceRoutes({ preferences, routing }: NotificationService): Routes {
  return async (http) => {
    http.get(
      '/notifications/preferences',
      {
        config: { access: 'user' },
        schema: { operationId: 'getNotificationPreferences', response: { 200: Preferences } },
      },
      ({ actor }) => preferences.get(actor),
    );

    http.put(
      '/notifications/preferences',
      {
        config: {
          access: 'user',
          errors: [notificationErrors.timeZoneInvalid, notificationErrors.recipientInvalid],
        },
        schema: { operationId: 'setNotificationPreferences', body: PreferencesChange, response: { 200: Preferences } },
      },
      ({ actor, body }) => preferences.change(actor, body),
    );

    http.get(
      '/notifications/routing',
      {
        config: { access: manageRouting },
        schema: { operationId: 'getIncidentRouting', response: { 200: Routing } },
      },
      () => routing.get(),
    );

    http.put(
      '/notifications/routing',
      {
        config: {
          access: manageRouting,
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
