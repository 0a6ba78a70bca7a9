import type { Routes } from '#platform/module.ts';
import { notificationErrors } from '../contract.ts';
import type { PreferencesService } from './preferences.ts';
import { Preferences, PreferencesChange } from './schemas.ts';

export function preferenceRoutes(preferences: PreferencesService): Routes {
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
  };
}
