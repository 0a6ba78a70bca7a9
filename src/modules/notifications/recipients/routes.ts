import type { Routes } from '#platform/module.ts';
import { notificationErrors } from '../contract.ts';
import type { PreferencesService } from './preferences.ts';
import { Preferences, PreferencesChange, PushKey } from './schemas.ts';

export function preferenceRoutes(preferences: PreferencesService): Routes {
  return async (http) => {
    http.get(
      '/notifications/preferences',
      {
        config: { access: 'user' },
        schema: {
          operationId: 'getNotificationPreferences',
          summary: 'Get my notification preferences',
          response: { 200: Preferences },
        },
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
        schema: {
          operationId: 'setNotificationPreferences',
          summary: 'Change my notification preferences',
          description: `Fields and choices that you leave out stay as they are. Security messages are always sent, and
            the inbox gets every message.`,
          body: PreferencesChange,
          response: { 200: Preferences },
        },
      },
      ({ actor, body }) => preferences.change(actor, body),
    );
  };
}

export function pushKeyRoutes(getPushKey: () => PushKey): Routes {
  return async (http) => {
    http.get(
      '/notifications/push/public-key',
      {
        config: { access: 'user', errors: [notificationErrors.pushNotConfigured] },
        schema: {
          operationId: 'getPushPublicKey',
          summary: 'Get the public key for Web Push',
          description: `For \`applicationServerKey\` of \`pushManager.subscribe()\`. A subscription is bound to the key: when
            the key changes, browsers must subscribe again.`,
          response: { 200: PushKey },
        },
      },
      async () => getPushKey(),
    );
  };
}
